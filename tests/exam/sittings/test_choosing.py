"""A stop has one specification for each audience of its roster: the one that fits, or the one an organiser chose."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.audit import AuditEvent
from exam.papers.models import Specification
from exam.papers.queries import specification_by_code
from exam.papers.specifying import freeze_specification, retire_specification, revise_specification, terms_of
from exam.sittings.models import SittingStatus
from exam.sittings.planning import choose_specification, specification_of
from question_bank.enums import Audience
from question_bank.errors import NotAllowed
from tests.conftest import NOON
from tests.exam.sittings.test_issue_papers import (
    database_url,
    issue,
    practical,
)

__all__ = ["database_url"]

pytestmark = pytest.mark.db
BY = {"by": None, "at": NOON}


def next_version(session: Session, specification: Specification, minutes: int) -> Specification:
    """Its next version, longer or shorter, in use."""
    terms = terms_of(specification)
    changed = replace(terms, plan=terms.plan.model_copy(update={"minutes": minutes}))
    made = revise_specification(session, specification, changed, seen=specification.lock, **BY)
    freeze_specification(session, made, **BY)
    return made


def test_each_audience_has_its_own_and_the_others_are_left_to_the_rule(session: Session) -> None:
    sitting, _ = practical(session)
    first = specification_by_code(session, "practical-onsite")
    second = next_version(session, first, 40)
    assert specification_of(session, sitting, Audience.TOWN) is second
    choose_specification(session, sitting, Audience.VILLAGE, first, **BY)
    assert specification_of(session, sitting, Audience.VILLAGE) is first
    assert specification_of(session, sitting, Audience.TOWN) is second
    sets = {made.audience: made for made in issue(session, sitting)}
    assert {audience: made.specification for audience, made in sets.items()} == {
        Audience.TOWN: second,
        Audience.VILLAGE: first,
    }
    assert all(made.certificate["papers"] for made in sets.values())
    choose_specification(session, sitting, Audience.VILLAGE, None, **BY)
    assert specification_of(session, sitting, Audience.VILLAGE) is second
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"sitting:{sitting.id}")).all()
    assert actions.count("specification.chosen") == 2


def test_what_does_not_fit_cannot_be_chosen(session: Session) -> None:
    sitting, _ = practical(session)
    village = specification_by_code(session, "business-village")
    too_long = next_version(session, specification_by_code(session, "practical-onsite"), 90)
    retired = next_version(session, too_long, 30)
    retire_specification(session, retired, **BY)
    for wrong in (village, too_long, retired):
        with pytest.raises(NotAllowed):
            choose_specification(session, sitting, Audience.VILLAGE, wrong, **BY)


def test_nothing_is_chosen_once_the_paper_is_open(session: Session) -> None:
    sitting, _ = practical(session)
    sitting.status = SittingStatus.OPEN
    chosen = specification_by_code(session, "practical-onsite")
    with pytest.raises(NotAllowed):
        choose_specification(session, sitting, Audience.TOWN, chosen, **BY)
