"""One release of one sitting with the figures it went out with: what was said then stays readable."""

from flask import render_template
from sqlalchemy.orm import Session

from exam.extensions import db
from exam.reports.models import Release
from exam.reports.releasing import releases_of
from exam.reports.statistics import Group
from exam.sittings.queries import sitting_by_id
from exam.web.access import access
from exam.web.reports.area import blueprint, compares
from question_bank.errors import N_, NotFound


def release_by_id(session: Session, release_id: int) -> Release:
    """Raises NotFound."""
    found = session.get(Release, release_id)
    if found is None:
        raise NotFound(N_("There is no such release."))
    return found


@blueprint.get("/reports/releases/<int:release_id>")
@access(compares, of=release_by_id)
def version(release: Release) -> str:
    """The frozen figures, the note, and the other versions."""
    session = db.session()
    return render_template(
        "reports/version.html",
        release=release,
        sitting=sitting_by_id(session, release.sitting_id),
        versions=releases_of(session, [release.sitting_id])[release.sitting_id],
        groups={group.value: group for group in Group},
    )
