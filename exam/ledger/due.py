"""Pure: by when a case is to be answered, when people are reminded, and to whom it goes when nobody answers.

All days are working days (see `exam.workdays`), counted from the day after.
"""

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from exam.ledger.flow import Level, Urgency
from exam.workdays.counting import Workdays
from question_bank.enums import NamedEnum
from question_bank.errors import N_

Days = Annotated[int, Field(ge=1, le=60)]


class Rules(BaseModel):
    """办理规则, in working days. `head`, `headquarters` and `county`: so many days overdue a case goes up a level."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ordinary: Days = 5
    urgent: Days = 3
    pressing: Days = 1
    before: Annotated[int, Field(ge=0, le=10)] = 1
    head: Days = 1
    headquarters: Days = 3
    county: Days = 5
    reopen: Annotated[int, Field(ge=0, le=60)] = 10

    @model_validator(mode="after")
    def _levels_in_order(self) -> "Rules":
        if not self.head < self.headquarters < self.county:
            raise ValueError("each level comes later than the one below it")
        return self

    def days(self, urgency: Urgency) -> int:
        """Working days the department has."""
        found: int = getattr(self, urgency.value)
        return found


class Timing(NamedEnum):
    """How a case stands to its due date."""

    LATER = "later", N_("In time"), "未到期"
    SOON = "soon", N_("Due soon"), "即将到期"
    TODAY = "today", N_("Due today"), "今日到期"
    OVERDUE = "overdue", N_("Past its due date"), "已逾期"


def due_on(rules: Rules, urgency: Urgency, *, given: date, workdays: Workdays) -> date:
    """The last day for an answer to what was handed over on the day `given`."""
    return workdays.after(given, rules.days(urgency))


def overdue(due: date, *, today: date, workdays: Workdays) -> int:
    """Working days that have passed after the due date; 0 while it has not passed."""
    return max(0, workdays.between(due, today))


def late_before(today: date, workdays: Workdays) -> date:
    """What was due before this day is overdue: the last working day up to `today`."""
    while not workdays.worked(today):
        today -= timedelta(days=1)
    return today


def timing(rules: Rules, due: date, *, today: date, workdays: Workdays) -> Timing:
    """Overdue once a working day has begun after the due date: on a Sunday nothing of Friday is overdue yet."""
    if overdue(due, today=today, workdays=workdays):
        return Timing.OVERDUE
    if today >= due:
        return Timing.TODAY
    return Timing.SOON if workdays.between(today, due) <= rules.before else Timing.LATER


def level_for(rules: Rules, late: int) -> Level:
    """Who has to see to a case that is `late` working days overdue."""
    if late >= rules.county:
        return Level.COUNTY
    if late >= rules.headquarters:
        return Level.HEADQUARTERS
    return Level.HEAD if late >= rules.head else Level.DESK


def height(level: Level) -> int:
    """0 for the desk officer up to 3 for the county leader."""
    return list(Level).index(level)


def may_still_object(rules: Rules, told: date, *, today: date, workdays: Workdays) -> bool:
    """Whether somebody told on the day `told` that the case is closed may still say that it did not help."""
    return today <= workdays.after(told, rules.reopen)
