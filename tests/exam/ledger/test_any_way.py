"""Whatever everybody tries, in whatever order: only steps of the table happen, and nobody's words or address are lost."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.ledger import following, merging, operations
from exam.ledger.flow import TABLE, Act, CaseStatus, Level, Urgency
from exam.ledger.models import Asker, Case, CaseStep
from question_bank.errors import DomainError
from tests.conftest import NOON
from tests.factories.cases import ANSWER, ZONE, Office, ask, make_office

ASKED = 3
ACTS = ("sort", "classify", "assign", "hand_back", "answer", "follow_up", "close", "set_aside", "restore", "reopen")
MOVES = st.one_of(
    st.tuples(st.sampled_from((*ACTS, "separate", "raise")), st.integers(0, ASKED - 1)),
    st.tuples(st.sampled_from(("helped", "objected")), st.integers(0, ASKED - 1)),
    st.tuples(st.just("merge"), st.integers(0, ASKED * ASKED - 1)),
)


def do(session: Session, office: Office, cases: list[Case], askers: list[Asker], move: tuple[str, int]) -> None:
    name, number = move
    case, at = cases[number % ASKED], NOON + timedelta(minutes=1)
    who, them = {"hand": office.organiser, "at": at}, {"hand": office.answerer, "at": at}
    deeds = {
        "sort": lambda: operations.sort(session, case, title="改写后的标题", text="改写后的问题。", **who),
        "classify": lambda: operations.classify(session, case, topic="LAW", urgency=Urgency.URGENT, **who),
        "assign": lambda: operations.assign(session, case, owner_id=office.department.id, zone=ZONE, **who),
        "hand_back": lambda: operations.hand_back(session, case, why="不属本部门", **them),
        "answer": lambda: operations.answer(session, case, text=ANSWER, **them),
        "follow_up": lambda: operations.follow_up(session, case, how="电话回访", **who),
        "close": lambda: operations.close(session, case, **who),
        "set_aside": lambda: operations.set_aside(session, case, why="会务问题", **who),
        "restore": lambda: operations.restore(session, case, **who),
        "reopen": lambda: following.reopen(session, case, why="重新核实", zone=ZONE, **who),
        "separate": lambda: merging.separate(session, case, **who),
        "raise": lambda: operations.escalate(session, case, Level.COUNTY, late=6, **who),
        "merge": lambda: merging.merge(session, case, cases[number // ASKED], **who),
        "helped": lambda: following.helped(session, askers[number], at=at),
        "objected": lambda: following.object_to(session, askers[number], said="没有解决", at=at, zone=ZONE),
    }
    with session.begin_nested():
        deeds[name]()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=25))
def test_no_step_outside_the_table_and_nobody_is_lost(session: Session, moves: list[tuple[str, int]]) -> None:
    whole = session.begin_nested()
    office = make_office(session)
    askers = [ask(session, f"第{number}个人的原话：厂房用电怎么办？") for number in range(ASKED)]
    cases = [session.get_one(Case, each.case_id) for each in askers]
    before = [(each.token, each.text) for each in askers]
    for move in moves:
        try:
            do(session, office, cases, askers, move)
        except DomainError:
            session.expire_all()
    assert [(each.token, each.text) for each in askers] == before
    for asker in askers:
        followed = session.get_one(Case, asker.case_id)
        assert followed.status is not CaseStatus.MERGED
    for case in cases:
        _check(list(session.scalars(select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.id))), case)
    whole.rollback()
    session.expire_all()


def _check(steps: list[CaseStep], case: Case) -> None:
    """The rows tell one unbroken way through the table, and it ends where the case stands."""
    assert steps[0].act == Act.COLLECT.value
    for earlier, later in pairwise(steps):
        rule = TABLE[next(act for act in Act if act.value == later.act)]
        assert later.before is earlier.after
        assert later.before in rule.before
        assert later.after is (later.before if rule.after is None else rule.after)
        if later.after is CaseStatus.CLOSED:
            assert CaseStatus.FOLLOWED_UP in {each.after for each in steps}
    assert steps[-1].after is case.status


def test_the_rule_of_this_file_sees_a_broken_way() -> None:
    made = CaseStep(act="collect", before=None, after=CaseStatus.COLLECTED)
    jumped = CaseStep(act="close", before=CaseStatus.COLLECTED, after=CaseStatus.CLOSED)
    with pytest.raises(AssertionError):
        _check([made, jumped], Case(status=CaseStatus.CLOSED))
