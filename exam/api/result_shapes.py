"""The JSON of results. Marks and shares are texts with all their figures, shares between 0 and 1; ids are numbers.

What the reports of `liangjuan report --format json` hold stands here name by name, so that a change of it is seen.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from exam.api.shapes import Shape
from exam.reports.comparison import Measure
from exam.reports.ruling import Ruling
from exam.reports.statistics import Basis, Flag, Group, Standing, Unranked
from exam.tours.models import StopStatus
from question_bank.enums import Kind, PaperKind

MOST = 500
"""So many questions at most in one answer."""


class Asked(Shape):
    """What is compared: one paper, or the overall mark of both."""

    measure: Measure = Measure.OVERALL


class AskedOfTour(Asked):
    """The same within one tour; without one over everything."""

    tour: int | None = None


class AskedOfQuestions(AskedOfTour):
    """The least known questions, so many of them at most."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 40


class GroupFigures(Shape):
    """Figures of some people; null where there is nobody to count. Intervals are those of 95 %."""

    expected: int
    sat: int
    leave: int
    exempt: int
    attendance: str | None
    mean: str | None
    mean_with_absent: str | None
    median: str | None
    sd: str | None
    pass_rate: str | None
    good_rate: str | None
    excellent_rate: str | None
    highest: str | None
    interval: list[str] | None
    equated: str | None
    equated_interval: list[str] | None


class Sureness(Shape):
    """How sure a unit's place is: see `exam.reports.statistics.Sure`."""

    shrunk: str
    sd: str
    first_three: str | None
    between: list[int] | None
    tier: int | None
    alike: list[int]


class UnitLine(Shape):
    """One unit on its group's board; `unranked` says why it has no rank."""

    unit: int
    name: str
    figures: GroupFigures
    score: str | None
    rank: int | None
    unranked: Unranked | None
    flags: list[Flag]
    sure: Sureness | None


class Board(Shape):
    """One group and its units in order. `tiers`: ids of units that cannot be told apart (不可区分), the best first."""

    group: Group
    figures: GroupFigures
    basis: Basis
    sure_by: Basis
    tiers: list[list[int]]
    units: list[UnitLine]


class TopicShares(Shape):
    """Share of the marks earned in a root topic: by everybody, and by group."""

    code: str
    name: str
    all: str | None
    shares: dict[Group, str]


class PersonLine(Shape):
    """One roster entry's result, without a name. Organisers are given everybody, leaders the best fifth."""

    entry: int
    standing: Standing
    score: str | None
    equated: str | None
    passed: bool
    makes_up: int | None
    made_up: bool


class Results(Shape):
    """Results of a stop. `waiting` counts answers that still wait for a person: above 0 all figures may change."""

    title: str
    measure: Measure
    waiting: int
    rule: Ruling
    groups: list[Board]
    topics: list[TopicShares]
    people: list[PersonLine]


class Class(Shape):
    """How many scored from `low` to below `high`."""

    low: int
    high: int
    count: int


class TopicBeside(Shape):
    """A root topic: the unit's share of marks beside its group's."""

    code: str
    name: str
    own: str | None
    county: str | None


class Changed(Shape):
    """Figures at the tour before, and now."""

    tour_id: int
    tour: str
    before: GroupFigures
    after: GroupFigures


class CountedUnit(Shape):
    unit_id: int
    name: str
    figures: GroupFigures
    tie_breaker: str


class RankedUnit(Shape):
    unit: CountedUnit
    score: str | None
    rank: int | None
    unranked: Unranked | None
    flags: list[Flag]
    sure: Sureness | None


class UnitSide(Shape):
    """The unit's people of one group beside the whole group."""

    group: Group
    ranked: RankedUnit
    county: GroupFigures
    ranked_units: int
    tiers: int
    distribution: list[Class]
    county_distribution: list[Class]
    topics: list[TopicBeside]
    change: Changed | None


class UnitPart(Shape):
    """What only a unit's report has. `people` is always empty: names leave by no machine."""

    unit_id: int
    measure: Measure
    rule: Ruling
    sides: list[UnitSide]
    people: Annotated[list[PersonLine], Field(max_length=0)]
    waiting: int


class UnitResults(Results):
    """Results of a unit: its own line on each board, and `unit`."""

    unit: UnitPart

    def of_no_other(self) -> "UnitResults":
        """The same without the ids of units it cannot be told apart from: for its own contact."""
        lines = [line.sure for board in self.groups for line in board.units]
        for sure in (*lines, *(side.ranked.sure for side in self.unit.sides)):
            if sure is not None:
                sure.alike = []
        return self


class TourCoverage(Shape):
    stops: int
    held: int
    units: int
    units_held: int
    on_rosters: int
    expected: int
    sat: int


class StopInTour(Shape):
    stop_id: int
    number: int
    unit_id: int
    unit_name: str
    starts_at: datetime
    week: int
    status: StopStatus
    on_roster: int
    figures: GroupFigures | None


class WeekInTour(Shape):
    week: int
    stops: int
    figures: GroupFigures


class TourResults(Results):
    """Results of a tour, how far it has come, its course, and by group what changed since the tour before."""

    coverage: TourCoverage
    stops: list[StopInTour]
    weeks: list[WeekInTour]
    changes: dict[Group, Changed]


class WrongChoice(Shape):
    key: str
    text: str
    count: int
    share: str


class QuestionFigures(Shape):
    """One question among these people. `facility` is the share of marks earned, `expected` what its level lets expect,
    `county` the facility over all stops so far, `discrimination` the correlation with the rest of the paper.
    """

    question: int
    code: str
    kind: Kind
    difficulty: int
    topic: str
    topic_name: str
    stem: str
    answers: int
    facility: str
    expected: str
    county: str | None
    discrimination: str | None
    unexpected: bool
    wrong: list[WrongChoice]


class QuestionsMet(Shape):
    """How many questions and answers there were, and the least known questions, the least known first."""

    questions: int
    answers: int
    lines: list[QuestionFigures]


class Earned(Shape):
    """Marks earned of marks possible under one heading."""

    name: str
    earned: str
    possible: str


class ItemMarks(Shape):
    """One question of a paper. `given` in the labels of the paper, `key` in words; a `void` one counts for nobody."""

    position: int
    section: int
    kind: Kind
    topic: str
    stem: str
    given: Any
    key: str
    awarded: str
    maximum: str
    rule: str
    law: str
    void: bool
    reasons: list[str]


class ScoreBefore(Shape):
    at: datetime
    before: str
    after: str
    cause: str


class Scorecard(Shape):
    """A person's own paper. Before the release only the first four say anything."""

    paper_kind: PaperKind
    stop: int
    receipt: str
    released: bool
    note: str
    marks: str | None
    total: str | None
    passed: bool | None
    equated: str | None
    equated_error: str | None
    sections: list[Earned]
    topics: list[Earned]
    items: list[ItemMarks]
    changes: list[ScoreBefore]
