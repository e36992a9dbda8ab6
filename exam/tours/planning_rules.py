"""Pure: by what a tour's calendar is planned, and when a lecturer can come. Both are kept as JSON beside their rows."""

from datetime import date, time
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from question_bank.enums import NamedEnum
from question_bank.errors import N_

Weekday = Annotated[int, Field(ge=0, le=6)]
"""0 is Monday."""
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Points = Annotated[int, Field(ge=0, le=10_000)]


class Half(NamedEnum):
    MORNING = "morning", N_("Morning"), "上午"
    AFTERNOON = "afternoon", N_("Afternoon"), "下午"


class Wish(NamedEnum):
    """When in the tour a unit would like to be visited."""

    EARLY = "early", N_("Early in the tour"), "尽早安排"
    LATE = "late", N_("Late in the tour"), "靠后安排"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HalfDay(Frozen):
    """A half-day of the week."""

    weekday: Weekday
    half: Half


class Span(Frozen):
    """Days from the first to the last, both included. Raises ValidationError where the last comes first."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("the last day comes before the first")
        return self

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


class Hours(Frozen):
    """From when to when a half-day's stop lasts, by the county's clock. Raises ValidationError for no time at all."""

    starts: time
    ends: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("it ends before it begins")
        return self


class Journey(Frozen):
    """What the way between two venues really takes, in either direction; comes before what is reckoned."""

    venues: tuple[int, int]
    minutes: Minutes


class Wished(Frozen):
    unit: int
    wish: Wish


class Weights(Frozen):
    """Points that an unmet soft wish costs; the calendar with the fewest points is the best.

    `industry`: the lecture teaches none of the unit's industries. `weak`: it teaches none of the topics the unit is
    weakest at. `load`: each stop of a lecturer beyond the fair share. `wish`: a unit that would be early is visited in
    the last week (in proportion between). `near`: each week that lies between neighbouring units. `pace`: each stop of
    a week beyond an even pace. `elsewhere`: a unit has to come to a venue that is not its own.
    """

    industry: Points = 40
    weak: Points = 30
    load: Points = 20
    wish: Points = 20
    near: Points = 2
    pace: Points = 5
    elsewhere: Points = 25


WORKWEEK = range(5)


class PlanRules(Frozen):
    """What a tour's calendar keeps to.

    `half_days` are those of the week on which stops may be held; `hours` are what the planner gives a stop on each;
    a stop that begins before `noon` touches the morning. `unit_visits` is how often the tour may come to one unit.
    Travel is great-circle distance × `detour` / `speed_kmh` + `margin_minutes`; between venues one of which has no
    place it takes `unknown_minutes`. Venues no more than `near_km` apart are neighbours.
    """

    half_days: tuple[HalfDay, ...] = tuple(HalfDay(weekday=day, half=half) for day in WORKWEEK for half in Half)
    morning: Hours = Hours(starts=time(8, 30), ends=time(12, 10))
    afternoon: Hours = Hours(starts=time(13, 40), ends=time(17, 20))
    noon: time = time(12, 30)
    blackout: tuple[Span, ...] = ()
    on_holidays: bool = False
    most_per_day: Annotated[int, Field(ge=1)] | None = None
    unit_visits: Annotated[int, Field(ge=1)] = 1
    speed_kmh: Annotated[float, Field(gt=0, le=300)] = 50.0
    detour: Annotated[float, Field(ge=1, le=5)] = 1.3
    margin_minutes: Minutes = 20
    unknown_minutes: Minutes = 60
    near_km: Annotated[float, Field(ge=0)] = 12.0
    journeys: tuple[Journey, ...] = ()
    wishes: tuple[Wished, ...] = ()
    weights: Weights = Weights()

    def hours(self, half: Half) -> Hours:
        return self.morning if half is Half.MORNING else self.afternoon


class Availability(Frozen):
    """When a lecturer can come. Without `half_days` any; `most_in_all` counts the stops of one tour, `most_per_week`
    those of every tour in one calendar week; who is `online_only` speaks at online venues alone.
    """

    half_days: tuple[HalfDay, ...] | None = None
    away: tuple[Span, ...] = ()
    most_per_week: Annotated[int, Field(ge=0)] | None = None
    most_in_all: Annotated[int, Field(ge=0)] | None = None
    online_only: bool = False
