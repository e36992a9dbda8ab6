"""Reads of what lectures taught: the sheets of a tour, a lecture or a stop as gains."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.models import Unit
from exam.lessons.gain import Answered, Gain, gain, gains_by
from exam.lessons.models import QuizAnswer, QuizItem, QuizRound, QuizSheet
from exam.lessons.phases import Phase
from exam.lessons.queries import FeedbackSummary, feedback_by_lecture
from exam.tours.flow import StopStatus
from exam.tours.models import Lecture, Lecturer, RosterEntry, Stop
from question_bank.models import Question, QuestionVersion, Topic
from question_bank.taxonomy import ROOTS, root_of


@dataclass(frozen=True)
class Gains:
    """`whole` is everybody together. Units are those frozen on the rosters, topics those of the questions."""

    whole: Gain
    units: list[Gain]
    topics: list[Gain]


@dataclass(frozen=True)
class LectureLine:
    """One lecture in the overview: where it was given, how many sheets it has, what it taught, what was thought."""

    lecture: Lecture
    stops: tuple[Stop, ...]
    sheets: int
    gain: Gain
    feedback: FeedbackSummary


@dataclass(frozen=True)
class Overview:
    """Every lecture of a tour (or of one lecturer in it), and what they taught together."""

    lines: list[LectureLine]
    gains: Gains


Parts = tuple[list[Answered], list[Answered], list[Answered]]
"""The answers before, after and later."""


def of_stop(session: Session, stop_id: int) -> Gains:
    """What one hall learned."""
    return _gains(_parts(_answers(session, [stop_id])))


def overview(session: Session, tour_id: int, *, lecturer_person_id: int | None = None) -> Overview:
    """The lectures of a tour's stops that took place, by title (three queries, however many)."""
    stops = _stops_with_lecture(session, tour_id, lecturer_person_id)
    by_stop: dict[int, Lecture] = {stop.id: stop.lecture for stop in stops if stop.lecture}
    rows = _answers(session, list(by_stop), by_root=True)
    feedback = feedback_by_lecture(session, list(by_stop))
    lectures = sorted({each.id: each for each in by_stop.values()}.values(), key=lambda each: each.title)
    lines = [
        _line(
            lecture,
            [stop for stop in stops if stop.lecture_id == lecture.id],
            [(phase, each) for phase, each in rows if by_stop[each.stop_id].id == lecture.id],
            feedback.get(lecture.id, FeedbackSummary(0)),
        )
        for lecture in lectures
    ]
    return Overview(lines, _gains(_parts(rows)))


def _stops_with_lecture(session: Session, tour_id: int, person_id: int | None) -> Sequence[Stop]:
    wanted = (
        select(Stop)
        .join(Lecture, Lecture.id == Stop.lecture_id)
        .join(Lecturer, Lecturer.id == Lecture.lecturer_id)
        .where(Stop.tour_id == tour_id, Stop.status.in_((StopStatus.RUNNING, StopStatus.FINISHED)))
        .options(
            joinedload(Stop.unit), joinedload(Stop.lecture).joinedload(Lecture.lecturer).joinedload(Lecturer.person)
        )
        .order_by(Stop.starts_at)
    )
    if person_id is not None:
        wanted = wanted.where(Lecturer.person_id == person_id)
    return session.scalars(wanted).all()


def _line(
    lecture: Lecture, stops: Sequence[Stop], rows: Sequence[tuple[Phase, Answered]], feedback: FeedbackSummary
) -> LectureLine:
    sheets = len({(phase, each.person_id, each.stop_id) for phase, each in rows})
    return LectureLine(lecture, tuple(stops), sheets, gain(lecture.title, *_parts(rows)), feedback)


def _answers(session: Session, stop_ids: Sequence[int], *, by_root: bool = False) -> list[tuple[Phase, Answered]]:
    """Every answer of some stops; `by_root` names the roots of the topics, for five questions reach few of the rest."""
    rows = session.execute(
        select(
            QuizRound.phase,
            RosterEntry.person_id,
            QuizRound.stop_id,
            Unit.name,
            Topic.code,
            Topic.name,
            QuizAnswer.share,
        )
        .select_from(QuizAnswer)
        .join(QuizSheet, QuizSheet.id == QuizAnswer.sheet_id)
        .join(QuizRound, QuizRound.id == QuizSheet.round_id)
        .join(RosterEntry, RosterEntry.id == QuizSheet.roster_entry_id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .join(QuizItem, QuizItem.id == QuizAnswer.quiz_item_id)
        .join(QuestionVersion, QuestionVersion.id == QuizItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Topic, Topic.id == Question.topic_id)
        .where(QuizRound.stop_id.in_(stop_ids))
        .order_by(QuizAnswer.id)
    )
    return [
        (phase, Answered(person_id, stop_id, unit, ROOTS.get(root_of(code), topic) if by_root else topic, float(share)))
        for phase, person_id, stop_id, unit, code, topic, share in rows
    ]


def _parts(rows: Sequence[tuple[Phase, Answered]]) -> Parts:
    before, after, later = ([each for phase, each in rows if phase is wanted] for wanted in Phase)
    return before, after, later


def _gains(parts: Parts) -> Gains:
    return Gains(gain("", *parts), gains_by("unit", *parts), gains_by("topic", *parts))
