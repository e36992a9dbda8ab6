"""The evidence of a finished stop: a page that says what it is, and the signed file."""

from io import BytesIO

from flask import flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from exam import audit, clock, keys
from exam.accounts.queries import names_of
from exam.evidence import package
from exam.extensions import db
from exam.tours import queries
from exam.tours.models import Stop
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.tours.area import Page, blueprint, organises, zone
from question_bank.errors import DomainError


@blueprint.get("/stops/<int:stop_id>/evidence")
@access(organises, of=queries.stop_by_id)
def evidence(stop: Stop) -> Page:
    """What the package holds, how it is checked, and who has made one before."""
    session = db.session()
    made = package.made_before(session, stop.id)
    return render_template(
        "tours/evidence.html",
        stop=stop,
        made=made,
        names=names_of(session, [each.by for each in made]),
        public=keys.known(session, keys.SIGNING),
        head=audit.head(session),
        ready=package.is_over(session, stop),
    )


@blueprint.post("/stops/<int:stop_id>/evidence")
@access(organises, of=queries.stop_by_id)
def evidence_file(stop: Stop) -> Response:
    """Make the package and send it; back to the page with the reason while papers can still be written."""
    at = clock.now()
    try:
        file = package.make(db.engine, stop.id, by=viewer().person_id, at=at)
    except DomainError as error:
        flash(sentence(error), "warning")
        return redirect(url_for("tours.evidence", stop_id=stop.id))
    name = f"证据包-第{stop.number}场-{stop.unit.name}-{at.astimezone(zone()):%Y%m%d%H%M}.zip"
    return send_file(BytesIO(file), "application/zip", as_attachment=True, download_name=name)
