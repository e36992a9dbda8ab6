"""Verbs on a lecture's quiz: make it, change a question, open and close a round, hand in a sheet."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam import audit
from exam.lessons import choosing, queries
from exam.lessons.models import Quiz, QuizAnswer, QuizItem, QuizRound, QuizSheet
from exam.lessons.phases import LATER_AFTER, LATER_LASTS, Phase, RoundStatus, advance, status_of, takes_sheets
from exam.tours.flow import StopStatus
from exam.tours.models import Lecture, RosterEntry, Stop
from question_bank import kinds
from question_bank.enums import PaperKind
from question_bank.errors import N_, NotAllowed, Shortage
from question_bank.models import Question, Topic
from question_bank.queries import batches, drawable
from question_bank.taxonomy import root_of

OPENS: dict[Phase, frozenset[StopStatus]] = {
    Phase.BEFORE: frozenset({StopStatus.RUNNING}),
    Phase.AFTER: frozenset({StopStatus.RUNNING, StopStatus.FINISHED}),
    Phase.LATER: frozenset({StopStatus.FINISHED}),
}
"""The status a stop has while a round may be opened."""
FULL = Decimal(1)


def make_quiz(session: Session, lecture: Lecture, *, seed: int, on: date, by: int | None, at: datetime) -> Quiz:
    """Five questions on what the lecture teaches, chosen from the bank with `seed`; the next number of its quizzes.

    Only published questions of `choosing.KINDS` that no unit owns, that are not held in reserve, that rest on law in
    force and that stay valid until the last round is over. Raises NotAllowed when nobody has said what the lecture
    teaches, Shortage when the bank holds too few.
    """
    exact, wider = _offered(session, lecture, on=on)
    chosen = choosing.choose(wider, seed=seed, kept=choosing.choose(exact, seed=seed))
    return _keep(session, lecture, chosen, by=by, at=at)


def exchange_question(
    session: Session, lecture: Lecture, item: QuizItem, *, seed: int, on: date, by: int | None, at: datetime
) -> Quiz:
    """The same quiz with another question in the place of `item`, as the next number. Raises as `make_quiz`."""
    quiz = queries.newest_quiz(session, lecture.id)
    if quiz is None or item.id not in {each.id for each in quiz.items}:
        raise NotAllowed(N_("The quiz has been changed since; look at it again."))
    exact, wider = _offered(session, lecture, on=on)
    by_version = {each.version_id: each for each in wider}
    kept = [by_version[each.question_version_id] for each in quiz.items if each.question_version_id in by_version]
    kept = [each for each in kept if each.version_id != item.question_version_id]
    near, far = ([each for each in part if each.version_id != item.question_version_id] for part in (exact, wider))
    chosen = choosing.choose(far, seed=seed, kept=choosing.choose(near, seed=seed, kept=kept))
    return _keep(session, lecture, chosen, by=by, at=at)


Offers = tuple[list[choosing.Offered], list[choosing.Offered]]


def _offered(session: Session, lecture: Lecture, *, on: date) -> Offers:
    """What may be asked on the lecture's own topics, and on all below their roots, which fill up what is lacking."""
    if not lecture.topics:
        raise NotAllowed(N_("Say first which topics “%(lecture)s” teaches."), lecture=lecture.title)
    until = on + LATER_AFTER + LATER_LASTS
    bank = [
        each
        for each in drawable(session, paper_kind=PaperKind.BUSINESS, on=on, audience=None, host_unit_code=None)
        if each.kind in choosing.KINDS and not each.audiences
    ]
    facts = _facts(session, [each.question_id for each in bank])
    lasting = [each for each in bank if (facts[each.question_id][1] or date.max) >= until]
    roots = [root_of(topic) for topic in lecture.topics]
    exact, wider = (
        [
            choosing.Offered(each.version_id, each.code, each.subtopic, int(each.difficulty), frozenset(each.enemies))
            for each in lasting
            if choosing.teaches(topics, each.topic, each.subtopic, facts[each.question_id][0])
        ]
        for topics in (lecture.topics, roots)
    )
    return exact, wider


def _facts(session: Session, question_ids: Sequence[int]) -> dict[int, tuple[str, Any]]:
    """By question the code of its topic and the last day it holds."""
    found: dict[int, tuple[str, Any]] = {}
    for batch in batches(question_ids):
        rows = session.execute(
            select(Question.id, Topic.code, Question.valid_to)
            .join(Topic, Topic.id == Question.topic_id)
            .where(Question.id.in_(batch))
        )
        found |= {row[0]: (row[1], row[2]) for row in rows}
    return found


def _keep(
    session: Session, lecture: Lecture, chosen: Sequence[choosing.Offered], *, by: int | None, at: datetime
) -> Quiz:
    if len(chosen) < choosing.FIVE:
        raise Shortage(
            N_("The bank holds only %(found)s questions for this quiz; it needs %(wanted)s."),
            found=len(chosen),
            wanted=choosing.FIVE,
        )
    newest = queries.newest_quiz(session, lecture.id)
    quiz = Quiz(lecture_id=lecture.id, number=newest.number + 1 if newest else 1, made_at=at, made_by=by)
    quiz.items = [QuizItem(position=place, question_version_id=each.version_id) for place, each in enumerate(chosen, 1)]
    session.add(quiz)
    session.flush()
    detail = {"lecture": lecture.id, "number": quiz.number, "questions": [each.code for each in chosen]}
    audit.record(session, "quiz.made", f"quiz:{quiz.id}", by=by, at=at, detail=detail)
    return quiz


