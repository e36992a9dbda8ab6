"""What happens on the day of a sitting beside the answers: pauses, time given, late answers, devices, incidents."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from exam.sittings.day import ClaimStatus, IdentityMethod, IncidentKind, Judgement, Origin
from exam.sittings.models import Attempt, Sitting
from exam.tours.models import RosterEntry
from question_bank.orm import Base, enum_column


class Pause(Base):
    """中断: a sitting stands still from `began_at` to `ended_at`; at its end everyone's deadline moves by as much."""

    __tablename__ = "sitting_pause"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR began_at <= ended_at", name="times_in_order"),
        Index(
            "uq_sitting_pause_running",
            "sitting_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200))
    began_by: Mapped[int | None]
    ended_by: Mapped[int | None]

    sitting: Mapped[Sitting] = relationship()


class TimeGrant(Base):
    """加时: seconds given to one person's paper, or (without an assignment) to the whole hall."""

    __tablename__ = "time_grant"
    __table_args__ = (CheckConstraint("seconds > 0", name="seconds_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    seconds: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by: Mapped[int | None]


class Claim(Base):
    """Answers of one attempt that came too late: kept beside the others until two people have decided about them.

    `digest` is the SHA-256 of the file they came in, so that the same file is taken once; empty for packets.
    """

    __tablename__ = "late_claim"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
        CheckConstraint("(status IN ('accepted', 'refused')) = (decided_at IS NOT NULL)", name="decided_when_over"),
        Index(
            "uq_late_claim_digest",
            "digest",
            unique=True,
            sqlite_where=text("digest <> ''"),
            postgresql_where=text("digest <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    origin: Mapped[Origin] = mapped_column(enum_column(Origin, "origin_known"))
    digest: Mapped[str] = mapped_column(String(64), default="")
    received_at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[ClaimStatus] = mapped_column(
        enum_column(ClaimStatus, "status_known"), default=ClaimStatus.WAITING, index=True
    )
    accept: Mapped[bool | None]
    proposed_by: Mapped[int | None]
    proposed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    lock: Mapped[int] = mapped_column(default=1)

    attempt: Mapped[Attempt] = relationship()
    answers: Mapped[list["LateAnswer"]] = relationship(order_by="LateAnswer.id")

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class LateAnswer(Base):
    """One answer of a claim as it was sent, its value in the keys of the question; rows are only ever added."""

    __tablename__ = "late_answer"
    __table_args__ = (
        UniqueConstraint("claim_id", "operation"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("late_claim.id"))
    paper_item_id: Mapped[int] = mapped_column(ForeignKey("paper_item.id"), index=True)
    revision: Mapped[int]
    operation: Mapped[str] = mapped_column(String(36))
    value: Mapped[Any] = mapped_column(JSON)
    flagged: Mapped[bool] = mapped_column(default=False)
    made_ms: Mapped[int | None] = mapped_column(BigInteger)
    received_at: Mapped[datetime]


class Presence(Base):
    """When a writing page was last heard of, and what it told: answers not yet saved, whether it is in front."""

    __tablename__ = "presence"
    __table_args__ = (CheckConstraint("unsaved >= 0", name="unsaved_not_negative"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    seen_at: Mapped[datetime]
    unsaved: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(40), default="")


class DevicePass(Base):
    """A code of the invigilator with which another device may go on with a paper, once and for some minutes."""

    __tablename__ = "device_pass"
    __table_args__ = (CheckConstraint("made_at < expires_at", name="times_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    made_by: Mapped[int | None]


class HallRules(Base):
    """What a stop's hall does differently: `exam.sittings.hall_rules` says which rules there are."""

    __tablename__ = "hall_rules"

    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"), primary_key=True)
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lock: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class Incident(Base):
    """情况: something recorded for a person to judge. `recorded_by` is empty for what the system saw."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("(judgement = 'open') = (judged_at IS NULL)", name="judged_when_said"),
        Index("ix_incident_stop", "stop_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"), index=True)
    roster_entry_id: Mapped[int | None] = mapped_column(ForeignKey("roster_entry.id"), index=True)
    kind: Mapped[IncidentKind] = mapped_column(enum_column(IncidentKind, "kind_known"))
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_by: Mapped[int | None]
    judgement: Mapped[Judgement] = mapped_column(enum_column(Judgement, "judgement_known"), default=Judgement.OPEN)
    judged_by: Mapped[int | None]
    judged_at: Mapped[datetime | None]
    judged_note: Mapped[str] = mapped_column(String(500), default="")

    entry: Mapped[RosterEntry | None] = relationship()


class IdentityCheck(Base):
    """How somebody's identity was checked. The photo is there only where the hall asks for one."""

    __tablename__ = "identity_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_entry_id: Mapped[int] = mapped_column(ForeignKey("roster_entry.id"), index=True)
    method: Mapped[IdentityMethod] = mapped_column(enum_column(IdentityMethod, "method_known"))
    at: Mapped[datetime]
    by: Mapped[int | None]
    photo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


class PhoneTrial(Base):
    """A phone that opened the hall's test page: what its browser can do. No name belongs to it."""

    __tablename__ = "phone_trial"

    id: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("stop.id"), index=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(String(200), default="")
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
