"""What everybody who signs in may read: published bulletins, and the results that are released to the public."""

from flask import render_template, url_for

from exam.extensions import db
from exam.reports import bulletins, queries
from exam.reports.queries import Scope
from exam.reports.releasing import Recipient
from exam.tours.models import Stop
from exam.web.access import access, signed_in
from exam.web.reports.area import blueprint
from exam.web.reports.choices import chosen, measure_tabs


@blueprint.get("/results/")
@access(signed_in)
def published() -> str:
    """Bulletins and stops."""
    session = db.session()
    return render_template(
        "reports/published.html",
        bulletins=bulletins.bulletins(session, published=True),
        stops=queries.open_stops(session, Recipient.PUBLIC),
    )


@blueprint.get("/results/stops/<int:stop_id>")
@access(signed_in, of=queries.public_stop)
def public_stop(stop: Stop) -> str:
    """One stop: figures of groups and units, and the best fifth where they may be named."""
    choice, session = chosen(), db.session()
    report = queries.report(session, Scope(stop_id=stop.id, open_to=Recipient.PUBLIC), choice.measure, sure=False)
    named = queries.report(session, Scope(stop_id=stop.id, open_to=Recipient.NAMES), choice.measure, sure=False)
    return render_template(
        "reports/public_stop.html",
        stop=stop,
        choice=choice,
        report=report,
        people=named.best,
        measures=measure_tabs(choice, "reports.public_stop", stop_id=stop.id),
        back=url_for("reports.published"),
    )