def open_round(session: Session, stop: Stop, phase: Phase, *, by: int | None, at: datetime) -> QuizRound:
    """Let the hall answer; the round before it is closed by that. The quiz is the one asked at this stop already.

    Raises NotAllowed when the stop is not that far, has no quiz, when the phase was opened already or a later one was.
    """
    held = queries.held_rounds(session, stop.id)
    present = held.get(phase)
    advance(status_of(present.opened_at, present.closed_at) if present else RoundStatus.WAITING, RoundStatus.OPEN)
    if stop.status not in OPENS[phase]:
        raise NotAllowed(N_("At a stop that is “%(status)s” this round cannot be opened."), status=stop.status)
    if phase is Phase.LATER and at < stop.ends_at + LATER_AFTER:
        raise NotAllowed(N_("The last round opens thirty days after the stop."))
    order = list(Phase)
    if any(order.index(each) > order.index(phase) for each in held):
        raise NotAllowed(N_("A later round has been held already."))
    quiz = queries.quiz_of_stop(session, stop)
    if quiz is None:
        raise NotAllowed(N_("The lecture of this stop has no quiz yet."))
    for each in held.values():
        if each.closed_at is None:
            close_round(session, each, by=by, at=at)
    opened = QuizRound(stop_id=stop.id, quiz_id=quiz.id, phase=phase, opened_at=at, closed_at=None)
    session.add(opened)
    session.flush()
    _note(session, "quiz_round.opened", opened, by=by, at=at)
    return opened


def close_round(session: Session, held: QuizRound, *, by: int | None, at: datetime) -> QuizRound:
    """Take no more sheets, but for those under way. Raises NotAllowed when it is closed already."""
    advance(status_of(held.opened_at, held.closed_at), RoundStatus.CLOSED)
    held.closed_at = at
    _note(session, "quiz_round.closed", held, by=by, at=at)
    return held


def hand_in(
    session: Session, held: QuizRound, entry: RosterEntry, given: Mapping[int, object], *, at: datetime
) -> QuizSheet:
    """What a person answered, by item id in the labels of the person's page; missing ones count as left out.

    The first sheet stays: sent again, because the network lost the answer, it changes nothing. Raises NotAllowed for
    a round that takes no sheets or somebody who is not there, ParseError for what cannot be read.
    """
    known = queries.sheet_of(session, held.id, entry.id)
    if known is not None:
        return known
    if not takes_sheets(held.opened_at, held.closed_at, at=at):
        raise NotAllowed(N_("This round is closed."))
    if entry.stop_id != held.stop_id or entry.checked_in_at is None:
        raise NotAllowed(N_("Only those who are checked in take part."))
    quiz = session.get_one(Quiz, held.quiz_id)
    sheet = QuizSheet(round_id=held.id, roster_entry_id=entry.id, handed_in_at=at)
    sheet.answers = [_answer(asked, held, entry, given.get(asked.item.id)) for asked in queries.asked_in(quiz)]
    try:
        with session.begin_nested():
            session.add(sheet)
    except IntegrityError:  # sent twice at the same moment
        return queries.sheet_of(session, held.id, entry.id) or sheet
    detail = {"round": held.id, "share": str(sum((each.share for each in sheet.answers), Decimal(0)))}
    audit.record(session, "quiz_sheet.handed_in", f"roster_entry:{entry.id}", by=entry.person_id, at=at, detail=detail)
    return sheet


def _answer(asked: queries.Asked, held: QuizRound, entry: RosterEntry, raw: object) -> QuizAnswer:
    order = queries.order_for(asked.content, round_id=held.id, entry_id=entry.id, item_id=asked.item.id)
    response = kinds.parse(asked.content, order, raw)
    return QuizAnswer(
        quiz_item_id=asked.item.id,
        given=response.model_dump(mode="json"),
        share=max(Decimal(0), kinds.verdict(asked.content, response, None, FULL).marks),
    )


def due_to_open(session: Session, *, at: datetime) -> Sequence[Stop]:
    """Finished stops whose hall answered before or after the lecture, thirty days ago, and was not asked since."""
    asked = select(QuizRound.stop_id).where(QuizRound.phase != Phase.LATER)
    later = select(QuizRound.stop_id).where(QuizRound.phase == Phase.LATER)
    return session.scalars(
        select(Stop)
        .where(
            Stop.status == StopStatus.FINISHED,
            Stop.ends_at <= at - LATER_AFTER,
            Stop.ends_at > at - LATER_AFTER - LATER_LASTS,
            Stop.id.in_(asked),
            Stop.id.not_in(later),
        )
        .order_by(Stop.ends_at, Stop.id)
    ).all()


def due_to_close(session: Session, *, at: datetime) -> Sequence[QuizRound]:
    """Last rounds that have been open long enough."""
    wanted = select(QuizRound).where(
        QuizRound.phase == Phase.LATER, QuizRound.closed_at.is_(None), QuizRound.opened_at <= at - LATER_LASTS
    )
    return session.scalars(wanted.order_by(QuizRound.id)).all()


def _note(session: Session, action: str, held: QuizRound, *, by: int | None, at: datetime) -> None:
    session.flush()
    detail = {"round": held.id, "phase": held.phase.value, "quiz": held.quiz_id}
    audit.record(session, action, f"stop:{held.stop_id}", by=by, at=at, detail=detail)
