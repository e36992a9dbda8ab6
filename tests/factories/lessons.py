"""Lectures with topics, their quizzes, materials, and trainings elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from exam.accounts.models import Person
from exam.lessons.files import Checked
from exam.lessons.models import Material, Quiz, QuizItem, QuizRound, QuizSheet
from exam.lessons.operations import add_material
from exam.lessons.phases import Phase
from exam.lessons.queries import asked_in, order_for
from exam.lessons.quizzing import hand_in
from exam.tours.models import Lecture, Lecturer, RosterEntry, Stop
from exam.training.models import ExternalTraining
from exam.training.operations import Report, report_training
from question_bank.kinds import key_view
from tests.conftest import NOON
from tests.factories.accounts import make_person
from tests.factories.numbering import numbers
from tests.factories.papers import SINGLE, Contents, make_version

PDF = b"%PDF-1.4 tiny"


def make_lecture(session: Session, *, person: Person | None = None, topics: Sequence[str] = ("PROC",)) -> Lecture:
    """A lecture of a new lecturer."""
    number = next(numbers)
    lecturer = Lecturer(
        code=f"L{number}", person_id=(person or make_person(session)).id, title="协会专家", field="新能源"
    )
    session.add(lecturer)
    session.flush()
    lecture = Lecture(lecturer_id=lecturer.id, title=f"演示授课{number}", topics=list(topics))
    session.add(lecture)
    session.flush()
    return lecture


def give_lecture(session: Session, stop: Stop, lecture: Lecture | None = None) -> Lecture:
    """Let `stop` have a lecture."""
    stop.lecture = lecture or make_lecture(session)
    session.flush()
    return stop.lecture


def make_quiz(session: Session, lecture: Lecture, contents: Contents = ()) -> Quiz:
    """Five questions whose right answer is B, unless `contents` says others; without the choosing."""
    wanted = contents or [(SINGLE | {"stem": f"第{number}题：何时告知备案机关？"}, 1) for number in range(1, 6)]
    versions = [make_version(session, content, marks).id for content, marks in wanted]
    quiz = Quiz(lecture_id=lecture.id, number=1, made_at=NOON, made_by=None)
    quiz.items = [QuizItem(position=place, question_version_id=each) for place, each in enumerate(versions, 1)]
    session.add(quiz)
    session.flush()
    return quiz


def make_material(session: Session, stop: Stop, *, data: bytes = PDF, name: str = "课件.pdf") -> Material:
    """A file kept at a stop, not released."""
    return add_material(
        session, stop, title="", file=Checked(name, "application/pdf", data), by=None, at=stop.starts_at
    )


def make_round(session: Session, stop: Stop, quiz: Quiz, phase: Phase = Phase.BEFORE, *, at: datetime) -> QuizRound:
    """A round open since `at`."""
    held = QuizRound(stop_id=stop.id, quiz_id=quiz.id, phase=phase, opened_at=at)
    session.add(held)
    session.flush()
    return held


def hand_in_all(session: Session, held: QuizRound, entry: RosterEntry, *, right: int, at: datetime) -> QuizSheet:
    """A sheet on which the first `right` questions are answered right and the others left out."""
    quiz = session.get_one(Quiz, held.quiz_id)
    given = {}
    for asked in asked_in(quiz)[:right]:
        order = order_for(asked.content, round_id=held.id, entry_id=entry.id, item_id=asked.item.id)
        given[asked.item.id] = list(key_view(asked.content, order).labels)
    return hand_in(session, held, entry, given, at=at)


def make_training(
    session: Session,
    person: Person,
    *,
    hours: str = "8",
    on: date = date(2027, 2, 1),
    by: int | None = None,
    at: datetime = NOON,
) -> ExternalTraining:
    """A training elsewhere that waits to be confirmed, with a certificate."""
    report = Report("招商业务培训", "市委党校", on, on, Decimal(hours), "PX-1")
    file = Checked("证书.pdf", "application/pdf", PDF)
    return report_training(session, person, report, file=file, today=on, by=by, at=at)
