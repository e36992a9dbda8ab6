"""One row per piece of long work."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from question_bank.enums import NamedEnum
from question_bank.errors import N_
from question_bank.orm import Base, enum_column


class JobStatus(NamedEnum):
    QUEUED = "queued", N_("Queued"), "排队中"
    RUNNING = "running", N_("Running"), "进行中"
    DONE = "done", N_("Done"), "已完成"
    FAILED = "failed", N_("Failed"), "失败"


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (CheckConstraint("done_steps >= 0 AND attempts >= 0", name="counts_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    status: Mapped[JobStatus] = mapped_column(
        enum_column(JobStatus, "status_known"), index=True, default=JobStatus.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    done_steps: Mapped[int] = mapped_column(default=0)
    all_steps: Mapped[int | None]
    by: Mapped[int | None]
    created_at: Mapped[datetime]
    woken_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(Text)
