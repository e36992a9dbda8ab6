"""Pure: 等值证明. What is proven of the papers of a set, beside what a plain draw would have given, and what limits it.

Expected scores are Σ share · marks over the drawn items of a paper, at three levels of ability (θ = −1, 0, +1); the
spread is the largest less the smallest. They are balanced on the bank's figures; how evenly the papers lie in truth
depends on how well those are known. If ε of a question is what its true share differs from its figure by, independent
of all others with standard deviation e (`question_bank.calibration.doubts_of`), the expected variance of the true
scores is

    sd² + Σ e² · Var(m)

over all questions, Var(m) being the variance, over the papers, of the marks the question has on them. A question that
stands on every paper makes none easier; one that stands on few makes those easier or harder.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from math import sqrt
from statistics import pstdev

from exam.papers.assembly import DrawnPaper, Selection
from exam.papers.circumstances import NOTHING_BEFORE, Circumstances
from exam.papers.figures import exposure_cv
from exam.papers.margins import HUNDRED
from exam.papers.plain import plain_draw
from exam.papers.specification import Plan
from question_bank.calibration import LABELS, LEVELS, UNIT, Priors, doubts_of
from question_bank.drawable import Drawable
from question_bank.enums import Band, Kind
from question_bank.kinds.base import Frozen

NAMES = tuple(str(level) for level in LEVELS)
WELL_KNOWN = 100
"""So many responses make a figure a question's own."""
FEW = 10
"""With fewer papers a plain draw may be as even by luck."""
NAMED = 5
"""At most so many thin cells are named."""
MARK = UNIT * HUNDRED
Levels = dict[str, float]
"""A figure in marks for each of the levels "-1", "0", "1"."""


class Limit(StrEnum):
    """What keeps papers from being more equal, further apart, or more certainly equal; the weightiest first."""

    ONE_PAPER = "one_paper"
    FEW_PAPERS = "few_papers"
    LABELS_ONLY = "labels_only"
    FEW_RESPONSES = "few_responses"
    SMALL_CELLS = "small_cells"
    NEIGHBOURS = "neighbours"
    COUNTY = "county"
    TOPICS = "topics"
    DIFFICULTY = "difficulty"
    REPEATS = "repeats"
    WORN = "worn"
    ENEMIES = "enemies"


class ThinCell(Frozen):
    """Of `held` questions `papers` papers took some, one paper `most` of them; so neighbours had to share."""

    kind: Kind
    topic: str
    band: Band
    held: int
    papers: int
    most: int


class Certificate(Frozen):
    """Figures of the papers of a set, spares among them. Marks in marks, shares between 0 and 1.

    `exact`: every section, topic margin and fixed cell is met by every paper. `random_…` are those of the plain
    stratified draw of as many papers by the same tables. `questions` is how many questions a paper has, `different` how
    many all have together, `max_exposure` the share of the papers on which the most used one stands, `max_overlap` how
    many questions neighbours share at most. `responses` is the mean number of answers that a figure rests on,
    `labelled` the share of the marks that rests on none, `no_choice` the share of the marks in cells that hold no more
    than a paper takes. `repeats` counts the questions that people have had before, `worn` those that stood on papers of
    earlier stops.
    """

    papers: int
    spares: int
    questions: int
    exact: bool
    spread: Levels
    sd: Levels
    random_spread: Levels
    random_sd: Levels
    true_sd_estimate: float
    responses: float
    labelled: float
    no_choice: float
    different: int
    exposure_cv: float
    max_exposure: float
    mean_overlap: float
    max_overlap: int
    random_max_overlap: int
    enemy_clashes: int
    random_enemy_clashes: int
    repeats: int
    worn: int
    seed: int
    bank_hash: str
    specification_hash: str
    papers_hash: str
    limits: tuple[Limit, ...] = ()
    thin: tuple[ThinCell, ...] = ()

    @property
    def times(self) -> float | None:
        """How many times smaller the spread at θ = 0 is than by the plain draw; None where there is none to compare."""
        mine, theirs = self.spread["0"], self.random_spread["0"]
        return theirs / mine if mine else None


