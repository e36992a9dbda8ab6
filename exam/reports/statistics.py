"""Pure: the figures of a group of people, and the order of units, as the county's scheme defines them.

Definitions (source: the scheme's results rules, 成绩规则; thresholds and weights stand in ``ruling``):

应考 expected     everybody on the roster, approved leave included, but not those who need not sit (免考)
实考 sat          those who handed in a paper, or whose time ran out over one
公假 leave        approved official leave: not in any mean, but in the roster that attendance is counted from
免考 exempt       in no figure at all; listed apart
缺考 absent       expected − sat − leave, shown on its own
参考率            sat ÷ expected
均分 mean         over those who sat: the headline. Beside it the mean in which every absence counts as 0
合格率            of those who sat, the share that passed: one paper at its own pass mark, the overall mark at 60
良好/优秀率        of those who sat, the share at or above 80 and 90 per cent of the paper
等值均分 equated   mean of the equated scores, where everybody who sat has one
中位数, 标准差     over those who sat; the standard deviation is the sample's (n − 1)
95 % interval     mean ± t(0.975, n − 1) · SD ÷ √n, only for five or more (Student 1908; any statistics text). Of the
                 equated scores too; how units stand to each other, and how sure that is: ``sureness``
单位得分           60 % mean + 20 % attendance + 10 % pass rate + 10 % excellent rate, each on a scale of 100
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from operator import mul
from statistics import median

from exam.accounts.roles import UnitCategory
from exam.reports.ruling import STANDARD, Ruling
from question_bank.enums import Audience, NamedEnum
from question_bank.errors import N_

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
    """One person's result on a scale of 100. An absence scores 0, in an overall mark what the other paper gave.

    `equated` stands beside the score, never instead of it; None where the papers have not been calibrated.
    """

    standing: Standing
    score: Decimal = Decimal(0)
    passed: bool = False
    equated: Decimal | None = None


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
    equated: Decimal | None = None
    equated_interval: tuple[Decimal, Decimal] | None = None

    @property
    def absent(self) -> int:
        return self.expected - self.sat - self.leave

    @property
    def comparable(self) -> bool:
        """Whether there are enough sitters for a rank and an interval."""
        return self.sat >= FEWEST


def figures(results: Iterable[Result], rule: Ruling = STANDARD) -> Figures:
    """The figures of a group; see the module for what each one means."""
    asked = list(results)
    everyone = [each for each in asked if each.standing is not Standing.EXEMPT]
    those = [each for each in everyone if each.standing is Standing.SAT]
    there = [each for each in everyone if each.standing is not Standing.LEAVE]
    scores = sorted(each.score for each in those)
    equated = [each.equated for each in those if each.equated is not None]
    equated = equated if len(equated) == len(those) else []
    sat, all_of_them = len(those), len(everyone) if rule.whole_unit else None
    sd = _sd(scores)
    return Figures(
        expected=len(everyone),
        sat=sat,
        leave=len(everyone) - len(there),
        attendance=share(sat, len(everyone)),
        mean=_shown(_mean(scores)),
        mean_with_absent=_shown(_mean([each.score for each in there])),
        median=_shown(Decimal(median(scores)) if scores else None),
        sd=_shown(sd),
        pass_rate=share(sum(each.passed for each in those), sat),
        good_rate=share(sat - bisect_left(scores, rule.good), sat),
        excellent_rate=share(sat - bisect_left(scores, rule.excellent), sat),
        highest=_shown(scores[-1] if scores else None),
        interval=_interval(scores, sd, all_of_them),
        exempt=len(asked) - len(everyone),
        equated=_shown(_mean(equated)),
        equated_interval=_interval(equated, _sd(equated), all_of_them),
    )


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """`part` ÷ `whole` to four places, half up; None of nothing."""
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


def _mean(scores: Sequence[Decimal]) -> Decimal | None:
    return sum(scores, Decimal(0)) / len(scores) if scores else None


def _sd(scores: Sequence[Decimal]) -> Decimal | None:
    """By the sum of squares, which is exact: scores have two places."""
    if len(scores) < 2:
        return None
    total, squares = sum(scores, Decimal(0)), sum(map(mul, scores, scores), Decimal(0))
    return (max(Decimal(0), squares - total * total / len(scores)) / (len(scores) - 1)).sqrt()


def _interval(scores: Sequence[Decimal], sd: Decimal | None, people: int | None) -> tuple[Decimal, Decimal] | None:
    """As ``standing.interval``, within the scale; `people` where the interval is for a finite population."""
    mean, sat = _mean(scores), len(scores)
    if mean is None or sd is None or sat < FEWEST:
        return None
    # scipy costs a quarter of a second and 30 MB, which a process that serves candidates need not pay
    from scipy.special import stdtrit

    left = Decimal(1) if people is None else 1 - Decimal(sat) / Decimal(people)
    reach = Decimal(str(stdtrit(sat - 1, 0.975))) * sd * (left / sat).sqrt()
    return _two(max(Decimal(0), mean - reach)), _two(min(Decimal(100), mean + reach))


def _two(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _shown(value: Decimal | None) -> Decimal | None:
    return None if value is None else _two(value)


class Basis(NamedEnum):
    """Which scores the units of a group are compared by."""

    RAW = "raw", N_("Raw scores: everybody sat papers of one specification"), "卷面分"
    EQUATED = "equated", N_("Equated scores: papers of several specifications"), "等值分"
    NONE = "none", N_("Not compared: papers of several specifications without equated scores"), "不可比"


class Unranked(NamedEnum):
    """Why a unit has no rank."""

    FEW = "few", N_("Fewer than five sat"), "实考不足5人"
    ATTENDANCE = "attendance", N_("Too few of those expected sat"), "参考率未达排名要求"
    MIXED = "mixed", N_("Specifications differ and scores are not equated"), "组卷规格不同且未等值"


class Flag(NamedEnum):
    """A threshold a unit has not reached."""

    ATTENDANCE = "attendance", N_("Attendance below the threshold"), "参考率低于提示线"
    PASS_RATE = "pass_rate", N_("Pass rate below the threshold"), "合格率低于提示线"


def unit_score(found: Figures, rule: Ruling = STANDARD, basis: Basis = Basis.RAW) -> Decimal | None:
    """A unit's score out of 100; None where nobody sat, or where there is nothing to compare by."""
    mean = {Basis.RAW: found.mean, Basis.EQUATED: found.equated, Basis.NONE: None}[basis]
    if mean is None or found.attendance is None or found.pass_rate is None or found.excellent_rate is None:
        return None
    rates = (
        found.attendance * rule.attendance
        + found.pass_rate * rule.pass_rate
        + found.excellent_rate * rule.excellent_rate
    )
    return _two(mean * rule.mean / 100 + rates)


