"""Every step of a case by everybody, in one table that people read."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam.accounts.roles import Role
from exam.ledger.flow import OPEN, SYSTEM, TABLE, Act, Actor, CaseStatus, Hand, advance, may
from question_bank.errors import NotAllowed

OWN, OTHER = 7, 8
WHO = {
    "organiser": Hand(1, OTHER, frozenset({Role.ORGANISER})),
    "answerer of the department": Hand(2, OWN, frozenset({Role.ANSWERER})),
    "answerer of another department": Hand(3, OTHER, frozenset({Role.ANSWERER})),
    "leader": Hand(4, OTHER, frozenset({Role.LEADER})),
    "unit contact of the department": Hand(5, OWN, frozenset({Role.UNIT_CONTACT})),
    "lecturer": Hand(6, OWN, frozenset({Role.LECTURER})),
    "candidate": Hand(7, OWN, frozenset({Role.CANDIDATE})),
    "author": Hand(8, OWN, frozenset({Role.AUTHOR})),
    "reviewer": Hand(9, OWN, frozenset({Role.REVIEWER})),
    "marker": Hand(10, OWN, frozenset({Role.MARKER})),
    "administrator": Hand(11, OWN, frozenset({Role.ADMINISTRATOR})),
    "asker": Hand(12, asker=True),
    "system": SYSTEM,
}
ORGANISER, DEPARTMENT, LEADER, ASKER = "organiser", "answerer of the department", "leader", "asker"

STEPS = """
collected    sort       sorted       organiser
collected    urge       collected    organiser, leader
collected    merge      merged       organiser
collected    take_in    collected    organiser
collected    set_aside  set_aside    organiser
sorted       sort       sorted       organiser
sorted       classify   classified   organiser
sorted       urge       sorted       organiser, leader
sorted       merge      merged       organiser
sorted       take_in    sorted       organiser
sorted       set_aside  set_aside    organiser
classified   classify   classified   organiser
classified   assign     assigned     organiser
classified   urge       classified   organiser, leader
classified   merge      merged       organiser
classified   take_in    classified   organiser
classified   set_aside  set_aside    organiser
assigned     assign     assigned     organiser
assigned     hand_back  classified   answerer of the department
assigned     extend     assigned     organiser
assigned     urge       assigned     organiser, leader
assigned     escalate   assigned     organiser, system
assigned     answer     answered     answerer of the department
assigned     merge      merged       organiser
assigned     take_in    assigned     organiser
answered     answer     answered     answerer of the department
answered     helped     answered     asker
answered     follow_up  followed_up  organiser, asker
answered     reopen     assigned     organiser, asker
answered     urge       answered     organiser, leader
answered     take_in    answered     organiser
followed_up  helped     followed_up  asker
followed_up  close      closed       organiser
followed_up  reopen     assigned     organiser, asker
followed_up  urge       followed_up  organiser, leader
followed_up  take_in    followed_up  organiser
closed       helped     closed       asker
closed       reopen     assigned     organiser, asker
closed       take_in    closed       organiser
closed       publish    closed       organiser
closed       withdraw   closed       organiser
closed       draw_up    closed       organiser
merged       separate   sorted       organiser
set_aside    restore    collected    organiser
"""


def decided() -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    """By status and act what comes of it and who may do it."""
    found = {}
    for line in STEPS.strip().splitlines():
        before, act, after, who = line.split(None, 3)
        found[before, act] = (after, frozenset(each.strip() for each in who.split(",")))
    return found


@pytest.mark.parametrize("status", list(CaseStatus))
def test_every_step_is_open_to_those_we_decided_and_to_nobody_else(status: CaseStatus) -> None:
    for act, (name, hand) in product(Act, WHO.items()):
        after, who = decided().get((status.value, act.value), ("", frozenset()))
        capacities = hand.capacities(OWN)
        assert may(status, act, capacities) is (name in who), (act, name)
        if name in who:
            assert advance(status, act, capacities).value == after
        else:
            with pytest.raises(NotAllowed):
                advance(status, act, capacities)


def test_nobody_answers_a_case_that_is_nobodys() -> None:
    assert WHO[DEPARTMENT].capacities(None) == frozenset()
    assert Hand(2, None, frozenset({Role.ANSWERER})).capacities(None) == frozenset()


def test_somebody_without_roles_is_not_the_system() -> None:
    assert Hand(3).capacities(OWN) == frozenset()
    assert SYSTEM.capacities(OWN) == {Actor.SYSTEM}


@given(st.lists(st.sampled_from(list(Act)), max_size=40))
def test_whatever_is_tried_a_case_is_closed_only_after_an_answer_and_a_follow_up(acts: list[Act]) -> None:
    status, seen = CaseStatus.COLLECTED, [CaseStatus.COLLECTED]
    for act in acts:
        if status in TABLE[act].before if act in TABLE else False:
            status = advance(status, act, frozenset(Actor))
            seen.append(status)
    for place, each in enumerate(seen):
        if each is CaseStatus.CLOSED and seen[place - 1] is not CaseStatus.CLOSED:
            assert seen[place - 1] is CaseStatus.FOLLOWED_UP
            assert CaseStatus.ANSWERED in seen[:place]
        if each is CaseStatus.ASSIGNED:
            assert {CaseStatus.SORTED, CaseStatus.CLASSIFIED} <= set(seen[:place])


def test_every_status_is_left_again_by_somebody() -> None:
    assert {before for rule in TABLE.values() for before in rule.before} == set(CaseStatus)
    assert {CaseStatus.CLOSED, CaseStatus.MERGED, CaseStatus.SET_ASIDE} == set(CaseStatus) - OPEN
