"""Saves that arrive in any order, any number of times, early and late, from two devices: the result is the model's.

The model is four lines: the first answer under an operation id or under a revision stays, what comes
after the grace does not exist, and of an item's revisions the highest counts.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from exam.sittings import operations, queries
from exam.sittings.models import Attempt
from exam.sittings.revisions import Entry, Placing, Refused, Saved, SaveOperation, place, standing
from question_bank.enums import Kind
from tests.factories.papers import SHORT_ANSWER
from tests.factories.sittings import make_attempt

GRACE = timedelta(seconds=60)
TEXTS = ("", "甲", "乙", "丙")
entries = st.builds(
    Entry,
    op=st.integers(0, 10**9).map(str),
    item=st.integers(1, 3),
    revision=st.integers(1, 6),
    value=st.sampled_from(TEXTS),
    flagged=st.booleans(),
)


def received(arrivals: list[Entry]) -> dict[int, Entry]:
    stored: list[Entry] = []
    for entry in arrivals:
        if place(entry, stored) is Placing.NEW:
            stored.append(entry)
    return standing(stored)


@given(data=st.data())
def test_different_revisions_give_the_same_result_in_any_order_and_however_often(data: st.DataObject) -> None:
    sent = data.draw(st.lists(entries, max_size=12, unique_by=(lambda e: e.op, lambda e: (e.item, e.revision))))
    again = data.draw(st.lists(st.sampled_from(sent), max_size=8)) if sent else []
    arrivals = data.draw(st.permutations(sent + again))
    highest = {
        item: max((e for e in sent if e.item == item), key=lambda e: e.revision) for item in {e.item for e in sent}
    }
    assert received(arrivals) == received(sent) == highest


class Saves(RuleBasedStateMachine):
    """Two devices, three questions, a network that delivers when and as often as it likes."""

    sent = Bundle("sent")

    def __init__(self, session: Session, attempt: Attempt, items: list[int]) -> None:
        super().__init__()
        self.session, self.attempt, self.items = session, attempt, items
        self.known = {"phone": dict.fromkeys(items, 0), "tablet": dict.fromkeys(items, 0)}
        self.by_op: dict[str, SaveOperation] = {}
        self.by_revision: dict[tuple[int, int], SaveOperation] = {}
        self.receipts: dict[str, Saved] = {}
        self.number = 0

    @rule(
        target=sent, device=st.sampled_from(["phone", "tablet"]), which=st.integers(0, 2), text=st.sampled_from(TEXTS)
    )
    def answer(self, device: str, which: int, text: str) -> SaveOperation:
        self.number += 1
        item = self.items[which]
        self.known[device][item] += 1
        op = f"operation-{self.number}"
        return SaveOperation(op=op, item=item, revision=self.known[device][item], value=text, flagged=False)

    @rule(device=st.sampled_from(["phone", "tablet"]))
    def reload(self, device: str) -> None:
        for item, (revision, _, _) in queries.current_answers(self.session, self.attempt.id).items():
            self.known[device][item] = max(self.known[device][item], revision)

    @rule(batch=st.lists(sent, min_size=1, max_size=4), early=st.integers(0, 60))
    def deliver(self, batch: list[SaveOperation], early: int) -> None:
        at = self.attempt.deadline + GRACE - timedelta(seconds=early)
        for operation, result in zip(batch, self._save(batch, at), strict=True):
            self._check(operation, result, late=False)

    @rule(batch=st.lists(sent, min_size=1, max_size=4))
    def deliver_late(self, batch: list[SaveOperation]) -> None:
        at = self.attempt.deadline + GRACE + timedelta(microseconds=1)
        for operation, result in zip(batch, self._save(batch, at), strict=True):
            self._check(operation, result, late=True)

    def _save(self, batch: list[SaveOperation], at: Any) -> list[Saved | Refused]:
        return operations.save(self.session, self.attempt, batch, at=at)

    def _check(self, operation: SaveOperation, result: Saved | Refused, *, late: bool) -> None:
        place_ = (operation.item, operation.revision)
        stands = self.by_op.get(operation.op) or (None if late else self.by_revision.get(place_))
        if stands is None and not late:
            self.by_op[operation.op] = self.by_revision[place_] = operation
            stands = operation
        accepted = stands is not None and stands.value == operation.value
        assert isinstance(result, Saved) is accepted, (operation, result)
        if isinstance(result, Saved):
            self.receipts[operation.op] = result

    @invariant()
    def the_highest_revision_received_in_time_counts(self) -> None:
        expected: dict[int, tuple[int, str]] = {}
        for (item, revision), operation in self.by_revision.items():
            if revision > expected.get(item, (0, ""))[0]:
                expected[item] = (revision, operation.value)
        answers = queries.current_answers(self.session, self.attempt.id)
        assert {item: (revision, value["text"]) for item, (revision, value, _) in answers.items()} == expected


def machine(session: Session) -> Callable[[], Saves]:
    def fresh() -> Saves:
        attempt = make_attempt(session, contents=[(SHORT_ANSWER, 10)] * 3)
        found = queries.frozen_items(session, attempt.assignment.paper_id)
        assert {item.content.kind for item in found} == {Kind.SHORT_ANSWER}
        return Saves(session, attempt, [item.item_id for item in found])

    return fresh


def test_the_server_keeps_to_the_model(session: Session) -> None:
    run_state_machine_as_test(
        machine(session),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )


@pytest.mark.soak
def test_the_server_keeps_to_the_model_for_ten_thousand_steps(session: Session) -> None:
    run_state_machine_as_test(
        machine(session), settings=settings(max_examples=200, stateful_step_count=50, deadline=None)
    )
