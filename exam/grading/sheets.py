"""Reads on the written answers to one question: what may be marked next, which are the same, which are alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from exam.grading.likeness import Group, form_of, groups, positions
from exam.grading.marking import WHOLE, Source
from exam.grading.models import Mark, Marking, MarkingPlan
from exam.grading.queries import plan_of
from exam.grading.rounds import Round, Turn, name_of, next_turn
from exam.grading.trust import confident, sureness
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Attempt, Response
from exam.tours.models import RosterEntry
from question_bank.enums import NamedEnum
from question_bank.errors import N_

SPREAD = 97
"""Answers are handed out in an order of their own for each marker, so that two at one question seldom meet."""


class WorkOrder(NamedEnum):
    """In which order the answers to one question come."""

    DOUBT = "doubt", N_("Least certain first"), "把握小的在前"
    GROUP = "group", N_("Similar answers together"), "相近答案排在一起"


@dataclass(frozen=True)
class Sheet:
    """One written answer in short. `given` are the markings of its own by round with their markers.

    `text` is what was written, the boxes of a diagnosis one after another; `suggested` of `maximum` marks.
    """

    answer_id: int
    attempt_id: int
    paper_item_id: int
    person_id: int
    waits: bool
    confidence: int | None
    suggested: Decimal
    maximum: Decimal
    turn: Turn
    given: Mapping[Round, int]
    text: str

    def open_to(self, marker_id: int) -> bool:
        """Whether this marker may mark it now: not their own, and not marked by them before."""
        return self.waits and self.person_id != marker_id and marker_id not in self.given.values()


def sheets(session: Session, sitting_id: int, version_id: int, part: str) -> list[Sheet]:
    """Every written answer to one question at one sitting; four queries."""
    latest, after, later = aliased(Mark), aliased(Mark), aliased(Response)
    same = and_(
        latest.attempt_id == Mark.attempt_id, latest.paper_item_id == Mark.paper_item_id, latest.part == Mark.part
    )
    followed = exists().where(
        after.attempt_id == latest.attempt_id,
        after.paper_item_id == latest.paper_item_id,
        after.part == latest.part,
        after.sequence > latest.sequence,
    )
    rows = session.execute(
        select(Mark.id, Mark.attempt_id, Mark.paper_item_id, Mark.confidence, Mark.awarded, Mark.maximum)
        .add_columns(RosterEntry.person_id, latest.source, Response.value)
        .select_from(Mark)
        .join(latest, and_(same, ~followed))
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .join(Response, and_(Response.attempt_id == Mark.attempt_id, Response.paper_item_id == Mark.paper_item_id))
        .where(
            Assignment.sitting_id == sitting_id,
            PaperItem.question_version_id == version_id,
            Mark.part == part,
            Mark.sequence == 1,
            Mark.source == Source.SUGGESTION,
            ~exists().where(
                later.attempt_id == Response.attempt_id,
                later.paper_item_id == Response.paper_item_id,
                later.revision > Response.revision,
            ),
        )
        .order_by(Mark.id)
    ).all()
    plan = plan_of(session, sitting_id)
    given = _given(session, sitting_id, version_id, part)
    name = name_of(version_id, part)
    return [_sheet(row, part, plan, name, given.get((row[1], row[2]), {})) for row in rows]


def _given(session: Session, sitting_id: int, version_id: int, part: str) -> dict[tuple[int, int], dict[Round, int]]:
    found: dict[tuple[int, int], dict[Round, int]] = defaultdict(dict)
    rows = session.execute(
        select(Marking.attempt_id, Marking.paper_item_id, Marking.round, Marking.marker_id)
        .join(PaperItem, PaperItem.id == Marking.paper_item_id)
        .join(Attempt, Attempt.id == Marking.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(Assignment.sitting_id == sitting_id, PaperItem.question_version_id == version_id, Marking.part == part)
    )
    for attempt_id, item_id, round_, marker_id in rows:
        found[attempt_id, item_id][round_] = marker_id
    return found


def _sheet(row: Any, part: str, plan: MarkingPlan | None, name: str, given: Mapping[Round, int]) -> Sheet:
    answer_id, attempt_id, item_id, confidence, suggested, maximum, person_id, source, value = row
    return Sheet(
        answer_id=answer_id,
        attempt_id=attempt_id,
        paper_item_id=item_id,
        person_id=person_id,
        waits=source is Source.SUGGESTION,
        confidence=confidence,
        suggested=suggested,
        maximum=maximum,
        turn=turn_by(plan, name, confidence, given),
        given=given,
        text=text_in(value, part),
    )


def turn_by(plan: MarkingPlan | None, name: str, confidence: int | None, given: Mapping[Round, int]) -> Turn:
    """What a waiting answer to the question `name` is asked next under `plan`.

    A suggestion that is sure enough and still waits was drawn for the audit: the others have been accepted.
    """
    if plan is None:
        return next_turn(given, double=False, audit=False)
    audit = name not in plan.by_hand and confident(confidence, plan.accept_from)
    return next_turn(given, double=plan.double, audit=audit)


def text_in(value: Any, part: str) -> str:
    """What was written in a stored response, for a case in its sub-question `part`."""
    inner = (value or {}).get("parts", {}).get(part, {}) if part != WHOLE else (value or {})
    return "\n".join(text for text in (inner.get("text", ""), *inner.get("fields", {}).values()) if text)


def in_order(found: Sequence[Sheet], *, marker_id: int, order: WorkOrder) -> list[Sheet]:
    """Those of `found` this marker may mark now, in the order asked for.

    Adjudications come first, for they alone hold a result up. In groups equal wordings follow each other.
    """
    mine = [sheet for sheet in found if sheet.open_to(marker_id)]
    place = {sheet.answer_id: (sheet.answer_id * 31 + marker_id * 17) % SPREAD for sheet in mine}
    if order is WorkOrder.GROUP:
        where = positions(alike(mine))
        return sorted(mine, key=lambda sheet: where[sheet.answer_id])
    return sorted(
        mine,
        key=lambda sheet: (
            sheet.turn is not Turn.THIRD,
            sureness(sheet.confidence).place,
            place[sheet.answer_id],
            sheet.answer_id,
        ),
    )


def next_waiting(
    session: Session,
    sitting_id: int,
    version_id: int,
    part: str,
    *,
    marker_id: int,
    after: int | None = None,
    order: WorkOrder = WorkOrder.DOUBT,
) -> int | None:
    """Id of the next answer to one question that this marker may mark; None when there is none.

    `after` is an answer to be passed over: what follows it in this order comes first.
    """
    found = in_order(sheets(session, sitting_id, version_id, part), marker_id=marker_id, order=order)
    ids = [sheet.answer_id for sheet in found]
    if after in ids:
        turn = ids.index(after) + 1
        ids = ids[turn:] + ids[:turn]
    return ids[0] if ids else None


def alike(found: Sequence[Sheet]) -> list[Group[int]]:
    """Ids of the answers in groups that are alike, the largest first."""
    return groups({sheet.answer_id: sheet.text for sheet in found})


def the_same(found: Sequence[Sheet], answer_id: int, *, marker_id: int) -> list[Sheet]:
    """The other answers this marker may mark now that say the same and are at the same turn.

    None for an adjudication or an audit: there each answer is looked at by itself.
    """
    one = next((sheet for sheet in found if sheet.answer_id == answer_id), None)
    if one is None or one.turn in {Turn.THIRD, Turn.AUDIT} or not one.open_to(marker_id):
        return []
    form = form_of(one.text)
    return [
        sheet
        for sheet in found
        if sheet is not one
        and sheet.turn is one.turn
        and sheet.maximum == one.maximum
        and sheet.open_to(marker_id)
        and form_of(sheet.text) == form
    ]


def markings_of(session: Session, attempt_id: int, paper_item_id: int, part: str) -> Sequence[Marking]:
    """The markings of their own that one part has, in the order in which they were made."""
    same = (Marking.attempt_id == attempt_id, Marking.paper_item_id == paper_item_id, Marking.part == part)
    return session.scalars(select(Marking).where(*same).order_by(Marking.id)).all()


def unsettled_pairs(session: Session, sitting_id: int) -> list[tuple[int, int, str]]:
    """Attempt, item and part of the answers of a sitting that two have marked and that wait for a third."""
    rows = session.execute(
        select(Marking.attempt_id, Marking.paper_item_id, Marking.part)
        .join(Attempt, Attempt.id == Marking.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(Assignment.sitting_id == sitting_id, Marking.round.in_((Round.FIRST, Round.SECOND, Round.THIRD)))
        .group_by(Marking.attempt_id, Marking.paper_item_id, Marking.part)
        .having(func.count(Marking.id) == 2)
    )
    return [(attempt_id, item_id, part) for attempt_id, item_id, part in rows]
