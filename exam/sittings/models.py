"""Sittings at stops, who got which paper, attempts and their append-only responses."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam.papers.models import Paper, PaperItem, PaperSet, Specification
from exam.sittings.window import AttemptStatus, SittingStatus, Window
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Audience, PaperKind
from question_bank.orm import Base, enum_column

__all__ = [
    "Assignment",
    "Attempt",
    "AttemptStatus",
    "Response",
    "Sitting",
    "SittingPaperSet",
    "SittingSpecification",
    "SittingStatus",
]


class Sitting(Base):
    """考试: one paper kind at one stop. A candidate may start from `opens_at` to `closes_at`."""

    __tablename__ = "sitting"
    __table_args__ = (
        UniqueConstraint("stop_id", "paper_kind"),
        CheckConstraint("opens_at < closes_at", name="window_in_order"),
        CheckConstraint("grace_seconds >= 0", name="grace_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"))
    paper_kind: Mapped[PaperKind] = mapped_column(enum_column(PaperKind, "paper_kind_known"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    grace_seconds: Mapped[int] = mapped_column(default=60)
    status: Mapped[SittingStatus] = mapped_column(
        enum_column(SittingStatus, "status_known"), default=SittingStatus.PLANNED, index=True
    )
    released_at: Mapped[datetime | None]
    lock: Mapped[int] = mapped_column(default=1)

    stop: Mapped[Stop] = relationship()
    paper_sets: Mapped[list["SittingPaperSet"]] = relationship(order_by="SittingPaperSet.id")

    @property
    def window(self) -> Window:
        """When papers may be begun and until when they are accepted."""
        return Window(self.opens_at, self.closes_at, timedelta(seconds=self.grace_seconds))

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class SittingSpecification(Base):
    """Which specification an organiser chose for one audience of a sitting; without a row the fitting one is taken."""

    __tablename__ = "sitting_specification"
    __table_args__ = (UniqueConstraint("sitting_id", "audience"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience, "audience_known"))
    specification_id: Mapped[int] = mapped_column(ForeignKey("specification.id"), index=True)

    specification: Mapped[Specification] = relationship()


class SittingPaperSet(Base):
    """The papers made for one audience of a sitting."""

    __tablename__ = "sitting_paper_set"
    __table_args__ = (UniqueConstraint("sitting_id", "audience"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience, "audience_known"))
    paper_set_id: Mapped[int] = mapped_column(ForeignKey("paper_set.id"), unique=True)

    paper_set: Mapped[PaperSet] = relationship()


class Assignment(Base):
    """Which paper belongs to which roster entry at a sitting."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("sitting_id", "roster_entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    roster_entry_id: Mapped[int] = mapped_column(ForeignKey("roster_entry.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), unique=True)

    sitting: Mapped[Sitting] = relationship()
    entry: Mapped[RosterEntry] = relationship()
    paper: Mapped[Paper] = relationship()


class Attempt(Base):
    """作答: one candidate's go at a sitting. `key` is its unguessable name in addresses.

    `writer` names the one page that may write now (device and tab); empty when nobody does, or when it was set free.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint("started_at < deadline", name="times_in_order"),
        CheckConstraint("(status = 'started') = (ended_at IS NULL)", name="ended_when_over"),
        CheckConstraint("(receipt IS NULL) = (ended_at IS NULL)", name="receipt_when_over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), unique=True)
    status: Mapped[AttemptStatus] = mapped_column(
        enum_column(AttemptStatus, "status_known"), default=AttemptStatus.STARTED, index=True
    )
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    receipt: Mapped[str | None] = mapped_column(String(16), unique=True)
    device: Mapped[str] = mapped_column(String(40), default="")
    writer: Mapped[str] = mapped_column(String(40), default="", server_default="")
    writer_since: Mapped[datetime | None]

    assignment: Mapped[Assignment] = relationship()


class Response(Base):
    """答案: one revision of the answer to one item. Rows are only ever added; the highest revision counts."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("attempt_id", "operation"),
        UniqueConstraint("attempt_id", "paper_item_id", "revision"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    paper_item_id: Mapped[int] = mapped_column(ForeignKey("paper_item.id"), index=True)
    revision: Mapped[int]
    operation: Mapped[str] = mapped_column(String(36))
    value: Mapped[Any] = mapped_column(JSON)
    flagged: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(40), default="")

    item: Mapped[PaperItem] = relationship()
