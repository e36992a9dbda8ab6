"""What papers keep clear of: earlier stops of the tour, and what each person has had."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from exam.papers.queries import papers_of, specification_by_code
from exam.sittings.earlier import circumstances_of
from exam.sittings.models import Assignment, Sitting, SittingPaperSet
from exam.sittings.operations import plan_sittings
from exam.tours.models import Stop
from question_bank.enums import Audience, PaperKind
from tests.conftest import NOON
from tests.exam.papers.conftest import database_url
from tests.factories.accounts import make_person, make_unit
from tests.factories.drawing import make_drawn_set
from tests.factories.tours import make_entry, make_stop

__all__ = ["database_url"]
pytestmark = pytest.mark.db


def business(session: Session, stop: Stop) -> Sitting:
    sittings = plan_sittings(session, stop, by=None, at=NOON)
    return next(each for each in sittings if each.paper_kind is PaperKind.BUSINESS)


def test_a_later_stop_knows_what_an_earlier_one_used_and_what_its_people_had(session: Session) -> None:
    unit = make_unit(session)
    first = make_stop(session, unit=unit)
    second = make_stop(session, unit=unit, tour=first.tour, starts_at=first.starts_at + timedelta(days=7))
    person = make_person(session)
    entry = make_entry(session, first, person=person, audience=Audience.TOWN)
    others = [
        make_entry(session, second, audience=Audience.TOWN),
        make_entry(session, second, person=person, audience=Audience.TOWN),
    ]
    made = make_drawn_set(
        session,
        specification=specification_by_code(session, "business-town"),
        count=1,
        spares=1,
        audience=Audience.TOWN,
    )
    sitting = business(session, first)
    session.add(SittingPaperSet(sitting_id=sitting.id, audience=Audience.TOWN, paper_set_id=made.id))
    paper, spare = papers_of(session, made.id)
    session.add(Assignment(sitting_id=sitting.id, roster_entry_id=entry.id, paper_id=paper.id))
    session.flush()
    found = circumstances_of(session, business(session, second), others)
    on_both = {item.version.question.code for each in (paper, spare) for item in each.items}
    assert found.used.keys() == on_both
    assert found.had == {1: tuple(sorted(item.version.question.code for item in paper.items))}
    assert circumstances_of(session, sitting, [entry]).used == {}
    assert circumstances_of(session, sitting, [entry]).had == {}
