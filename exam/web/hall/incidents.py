"""What happened in a hall: evidence for a person to judge, never a verdict of the machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.roles import Role, Viewer
from exam.extensions import db
from exam.grading.looking_back import look_back as look_at_answers
from exam.sittings import incidents as verbs
from exam.sittings.board import incidents_of
from exam.sittings.day import IncidentKind, Judgement
from exam.sittings.day_models import Incident
from exam.sittings.models import Sitting, SittingStatus
from exam.sittings.queries import sitting_by_id, sittings_of
from exam.tours.models import Stop
from exam.tours.queries import Place, entry_by_id, place_by_id, stop_by_id
from exam.web.access import access, permission, viewer
from exam.web.deeds import Page, act, attempt
from exam.web.hall.area import blueprint, checks_in, looks_after, organises
from exam.web.hall.deeds import Asked, ask, of_person, settle
from exam.web.hall.forms import JudgeForm, NoteForm
from exam.web.hall.stories import story

OVER = frozenset({SittingStatus.CLOSED, SittingStatus.RELEASED})
"""When the answers of a paper can be looked at as a whole."""


@dataclass(frozen=True)
class Seen:
    """An incident and the stop at which it happened."""

    stop: Stop
    incident: Incident


def seen_by_id(session: Session, incident_id: int) -> Seen:
    """Raises NotFound."""
    found = verbs.incident_by_id(session, incident_id)
    return Seen(stop_by_id(session, found.stop_id), found)


@permission
def organises_seen(viewer: Viewer, seen: Seen) -> bool:
    """An organiser: who judges has not written the note alone."""
    return organises(viewer, seen.stop)


@blueprint.get("/<int:stop_id>/incidents")
@access(looks_after, of=stop_by_id)
def incidents(stop: Stop) -> Page:
    """Everything recorded at a stop, what nobody has looked at first."""
    whole = incidents_of(db.session(), stop.id)
    show = request.args.get("show", "open")
    return render_template(
        "hall/incidents.html",
        stop=stop,
        found=_part(whole, show),
        show=show,
        waiting=len(_part(whole, "open")),
        total=len(whole),
        closed=[each for each in sittings_of(db.session(), stop.id) if each.status in OVER],
        story=story,
        organises=viewer().has(Role.ORGANISER),
    )


def _part(whole: Sequence[Incident], show: str) -> list[Incident]:
    return [each for each in whole if show != "open" or each.judgement is Judgement.OPEN]


@blueprint.post("/<int:stop_id>/incidents")
@access(organises, of=stop_by_id)
def judge_many(stop: Stop) -> Page:
    """Say of several incidents at once that there is nothing in them."""
    chosen = [int(each) for each in request.form.getlist("ids") if each.isdecimal()]
    by, at, stop_id = viewer().person_id, clock.now(), stop.id
    done = gettext("%(count)s incidents: nothing in them.", count=len(chosen))
    if chosen:
        act(lambda session: _all_harmless(session, stop_id, chosen, by=by, at=at), done)
    return redirect(url_for("hall.incidents", stop_id=stop_id))


def _all_harmless(session: Session, stop_id: int, chosen: Sequence[int], *, by: int, at: datetime) -> None:
    for each in incidents_of(session, stop_id):
        if each.id in chosen and each.judgement is Judgement.OPEN:
            verbs.judge(session, each, Judgement.HARMLESS, by=by, at=at)


@blueprint.post("/sittings/<int:sitting_id>/look-back")
@access(organises, of=sitting_by_id)
def look_back(sitting: Sitting) -> Page:
    """Look at the answers of a closed paper: too fast to be read, wrong like a neighbour's."""
    by, at, stop_id, sitting_id = viewer().person_id, clock.now(), sitting.stop_id, sitting.id
    act(
        lambda session: look_at_answers(session, sitting_by_id(session, sitting_id), by=by, at=at),
        gettext("The answers have been looked at. What is worth a look stands in the list."),
    )
    return redirect(url_for("hall.incidents", stop_id=stop_id))


@blueprint.get("/incidents/<int:incident_id>")
@access(organises_seen, of=seen_by_id)
def incident(seen: Seen) -> Page:
    """One incident, and what it comes to."""
    present = {"judgement": seen.incident.judgement, "note": seen.incident.judged_note}
    return _incident_page(seen, JudgeForm(formdata=None, data=present).offer())


def _incident_page(seen: Seen, form: JudgeForm, message: str = "") -> str:
    return render_template(
        "hall/incident.html", stop=seen.stop, incident=seen.incident, form=form, message=message, story=story
    )


@blueprint.post("/incidents/<int:incident_id>")
@access(organises_seen, of=seen_by_id)
def judge(seen: Seen) -> Page:
    """Judge it."""
    form, by, at, stop_id, number = JudgeForm().offer(), viewer().person_id, clock.now(), seen.stop.id, seen.incident.id
    done, message = attempt(
        form,
        lambda session: verbs.judge(
            session,
            verbs.incident_by_id(session, number),
            form.judgement.data,
            note=form.note.data or "",
            by=by,
            at=at,
        ),
    )
    if done is None:
        return _incident_page(seen_by_id(db.session(), number), form, message), 400
    flash(gettext("The judgement is kept."), "success")
    return redirect(url_for("hall.incidents", stop_id=stop_id))


def _note(place: Place) -> Asked:
    return of_person(
        place,
        gettext("Record something about %(name)s", name=place.entry.name),
        gettext("A record changes no mark. An organiser judges it later."),
        verb=gettext("Record"),
    )


@blueprint.get("/<int:stop_id>/people/<int:entry_id>/note")
@access(checks_in, of=place_by_id)
def noting(place: Place) -> Page:
    """The form of a record."""
    return ask(_note(place), NoteForm(formdata=None, data={"kind": IncidentKind.NOTE}).offer())


@blueprint.post("/<int:stop_id>/people/<int:entry_id>/note")
@access(checks_in, of=place_by_id)
def note(place: Place) -> Page:
    """Keep the record."""
    by, at, stop_id, entry_id = viewer().person_id, clock.now(), place.stop.id, place.entry.id
    return settle(
        _note(place),
        NoteForm().offer(),
        lambda session, form: verbs.record(
            session,
            form.kind.data,
            stop_id=stop_id,
            entry=entry_by_id(session, entry_id),
            note=form.note.data,
            by=by,
            at=at,
        ),
        gettext("Recorded."),
    )
