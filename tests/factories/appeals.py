"""Appeals, row by row."""

from sqlalchemy.orm import Session

from exam.grading.models import Appeal, AppealStatus
from exam.sittings.models import Attempt
from tests.conftest import NOON


def make_appeal(session: Session, attempt: Attempt, paper_item_id: int, *, text: str = "答案写明了要点。") -> Appeal:
    """An open appeal about one item of a paper, whether its results are out or not."""
    made = Appeal(attempt_id=attempt.id, paper_item_id=paper_item_id, status=AppealStatus.OPEN, text=text, made_at=NOON)
    session.add(made)
    session.flush()
    return made
