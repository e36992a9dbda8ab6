"""The teams of a county final: formed from the roster, changed by hand."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db
from exam.tours import queries
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.tours.teams import SIZE, form_teams, place_members, teams_of
from exam.web.access import access, viewer
from exam.web.deeds import Page, act
from exam.web.hall.area import blueprint, organises


@blueprint.get("/<int:stop_id>/teams")
@access(organises, of=stop_by_id)
def teams(stop: Stop) -> Page:
    """Who is in which team."""
    session = db.session()
    return render_template(
        "hall/teams.html",
        stop=stop,
        teams=teams_of(session, stop.id),
        entries=queries.roster_of(session, stop.id),
        size=SIZE,
    )


@blueprint.post("/<int:stop_id>/teams/form")
@access(organises, of=stop_by_id)
def make_teams(stop: Stop) -> Page:
    """Make teams of three from those who are in none."""
    by, at, stop_id = viewer().person_id, clock.now(), stop.id
    act(
        lambda session: form_teams(session, stop_by_id(session, stop_id), by=by, at=at),
        gettext("The teams are formed. Change them below where needed."),
    )
    return redirect(url_for("hall.teams", stop_id=stop_id))


@blueprint.post("/<int:stop_id>/teams")
@access(organises, of=stop_by_id)
def change_teams(stop: Stop) -> Page:
    """Put people into other teams, or into none."""
    stop_id = stop.id
    act(lambda session: _changed(session, stop_id), gettext("The teams are kept."))
    return redirect(url_for("hall.teams", stop_id=stop_id))


def _changed(session: Session, stop_id: int) -> int:
    wanted = {
        int(name.removeprefix("team-")): int(value) if value.isdecimal() else None
        for name, value in request.form.items()
        if name.startswith("team-") and name.removeprefix("team-").isdecimal()
    }
    return place_members(session, stop_by_id(session, stop_id), wanted, by=viewer().person_id, at=clock.now())
