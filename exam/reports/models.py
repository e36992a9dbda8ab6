"""Released results, frozen as they were when they were released; alarms that a question has leaked."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from question_bank.enums import NamedEnum
from question_bank.errors import N_
from question_bank.orm import Base, enum_column


class Release(Base):
    """The figures of one sitting at the moment of their release; a later release is a new row."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[int | None]
    figures: Mapped[dict[str, Any]]


class AlarmStatus(NamedEnum):
    OPEN = "open", N_("Open alarm"), "待处理"
    CONFIRMED = "confirmed", N_("Leak confirmed"), "确认泄题"
    DISMISSED = "dismissed", N_("Alarm dismissed"), "排除"


class LeakAlarm(Base):
    """A question that grew easier from stop to stop beyond chance, and what was decided about it.

    `evidence` is what was seen when it was raised: figures by stop, statistic, probability.
    """

    __tablename__ = "leak_alarm"
    __table_args__ = (
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_when_closed"),
        Index(
            "uq_leak_alarm_open",
            "question_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    version_number: Mapped[int]
    status: Mapped[AlarmStatus] = mapped_column(enum_column(AlarmStatus, "status_known"), default=AlarmStatus.OPEN)
    evidence: Mapped[dict[str, Any]]
    raised_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
