"""Answer sheets as they were printed: the geometry a reader has to know, and which paper was printed with which."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from question_bank.orm import Base


class SheetGeometry(Base):
    """The pure `exam.scanning.sheet.SheetLayout` as JSON, by its hash. Papers of the same shape share one row.

    Kept as it was printed: a later program that lays sheets out otherwise still reads the old ones.
    """

    __tablename__ = "sheet_geometry"
    __table_args__ = (CheckConstraint("version >= 1", name="version_from_one"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    layout: Mapped[dict[str, Any]]


class AnswerSheet(Base):
    """答题卡 of one paper in one geometry: one row for each geometry it was ever printed in, the newest counts."""

    __tablename__ = "answer_sheet"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    geometry_hash: Mapped[str] = mapped_column(ForeignKey("sheet_geometry.hash"), primary_key=True, index=True)
    printed_at: Mapped[datetime]
