"""The time of a sitting: more of it for one person or the hall, standing still in a power cut, going on."""

from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.sittings import timing as verbs
from exam.sittings.models import Sitting
from exam.sittings.queries import attempt_by_key, sitting_by_id
from exam.web.access import access, viewer
from exam.web.deeds import Page
from exam.web.forms import Confirmation
from exam.web.hall.area import blueprint, organises
from exam.web.hall.deeds import Asked, Held, ask, held_by_key, of_held, of_sitting, settle
from exam.web.hall.devices import organises_held
from exam.web.hall.forms import ReasonForm, TimeForm


def _more(sitting: Sitting) -> Asked:
    return of_sitting(
        sitting,
        gettext("More time for the whole hall"),
        gettext("Everybody who writes this paper has so many minutes more, and so has who begins later."),
        gettext("The paper closes later by as much."),
        verb=gettext("Give the time"),
    )


@blueprint.get("/sittings/<int:sitting_id>/extend")
@access(organises, of=sitting_by_id)
def extending(sitting: Sitting) -> Page:
    """What more time does."""
    return ask(_more(sitting), TimeForm(formdata=None))


@blueprint.post("/sittings/<int:sitting_id>/extend")
@access(organises, of=sitting_by_id)
def extend(sitting: Sitting) -> Page:
    """Give a hall more time."""
    by, at, sitting_id = viewer().person_id, clock.now(), sitting.id
    return settle(
        _more(sitting),
        TimeForm(),
        lambda session, form: verbs.extend(
            session,
            sitting_by_id(session, sitting_id),
            seconds=60 * form.minutes.data,
            reason=form.reason.data,
            by=by,
            at=at,
        ),
        gettext("The hall has more time."),
    )


def _more_for(held: Held) -> Asked:
    return of_held(
        held,
        gettext("More time for %(name)s", name=held.place.entry.name),
        gettext("Only this paper ends later; the clock on the phone follows by itself."),
        verb=gettext("Give the time"),
    )


@blueprint.get("/attempts/<key>/extend")
@access(organises_held, of=held_by_key)
def extending_one(held: Held) -> Page:
    """What more time for one person does."""
    return ask(_more_for(held), TimeForm(formdata=None))


@blueprint.post("/attempts/<key>/extend")
@access(organises_held, of=held_by_key)
def extend_one(held: Held) -> Page:
    """Give one person more time."""
    by, at, key = viewer().person_id, clock.now(), held.attempt.key

    def deed(session: Session, form: TimeForm) -> object:
        assignment = attempt_by_key(session, key).assignment
        seconds, reason = 60 * form.minutes.data, form.reason.data
        sitting = assignment.sitting
        return verbs.extend(session, sitting, seconds=seconds, reason=reason, assignment=assignment, by=by, at=at)

    done = gettext("%(name)s has more time.", name=held.place.entry.name)
    return settle(_more_for(held), TimeForm(), deed, done)


def _pause(sitting: Sitting) -> Asked:
    return of_sitting(
        sitting,
        gettext("Let the paper stand still"),
        gettext("For a power cut or another disturbance: all clocks stop, nobody can begin, no paper is collected."),
        gettext("What has been written and arrives now is kept."),
        gettext("When it goes on, everybody's end moves by as long as it stood still."),
        verb=gettext("Let it stand still"),
        tone="danger",
    )


@blueprint.get("/sittings/<int:sitting_id>/pause")
@access(organises, of=sitting_by_id)
def pausing(sitting: Sitting) -> Page:
    """What standing still does."""
    return ask(_pause(sitting), ReasonForm(formdata=None))


@blueprint.post("/sittings/<int:sitting_id>/pause")
@access(organises, of=sitting_by_id)
def pause(sitting: Sitting) -> Page:
    """Let a sitting stand still."""
    by, at, sitting_id = viewer().person_id, clock.now(), sitting.id
    return settle(
        _pause(sitting),
        ReasonForm(),
        lambda session, form: verbs.pause(
            session, sitting_by_id(session, sitting_id), reason=form.reason.data, by=by, at=at
        ),
        gettext("The paper stands still."),
    )


def _resume(sitting: Sitting) -> Asked:
    return of_sitting(
        sitting,
        gettext("Let the paper go on"),
        gettext("All clocks go on now; every end and the close move by as long as the paper stood still."),
        verb=gettext("Go on"),
    )


@blueprint.get("/sittings/<int:sitting_id>/resume")
@access(organises, of=sitting_by_id)
def resuming(sitting: Sitting) -> Page:
    """What going on does."""
    return ask(_resume(sitting), Confirmation(formdata=None))


@blueprint.post("/sittings/<int:sitting_id>/resume")
@access(organises, of=sitting_by_id)
def resume(sitting: Sitting) -> Page:
    """Let a sitting go on."""
    by, at, sitting_id = viewer().person_id, clock.now(), sitting.id
    return settle(
        _resume(sitting),
        Confirmation(),
        lambda session, _: verbs.resume(session, sitting_by_id(session, sitting_id), by=by, at=at),
        gettext("The paper goes on."),
    )
