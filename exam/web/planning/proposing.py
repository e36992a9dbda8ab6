"""Letting the planner propose the whole calendar, or mend it after a lecturer has dropped out."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import RadioField
from wtforms.validators import InputRequired

from exam import clock
from exam.accounts.roles import Viewer
from exam.extensions import db
from exam.jobs.models import Job, JobStatus
from exam.tours import arranging, asking, drafting, placing, queries
from exam.tours.models import Tour, TourDraft
from exam.web.access import Permission, access, viewer
from exam.web.deeds import Page, attempt, zone
from exam.web.forms import Form
from exam.web.planning import words
from exam.web.planning.area import blueprint, organises
from exam.web.planning.forms import ReplanForm
from question_bank.errors import N_, NotFound

OVER = frozenset({JobStatus.DONE, JobStatus.FAILED})


class ProposeForm(Form):
    """How much the planner may move."""

    keep = RadioField(lazy_gettext("What may be moved"), [InputRequired()], default="keep")

    def offer(self) -> "ProposeForm":
        self.keep.choices = [
            ("keep", gettext("Only place what waits; everything placed stays where it is")),
            ("all", gettext("Plan everything anew, but for what is fixed, has begun or is over")),
        ]
        return self


@dataclass(frozen=True)
class Proposal:
    """A piece of the planner's work and the tour it is for."""

    tour: Tour
    job: Job

    @property
    def over(self) -> bool:
        return self.job.status in OVER


def proposal_of(session: Session, tour_id: int, proposal_id: int) -> Proposal:
    """Raises NotFound."""
    job = asking.job_by_id(session, proposal_id)
    if job.payload["tour"] != tour_id:
        raise NotFound(N_("There is no such proposal."))
    return Proposal(queries.tour_by_id(session, tour_id), job)


def _organises(viewer: Viewer, proposal: Proposal) -> bool:
    return organises(viewer, proposal.tour)


organises_proposal = Permission(f"{organises.name} of the proposal", _organises)


@blueprint.get("/<int:tour_id>/propose")
@access(organises, of=queries.tour_by_id)
def propose(tour: Tour) -> Page:
    """What the planner would do, and how much it may move."""
    return _propose_page(tour, ProposeForm(formdata=None).offer())


@blueprint.post("/<int:tour_id>/propose")
@access(organises, of=queries.tour_by_id)
def ask(tour: Tour) -> Page:
    """Let the planner begin; it goes on while nobody looks."""
    form = ProposeForm().offer()
    made, message = attempt(form, lambda session: _asked(session, tour.id, keep=form.keep.data != "all"))
    if made is None:
        return _propose_page(tour, form, message=message), 400
    return redirect(url_for("planning.proposal", tour_id=tour.id, proposal_id=made.id))


def _propose_page(tour: Tour, form: ProposeForm, *, message: str = "") -> str:
    session = db.session()
    draft = drafting.draft_of(session, tour)
    rows = [each for each in drafting.placements_of(session, draft) if not each.dropped] if draft else []
    return render_template(
        "planning/propose.html",
        tour=tour,
        form=form,
        waiting=sum(each.starts_at is None for each in rows),
        fixed=sum(each.fixed for each in rows),
        stops=len(rows),
        message=message,
    )


def _draft(session: Session, tour_id: int) -> TourDraft:
    draft = drafting.draft_of(session, queries.tour_by_id(session, tour_id))
    if draft is None:
        raise NotFound(N_("This tour has no draft."))
    return draft


def _asked(session: Session, tour_id: int, *, keep: bool) -> Job:
    draft = _draft(session, tour_id)
    return asking.ask(session, draft, mend=False, keep=keep, seed=draft.lock, by=viewer().person_id, at=clock.now())


@blueprint.get("/<int:tour_id>/replan")
@access(organises, of=queries.tour_by_id)
def replan(tour: Tour) -> Page:
    """Who drops out, and from when to when."""
    given = {"lecturer": request.args.get("lecturer", type=int), "first": _today(clock.now()), "last": tour.ends_on}
    return _replan_page(tour, ReplanForm(formdata=None, data=given).offer(db.session()))


@blueprint.post("/<int:tour_id>/replan")
@access(organises, of=queries.tour_by_id)
def mend(tour: Tour) -> Page:
    """Note that a lecturer is away, and let the planner move as few stops as can be."""
    form = ReplanForm().offer(db.session())
    made, message = attempt(form, lambda session: _away(session, tour.id, form, at=clock.now()))
    if made is None:
        return _replan_page(tour, form, message=message), 400
    flash(gettext("The lecturer is noted as away. The planner looks for the fewest changes."), "success")
    return redirect(url_for("planning.proposal", tour_id=tour.id, proposal_id=made.id))


def _today(at: datetime) -> object:
    return at.astimezone(zone()).date()


def _replan_page(tour: Tour, form: ReplanForm, *, message: str = "") -> str:
    session = db.session()
    draft = drafting.draft_of(session, tour)
    stops = placing.placed_by_lecturer(session, draft) if draft else {}
    return render_template("planning/replan.html", tour=tour, form=form, stops=stops, draft=draft, message=message)


def _away(session: Session, tour_id: int, form: ReplanForm, *, at: datetime) -> Job:
    draft, by = _draft(session, tour_id), viewer().person_id
    lecturer = queries.lecturer_by_id(session, form.lecturer.data)
    arranging.send_away(session, lecturer, first=form.first.data, last=form.last.data, by=by, at=at)
    return asking.ask(session, draft, mend=True, keep=True, seed=draft.lock, by=by, at=at)


@blueprint.get("/<int:tour_id>/proposals/<int:proposal_id>")
@access(organises_proposal, of=proposal_of)
def proposal(proposal: Proposal) -> Page:
    """How far the planner is, and at the end what it did; htmx asks for the state alone."""
    page = "planning/_proposal.html" if "HX-Request" in request.headers else "planning/proposal.html"
    result = proposal.job.result or {}
    wishes = [words.told(each["template"], each["params"]) for each in result.get("wishes", ())]
    return render_template(page, tour=proposal.tour, job=proposal.job, over=proposal.over, result=result, wishes=wishes)
