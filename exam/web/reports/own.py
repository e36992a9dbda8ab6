"""A person's own results: nobody else can open these pages."""

from flask import current_app, render_template

from exam import clock
from exam.extensions import db
from exam.grading import appeals
from exam.grading.appealing import appeal_time
from exam.reports import cards, findings, rules
from exam.reports.openness import appeals_until
from exam.sittings.models import Attempt
from exam.sittings.queries import attempt_by_key
from exam.web.access import access, signed_in, viewer
from exam.web.reports.area import blueprint, own_attempt
from exam.web.reports.choices import said, share_bars


@blueprint.get("/reports/me")
@access(signed_in)
def me() -> str:
    """What the person has sat, and what came of it once it is released."""
    who = viewer()
    session = db.session()
    return render_template(
        "reports/me.html",
        stops=cards.my_stops(session, who.person_id, entry_id=who.roster_entry_id),
        rule=rules.in_force(session),
    )


@blueprint.get("/reports/papers/<key>")
@access(own_attempt, of=attempt_by_key)
def scorecard(attempt: Attempt) -> str:
    """One paper: before the release only when it was handed in, afterwards everything."""
    session = db.session()
    until = appeals_until(session, attempt.assignment.sitting_id, zone=current_app.extensions["liangjuan"].zone)
    card = cards.card(session, attempt)
    return render_template(
        "reports/scorecard.html",
        card=card,
        profile=share_bars([(each.key, each.share) for each in card.topics]),
        finding=said(findings.of_profile([(each.share, each.key) for each in card.topics if each.share is not None])),
        appeals=appeals.of_attempt(session, attempt.id),
        appeals_until=until,
        appeal_time=appeal_time(session, attempt.assignment.sitting_id),
        appeals_open=until is not None and clock.now() < until,
    )