@dataclass(frozen=True)
class Unit:
    """One unit to be ranked. `tie_breaker`: its share of the PROC marks of the business paper (同分看手续得分)."""

    unit_id: int
    name: str
    figures: Figures
    tie_breaker: Decimal = Decimal(0)


@dataclass(frozen=True)
class Sure:
    """How sure a unit's place by its mean is; ids are of units of the same group. See ``standing``.

    `shrunk` and `sd`: the mean drawn to the group's as far as the unit is small; `first_three` the probability
    (0–1) of being among the first three; `between` the places that hold it in 90 of 100 cases; `tier` numbers from
    1, the best, the sets of units that cannot be told apart (不可区分); `alike` are all it cannot be told from, also of
    other tiers. What needs five people is None below.
    """

    shrunk: Decimal
    sd: Decimal
    first_three: Decimal | None = None
    between: tuple[int, int] | None = None
    tier: int | None = None
    alike: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """A unit with its score. Without a `rank`, `unranked` says why; `flags` are the thresholds it has not reached."""

    unit: Unit
    score: Decimal | None
    rank: int | None = None
    unranked: Unranked | None = None
    flags: tuple[Flag, ...] = ()
    sure: Sure | None = None


def rank_units(units: Iterable[Unit], rule: Ruling = STANDARD, *, basis: Basis = Basis.RAW) -> list[Ranked]:
    """Units by score, the best first; those without a rank at the end. Equal in score and tie breaker share a rank."""
    found = [
        Ranked(
            unit,
            unit_score(unit.figures, rule, basis),
            unranked=_unranked(unit.figures, rule, basis),
            flags=_flags(unit.figures, rule),
        )
        for unit in units
    ]
    placed = sorted((each for each in found if each.unranked is None), key=_order)
    keys = [_order(each)[:2] for each in placed]
    ranked = [replace(each, rank=keys.index(_order(each)[:2]) + 1) for each in placed]
    rest = [each for each in found if each.unranked is not None]
    return ranked + sorted(rest, key=lambda each: (-(each.score or Decimal(-1)), each.unit.name))


def _order(each: Ranked) -> tuple[Decimal, Decimal, str]:
    return -(each.score or Decimal(0)), -each.unit.tie_breaker, each.unit.name


def _unranked(found: Figures, rule: Ruling, basis: Basis) -> Unranked | None:
    if not found.comparable:
        return Unranked.FEW
    if basis is Basis.NONE:
        return Unranked.MIXED
    return Unranked.ATTENDANCE if _below(found.attendance, rule.rank_from) else None


def _flags(found: Figures, rule: Ruling) -> tuple[Flag, ...]:
    reached = {
        Flag.ATTENDANCE: not _below(found.attendance, rule.flag_attendance),
        Flag.PASS_RATE: not _below(found.pass_rate, rule.flag_pass_rate),
    }
    return tuple(flag for flag, there in reached.items() if not there)


def _below(value: Decimal | None, per_cent: int) -> bool:
    return value is not None and value * 100 < per_cent


def places(scores: Sequence[Decimal]) -> list[int]:
    """The place of each score among all of them: 1 for the highest, equal scores share a place (1, 2, 2, 4)."""
    first: dict[Decimal, int] = {}
    for place, score in enumerate(sorted(scores, reverse=True), 1):
        first.setdefault(score, place)
    return [first[score] for score in scores]


def in_top_share(place: int, of: int) -> bool:
    """Whether a place among `of` people may be shown beyond the organisers: the best fifth, rounded up."""
    return of >= FEWEST and place <= -(-of // TOP_SHARE)
