"""A person's own results: nobody else can open these pages."""

from flask import render_template

from exam.extensions import db
from exam.reports import cards
from exam.sittings.models import Attempt
from exam.sittings.queries import attempt_by_key
from exam.web.access import access, signed_in, viewer
from exam.web.reports.area import blueprint, own_attempt


@blueprint.get("/reports/me")
@access(signed_in)
def me() -> str:
    """What the person has sat, and what came of it once it is released."""
    who = viewer()
    return render_template(
        "reports/me.html", stops=cards.my_stops(db.session(), who.person_id, entry_id=who.roster_entry_id)
    )


@blueprint.get("/reports/papers/<key>")
@access(own_attempt, of=attempt_by_key)
def scorecard(attempt: Attempt) -> str:
    """One paper: before the release only when it was handed in, afterwards everything."""
    return render_template("reports/scorecard.html", card=cards.card(db.session(), attempt))
