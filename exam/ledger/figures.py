"""The leader's view: what is open and overdue with each department, and how long they take."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.models import Unit
from exam.ledger.due import Timing, overdue
from exam.ledger.flow import OPEN, CaseStatus, Level
from exam.ledger.models import Asker, Case, CaseAnswer
from exam.ledger.queries import day_of, workdays
from exam.ledger.register import Line
from exam.workdays.counting import Workdays


@dataclass(frozen=True)
class DepartmentLine:
    """One department. Days are working days; `in_time` of `answered` answers came by the due date.

    `open_days`: median since the cases it still has were handed over; `took`: median until its answers. Cases that
    were reopened count in `reopened` and, while they wait, in `waiting`; how long their first answer took is left out.
    """

    unit: Unit
    waiting: int
    late: int
    most_late: int
    open_days: float | None
    answered: int
    took: float | None
    in_time: int
    reopened: int
    closed: int


@dataclass(frozen=True)
class Overview:
    """The county's ledger on one page. `satisfied` of `said` askers who said anything were content."""

    departments: tuple[DepartmentLine, ...]
    overdue: tuple[Line, ...]
    by_status: dict[CaseStatus, int]
    raised: dict[Level, int]
    said: int
    satisfied: int
    total: int

    @property
    def open(self) -> int:
        return sum(count for status, count in self.by_status.items() if status in OPEN)

    @property
    def closed(self) -> int:
        return self.by_status.get(CaseStatus.CLOSED, 0)


@dataclass(frozen=True)
class _Reckoning:
    """By what days are counted, and when each case was first answered."""

    known: Workdays
    today: date
    zone: tzinfo
    first: dict[int, datetime]

    def days(self, begin: datetime | None, end: date) -> int:
        """Working days since `begin`."""
        return 0 if begin is None else max(0, self.known.between(day_of(begin, self.zone), end))

    def late(self, case: Case) -> int:
        """Working days overdue; 0 for what does not wait for an answer."""
        if case.status is not CaseStatus.ASSIGNED or case.due_on is None:
            return 0
        return overdue(case.due_on, today=self.today, workdays=self.known)


def overview(session: Session, *, at: datetime, zone: tzinfo) -> Overview:
    """Figures of every department that has had a case, those with most overdue first; seven queries."""
    reckoning = _Reckoning(workdays(session), day_of(at, zone), zone, _first_answers(session))
    cases = session.scalars(
        select(Case)
        .where(Case.owner_id.is_not(None), Case.status != CaseStatus.MERGED)
        .options(joinedload(Case.owner), joinedload(Case.unit))
    ).all()
    by_owner: dict[int | None, list[Case]] = defaultdict(list)
    for case in cases:
        by_owner[case.owner_id].append(case)
    late = [Line(case, 0, Timing.OVERDUE, reckoning.late(case)) for case in cases if reckoning.late(case)]
    lines = [_department(held, reckoning) for held in by_owner.values()]
    said, content = _satisfaction(session)
    rows = session.execute(select(Case.status, func.count()).group_by(Case.status))
    by_status: dict[CaseStatus, int] = dict(iter(rows))
    return Overview(
        departments=tuple(sorted(lines, key=lambda each: (-each.late, -each.waiting, each.unit.code))),
        overdue=tuple(sorted(late, key=lambda each: (-each.late, each.case.number))),
        by_status=by_status,
        raised=_levels(cases),
        said=said,
        satisfied=content,
        total=sum(by_status.values()),
    )


def _department(held: Sequence[Case], reckoning: _Reckoning) -> DepartmentLine:
    owner = held[0].owner
    assert owner is not None  # by the query
    waiting = [case for case in held if case.status is CaseStatus.ASSIGNED]
    late = [reckoning.late(case) for case in waiting]
    answered = [(case, day_of(reckoning.first[case.id], reckoning.zone)) for case in held if case.id in reckoning.first]
    once = [(case, day) for case, day in answered if not case.reopened]
    return DepartmentLine(
        unit=owner,
        waiting=len(waiting),
        late=sum(each > 0 for each in late),
        most_late=max(late, default=0),
        open_days=_median([reckoning.days(case.assigned_at, reckoning.today) for case in waiting]),
        answered=len(once),
        took=_median([reckoning.days(case.assigned_at, day) for case, day in once]),
        in_time=sum(case.due_on is not None and day <= case.due_on for case, day in once),
        reopened=sum(case.reopened for case in held),
        closed=sum(case.status is CaseStatus.CLOSED for case in held),
    )


def _first_answers(session: Session) -> dict[int, datetime]:
    rows = session.execute(select(CaseAnswer.case_id, CaseAnswer.at).where(CaseAnswer.number == 1))
    return dict(iter(rows))


def _satisfaction(session: Session) -> tuple[int, int]:
    rows = session.execute(
        select(Asker.satisfied, func.count()).where(Asker.satisfied.is_not(None)).group_by(Asker.satisfied)
    )
    found = {bool(satisfied): count for satisfied, count in rows}
    return sum(found.values()), found.get(True, 0)


def _levels(cases: Sequence[Case]) -> dict[Level, int]:
    return {level: sum(c.level is level and c.status is CaseStatus.ASSIGNED for c in cases) for level in Level}


def _median(values: Sequence[int]) -> float | None:
    return float(median(values)) if values else None
