"""Calendar feeds: whose they are, which published stops they hold, and ending one that fell into other hands."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Person, RoleGrant, Unit
from exam.accounts.roles import Role
from exam.tours.flow import FeedKind
from exam.tours.models import Feed, Lecturer, RosterEntry, Tour, TourVersion
from question_bank.errors import N_, NotFound

Whose = Person | Lecturer | Unit | Tour

COLUMNS: dict[type[Whose], tuple[FeedKind, str]] = {
    Person: (FeedKind.PERSON, "person_id"),
    Lecturer: (FeedKind.LECTURER, "lecturer_id"),
    Unit: (FeedKind.UNIT, "unit_id"),
    Tour: (FeedKind.TOUR, "tour_id"),
}
KEPT = timedelta(days=400)
"""So long after a tour its stops stay in the feeds."""


def of(session: Session, whose: Whose) -> Feed | None:
    """The feed that is alive, None where there is none."""
    return session.scalar(select(Feed).where(_is(whose), Feed.revoked_at.is_(None)).order_by(Feed.id.desc()).limit(1))


def by_id(session: Session, feed_id: int) -> Feed:
    """Raises NotFound."""
    found = session.get(Feed, feed_id)
    if found is None:
        raise NotFound(N_("There is no such calendar."))
    return found


def by_token(session: Session, token: str) -> Feed:
    """The feed behind an address. Raises NotFound, also when it was revoked or its person's account is closed."""
    found = session.scalar(select(Feed).where(Feed.token == token, Feed.revoked_at.is_(None)))
    person = _person_behind(session, found) if found is not None else None
    if found is None or (person is not None and not person.active):
        raise NotFound(N_("There is no such calendar."))
    return found


def give(session: Session, whose: Whose, *, by: int | None, at: datetime) -> Feed:
    """The feed of a person, lecturer, unit or tour: the one there is, else a new one with an address of its own."""
    there = of(session, whose)
    if there is not None:
        return there
    kind, column = COLUMNS[type(whose)]
    feed = Feed(token=secrets.token_urlsafe(24), kind=kind, made_at=at, made_by=by, **{column: whose.id})
    session.add(feed)
    session.flush()
    audit.record(session, "feed.made", f"feed:{feed.id}", by=by, at=at, detail={"kind": kind.value, "of": whose.id})
    return feed


def revoke(session: Session, feed: Feed, *, by: int | None, at: datetime) -> None:
    """End a feed: its address answers nothing any more."""
    if feed.revoked_at is None:
        feed.revoked_at = at
        session.flush()
        audit.record(session, "feed.revoked", f"feed:{feed.id}", by=by, at=at)


def renew(session: Session, whose: Whose, *, by: int | None, at: datetime) -> Feed:
    """Give a new address and end the old one."""
    there = of(session, whose)
    if there is not None:
        revoke(session, there, by=by, at=at)
    return give(session, whose, by=by, at=at)


def holder(session: Session, feed: Feed) -> Whose:
    """The person, lecturer, unit or tour whose feed it is."""
    if feed.person_id is not None:
        return session.get_one(Person, feed.person_id)
    if feed.lecturer_id is not None:
        return session.get_one(Lecturer, feed.lecturer_id)
    if feed.unit_id is not None:
        return session.get_one(Unit, feed.unit_id)
    return session.get_one(Tour, feed.tour_id)


def stops_in(session: Session, feed: Feed, *, today: date) -> list[dict[str, Any]]:
    """The published stops of the feed's holder in order of time, cancelled ones too, as `published` gives them."""
    stops = published(session, since=today - KEPT, tour_id=feed.tour_id)
    if feed.kind is FeedKind.TOUR:
        return stops
    if feed.kind is FeedKind.LECTURER:
        return [each for each in stops if each["lecturer_id"] == feed.lecturer_id]
    if feed.kind is FeedKind.UNIT:
        return [each for each in stops if feed.unit_id == each["unit_id"] or feed.unit_id in each["departments"]]
    return _of_person(session, session.get_one(Person, feed.person_id), stops)


def published(session: Session, *, since: date, tour_id: int | None = None) -> list[dict[str, Any]]:
    """The stops in the latest version of every tour that ends on `since` or later, in order of time.

    Each has the `tour`'s name and `published_at`, when the stop was announced as it stands.
    """
    query = (
        select(TourVersion, Tour.name).join(Tour, Tour.id == TourVersion.tour_id).order_by(Tour.id, TourVersion.number)
    )
    query = query.where(Tour.ends_on >= since) if tour_id is None else query.where(Tour.id == tour_id)
    told: dict[tuple[str, int], datetime] = {}
    latest: dict[int, list[dict[str, Any]]] = {}
    for version, name in session.execute(query).all():
        stops = version.stops["stops"]
        for stop in stops:
            told.setdefault((stop["uid"], stop["sequence"]), version.published_at)
        latest[version.tour_id] = [
            {**stop, "tour": name, "published_at": told[stop["uid"], stop["sequence"]]} for stop in stops
        ]
    return sorted(
        (stop for stops in latest.values() for stop in stops), key=lambda each: (each["starts_at"], each["number"])
    )


def _of_person(session: Session, person: Person, stops: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where somebody is expected: on the roster, lecturing, as the host's contact, answering for the own office."""
    expected = set(session.scalars(select(RosterEntry.stop_id).where(RosterEntry.person_id == person.id)))
    lecturer = session.scalar(select(Lecturer.id).where(Lecturer.person_id == person.id))
    roles = set(session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id)))
    hosts = {person.unit_id} if Role.UNIT_CONTACT in roles else set()
    answers = {person.unit_id} if Role.ANSWERER in roles else set()
    return [
        each
        for each in stops
        if each["stop_id"] in expected
        or (lecturer is not None and each["lecturer_id"] == lecturer)
        or each["unit_id"] in hosts
        or answers & set(each["departments"])
    ]


def _person_behind(session: Session, feed: Feed) -> Person | None:
    if feed.kind is FeedKind.LECTURER:
        return session.get_one(Lecturer, feed.lecturer_id).person
    return session.get(Person, feed.person_id) if feed.person_id is not None else None


def _is(whose: Whose) -> ColumnElement[bool]:
    column: ColumnElement[int] = getattr(Feed, COLUMNS[type(whose)][1])
    return column == whose.id
