"""Pure: how many questions of which cell a paper takes, as an integer program on counts (`scipy.optimize.milp`).

A cell holds questions that are alike to the specification: kind, form, topic, band, slots, of the host unit or not.
Sections must be filled exactly. Topic margins come as near as the marks of the sections allow: if the bank is what
stands in the way, that is a shortage. Difficulty shares are a wish and come as near as the rest leaves room for.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from typing import NamedTuple

from exam.papers.specification import CountBy, Plan
from question_bank.drawable import Drawable
from question_bank.enums import Band, Kind, TextForm

HUNDRED = 100
"""Marks stand in the program as whole hundredths."""


class Cell(NamedTuple):
    """Questions that are alike to a specification. `core` is told apart only where the specification asks for it.

    `level` is 0 but where tables part large questions by how hard they are (`exam.papers.levels`).
    """

    kind: Kind
    form: TextForm
    topic: str
    band: Band
    slots: int
    of_host: bool
    core: bool = False
    level: int = 0


Sizes = Mapping[Cell, int]
"""How many questions the bank holds in each cell."""


@dataclass(frozen=True)
class Part:
    """A run of like items: a section, or the single item of a section that has a wish.

    `count` and `weight` count questions or slots, as the section does; `host` None means that either will do; `core`
    asks for the common core.
    """

    section: int
    kinds: frozenset[Kind]
    forms: frozenset[TextForm]
    topics: frozenset[str]
    host: bool | None
    by_slots: bool
    count: int
    each: int
    core: bool = False

    def takes(self, cell: Cell) -> bool:
        """Whether questions of `cell` may stand here."""
        return (
            cell.kind in self.kinds
            and cell.form in self.forms
            and (not self.topics or cell.topic in self.topics)
            and (self.host is None or self.host == cell.of_host)
            and (cell.core or not self.core)
        )

    def weight(self, cell: Cell) -> int:
        """How much of `count` one question of `cell` fills."""
        return cell.slots if self.by_slots else 1

    def marks(self, cell: Cell) -> int:
        """Hundredths of a mark of one question of `cell`."""
        return self.each * self.weight(cell)


def pools_of(bank: Sequence[Drawable], *, by_core: bool = False) -> dict[Cell, tuple[Drawable, ...]]:
    """The bank by cells, in an order that depends on codes alone."""
    pools: dict[Cell, list[Drawable]] = defaultdict(list)
    for question in sorted(bank, key=lambda each: each.code):
        pools[cell_of(question, by_core=by_core)].append(question)
    return {cell: tuple(pools[cell]) for cell in sorted(pools)}


def cell_of(question: Drawable, *, by_core: bool = False) -> Cell:
    return Cell(
        question.kind,
        question.form,
        question.topic,
        question.band,
        question.slots,
        question.unit_code is not None,
        by_core and question.common_core,
    )


def parts_of(plan: Plan, sizes: Sizes) -> tuple[Part, ...]:
    """The runs of items to be drawn. A wish for the host unit holds where the bank has such a question."""
    parts = []
    for index, section in enumerate(plan.sections):
        if section.fixed:
            continue
        each = int(section.marks_each * HUNDRED)
        by_slots = section.count_by is CountBy.SLOTS
        kinds, forms = frozenset(section.kinds), frozenset(section.forms)
        margin = frozenset(plan.groups)
        for wish in section.wishes:
            part = Part(
                section=index,
                kinds=frozenset(wish.kinds) or kinds,
                forms=forms,
                topics=frozenset(wish.topics) or margin,
                host=None,
                by_slots=by_slots,
                count=1,
                each=each,
                core=wish.common_core,
            )
            parts.append(_settled(part, sizes) if wish.host_unit else part)
        rest = section.count - len(section.wishes)
        if rest:
            parts.append(Part(index, kinds, forms, margin, None, by_slots, rest, each))
    return tuple(parts)


def _settled(part: Part, sizes: Sizes) -> Part:
    wanted = Part(**{**part.__dict__, "host": True})
    if any(wanted.takes(cell) for cell in sizes):
        return wanted
    return Part(**{**part.__dict__, "host": False})


@dataclass(frozen=True)
class Targets:
    """Hundredths of a mark that each topic group and band has on every paper, and how far off that is."""

    topics: Mapping[str, int]
    bands: Mapping[Band, int]
    topic_deviation: int
    band_deviation: int


Counts = Mapping[tuple[int, Cell], int]
"""(index of the part, cell) → how many questions."""


class Program:
    """A small integer program, written down row by row."""

    def __init__(self) -> None:
        self._cost: list[float] = []
        self._upper: list[float] = []
        self._rows: list[tuple[dict[int, float], float, float]] = []

    def variable(self, *, cost: float = 0, upper: float = inf) -> int:
        """A whole number from 0 to `upper`; returns its place."""
        self._cost.append(cost)
        self._upper.append(upper)
        return len(self._cost) - 1

    def price(self, place: int, cost: float) -> None:
        """Give the variable at `place` another cost."""
        self._cost[place] = cost

    def row(self, terms: Mapping[int, float], *, lower: float, upper: float) -> None:
        """Ask that lower ≤ Σ coefficient · variable ≤ upper."""
        self._rows.append((dict(terms), lower, upper))

    def equal(self, terms: Mapping[int, float], value: float) -> None:
        self.row(terms, lower=value, upper=value)

    def solve(self) -> tuple[int, ...] | None:
        """The cheapest whole numbers, None where there are none. Solved to proof: no gap is left open."""
        # half a second and 60 MB that only a process needs that makes papers
        from numpy import asarray, ones
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        if not self._cost:
            return () if all(lower <= 0 <= upper for _, lower, upper in self._rows) else None
        entries = [(row, place, each) for row, (terms, _, _) in enumerate(self._rows) for place, each in terms.items()]
        matrix = coo_array(
            ([each for *_, each in entries], ([row for row, *_ in entries], [place for _, place, _ in entries])),
            shape=(len(self._rows), len(self._cost)),
        )
        found = milp(
            asarray(self._cost),
            integrality=ones(len(self._cost)),
            bounds=Bounds(0, asarray(self._upper)),
            constraints=LinearConstraint(
                matrix.tocsr(), [lower for _, lower, _ in self._rows], [upper for *_, upper in self._rows]
            ),
            options={"mip_rel_gap": 0},
        )
        if found.x is None:
            return None
        return tuple(round(float(each)) for each in found.x)


Choices = dict[tuple[int, Cell], int]
"""(index of the part, cell) → place of its count in the program."""


class Rival(NamedTuple):
    """A question of `cell` that must not stand beside the rivals numbered `foes` (their places in the sequence)."""

    cell: Cell
    foes: tuple[int, ...]


def fill(program: Program, plan: Plan, parts: Sequence[Part], sizes: Sizes, rivals: Sequence[Rival] = ()) -> Choices:
    """Counts for every part and cell, sections filled and fixed cells met exactly, no cell overdrawn.

    `rivals` are those of a cell's questions that count only as far as they can stand together.
    """
    choices = {
        (index, cell): program.variable(upper=min(sizes[cell], part.count // part.weight(cell)))
        for index, part in enumerate(parts)
        for cell in sizes
        if part.takes(cell)
    }
    for index, part in enumerate(parts):
        filled = {place: part.weight(cell) for (at, cell), place in choices.items() if at == index}
        program.equal(filled, part.count)
    shared: dict[Cell, list[int]] = defaultdict(list)
    for (_, cell), place in choices.items():
        shared[cell].append(place)
    for cell, places in shared.items():
        if len(places) > 1:
            program.row(dict.fromkeys(places, 1), lower=0, upper=sizes[cell])
    for fixed, terms in zip(plan.fixed_cells, fixed_terms(plan, parts, choices), strict=True):
        program.equal(terms, fixed.count)
    hold_apart(program, choices, sizes, rivals)
    return choices


def hold_apart(program: Program, choices: Choices, sizes: Sizes, rivals: Sequence[Rival]) -> list[int]:
    """Let a cell give no more than its questions without rivals and such rivals as can stand together.

    Returns the places of one choice (0 or 1) for every rival.
    """
    taken = [program.variable(upper=1) for _ in rivals]
    for cell in sorted({rival.cell for rival in rivals}):
        own = [place for place, rival in zip(taken, rivals, strict=True) if rival.cell == cell]
        counted: dict[int, float] = {place: 1 for (_, at), place in choices.items() if at == cell}
        program.row(counted | dict.fromkeys(own, -1), lower=-len(own), upper=sizes[cell] - len(own))
    for place, rival in enumerate(rivals):
        for foe in rival.foes:
            if place < foe:
                program.row({taken[place]: 1, taken[foe]: 1}, lower=0, upper=1)
    return taken


def fixed_terms(plan: Plan, parts: Sequence[Part], choices: Choices) -> list[dict[int, float]]:
    """For each fixed cell how much every count adds to it."""
    terms: list[dict[int, float]] = [{} for _ in plan.fixed_cells]
    for (index, cell), place in choices.items():
        for fixed, found in zip(plan.fixed_cells, terms, strict=True):
            if fixed.section == parts[index].section and fixed.holds(cell.topic, cell.band):
                found[place] = parts[index].weight(cell)
    return terms


def topic_terms(plan: Plan, parts: Sequence[Part], choices: Choices) -> dict[str, dict[int, float]]:
    """Topic group → marks that each count brings it."""
    terms: dict[str, dict[int, float]] = {group: {} for group in plan.topic_marks}
    for (index, cell), place in choices.items():
        group = plan.groups.get(cell.topic)
        if group is not None:
            terms[group][place] = parts[index].marks(cell)
    return terms


def _band_terms(parts: Sequence[Part], choices: Choices) -> dict[Band, dict[int, float]]:
    terms: dict[Band, dict[int, float]] = {band: {} for band in Band}
    for (index, cell), place in choices.items():
        terms[cell.band][place] = parts[index].marks(cell)
    return terms


def near(program: Program, terms: Mapping[int, float], target: int, cost: int) -> tuple[int, int]:
    """Ask that `terms` come near `target`; returns the places of what is lacking and what is too much."""
    lacking, over = program.variable(cost=cost), program.variable(cost=cost)
    program.equal({**terms, lacking: 1, over: -1}, target)
    return lacking, over


WEAR = 5
"""Where the shares cannot be met anyway, a mark from a cell of one question is worth so many marks of deviation."""


def targets(plan: Plan, parts: Sequence[Part], sizes: Sizes, rivals: Sequence[Rival] = ()) -> Targets | None:
    """The nearest to both margins that `sizes` allow, topics before bands; None where a section cannot be filled.

    Difficulty shares that cannot be met are not chased to the last mark: an eighth of the marks may lie in another band
    still, where the same single question would stand on every paper otherwise.
    """
    nearest = _aimed(plan, parts, sizes, rivals, None)
    if nearest is None or not nearest.band_deviation:
        return nearest
    return _aimed(plan, parts, sizes, rivals, nearest) or nearest


def _aimed(
    plan: Plan, parts: Sequence[Part], sizes: Sizes, rivals: Sequence[Rival], nearest: Targets | None
) -> Targets | None:
    """The nearest targets, or (given them) those close by that wear small cells least.

    Costs grow a little from margin to margin, so that of two ways to be equally far off always the same one is taken.
    """
    program = Program()
    choices = fill(program, plan, parts, sizes, rivals)
    by_topic, by_band = topic_terms(plan, parts, choices), _band_terms(parts, choices)
    first = 200 * int(plan.total)
    topics = [
        near(program, by_topic[group], int(marks * HUNDRED), first + place)
        for place, (group, marks) in enumerate(plan.topic_marks.items())
    ]
    bands = [
        near(program, by_band[band], int(wanted * HUNDRED), 10 + place)
        for place, (band, wanted) in enumerate(plan.band_marks().items())
    ]
    topic_off, band_off = [each for pair in topics for each in pair], [each for pair in bands for each in pair]
    if nearest is not None:
        for (index, cell), place in choices.items():
            program.price(place, 10 * WEAR * parts[index].marks(cell) // sizes[cell])
        spare = int(plan.drawn_total * HUNDRED) // 4  # a mark in the wrong band lacks in one and is too much in another
        program.row(dict.fromkeys(topic_off, 1), lower=0, upper=nearest.topic_deviation)
        program.row(dict.fromkeys(band_off, 1), lower=0, upper=nearest.band_deviation + spare)
    found = program.solve()
    if found is None:
        return None
    return Targets(
        topics={group: _sum(terms, found) for group, terms in by_topic.items()},
        bands={band: _sum(terms, found) for band, terms in by_band.items()},
        topic_deviation=sum(found[place] for place in topic_off),
        band_deviation=sum(found[place] for place in band_off),
    )


def _sum(terms: Mapping[int, float], found: Sequence[int]) -> int:
    return int(sum(each * found[place] for place, each in terms.items()))


class Counted(NamedTuple):
    """One table of counts, and which of the rivals a paper made by it may take (they can stand together)."""

    table: Counts
    peaceful: frozenset[int]


def counts(
    plan: Plan,
    parts: Sequence[Part],
    sizes: Sizes,
    *,
    aim: Targets,
    costs: Mapping[Cell, int],
    rivals: Sequence[Rival] = (),
) -> Counted:
    """The cheapest counts that hit `aim` exactly, where each question taken from a cell costs that cell's `costs`."""
    program = Program()
    choices = fill(program, plan, parts, sizes)
    peaceful = hold_apart(program, choices, sizes, rivals)
    for (_, cell), place in choices.items():
        program.price(place, costs[cell])
    for number, place in enumerate(peaceful, 1):
        program.price(place, number)
    for group, terms in topic_terms(plan, parts, choices).items():
        program.equal(terms, aim.topics[group])
    for band, terms in _band_terms(parts, choices).items():
        program.equal(terms, aim.bands[band])
    found = program.solve()
    if found is None:  # the aim was reached with these very cells, so this is a fault of ours
        raise AssertionError("the counts that reached the margins cannot be found again")
    return Counted(
        {key: found[place] for key, place in choices.items() if found[place]},
        frozenset(number for number, place in enumerate(peaceful) if found[place]),
    )


def in_marks(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
