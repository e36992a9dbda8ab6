"""Released results, frozen as they were when they were released; alarms that a question has leaked."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from question_bank.enums import NamedEnum
from question_bank.errors import N_
from question_bank.orm import Base, enum_column


class Release(Base):
    """The figures of one sitting at the moment of their release; a later release is a new row and counts instead.

    It says to whom they are open: the persons themselves, the units' contacts, everybody signed in. Names of persons
    are public only where `names_public` says so. Leaders and organisers see every release. `note` tells what is new.
    """

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("sitting_id", "number"),
        CheckConstraint("to_public OR NOT names_public", name="names_only_in_public"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[int | None]
    figures: Mapped[dict[str, Any]]
    to_persons: Mapped[bool] = mapped_column(default=True, server_default=true())
    to_units: Mapped[bool] = mapped_column(default=True, server_default=true())
    to_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    names_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True)


class ResultRule(Base):
    """成绩规则: a new row at every change, the latest counts. `plan` is `exam.reports.ruling.Ruling` as JSON."""

    __tablename__ = "result_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(400), default="")


class BulletinStatus(NamedEnum):
    DRAFT = "draft", N_("Draft bulletin"), "草稿"
    FINAL = "final", N_("Final"), "定稿"
    REPLACED = "replaced", N_("Replaced by a later version"), "已被新版替代"


class Bulletin(Base):
    """通报. Frozen when final: `figures` are all it shows, `rule` how they were counted. A later version is a new row.

    `scope` names what it is about (tour, stops, paper); `series` is shared by the versions of one bulletin.
    """

    __tablename__ = "bulletin"
    __table_args__ = (
        UniqueConstraint("series", "version"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("(status = 'draft') = (final_at IS NULL)", name="final_has_a_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(default=1)
    tour_id: Mapped[int | None] = mapped_column(ForeignKey("tour.id"), index=True)
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"), index=True)
    scope: Mapped[dict[str, Any]]
    title: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(80), default="")
    issuer: Mapped[str] = mapped_column(String(120), default="")
    recipients: Mapped[str] = mapped_column(String(400), default="", server_default="")
    copies: Mapped[str] = mapped_column(String(400), default="", server_default="")
    opening: Mapped[str] = mapped_column(String(2000), default="")
    closing: Mapped[str] = mapped_column(String(2000), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[BulletinStatus] = mapped_column(
        enum_column(BulletinStatus, "status_known"), default=BulletinStatus.DRAFT
    )
    names_public: Mapped[bool] = mapped_column(default=False)
    to_public: Mapped[bool] = mapped_column(default=False)
    rule: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    final_at: Mapped[datetime | None]
    final_by: Mapped[int | None]
    lock: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


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


class Brief(Base):
    """授课提示单: what one hall got wrong, for its lecturer; a later one of the same stop is a new row and counts."""

    __tablename__ = "brief"
    __table_args__ = (UniqueConstraint("stop_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class QuestionTally(Base):
    """What the people of one compared unit earned on each question of a sitting that is over, counted once.

    It holds as long as the sitting has `scores` scores of which the newest was kept at `newest`. `tally` is by question
    id (text) `[answers, earned, possible, {option: how often}]`, marks in hundredths.
    """

    __tablename__ = "question_tally"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    scores: Mapped[int]
    newest: Mapped[datetime]
    tally: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]
