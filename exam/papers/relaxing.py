"""Pure: what the county's own module still lacks, and how a specification gives way until it is filled.

A county that has just begun holds the national questions and none of its own (县情). Where nothing but questions on the
county is missing, its marks move to the topics named in ``SUBSTITUTES``, one mark to each in turn; as many stay as the
county's own questions can carry. Every page and certificate says so. Any other shortage stays a shortage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from exam.papers.assembly import CellShortage, Selection, select
from exam.papers.circumstances import NOTHING_BEFORE, Circumstances
from exam.papers.margins import Cell, parts_of, pools_of, targets
from exam.papers.shortage import Missing, ideal_deviation, missing
from exam.papers.specification import GROUP_MARK, Plan
from exam.papers.transcript import written_marks
from question_bank.drawable import Drawable
from question_bank.taxonomy import ROOTS

WAITING = "COUNTY"
SUBSTITUTES = ("WORK", "PROC", "POLICY")
"""Whose marks grow for the time being, in this order."""
_TRIES = (1, 2, 0)
"""Of the marks that could stay: all, half, none."""


@dataclass(frozen=True)
class Relaxation:
    """`wanted` marks of the county, of which `kept` stay on every paper; `given` says which topics take the rest."""

    wanted: Decimal
    kept: Decimal
    given: Mapping[str, Decimal]

    def figures(self) -> dict[str, Any]:
        """As JSON, marks as texts, for the figures of a set."""
        return {
            "topic": WAITING,
            "wanted": written_marks(self.wanted),
            "kept": written_marks(self.kept),
            "given": [{"topic": topic, "marks": written_marks(marks)} for topic, marks in self.given.items()],
        }

    @property
    def chinese(self) -> str:
        """The sentence for certificates and command lines: 县情题未备齐，暂以招商工作要求4分……代替."""
        return sentence_of(self.figures())


@dataclass(frozen=True)
class RelaxedSelection:
    """What was drawn, by which plan, and how that plan gave way (None: it did not)."""

    selection: Selection
    plan: Plan
    relaxation: Relaxation | None = None


def select_or_relax(
    plan: Plan,
    bank: Sequence[Drawable],
    *,
    papers: int,
    seed: int,
    circumstances: Circumstances = NOTHING_BEFORE,
) -> RelaxedSelection:
    """Draw by `plan`, or by what it gives way to where only questions on the county are missing.

    Raises CellShortage as `select` does when that does not help either. The same arguments give the same papers.
    """
    try:
        return RelaxedSelection(select(plan, bank, papers=papers, seed=seed, circumstances=circumstances), plan)
    except CellShortage as shortage:
        for relaxation in relaxations(plan, shortage.cells, bank):
            easier = relaxed(plan, relaxation)
            try:
                found = select(easier, bank, papers=papers, seed=seed, circumstances=circumstances)
            except CellShortage:
                continue
            return RelaxedSelection(found, easier, relaxation)
        raise


def relaxations(plan: Plan, cells: Sequence[Missing], bank: Sequence[Drawable]) -> list[Relaxation]:
    """The ways to give way that are tried, the one that keeps most of the county first; none for other shortages."""
    wanted = plan.topic_marks.get(WAITING)
    if wanted is None or not cells or any(cell.topic != WAITING for cell in cells):
        return []
    each = {section.title: section.marks_each for section in plan.sections}
    lacking = sum((each[cell.section] * cell.questions * cell.slots for cell in cells), Decimal(0))
    most = int(max(wanted - lacking, Decimal(0))) if any(one.topic == WAITING for one in bank) else 0
    tries = dict.fromkeys(most // share if share else 0 for share in _TRIES)
    found = [_giving(plan, wanted, Decimal(kept)) for kept in tries]
    return [each_one for each_one in found if each_one is not None]


def _giving(plan: Plan, wanted: Decimal, kept: Decimal) -> Relaxation | None:
    """Deal the marks that cannot stay to the substitutes, a mark at a time; None when the plan has none of them."""
    groups = list(dict.fromkeys(plan.groups[topic] for topic in SUBSTITUTES if topic in plan.groups))
    groups = [group for group in groups if WAITING not in group.split(GROUP_MARK)]
    if not groups:
        return None
    given = dict.fromkeys(groups, Decimal(0))
    rest, turn = wanted - kept, 0
    while rest > 0:
        mark = min(Decimal(1), rest)
        given[groups[turn % len(groups)]] += mark
        rest, turn = rest - mark, turn + 1
    return Relaxation(wanted, kept, {group: marks for group, marks in given.items() if marks})


def relaxed(plan: Plan, relaxation: Relaxation) -> Plan:
    """The plan with the marks moved; a county that keeps none is not drawn at all."""
    marks = {
        group: relaxation.kept if group == WAITING else wanted + relaxation.given.get(group, Decimal(0))
        for group, wanted in plan.topic_marks.items()
    }
    return plan.model_copy(update={"topic_marks": {group: each for group, each in marks.items() if each}})


def sentence_of(figures: Mapping[str, Any]) -> str:
    """The Chinese sentence of a relaxation as it stands in the figures of a set."""
    given = "、".join(f"{topic_name(each['topic'])}{each['marks']}分" for each in figures["given"])
    return f"县情题未备齐：应有{figures['wanted']}分，现有{figures['kept']}分，暂以{given}代替"


@dataclass(frozen=True)
class Gap:
    """What one specification lacks: the questions that would do, and how it gives way until they are there."""

    code: str
    name: str
    missing: tuple[Missing, ...]
    relaxation: Relaxation | None

    @property
    def assembles(self) -> bool:
        """Whether papers can be drawn today, by the plan or by what it gives way to."""
        return not self.missing or self.relaxation is not None

    @property
    def lines(self) -> list[str]:
        """业务卷（村级）缺县情概况填空题 3 道, one line for each thing that is missing."""
        return [f"{self.name}缺{_wanted(cell)}" for cell in self.missing]


@dataclass(frozen=True)
class _Offer:
    """A bank that equals every other with as many questions in each cell: counting it out takes seconds."""

    sizes: tuple[tuple[Cell, int], ...]
    bank: tuple[Drawable, ...] = field(compare=False)


def gap_of(code: str, name: str, plan: Plan, bank: Sequence[Drawable]) -> Gap:
    """What `plan` lacks in `bank` for one paper."""
    sizes = tuple((cell, len(pool)) for cell, pool in pools_of(bank, by_core=plan.asks_for_core).items())
    cells, relaxation = _lacking(plan, _Offer(sizes, tuple(bank)))
    return Gap(code, name, cells, relaxation)


@lru_cache(maxsize=32)
def _lacking(plan: Plan, offer: _Offer) -> tuple[tuple[Missing, ...], Relaxation | None]:
    cells = lacking(plan, offer.sizes)
    tried = relaxations(plan, cells, offer.bank)
    return cells, next((each for each in tried if not lacking(relaxed(plan, each), offer.sizes)), None)


def lacking(plan: Plan, bank: Sequence[tuple[Cell, int]]) -> tuple[Missing, ...]:
    """The fewest questions that would let one paper be drawn from such cells; nothing where it can be."""
    parts = parts_of(plan, dict(bank))
    sizes = {cell: size for cell, size in bank if any(part.takes(cell) for part in parts)}
    aim = targets(plan, parts, sizes)
    if aim is None or (aim.topic_deviation and aim.topic_deviation > ideal_deviation(plan, parts)):
        return missing(plan, parts, sizes)
    return ()


def _wanted(cell: Missing) -> str:
    kinds = "或".join(kind.chinese for kind in cell.kinds)
    slots = f"（每题{cell.slots}空）" if cell.slots > 1 else ""
    return f"{topic_name(cell.topic)}{kinds} {cell.questions} 道{slots}"


def topic_name(group: str) -> str:
    """COUNTY → 县情概况, ETIQ/SERVICE → 礼仪谈判与廉洁、营商服务."""
    return "、".join(ROOTS.get(topic, topic) for topic in group.split(GROUP_MARK)) if group else ""
