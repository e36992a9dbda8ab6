"""What people's marks say of a question's suggestions: the curve is kept up to date, later suggestions are put right.

Only suggestions made afterwards change; what was suggested first stays beside them in the mark's detail.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from exam import audit, clock, database
from exam.grading.agreement import quadratic_kappa
from exam.grading.calibrating import ENOUGH, WHOLE, Calibration, Known, calibrate, curves_of
from exam.grading.doubts import UNCALIBRATED
from exam.grading.marking import PartMark, Source
from exam.grading.models import Mark, RubricCalibration
from exam.grading.queries import counts
from exam.papers.models import PaperItem
from question_bank.rounding import settle

EVERY = 60.0
"""Seconds between two looks at whether people have marked more."""
MORE = 5
"""A curve is worked out anew after so many further marks by people."""
PEOPLE = (Source.MARKER, Source.AGREED, Source.ADJUDICATOR, Source.APPEAL)


def put_right(session: Session, found: Iterable[tuple[int, int, PartMark]]) -> list[tuple[int, PartMark]]:
    """Item id and mark, from item id, version id and mark: suggestions by their questions' curves, in one query."""
    marked = list(found)
    versions = {version_id for _, version_id, mark in marked if mark.waiting}
    kept = {}
    if versions:
        rows = session.scalars(
            select(RubricCalibration).where(RubricCalibration.question_version_id.in_(sorted(versions)))
        )
        kept = {(row.question_version_id, row.part): row for row in rows}
    return [(item_id, calibrated(mark, kept.get((version_id, mark.part)))) for item_id, version_id, mark in marked]


def calibrated(mark: PartMark, kept: RubricCalibration | None) -> PartMark:
    """A suggestion put right by what is known of its question; anything else as it is."""
    if kept is None or not mark.waiting or mark.confidence is None or not mark.maximum:
        return mark
    marks, sure = curves_of(kept.curve)
    share = float(mark.awarded / mark.maximum)
    awarded = settle(Fraction(marks.at(share)) * Fraction(mark.maximum), mark.maximum)
    confidence = round(WHOLE * sure.at(mark.confidence / WHOLE))
    if (awarded, confidence) == (mark.awarded, mark.confidence):
        return mark
    detail = mark.detail | {UNCALIBRATED: {"marks": f"{mark.awarded:f}", "confidence": mark.confidence}}
    return replace(mark, awarded=awarded, confidence=confidence, detail=detail)


def recalibrate(session: Session, *, at: datetime, enough: int = ENOUGH) -> list[tuple[int, str]]:
    """Work out the curve of every question on which people have given enough marks since; version and part of each."""
    due = _due(session, enough)
    known = _known(session, {version_id for version_id, _ in due})
    for key in due:
        _keep(session, key, calibrate(known[key], enough=enough), known[key], at)
    session.flush()
    return due


def _due(session: Session, enough: int) -> list[tuple[int, str]]:
    """Version and part of the questions with enough marks by people, and MORE than at the last time."""
    kept = {(row.question_version_id, row.part): row.human_marks for row in session.scalars(select(RubricCalibration))}
    place = (PaperItem.question_version_id, Mark.part)
    decided = _decided().with_only_columns(*place, func.count()).group_by(*place).order_by(*place)
    return [
        (version_id, part)
        for version_id, part, number in session.execute(decided)
        if number >= enough and number >= kept.get((version_id, part), -MORE) + MORE
    ]


_first = aliased(Mark)


def _decided() -> Select[Any]:
    """Marks by people that count, with the rubric's own suggestion before them (`_first`)."""
    same = and_(
        _first.attempt_id == Mark.attempt_id,
        _first.paper_item_id == Mark.paper_item_id,
        _first.part == Mark.part,
        _first.sequence == 1,
    )
    return (
        select(Mark)
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .join(_first, same)
        .where(Mark.source.in_(PEOPLE), counts(), _first.source == Source.SUGGESTION, _first.confidence.is_not(None))
    )


def _known(session: Session, versions: Collection[int]) -> dict[tuple[int, str], list[Known]]:
    """By version and part every suggestion that a person has decided on since, in the order of the suggestions."""
    columns = (PaperItem.question_version_id, Mark.part, _first.awarded, _first.detail, _first.confidence)
    known: dict[tuple[int, str], list[Known]] = defaultdict(list)
    if not versions:
        return known
    query = _decided().where(PaperItem.question_version_id.in_(sorted(versions))).order_by(_first.id)
    for row in session.execute(query.with_only_columns(*columns, Mark.awarded, Mark.maximum)):
        version_id, part, suggested, detail, confidence, given, maximum = row
        raw = detail.get(UNCALIBRATED, {"marks": suggested, "confidence": confidence})
        shares = [float(Decimal(each) / maximum) for each in (raw["marks"], given)]
        known[version_id, part].append(Known(shares[0], shares[1], raw["confidence"] / WHOLE))
    return known


def _keep(
    session: Session, key: tuple[int, str], found: Calibration | None, known: Sequence[Known], at: datetime
) -> None:
    assert found is not None
    kappa = quadratic_kappa([(each.suggested, each.given) for each in known])
    row = session.get(RubricCalibration, key)
    if row is None:
        row = RubricCalibration(question_version_id=key[0], part=key[1])
        session.add(row)
    row.human_marks, row.curve, row.updated_at = len(known), found.as_json(), at
    row.agreement = None if kappa is None else round(kappa * WHOLE)
    detail = {"part": key[1], "human_marks": len(known), **found.as_json()}
    audit.record(session, "rubric.calibrated", f"question_version:{key[0]}", by=None, at=at, detail=detail)


def look(engine: Engine) -> None:
    """The chore: recalibrate where people have marked more."""
    with database.reading(engine) as session:
        due = _due(session, ENOUGH)
    if due:
        with database.writing(engine) as session:
            recalibrate(session, at=clock.now())
