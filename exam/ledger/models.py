"""Cases with their askers, steps and answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam.accounts.models import Person, Unit
from exam.ledger.flow import CaseSource, CaseStatus, Level, Urgency
from question_bank.models import Document
from question_bank.orm import Base, enum_column


class Case(Base):
    """台账条目. `unit_id` is where it was raised, `owner_id` the department that answers, by `due_on`."""

    __tablename__ = "ledger_case"
    __table_args__ = (
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_another"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_time"),
        CheckConstraint(
            "status NOT IN ('assigned', 'answered', 'followed_up', 'closed') OR"
            " (owner_id IS NOT NULL AND due_on IS NOT NULL)",
            name="assigned_to_somebody",
        ),
        CheckConstraint("reopened >= 0", name="reopened_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    status: Mapped[CaseStatus] = mapped_column(
        enum_column(CaseStatus, "status_known"), default=CaseStatus.COLLECTED, index=True
    )
    source: Mapped[CaseSource] = mapped_column(enum_column(CaseSource, "source_known"))
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(String(40), default="")
    urgency: Mapped[Urgency] = mapped_column(enum_column(Urgency, "urgency_known"), default=Urgency.ORDINARY)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    level: Mapped[Level] = mapped_column(enum_column(Level, "level_known"), default=Level.DESK)
    due_on: Mapped[date | None] = mapped_column(index=True)
    raised_at: Mapped[datetime]
    assigned_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)
    public: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_case.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    lock: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)
    owner: Mapped[Unit | None] = relationship(foreign_keys=owner_id)

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class Asker(Base):
    """提问人: somebody's own words about a case. `token` is the address at which they follow it and say if it helped.

    Whoever asks anonymously leaves no person; `came_with_id` is the case it came with when that was merged.
    """

    __tablename__ = "asker"
    __table_args__ = (
        UniqueConstraint("attempt_id", "paper_item_id"),
        CheckConstraint("NOT anonymous OR (person_id IS NULL AND name = '')", name="anonymous_has_no_name"),
        CheckConstraint("(satisfied IS NULL) = (said_at IS NULL)", name="satisfied_at_a_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("ledger_case.id"), index=True)
    came_with_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_case.id"), index=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))
    paper_item_id: Mapped[int | None] = mapped_column(ForeignKey("paper_item.id"), index=True)
    anonymous: Mapped[bool] = mapped_column(default=False)
    enterprise: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(80), default="")
    contact: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    satisfied: Mapped[bool | None]
    said: Mapped[str] = mapped_column(String(400), default="")
    said_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()


class CaseStep(Base):
    """What happened to a case, in order; rows are only ever added."""

    __tablename__ = "case_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("ledger_case.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    before: Mapped[CaseStatus | None] = mapped_column(enum_column(CaseStatus, "before_known"))
    after: Mapped[CaseStatus] = mapped_column(enum_column(CaseStatus, "after_known"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    level: Mapped[Level] = mapped_column(enum_column(Level, "level_known"))
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[datetime]
    by: Mapped[int | None]

    owner: Mapped[Unit | None] = relationship()


class CaseAnswer(Base):
    """反馈: what the department answered; the highest number counts."""

    __tablename__ = "case_answer"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("ledger_case.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[int | None]

    citations: Mapped[list["CaseCitation"]] = relationship(order_by="CaseCitation.position")


class CaseCitation(Base):
    """The article of a document on which an answer rests."""

    __tablename__ = "case_citation"
    __table_args__ = (UniqueConstraint("answer_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("case_answer.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    position: Mapped[int]
    article: Mapped[str] = mapped_column(String(300), default="")

    document: Mapped[Document] = relationship()


class LedgerRule(Base):
    """办理规则: `exam.ledger.due.Rules` as JSON. Every change is a row; the last one counts."""

    __tablename__ = "ledger_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[int | None]
