"""Markers at work in the demo, through the real operations: two who do not see each other, and appeals."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.roles import Role
from exam.cli.demo.county import County
from exam.cli.demo.stops import draw_of
from exam.grading import appeals, desk, planning, sheets
from exam.grading import queries as grading
from exam.grading.appealing import appeal, decide_appeal
from exam.grading.marking import Source
from exam.grading.markings import Decision, decide
from exam.grading.models import Mark
from exam.grading.planning import Plan
from exam.grading.rounds import Turn
from exam.grading.sheets import Sheet
from exam.sittings import queries
from exam.sittings.models import Assignment, Attempt
from exam.tours.models import Stop
from question_bank.enums import PaperKind
from question_bank.rounding import settle

BEGUN = 14
"""Answers to each of the first questions that one marker has done; the second has done two thirds of them."""
QUESTIONS = 2
PER_ANSWER = timedelta(seconds=48)


def begin_marking(session: Session, county: County, stop: Stop) -> None:
    """The latest finished stop: its business paper is marked by two, and they are under way."""
    by = county.staff[Role.ORGANISER][0].id
    sitting = next(each for each in queries.sittings_of(session, stop.id) if each.paper_kind is PaperKind.BUSINESS)
    began = stop.ends_at + timedelta(hours=1)
    planning.set_plan(session, sitting, Plan(double=True), by=by, at=began)
    one, two, three = county.staff[Role.MARKER][-3:]  # whoever signs in as the first finds answers of their own to do
    for line in grading.questions(session, sitting.id)[:QUESTIONS]:
        found = sheets.sheets(session, sitting.id, line.version_id, line.part)[:BEGUN]
        for number, sheet in enumerate(found):
            at = began + PER_ANSWER * number
            _give(session, sheet, line.part, one.id, at=at)
            if number % 3:
                _give(session, sheet, line.part, two.id, at=at + timedelta(minutes=2))
        apart = [each for each in sheets.sheets(session, sitting.id, line.version_id, line.part) if _waits(each)]
        for sheet in apart[:1]:
            _give(session, sheet, line.part, three.id, turn=Turn.THIRD, at=began + timedelta(minutes=40))
        began += timedelta(hours=1)


def _waits(sheet: Sheet) -> bool:
    return sheet.waits and sheet.turn is Turn.THIRD


def _give(session: Session, sheet: Sheet, part: str, marker_id: int, *, turn: Turn = Turn.BLIND, at: datetime) -> None:
    marks = _judged(sheet, marker_id)
    reason = "" if marks == sheet.suggested else "同义表述" if marks > sheet.suggested else "点到未展开"
    decide(session, desk.place_of(sheet, part), Decision(turn, marks, reason), marker_id=marker_id, at=at)


def _judged(sheet: Sheet, marker_id: int) -> Decimal:
    """Near the suggestion, now and then far from it, as people are."""
    draw = draw_of("marking", sheet.answer_id, marker_id)
    off = Fraction(draw.choice((0, 0, 0, 0, -1, 1, 1, -3)), 10)
    return settle(Fraction(sheet.suggested) + off * Fraction(sheet.maximum), sheet.maximum)


def ask_again(session: Session, county: County, stop: Stop, *, out: datetime) -> None:
    """Two candidates of a released stop appeal; one gets an answer, the other's waits."""
    rows = session.execute(
        select(Mark, Attempt)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Attempt.assignment)
        .join(Assignment.sitting)
        .where(
            Assignment.sitting.has(stop_id=stop.id, paper_kind=PaperKind.BUSINESS),
            Mark.source == Source.MARKER,
            Mark.awarded + Mark.awarded < Mark.maximum,
            grading.counts(),
        )
        .order_by(Mark.id)
        .limit(2)
    ).all()
    for number, (mark, attempt) in enumerate(rows):
        made = appeal(
            session,
            attempt,
            paper_item_id=mark.paper_item_id,
            text="我的答案写了容缺受理和帮办代办两点，与参考答案意思一致，请核对。",
            until=out + timedelta(days=1),
            by=attempt.assignment.entry.person_id,
            at=out + timedelta(hours=2, minutes=number),
        )
        if number == 0:
            seen = appeals.markers_of(session, attempt.id, mark.paper_item_id)
            decider = next(each.id for each in county.staff[Role.MARKER] if each.id not in seen)
            better = settle(Fraction(mark.awarded) + Fraction(mark.maximum) / 10, mark.maximum)
            decide_appeal(
                session,
                made,
                marks={mark.part: better},
                answer="经复核，第二个采分点表述不同、意思相同，予以加分。",
                by=decider,
                at=out + timedelta(hours=5),
            )
