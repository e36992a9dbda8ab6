"""The chore that asks for a sender when a message is due."""

from datetime import timedelta

from sqlalchemy import Engine, exists, select

from exam import clock, database
from exam.jobs.models import Job, JobStatus
from exam.jobs.operations import enqueue
from exam.notices import queries

JOB = "send_messages"
EVERY = 5.0
"""Seconds between two looks."""
RUN = timedelta(seconds=60)
"""One job sends for so long; then other jobs have their turn."""


def ask_for_due(engine: Engine) -> None:
    """One job at a time while messages are due and a channel for them is set up."""
    at = clock.now()
    with database.reading(engine) as session:
        running = exists().where(Job.name == JOB, Job.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
        due = queries.anything_due(session, at=at) and not session.scalar(select(running))
    if due:
        with database.writing(engine) as session:
            enqueue(session, JOB, {}, by=None, at=at)
