"""Calendars to subscribe to: the addresses a person may have, and the feed behind each."""

from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.models import Person, Unit
from exam.accounts.queries import person_by_id, unit_by_id
from exam.accounts.roles import Language, Role, Viewer
from exam.extensions import db, writing
from exam.notices.wording import say
from exam.tours import calendar, feeds
from exam.tours import queries as tours
from exam.tours.feeds import Whose
from exam.tours.flow import FeedKind
from exam.tours.models import Feed, Lecturer, Tour
from exam.tours.phrases import words_in
from exam.web.access import access, permission, public, viewer
from exam.web.notices.area import Page, blueprint, came_in_by_password, doing, zone
from question_bank.errors import N_, NotFound

ICS = "text/calendar; charset=utf-8"
ALARMS = (24,)
"""A subscribed calendar rings once, a day before; reminders by mail are the organiser's."""


@dataclass(frozen=True)
class Holder:
    """Whose calendar an address stands for."""

    kind: FeedKind
    whose: Whose


def holder_of(session: Session, feed_kind: str, whose_id: int) -> Holder:
    """Raises NotFound."""
    kind = next((each for each in FeedKind if each.value == feed_kind), None)
    if kind is FeedKind.PERSON:
        return Holder(kind, person_by_id(session, whose_id))
    if kind is FeedKind.UNIT:
        return Holder(kind, unit_by_id(session, whose_id))
    if kind is FeedKind.TOUR:
        return Holder(kind, tours.tour_by_id(session, whose_id))
    found = session.get(Lecturer, whose_id) if kind is FeedKind.LECTURER else None
    if found is None:
        raise NotFound(N_("There is no such calendar."))
    return Holder(FeedKind.LECTURER, found)


@permission
def may_have(viewer: Viewer, thing: Holder) -> bool:
    """Everybody the own one; contacts and answerers that of their unit; organisers and leaders every tour's."""
    whose = thing.whose
    if viewer.roster_entry_id is not None:
        return False
    if isinstance(whose, Person):
        return whose.id == viewer.person_id
    if isinstance(whose, Lecturer):
        return whose.person_id == viewer.person_id
    if isinstance(whose, Unit):
        return viewer.has(Role.UNIT_CONTACT, Role.ANSWERER) and whose.id == viewer.unit_id
    return viewer.has(Role.ORGANISER, Role.LEADER)


@blueprint.get("/calendars")
@access(came_in_by_password)
def calendars() -> Page:
    """The calendars the viewer may have, with the address of each that has one."""
    session, who = db.session(), viewer()
    holders = [each for each in _candidates(session, who) if may_have(who, each)]
    shown = [(each, _name(each.whose), feeds.of(session, each.whose)) for each in holders]
    return render_template("notices/calendars.html", calendars=shown, kinds=FeedKind)


@blueprint.post("/calendars/<feed_kind>/<int:whose_id>/renew")
@access(may_have, of=holder_of)
def renew_calendar(holder: Holder) -> Response:
    """Give it an address; one it had ends."""
    with writing() as session:
        feeds.renew(session, holder_of(session, holder.kind.value, holder.whose.id).whose, **doing())
    flash(gettext("The calendar has a new address."), "success")
    return redirect(url_for("notices.calendars"))


@blueprint.post("/calendars/<feed_kind>/<int:whose_id>/revoke")
@access(may_have, of=holder_of)
def revoke_calendar(holder: Holder) -> Response:
    """End its address."""
    with writing() as session:
        there = feeds.of(session, holder_of(session, holder.kind.value, holder.whose.id).whose)
        if there is not None:
            feeds.revoke(session, there, **doing())
    flash(gettext("The address of the calendar has ended; calendars that read it get nothing any more."), "success")
    return redirect(url_for("notices.calendars"))


@blueprint.get("/feeds/<token>.ics")
@public
def feed(token: str) -> Response:
    """The calendar behind an address, for whoever has it. Raises NotFound for one that has ended."""
    session = db.session()
    found = feeds.by_token(session, token)
    answer = FlaskResponse(_written(session, found), content_type=ICS)
    answer.headers["Content-Disposition"] = "inline; filename=calendar.ics"
    answer.add_etag()
    return answer.make_conditional(request)


def _written(session: Session, found: Feed) -> str:
    whose = feeds.holder(session, found)
    language = Language.ZH
    if isinstance(whose, Person | Lecturer):
        language = (whose.person if isinstance(whose, Lecturer) else whose).language
    return calendar.feed(
        feeds.stops_in(session, found, today=clock.today(zone())),
        name=say(language, N_("Tour calendar: %(name)s"), name=_name(whose)),
        words=words_in(language),
        zone=zone(),
        alarms=ALARMS,
    )


def _candidates(session: Session, who: Viewer) -> list[Holder]:
    found = [Holder(FeedKind.PERSON, person_by_id(session, who.person_id))]
    lecturer = tours.lecturer_of(session, who.person_id)
    if lecturer is not None:
        found.append(Holder(FeedKind.LECTURER, lecturer))
    found.append(Holder(FeedKind.UNIT, unit_by_id(session, who.unit_id)))
    return [*found, *(Holder(FeedKind.TOUR, tour) for tour in tours.tours(session)[:3])]


def _name(whose: Whose) -> str:
    if isinstance(whose, Lecturer):
        return whose.person.name
    assert isinstance(whose, Person | Unit | Tour)
    return whose.name
