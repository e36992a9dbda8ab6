"""The steps of a question's life as buttons: which of them a person may take now."""

from dataclasses import dataclass

from exam.accounts.roles import Viewer
from exam.web.access import Permission
from exam.web.bank.area import reviews, withdraws, writes
from question_bank.enums import Status
from question_bank.errors import N_
from question_bank.models import Question


@dataclass(frozen=True)
class Step:
    """A step: its endpoint, its verb (a message id), from where to where, who may, whether it asks for a reason."""

    endpoint: str
    verb: str
    before: Status
    after: Status
    rule: Permission
    reason: bool = False
    tone: str = "secondary"


STEPS: tuple[Step, ...] = (
    Step("bank.hand_in", N_("Hand in for review"), Status.DRAFT, Status.IN_REVIEW, writes, tone="primary"),
    Step("bank.publish", N_("Approve for publication"), Status.IN_REVIEW, Status.PUBLISHED, reviews, tone="primary"),
    Step("bank.give_back", N_("Give back to the author"), Status.IN_REVIEW, Status.DRAFT, reviews, reason=True),
    Step(
        "bank.publish", N_("Confirm and publish again"), Status.QUARANTINED, Status.PUBLISHED, reviews, tone="primary"
    ),
    Step("bank.reopen", N_("Review again"), Status.QUARANTINED, Status.IN_REVIEW, withdraws),
    Step("bank.suspend", N_("Suspend"), Status.PUBLISHED, Status.QUARANTINED, withdraws, reason=True),
    Step("bank.retire", N_("Retire for good"), Status.PUBLISHED, Status.RETIRED, withdraws, reason=True, tone="danger"),
    Step(
        "bank.retire", N_("Retire for good"), Status.QUARANTINED, Status.RETIRED, withdraws, reason=True, tone="danger"
    ),
)


def steps_for(who: Viewer, question: Question) -> list[Step]:
    """The steps this person may take with the question as it stands."""
    return [step for step in STEPS if step.before is question.status and step.rule(who, question)]
