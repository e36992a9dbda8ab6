"""Verbs of the marker's desk: decide on one answer, alone or blind, and on all that say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import queries
from exam.grading.awarding import add_mark, award, explained, refuse_award
from exam.grading.marking import Source, check_marks
from exam.grading.models import Cause, Mark, Marking, MarkingPlan
from exam.grading.rounds import Outcome, Round, Turn, name_of, next_round, outcome
from exam.grading.scores import keep_scores
from exam.grading.sheets import markings_of, turn_by
from exam.papers.models import PaperItem
from exam.sittings.models import Attempt, SittingStatus
from question_bank.errors import N_, Conflict, NotAllowed, NotFound

THIRD_ABOVE = 20
"""Per cent of the marks, where a sitting has no plan of its own any more."""
GONE_ON = N_("Another marker has marked this answer in the meantime.")


@dataclass(frozen=True)
class Place:
    """Which part of whose item: `part` is "" for a whole item."""

    attempt_id: int
    paper_item_id: int
    part: str


@dataclass(frozen=True)
class Decision:
    """What a marker decided, at which turn. `points` are their marks by key point; `seen` the sequence of the mark
    that counted when the page was shown.
    """

    turn: Turn
    marks: Decimal
    reason: str = ""
    points: Mapping[str, Decimal] = field(default_factory=dict)
    seen: int | None = None


def decide(
    session: Session, place: Place, decision: Decision, *, marker_id: int, at: datetime, waiting: bool = False
) -> Mark | None:
    """A marker decides on one answer; the mark that counts from now on, None while others have to mark it too.

    Another decision than the suggestion's says why: by the marks of the key points, or in words.
    With `waiting` a decision made before is not touched. Raises Conflict when the answer has gone on since the page
    was shown, and what `award` raises.
    """
    attempt = session.scalar(select(Attempt).where(Attempt.id == place.attempt_id).with_for_update())
    latest = queries.latest_mark(session, place.attempt_id, place.paper_item_id, place.part)
    if attempt is None or latest is None:
        raise NotFound(N_("There is nothing to mark here."))
    waits = latest.source is Source.SUGGESTION
    gone_on = decision.turn is not _turn(session, attempt, latest) if waits else decision.turn is not Turn.ALONE
    if gone_on or (waiting and not waits):
        raise Conflict(GONE_ON)
    if waits:
        _ask_why(latest, decision)
    if decision.turn is not Turn.ALONE:
        return _blind(session, attempt, latest, decision, marker_id=marker_id, at=at)
    return award(
        session,
        attempt_id=place.attempt_id,
        paper_item_id=place.paper_item_id,
        part=place.part,
        marks=decision.marks,
        marker_id=marker_id,
        reason=decision.reason,
        at=at,
        seen=decision.seen,
        points=decision.points,
    )


def decide_same(session: Session, places: Sequence[Place], decision: Decision, *, marker_id: int, at: datetime) -> int:
    """The same decision on answers that say the same, each with a mark of its own; how many got it.

    Answers that another marker has taken in the meantime are left to that marker.
    """
    done = 0
    for place in places:
        try:
            decide(session, place, replace(decision, seen=None), marker_id=marker_id, at=at, waiting=True)
        except Conflict:
            continue
        done += 1
    return done


def _turn(session: Session, attempt: Attempt, latest: Mark) -> Turn:
    version_id = session.scalar(select(PaperItem.question_version_id).where(PaperItem.id == latest.paper_item_id)) or 0
    given = markings_of(session, attempt.id, latest.paper_item_id, latest.part)
    plan = session.get(MarkingPlan, attempt.assignment.sitting_id, populate_existing=True)
    confidence = queries.history(session, attempt.id, latest.paper_item_id, latest.part)[0].confidence
    taken = {marking.round: marking.marker_id for marking in given}
    return turn_by(plan, name_of(version_id, latest.part), confidence, taken)


def _ask_why(latest: Mark, decision: Decision) -> None:
    """A suggestion by key points is overruled with a reason; where there are none nothing was really suggested."""
    shown = decision.turn in {Turn.ALONE, Turn.BLIND}
    suggested = bool(latest.detail.get("parts"))
    if not (shown and suggested) or decision.marks == latest.awarded:
        return
    if not decision.reason.strip() and not explained(decision.marks, decision.points):
        raise NotAllowed(N_("Say why you differ from the suggestion: by the key points, or in a few words."))


def _blind(
    session: Session, attempt: Attempt, latest: Mark, decision: Decision, *, marker_id: int, at: datetime
) -> Mark | None:
    """Keep a marking that others do not see, and the mark where it settles the answer."""
    if queries.sitting_status(session, attempt.id, lock=True) is SittingStatus.RELEASED:
        raise NotAllowed(N_("The results of this paper are released; its marks stand."))
    refuse_award(attempt, latest, marker_id=marker_id, marks=decision.marks, reason=decision.reason.strip())
    check_marks(decision.marks, latest.maximum)
    given = {each.round: each for each in markings_of(session, attempt.id, latest.paper_item_id, latest.part)}
    if marker_id in {each.marker_id for each in given.values()}:
        raise Conflict(N_("You have marked this answer already; the other marking is somebody else's."))
    marking = Marking(
        attempt_id=attempt.id,
        paper_item_id=latest.paper_item_id,
        part=latest.part,
        round=next_round(decision.turn, given.keys()),
        marker_id=marker_id,
        awarded=decision.marks,
        detail=explained(decision.marks, decision.points),
        reason=decision.reason.strip()[:400],
        at=at,
    )
    session.add(marking)
    try:
        session.flush()
    except IntegrityError as error:  # the unique rounds are the last word where two came through at once
        raise Conflict(GONE_ON) from error
    told = {"item": latest.paper_item_id, "part": latest.part, "round": marking.round.value}
    audit.record(session, "marking.given", f"attempt:{attempt.id}", by=marker_id, at=at, detail=told)
    return settle(session, latest, [*given.values(), marking], at=at)


def settle(session: Session, latest: Mark, given: Sequence[Marking], *, at: datetime) -> Mark | None:
    """Turn the markings of one part into the mark that counts; None while another marking is needed."""
    plan = queries.plan_of(session, session.get_one(Attempt, latest.attempt_id).assignment.sitting_id)
    by_round = {marking.round: marking for marking in given}
    found = outcome(
        {round_: marking.awarded for round_, marking in by_round.items()},
        maximum=latest.maximum,
        third_above=plan.third_above if plan else THIRD_ABOVE,
    )
    return None if found is None else _count(session, latest, by_round, found, at=at)


def _count(session: Session, latest: Mark, given: Mapping[Round, Marking], found: Outcome, *, at: datetime) -> Mark:
    last = given.get(Round.THIRD) or given.get(Round.AUDIT)
    personal = last if found.source.personal else None
    mark = add_mark(
        session,
        latest,
        awarded=found.marks,
        source=found.source,
        marker_id=personal.marker_id if personal else None,
        detail=dict(personal.detail) if personal else {"markings": [f"{each.awarded:.2f}" for each in given.values()]},
        reason=personal.reason if personal else "",
        at=at,
    )
    keep_scores(session, [latest.attempt_id], cause=Cause.MARKED, at=at)
    return mark
