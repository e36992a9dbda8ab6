"""Verbs on claims: one person proposes what becomes of answers that came too late, another decides.

Deciding marks the paper again, so it stands in `exam.grading.late_answers`, which calls `settle` here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam import audit
from exam.sittings import answer_log, queries
from exam.sittings.day import ClaimStatus, Origin, advance
from exam.sittings.day_models import Claim, LateAnswer
from exam.sittings.locking import hold
from exam.sittings.models import Assignment, Attempt, Response, Sitting, SittingStatus
from exam.sittings.revisions import Entry, Placing, place, standing
from question_bank.errors import N_, NotAllowed, NotFound


@dataclass(frozen=True)
class Compared:
    """One late answer beside what stands; both in the labels of the paper. `number` is the question's on it, from 1.

    `counts`: whether it would count if the claim were accepted.
    """

    item: int
    number: int
    stands: Entry | None
    late: Entry
    made_ms: int | None
    counts: bool


def claim_by_id(session: Session, claim_id: int) -> Claim:
    """The claim with its attempt and place. Raises NotFound."""
    whole = joinedload(Claim.attempt).joinedload(Attempt.assignment)
    found = session.get(
        Claim, claim_id, options=[whole.joinedload(Assignment.entry), whole.joinedload(Assignment.sitting)]
    )
    if found is None:
        raise NotFound(N_("There are no such late answers."))
    return found


def claims_of(session: Session, stop_id: int) -> Sequence[Claim]:
    """The claims at a stop with whose they are, the oldest first."""
    whole = joinedload(Claim.attempt).joinedload(Attempt.assignment)
    return session.scalars(
        select(Claim)
        .join(Claim.attempt)
        .join(Attempt.assignment)
        .join(Assignment.sitting)
        .where(Sitting.stop_id == stop_id)
        .options(whole.joinedload(Assignment.entry), whole.joinedload(Assignment.sitting))
        .order_by(Claim.id)
    ).all()


def compared(session: Session, claim: Claim) -> list[Compared]:
    """The answers of a claim that count among themselves, in the order of the paper, beside what stands."""
    attempt = claim.attempt
    stored = entries_of(session, attempt.id)
    after = standing([*stored, *_placed(claim, stored)])
    now = standing(stored)
    last = {each.paper_item_id: each for each in sorted(claim.answers, key=lambda each: each.revision)}
    lines = []
    for number, item in enumerate(queries.frozen_items(session, attempt.assignment.paper_id), 1):
        late = last.get(item.item_id)
        if late is not None:
            stands = now.get(item.item_id)
            lines.append(
                Compared(
                    item=item.item_id,
                    number=number,
                    stands=None if stands is None else queries.shown_answer(session, attempt, stands),
                    late=queries.shown_answer(session, attempt, entry_of(late)),
                    made_ms=late.made_ms,
                    counts=after.get(item.item_id) != stands,
                )
            )
    return lines


def propose(session: Session, claim: Claim, *, accept: bool, reason: str, by: int, at: datetime) -> Claim:
    """Say what should become of late answers, for another person to decide.

    Raises NotAllowed without a reason, for one's own answers, and unless they wait.
    """
    session.refresh(claim, with_for_update={"of": Claim})
    status = advance(claim.status, ClaimStatus.PROPOSED)
    if not reason.strip():
        raise NotAllowed(N_("Say why; the reason is kept."))
    _refuse_own(claim, by)
    claim.status, claim.accept, claim.reason = status, accept, reason.strip()[:500]
    claim.proposed_by, claim.proposed_at = by, at
    return noted(session, claim, "claim.proposed", by=by, at=at)


def settle(session: Session, claim: Claim, *, agree: bool, by: int, at: datetime) -> frozenset[int]:
    """A second person follows the proposal, or sends it back; ids of the items whose answer is another one now.

    Accepted answers are added to the stored ones by the rules that hold for every save: nothing is overwritten.
    Raises NotAllowed for the proposer, for one's own answers, and once the results are released.
    """
    held = hold(session, claim.attempt)
    session.refresh(claim, with_for_update={"of": Claim})
    _refuse_own(claim, by)
    if not agree:
        claim.status = advance(claim.status, ClaimStatus.WAITING)
        claim.accept, claim.proposed_by, claim.proposed_at, claim.reason = None, None, None, ""
        noted(session, claim, "claim.sent_back", by=by, at=at)
        return frozenset()
    to = ClaimStatus.ACCEPTED if claim.accept else ClaimStatus.REFUSED
    status = advance(claim.status, to)
    if by == claim.proposed_by:
        raise NotAllowed(N_("Somebody else has to decide about what you have proposed."))
    if claim.accept and held.attempt.assignment.sitting.status is SittingStatus.RELEASED:
        raise NotAllowed(N_("The results of this paper are released; its answers stand."))
    changed = _accept(session, claim) if claim.accept else frozenset()
    claim.status, claim.decided_by, claim.decided_at = status, by, at
    noted(session, claim, f"claim.{status.value}", by=by, at=at, changed=sorted(changed), sealed=bool(claim.accept))
    return changed


def noted(
    session: Session,
    claim: Claim,
    action: str,
    *,
    by: int | None,
    at: datetime,
    changed: Sequence[int] = (),
    sealed: bool = False,
) -> Claim:
    """Flush, and leave the audit row of a step; `sealed` with the digest of the answers as they stand after it."""
    session.flush()
    detail = {"claim": claim.id, "origin": claim.origin.value, "accept": claim.accept, "reason": claim.reason}
    told = detail | ({"items": list(changed)} if changed else {})
    if sealed:
        told["log"] = answer_log.sealed(answer_log.log_of(session, claim.attempt_id))
    audit.record(session, action, f"attempt:{claim.attempt_id}", by=by, at=at, detail=told)
    return claim


def entries_of(session: Session, attempt_id: int) -> list[Entry]:
    """Every stored answer of an attempt."""
    columns = (Response.operation, Response.paper_item_id, Response.revision, Response.value, Response.flagged)
    return [Entry(*row) for row in session.execute(select(*columns).where(Response.attempt_id == attempt_id))]


def entry_of(late: LateAnswer) -> Entry:
    return Entry(late.operation, late.paper_item_id, late.revision, late.value, late.flagged)


def _refuse_own(claim: Claim, by: int) -> None:
    if claim.attempt.assignment.entry.person_id == by:
        raise NotAllowed(N_("Nobody decides about their own answers."))


def _placed(claim: Claim, stored: Sequence[Entry]) -> list[Entry]:
    """What accepting a claim would add. What was written on paper counts after everything that was saved before."""
    highest = {item: entry.revision for item, entry in standing(stored).items()}
    added: list[Entry] = []
    for late in claim.answers:
        entry = entry_of(late)
        if claim.origin is Origin.PAPER:
            revision = max(entry.revision, highest.get(entry.item, 0) + 1)
            entry = Entry(entry.op, entry.item, revision, entry.value, entry.flagged)
        if place(entry, [*stored, *added]) is Placing.NEW:
            added.append(entry)
    return added


def _accept(session: Session, claim: Claim) -> frozenset[int]:
    stored = entries_of(session, claim.attempt_id)
    added = _placed(claim, stored)
    received = {late.operation: late.received_at for late in claim.answers}
    session.add_all(
        Response(
            attempt_id=claim.attempt_id,
            paper_item_id=entry.item,
            revision=entry.revision,
            operation=entry.op,
            value=entry.value,
            flagged=entry.flagged,
            received_at=received[entry.op],
            device=f"claim/{claim.id}",
        )
        for entry in added
    )
    session.flush()
    before, after = standing(stored), standing([*stored, *added])
    return frozenset(item for item, entry in after.items() if item not in before or before[item] != entry)
