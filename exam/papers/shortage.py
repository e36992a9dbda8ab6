"""Pure: what a bank lacks for a specification, as the fewest questions that, added to it, would let papers be drawn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from exam.papers.margins import (
    HUNDRED,
    Part,
    Program,
    Rival,
    Sizes,
    fill,
    fixed_terms,
    hold_apart,
    near,
    parts_of,
    topic_terms,
)
from exam.papers.specification import GROUP_MARK, Plan
from question_bank.enums import Band, Kind, TextForm
from question_bank.errors import N_, NotAllowed, Shortage
from question_bank.taxonomy import ROOTS


class Contradiction(NotAllowed):
    """No bank whatever could fill the specification: its fixed cells and wishes contradict each other."""


@dataclass(frozen=True)
class Missing:
    """`questions` more of `kinds` are needed in a section; `topic` is a root topic, a group, or empty (any).

    `band` is named only where the specification fixes cells by it, `common_core` where it asks for the core.
    """

    section: str
    kinds: tuple[Kind, ...]
    form: TextForm
    topic: str
    questions: int
    slots: int
    band: Band | None = None
    common_core: bool = False


class CellShortage(Shortage):
    """The bank holds too little for the specification; `cells` says what would do."""

    def __init__(self, cells: Sequence[Missing]) -> None:
        super().__init__(
            N_("The bank holds too few questions for this specification. Missing: %(missing)s."),
            missing="；".join(described(cell) for cell in cells),
        )
        self.cells = tuple(cells)


def described(cell: Missing) -> str:
    """单项选择题·政策与红线 3题, in the words of the paper."""
    form = f"（{cell.form.chinese}）" if cell.form is not TextForm.ORDINARY else ""
    kinds = "或".join(kind.chinese for kind in cell.kinds)
    name = cell.section if kinds == cell.section else f"{cell.section}（{kinds}）"
    topics = "、".join(ROOTS.get(topic, topic) for topic in cell.topic.split(GROUP_MARK))
    topic = f"·{topics}" if topics else ""
    band = f"·{cell.band.chinese}" if cell.band else ""
    core = "·共同核心" if cell.common_core else ""
    slots = f"（每题{cell.slots}空）" if cell.slots > 1 else ""
    return f"{name}{form}{topic}{band}{core} {cell.questions}题{slots}"


SLOTS_ASKED_FOR = (1, 2)
"""A writer is asked for questions with one or two blanks."""


def ideal_deviation(plan: Plan, parts: Sequence[Part]) -> int:
    """How far off the topic margins remain with a bank that has everything, in hundredths of a mark."""
    found = _elastic(plan, parts, {}, None)
    return sum(found.off)


def feasible(plan: Plan, bank: Sizes, rivals: Sequence[Rival] = ()) -> bool:
    """Whether papers can be drawn from such a bank: what `exam.papers.assembly.select` decides, without the papers."""
    parts = parts_of(plan, bank)
    sizes = {cell: size for cell, size in bank.items() if any(part.takes(cell) for part in parts)}
    program = Program()
    terms = topic_terms(plan, parts, fill(program, plan, parts, sizes, rivals))
    off = [
        place
        for group, marks in plan.topic_marks.items()
        for place in near(program, terms[group], int(marks * HUNDRED), 0)
    ]
    if off:
        try:
            allowed = ideal_deviation(plan, parts)
        except Contradiction:
            return False
        program.row(dict.fromkeys(off, 1), lower=0, upper=allowed)
    return program.solve() is not None


def missing(plan: Plan, parts: Sequence[Part], sizes: Sizes, rivals: Sequence[Rival] = ()) -> tuple[Missing, ...]:
    """The fewest questions that, added to `sizes`, would let the plan be met; of equals any, always the same.

    The new questions are taken to be nobody's rivals.
    """
    found = _elastic(plan, parts, sizes, ideal_deviation(plan, parts), rivals)
    wanted: Counter[Missing] = Counter()
    for new, number in found.added.items():
        if number:
            wanted[_named(plan, parts[new.part], new)] += number
    return tuple(replace(cell, questions=number) for cell, number in wanted.items())


class _New(NamedTuple):
    """Questions that are not there: for which part, on what (a topic, a group, or any), of which band and slots."""

    part: int
    topic: str
    band: Band | None
    slots: int


def _named(plan: Plan, part: Part, new: _New) -> Missing:
    section = plan.sections[part.section]
    kinds = tuple(kind for kind in section.kinds if kind in part.kinds)
    return Missing(section.title, kinds, section.forms[0], new.topic, 1, new.slots, new.band, part.core)


class _Elastic(NamedTuple):
    added: dict[_New, int]
    off: list[int]


def _elastic(
    plan: Plan, parts: Sequence[Part], sizes: Sizes, allowed: int | None, rivals: Sequence[Rival] = ()
) -> _Elastic:
    """The same program with questions that are not there: as few as possible, or (`allowed` None) any number.

    Raises Contradiction where even those would not do.
    """
    program = Program()
    choices = {
        (index, cell): program.variable(upper=sizes[cell])
        for index, part in enumerate(parts)
        for cell in sizes
        if part.takes(cell)
    }
    added = {
        new: program.variable(cost=0 if allowed is None else 1)
        for index, part in enumerate(parts)
        for new in _askable(plan, index, part)
    }
    for index, part in enumerate(parts):
        filled: dict[int, float] = {place: part.weight(cell) for (at, cell), place in choices.items() if at == index}
        program.equal(filled | {place: new.slots for new, place in added.items() if new.part == index}, part.count)
    for cell in sizes:
        places = [place for (_, at), place in choices.items() if at == cell]
        program.row(dict.fromkeys(places, 1), lower=0, upper=sizes[cell])
    hold_apart(program, choices, sizes, rivals)
    for fixed, held in zip(plan.fixed_cells, fixed_terms(plan, parts, choices), strict=True):
        here = {
            place: new.slots
            for new, place in added.items()
            if parts[new.part].section == fixed.section and fixed.holds(new.topic, new.band)
        }
        program.equal(held | here, fixed.count)
    off: list[int] = []
    terms = topic_terms(plan, parts, choices)
    for new, place in added.items():
        group = plan.groups.get(new.topic, new.topic)
        if group in terms:
            terms[group][place] = parts[new.part].each * new.slots
    for group, marks in plan.topic_marks.items():
        off += near(program, terms[group], int(marks * HUNDRED), 1 if allowed is None else 0)
    if allowed is not None and off:
        program.row(dict.fromkeys(off, 1), lower=0, upper=allowed)
    found = program.solve()
    if found is None:
        raise Contradiction(N_("The fixed cells of this specification contradict each other or its sections."))
    return _Elastic({new: found[place] for new, place in added.items()}, [found[place] for place in off])


def _askable(plan: Plan, index: int, part: Part) -> list[_New]:
    """What a new question for `part` may be: told apart by topic and band as far as margins and fixed cells do."""
    fixed = [cell for cell in plan.fixed_cells if cell.section == part.section]
    topics = _askable_topics(plan, part, [cell.topic for cell in fixed if cell.topic])
    bands: tuple[Band | None, ...] = tuple(Band) if any(cell.band for cell in fixed) else (None,)
    slots = SLOTS_ASKED_FOR if part.by_slots else (1,)
    return [_New(index, topic, band, each) for topic in topics for band in bands for each in slots]


def _askable_topics(plan: Plan, part: Part, fixed: Sequence[str]) -> tuple[str, ...]:
    roots = dict.fromkeys(topic for each in fixed for topic in each.split(GROUP_MARK))
    if roots:
        return tuple(topic for topic in (sorted(part.topics) or [*roots, ""]))
    if not plan.topic_marks:
        return tuple(sorted(part.topics)) or ("",)
    groups = {plan.groups.get(topic) for topic in part.topics}
    return tuple(group for group in plan.topic_marks if group in groups)
