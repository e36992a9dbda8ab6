"""Messages about a published calendar: an invitation to each with an office at a stop, the changes to the groups."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Person
from exam.accounts.roles import Language
from exam.notices import queries as notices
from exam.notices.models import Message
from exam.notices.operations import queue, withdraw
from exam.notices.wording import say
from exam.tours.calendar import Method, Party, invitation
from exam.tours.changes import CANCELLED
from exam.tours.models import Tour, TourVersion
from exam.tours.phrases import facts, words_in
from exam.tours.taking_part import Staff
from question_bank.errors import N_

INVITATION, CHANGES = "invitation", "calendar"
"""Kinds of messages."""
MOST_LINES = 20

Stop = Mapping[str, Any]


def tell(session: Session, version: TourVersion, *, zone: ZoneInfo, by: int | None, at: datetime) -> int:
    """Queue what `version` changes against the one before it; returns how many messages.

    Whoever has an office at a stop that is new or changed is asked to come, whoever has one no more and whoever was to
    come to a cancelled stop is told so. Stops that are over are left alone; what was not sent yet about an
    earlier form of a stop is withdrawn.
    """
    tour = session.get_one(Tour, version.tour_id)
    before = {each["uid"]: each for each in _stops_before(session, version)}
    staff, queued = Staff(session), 0
    for stop in version.stops["stops"]:
        was = before.get(stop["uid"])
        if datetime.fromisoformat(stop["ends_at"]) < at or (was is not None and was["sequence"] == stop["sequence"]):
            continue
        about = f"stop:{stop['stop_id']}"
        withdraw(session, about=about, kinds=[INVITATION], reason=REPLACED, by=by, at=at)
        told = {**stop, "tour": tour.name, "published_at": version.published_at}
        for method, person in _asked(staff, stop, was):
            message = _invite(session, told, tour, person, method=method, zone=zone, at=at)
            queued += message is not None
    return queued + _tell_groups(session, version, tour, at=at)


REPLACED = N_("Replaced by a later version of the calendar.")


def _stops_before(session: Session, version: TourVersion) -> list[dict[str, Any]]:
    earlier = select(TourVersion).where(
        TourVersion.tour_id == version.tour_id, TourVersion.number == version.number - 1
    )
    found = session.scalar(earlier)
    return [] if found is None else found.stops["stops"]


def _asked(staff: Staff, stop: Stop, was: Stop | None) -> list[tuple[Method, Person]]:
    """Who is asked to come and who is told not to."""
    earlier = [] if was is None or was["status"] == CANCELLED else _people(staff, was)
    if stop["status"] == CANCELLED:
        return [(Method.CANCEL, person) for person in earlier]
    now = _people(staff, stop)
    here = {person.id for person in now}
    return [
        *((Method.REQUEST, person) for person in now),
        *((Method.CANCEL, person) for person in earlier if person.id not in here),
    ]


def _people(staff: Staff, stop: Stop) -> list[Person]:
    return staff.at(unit_id=stop["unit_id"], lecturer_id=stop["lecturer_id"], departments=stop["departments"])


def _invite(
    session: Session, stop: Stop, tour: Tour, person: Person, *, method: Method, zone: ZoneInfo, at: datetime
) -> Message | None:
    if not person.email:
        return None
    language, mail, changed = person.language, notices.mail_channel(session), stop["sequence"] > 0
    title = words_in(language).title % {"number": stop["number"], "unit": stop["unit"], "tour": stop["tour"]}
    calendar = ""
    if mail is not None:
        organiser = Party(*_sender(mail.sender))
        calendar = invitation(
            stop,
            method=method,
            organiser=organiser,
            attendee=Party(person.name, person.email),
            words=words_in(language),
            zone=zone,
            alarms=tour.reminders,
        )
    return queue(
        session,
        key=f"stop:{stop['stop_id']}:{method.lower()}:{stop['sequence']}:{person.id}",
        kind=INVITATION,
        about=f"stop:{stop['stop_id']}",
        person=person,
        subject=say(language, SUBJECTS[method, changed], it=title),
        body=say(language, BODIES[method, changed], name=person.name, it=title) + "\n\n" + facts(language, stop, zone),
        calendar=calendar,
        at=at,
        useful_until=datetime.fromisoformat(stop["ends_at"]),
    )


SUBJECTS = {
    (Method.REQUEST, False): N_("Invitation: %(it)s"),
    (Method.REQUEST, True): N_("Changed: %(it)s"),
    (Method.CANCEL, False): N_("Cancelled: %(it)s"),
    (Method.CANCEL, True): N_("Cancelled: %(it)s"),
}
BODIES = {
    (Method.REQUEST, False): N_("%(name)s,\n\nyou are asked to take part in “%(it)s”."),
    (Method.REQUEST, True): N_("%(name)s,\n\n“%(it)s” has changed; please take part as follows."),
    (Method.CANCEL, False): N_("%(name)s,\n\nyou need not come to “%(it)s” any more; it was to be:"),
}
BODIES[Method.CANCEL, True] = BODIES[Method.CANCEL, False]


def _sender(sender: str) -> tuple[str, str]:
    name, address = parseaddr(sender)
    return name or address, address


def _tell_groups(session: Session, version: TourVersion, tour: Tour, *, at: datetime) -> int:
    """One message to each robot: the changes, a line each."""
    said = version.changes["changes"]
    lines = [say(Language.ZH, each["template"], **each["params"]) for each in said[:MOST_LINES]]
    if len(said) > MOST_LINES:
        lines.append(say(Language.ZH, N_("… and %(count)s more changes."), count=len(said) - MOST_LINES))
    if version.note:
        lines.insert(0, version.note)
    queued = 0
    for robot in notices.robots(session) if said else ():
        queue(
            session,
            key=f"tour:{tour.id}:version:{version.number}:channel:{robot.id}",
            kind=CHANGES,
            about=f"tour:{tour.id}",
            channel=robot,
            subject=say(
                Language.ZH, N_("%(tour)s: calendar, version %(number)s"), tour=tour.name, number=version.number
            ),
            body="\n".join(lines),
            at=at,
        )
        queued += 1
    return queued
