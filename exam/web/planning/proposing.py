"""Placeholder until the planner is there."""

from exam.tours import queries
from exam.tours.models import Tour
from exam.web.access import access
from exam.web.deeds import Page
from exam.web.planning.area import blueprint, organises


@blueprint.get("/<int:tour_id>/propose")
@access(organises, of=queries.tour_by_id)
def propose(tour: Tour) -> Page:
    return ""


@blueprint.get("/<int:tour_id>/replan")
@access(organises, of=queries.tour_by_id)
def replan(tour: Tour) -> Page:
    return ""
