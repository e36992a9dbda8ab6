"""The second look at written answers while a correction of their key points is proposed."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import writing
from exam.grading import evidence, second_look
from exam.grading.affected import correction_by_id, plan_of
from exam.grading.models import Correction, CorrectionStatus
from exam.grading.second_look import Look
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.grading.area import blueprint, proposes
from question_bank.errors import DomainError

AT_ONCE = 20
"""So many answers are shown together; deciding on some brings up the next."""


@dataclass(frozen=True)
class Shown:
    """The answers to look at again: those shown, cut where the new key points were found, and how many there are."""

    lines: tuple[tuple[Look, tuple[evidence.Piece, ...], tuple[evidence.Point, ...]], ...]
    open: int
    decided: int


def looks_shown(session: Session, correction: Correction) -> Shown | None:
    """What waits for a second look, the undecided first; None where nobody may look any more, or nothing is listed."""
    if correction.status is not CorrectionStatus.PROPOSED:
        return None
    found = sorted(second_look.looks(session, plan_of(correction)), key=lambda each: each.decided)
    if not found:
        return None
    lines = tuple((each, _pieces(each), _points(each)) for each in found[:AT_ONCE])
    decided = sum(each.decided for each in found)
    return Shown(lines, len(found) - decided, decided)


def _pieces(look: Look) -> tuple[evidence.Piece, ...]:
    return evidence.pieces(look.text, look.content, look.suggested.detail)


def _points(look: Look) -> tuple[evidence.Point, ...]:
    return evidence.points_of(look.content, look.suggested.detail)


@blueprint.post("/grading/corrections/<int:correction_id>/looks")
@access(proposes, of=correction_by_id)
def look_again(correction: Correction) -> Response:
    """Keep what one answer is worth by the new key points."""
    attempt_id, part = request.form.get("attempt", 0, int), request.form.get("part", "")
    try:
        marks = Decimal(request.form.get("marks", ""))
        with writing() as session:
            row = correction_by_id(session, correction.id)
            second_look.look_again(
                session, row, attempt_id=attempt_id, part=part, marks=marks, by=viewer().person_id, at=clock.now()
            )
    except InvalidOperation:
        flash(gettext("Marks are a number."), "danger")
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(gettext("Kept. It counts once the correction is confirmed."), "success")
    return redirect(url_for("grading.correction", correction_id=correction.id, _anchor="looks"))
