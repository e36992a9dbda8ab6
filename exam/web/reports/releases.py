"""Letting the results of a sitting out."""

from collections.abc import Iterable, Sequence

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import writing
from exam.reports.models import Release
from exam.reports.operations import release_results
from exam.reports.releasing import Openness, releases_of
from exam.sittings.models import Sitting
from exam.sittings.queries import sitting_by_id
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.reports.area import blueprint, organises
from exam.web.reports.forms import ReleaseForm
from question_bank.errors import DomainError


@blueprint.post("/reports/sittings/<int:sitting_id>/release")
@access(organises, of=sitting_by_id)
def release(sitting: Sitting) -> Response:
    """Release the results to those ticked, or to others than so far; what stands in the way is said on the page."""
    back, form = url_for("reports.stop", stop_id=sitting.stop_id), ReleaseForm()
    to = Openness(form.to_persons.data, form.to_units.data, form.to_public.data, form.names_public.data)
    if not form.validate_on_submit():
        flash(gettext("This form has expired. Go back, reload the page and send it again."), "danger")
        return redirect(back)
    who, note = viewer().person_id, (form.note.data or "").strip()
    try:
        with writing() as session:
            release_results(session, sitting_by_id(session, sitting.id), by=who, at=clock.now(), note=note, to=to)
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(gettext("The results are released to those who were ticked, and to leaders."), "success")
    return redirect(back)


def release_forms(session: Session, sittings: Iterable[Sitting]) -> dict[int, tuple[ReleaseForm, Sequence[Release]]]:
    """By sitting the form as the latest release has it, and all its releases, the latest first."""
    known = releases_of(session, [each.id for each in sittings])
    return {
        sitting_id: (ReleaseForm(formdata=None, data=Openness.of(found[0] if found else None).columns()), found)
        for sitting_id, found in known.items()
    }
