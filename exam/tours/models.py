"""Tours, stops with their rosters, lectures, lecturers and venues."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam.accounts.models import Person, Unit
from exam.tours.flow import Absence, DayOrder, FeedKind, Purpose, StopStatus
from question_bank.enums import Audience
from question_bank.orm import Base, enum_column

__all__ = [
    "Absence",
    "DayOrder",
    "Feed",
    "FeedKind",
    "Lecture",
    "Lecturer",
    "Placement",
    "Purpose",
    "RosterEntry",
    "Stop",
    "StopDepartment",
    "StopStatus",
    "Tour",
    "TourDraft",
    "TourVersion",
    "Venue",
]


class Tour(Base):
    """巡回. `rules` is `exam.tours.planning_rules.PlanRules` as JSON: by what its calendar is planned.

    `hours` is `exam.training.hours.HoursRule` as JSON: what its papers and lectures count in the training ledger.
    `reminders`: so many hours before a stop those who take part are reminded of it.
    """

    __tablename__ = "tour"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    reminders: Mapped[list[int]] = mapped_column(default=lambda: [72, 24], server_default="[72, 24]")


class Venue(Base):
    """场地. Latitude and longitude in degrees, both or neither: travel between two places is reckoned from them."""

    __tablename__ = "venue"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        UniqueConstraint("unit_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    capacity: Mapped[int]
    online: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(String(200), default="", server_default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    unit: Mapped[Unit] = relationship()


class Lecturer(Base):
    """讲师. `availability` is `exam.tours.planning_rules.Availability` as JSON."""

    __tablename__ = "lecturer"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    field: Mapped[str] = mapped_column(String(80))
    availability: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    person: Mapped[Person] = relationship()


class Lecture(Base):
    """授课. `topics` are codes of the topics it teaches, industries among them."""

    __tablename__ = "lecture"
    __table_args__ = (UniqueConstraint("lecturer_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lecturer_id: Mapped[int] = mapped_column(ForeignKey("lecturer.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    topics: Mapped[list[str]] = mapped_column(default=list, server_default="[]")

    lecturer: Mapped[Lecturer] = relationship()


class Stop(Base):
    """场次: unit, day, venue, roster, both papers and the lecture as one object. `uid` names it in calendars."""

    __tablename__ = "stop"
    __table_args__ = (
        UniqueConstraint("tour_id", "number"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        Index("ix_stop_day", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
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


class Team(Base):
    """参赛队: the people of a unit who sit a county final together; their scores make one."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("stop_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))

    unit: Mapped[Unit] = relationship()


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
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class StopDepartment(Base):
    """A department that answers questions at a stop."""

    __tablename__ = "stop_department"

    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)

    unit: Mapped[Unit] = relationship()


class TourDraft(Base):
    """排期草稿: where a tour's next calendar is worked on; nothing of it counts until it is published."""

    __tablename__ = "tour_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    tour_id: Mapped[int] = mapped_column(ForeignKey("tour.id"), unique=True)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]
    lock: Mapped[int] = mapped_column(default=1)

    placements: Mapped[list["Placement"]] = relationship(order_by="Placement.id")

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class Placement(Base):
    """One stop of a draft: a stop that stands already, or one to come. Without times it waits to be placed.

    `fixed` ones are left where they are by the planner; `dropped` means the stop is to be cancelled.
    """

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("draft_id", "stop_id"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="times_whole"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        CheckConstraint("NOT dropped OR stop_id IS NOT NULL", name="only_a_stop_is_dropped"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("tour_draft.id"))
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    label: Mapped[str] = mapped_column(String(80), default="")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    lecture_id: Mapped[int | None] = mapped_column(ForeignKey("lecture.id"), index=True)
    day_order: Mapped[DayOrder] = mapped_column(enum_column(DayOrder, "day_order_known"), default=DayOrder.PAPER_FIRST)
    fixed: Mapped[bool] = mapped_column(default=False, server_default=false())
    dropped: Mapped[bool] = mapped_column(default=False, server_default=false())

    unit: Mapped[Unit] = relationship()
    venue: Mapped[Venue | None] = relationship()
    lecture: Mapped[Lecture | None] = relationship()


class TourVersion(Base):
    """A published calendar: every stop as it was announced, with its uid and the sequence of its calendar entry."""

    __tablename__ = "tour_version"
    __table_args__ = (UniqueConstraint("tour_id", "number"), CheckConstraint("number >= 1", name="number_from_one"))

    id: Mapped[int] = mapped_column(primary_key=True)
    tour_id: Mapped[int] = mapped_column(ForeignKey("tour.id"))
    number: Mapped[int]
    stops: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]


class Feed(Base):
    """日历订阅: an address that a calendar reads; whoever has the token has the feed, until it is revoked."""

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint("(kind = 'person') = (person_id IS NOT NULL)", name="of_a_person"),
        CheckConstraint("(kind = 'lecturer') = (lecturer_id IS NOT NULL)", name="of_a_lecturer"),
        CheckConstraint("(kind = 'unit') = (unit_id IS NOT NULL)", name="of_a_unit"),
        CheckConstraint("(kind = 'tour') = (tour_id IS NOT NULL)", name="of_a_tour"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[FeedKind] = mapped_column(enum_column(FeedKind, "kind_known"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    lecturer_id: Mapped[int | None] = mapped_column(ForeignKey("lecturer.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    tour_id: Mapped[int | None] = mapped_column(ForeignKey("tour.id"), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
