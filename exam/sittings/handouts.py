"""What is handed out at a stop besides its papers, as plain rows for the printers."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam.printing.rows import Attendee, Ticket
from exam.tours.models import RosterEntry, Stop
from exam.tours.queries import roster_of


def tickets_of(session: Session, stop: Stop, *, address: Callable[[str], str]) -> list[Ticket]:
    """A ticket for everybody on the roster, by seat; `address` makes the QR's address from a ticket code."""
    return [
        Ticket(entry.name, entry.unit.name, entry.seat, entry.ticket, address(entry.ticket))
        for entry in roster_of(session, stop.id)
    ]


def attendees_of(session: Session, stop: Stop) -> list[Attendee]:
    """The lines of the attendance list, by seat."""
    return [Attendee(entry.seat, entry.name, entry.unit.name, _note(entry)) for entry in roster_of(session, stop.id)]


def _note(entry: RosterEntry) -> str:
    """What is known of somebody before the list is signed, in the words of the printed list."""
    return "临时增加" if entry.walk_in else "" if entry.absence.value == "none" else entry.absence.chinese


def lines_of(stop: Stop, zone: ZoneInfo) -> list[str]:
    """Number, unit, time and place, in the words of the printed page."""
    starts, ends = stop.starts_at.astimezone(zone), stop.ends_at.astimezone(zone)
    place = stop.venue.name if stop.venue else stop.unit.name
    return [
        f"第{stop.number}场　{stop.unit.name}",
        f"{starts.year}年{starts.month}月{starts.day}日 {starts:%H:%M}—{ends:%H:%M}　{place}",
    ]
