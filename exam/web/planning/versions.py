"""What has been published of a tour, version by version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from exam.extensions import db
from exam.tours import placing, queries
from exam.tours import versions as published
from exam.tours.models import Tour, TourVersion
from exam.web.access import access
from exam.web.deeds import Page
from exam.web.planning.area import blueprint, sees_tour
from exam.web.planning.publishing import line


@dataclass(frozen=True)
class Version:
    """A published calendar and its tour."""

    tour: Tour
    row: TourVersion


def version_of(session: Session, tour_id: int, number: int) -> Version:
    """Raises NotFound."""
    tour = queries.tour_by_id(session, tour_id)
    return Version(tour, published.version_by_number(session, tour, number))


@blueprint.get("/<int:tour_id>/versions")
@access(sees_tour, of=queries.tour_by_id)
def versions(tour: Tour) -> Page:
    """Every published version with the number of its changes, the newest first."""
    session = db.session()
    found = published.versions_of(session, tour)
    return render_template(
        "planning/versions.html",
        tour=tour,
        versions=found,
        names=placing.names_of(session, [each.published_by for each in found]),
    )


@blueprint.get("/<int:tour_id>/versions/<int:number>")
@access(sees_tour, of=version_of)
def version(version: Version) -> Page:
    """One version: its note, its changes in sentences, every stop as it was announced."""
    names = placing.names_of(db.session(), [version.row.published_by])
    return render_template(
        "planning/version.html",
        tour=version.tour,
        version=version.row,
        lines=[line(each) for each in version.row.changes["changes"]],
        stops=[_timed(each) for each in version.row.stops["stops"]],
        by=names.get(version.row.published_by or 0, ""),
    )


def _timed(stop: dict[str, Any]) -> dict[str, Any]:
    """A stop as it was announced, its times as moments."""
    times = {name: datetime.fromisoformat(stop[name]) for name in ("starts_at", "ends_at")}
    return {**stop, **times}
