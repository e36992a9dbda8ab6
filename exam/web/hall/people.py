"""One person in the hall: where they stand, and everything that can be done for them."""

from flask import render_template, request

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import db
from exam.sittings import queries as sittings
from exam.sittings.board import board_of
from exam.tours.queries import Place, place_by_id
from exam.web.access import access, viewer
from exam.web.deeds import Page
from exam.web.hall.area import blueprint, checks_in
from exam.web.hall.board import chosen_of, duration


@blueprint.get("/<int:stop_id>/people/<int:entry_id>")
@access(checks_in, of=place_by_id)
def person(place: Place) -> Page:
    """Both papers of one person, and what can be done."""
    session, stop = db.session(), place.stop
    papers = sittings.sittings_of(session, stop.id)
    shown = board_of(session, stop.id, chosen_of(papers, request.args.get("sitting", type=int)), at=clock.now())
    line = next(each for each in shown.lines if each.entry_id == place.entry.id)
    return render_template(
        "hall/person.html",
        stop=stop,
        entry=place.entry,
        board=shown,
        line=line,
        sittings=papers,
        duration=duration,
        organises=viewer().has(Role.ORGANISER),
    )
