"""The life of the demo's stops, through the real operations: rosters, papers, attempts, marks, results."""

import hashlib
import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.accounts.roles import Role
from exam.cli.demo.answers import give
from exam.cli.demo.county import County, Planned
from exam.grading import operations as grading
from exam.grading.marking import Source
from exam.grading.models import Mark
from exam.papers.models import PaperItem
from exam.reports import operations as reports
from exam.sittings import operations as sittings
from exam.sittings import queries
from exam.sittings.models import Assignment, Attempt, Sitting
from exam.sittings.revisions import SaveOperation
from exam.tours import operations as tours
from exam.tours.models import Absence, RosterEntry, Stop, StopStatus
from question_bank.rounding import settle

FROZEN_AHEAD = 3
"""Of the stops to come the next ones have their rosters."""
SEED = 2027
RELEASED, WORKED_OUT = timedelta(hours=22), timedelta(hours=23)
"""After the end of a stop its results are out, and the figures of its questions worked out."""
LEAKED, KNOW = 12, 0.9
"""So many questions get out, and so many of the later candidates have seen them."""
BELIEVE = 0.65
"""So many of a hall hold its misunderstanding."""


@dataclass(frozen=True)
class Cadre:
    """One roster entry and how able this invented person is, 0–1."""

    entry: RosterEntry
    ability: float


def draw_of(*parts: object) -> random.Random:
    """The same numbers for the same parts, every time."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return random.Random(digest)  # noqa: S311 -- invented people, no secrets


def freeze_roster(session: Session, county: County, stop: Stop, unit_code: str, *, at: datetime) -> None:
    """Put the unit's cadres on the roster; it exists before the day."""
    by = county.staff[Role.ORGANISER][0].id
    tours.freeze_roster(session, stop, county.cadres[unit_code], by=by, at=at)
    sittings.plan_sittings(session, stop, by=by, at=at)


def run_finished(
    session: Session,
    county: County,
    planned: Planned,
    *,
    marked: bool,
    told: frozenset[int] = frozenset(),
    mistaken: frozenset[int] = frozenset(),
) -> int:
    """The whole half day of a stop that lies behind: attendance, both papers, marks, results. Returns attempts.

    `told` are the ids of question versions that most candidates have seen in a chat group before, `mistaken` those of
    which a good half of the hall believes the same wrong thing.
    """
    stop, by = planned.stop, county.staff[Role.ORGANISER][0].id
    _issue(session, stop, by=by)
    tours.move(session, stop, StopStatus.RUNNING, by=by, at=stop.starts_at)
    present = _check_in(session, stop, by=by, share=0.93)
    attempts = 0
    for sitting in queries.sittings_of(session, stop.id):
        sittings.open_sitting(session, sitting, by=by, at=sitting.opens_at)
        for cadre in present:
            _sit(session, sitting, cadre, told=told, mistaken=mistaken)
        attempts += len(present)
        sittings.close_sitting(session, sitting, by=by, at=sitting.closes_at)
    tours.move(session, stop, StopStatus.FINISHED, by=by, at=stop.ends_at)
    if marked:
        _mark_and_release(session, county, stop)
    return attempts


