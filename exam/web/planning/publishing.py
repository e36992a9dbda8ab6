"""The draft against what has been published: every difference in a sentence, the last look, and publishing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db
from exam.tours import checking, drafting, publishing, queries, versions
from exam.tours.models import Placement, Tour, TourDraft, TourVersion
from exam.tours.operations import Overtaken
from exam.web.access import access, viewer
from exam.web.deeds import Page, attempt, zone
from exam.web.planning import words
from exam.web.planning.area import blueprint, organises
from exam.web.planning.forms import PublishForm
from exam.web.planning.moving import not_overtaken
from question_bank.errors import N_, NotFound


@dataclass(frozen=True)
class Line:
    """One difference. `kind` is what of the stop changed, in words."""

    kind: str
    sentence: str


@dataclass(frozen=True)
class Comparison:
    """A draft against the stops as they stand. `waiting` ones keep it from being published where they stand already."""

    draft: TourDraft
    lines: tuple[Line, ...]
    hard: tuple[words.Said, ...]
    waiting: tuple[Placement, ...]
    unannounced: bool

    @property
    def blocked(self) -> bool:
        return bool(self.hard) or any(each.stop_id for each in self.waiting)

    @property
    def something(self) -> bool:
        """Whether there is anything to publish."""
        return bool(self.lines) or self.unannounced


def compared(session: Session, tour: Tour, draft: TourDraft, *, at: datetime) -> Comparison:
    """Read the draft, what it would change and what forbids that."""
    hard = checking.hard_conflicts(drafting.calendar_of(session, draft, zone=zone(), at=at), at=at)
    waiting = [each for each in drafting.placements_of(session, draft) if each.starts_at is None and not each.dropped]
    return Comparison(
        draft,
        tuple(line(each) for each in publishing.upcoming_changes(session, draft, zone=zone())),
        tuple(words.all_said(hard)),
        tuple(waiting),
        versions.latest(session, tour) is None,
    )


def line(change: dict[str, Any]) -> Line:
    """A kept change in the reader's words."""
    return Line(words.kind_of_change(change["kind"]), words.told(change["template"], change["params"]))


@blueprint.get("/<int:tour_id>/changes")
@access(organises, of=queries.tour_by_id)
def changes(tour: Tour) -> Page:
    """What publishing the draft would change, and whether it may be published."""
    return _page(tour)


@blueprint.post("/<int:tour_id>/publish")
@access(organises, of=queries.tour_by_id)
def publish(tour: Tour) -> Page:
    """Publish the draft: from now on it counts, and everybody concerned is told."""
    form = PublishForm()
    try:
        made, message = attempt(form, lambda session: _published(session, tour.id, form, at=clock.now()))
    except Overtaken as error:
        return _page(tour, message=gettext(error.template)), 409
    if made is None:
        return _page(tour, form, message=message), 400
    flash(gettext("Version %(number)s of the calendar is published.", number=made.number), "success")
    return redirect(url_for("planning.version", tour_id=tour.id, number=made.number))


def _published(session: Session, tour_id: int, form: PublishForm, *, at: datetime) -> TourVersion:
    draft = drafting.draft_of(session, queries.tour_by_id(session, tour_id))
    if draft is None:
        raise NotFound(N_("This tour has no draft."))
    not_overtaken(draft, int(form.seen.data) if (form.seen.data or "").isdecimal() else 0)
    by = viewer().person_id
    return publishing.publish(session, draft, note=form.note.data or "", zone=zone(), by=by, at=at)


def _page(tour: Tour, form: PublishForm | None = None, *, message: str = "") -> str:
    session, at = db.session(), clock.now()
    draft = drafting.draft_of(session, tour)
    found = None if draft is None else compared(session, tour, draft, at=at)
    shown = form or PublishForm(formdata=None)
    if draft is not None:
        shown.seen.data = str(draft.lock)
    return render_template(
        "planning/changes.html",
        tour=tour,
        compared=found,
        latest=versions.latest(session, tour),
        form=shown,
        message=message,
    )
