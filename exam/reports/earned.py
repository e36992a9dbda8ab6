"""What was earned on each item of each paper, answer by answer: the query that equating and alarms are worked out of.

Of the marks of an item those that count are added up, over its parts; only sittings that are over are asked.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from exam.grading import queries as grading
from exam.grading.models import Mark
from exam.papers.models import PaperItem
from exam.reports.queries import OVER
from exam.sittings.models import Assignment, Attempt, Sitting
from question_bank.models import Question, QuestionVersion

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def by_item(*others: Column) -> Select[*tuple[Any, ...]]:
    """Attempt, question, number of its version, marks earned and marks possible, then `others`; by attempt and item.

    `others` are columns of the mark's attempt, assignment, sitting or question; conditions may be added on these.
    """
    what = (Mark.attempt_id, QuestionVersion.question_id, QuestionVersion.number)
    return (
        select(*what, func.sum(Mark.awarded), func.sum(Mark.maximum), *others)
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(grading.counts(), Sitting.status.in_(OVER))
        .group_by(*what, Mark.paper_item_id, *others)
        .order_by(Mark.attempt_id, Mark.paper_item_id)
    )
