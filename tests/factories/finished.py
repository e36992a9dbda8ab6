"""A small stop that is over: real papers from the shipped bank, answered, handed in, marked by rule and by hand."""

from datetime import timedelta

from sqlalchemy.orm import Session

from exam.grading.operations import hand_in
from exam.papers.queries import papers_of
from exam.sittings.models import SittingPaperSet
from exam.sittings.operations import close_sitting, start
from exam.tours.flow import StopStatus
from question_bank.enums import Audience
from tests.factories.accounts import make_person
from tests.factories.drawing import make_drawn_set
from tests.factories.marks import answer_paper, mark_by_hand
from tests.factories.sittings import make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop


def fill_finished_stop(session: Session) -> int:
    """Beside a bank, a stop of two people who have sat the business paper; its id."""
    stop = make_stop(session, status=StopStatus.RUNNING)
    sitting = make_sitting(session, stop=stop)
    made = make_drawn_set(session, count=2, spares=1, audience=Audience.TOWN)
    session.add(SittingPaperSet(sitting_id=sitting.id, audience=Audience.TOWN, paper_set_id=made.id))
    for paper in papers_of(session, made.id)[:2]:
        entry = make_entry(session, stop)
        make_assignment(session, sitting, entry, paper=paper)
        attempt = start(session, entry, sitting, device="phone", at=sitting.opens_at)
        answer_paper(session, attempt)
        hand_in(session, attempt, at=attempt.started_at + timedelta(minutes=30))
        mark_by_hand(session, attempt, marker_id=make_person(session).id)
    close_sitting(session, sitting, by=None, at=sitting.opens_at + timedelta(hours=2))
    return stop.id
