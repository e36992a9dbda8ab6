"""Pure: the figures of a group of people, and the order of units, as the county's scheme defines them.

Definitions (source: the scheme's results rules, 成绩规则; thresholds and weights are configurable):

应考 expected     everybody on the roster, approved leave included, but not those who need not sit (免考)
实考 sat          those who handed in a paper, or whose time ran out over one
公假 leave        approved official leave: not in any mean, but in the roster that attendance is counted from
免考 exempt       in no figure at all; listed apart
缺考 absent       expected − sat − leave, shown on its own
参考率            sat ÷ expected
均分 mean         over those who sat: the headline. Beside it the mean in which every absence counts as 0
合格/良好/优秀率   of those who sat, the share at or above the pass mark (60), 80 and 90 per cent of the paper
中位数, 标准差     over those who sat; the standard deviation is the sample's (n − 1)
95 % interval     mean ± t(0.975, n − 1) · SD ÷ √n, only for five or more (Student 1908; any statistics text)
单位得分           60 % mean + 20 % attendance + 10 % pass rate + 10 % excellent rate, each on a scale of 100
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from statistics import median

from exam.accounts.roles import UnitCategory
from question_bank.enums import Audience, NamedEnum
from question_bank.errors import N_

PASS = Decimal(60)
GOOD = Decimal(80)
EXCELLENT = Decimal(90)
FEWEST = 5
"""Below so many sitters there is no interval and no rank."""
TOP_SHARE = 5
"""One in so many may be shown to leaders as the best (前 20 %)."""


class Group(NamedEnum):
    """分榜组别. Ranks never cross these: papers are proven equal only inside a specification."""

    VILLAGE = "village", N_("Village group"), "村级组"
    TOWN = "town", N_("Town and zone group"), "镇级及园区组"
    DEPARTMENT = "department", N_("Department group"), "部门组"
    RESIDENT = "resident", N_("Resident office group"), "驻外组"


def group_of(audience: Audience, category: UnitCategory) -> Group:
    """Cadres of resident offices sit the town specification and are compared among themselves."""
    if audience is Audience.VILLAGE:
        return Group.VILLAGE
    if audience is Audience.DEPARTMENT:
        return Group.DEPARTMENT
    return Group.RESIDENT if category is UnitCategory.RESIDENT_OFFICE else Group.TOWN


class Standing(Enum):
    """What became of one person at one paper."""

    SAT = "sat"
    ABSENT = "absent"
    LEAVE = "leave"
    EXEMPT = "exempt"


@dataclass(frozen=True)
class Result:
    """One person's result on a scale of 100. An absence scores 0, in an overall mark what the other paper gave."""

    standing: Standing
    score: Decimal = Decimal(0)
    passed: bool = False


@dataclass(frozen=True)
class Figures:
    """The figures of a group; shares lie between 0 and 1. None where there is nobody to count."""

    expected: int
    sat: int
    leave: int
    attendance: Decimal | None
    mean: Decimal | None
    mean_with_absent: Decimal | None
    median: Decimal | None
    sd: Decimal | None
    pass_rate: Decimal | None
    good_rate: Decimal | None
    excellent_rate: Decimal | None
    highest: Decimal | None
    interval: tuple[Decimal, Decimal] | None
    exempt: int = 0

    @property
    def absent(self) -> int:
        return self.expected - self.sat - self.leave

    @property
    def comparable(self) -> bool:
        """Whether there are enough sitters for a rank and an interval."""
        return self.sat >= FEWEST


def figures(results: Iterable[Result]) -> Figures:
    """The figures of a group; see the module for what each one means."""
    asked = list(results)
    everyone = [each for each in asked if each.standing is not Standing.EXEMPT]
    scores = sorted(each.score for each in everyone if each.standing is Standing.SAT)
    counted = [each.score for each in everyone if each.standing is not Standing.LEAVE]
    sat = len(scores)
    mean = _mean(scores)
    sd = _sd(scores)
    return Figures(
        expected=len(everyone),
        sat=sat,
        leave=sum(each.standing is Standing.LEAVE for each in everyone),
        attendance=share(sat, len(everyone)),
        mean=_shown(mean),
        mean_with_absent=_shown(_mean(counted)),
        median=_shown(Decimal(median(scores)) if scores else None),
        sd=_shown(sd),
        pass_rate=share(sum(each.passed for each in everyone if each.standing is Standing.SAT), sat),
        good_rate=share(sum(score >= GOOD for score in scores), sat),
        excellent_rate=share(sum(score >= EXCELLENT for score in scores), sat),
        highest=_shown(scores[-1] if scores else None),
        interval=_interval(mean, sd, sat),
        exempt=len(asked) - len(everyone),
    )


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """`part` ÷ `whole` to four places, half up; None of nothing."""
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