def certificate_of(
    plan: Plan,
    bank: Sequence[Drawable],
    selection: Selection,
    *,
    spares: int,
    seed: int,
    own_seed: int,
    hashes: Mapping[str, str],
    circumstances: Circumstances = NOTHING_BEFORE,
    county_lacks: bool = False,
    priors: Priors = LABELS,
) -> Certificate:
    """Work out everything that is said of `selection`, which `plan` drew from `bank`.

    `seed` is the one an organiser chose, `own_seed` that of the set. `hashes` holds `bank_hash`, `specification_hash`
    and `papers_hash`. `county_lacks`: marks of the county went to other topics.
    """
    papers = selection.papers
    plain = plain_draw(plan, bank, papers=len(papers), seed=own_seed)
    mine, theirs = expected_scores(plan, papers), expected_scores(plan, plain)
    sd = _by_level(pstdev(level) for level in mine)
    rows = _rows(plan, papers)
    strata = _Strata(bank, papers)
    used = Counter(question.code for _, question in rows)
    overlaps = _overlaps(papers)
    found = Certificate(
        papers=len(papers) - spares,
        spares=spares,
        questions=max((len(paper.items) for paper in papers), default=0),
        exact=all(_meets(plan, paper) for paper in papers),
        spread=_by_level(max(level) - min(level) for level in mine),
        sd=sd,
        random_spread=_by_level(max(level) - min(level) for level in theirs),
        random_sd=_by_level(pstdev(level) for level in theirs),
        true_sd_estimate=round(true_sd(plan, papers, sd["0"], priors), 4),
        responses=round(sum(question.figures.responses for _, question in rows) / max(1, len(rows)), 1),
        labelled=_share(rows, lambda question: not question.figures.responses),
        no_choice=strata.without_choice(plan, papers),
        different=len(used),
        exposure_cv=round(exposure_cv(papers), 4),
        max_exposure=round(max(used.values(), default=0) / max(1, len(papers)), 4),
        mean_overlap=round(sum(overlaps) / max(1, len(overlaps)), 4),
        max_overlap=max(overlaps, default=0),
        random_max_overlap=max(_overlaps(plain), default=0),
        enemy_clashes=sum(_clashes(paper) for paper in papers),
        random_enemy_clashes=sum(_clashes(paper) for paper in plain),
        repeats=_met_again(papers, circumstances),
        worn=len(used.keys() & circumstances.used.keys()),
        seed=seed,
        thin=strata.thin(),
        **hashes,
    )
    return found.model_copy(update={"limits": tuple(_limits(found, selection, county_lacks=county_lacks))})


def expected_scores(plan: Plan, papers: Sequence[DrawnPaper]) -> list[list[float]]:
    """By level the expected score of every paper, in marks; what a plan fixes for all papers is left out."""
    marks = _Marks(plan)
    sums: list[list[int]] = [[], [], []]
    for paper in papers:
        rows = [(marks.of(item.section, item.question), item.question.figures) for item in paper.items]
        sums[0].append(sum(worth * figures.low for worth, figures in rows))
        sums[1].append(sum(worth * figures.middle for worth, figures in rows))
        sums[2].append(sum(worth * figures.high for worth, figures in rows))
    return [[each / MARK for each in level] for level in sums]


def true_sd(plan: Plan, papers: Sequence[DrawnPaper], sd: float, priors: Priors = LABELS) -> float:
    """The standard deviation, in marks, to be expected of the true expected scores at θ = 0; see the module."""
    marks = _Marks(plan)
    sums: dict[str, int] = defaultdict(int)
    squares: dict[str, int] = defaultdict(int)
    questions: dict[str, Drawable] = {}
    for paper in papers:
        for item in paper.items:
            worth = marks.of(item.section, item.question)
            questions[item.question.code] = item.question
            sums[item.question.code] += worth
            squares[item.question.code] += worth * worth
    variance = sd * sd
    for code, question in questions.items():
        spread = (squares[code] / len(papers) - (sums[code] / len(papers)) ** 2) / HUNDRED**2
        variance += spread * doubts_of(question.kind, question.figures, priors=priors)[1] ** 2
    return sqrt(variance)


