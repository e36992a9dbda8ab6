"""Released results, frozen as they were when they were released."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from question_bank.orm import Base


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
