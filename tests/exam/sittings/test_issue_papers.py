"""Papers of a stop, drawn from the shipped bank: village specification and on-site practical paper, the quickest to draw."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.papers.models import Paper, PaperSet, Specification
from exam.sittings import operations
from exam.sittings.models import Assignment, Sitting, SittingStatus
from exam.sittings.planning import fitting
from exam.tours.models import RosterEntry
from question_bank.enums import Audience, PaperKind
from question_bank.errors import NotAllowed, Shortage
from tests.factories.sittings import make_sitting
from tests.factories.tours import make_entry, make_stop
from tests.filled_bank import database_url

__all__ = ["database_url"]

pytestmark = pytest.mark.db


def practical(session: Session, *, minutes: int = 55) -> tuple[Sitting, list[RosterEntry]]:
    stop = make_stop(session)
    sitting = make_sitting(
        session, stop=stop, paper_kind=PaperKind.PRACTICAL, minutes=minutes, status=SittingStatus.PLANNED
    )
    entries = [
        make_entry(session, stop, audience=audience) for audience in (Audience.TOWN, Audience.TOWN, Audience.VILLAGE)
    ]
    return sitting, entries


def issue(session: Session, sitting: Sitting, seed: int = 1, spares: int = 1) -> list[PaperSet]:
    return operations.issue_papers(session, sitting, seed=seed, spares=spares, by=None, at=sitting.opens_at)


def given(session: Session, sitting: Sitting) -> dict[int, int]:
    rows = session.execute(
        select(Assignment.roster_entry_id, Assignment.paper_id).where(Assignment.sitting_id == sitting.id)
    )
    return dict(iter(rows))


def test_everybody_gets_a_paper_of_their_audience_by_seat_and_the_same_seed_changes_nothing(session: Session) -> None:
    sitting, entries = practical(session)
    sets = issue(session, sitting)
    assert [made.specification.minutes for made in sets] == [45, 45]
    papers = given(session, sitting)
    positions = [session.get_one(Paper, papers[entry.id]).position for entry in entries]
    assert positions == [1, 2, 1]
    assert [made.id for made in issue(session, sitting)] == [made.id for made in sets]
    assert given(session, sitting) == papers


def test_who_comes_later_gets_a_spare_paper_until_there_are_none(session: Session) -> None:
    sitting, _ = practical(session)
    issue(session, sitting)
    late = make_entry(session, sitting.stop, audience=Audience.TOWN)
    issue(session, sitting)
    assert session.get_one(Paper, given(session, sitting)[late.id]).spare is True
    make_entry(session, sitting.stop, audience=Audience.TOWN)
    with pytest.raises(Shortage):
        issue(session, sitting)


def test_another_seed_makes_new_papers_until_somebody_has_begun(session: Session) -> None:
    sitting, entries = practical(session)
    issue(session, sitting)
    before = given(session, sitting)
    issue(session, sitting, seed=2)
    after = given(session, sitting)
    assert set(before.values()).isdisjoint(after.values())
    operations.open_sitting(session, sitting, by=None, at=sitting.opens_at)
    operations.start(session, entries[0], sitting, device="", at=sitting.opens_at)
    with pytest.raises(NotAllowed):
        issue(session, sitting, seed=3)
    assert given(session, sitting) == after


def test_an_empty_roster_gets_no_papers(session: Session) -> None:
    sitting = make_sitting(session, status=SittingStatus.PLANNED)
    with pytest.raises(NotAllowed):
        issue(session, sitting)


def test_the_audiences_own_specification_comes_before_one_for_everybody_and_the_longest_that_fits_is_taken() -> None:
    def specification(code: str, minutes: int, audience: Audience | None) -> Specification:
        return Specification(code=code, minutes=minutes, audience=audience)

    full, onsite = specification("full", 90, None), specification("onsite", 45, None)
    town, village = specification("town", 60, Audience.TOWN), specification("village", 60, Audience.VILLAGE)
    everything = [full, onsite, town, village]
    hour = timedelta(minutes=70)
    assert fitting(everything, Audience.TOWN, hour) is town
    assert fitting([full, onsite], Audience.TOWN, hour) is onsite
    assert fitting([full, onsite], Audience.TOWN, timedelta(minutes=100)) is full
    with pytest.raises(NotAllowed):
        fitting([full, village], Audience.TOWN, hour)
