"""Marks, append-only: of the rows for one part of an item the highest sequence counts."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from exam.grading.marking import Source
from question_bank.orm import Base, enum_column

__all__ = ["Mark", "Source"]


class Mark(Base):
    """得分. `part` is "" for a whole item, else the sub-question's id of a case."""

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("attempt_id", "paper_item_id", "part", "sequence"),
        CheckConstraint("awarded >= 0 AND awarded <= maximum", name="awarded_within_maximum"),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
        CheckConstraint("(source = 'marker') = (marker_id IS NOT NULL)", name="marker_named"),
        Index("ix_mark_item_source", "paper_item_id", "source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    paper_item_id: Mapped[int] = mapped_column(ForeignKey("paper_item.id"))
    part: Mapped[str] = mapped_column(String(40), default="")
    sequence: Mapped[int] = mapped_column(default=1)
    awarded: Mapped[Decimal]
    maximum: Mapped[Decimal]
    source: Mapped[Source] = mapped_column(enum_column(Source, "source_known"))
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    detail: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime]