def _mean(scores: Sequence[Decimal]) -> Decimal | None:
    return sum(scores, Decimal(0)) / len(scores) if scores else None


def _sd(scores: Sequence[Decimal]) -> Decimal | None:
    if len(scores) < 2:
        return None
    mean = sum(scores, Decimal(0)) / len(scores)
    return (sum(((score - mean) ** 2 for score in scores), Decimal(0)) / (len(scores) - 1)).sqrt()


def _interval(mean: Decimal | None, sd: Decimal | None, sat: int) -> tuple[Decimal, Decimal] | None:
    if mean is None or sd is None or sat < FEWEST:
        return None
    # scipy costs a quarter of a second and 30 MB, which a process that serves candidates need not pay
    from scipy.special import stdtrit

    reach = Decimal(str(stdtrit(sat - 1, 0.975))) * sd / Decimal(sat).sqrt()
    return _two(max(Decimal(0), mean - reach)), _two(min(Decimal(100), mean + reach))


def _two(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _shown(value: Decimal | None) -> Decimal | None:
    return None if value is None else _two(value)


@dataclass(frozen=True)
class Weights:
    """What a unit's score is made of, in parts of a hundred."""

    mean: int = 60
    attendance: int = 20
    pass_rate: int = 10
    excellent_rate: int = 10

    def __post_init__(self) -> None:
        if self.mean + self.attendance + self.pass_rate + self.excellent_rate != 100:
            raise ValueError("the weights of a unit's score do not add up to 100")


STANDARD_WEIGHTS = Weights()


def unit_score(found: Figures, weights: Weights = STANDARD_WEIGHTS) -> Decimal | None:
    """A unit's score out of 100; None where nobody sat."""
    if found.mean is None or found.attendance is None or found.pass_rate is None or found.excellent_rate is None:
        return None
    rates = (
        found.attendance * weights.attendance
        + found.pass_rate * weights.pass_rate
        + found.excellent_rate * weights.excellent_rate
    )
    return _two(found.mean * weights.mean / 100 + rates)


@dataclass(frozen=True)
class Unit:
    """One unit to be ranked. `tie_breaker`: its share of the PROC marks of the business paper (同分看手续得分)."""

    unit_id: int
    name: str
    figures: Figures
    tie_breaker: Decimal = Decimal(0)


@dataclass(frozen=True)
class Ranked:
    """A unit with its score; `rank` is None where fewer than five sat."""

    unit: Unit
    score: Decimal | None
    rank: int | None = field(default=None)


def rank_units(units: Iterable[Unit], weights: Weights = STANDARD_WEIGHTS) -> list[Ranked]:
    """Units by score, the best first; those without a rank at the end. Equal in score and tie breaker share a rank."""
    scored = [(unit, unit_score(unit.figures, weights)) for unit in units]
    placed = sorted(
        ((score, unit) for unit, score in scored if score is not None and unit.figures.comparable),
        key=lambda pair: (-pair[0], -pair[1].tie_breaker, pair[1].name),
    )
    keys = [(score, unit.tie_breaker) for score, unit in placed]
    ranked = [Ranked(unit, score, keys.index((score, unit.tie_breaker)) + 1) for score, unit in placed]
    rest = [Ranked(unit, score) for unit, score in scored if score is None or not unit.figures.comparable]
    return ranked + sorted(rest, key=lambda each: (-(each.score or Decimal(-1)), each.unit.name))


def places(scores: Sequence[Decimal]) -> list[int]:
    """The place of each score among all of them: 1 for the highest, equal scores share a place (1, 2, 2, 4)."""
    first: dict[Decimal, int] = {}
    for place, score in enumerate(sorted(scores, reverse=True), 1):
        first.setdefault(score, place)
    return [first[score] for score in scores]


def in_top_share(place: int, of: int) -> bool:
    """Whether a place among `of` people may be shown beyond the organisers: the best fifth, rounded up."""
    return of >= FEWEST and place <= -(-of // TOP_SHARE)
