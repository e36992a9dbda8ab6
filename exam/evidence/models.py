"""Which packages of a stop have left the site and which have come in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from exam.tours.models import Stop
from question_bank.orm import Base, enum_column


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class Transfer(Base):
    """A signed package by its SHA-256; one that came in twice is here once.

    `package` is the file itself where results came in: what the hall signed, its piece of the audit chain included.
    """

    __tablename__ = "stop_transfer"
    __table_args__ = (UniqueConstraint("direction", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"), index=True)
    direction: Mapped[Direction] = mapped_column(enum_column(Direction, "direction_known"))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    by: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    package: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    stop: Mapped[Stop] = relationship()
