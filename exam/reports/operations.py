"""Verbs on results: release them, with the figures frozen as they are at that moment."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import queries as grading
from exam.reports import queries
from exam.reports.comparison import Compared, Line, Measure
from exam.reports.models import Release
from exam.reports.statistics import Figures, Ranked
from exam.sittings.models import Sitting, SittingStatus
from exam.sittings.operations import release
from exam.sittings.window import advance
from question_bank.enums import PaperKind
from question_bank.errors import N_, NotAllowed

MEASURE = {PaperKind.BUSINESS: Measure.BUSINESS, PaperKind.PRACTICAL: Measure.PRACTICAL}


def release_results(session: Session, sitting: Sitting, *, by: int | None, at: datetime) -> Release:
    """Let candidates and leaders see the results of `sitting`; its marks can no longer be changed.

    Raises NotAllowed unless the sitting is closed and every answer is marked.
    """
    # Marks lock the same row for sharing, so that none comes between the counting and the release.
    session.refresh(sitting, with_for_update={"of": Sitting})
    advance(sitting.status, SittingStatus.RELEASED)
    waiting = grading.progress(session, sitting.id).waiting
    if waiting:
        raise NotAllowed(N_("%(count)s answers still wait for a marker."), count=waiting)
    if grading.unmarked_attempts(session, sitting.stop_id):
        raise NotAllowed(N_("Some papers have been handed in but not marked yet; try again in a minute."))
    found = queries.report(
        session, queries.Scope(sitting_id=sitting.id, released_only=False), MEASURE[sitting.paper_kind]
    )
    number = (session.scalar(select(func.max(Release.number)).where(Release.sitting_id == sitting.id)) or 0) + 1
    made = Release(sitting_id=sitting.id, number=number, at=at, by=by, figures=_frozen(found))
    session.add(made)
    release(session, sitting, by=by, at=at)
    detail = {"number": number, "people": len(found.people)}
    audit.record(session, "results.released", f"sitting:{sitting.id}", by=by, at=at, detail=detail)
    return made


def _frozen(found: queries.Report) -> dict[str, Any]:
    """The report as JSON; numbers as texts, so that nothing is lost on the way."""
    return {
        "groups": [_group(each) for each in found.groups],
        "topics": [
            {
                "code": row.code,
                "all": _text(row.all_groups),
                "shares": {group.value: _text(share) for group, share in row.shares.items() if share is not None},
            }
            for row in found.topics
        ],
        "people": [_person(line) for line in found.people],
    }


def _group(compared: Compared) -> dict[str, Any]:
    return {
        "group": compared.group.value,
        "figures": _figures(compared.figures),
        "units": [_unit(ranked) for ranked in compared.units],
    }


def _unit(ranked: Ranked) -> dict[str, Any]:
    return {
        "unit": ranked.unit.unit_id,
        "name": ranked.unit.name,
        "figures": _figures(ranked.unit.figures),
        "score": _text(ranked.score),
        "rank": ranked.rank,
    }


def _figures(found: Figures) -> dict[str, Any]:
    return {key: _text(value) for key, value in asdict(found).items()}


def _person(line: Line) -> dict[str, Any]:
    return {
        "entry": line.entry_id,
        "standing": line.result.standing.value,
        "score": _text(line.result.score),
        "passed": line.result.passed,
    }


def _text(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return [_text(each) for each in value] if isinstance(value, tuple) else value
