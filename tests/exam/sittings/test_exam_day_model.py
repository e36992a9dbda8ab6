"""One paper through an exam day as it comes: pages that write, networks that repeat, reorder and delay, take-overs, time
given, pauses, rescue files, handing in, going on on paper, decisions. The server is to do what the model does.

The model: the first answer under an operation id or under a revision stays, the highest revision counts, one page
writes, what comes after deadline and grace stands beside the others until two people have decided; marks follow.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from nacl.public import PublicKey, SealedBox
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import keys
from exam.grading import late_answers
from exam.grading import operations as grading
from exam.grading.models import Score
from exam.sittings import claims, on_paper, operations, queries, timing, writers
from exam.sittings.day import ClaimStatus, Origin
from exam.sittings.day_models import Claim, LateAnswer
from exam.sittings.models import Attempt
from exam.sittings.rescue import open_rescue
from exam.sittings.rescue_file import chain_of
from exam.sittings.revisions import Reason, Refused, Saved, SaveOperation
from exam.sittings.writers import OtherWriter
from question_bank.errors import NotAllowed
from tests.factories.numbering import numbers
from tests.factories.papers import TRUE_FALSE
from tests.factories.sittings import make_attempt

GRACE = timedelta(seconds=60)
MOMENT = timedelta(milliseconds=1)
PAGES = ("phone/1", "phone/2", "tablet/1")
VALUES = {"√": True, "×": False, "": None}
pages, values, whiches = st.sampled_from(PAGES), st.sampled_from(sorted(VALUES)), st.integers(0, 2)
picks = st.lists(st.integers(0, 30), min_size=1, max_size=4)
ONE, TWO = 9001, 9002
MOSTLY = 12
"""Steps before which nobody hands in: most of what can happen happens while people write."""


@dataclass
class Stored:
    operation: SaveOperation
    page: str
    at: datetime


@dataclass
class Kept:
    """A claim of the model."""

    origin: Origin
    operations: list[SaveOperation] = field(default_factory=list)
    open: bool = True


class ExamDay(RuleBasedStateMachine):
    def __init__(self, session: Session, attempt: Attempt) -> None:
        super().__init__()
        self.session, self.attempt = session, attempt
        self.sitting = attempt.assignment.sitting
        self.items = [item.item_id for item in queries.frozen_items(session, attempt.assignment.paper_id)]
        self.now, self.deadline, self.closes = attempt.started_at, attempt.deadline, self.sitting.closes_at
        self.paused: datetime | None = None
        self.writer, self.since = "", None
        self.journal: dict[str, list[SaveOperation]] = {page: [] for page in PAGES}
        self.known = {page: dict.fromkeys(self.items, 0) for page in PAGES}
        self.stored: list[Stored] = []
        self.claims: list[Kept] = []
        self.status, self.receipt = "started", ""
        self.before: list[Stored] = []
        self.steps = 0
        self.public = PublicKey(bytes.fromhex(keys.rescue_public(session, at=self.now)))

    # -- what the model knows ----------------------------------------------------------------------------------------

    @property
    def writing(self) -> bool:
        return self.status == "started"

    @property
    def in_time(self) -> bool:
        return min(self.now, self.paused or self.now) <= self.deadline + GRACE

    def standing(self) -> dict[int, SaveOperation]:
        highest: dict[int, SaveOperation] = {}
        for each in self.stored:
            found = each.operation
            if found.item not in highest or found.revision > highest[found.item].revision:
                highest[found.item] = found
        return highest

    def late_ones(self) -> set[str]:
        return {each.op for claim in self.claims for each in claim.operations}

    def placed(self, operation: SaveOperation, page: str, at: datetime) -> Reason | None:
        """Store an answer by the rules; why not, if not."""
        for each in self.stored:
            if each.operation.op == operation.op:
                return None
        for each in self.stored:
            if (each.operation.item, each.operation.revision) == (operation.item, operation.revision):
                return None if each.operation.value == operation.value else Reason.CONFLICT
        self.stored.append(Stored(operation, page, at))
        return None

    def expected(self, operation: SaveOperation, page: str, *, leftover: bool) -> tuple[Reason | None, bool]:
        """Why an answer is refused, if it is, and whether it is kept apart."""
        if any(each.operation.op == operation.op for each in self.stored):
            return None, False
        if not self.writing or not self.in_time:
            if operation.op not in self.late_ones():
                waiting = [each for each in self.claims if each.open and each.origin is Origin.LATE]
                if not waiting:
                    self.claims.append(Kept(Origin.LATE))
                (waiting or self.claims)[-1].operations.append(operation)
            return Reason.LATE if self.writing else Reason.OVER, True
        since = self.since
        touched = leftover and any(
            each.operation.item == operation.item and each.page == self.writer and since and each.at >= since
            for each in self.before
        )
        return (Reason.TAKEN_OVER if touched else self.placed(operation, page, self.now)), False

    # -- what happens ------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0, 1, 30, 600, 1800]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.paused is not None and self.writing)
    @rule(page=pages, which=whiches, value=values)
    def the_power_stays_away_for_hours_and_something_comes_in(self, page: str, which: int, value: str) -> None:
        self.now += timedelta(hours=3)
        self.take_over(page)
        self.write_and_send(page, which, value, leftover=False)

    @precondition(lambda self: self.paused is None)
    @rule(where=st.sampled_from([-MOMENT, timedelta(0), GRACE, GRACE + MOMENT]))
    def time_comes_near_the_end(self, where: timedelta) -> None:
        self.now = max(self.now, self.deadline + where)

    @rule(page=pages, which=whiches, value=values)
    def write(self, page: str, which: int, value: str) -> None:
        item = self.items[which]
        self.known[page][item] += 1
        op = f"operation-{next(numbers)}"
        made = SaveOperation(op=op, item=item, revision=self.known[page][item], value=value, flagged=False, made_ms=1)
        self.journal[page].append(made)

    @rule(page=pages, which=whiches, value=values, leftover=st.booleans())
    def write_and_send(self, page: str, which: int, value: str, leftover: bool) -> None:
        self.reload(page)
        self.write(page, which, value)
        self.send(page, [0], leftover=leftover)

    @precondition(lambda self: self.writing and self.in_time)
    @rule(former=pages, page=pages, which=whiches, value=values)
    def one_page_goes_on_where_another_was(self, former: str, page: str, which: int, value: str) -> None:
        """The former has something left over that it sends after the other one has written."""
        self.reload(former)
        self.write(former, which, value)
        self.take_over(page)
        self.write_and_send(page, which, value, leftover=False)
        self.write(former, which, value)
        self.send(former, [0, 1], leftover=True)

    @rule(page=pages)
    def reload(self, page: str) -> None:
        for item, (revision, _, _) in queries.current_answers(self.session, self.attempt.id).items():
            self.known[page][item] = max(self.known[page][item], revision)

    def picked(self, page: str, picks: list[int]) -> list[SaveOperation]:
        """Some of what a page has ever written: the latest, again, in any order."""
        journal = self.journal[page]
        return [journal[-1 - each % len(journal)] for each in picks] if journal else []

    @rule(page=pages, picks=picks, leftover=st.booleans())
    def send(self, page: str, picks: list[int], leftover: bool) -> None:
        batch = self.picked(page, picks)
        if not batch:
            return
        device, tab = page.split("/")
        told = {"device": device, "tab": tab, "leftover": leftover, "at": self.now}
        asked = self.writing and self.in_time and not leftover
        if asked and self.writer not in {"", page}:
            with pytest.raises(OtherWriter):
                operations.save(self.session, self.attempt, batch, **told)  # type: ignore[arg-type]
            return
        if asked and not self.writer:
            self.writer, self.since = page, self.now
        results = operations.save(self.session, self.attempt, batch, **told)  # type: ignore[arg-type]
        self.before = list(self.stored)
        for operation, result in zip(batch, results, strict=True):
            reason, kept = self.expected(operation, page, leftover=leftover)
            assert isinstance(result, Saved) is (reason is None), (operation, result, reason)
            if isinstance(result, Refused):
                assert (result.reason, result.kept) == (reason, kept)

    @precondition(lambda self: self.writing)
    @rule(page=pages)
    def take_over(self, page: str) -> None:
        device, tab = page.split("/")
        assert writers.take_over(self.session, self.attempt, device=device, tab=tab, at=self.now)
        if self.writer != page:
            self.writer, self.since = page, self.now

    @precondition(lambda self: self.writing)
    @rule()
    def set_free(self) -> None:
        writers.free(self.session, self.attempt, by=ONE, at=self.now)
        self.writer, self.since = "", None

    @rule(seconds=st.sampled_from([1, 60, 900]), hall=st.booleans())
    def give_time(self, seconds: int, hall: bool) -> None:
        whom = None if hall else self.attempt.assignment
        told = {"seconds": seconds, "reason": "停电", "assignment": whom, "by": ONE, "at": self.now}
        if not hall and not self.writing:
            with pytest.raises(NotAllowed):
                timing.extend(self.session, self.sitting, **told)  # type: ignore[arg-type]
            return
        timing.extend(self.session, self.sitting, **told)  # type: ignore[arg-type]
        more = timedelta(seconds=seconds)
        self.closes += more if hall else timedelta(0)
        self.deadline += more if self.writing else timedelta(0)

    @rule()
    def pause_or_resume(self) -> None:
        if self.paused is None:
            timing.pause(self.session, self.sitting, reason="停电", by=ONE, at=self.now)
            self.paused = self.now
            return
        timing.resume(self.session, self.sitting, by=ONE, at=self.now)
        self.closes += self.now - self.paused
        self.deadline += (self.now - self.paused) if self.writing else timedelta(0)
        self.paused = None

    @precondition(lambda self: self.steps > MOSTLY)
    @rule(times=st.integers(1, 3))
    def hand_in(self, times: int) -> None:
        in_time = self.in_time
        receipts = {grading.hand_in(self.session, self.attempt, at=self.now) for _ in range(times)}
        assert len(receipts) == 1
        assert self.receipt in {"", *receipts}
        if self.writing:
            self.status, self.receipt = "submitted" if in_time else "closed", receipts.pop()

    @rule()
    def sweep(self) -> None:
        due = [each.id for each in operations.overdue(self.session, at=self.now)]
        ended = self.writing and not self.in_time
        assert (self.attempt.id in due) is (ended and self.paused is None)
        if due and ended:
            assert grading.end(self.session, self.attempt, at=self.now)
            self.status, self.receipt = "closed", self.attempt.receipt or ""

    @precondition(lambda self: self.writing and self.steps > MOSTLY)
    @rule()
    def go_on_on_paper(self) -> None:
        self.receipt = late_answers.switch_to_paper(self.session, self.attempt, reason="手机没电", by=ONE, at=self.now)
        self.status = "on_paper"

    @precondition(lambda self: self.status == "on_paper")
    @rule(which=whiches, value=values)
    def type_in_from_paper(self, which: int, value: str) -> None:
        claim = on_paper.type_in(self.session, self.attempt, {self.items[which]: value}, by=ONE, at=self.now)
        [kept] = claim.answers
        operation = SaveOperation(
            op=kept.operation, item=kept.paper_item_id, revision=kept.revision, value=value, flagged=False
        )
        self.claims.append(Kept(Origin.PAPER, [operation]))
        self._decide(len(self.claims) - 1, agree=True, accept=True)

    @rule(page=pages, picks=picks)
    def rescue(self, page: str, picks: list[int]) -> None:
        batch = self.picked(page, picks)
        if not batch:
            return
        known = {each.operation.op for each in self.stored} | self.late_ones()
        new = list({each.op: each for each in batch if each.op not in known}.values())
        if not new:
            with pytest.raises(NotAllowed):
                open_rescue(self.session, self._sealed(page, batch), secret="s", by=ONE, at=self.now)
            return
        open_rescue(self.session, self._sealed(page, batch), secret="s", by=ONE, at=self.now)
        self.claims.append(Kept(Origin.RESCUE, new))

    def _sealed(self, page: str, batch: list[SaveOperation]) -> bytes:
        device, tab = page.split("/")
        texts = [json.dumps(each.model_dump() | {"after": ""}, ensure_ascii=False) for each in batch]
        inside = {
            "format": "rescue/1",
            "attempt": self.attempt.key,
            "paper_hash": self.attempt.assignment.paper.items_hash,
            "device": device,
            "tab": tab,
            "made_ms": 1,
            "operations": texts,
            "chain": chain_of("", texts),
        }
        return SealedBox(self.public).encrypt(json.dumps(inside, ensure_ascii=False).encode())

    @precondition(lambda self: any(each.open for each in self.claims))
    @rule(which=st.integers(0, 5), agree=st.booleans(), accept=st.booleans())
    def two_people_decide(self, which: int, agree: bool, accept: bool) -> None:
        waiting = [number for number, each in enumerate(self.claims) if each.open]
        self._decide(waiting[which % len(waiting)], agree=agree, accept=accept)

    def _decide(self, number: int, *, agree: bool, accept: bool) -> None:
        kept = self.claims[number]
        claim = self._rows()[number]
        if claim.status is ClaimStatus.WAITING:
            claims.propose(self.session, claim, accept=accept, reason="停电所致", by=ONE, at=self.now)
        with pytest.raises(NotAllowed):
            late_answers.decide(self.session, claim, agree=True, by=ONE, at=self.now)
        late_answers.decide(self.session, claim, agree=agree, by=TWO, at=self.now)
        if not agree:
            return
        kept.open = False
        if accept:
            highest = {item: each.revision for item, each in self.standing().items()}
            for operation in kept.operations:
                found = operation
                if kept.origin is Origin.PAPER:
                    revision = max(found.revision, highest.get(found.item, 0) + 1)
                    found = found.model_copy(update={"revision": revision})
                self.placed(found, f"claim/{claim.id}", self.now)

    def _rows(self) -> list[Claim]:
        wanted = select(Claim).where(Claim.attempt_id == self.attempt.id).order_by(Claim.id)
        return list(self.session.scalars(wanted.execution_options(populate_existing=True)))

    # -- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def a_step_is_done(self) -> None:
        self.steps += 1

    @invariant()
    def the_answers_that_count_are_the_models(self) -> None:
        found = queries.current_answers(self.session, self.attempt.id)
        expected = {item: (each.revision, VALUES[each.value]) for item, each in self.standing().items()}
        assert {item: (revision, value["value"]) for item, (revision, value, _) in found.items()} == expected

    @invariant()
    def nobody_gained_or_lost_a_moment(self) -> None:
        found = (self.attempt.deadline, self.sitting.closes_at, self.attempt.status.value, self.attempt.receipt or "")
        assert found == (self.deadline, self.closes, self.status, self.receipt)
        assert self.attempt.writer == self.writer

    @invariant()
    def nothing_that_came_late_is_lost(self) -> None:
        wanted = select(LateAnswer.operation).join(Claim).where(Claim.attempt_id == self.attempt.id)
        assert set(self.session.scalars(wanted)) == self.late_ones()

    @invariant()
    def a_paper_that_is_over_has_the_marks_of_the_answers_that_count(self) -> None:
        if not self.writing:
            right = sum(VALUES[each.value] is True for each in self.standing().values())
            score = self.session.get_one(Score, self.attempt.id, populate_existing=True)
            assert score.marks == 10 * right


def machine(session: Session) -> Callable[[], ExamDay]:
    return lambda: ExamDay(session, make_attempt(session, contents=[(TRUE_FALSE, 10)] * 3))


def run(session: Session, *, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine(session),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )


def test_a_day_in_the_hall_goes_as_the_model_says(session: Session) -> None:
    run(session, examples=5, steps=20)


@pytest.mark.soak
@pytest.mark.db
def test_ten_thousand_steps_in_the_hall_go_as_the_model_says(session: Session) -> None:
    run(session, examples=200, steps=52)
