"""Pure: what a bulletin says of each group: the finding, the chart, the table of units."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from exam.reports.bulletin.figures import Board, Facts, UnitLine
from exam.reports.bulletin.parts import Bar, Bars, Column, Part, Table, Words
from exam.reports.bulletin.wording import listed, mark, rate
from exam.reports.statistics import Basis, Flag


def how_compared(facts: Facts) -> str:
    """What stands above the boards."""
    if not facts.boards:
        return "目前还没有可以对比的成绩。"
    several = "各组别试卷规格不同，只在组内对比，组别之间不作比较。" if len(facts.boards) > 1 else ""
    return f"{several}均分附95%置信区间；均分差异不足以区分先后的单位列为同一档（不可区分），名次仅作参考。"


def board_parts(board: Board) -> Iterator[Part]:
    """Finding, chart, table, and who has no rank."""
    compared = [unit for unit in board.units if unit.rank is not None]
    if compared:
        yield Words(_leading(board, compared))
    if len(board.units) > 1:
        yield Bars(
            _bars_title(board, compared),
            tuple(_bars(board)),
            None if board.figures.mean is None else (float(board.figures.mean), f"组均分{mark(board.figures.mean)}"),
            "横线为均分的95%置信区间；灰色为实考不足5人或不作对比的单位。",
        )
    yield _units(board)
    few = [unit.name for unit in board.units if unit.rank is None]
    if few:
        yield Words(f"{listed(few)}未列名次：{_why(board)}。")


def _why(board: Board) -> str:
    reasons = dict.fromkeys(unit.unranked.chinese for unit in board.units if unit.unranked is not None)
    return "；".join(reasons) or "没有成绩"


def _leading(board: Board, compared: Sequence[UnitLine]) -> str:
    best = max(compared, key=lambda unit: (_shown(unit, board) or Decimal(0), unit.name))
    below = sum((_shown(unit, board) or 0) < (_whole(board) or 0) for unit in compared)
    kind = "等值均分" if board.basis is Basis.EQUATED else "均分"
    first = f"{best.name}{kind}最高，为{mark(_shown(best, board))}分"
    rest = (
        f"；列入对比的{len(compared)}个单位中，{below}个低于本组{kind}{mark(_whole(board))}分"
        if len(compared) > 1
        else ""
    )
    return f"{first}{rest}。{_tiers(board)}"


def _tiers(board: Board) -> str:
    groups = [[board.names[unit] for unit in tier if unit in board.names] for tier in board.tiers]
    if len(groups) == 1 and len(groups[0]) > 1:
        return f"{len(groups[0])}个单位的均分差异均在误差范围之内，不可区分先后。"
    if len(groups) < 2:
        return ""
    tiers = "；".join(f"第{number}档为{listed(names)}" for number, names in enumerate(groups, 1))
    return f"按均分可分为{len(groups)}档，同一档内不可区分先后：{tiers}。"


def _bars_title(board: Board, compared: Sequence[UnitLine]) -> str:
    if not compared:
        return f"{board.group.chinese}各单位实考人数均不足以对比"
    low = [unit for unit in compared if Flag.PASS_RATE in unit.flags]
    best = max(compared, key=lambda unit: (_shown(unit, board) or Decimal(0), unit.name))
    if low:
        return f"{board.group.chinese}：{best.name}均分最高，{len(low)}个单位合格率低于提示线"
    return f"{board.group.chinese}：{best.name}均分最高，各单位合格率均在提示线以上"


def _bars(board: Board) -> Iterator[Bar]:
    for unit in sorted(board.units, key=lambda each: -(each.figures.mean or Decimal(0))):
        found = unit.figures
        if found.mean is None:
            continue
        low, high = found.interval or (None, None)
        yield Bar(
            unit.name,
            float(found.mean),
            mark(found.mean),
            None if low is None else float(low),
            None if high is None else float(high),
            grey=unit.rank is None,
        )


def _units(board: Board) -> Table:
    equated = board.basis is Basis.EQUATED
    columns = (
        Column("名次", 0.8),
        Column("单位", 2.8, figures=False),
        Column("应考", 0.8),
        Column("实考", 0.8),
        Column("参考率", 1.35),
        Column("均分", 0.95),
        Column("95%区间", 1.75),
        *((Column("等值均分", 1.35),) if equated else ()),
        Column("合格率", 1.35),
        Column("优秀率", 1.15),
        Column("单位得分", 1.35),
    )
    rows = tuple(_unit_row(unit, equated=equated) for unit in board.units)
    flagged = any(unit.flags for unit in board.units)
    note = "▼表示低于提示线。" if flagged else ""
    return Table(f"{board.group.chinese}单位对比", columns, rows, note)


def _unit_row(unit: UnitLine, *, equated: bool) -> tuple[str, ...]:
    found = unit.figures
    return (
        str(unit.rank or "–"),
        unit.name,
        str(found.expected),
        str(found.sat),
        rate(found.attendance) + ("▼" if Flag.ATTENDANCE in unit.flags else ""),
        mark(found.mean),
        f"{found.interval[0]:.1f}–{found.interval[1]:.1f}" if found.interval else "–",
        *((mark(found.equated),) if equated else ()),
        rate(found.pass_rate) + ("▼" if Flag.PASS_RATE in unit.flags else ""),
        rate(found.excellent_rate),
        "–" if unit.score is None else f"{unit.score:.2f}",
    )


def _shown(unit: UnitLine, board: Board) -> Decimal | None:
    return unit.figures.equated if board.basis is Basis.EQUATED else unit.figures.mean


def _whole(board: Board) -> Decimal | None:
    return board.figures.equated if board.basis is Basis.EQUATED else board.figures.mean
