"""Sittings with papers, and attempts begun at them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.papers.models import Paper, PaperSet
from exam.sittings.models import Assignment, Attempt, Sitting, SittingPaperSet, SittingStatus
from exam.sittings.operations import start
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import PaperKind
from tests.factories.papers import NINE_KINDS, Contents, make_paper_set
from tests.factories.tours import make_entry, make_stop


def make_sitting(
    session: Session,
    *,
    stop: Stop | None = None,
    paper_kind: PaperKind = PaperKind.BUSINESS,
    opens_at: datetime | None = None,
    minutes: int = 70,
    status: SittingStatus = SittingStatus.OPEN,
) -> Sitting:
    """A sitting of `minutes` from the start of its stop."""
    stop = stop or make_stop(session)
    opens_at = opens_at or stop.starts_at
    sitting = Sitting(
        stop_id=stop.id,
        paper_kind=paper_kind,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(minutes=minutes),
        status=status,
    )
    session.add(sitting)
    session.flush()
    return sitting


def make_assignment(
    session: Session,
    sitting: Sitting,
    entry: RosterEntry,
    *,
    paper: Paper | None = None,
    contents: Contents = NINE_KINDS,
) -> Assignment:
    """Give `entry` a paper, its own set where none is named."""
    if paper is None:
        made = make_paper_set(session, contents, paper_kind=sitting.paper_kind, audience=entry.audience)
        paper = made.papers[0]  # type: ignore[attr-defined]
    assignment = Assignment(sitting_id=sitting.id, roster_entry_id=entry.id, paper_id=paper.id)
    session.add(assignment)
    session.flush()
    return assignment


def link_set(session: Session, sitting: Sitting, made: PaperSet, entry: RosterEntry) -> SittingPaperSet:
    """Name `made` as the sitting's papers for the entry's audience."""
    link = SittingPaperSet(sitting_id=sitting.id, audience=entry.audience, paper_set_id=made.id)
    session.add(link)
    session.flush()
    return link


def make_attempt(
    session: Session, *, at: datetime | None = None, entry: RosterEntry | None = None, contents: Contents = NINE_KINDS
) -> Attempt:
    """One candidate who has begun a paper at `at` (default: the opening), at a stop of their own."""
    stop = (
        session.get_one(Stop, entry.stop_id)
        if entry
        else make_stop(session, starts_at=at)
        if at
        else make_stop(session)
    )
    entry = entry or make_entry(session, stop)
    sitting = session.scalar(select(Sitting).where(Sitting.stop_id == stop.id)) or make_sitting(session, stop=stop)
    make_assignment(session, sitting, entry, contents=contents)
    return start(session, entry, sitting, device="test", at=at or sitting.opens_at)
