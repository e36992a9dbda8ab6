"""Reads for the page of one answer: what this marker is asked, and what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from exam.grading.doubts import Doubt, doubts, uncalibrated
from exam.grading.markings import Place
from exam.grading.models import Mark, Marking
from exam.grading.queries import WrittenAnswer, history
from exam.grading.rounds import Round, Turn
from exam.grading.sheets import Sheet, markings_of, sheets, the_same
from exam.grading.trust import Sureness, sureness


@dataclass(frozen=True)
class Desk:
    """One answer before one marker. `turn` is None where there is nothing for them to decide.

    `mine` is their own blind marking; `both` the two that an adjudicator compares, otherwise empty. `same` are the
    answers that say the same and get the same marks with it; `left` how many of the question this marker has to do.
    `doubts` say why the suggestion is not sure; `uncalibrated` is what the rubric alone suggested where that was put
    right. `history` is kept from markers while others still mark.
    """

    turn: Turn | None
    mine: Marking | None
    both: Sequence[Marking]
    same: Sequence[Sheet]
    left: int
    sureness: Sureness
    history: Sequence[Mark]

    doubts: tuple[Doubt, ...]
    uncalibrated: Decimal | None

    @property
    def hides_suggestion(self) -> bool:
        """An audit is blind to what the suggestion was."""
        return self.turn is Turn.AUDIT


def before(session: Session, answer: WrittenAnswer, *, marker_id: int) -> Desk:
    """The desk of `marker_id` with `answer` on it; six queries."""
    found = sheets(session, answer.sitting.id, answer.version_id, answer.part)
    sheet = next(each for each in found if each.answer_id == answer.answer_id)
    given = markings_of(session, answer.attempt_id, answer.paper_item_id, answer.part)
    turn = _turn(sheet, answer, marker_id)
    return Desk(
        turn=turn,
        mine=next((each for each in given if each.marker_id == marker_id), None),
        both=[each for each in given if each.round in {Round.FIRST, Round.SECOND}] if turn is Turn.THIRD else (),
        same=the_same(found, answer.answer_id, marker_id=marker_id) if turn else (),
        left=sum(each.open_to(marker_id) for each in found),
        sureness=sureness(answer.suggestion.confidence),
        doubts=doubts(answer.suggestion.detail),
        uncalibrated=uncalibrated(answer.suggestion.detail),
        history=history(session, answer.attempt_id, answer.paper_item_id, answer.part) if answer.decided else (),
    )


def _turn(sheet: Sheet, answer: WrittenAnswer, marker_id: int) -> Turn | None:
    if answer.decided:
        return Turn.ALONE if answer.revisable else None
    return sheet.turn if sheet.open_to(marker_id) else None


def place_of(answer: WrittenAnswer | Sheet, part: str) -> Place:
    """Where the marks of an answer go."""
    return Place(answer.attempt_id, answer.paper_item_id, part)
