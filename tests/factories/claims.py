"""Answers that came too late."""

from datetime import timedelta

from sqlalchemy.orm import Session

from exam.sittings.claims import claims_of
from exam.sittings.day_models import Claim
from exam.sittings.late import LateEntry, keep_late
from exam.sittings.models import Attempt
from exam.sittings.queries import frozen_items
from exam.sittings.revisions import Entry


def make_claim(session: Session, attempt: Attempt, *, revision: int = 9) -> Claim:
    """A blank answer to the first question that came an hour after the end of the paper."""
    item = frozen_items(session, attempt.assignment.paper_id)[0]
    value = {"kind": item.content.kind.value, "chosen": []}
    late = LateEntry(Entry(f"late-{attempt.id}-{revision}", item.item_id, revision, value, flagged=False), None)
    assert keep_late(session, attempt, [late], at=attempt.deadline + timedelta(hours=1))
    return [each for each in claims_of(session, attempt.assignment.sitting.stop_id) if each.attempt_id == attempt.id][
        -1
    ]
