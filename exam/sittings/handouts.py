"""What is handed out at a stop besides its papers, as plain rows for the printers."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam.papers.models import Paper, PaperSet
from exam.printing.rows import Attendee, Cover, Label, Occasion, Ticket
from exam.sittings.models import Assignment, Sitting, SittingPaperSet
from exam.sittings.sheets import number_of
from exam.tours.models import RosterEntry, Stop
from exam.tours.queries import roster_of
from question_bank.enums import Audience, PaperKind

WEEKDAYS = "一二三四五六日"


class Issued(NamedTuple):
    """The papers made for one audience of a sitting."""

    sitting: Sitting
    audience: Audience
    made: PaperSet


def occasion_of(stop: Stop, zone: ZoneInfo) -> Occasion:
    """Tour, number, unit, day and place, in the words of the printed page."""
    starts, ends = stop.starts_at.astimezone(zone), stop.ends_at.astimezone(zone)
    return Occasion(
        tour=stop.tour.name,
        stop=f"第{stop.number}场　{stop.unit.name}",
        day=f"{starts.year}年{starts.month}月{starts.day}日（星期{WEEKDAYS[starts.weekday()]}）",
        hours=f"{starts:%H:%M}—{ends:%H:%M}",
        venue=stop.venue.name if stop.venue else stop.unit.name,
    )


def tickets_of(session: Session, stop: Stop, *, zone: ZoneInfo, address: Callable[[str], str]) -> list[Ticket]:
    """A ticket for everybody on the roster, by seat; `address` makes the QR's address from a ticket code."""
    times = _times(session, stop, zone)
    return [
        Ticket(
            name=entry.name,
            unit=entry.unit.name,
            seat=entry.seat,
            code=entry.ticket,
            address=address(entry.ticket),
            number=number_of(stop, entry.seat),
            times=times[entry.audience],
        )
        for entry in roster_of(session, stop.id)
    ]


def labels_of(session: Session, stop: Stop) -> list[Label]:
    """A label for every seat that somebody has, by seat."""
    return [
        Label(entry.seat, entry.name, entry.unit.name, number_of(stop, entry.seat))
        for entry in roster_of(session, stop.id)
    ]


def attendees_of(session: Session, stop: Stop) -> list[Attendee]:
    """The lines of the attendance list, by seat."""
    return [Attendee(entry.seat, entry.name, entry.unit.name, _note(entry)) for entry in roster_of(session, stop.id)]


def _note(entry: RosterEntry) -> str:
    """What is known of somebody before the list is signed, in the words of the printed list."""
    return "临时增加" if entry.walk_in else "" if entry.absence.value == "none" else entry.absence.chinese


def covers_of(
    session: Session, stop: Stop, *, zone: ZoneInfo, kinds: tuple[PaperKind, ...] = tuple(PaperKind)
) -> list[Cover]:
    """A cover for every set of papers issued at the stop, in the order of the day."""
    issued = [each for each in _issued(session, stop) if each.sitting.paper_kind in kinds]
    holders = _holders(session, [each.made.id for each in issued])
    return [_cover(session, each, holders.get(each.made.id, {}), zone) for each in issued]


def _cover(session: Session, issued: Issued, holders: dict[int, tuple[int, str]], zone: ZoneInfo) -> Cover:
    papers = session.scalars(select(Paper.id).where(Paper.paper_set_id == issued.made.id)).all()
    specification = issued.made.specification
    begins = issued.sitting.opens_at.astimezone(zone)
    ends = begins + timedelta(minutes=specification.minutes)
    return Cover(
        paper=issued.sitting.paper_kind.chinese,
        specification=specification.name,
        when=f"{begins:%H:%M}—{ends:%H:%M}",
        minutes=specification.minutes,
        spares=len(papers) - len(holders),
        seats=tuple(sorted(holders.values())),
    )


def _issued(session: Session, stop: Stop) -> list[Issued]:
    """What has been issued at the stop, by the time the sittings open."""
    links = session.scalars(
        select(SittingPaperSet)
        .join(Sitting, Sitting.id == SittingPaperSet.sitting_id)
        .where(Sitting.stop_id == stop.id)
        .options(joinedload(SittingPaperSet.paper_set).joinedload(PaperSet.specification))
        .order_by(Sitting.opens_at, SittingPaperSet.id)
    ).all()
    sittings = {each.id: each for each in session.scalars(select(Sitting).where(Sitting.stop_id == stop.id))}
    return [Issued(sittings[link.sitting_id], link.audience, link.paper_set) for link in links]


def _holders(session: Session, set_ids: list[int]) -> dict[int, dict[int, tuple[int, str]]]:
    """By set and paper who has it: seat and name."""
    rows = session.execute(
        select(Paper.paper_set_id, Paper.id, RosterEntry.seat, RosterEntry.name)
        .join(Assignment, Assignment.paper_id == Paper.id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .where(Paper.paper_set_id.in_(set_ids))
    )
    found: dict[int, dict[int, tuple[int, str]]] = {}
    for set_id, paper_id, seat, name in rows:
        found.setdefault(set_id, {})[paper_id] = (seat, name)
    return found


def _times(session: Session, stop: Stop, zone: ZoneInfo) -> dict[Audience, tuple[tuple[str, str], ...]]:
    """By audience when its papers begin, and how long they take once that is decided."""
    sittings = session.scalars(select(Sitting).where(Sitting.stop_id == stop.id).order_by(Sitting.opens_at)).all()
    minutes = {(each.sitting.id, each.audience): each.made.specification.minutes for each in _issued(session, stop)}
    return {
        audience: tuple(
            (sitting.paper_kind.chinese, _begins(sitting, minutes.get((sitting.id, audience)), zone))
            for sitting in sittings
        )
        for audience in Audience
    }


def _begins(sitting: Sitting, minutes: int | None, zone: ZoneInfo) -> str:
    begins = f"{sitting.opens_at.astimezone(zone):%H:%M} 开考"
    return f"{begins}，{minutes}分钟" if minutes else begins
