"""One person in the hall: where they stand, and everything that can be done for them."""

from flask import render_template, request

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import db
from exam.sittings import identity
from exam.sittings import queries as sittings
from exam.sittings.board import attempts_of, board_of, incidents_of
from exam.sittings.hall_rules import rules_of
from exam.tours.queries import Place, place_by_id
from exam.web.access import access, viewer
from exam.web.deeds import Page
from exam.web.hall.area import blueprint, checks_in
from exam.web.hall.board import chosen_of, duration
from exam.web.hall.stories import story


@blueprint.get("/<int:stop_id>/people/<int:entry_id>")
@access(checks_in, of=place_by_id)
def person(place: Place) -> Page:
    """One person's paper, and what can be done."""
    session, stop, entry = db.session(), place.stop, place.entry
    papers = sittings.sittings_of(session, stop.id)
    shown = board_of(session, stop.id, chosen_of(papers, request.args.get("sitting", type=int)), at=clock.now())
    return render_template(
        "hall/person.html",
        stop=stop,
        entry=entry,
        board=shown,
        line=next(each for each in shown.lines if each.entry_id == entry.id),
        attempt=attempts_of(session, entry.id).get(shown.sitting.id) if shown.sitting else None,
        sittings=papers,
        checks=identity.checks_of(session, entry.id),
        incidents=incidents_of(session, stop.id, entry_id=entry.id),
        rules=rules_of(session, stop.id),
        duration=duration,
        story=story,
        organises=viewer().has(Role.ORGANISER),
    )
