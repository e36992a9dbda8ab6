"""Specifications are drafted, revised, copied, put in use and retired; what is in use is never altered."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.audit import AuditEvent
from exam.papers.models import Specification, SpecificationStatus
from exam.papers.queries import specification_by_code, versions_of
from exam.papers.specification import Plan, plan_of
from exam.papers.specifying import (
    STEPS,
    Overtaken,
    Terms,
    copy_specification,
    draft_specification,
    freeze_specification,
    retire_specification,
    revise_specification,
    terms_of,
)
from exam.papers.standard import STANDARD
from question_bank.enums import Audience, PaperKind
from question_bank.errors import NotAllowed
from tests.conftest import NOON

pytestmark = pytest.mark.db
BY = {"by": None, "at": NOON}
TERMS = Terms("清水湾镇业务卷", PaperKind.BUSINESS, Audience.TOWN, STANDARD[0].plan)


def longer(plan: Plan) -> Plan:
    return plan.model_copy(update={"minutes": plan.minutes + 10})


def test_a_draft_is_changed_in_place_and_says_who_and_when(session: Session) -> None:
    made = draft_specification(session, TERMS, **BY)
    again = revise_specification(session, made, replace(TERMS, plan=longer(TERMS.plan)), seen=made.lock, by=7, at=NOON)
    assert again is made
    assert (made.number, made.minutes, made.changed_by, made.changed_at) == (1, 70, 7, NOON)
    assert plan_of(made.plan) == longer(TERMS.plan)
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"specification:{made.id}")).all()
    assert set(actions) == {"specification.drafted", "specification.changed"}


def test_two_people_at_one_draft_do_not_overwrite_each_other(session: Session) -> None:
    made = draft_specification(session, TERMS, **BY)
    seen = made.lock
    revise_specification(session, made, replace(TERMS, name="甲改的名称"), seen=seen, **BY)
    with pytest.raises(Overtaken):
        revise_specification(session, made, replace(TERMS, name="乙改的名称"), seen=seen, **BY)
    assert made.name == "甲改的名称"


def test_changing_one_in_use_makes_its_next_version_as_a_draft(session: Session) -> None:
    made = draft_specification(session, TERMS, **BY)
    freeze_specification(session, made, **BY)
    changed = replace(TERMS, plan=longer(TERMS.plan))
    after = revise_specification(session, made, changed, seen=made.lock, **BY)
    assert (after.code, after.number, after.status) == (made.code, 2, SpecificationStatus.DRAFT)
    assert after.made_from_id == made.id
    assert terms_of(made) == TERMS
    assert versions_of(session, made.code) == [after, made]
    with pytest.raises(NotAllowed):
        revise_specification(session, made, replace(TERMS, name="第三版"), seen=made.lock, **BY)


def test_saving_what_is_there_already_changes_nothing(session: Session) -> None:
    made = draft_specification(session, TERMS, **BY)
    freeze_specification(session, made, **BY)
    assert revise_specification(session, made, TERMS, seen=made.lock, **BY) is made
    assert len(versions_of(session, made.code)) == 1


def test_a_copy_stands_under_a_code_of_its_own(session: Session) -> None:
    first = draft_specification(session, TERMS, **BY)
    copy = copy_specification(session, first, name="副本", **BY)
    assert copy.code != first.code
    assert (copy.name, copy.made_from_id, copy.number) == ("副本", first.id, 1)
    assert terms_of(copy).plan == TERMS.plan


def test_a_draft_does_not_stand_in_for_what_is_in_use(session: Session) -> None:
    used = specification_by_code(session, "business-town")
    changed = replace(terms_of(used), name="改名")
    revise_specification(session, used, changed, seen=used.lock, **BY)
    assert specification_by_code(session, "business-town") is used


def test_only_the_steps_of_the_table_can_be_taken(session: Session) -> None:
    for before in SpecificationStatus:
        for after, verb in (
            (SpecificationStatus.FROZEN, freeze_specification),
            (SpecificationStatus.RETIRED, retire_specification),
        ):
            made = draft_specification(session, TERMS, **BY)
            made.status = before
            session.flush()
            if after in STEPS[before]:
                verb(session, made, **BY)
                assert made.status is after
            else:
                with pytest.raises(NotAllowed):
                    verb(session, made, **BY)
    retired = session.scalars(select(Specification).where(Specification.status == "retired")).first()
    assert retired is not None
    with pytest.raises(NotAllowed):
        revise_specification(session, retired, replace(TERMS, name="新"), seen=retired.lock, **BY)
