"""Tours, stops with their rosters, lectures, lecturers and venues."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam.accounts.models import Person, Unit
from exam.tours.flow import Absence, DayOrder, Purpose, StopStatus
from question_bank.enums import Audience
from question_bank.orm import Base, enum_column

__all__ = [
    "Absence",
    "DayOrder",
    "Lecture",
    "Lecturer",
    "Purpose",
    "RosterEntry",
    "Stop",
    "StopStatus",
    "Tour",
    "Venue",
]


class Tour(Base):
    __tablename__ = "tour"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Venue(Base):
    __tablename__ = "venue"
    __table_args__ = (CheckConstraint("capacity > 0", name="capacity_positive"), UniqueConstraint("unit_id", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    capacity: Mapped[int]
    online: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit] = relationship()


class Lecturer(Base):
    __tablename__ = "lecturer"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    field: Mapped[str] = mapped_column(String(80))

    person: Mapped[Person] = relationship()


class Lecture(Base):
    __tablename__ = "lecture"
    __table_args__ = (UniqueConstraint("lecturer_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lecturer_id: Mapped[int] = mapped_column(ForeignKey("lecturer.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))

    lecturer: Mapped[Lecturer] = relationship()


class Stop(Base):
    """场次: unit, day, venue, roster, both papers and the lecture as one object."""

    __tablename__ = "stop"
    __table_args__ = (
        UniqueConstraint("tour_id", "number"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index("ix_stop_day", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tour_id: Mapped[int] = mapped_column(ForeignKey("tour.id"), index=True)
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(80), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    lecture_id: Mapped[int | None] = mapped_column(ForeignKey("lecture.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    day_order: Mapped[DayOrder] = mapped_column(enum_column(DayOrder, "day_order_known"), default=DayOrder.PAPER_FIRST)
    status: Mapped[StopStatus] = mapped_column(
        enum_column(StopStatus, "status_known"), default=StopStatus.PLANNED, index=True
    )
    purpose: Mapped[Purpose] = mapped_column(
        enum_column(Purpose, "purpose_known"), default=Purpose.REGULAR, server_default=Purpose.REGULAR.value
    )
    lock: Mapped[int] = mapped_column(default=1)

    tour: Mapped[Tour] = relationship()
    unit: Mapped[Unit] = relationship()
    venue: Mapped[Venue | None] = relationship()
    lecture: Mapped[Lecture | None] = relationship()
    roster: Mapped[list["RosterEntry"]] = relationship(order_by="RosterEntry.seat")

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class RosterEntry(Base):
    """Who is expected at a stop: person, name, unit and audience as they were when the roster was frozen.

    `makes_up_id` is the entry of an earlier stop whose result a make-up is about.
    """

    __tablename__ = "roster_entry"
    __table_args__ = (UniqueConstraint("stop_id", "person_id"), UniqueConstraint("stop_id", "seat"))

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience, "audience_known"))
    seat: Mapped[int]
    ticket: Mapped[str] = mapped_column(String(16), unique=True)
    walk_in: Mapped[bool] = mapped_column(default=False)
    checked_in_at: Mapped[datetime | None]
    absence: Mapped[Absence] = mapped_column(enum_column(Absence, "absence_known"), default=Absence.NONE)
    absence_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    makes_up_id: Mapped[int | None] = mapped_column(ForeignKey("roster_entry.id"), unique=True)

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
