"""Reminders before a stop, to those who take part in it, once; and word to those reminded of a stop that then moved."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, joinedload

from exam import audit, clock, database
from exam.accounts.models import Person
from exam.accounts.roles import Language
from exam.notices import queries as notices
from exam.notices.flow import MessageStatus
from exam.notices.models import Message
from exam.notices.operations import queue, withdraw
from exam.notices.wording import say
from exam.tours import drafting, versions
from exam.tours.flow import StopStatus
from exam.tours.inviting import INVITATION
from exam.tours.models import Lecture, Lecturer, Stop, Tour
from exam.tours.phrases import facts, words_in
from exam.tours.taking_part import Staff, candidates_of
from question_bank.errors import N_, Invalid, Problem

REMINDER, MOVED = "reminder", "moved"
"""Kinds of messages."""
EVERY = 300.0
"""Seconds between two looks."""
MOST, LONGEST = 4, 336
"""Reminders of one stop, and hours before it, at most."""
TOLD_OF = timedelta(days=30)
"""Reminders older than that are not followed by a word that the stop has moved."""


def set_reminders(session: Session, tour: Tour, *, hours: Iterable[int], by: int | None, at: datetime) -> None:
    """So many hours before each stop of `tour` people are reminded; none: they are not.

    Raises Invalid for more than MOST of them, or one that is not from 1 to LONGEST hours.
    """
    wanted = sorted(set(hours), reverse=True)
    if len(wanted) > MOST or any(not 1 <= each <= LONGEST for each in wanted):
        template = N_("At most %(most)s reminders, each 1 to %(longest)s hours before the stop.")
        raise Invalid([Problem("hours", template, {"most": MOST, "longest": LONGEST})])
    if wanted != tour.reminders:
        before, tour.reminders = tour.reminders, wanted
        session.flush()
        detail = {"before": before, "after": wanted}
        audit.record(session, "tour.reminders_set", f"tour:{tour.id}", by=by, at=at, detail=detail)


def remind(session: Session, *, zone: ZoneInfo, at: datetime) -> int:
    """Queue every reminder that is due at `at` and is not queued yet; returns how many messages that made.

    Of several that are due for one stop only the nearest is sent: a stop announced a day before is not announced
    as three days away. Cancelled stops remind nobody.
    """
    made = _follow_up(session, zone=zone, at=at)
    stops = list(session.scalars(_ahead(at)))
    staff = Staff(session) if stops else None
    departments = drafting.departments_of(session, stops) if stops else {}
    for stop in stops:
        due = [hours for hours in stop.tour.reminders if stop.starts_at - timedelta(hours=hours) <= at]
        if due and staff is not None:
            told = {**versions.shown(stop), "number": stop.number, "tour": stop.tour.name}
            answering = sorted(departments.get(stop.id, ()))
            made += _remind_of(session, stop, told, staff, answering, hours=min(due), zone=zone, at=at)
    return made


def chore(zone: ZoneInfo) -> Callable[[Engine], None]:
    """The chore of a county in `zone`."""

    def look(engine: Engine) -> None:
        at = clock.now()
        with database.reading(engine) as session:
            if not anything_to_say(session, at=at):
                return
        with database.writing(engine) as session:
            remind(session, zone=zone, at=at)

    return look


def anything_to_say(session: Session, *, at: datetime) -> bool:
    """Whether a stop is near enough to be reminded of, or one of which people were reminded has moved."""
    near = any(
        stop.starts_at - timedelta(hours=max(stop.tour.reminders)) <= at
        for stop in session.scalars(_ahead(at))
        if stop.tour.reminders
    )
    return near or next(_overtaken(session, at), None) is not None


def _ahead(at: datetime) -> Any:
    return (
        select(Stop)
        .where(
            Stop.status.in_((StopStatus.PLANNED, StopStatus.ROSTERED)),
            Stop.starts_at > at,
            Stop.starts_at <= at + timedelta(hours=LONGEST),
        )
        .options(
            joinedload(Stop.tour),
            joinedload(Stop.unit),
            joinedload(Stop.venue),
            joinedload(Stop.lecture).joinedload(Lecture.lecturer).joinedload(Lecturer.person),
        )
        .order_by(Stop.starts_at, Stop.id)
    )


def _remind_of(
    session: Session,
    stop: Stop,
    told: dict[str, Any],
    staff: Staff,
    departments: list[int],
    *,
    hours: int,
    zone: ZoneInfo,
    at: datetime,
) -> int:
    office = staff.at(unit_id=stop.unit_id, lecturer_id=told["lecturer_id"], departments=departments)
    people = {person.id: person for person in [*office, *candidates_of(session, stop.id)] if person.email}
    stem = f"stop:{stop.id}:reminder:{hours}:{stop.starts_at:%Y%m%dT%H%M}"
    keys = {f"{stem}:{number}": person for number, person in people.items()}
    known = notices.keys_that_exist(session, list(keys))
    extra = {"starts_at": stop.starts_at.isoformat()}
    made = 0
    for key, person in keys.items():
        if key not in known:
            made += _queued(
                session,
                stop,
                told,
                person,
                key=key,
                kind=REMINDER,
                words=(SUBJECT, BODY),
                extra=extra,
                zone=zone,
                at=at,
            )
    mobiles = [person.phone for person in office if person.phone]
    title = words_in(Language.ZH).title % told
    for robot in notices.robots(session):
        if not notices.keys_that_exist(session, [f"{stem}:channel:{robot.id}"]):
            queue(
                session,
                key=f"{stem}:channel:{robot.id}",
                kind=REMINDER,
                about=f"stop:{stop.id}",
                channel=robot,
                subject=say(Language.ZH, SUBJECT, it=title),
                body=facts(Language.ZH, told, zone),
                extra={**extra, "mobiles": mobiles},
                at=at,
                useful_until=stop.starts_at,
            )
            made += 1
    return made


SUBJECT = N_("Reminder: %(it)s")
BODY = N_("%(name)s,\n\nyou are expected at “%(it)s”. Please come in time.")
MOVED_SUBJECT = N_("Moved: %(it)s")
MOVED_BODY = N_("%(name)s,\n\n“%(it)s”, of which you were reminded, has another time now.")
OFF_SUBJECT = N_("Cancelled: %(it)s")
OFF_BODY = N_("%(name)s,\n\n“%(it)s”, of which you were reminded, is not held.")


def _queued(
    session: Session,
    stop: Stop,
    told: dict[str, Any],
    person: Person,
    *,
    key: str,
    kind: str,
    words: tuple[str, str],
    extra: dict[str, Any],
    zone: ZoneInfo,
    at: datetime,
) -> bool:
    language, (subject, body) = person.language, words
    title = words_in(language).title % told
    message = queue(
        session,
        key=key,
        kind=kind,
        about=f"stop:{stop.id}",
        person=person,
        subject=say(language, subject, it=title),
        body=say(language, body, name=person.name, it=title) + "\n\n" + facts(language, told, zone),
        extra=extra,
        at=at,
        useful_until=max(stop.starts_at, at + timedelta(days=1)) if kind == MOVED else stop.starts_at,
    )
    return message is not None


def _overtaken(session: Session, at: datetime) -> Iterator[tuple[Message, Stop]]:
    """Reminders for a time at which their stop is not held any more, with the stop; those not sent yet among them."""
    said = session.scalars(
        select(Message)
        .where(
            Message.kind == REMINDER,
            Message.made_at > at - TOLD_OF,
            Message.status.in_((MessageStatus.SENT, MessageStatus.SENDING, MessageStatus.WAITING)),
        )
        .options(joinedload(Message.person))
        .order_by(Message.id)
    ).all()
    numbers = {int(each.about.partition(":")[2]) for each in said}
    stops = {each.id: each for each in session.scalars(select(Stop).where(Stop.id.in_(numbers)))} if numbers else {}
    for message in said:
        stop = stops.get(int(message.about.partition(":")[2]))
        if stop is None or datetime.fromisoformat(message.extra["starts_at"]) <= at:
            continue
        off = stop.status is StopStatus.CANCELLED
        if (off or stop.starts_at.isoformat() != message.extra["starts_at"]) and not message.extra.get("told"):
            yield message, stop


def _follow_up(session: Session, *, zone: ZoneInfo, at: datetime) -> int:
    """Take back reminders for a time that is no more, and tell those who have had one."""
    made, seen = 0, set()
    for message, stop in list(_overtaken(session, at)):
        off = stop.status is StopStatus.CANCELLED
        if stop.id not in seen:
            seen.add(stop.id)
            withdraw(session, about=f"stop:{stop.id}", kinds=[REMINDER], reason=OVERTAKEN, by=None, at=at)
            session.refresh(message)
        had = message.status in {MessageStatus.SENT, MessageStatus.SENDING}
        if had and message.person is not None and not _invited_since(session, message):
            told = {**versions.shown(stop), "number": stop.number, "tour": stop.tour.name}
            key = f"stop:{stop.id}:moved:{'off' if off else f'{stop.starts_at:%Y%m%dT%H%M}'}:{message.person_id}"
            words = (OFF_SUBJECT, OFF_BODY) if off else (MOVED_SUBJECT, MOVED_BODY)
            made += _queued(
                session, stop, told, message.person, key=key, kind=MOVED, words=words, extra={}, zone=zone, at=at
            )
        message.extra = {**message.extra, "told": True}
    session.flush()
    return made


def _invited_since(session: Session, reminder: Message) -> bool:
    """Whether the published calendar has told this person of the change already."""
    invited = select(Message.id).where(
        Message.about == reminder.about,
        Message.kind == INVITATION,
        Message.person_id == reminder.person_id,
        Message.made_at > reminder.made_at,
    )
    return session.scalar(invited.limit(1)) is not None


OVERTAKEN = N_("The stop is held at another time, or not at all.")
