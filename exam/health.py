"""Whether a node can serve, and what somebody should look at before it no longer can."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from exam import backup, clock, database, disk, schema
from exam.jobs.models import Job, JobStatus
from question_bank.errors import DomainError

WAITED_LONG = timedelta(minutes=5)
"""A job that has waited for so long has no worker."""

OLD = timedelta(hours=26)
"""Age of the last backup at which somebody is told: one is due every day."""

DRIFT = 2.0
"""Seconds by which the machine's clock may stand beside the one papers go by."""

KEPT = 1.0
"""Seconds for which one look serves all who ask: anybody may ask, as often as he likes."""


@dataclass(frozen=True)
class Health:
    """Whether requests should come here; the alarms that are on, of "disk", "clock", "jobs" and "backup"; figures."""

    ready: bool
    alarms: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def look(engine: Engine, data: Path, *, at: datetime) -> Health:
    """Ask the database, its settings and shape, the disks, the jobs and the backups."""
    began = time.perf_counter()
    try:
        reader = database.for_reading(engine)  # who asks must not wait for a writer, nor make one wait
        settings = database.assert_safe(reader)
        schema.require_current(reader)
        with database.reading(engine) as session:
            jobs, kept = _jobs(session, at), _backup(session, at)
        room = disk.tightest(disk.folders(engine, data))
    except (SQLAlchemyError, DomainError, OSError) as error:
        return Health(ready=False, facts={"reason": type(error).__name__})
    alarms = {
        "disk": room.low,
        "clock": abs(clock.drift()) > DRIFT,
        "jobs": jobs["oldest_seconds"] > WAITED_LONG.total_seconds(),
        "backup": kept["late"],
    }
    facts = {
        "database": {**settings, "seconds": round(time.perf_counter() - began, 4)},
        "clock": {"drift_seconds": round(clock.drift(), 3)},
        "disk": {"free_bytes": room.free, "free_share": round(room.share, 3)},
        "jobs": jobs,
        "backup": kept,
    }
    return Health(ready=True, alarms=tuple(name for name, on in alarms.items() if on), facts=facts)


def _jobs(session: Session, at: datetime) -> dict[str, Any]:
    rows = session.execute(select(Job.status, func.count()).group_by(Job.status)).all()
    counted: dict[JobStatus, int] = dict(rows)
    oldest = session.scalar(select(func.min(Job.created_at)).where(Job.status == JobStatus.QUEUED))
    return {
        **{status.value: counted.get(status, 0) for status in JobStatus},
        "oldest_seconds": max(0.0, (at - oldest).total_seconds()) if oldest else 0.0,
    }


def _backup(session: Session, at: datetime) -> dict[str, Any]:
    """When the last backup was done; late only where the site is old enough to have one."""
    last = session.scalar(select(func.max(Job.finished_at)).where(Job.name == backup.JOB, Job.status == JobStatus.DONE))
    first = session.scalar(select(func.min(Job.created_at)).where(Job.name == backup.JOB))
    since = last or first
    return {
        "last": last.isoformat() if last else None,
        "late": since is not None and at - since > OLD,
    }


class Watch:
    """The last look at this node, taken anew when it is older than a second."""

    def __init__(self) -> None:
        self._health: Health | None = None
        self._engine: Engine | None = None
        self._until = 0.0

    def health(self, engine: Engine, data: Path, *, at: datetime) -> Health:
        """As `look`; two who ask at the same moment may both look."""
        if self._health is None or engine is not self._engine or time.monotonic() >= self._until:
            self._health = look(engine, data, at=at)
            self._until, self._engine = time.monotonic() + KEPT, engine
        return self._health
