"""Going on on a printed paper in mid-sitting: the phone stops writing, and what was written by hand is typed in later.

What was saved on the phone counts until an answer on paper takes its place, so there is one score. Both verbs that
change what counts mark the paper, so they are called through `exam.grading.late_answers`.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import audit
from exam.sittings import answer_log, queries
from exam.sittings.claims import noted
from exam.sittings.day import ClaimStatus, Origin
from exam.sittings.day_models import Claim
from exam.sittings.late import LateEntry, add_answers
from exam.sittings.locking import hold
from exam.sittings.models import Attempt, AttemptStatus
from exam.sittings.operations import read_operation, receipt_number
from exam.sittings.revisions import Refused, SaveOperation
from question_bank.errors import N_, Invalid, NotAllowed, Problem


def stop_phone(session: Session, attempt: Attempt, *, reason: str, by: int, at: datetime) -> str:
    """Let nothing more be written on the phone, for the person goes on on paper; the number of the receipt.

    Raises NotAllowed without a reason, and once the paper is over.
    """
    held = hold(session, attempt)
    if not reason.strip():
        raise NotAllowed(N_("Say why; the reason is kept."))
    if not held.writing:
        raise NotAllowed(N_("This paper has been handed in already."))
    attempt.status, attempt.ended_at = AttemptStatus.ON_PAPER, at
    attempt.receipt = receipt_number(attempt)
    session.flush()
    log = answer_log.sealed(answer_log.log_of(session, attempt.id))
    told = {"receipt": attempt.receipt, "reason": reason.strip()[:200], "log": log}
    audit.record(session, "attempt.on_paper", f"attempt:{attempt.id}", by=by, at=at, detail=told)
    return attempt.receipt


def type_in(session: Session, attempt: Attempt, answers: Mapping[int, Any], *, by: int, at: datetime) -> Claim:
    """Keep what somebody wrote on paper, by item in the labels of the paper; another person compares and decides.

    Questions left out keep the answer that was saved on the phone. Raises Invalid for what cannot be read, NotAllowed
    unless the person went on on paper, while other typed answers wait for a decision, and for one's own paper.
    """
    hold(session, attempt)
    if attempt.status is not AttemptStatus.ON_PAPER:
        raise NotAllowed(N_("This person has not gone on on paper."))
    if attempt.assignment.entry.person_id == by:
        raise NotAllowed(N_("Nobody decides about their own answers."))
    mine = select(Claim.id).where(Claim.attempt_id == attempt.id, Claim.origin == Origin.PAPER)
    if session.scalar(mine.where(Claim.status == ClaimStatus.PROPOSED)) is not None:
        raise NotAllowed(N_("Answers typed in before wait for a second person; decide about those first."))
    late = _read(session, attempt, answers)
    number = session.scalar(select(func.count()).where(Claim.attempt_id == attempt.id)) or 0
    claim = Claim(attempt_id=attempt.id, origin=Origin.PAPER, received_at=at, detail={"number": number + 1})
    claim.status, claim.accept, claim.proposed_by, claim.proposed_at = ClaimStatus.PROPOSED, True, by, at
    session.add(claim)
    session.flush()
    add_answers(session, claim, late, at=at)
    return noted(session, claim, "claim.typed_in", by=by, at=at)


def _read(session: Session, attempt: Attempt, answers: Mapping[int, Any]) -> list[LateEntry]:
    items = queries.frozen_items(session, attempt.assignment.paper_id)
    revisions = {item: revision for item, (revision, _, _) in queries.current_answers(session, attempt.id).items()}
    late, problems = [], []
    for number, item in enumerate(items, 1):
        if item.item_id not in answers:
            continue
        operation = SaveOperation(
            op=str(uuid.uuid4()),
            item=item.item_id,
            revision=revisions.get(item.item_id, 0) + 1,
            value=answers[item.item_id],
            flagged=False,
        )
        entry = read_operation(operation, item)
        if isinstance(entry, Refused):
            problems.append(Problem(str(number), entry.template, entry.params))
        else:
            late.append(LateEntry(entry, None))
    if problems:
        raise Invalid(problems)
    return late
