"""Letting the results of a sitting out."""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import writing
from exam.reports.operations import release_results
from exam.sittings.models import Sitting
from exam.sittings.queries import sitting_by_id
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.reports.area import blueprint, organises
from question_bank.errors import NotAllowed


@blueprint.post("/reports/sittings/<int:sitting_id>/release")
@access(organises, of=sitting_by_id)
def release(sitting: Sitting) -> Response:
    """Release the results; what stands in the way is said on the stop's page."""
    back = url_for("reports.stop", stop_id=sitting.stop_id)
    try:
        with writing() as session:
            release_results(session, sitting_by_id(session, sitting.id), by=viewer().person_id, at=clock.now())
    except NotAllowed as error:
        flash(sentence(error), "danger")
    else:
        flash(gettext("The results are released. Candidates can see their scorecards."), "success")
    return redirect(back)
