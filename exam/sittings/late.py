"""Answers that came too late: kept apart as they came, one claim an attempt until somebody has proposed what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import audit
from exam.sittings.day import ClaimStatus, Origin
from exam.sittings.day_models import Claim, LateAnswer
from exam.sittings.models import Attempt
from exam.sittings.revisions import Entry

MOST = 1000
"""Late answers kept of one attempt, at most."""


@dataclass(frozen=True)
class LateEntry:
    """An answer that came too late; `made_ms` is when the page thinks it was given."""

    entry: Entry
    made_ms: int | None


def keep_late(session: Session, attempt: Attempt, late: Sequence[LateEntry], *, at: datetime) -> bool:
    """Keep answers that arrived at `at`, each operation once; False where the attempt has too many already."""
    known = operations_of(session, attempt.id)
    new = {each.entry.op: each for each in late if each.entry.op not in known}
    if len(known) + len(new) > MOST:
        return False
    if new:
        claim = _waiting(session, attempt) or _begun(session, attempt, at=at)
        add_answers(session, claim, list(new.values()), at=at)
    return True


def operations_of(session: Session, attempt_id: int) -> set[str]:
    """The operations kept of an attempt so far, whatever was decided about them."""
    wanted = select(LateAnswer.operation).join(Claim, Claim.id == LateAnswer.claim_id)
    return set(session.scalars(wanted.where(Claim.attempt_id == attempt_id)))


def add_answers(session: Session, claim: Claim, late: Sequence[LateEntry], *, at: datetime) -> None:
    """Write the answers of a claim."""
    session.add_all(
        LateAnswer(
            claim_id=claim.id,
            paper_item_id=each.entry.item,
            revision=each.entry.revision,
            operation=each.entry.op,
            value=each.entry.value,
            flagged=each.entry.flagged,
            made_ms=each.made_ms,
            received_at=at,
        )
        for each in late
    )
    session.flush()


def _waiting(session: Session, attempt: Attempt) -> Claim | None:
    """The claim to which packets of an attempt are still added. The attempt is locked, so there is one at most.

    Locked as well: nothing is added to what somebody proposes about in the same moment.
    """
    return session.scalar(
        select(Claim)
        .where(Claim.attempt_id == attempt.id, Claim.origin == Origin.LATE, Claim.status == ClaimStatus.WAITING)
        .with_for_update()
    )


def _begun(session: Session, attempt: Attempt, *, at: datetime) -> Claim:
    number = session.scalar(select(func.count()).where(Claim.attempt_id == attempt.id)) or 0
    claim = Claim(attempt_id=attempt.id, origin=Origin.LATE, received_at=at, detail={"number": number + 1})
    session.add(claim)
    session.flush()
    by = attempt.assignment.entry.person_id
    audit.record(session, "claim.begun", f"attempt:{attempt.id}", by=by, at=at, detail={"claim": claim.id})
    return claim
