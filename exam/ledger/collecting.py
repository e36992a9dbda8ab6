"""Verbs by which cases come in from the hall and from the office."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from exam.ledger.flow import Act, CaseSource, CaseStatus, Hand
from exam.ledger.models import Asker, Case
from exam.ledger.recording import write
from exam.tours.flow import StopStatus
from exam.tours.models import Stop
from question_bank.errors import N_, Invalid, NotAllowed, Problem

LEAST, LONGEST = 5, 2000
TITLE = 60
OPEN_FOR = timedelta(days=30)
"""So long after the end of a stop its form still takes questions."""


@dataclass(frozen=True)
class Told:
    """What somebody says and what they say of themselves; who stays unnamed leaves no person and no name."""

    text: str
    person_id: int | None = None
    unit_id: int | None = None
    anonymous: bool = False
    enterprise: bool = False
    name: str = ""
    contact: str = ""
    title: str = ""
    attempt_id: int | None = None
    paper_item_id: int | None = None
    token: str = ""


def takes_questions(stop: Stop, *, at: datetime) -> bool:
    """Whether the form of a stop is open: until a month after its end, and never for one that was cancelled."""
    return stop.status is not StopStatus.CANCELLED and at <= stop.ends_at + OPEN_FOR


def ask(session: Session, stop: Stop, told: Told, *, at: datetime) -> Asker:
    """A question from the floor of a stop. Raises NotAllowed when its form is closed, Invalid without a text."""
    if not takes_questions(stop, at=at):
        raise NotAllowed(N_("Questions on this stop are no longer taken here. Ask your unit's contact."))
    source = CaseSource.ENTERPRISE if told.enterprise else CaseSource.FLOOR
    return collect(session, told, source=source, stop=stop, hand=_hand(told), at=at)


def _hand(told: Told) -> Hand:
    return Hand(person_id=None if told.anonymous else told.person_id, asker=True)


def collect(
    session: Session,
    told: Told,
    *,
    source: CaseSource,
    hand: Hand,
    at: datetime,
    stop: Stop | None = None,
    unit_id: int | None = None,
) -> Asker:
    """Open a case with its first asker; `unit_id` is where it was raised, with a stop its host. Raises Invalid."""
    text = told.text.strip()
    if len(text) < LEAST:
        raise Invalid([Problem("text", N_("Describe the problem in a sentence."))])
    if len(text) > LONGEST:
        raise Invalid([Problem("text", N_("At most %(most)s characters, please."), {"most": LONGEST})])
    case = Case(
        number=secrets.token_hex(10),  # until the row has its id
        status=CaseStatus.COLLECTED,
        source=source,
        stop_id=stop.id if stop else None,
        unit_id=stop.unit_id if stop else unit_id,
        title=(told.title.strip() or title_of(text))[:200],
        text=text,
        raised_at=at,
    )
    session.add(case)
    session.flush()
    case.number = f"TZ{at.year}-{case.id:04d}"
    asker = asker_of(case, told, at=at)
    session.add(asker)
    write(session, case, Act.COLLECT, before=None, hand=hand, at=at)
    return asker


def asker_of(case: Case, told: Told, *, at: datetime) -> Asker:
    """Somebody who asked it, in their own words, with an address of their own at which they follow it."""
    return Asker(
        case_id=case.id,
        token=told.token or secrets.token_urlsafe(24),
        person_id=None if told.anonymous else told.person_id,
        unit_id=told.unit_id,
        attempt_id=told.attempt_id,
        paper_item_id=told.paper_item_id,
        anonymous=told.anonymous,
        enterprise=told.enterprise,
        name="" if told.anonymous else told.name.strip()[:80],
        contact=told.contact.strip()[:120],
        text=told.text.strip(),
        asked_at=at,
    )


def title_of(text: str) -> str:
    """The first sentence, cut where it is long."""
    first = text.splitlines()[0]
    for mark in "。？！?!":
        head, found, _ = first.partition(mark)
        if found and len(head) >= LEAST:
            first = head + (mark if mark in "？?" else "")
            break
    return first if len(first) <= TITLE else first[: TITLE - 1] + "…"
