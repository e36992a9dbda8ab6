"""Every answer that has its marks, by question and stop, as the arrays that figures and alarms are worked out from."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from exam.grading.marking import Source
from exam.grading.models import Mark
from exam.reports.drift import Answers, Real, Whole
from exam.reports.earned import by_item
from exam.sittings.models import Assignment, Sitting, SittingStatus
from exam.tours.models import Stop
from question_bank.enums import Kind, TextForm
from question_bank.measuring import first_alike
from question_bank.models import Question

WRITTEN = tuple(kind for kind in Kind if kind.is_written)


@dataclass(frozen=True)
class Given:
    """The answers of all sittings that are over; the numbers in `answers` are places in `questions` and `stops`.

    `questions` are ids, `stops` ids in order of time. `attempt`, `earned` and `possible` (marks) go with each answer.
    `first` and `last` say by question id which versions were answered: those that ask the same with the same key.
    """

    answers: Answers
    questions: tuple[int, ...]
    stops: tuple[int, ...]
    attempt: Whole
    earned: Real
    possible: Real
    first: dict[int, int]
    last: dict[int, int]


def answers_so_far(session: Session) -> Given:
    """Read all answers that nobody has to decide on any more; two queries.

    A 问题会诊 asks everybody for something of their own and is left out, as are answers to versions that asked
    something else than the latest. Written questions count once the results are released: before, those who left
    them blank have their marks and the others have not.
    """
    rows = session.execute(
        by_item(Assignment.roster_entry_id, Sitting.stop_id)
        .where(
            or_(Sitting.status == SittingStatus.RELEASED, Question.kind.not_in(WRITTEN)),
            Question.form != TextForm.DIAGNOSIS,
        )
        .having(func.count(Mark.id).filter(Mark.source == Source.SUGGESTION) == 0)
    ).all()
    first = first_alike(session, {row[1] for row in rows})
    return _given([row for row in rows if row[2] >= first[row[1]]], first, _in_time(session, {row[6] for row in rows}))


def _in_time(session: Session, ids: set[int]) -> list[int]:
    return [id_ for id_ in session.scalars(select(Stop.id).order_by(Stop.starts_at, Stop.id)) if id_ in ids]


def _given(
    rows: list[tuple[int, int, int, object, object, int, int]], first: dict[int, int], stops: list[int]
) -> Given:
    columns = list(zip(*rows, strict=True)) or [()] * 7
    attempts, asked, _, marks, full, people, where = columns
    questions = tuple(sorted(set(asked)))
    last: dict[int, int] = {}
    for _, question_id, number, *_ in rows:
        last[question_id] = max(number, last.get(question_id, 0))
    earned, possible = np.array(marks, dtype=np.float64), np.array(full, dtype=np.float64)
    return Given(
        answers=Answers(
            person=_placed(people, sorted(set(people))),
            stop=_placed(where, stops),
            question=_placed(asked, questions),
            share=earned / possible,
        ),
        questions=questions,
        stops=tuple(stops),
        attempt=_placed(attempts, sorted(set(attempts))),
        earned=earned,
        possible=possible,
        first=first,
        last=last,
    )


def _placed(values: tuple[int, ...], order: list[int] | tuple[int, ...]) -> Whole:
    place = {value: number for number, value in enumerate(order)}
    return np.array([place[value] for value in values], dtype=np.int64)