class _Marks:
    """Hundredths of a mark of a question in a section, worked out once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known: dict[tuple[int, int], int] = {}

    def of(self, section: int, question: Drawable) -> int:
        key = (section, question.slots)
        if key not in self._known:
            self._known[key] = int(self._plan.sections[section].marks_of(question.slots) * HUNDRED)
        return self._known[key]


def _by_level(values: Iterable[float]) -> Levels:
    return {name: round(value, 4) for name, value in zip(NAMES, values, strict=True)}


def _meets(plan: Plan, paper: DrawnPaper) -> bool:
    groups = plan.groups
    sections = {index: section.total for index, section in enumerate(plan.sections) if not section.fixed}
    topics = dict(plan.topic_marks)
    cells = [cell.count for cell in plan.fixed_cells]
    for item in paper.items:
        section, question = plan.sections[item.section], item.question
        marks = section.marks_of(question.slots)
        if question.kind not in section.kinds or question.form not in section.forms or item.section not in sections:
            return False
        sections[item.section] -= marks
        if question.topic in groups:
            topics[groups[question.topic]] -= marks
        for place, cell in enumerate(plan.fixed_cells):
            if cell.section == item.section and cell.holds(question.topic, question.band):
                cells[place] -= int(marks / section.marks_each)
    once = len({item.question.code for item in paper.items}) == len(paper.items)
    return once and not any(sections.values()) and not any(topics.values()) and not any(cells)


def _clashes(paper: DrawnPaper) -> int:
    """Pairs of enemies on one paper."""
    codes = {item.question.code for item in paper.items}
    hostile = (item.question.enemies for item in paper.items if item.question.enemies)
    return sum(len(codes & enemies) for enemies in hostile) // 2


def _overlaps(papers: Sequence[DrawnPaper]) -> list[int]:
    """How many questions each paper shares with the next."""
    codes = [frozenset(item.question.code for item in paper.items) for paper in papers]
    return [len(one & other) for one, other in pairwise(codes)]


def _met_again(papers: Sequence[DrawnPaper], circumstances: Circumstances) -> int:
    """How many questions stand on the paper of somebody who has had them before."""
    seats = ((papers[seat], set(had)) for seat, had in circumstances.had.items() if seat < len(papers))
    return sum(item.question.code in had for paper, had in seats for item in paper.items)


Row = tuple[int, Drawable]
"""Hundredths of a mark and the question that earns them."""


def _rows(plan: Plan, papers: Sequence[DrawnPaper]) -> list[Row]:
    marks = _Marks(plan)
    return [(marks.of(item.section, item.question), item.question) for paper in papers for item in paper.items]


def _share(rows: Sequence[Row], wanted: Callable[[Drawable], bool]) -> float:
    """Which share of the drawn marks rests on questions that are `wanted`."""
    whole = sum(worth for worth, _ in rows)
    return round(sum(worth for worth, question in rows if wanted(question)) / whole, 4) if whole else 0.0


def _limits(found: Certificate, selection: Selection, *, county_lacks: bool) -> Iterator[Limit]:
    """What limits this set."""
    papers = found.papers + found.spares
    holds = {
        Limit.ONE_PAPER: papers == 1,
        Limit.FEW_PAPERS: 1 < papers < FEW,
        Limit.LABELS_ONLY: found.labelled == 1,
        Limit.FEW_RESPONSES: found.labelled < 1 and found.responses < WELL_KNOWN,
        Limit.SMALL_CELLS: papers > 1 and found.no_choice > 0,
        Limit.NEIGHBOURS: found.max_overlap > 0,
        Limit.COUNTY: county_lacks,
        Limit.TOPICS: bool(selection.topic_deviation),
        Limit.DIFFICULTY: bool(selection.band_deviation),
        Limit.REPEATS: found.repeats > 0,
        Limit.WORN: found.worn > 0,
        Limit.ENEMIES: found.enemy_clashes > 0,
    }
    yield from (limit for limit in Limit if holds[limit])


Stratum = tuple[Kind, str, Band]


class _Strata:
    """Kind, topic and band: what the bank holds of each and what the papers take of it."""

    def __init__(self, bank: Sequence[Drawable], papers: Sequence[DrawnPaper]) -> None:
        self._held = Counter((each.kind, each.topic, each.band) for each in bank if not each.reserve)
        self._taken = [Counter(_stratum(item.question) for item in paper.items) for paper in papers]
        self._shared: Counter[Stratum] = Counter()
        for one, other in pairwise(papers):
            codes = {item.question.code for item in one.items}
            self._shared.update(_stratum(item.question) for item in other.items if item.question.code in codes)

    def without_choice(self, plan: Plan, papers: Sequence[DrawnPaper]) -> float:
        """The share of the marks whose stratum holds no more than the paper takes."""
        marks = _Marks(plan)
        bound = whole = 0
        for paper, taken in zip(papers, self._taken, strict=True):
            for item in paper.items:
                worth = marks.of(item.section, item.question)
                stratum = _stratum(item.question)
                whole += worth
                bound += worth if self._held[stratum] <= taken[stratum] else 0
        return round(bound / whole, 4) if whole else 0.0

    def thin(self) -> tuple[ThinCell, ...]:
        """The strata out of which neighbours share most."""
        return tuple(
            ThinCell(
                kind=stratum[0],
                topic=stratum[1],
                band=stratum[2],
                held=self._held[stratum],
                papers=sum(1 for taken in self._taken if taken[stratum]),
                most=max(taken[stratum] for taken in self._taken),
            )
            for stratum, _ in sorted(self._shared.items(), key=lambda entry: (-entry[1], entry[0]))[:NAMED]
        )


def _stratum(question: Drawable) -> Stratum:
    return question.kind, question.topic, question.band
