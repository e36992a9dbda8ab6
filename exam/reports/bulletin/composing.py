"""Pure: the words of a bulletin in the official order: 标题、情况、排名、问题、要求.

Whatever is a figure is worked out here from what was frozen; what the office wrote itself (opening, closing) never is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exam.reports.bulletin.boards import board_parts, how_compared
from exam.reports.bulletin.figures import Counted, Facts
from exam.reports.bulletin.parts import Column, Heat, HeatRow, Paper, Part, Section, Table, Words, numbered
from exam.reports.bulletin.wording import chinese_date, days, listed, mark, rate
from exam.reports.ruling import in_chinese
from exam.reports.statistics import Flag, Group

WEAKEST = 3
"""So many topics are named as the weakest."""
SHORT = 6
"""More units than so many are not listed a second time."""
ADDRESSED = {
    Group.TOWN: "各镇（街道）、开发区",
    Group.VILLAGE: "各镇（街道）、开发区",
    Group.DEPARTMENT: "县直各有关部门",
    Group.RESIDENT: "各驻外招商机构",
}


@dataclass(frozen=True)
class Texts:
    """What the office writes itself. `version` above 1 shows `note`; `names` says whether people are named."""

    issuer: str
    number: str
    title: str
    opening: str
    closing: str
    note: str = ""
    version: int = 1
    names: bool = False
    mark: str = ""
    dated: date | None = None
    recipients: str = ""
    copies: str = ""


def first_title(subject: str) -> str:
    """The title a new bulletin begins with."""
    return f"关于{subject}考试情况的通报"


def first_recipients(facts: Facts) -> str:
    """Those a new bulletin is sent to (主送): whose people it counts."""
    addressed = dict.fromkeys(ADDRESSED[board.group] for board in facts.boards) or {"各有关单位": None}
    return "，".join(addressed)


def first_opening(facts: Facts) -> str:
    """One sentence without any figure: figures stand where they follow the frozen ones."""
    return (
        f"按照全县招商引资干部巡回培训考试安排，{facts.subject}已组织业务卷、问题卷考试并完成阅卷复核。"
        "现将有关情况通报如下。"
    )


FIRST_CLOSING = (
    "各单位要对照通报认真查找不足，把补学补训与当前招商引资和项目服务工作结合起来，于通报印发之日起10个工作日内"
    "将整改情况报送我办。对考试中反映的共性问题，由县级业务部门组织专题辅导；下一轮考试将对薄弱知识点重点考查。"
)


def compose(texts: Texts, facts: Facts) -> Paper:
    """The whole document."""
    made_on = texts.dated or facts.counted_on
    return Paper(
        issuer=texts.issuer,
        number=texts.number,
        title=texts.title,
        opening=tuple(_paragraphs(texts.opening)),
        sections=tuple(_sections(texts, facts)),
        annex=tuple(Words(f"{term}：{sentence}", small=True) for term, sentence in _rule(facts)),
        signature=texts.issuer,
        date=chinese_date(made_on),
        note=f"第{texts.version}版说明：{texts.note}" if texts.version > 1 and texts.note else "",
        mark=texts.mark,
        recipients=_listed(texts.recipients),
        copies=_listed(texts.copies),
    )


def _listed(text: str) -> str:
    """Names on one line, without the mark an office may have typed behind them."""
    return "，".join(each.strip(ENDS) for each in text.splitlines() if each.strip(ENDS))


ENDS = " \u3000，,。.：:；;"
"""Marks that the document itself sets."""


def _sections(texts: Texts, facts: Facts) -> Iterator[Section]:
    yield Section(f"{numbered(1, 1)}总体情况", 1, tuple(_overview(facts)))
    yield Section(f"{numbered(2, 1)}各组别单位对比情况", 1, (Words(how_compared(facts)),))
    for number, board in enumerate(facts.boards, 1):
        yield Section(f"{numbered(number, 2)}{board.group.chinese}", 2, tuple(board_parts(board)))
    if texts.names and facts.best:
        yield Section(f"{numbered(len(facts.boards) + 1, 2)}成绩靠前人员", 2, tuple(_best(facts)))
    yield Section(f"{numbered(3, 1)}存在的主要问题", 1)
    problems = list(_problems(facts))
    for number, (heading, parts) in enumerate(problems, 1):
        yield Section(f"{numbered(number, 2)}{heading}", 2, parts)
    yield Section(f"{numbered(4, 1)}下一步工作要求", 1, tuple(_demands(texts, facts)))


def _rule(facts: Facts) -> Iterator[tuple[str, str]]:
    yield from in_chinese(facts.rule)
    yield "均分区间", "均分的95%置信区间，实考不足5人的不计算；公假、缺考不计入均分，计入参考率的分母。"


def _paragraphs(text: str) -> Iterator[Words]:
    """One a line; a first line that ends with a colon names those addressed."""
    for number, line in enumerate(each.strip() for each in text.splitlines() if each.strip()):
        yield Words(line, flush=number == 0 and line.endswith(("：", ":")))


def _overview(facts: Facts) -> Iterator[Part]:
    whole = facts.whole
    if not whole.expected:
        yield Words("目前还没有公布的成绩。")
        return
    between = days(facts.first, facts.last)
    stops = f"{facts.planned}场考试中已有{facts.stops}场公布成绩" if facts.planned > 1 else "考试成绩已公布"
    missing = [f"公假{whole.leave}人" if whole.leave else "", f"缺考{whole.absent}人" if whole.absent else ""]
    yield Words(
        f"{between}{stops}。应考{whole.expected}人，实考{whole.sat}人，参考率{rate(whole.attendance)}"
        f"{''.join(f'，{each}' for each in missing if each)}。{facts.measure.chinese}平均分{mark(whole.mean)}分，"
        f"合格率{rate(whole.pass_rate)}，优秀率{rate(whole.excellent_rate)}。"
    )
    if len(facts.boards) > 1:
        yield _groups(facts)


def _groups(facts: Facts) -> Table:
    columns = (Column("组别", 2.4, figures=False), *(Column(head, 1.0) for head in COUNTS))
    rows = [(board.group.chinese, *_counts(board.figures)) for board in facts.boards]
    rows.append(("合计", *_counts(facts.whole)))
    return Table(f"各组别{facts.measure.chinese}情况", columns, tuple(rows), strong=(len(rows) - 1,))


COUNTS = ("应考", "实考", "公假", "缺考", "参考率", "均分", "中位数", "合格率", "优秀率")


def _counts(found: Counted) -> tuple[str, ...]:
    return (
        *(str(each) for each in (found.expected, found.sat, found.leave, found.absent)),
        rate(found.attendance),
        mark(found.mean),
        mark(found.median),
        rate(found.pass_rate),
        rate(found.excellent_rate),
    )


def _best(facts: Facts) -> Iterator[Part]:
    yield Words("各组别成绩位居前20%的人员予以通报表扬（同组按名次排列，不公布其他人员名次）。")
    for board in facts.boards:
        names = [f"{each.name}（{each.unit}）" for each in facts.best if each.group is board.group]
        if names:
            yield Words(f"{board.group.chinese}（{len(names)}人）：{'、'.join(names)}。")


def _problems(facts: Facts) -> Iterator[tuple[str, tuple[Part, ...]]]:
    weak = weakest(facts)
    if weak:
        yield "部分知识点掌握不牢", tuple(_knowledge(facts, weak))
    yield "部分单位参考率、合格率偏低" if _flagged(facts) else "参考率、合格率情况", tuple(_thresholds(facts))


def weakest(facts: Facts) -> list[tuple[str, Decimal]]:
    """The topics with the smallest share of marks earned by everybody, the smallest first."""
    known = [(each.name, each.everybody) for each in facts.topics if each.everybody is not None]
    return sorted(known, key=lambda pair: pair[1])[: min(WEAKEST, max(1, len(known) - 1))] if known else []


def _knowledge(facts: Facts, weak: Sequence[tuple[str, Decimal]]) -> Iterator[Part]:
    named = "、".join(f"“{name}”（{rate(share)}）" for name, share in weak)
    by_group = []
    for board in facts.boards:
        shares = [(each.groups[board.group], each.name) for each in facts.topics if board.group in each.groups]
        if shares:
            low = min(shares)
            by_group.append(f"{board.group.chinese}为“{low[1]}”（{rate(low[0])}）")
    yield Words(f"从知识点看，得分率最低的是{named}。分组别看，得分率最低的知识点，{'，'.join(by_group)}。")
    heat = _heat(facts, weak[0][0])
    if heat is not None:
        yield heat


def _heat(facts: Facts, weak: str) -> Heat | None:
    names = {(board.group, unit.unit_id): unit.name for board in facts.boards for unit in board.units}
    rows, seen = [], set()
    for line in facts.heat:
        if (line.group, line.unit_id) not in names:
            continue
        group = "" if line.group in seen else line.group.chinese
        seen.add(line.group)
        shares = tuple(
            None if line.shares.get(topic.code) is None else float(line.shares[topic.code] or 0) * 100
            for topic in facts.topics
        )
        rows.append(HeatRow(names[line.group, line.unit_id], shares, group))
    if len(rows) < 2:
        return None
    low = sum(
        1 for line in facts.heat for share in line.shares.values() if share is not None and share < Decimal("0.6")
    )
    title = f"各单位知识点得分率：“{weak}”全县最低" + (f"，{low}处低于60%" if low else "")
    return Heat(
        title, tuple(topic.name for topic in facts.topics), tuple(rows), "单位：%。颜色越深，得分率越低；–为未考查。"
    )


def _flagged(facts: Facts) -> bool:
    return any(unit.flags for board in facts.boards for unit in board.units)


def _thresholds(facts: Facts) -> Iterator[Part]:
    rule = facts.rule
    found = {flag: _below(facts, flag) for flag in Flag}
    for flag, term, least in (
        (Flag.ATTENDANCE, "参考率", rule.flag_attendance),
        (Flag.PASS_RATE, "合格率", rule.flag_pass_rate),
    ):
        units = found[flag]
        if units:
            listed = "、".join(f"{name}（{share}）" for name, share in units)
            yield Words(f"{term}低于{least}%的有{len(units)}个：{listed}。")
    fine = [term for flag, term in ((Flag.ATTENDANCE, "参考率"), (Flag.PASS_RATE, "合格率")) if not found[flag]]
    if fine:
        least = rule.flag_attendance if fine[0] == "参考率" else rule.flag_pass_rate
        yield Words(f"各单位{'、'.join(fine)}均不低于{least}%。")


def _below(facts: Facts, flag: Flag) -> list[tuple[str, str]]:
    """Unit (with its group where it is in several) and figure, the lowest first."""
    found = []
    for board in facts.boards:
        for unit in board.units:
            share = unit.figures.attendance if flag is Flag.ATTENDANCE else unit.figures.pass_rate
            if flag in unit.flags and share is not None:
                several = sum(unit.unit_id in other.names for other in facts.boards) > 1
                name = f"{unit.name}·{board.group.chinese}" if several else unit.name
                found.append((share, name))
    return [(name, rate(share)) for share, name in sorted(found)]


def _demands(texts: Texts, facts: Facts) -> Iterator[Part]:
    points = []
    weak = weakest(facts)
    if weak:
        topics = "、".join(f"“{name}”" for name, _ in weak)
        points.append(f"聚焦薄弱知识点补学补训。围绕{topics}等内容开展专题学习，做到缺什么补什么。")
    few = [name for name, _ in _below(facts, Flag.ATTENDANCE)]
    if few:
        points.append(f"严格参训参考纪律。{listed(few, SHORT)}要查明原因，组织未参考人员按规定参加补考。")
    failed = [name for name, _ in _below(facts, Flag.PASS_RATE)]
    if failed:
        points.append(f"抓好不合格人员补考。{listed(failed, SHORT)}要逐人制定补学计划，确保补考合格。")
    for number, point in enumerate(points, 1):
        yield Words(f"{numbered(number, 2)}{point}")
    yield from _paragraphs(texts.closing)
