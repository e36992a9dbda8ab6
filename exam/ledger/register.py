"""Reads of the register: the cases that somebody may see, narrowed by filters, a page at a time or as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.roles import Role
from exam.ledger.due import Rules, Timing, late_before, overdue, timing
from exam.ledger.flow import OPEN, CaseSource, CaseStatus, Urgency
from exam.ledger.models import Asker, Case
from exam.ledger.queries import rules, workdays
from exam.workdays.counting import Workdays
from question_bank.enums import NamedEnum
from question_bank.errors import N_

PAGE = 50


class Show(NamedEnum):
    """Which part of the register is shown."""

    OPEN = "open", N_("Open cases"), "办理中"
    NEW = "new", N_("To be sorted"), "待梳理"
    ASSIGNED = "assigned", N_("With the departments"), "承办中"
    OVERDUE = "overdue", N_("Past its due date"), "已逾期"
    ANSWERED = "answered", N_("To be followed up"), "待回访"
    CLOSED = "closed", N_("Closed and done"), "已销号"
    ALL = "all", N_("All cases"), "全部"


WITHIN = {
    Show.OPEN: tuple(OPEN),
    Show.NEW: (CaseStatus.COLLECTED, CaseStatus.SORTED, CaseStatus.CLASSIFIED),
    Show.ASSIGNED: (CaseStatus.ASSIGNED,),
    Show.OVERDUE: (CaseStatus.ASSIGNED,),
    Show.ANSWERED: (CaseStatus.ANSWERED, CaseStatus.FOLLOWED_UP),
    Show.CLOSED: (CaseStatus.CLOSED,),
}


@dataclass(frozen=True)
class Sight:
    """Whose cases somebody sees: all, those their unit answers, those raised at their unit. Several add up."""

    everything: bool = False
    owner_id: int | None = None
    unit_id: int | None = None

    def covers(self, found: Case) -> bool:
        """Whether the case is among them."""
        own = self.owner_id is not None and found.owner_id == self.owner_id
        raised = self.unit_id is not None and found.unit_id == self.unit_id
        return self.everything or own or raised

    def condition(self) -> ColumnElement[bool] | None:
        """The same for the database; None for everything."""
        if self.everything:
            return None
        return or_(
            Case.owner_id == self.owner_id if self.owner_id is not None else Case.id < 0,
            Case.unit_id == self.unit_id if self.unit_id is not None else Case.id < 0,
        )


def sight(roles: frozenset[Role], unit_id: int) -> Sight:
    """Organisers and leaders see all; answerers what their unit answers; contacts what their unit asked."""
    return Sight(
        everything=bool(roles & {Role.ORGANISER, Role.LEADER}),
        owner_id=unit_id if Role.ANSWERER in roles else None,
        unit_id=unit_id if Role.UNIT_CONTACT in roles else None,
    )


@dataclass(frozen=True)
class Filters:
    """What the register is narrowed by."""

    show: Show = Show.OPEN
    text: str = ""
    owner_id: int | None = None
    unit_id: int | None = None
    topic: str = ""
    source: CaseSource | None = None
    urgency: Urgency | None = None
    stop_id: int | None = None


@dataclass(frozen=True)
class Line:
    """One case of the register; `timing` and the working days it is `late` of what waits for an answer."""

    case: Case
    askers: int
    timing: Timing | None
    late: int


@dataclass(frozen=True)
class Page:
    """A page of the register, the number of all that match, and how many each part holds."""

    lines: tuple[Line, ...]
    total: int
    number: int
    counts: dict[Show, int] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def page(session: Session, within: Sight, filters: Filters, *, number: int, today: date) -> Page:
    """One page, cases by their due date; five queries whatever it holds."""
    counted, known = rules(session), workdays(session)
    due = late_before(today, known)
    wanted = _matching(within, filters, due)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    rows = session.execute(_in_order(wanted).limit(PAGE).offset((number - 1) * PAGE))
    lines = tuple(_line(found, askers, counted, known, today=today) for found, askers in rows)
    return Page(lines, total, number, _counts(session, within, filters, due))


def everything(session: Session, within: Sight, filters: Filters, *, today: date) -> list[Line]:
    """Every case of the same selection, in the same order: for files and for paper."""
    counted, known = rules(session), workdays(session)
    rows = session.execute(_in_order(_matching(within, filters, late_before(today, known))))
    return [_line(found, askers, counted, known, today=today) for found, askers in rows]


def _matching(within: Sight, filters: Filters, due: date) -> Select[int]:
    return select(Case.id).where(*_conditions(within, filters), *_shown(filters.show, due))


def _in_order(wanted: Select[int]) -> Select[Case, int]:
    """Overdue first, then by due date; what has none by the day it was raised; what is done last."""
    askers = select(func.count(Asker.id)).where(Asker.case_id == Case.id).correlate(Case).scalar_subquery()
    done = Case.status.in_([CaseStatus.CLOSED, CaseStatus.MERGED, CaseStatus.SET_ASIDE])
    waiting = case((Case.status == CaseStatus.ASSIGNED, 0), (done, 2), else_=1)
    return (
        select(Case, askers)
        .where(Case.id.in_(wanted))
        .options(joinedload(Case.unit), joinedload(Case.owner))
        .order_by(waiting, Case.due_on.is_(None), Case.due_on, Case.raised_at, Case.id)
    )


def _line(found: Case, askers: int, counted: Rules, known: Workdays, *, today: date) -> Line:
    if found.status is not CaseStatus.ASSIGNED or found.due_on is None:
        return Line(found, askers, None, 0)
    stands = timing(counted, found.due_on, today=today, workdays=known)
    return Line(found, askers, stands, overdue(found.due_on, today=today, workdays=known))


def _shown(show: Show, due: date) -> list[ColumnElement[bool]]:
    if show is Show.ALL:
        return []
    found: list[ColumnElement[bool]] = [Case.status.in_(WITHIN[show])]
    return [*found, Case.due_on < due] if show is Show.OVERDUE else found


def _conditions(within: Sight, filters: Filters) -> list[ColumnElement[bool]]:
    limit = within.condition()
    found = [] if limit is None else [limit]
    if filters.text:
        like = f"%{_escaped(filters.text)}%"
        texts = (Case.number, Case.title, Case.text)
        own = select(Asker.case_id).where(Asker.text.ilike(like, escape="\\"))
        found.append(or_(*(each.ilike(like, escape="\\") for each in texts), Case.id.in_(own)))
    pairs = (
        (Case.owner_id, filters.owner_id),
        (Case.unit_id, filters.unit_id),
        (Case.topic, filters.topic or None),
        (Case.source, filters.source),
        (Case.urgency, filters.urgency),
        (Case.stop_id, filters.stop_id),
    )
    return [*found, *(column == value for column, value in pairs if value is not None)]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _counts(session: Session, within: Sight, filters: Filters, due: date) -> dict[Show, int]:
    """How many cases each part of the register holds under the other filters; one query."""
    late = func.sum(case(((Case.status == CaseStatus.ASSIGNED) & (Case.due_on < due), 1), else_=0))
    rows = session.execute(
        select(Case.status, func.count(), late).where(*_conditions(within, filters)).group_by(Case.status)
    ).all()
    by_status = {status: count for status, count, _ in rows}
    found = {show: sum(by_status.get(each, 0) for each in WITHIN.get(show, tuple(CaseStatus))) for show in Show}
    return found | {Show.OVERDUE: sum(int(each or 0) for _, _, each in rows)}


def counts(session: Session, within: Sight, *, today: date) -> dict[Show, int]:
    """How many cases somebody has in each part, for the home page."""
    return _counts(session, within, Filters(), late_before(today, workdays(session)))


def triage(session: Session, *, limit: int = PAGE) -> Sequence[tuple[Case, int]]:
    """Cases that nobody has given to a department yet, the oldest first, with how many asked."""
    askers = select(func.count(Asker.id)).where(Asker.case_id == Case.id).correlate(Case).scalar_subquery()
    rows = session.execute(
        select(Case, askers)
        .where(Case.status.in_(WITHIN[Show.NEW]))
        .options(joinedload(Case.unit), joinedload(Case.owner))
        .order_by(Case.raised_at, Case.id)
        .limit(limit)
    )
    return [(found, askers) for found, askers in rows]
