"""Materials of lectures, feedback, quizzes and the answers to them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam.lessons.phases import Phase
from question_bank.models import QuestionVersion
from question_bank.orm import Base, enum_column


class StoredFile(Base):
    """A file that people handed in, once per content. It lies in the database, so that every web process has it."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Material(Base):
    """课件: of a lecture wherever it is given, or of one stop only. Candidates see it from `released_at`."""

    __tablename__ = "material"

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id"), index=True)
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime]
    added_by: Mapped[int | None]
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship()


class Feedback(Base):
    """授课评价: three answers of one to five, once per device or ticket (`giver`, a digest), with no name."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("stop_id", "giver"),
        CheckConstraint("useful BETWEEN 1 AND 5 AND clear BETWEEN 1 AND 5 AND fitting BETWEEN 1 AND 5", name="scores"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"))
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id"), index=True)
    giver: Mapped[str] = mapped_column(String(64))
    useful: Mapped[int]
    clear: Mapped[int]
    fitting: Mapped[int]
    comment: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]


class Quiz(Base):
    """随堂测: five questions on one lecture. A changed quiz is a new row with the next number; the highest counts."""

    __tablename__ = "quiz"
    __table_args__ = (UniqueConstraint("lecture_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int] = mapped_column(ForeignKey("lecture.id"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]

    items: Mapped[list["QuizItem"]] = relationship(order_by="QuizItem.position")


class QuizItem(Base):
    __tablename__ = "quiz_item"
    __table_args__ = (UniqueConstraint("quiz_id", "position"), UniqueConstraint("quiz_id", "question_version_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    position: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)

    version: Mapped[QuestionVersion] = relationship()


class QuizRound(Base):
    """The quiz at one stop in one phase: which version of it, and from when to when it may be answered."""

    __tablename__ = "quiz_round"
    __table_args__ = (
        UniqueConstraint("stop_id", "phase"),
        CheckConstraint("closed_at IS NULL OR opened_at <= closed_at", name="times_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    phase: Mapped[Phase] = mapped_column(enum_column(Phase, "phase_known"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class QuizSheet(Base):
    """What one person of the roster answered in one round, handed in at once."""

    __tablename__ = "quiz_sheet"
    __table_args__ = (UniqueConstraint("round_id", "roster_entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("quiz_round.id"))
    roster_entry_id: Mapped[int] = mapped_column(ForeignKey("roster_entry.id"), index=True)
    handed_in_at: Mapped[datetime]

    answers: Mapped[list["QuizAnswer"]] = relationship(order_by="QuizAnswer.id")


class QuizAnswer(Base):
    """`share` is what the answer earned of one mark."""

    __tablename__ = "quiz_answer"
    __table_args__ = (
        UniqueConstraint("sheet_id", "quiz_item_id"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share_of_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("quiz_sheet.id"))
    quiz_item_id: Mapped[int] = mapped_column(ForeignKey("quiz_item.id"), index=True)
    given: Mapped[dict[str, Any]]
    share: Mapped[Decimal]
