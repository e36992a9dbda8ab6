"""Lesson briefs of the demo's finished stops, and what the first hall believes."""

from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from exam import database
from exam.reports import briefing
from exam.tours.queries import stop_by_id
from question_bank.enums import Kind
from question_bank.models import Question, QuestionVersion, Topic

SUBJECT = "立项"
AFTER = timedelta(seconds=3)


def mistaken(session: Session) -> frozenset[int]:
    """Versions of the questions about project approval, of which the first hall holds: filing is permission."""
    choices = (Kind.SINGLE_CHOICE, Kind.TRUE_FALSE)
    wanted = (
        select(QuestionVersion.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Topic, Topic.id == Question.topic_id)
        .where(Topic.name.startswith(f"{SUBJECT}-"), Question.kind.in_(choices))
    )
    return frozenset(session.scalars(wanted))


def make_brief(engine: Engine, stop_id: int) -> None:
    """As the worker does when a hall has handed in, and again when its written answers are marked."""
    with database.reading(engine) as session:
        stop = stop_by_id(session, stop_id)
        found = briefing.progress_of(session, at=stop.ends_at, stop_id=stop_id)[0]
        content = briefing.work_out(session, found)
    moments = [each for each in (found.last_done, found.last_marked if not found.waiting else None) if each]
    with database.writing(engine) as session:
        briefing.keep(session, stop_id, content, by=None, at=max(moments) + AFTER)
