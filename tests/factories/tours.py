"""Tours, stops and their rosters."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.accounts.models import Person, Unit
from exam.accounts.secrets import new_ticket
from exam.tours.models import DayOrder, RosterEntry, Stop, StopStatus, Tour
from question_bank.enums import Audience
from tests.factories.accounts import make_person, make_unit
from tests.factories.numbering import numbers

STARTS = datetime(2027, 3, 2, 6, 0, tzinfo=UTC)
"""2 March 2027, 14:00 in the county."""


def make_tour(session: Session, *, code: str | None = None, name: str = "演示巡回") -> Tour:
    tour = Tour(code=code or f"TOUR{next(numbers)}", name=name, starts_on=date(2027, 3, 1), ends_on=date(2027, 4, 30))
    session.add(tour)
    session.flush()
    return tour


def make_stop(
    session: Session,
    *,
    tour: Tour | None = None,
    unit: Unit | None = None,
    number: int | None = None,
    starts_at: datetime = STARTS,
    ends_at: datetime | None = None,
    day_order: DayOrder = DayOrder.PAPER_FIRST,
    status: StopStatus = StopStatus.ROSTERED,
) -> Stop:
    """A stop of three hours and twenty minutes, its roster still empty."""
    stop = Stop(
        tour_id=(tour or make_tour(session)).id,
        number=number or next(numbers),
        label="演示场次",
        unit_id=(unit or make_unit(session)).id,
        starts_at=starts_at,
        ends_at=ends_at or starts_at + timedelta(minutes=200),
        day_order=day_order,
        status=status,
    )
    session.add(stop)
    session.flush()
    return stop


def make_entry(
    session: Session,
    stop: Stop,
    *,
    person: Person | None = None,
    audience: Audience = Audience.TOWN,
    seat: int | None = None,
    ticket: str | None = None,
) -> RosterEntry:
    """One person on the roster, on the next free seat."""
    person = person or make_person(session, audience=audience)
    taken = session.scalar(select(func.max(RosterEntry.seat)).where(RosterEntry.stop_id == stop.id)) or 0
    entry = RosterEntry(
        stop_id=stop.id,
        person_id=person.id,
        unit_id=person.unit_id,
        name=person.name,
        audience=audience,
        seat=seat or taken + 1,
        ticket=ticket or new_ticket(),
    )
    session.add(entry)
    session.flush()
    return entry
