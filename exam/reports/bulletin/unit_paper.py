"""Pure: one unit's results as a document: each group of its people beside the whole group. No other unit is told of."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from exam.reports.bulletin.parts import Bar, Bars, Column, Paper, Part, Section, Table, Words, numbered
from exam.reports.bulletin.wording import listed, mark, rate
from exam.reports.comparison import Measure
from exam.reports.ruling import Ruling, in_chinese
from exam.reports.statistics import Figures, Ranked
from exam.reports.topics import TopicAgainst

WEAK = Decimal("-0.03")
"""So far below its whole group's share a topic is named."""
HEADS = ("应考", "实考", "参考率", "均分", "中位数", "合格率", "良好率", "优秀率")

Standing = tuple[Ranked, Figures, int, Sequence[TopicAgainst]]
"""The unit in one group: itself, the whole group's figures, how many units have a rank there, its topics."""


def compose_unit(
    unit: str, sides: Sequence[tuple[str, Standing]], *, measure: Measure, rule: Ruling, issuer: str, on: date
) -> Paper:
    """The document of one unit; `sides` are names of groups, each with how the unit stands in it."""
    sections = [
        Section(f"{numbered(number, 1)}{group}", 1, tuple(_side(unit, group, standing, measure)))
        for number, (group, standing) in enumerate(sides, 1)
    ]
    nothing = Section("一、总体情况", 1, (Words("目前还没有公布的成绩。"),))
    return Paper(
        issuer=issuer,
        number="",
        title=f"{unit}考试成绩分析报告",
        opening=(Words(f"{unit}：", flush=True), Words("现将你单位考试成绩情况反馈如下，供改进学习和工作参考。")),
        sections=tuple(sections) or (nothing,),
        signature=issuer,
        date=f"{on.year}年{on.month}月{on.day}日",
        annex=tuple(Words(f"{term}：{sentence}", small=True) for term, sentence in in_chinese(rule)),
    )


def _side(unit: str, group: str, standing: Standing, measure: Measure) -> Iterator[Part]:
    ranked, whole, ranked_units, topics = standing
    found = ranked.unit.figures
    place = (
        f"在{ranked_units}个列入排名的单位中列第{ranked.rank}位"
        if ranked.rank
        else f"未列名次（{ranked.unranked.chinese}）"
        if ranked.unranked
        else "未列名次"
    )
    yield Words(
        f"应考{found.expected}人，实考{found.sat}人，参考率{rate(found.attendance)}；{measure.chinese}平均分"
        f"{mark(found.mean)}分，合格率{rate(found.pass_rate)}，优秀率{rate(found.excellent_rate)}。{place}。{_likely(ranked)}"
    )
    columns = (Column("", 1.8, figures=False), *(Column(head, 1.0) for head in HEADS))
    rows = ((unit, *_figures(found)), ("全组", *_figures(whole)))
    yield Table(f"{group}{measure.chinese}对比", columns, rows)
    yield from _topics(unit, topics)


def _likely(ranked: Ranked) -> str:
    between = ranked.sure.between if ranked.sure else None
    if between is None or between[0] == between[1]:
        return ""
    return f"考虑抽样误差，名次可能在第{between[0]}至第{between[1]}位之间。"


def _figures(found: Figures) -> tuple[str, ...]:
    rates = (rate(each) for each in (found.pass_rate, found.good_rate, found.excellent_rate))
    counts = (str(found.expected), str(found.sat), rate(found.attendance))
    return (*counts, mark(found.mean), mark(found.median), *rates)


def _topics(unit: str, topics: Sequence[TopicAgainst]) -> Iterator[Part]:
    known = [each for each in topics if each.own is not None]
    if not known:
        return
    weak = sorted(
        (each.difference, each.name) for each in known if each.difference is not None and each.difference <= WEAK
    )
    named = listed([f"“{name}”（低{-difference * 100:.1f}个百分点）" for difference, name in weak]) if weak else ""
    yield Words(f"与全组相比，{named}差距较大，建议重点补学。" if weak else "各知识点得分率与全组持平或高于全组。")
    bars = sorted(known, key=lambda each: -(each.own or Decimal(0)))
    title = f"{unit}各知识点得分率：“{bars[0].name}”最高，“{bars[-1].name}”最低"
    yield Bars(title, tuple(Bar(each.name, float(each.own or 0) * 100, rate(each.own)) for each in bars))
    rows = tuple((each.name, rate(each.own), rate(each.county), _points(each.difference)) for each in known)
    heads = (
        Column("知识点", 2.4, figures=False),
        Column(unit, 1.6),
        Column("全组", 1.2),
        Column("相差（百分点）", 1.4),
    )
    yield Table("知识点得分率对比", heads, rows)


def _points(difference: Decimal | None) -> str:
    return "–" if difference is None else f"{difference * 100:+.1f}"
