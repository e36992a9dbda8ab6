"""A sitting with written answers and the markers around it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from exam.accounts.roles import Role
from exam.grading import queries, sheets
from exam.grading.sheets import Sheet
from exam.sittings.models import Sitting
from exam.sittings.operations import start
from tests.factories.accounts import make_person
from tests.factories.marks import hand_in_paper
from tests.factories.papers import SHORT_ANSWER, make_paper_set
from tests.factories.sittings import make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

SAME = "我镇区位交通便利，产业基础好。"
TEXTS = (SAME, "我镇区位交通便利;产业基础好", "招商引资很重要，我们要努力。")


@dataclass
class Hall:
    """A sitting with one written question, three answers to it, and three markers, by ids."""

    sitting: Sitting
    version_id: int
    markers: list[int]
    candidates: list[int]

    def sheets(self, session: Session) -> list[Sheet]:
        return sheets.sheets(session, self.sitting.id, self.version_id, "")

    def next(self, session: Session, marker: int, **values: object) -> int | None:
        return sheets.next_waiting(
            session, self.sitting.id, self.version_id, "", marker_id=self.markers[marker], **values
        )


def make_hall(session: Session, *, starts_at: datetime | None = None) -> Hall:
    """Everybody has handed in; nothing is marked by a person yet."""
    stop = make_stop(session, starts_at=starts_at) if starts_at else make_stop(session)
    sitting = make_sitting(session, stop=stop)
    made = make_paper_set(session, ((SHORT_ANSWER, 10),), papers=len(TEXTS), audience=None)
    candidates = []
    for text, paper in zip(TEXTS, made.papers, strict=True):
        entry = make_entry(session, stop)
        make_assignment(session, sitting, entry, paper=paper)
        attempt = start(session, entry, sitting, device="test", at=sitting.opens_at)
        hand_in_paper(session, attempt, given=lambda item, text=text: text)
        candidates.append(entry.person_id)
    markers = [make_person(session, roles=(Role.MARKER,)).id for _ in range(3)]
    version_id = queries.questions(session, sitting.id)[0].version_id
    return Hall(sitting, version_id, markers, candidates)
