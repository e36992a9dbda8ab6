"""Running both papers of a stop: plan, issue, open, close, release."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from flask import current_app, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock, disk
from exam.extensions import db
from exam.papers.queries import specification_by_id
from exam.reports.operations import release_results
from exam.sittings import operations as conducting
from exam.sittings import queries as sittings
from exam.sittings.models import Sitting
from exam.tours import queries
from exam.tours.flow import StopStatus
from exam.tours.models import Stop
from exam.tours.operations import move
from exam.web.access import access, viewer
from exam.web.tours.area import Page, act, blueprint, organises
from question_bank.enums import Audience

SEEDS = 2**31
"""Seeds are drawn below this."""

SPARES = 3
"""So many papers more per audience, for walk-ins and spoilt prints."""


@blueprint.post("/stops/<int:stop_id>/sittings")
@access(organises, of=queries.stop_by_id)
def plan_sittings(stop: Stop) -> Page:
    """Lay both sittings into the stop's half day, or move those not yet open with it."""
    act(lambda session: _planned(session, stop.id), gettext("Both papers have their times."))
    return _back(stop.id)


def _planned(session: Session, stop_id: int) -> None:
    conducting.plan_sittings(session, queries.stop_by_id(session, stop_id), by=viewer().person_id, at=clock.now())


@blueprint.post("/sittings/<int:sitting_id>/issue")
@access(organises, of=sittings.sitting_by_id)
def issue_papers(sitting: Sitting) -> Page:
    """Make the papers of a sitting, or give papers to those who came later; the seed stays what it is."""
    seed = next((each.paper_set.seed for each in sitting.paper_sets), None)
    return _issue(sitting, new_seed() if seed is None else seed, gettext("Every person on the roster has a paper."))


@blueprint.post("/sittings/<int:sitting_id>/reissue")
@access(organises, of=sittings.sitting_by_id)
def reissue_papers(sitting: Sitting) -> Page:
    """Make all papers of a sitting anew, as long as nobody has begun."""
    return _issue(sitting, new_seed(), gettext("All papers have been made anew."))


@blueprint.post("/sittings/<int:sitting_id>/specification")
@access(organises, of=sittings.sitting_by_id)
def choose_specification(sitting: Sitting) -> Page:
    """Say by which specification an audience's papers are made; empty leaves it to the rule."""
    audience = next((each for each in Audience if each.value == request.form.get("audience")), None)
    if audience is not None:
        act(lambda session: _chosen(session, sitting.id, audience), gettext("The specification is chosen."))
    return _back(sitting.stop_id)


def _chosen(session: Session, sitting_id: int, audience: Audience) -> None:
    sitting, number = sittings.sitting_by_id(session, sitting_id), request.form.get("specification", type=int)
    chosen = specification_by_id(session, number) if number else None
    by, at = viewer().person_id, clock.now()
    conducting.choose_specification(session, sitting, audience, chosen, by=by, at=at)


def new_seed() -> int:
    """A number nobody has chosen, short enough to be read out."""
    return secrets.randbelow(SEEDS)


def _issue(sitting: Sitting, seed: int, done: str) -> Page:
    by, at, stop_id = viewer().person_id, clock.now(), sitting.stop_id
    act(
        lambda session: conducting.issue_papers(
            session, sittings.sitting_by_id(session, sitting.id), seed=seed, spares=SPARES, by=by, at=at
        ),
        done,
        first=lambda session: conducting.rehearse(session, sitting, seed=seed, spares=SPARES),
    )
    return _back(stop_id)


@blueprint.post("/sittings/<int:sitting_id>/open")
@access(organises, of=sittings.sitting_by_id)
def open_sitting(sitting: Sitting) -> Page:
    """Let candidates begin; a stop that has not begun begins with its first paper."""
    return _step(sitting, _opened, gettext("The paper is open."), first=_room)


def _room(session: Session) -> None:
    del session  # the question is about disks
    disk.require_room(db.engine, current_app.extensions["liangjuan"].data)


def _opened(session: Session, sitting: Sitting, *, by: int | None, at: datetime) -> None:
    stop = queries.stop_by_id(session, sitting.stop_id)
    if stop.status is StopStatus.ROSTERED:
        move(session, stop, StopStatus.RUNNING, by=by, at=at)
    conducting.open_sitting(session, sitting, by=by, at=at)


@blueprint.post("/sittings/<int:sitting_id>/close")
@access(organises, of=sittings.sitting_by_id)
def close_sitting(sitting: Sitting) -> Page:
    """Let nobody begin any more."""
    return _step(sitting, conducting.close_sitting, gettext("The paper is closed."))


@blueprint.post("/sittings/<int:sitting_id>/release")
@access(organises, of=sittings.sitting_by_id)
def release(sitting: Sitting) -> Page:
    """Let candidates and leaders see the results."""
    return _step(sitting, release_results, gettext("The results are out."))


class StatusVerb(Protocol):
    """An operation that takes one step of a sitting's status table."""

    def __call__(self, session: Session, sitting: Sitting, *, by: int | None, at: datetime) -> object: ...


def _step(sitting: Sitting, verb: StatusVerb, done: str, *, first: Callable[[Session], None] | None = None) -> Page:
    by, at = viewer().person_id, clock.now()
    act(lambda session: verb(session, sittings.sitting_by_id(session, sitting.id), by=by, at=at), done, first=first)
    if request.form.get("back") == "board":
        return redirect(url_for("hall.board", stop_id=sitting.stop_id, sitting=sitting.id))
    return _back(sitting.stop_id)


def _back(stop_id: int) -> Page:
    return redirect(url_for("tours.stop", stop_id=stop_id, _anchor="sittings"))
