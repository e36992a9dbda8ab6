"""Reads on what was corrected on one paper: for its candidate, so that a changed mark explains itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from exam.grading import affected
from exam.grading.models import Correction, CorrectionPolicy
from exam.grading.policies import CorrectionStatus
from exam.sittings.queries import FrozenItem
from question_bank.kinds import KeyView, content_of, key_view
from question_bank.scoring import sentence


@dataclass(frozen=True)
class Mended:
    """What was done about one question after it was sat. `key` is the new key in the labels of the paper, `rule`
    the sentence of the new rule, if any.
    """

    policy: CorrectionPolicy
    reason: str
    at: datetime
    key: KeyView | None
    rule: str

    @property
    def void(self) -> bool:
        """Whether the question counts for nobody."""
        return self.policy is CorrectionPolicy.VOID_RESCALE

    @property
    def replaces_key(self) -> bool:
        return self.policy in {CorrectionPolicy.NEW_KEY, CorrectionPolicy.NEW_RUBRIC}


def mended_items(session: Session, items: Sequence[FrozenItem], stop_id: int) -> dict[int, Mended]:
    """By item id what was done about it; one query."""
    standing = affected.applying(session, [item.version_id for item in items], stop_id)
    return {
        item.item_id: _mended(item, standing[item.version_id])
        for item in items
        if item.version_id in standing and standing[item.version_id].status is CorrectionStatus.DONE
    }


def _mended(item: FrozenItem, correction: Correction) -> Mended:
    change = affected.plan_of(correction).change
    key = None
    if change.content is not None:
        key = key_view(content_of(item.content.kind, change.content), item.order, item.marks)
    rule = sentence(change.rule, change.options, item.marks) if change.rule else ""
    return Mended(correction.policy, correction.reason, correction.done_at or correction.proposed_at, key, rule)
