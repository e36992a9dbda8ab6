"""The calendar of a tour's draft."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db
from exam.tours import drafting, drafts, queries
from exam.tours.models import Tour
from exam.web.access import access, viewer
from exam.web.deeds import Page, act
from exam.web.planning import words
from exam.web.planning.area import blueprint, organises
from exam.web.planning.desk import desk_of


@blueprint.get("/")
@access(organises)
def newest() -> Page:
    """To the calendar of the newest tour."""
    tour = queries.current_tour(db.session())
    if tour is None:
        return redirect(url_for("tours.board"))
    return redirect(url_for("planning.calendar", tour_id=tour.id))


@blueprint.get("/<int:tour_id>")
@access(organises, of=queries.tour_by_id)
def calendar(tour: Tour) -> Page:
    """The draft as weeks of half-days, what waits, and what is wrong; without a draft, how to begin one."""
    session, at = db.session(), clock.now()
    if drafting.draft_of(session, tour) is None:
        stops = queries.stops_of(session, tour.id)
        return render_template("planning/begin.html", tour=tour, stops=len(stops))
    return render_template("planning/calendar.html", **shown(session, tour, at=at))


def shown(session: Session, tour: Tour, *, at: datetime, outcome: Any = None) -> dict[str, Any]:
    """What the calendar's templates need; `outcome` is what became of a move just made."""
    draft = drafting.draft_of(session, tour)
    return {
        "tour": tour,
        "desk": None if draft is None else desk_of(session, tour, draft, at=at),
        "outcome": outcome,
        "said": words.said,
        "all_said": words.all_said,
        "at": at,
    }


@blueprint.post("/<int:tour_id>/draft")
@access(organises, of=queries.tour_by_id)
def begin(tour: Tour) -> Page:
    """Open a draft from the stops as they stand."""
    by, at = viewer().person_id, clock.now()
    act(lambda session: drafts.open_draft(session, queries.tour_by_id(session, tour.id), by=by, at=at), "")
    return redirect(url_for("planning.calendar", tour_id=tour.id))


@blueprint.post("/<int:tour_id>/draft/discard")
@access(organises, of=queries.tour_by_id)
def discard(tour: Tour) -> Page:
    """Throw the draft away; what has been published stays."""
    by, at = viewer().person_id, clock.now()
    done = act(lambda session: _discarded(session, tour.id, by=by, at=at), "")
    if done:
        flash(gettext("The draft has been thrown away. What has been published stays as it is."), "success")
    return redirect(url_for("planning.calendar", tour_id=tour.id))


def _discarded(session: Session, tour_id: int, *, by: int, at: datetime) -> None:
    draft = drafting.draft_of(session, queries.tour_by_id(session, tour_id))
    if draft is not None:
        drafts.discard(session, draft, by=by, at=at)
