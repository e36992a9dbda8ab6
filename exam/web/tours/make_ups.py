"""The roster of a make-up stop: chosen from those who failed or missed a paper."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db
from exam.reports import make_ups
from exam.tours import queries
from exam.tours.flow import Purpose, StopStatus
from exam.tours.models import Stop
from exam.web.access import access, viewer
from exam.web.tours.area import Page, act, blueprint, organises


@blueprint.get("/stops/<int:stop_id>/make-ups")
@access(organises, of=queries.stop_by_id)
def make_up_list(stop: Stop) -> Page:
    """Everybody who may make up, those whose result was not enough ticked."""
    if stop.purpose is not Purpose.MAKE_UP:
        return redirect(url_for("tours.enrolling", stop_id=stop.id))
    found = make_ups.candidates(db.session(), stop)
    unit = request.args.get("unit", "")
    return render_template(
        "tours/make_ups.html",
        stop=stop,
        people=[each for each in found if unit in {"", each.unit}],
        units=sorted({each.unit for each in found}),
        unit=unit,
        total=len(found),
        enrolled=len(queries.roster_of(db.session(), stop.id)),
        open=stop.status in {StopStatus.PLANNED, StopStatus.ROSTERED},
    )


@blueprint.post("/stops/<int:stop_id>/make-ups")
@access(organises, of=queries.stop_by_id)
def enrol_make_ups(stop: Stop) -> Page:
    """Put the chosen people on the roster."""
    chosen = [int(each) for each in request.form.getlist("ids") if each.isdecimal()]
    if not act(lambda session: _enrolled(session, stop.id, chosen), gettext("The roster is frozen.")):
        return redirect(url_for("tours.make_up_list", stop_id=stop.id))
    return redirect(url_for("tours.roster", stop_id=stop.id))


def _enrolled(session: Session, stop_id: int, chosen: list[int]) -> object:
    return make_ups.enrol(session, queries.stop_by_id(session, stop_id), chosen, by=viewer().person_id, at=clock.now())