def run_today(session: Session, county: County, planned: Planned, *, at: datetime) -> None:
    """The stop of today: checked in, the business paper open, some writing, most still to begin."""
    stop, by = planned.stop, county.staff[Role.ORGANISER][0].id
    _issue(session, stop, by=by)
    tours.move(session, stop, StopStatus.RUNNING, by=by, at=stop.starts_at)
    present = _check_in(session, stop, by=by, share=0.9)
    for sitting in queries.sittings_of(session, stop.id):
        if sitting.opens_at <= at:
            sittings.open_sitting(session, sitting, by=by, at=sitting.opens_at)
            for cadre in present[: len(present) // 3]:
                _sit(session, sitting, cadre, until=at)


def _issue(session: Session, stop: Stop, *, by: int) -> None:
    """Both papers, made the day before."""
    for sitting in queries.sittings_of(session, stop.id):
        sittings.issue_papers(session, sitting, seed=SEED + stop.number, by=by, at=stop.starts_at - timedelta(days=1))


def _check_in(session: Session, stop: Stop, *, by: int, share: float) -> list[Cadre]:
    """Who came; of the others some have leave and some are absent."""
    town = draw_of("unit", stop.unit_id).gauss(0.0, 0.07)
    present = []
    for entry in stop.roster:
        draw = draw_of("person", entry.person_id)
        ability = min(1.0, max(0.0, draw.gauss(0.72 + town, 0.2)))
        if draw.random() < share:
            tours.check_in(session, entry, by=by, at=stop.starts_at + timedelta(minutes=draw.randint(0, 19)))
            present.append(Cadre(entry, ability))
        elif draw.random() < 0.4:
            tours.set_absence(session, entry, Absence.LEAVE, reason="公假（演示）", by=by, at=stop.starts_at)
        else:
            tours.set_absence(session, entry, Absence.ABSENT, by=by, at=stop.starts_at)
    return present


def got_out(session: Session) -> frozenset[int]:
    """Questions that a candidate photographs and sends round: of those met most often so far, ones not found easy.

    Later candidates answer them too well, and the alarm of leaks has something to show.
    """
    rows = session.execute(
        select(PaperItem.question_version_id, func.sum(Mark.awarded), func.sum(Mark.maximum))
        .join(Mark, Mark.paper_item_id == PaperItem.id)
        .where(Mark.source == Source.RULE, Mark.part == "")
        .group_by(PaperItem.question_version_id)
        .order_by(func.count(Mark.id).desc(), PaperItem.question_version_id)
    )
    return frozenset([version_id for version_id, earned, most in rows if 10 * earned < 7 * most][:LEAKED])


def _sit(
    session: Session,
    sitting: Sitting,
    cadre: Cadre,
    *,
    told: frozenset[int] = frozenset(),
    mistaken: frozenset[int] = frozenset(),
    until: datetime | None = None,
) -> None:
    """Begin, answer, hand in; with `until` only what has been answered by then, and nothing handed in."""
    draw = draw_of("attempt", sitting.id, cadre.entry.person_id)
    began = sitting.opens_at + timedelta(seconds=draw.randint(5, 200))
    attempt = sittings.start(session, cadre.entry, sitting, device="demo", at=began)
    items = queries.frozen_items(session, attempt.assignment.paper_id)
    believes = draw_of("believes", cadre.entry.person_id).random() < BELIEVE
    given = [
        (
            item.item_id,
            give(
                item.content,
                item.order,
                ability=cadre.ability,
                told=item.version_id in told and draw.random() < KNOW,
                mistaken=believes and item.version_id in mistaken,
                draw=draw,
            ),
        )
        for item in (items if until is None else items[: draw.randint(2, 8)])
    ]
    minutes = (attempt.deadline - began).total_seconds() / 60
    finish = until or began + timedelta(minutes=minutes * draw.uniform(0.55, 0.98))
    _save(session, attempt, given, at=finish - timedelta(seconds=20) if until is None else max(began, until))
    if until is None:
        grading.hand_in(session, attempt, at=finish)


def _save(session: Session, attempt: Attempt, given: list[tuple[int, Any]], *, at: datetime) -> None:
    wanted = [
        SaveOperation(op=str(uuid.uuid4()), item=item_id, revision=1, value=value, flagged=False)
        for item_id, value in given
        if value is not None
    ]
    for result in sittings.save(session, attempt, wanted, device="demo", at=at):
        if not hasattr(result, "revision") or hasattr(result, "reason"):
            raise RuntimeError(f"the demo's own answer was refused: {result}")


def _mark_and_release(session: Session, county: County, stop: Stop) -> None:
    """Markers settle what waits near the suggestion, then both results are released."""
    markers = county.staff[Role.MARKER]
    at = stop.ends_at + timedelta(hours=2)
    for sitting in queries.sittings_of(session, stop.id):
        for number, mark in enumerate(_suggestions(session, sitting)):
            awarded = _judged(mark)
            grading.award(
                session,
                attempt_id=mark.attempt_id,
                paper_item_id=mark.paper_item_id,
                part=mark.part,
                marks=awarded,
                marker_id=markers[number % len(markers)].id,
                at=at + number * timedelta(seconds=9),
            )
        reports.release_results(session, sitting, by=county.staff[Role.ORGANISER][0].id, at=stop.ends_at + RELEASED)


def _judged(mark: Mark) -> Decimal:
    """What a marker makes of it: near the suggestion; a problem told, for which there is none, by its clarity."""
    draw = draw_of("mark", mark.id)
    if not mark.detail.get("parts"):
        return settle(Fraction(draw.choice((4, 6, 7, 8, 9)), 10) * Fraction(mark.maximum), mark.maximum)
    off = Fraction(draw.choice((0, 0, 0, -1, 1)), 10)
    return settle(Fraction(mark.awarded) + off * Fraction(mark.maximum), mark.maximum)


def _suggestions(session: Session, sitting: Sitting) -> list[Mark]:
    return list(
        session.scalars(
            select(Mark)
            .join(Attempt, Attempt.id == Mark.attempt_id)
            .join(Assignment, Assignment.id == Attempt.assignment_id)
            .where(Assignment.sitting_id == sitting.id, Mark.source == Source.SUGGESTION)
            .order_by(Mark.id)
        )
    )
