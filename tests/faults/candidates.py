"""A hall of candidates who save without pause, keep every receipt, and do not give up; and the comparison afterwards.

Each save is sent again, with the same operations, until it is answered, as the candidate's page does; one in twenty
is sent once more after its receipt.
"""

import http.client
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from sqlalchemy import Engine, select

from exam import clock, database
from exam.sittings import queries
from exam.sittings.models import Attempt, Response
from question_bank.enums import Kind
from tests.factories.accounts import begin_login, session_cookie
from tests.factories.papers import SHORT_ANSWER, SINGLE
from tests.factories.sittings import make_assignment, make_sitting, start
from tests.factories.tours import make_entry, make_stop
from tests.servers import Browser

REPLAYED = 0.05
"""Share of the batches that are sent once more after their receipt."""

LARGEST = 3
"""Answers in one batch, at most."""

PATIENCE = 90.0
"""Seconds after which a candidate who gets no answer gives up, and the test fails."""

AGAIN = 0.1
"""Seconds from one try to the next. The page waits longer; here the first moment of service is to be seen."""


@dataclass(frozen=True)
class Desk:
    """One candidate: the login's token, the attempt, and the items whose answer is a text."""

    token: str
    key: str
    attempt_id: int
    items: tuple[int, ...]

    @property
    def path(self) -> str:
        return f"/api/v1/attempts/{self.key}"

    def browser(self, port: int) -> Browser:
        return Browser(port, session_cookie(self.token))


def seated(engine: Engine, candidates: int = 8, *, items: int = 4) -> list[Desk]:
    """Candidates at one sitting that is open, each with an attempt begun; their paper holds `items` written answers."""
    now = clock.now()
    with database.writing(engine) as session:
        sitting = make_sitting(session, stop=make_stop(session, starts_at=now - timedelta(minutes=1)), minutes=240)
        desks: list[Desk] = []
        for _ in range(candidates):
            entry = make_entry(session, sitting.stop)
            contents = [(SINGLE, 1), *[(SHORT_ANSWER, 10)] * items]
            make_assignment(session, sitting, entry, contents=contents)
            attempt = start(session, entry, sitting, device="test", at=now)
            frozen = queries.frozen_items(session, attempt.assignment.paper_id)
            texts = tuple(item.item_id for item in frozen if item.content.kind is Kind.SHORT_ANSWER)
            token = begin_login(session, entry.person_id, device="test", at=now, roster_entry_id=entry.id)
            desks.append(Desk(token, attempt.key, attempt.id, texts))
    return desks


@dataclass(frozen=True)
class Ack:
    """What one receipt said: revision, operation, and the hash of the text that was sent."""

    revision: int
    op: str
    content: str


@dataclass
class Book:
    """What the candidates have receipts for, by (attempt, item), and what it took. Times are of the monotonic clock.

    `torn`: operations whose connection ended before the receipt came, and when that was.
    """

    acked: dict[tuple[int, int], list[Ack]] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    count: int = 0
    batches: int = 0
    replayed: int = 0
    cut: int = 0
    torn: list[tuple[str, datetime]] = field(default_factory=list)
    refused: int = 0
    busy: int = 0
    waits: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    after: tuple[float, threading.Event] | None = None
    recovered: float = 0.0

    def watch(self, since: float) -> threading.Event:
        """Set as soon as a save that was first sent after `since` has its receipt; `recovered` is then the moment."""
        event = threading.Event()
        with self.lock:
            self.after = (since, event)
        return event

    def enter(self, desk: Desk, operations: Sequence[dict[str, Any]], began: float) -> None:
        now = time.monotonic()
        with self.lock:
            for operation in operations:
                slot = (desk.attempt_id, operation["item"])
                ack = Ack(operation["revision"], operation["op"], fingerprint(operation["value"]))
                self.acked.setdefault(slot, []).append(ack)
            self.count += len(operations)
            self.batches += 1
            self.waits.append(now - began)
            if self.after is not None and now > self.after[0]:
                self.recovered = now
                self.after[1].set()
                self.after = None


def fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Hall:
    """`threads` threads in which the candidates of `desks` save until told to stop. A context manager."""

    def __init__(
        self, port: int, desks: Sequence[Desk], *, threads: int = 4, seed: int = 1, think: float = 0.0, book: Book
    ) -> None:
        self.port, self.book, self.think = port, book, think
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(desks[number::threads], random.Random(seed * 100 + number)))
            for number in range(threads)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let every candidate finish the save under way."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=PATIENCE + 10)
            assert not thread.is_alive()

    def until(self, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait while the candidates save."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "waited in vain"
            assert not self.book.wrong, self.book.wrong
            assert all(thread.is_alive() for thread in self._threads), "a candidate has stopped"
            time.sleep(0.01)

    def _write(self, desks: Sequence[Desk], chance: random.Random) -> None:
        revisions: dict[tuple[int, int], int] = {}
        try:
            with ExitStack() as stack:
                browsers = [stack.enter_context(desk.browser(self.port)) for desk in desks]
                for desk, browser in zip(desks, browsers, strict=True):
                    self._enter(desk, browser)
                while not self._stop.is_set():
                    for desk, browser in zip(desks, browsers, strict=True):
                        self._save(desk, browser, batch(desk, revisions, chance), chance)
                        if self.think:
                            self._stop.wait(self.think)
        except Exception as error:  # the test must hear of it
            self.book.wrong.append(repr(error))
            raise

    def _enter(self, desk: Desk, browser: Browser) -> None:
        status, state = self._persistently(lambda: browser.get(desk.path))
        assert status == 200, (status, state)
        browser.token = state["csrf_token"]

    def _save(self, desk: Desk, browser: Browser, operations: list[dict[str, Any]], chance: random.Random) -> None:
        body = request_of(operations)
        began = time.monotonic()
        self.book.sent.update(each["op"] for each in operations)
        ops = [each["op"] for each in operations]
        answer = self._persistently(lambda: browser.post(f"{desk.path}/answers", body), ops)
        if self._acknowledged(answer, operations):
            self.book.enter(desk, operations, began)
        if chance.random() < REPLAYED:
            answer = self._persistently(lambda: browser.post(f"{desk.path}/answers", body))
            self.book.replayed += self._acknowledged(answer, operations)

    def _acknowledged(self, answer: tuple[int, Any], operations: list[dict[str, Any]]) -> bool:
        status, receipt = answer
        wanted = [each["op"] for each in operations]
        good = status == 200 and [each["op"] for each in receipt["accepted"]] == wanted
        if not good:
            self.book.wrong.append(f"{status} {receipt!r}"[:500])
        return good

    def _persistently(self, send: Callable[[], tuple[int, Any]], ops: Sequence[str] = ()) -> tuple[int, Any]:
        """Send until it is answered with something else than 503."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = send()
            except (OSError, http.client.HTTPException) as error:
                with self.book.lock:
                    self.book.refused += isinstance(error, ConnectionRefusedError)
                    self.book.cut += not isinstance(error, ConnectionRefusedError)
                    self.book.torn += [(op, clock.now()) for op in ops]
                time.sleep(AGAIN)
                continue
            if answer[0] != 503:
                return answer
            with self.book.lock:
                self.book.busy += 1
            time.sleep(AGAIN)
        raise AssertionError(f"no answer for {PATIENCE:.0f} s")


def batch(desk: Desk, revisions: dict[tuple[int, int], int], chance: random.Random) -> list[dict[str, Any]]:
    """The next revisions of one to three of a candidate's answers, each text its own."""
    made = []
    for item in chance.sample(desk.items, chance.randint(1, min(LARGEST, len(desk.items)))):
        revision = revisions.get((desk.attempt_id, item), 0) + 1
        revisions[desk.attempt_id, item] = revision
        op = f"op-{desk.attempt_id}-{item}-{revision}-x"  # no name is the beginning of another
        text = f"第{revision}稿：区位交通便利，产业配套齐全。{chance.getrandbits(64):x}"
        made.append({"op": op, "item": item, "revision": revision, "value": text, "flagged": False})
    return made


def request_of(operations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The body of a save from the one page of the one device of a candidate."""
    return {"device": "test", "tab": "1", "operations": list(operations)}


@dataclass(frozen=True)
class Comparison:
    """What the database holds against what was acknowledged; each list is empty when nothing was lost.

    `lost`: acknowledged answers that are missing; `altered`: stored with another text; `regressed`: slots whose current
    answer is older than an acknowledged one; `doubled`: operations stored twice; `invented`: stored but never sent.
    """

    stored: int
    lost: list[tuple[int, int, int]]
    altered: list[tuple[int, int, int]]
    regressed: list[tuple[int, int]]
    doubled: list[str]
    invented: list[str]
    integrity: str

    @property
    def clean(self) -> bool:
        found = (self.lost, self.altered, self.regressed, self.doubled, self.invented)
        return not any(found) and self.integrity == "ok"

    def __str__(self) -> str:
        return (
            f"{self.stored} stored, {len(self.lost)} lost, {len(self.altered)} altered, {len(self.regressed)} regressed, "
            f"{len(self.doubled)} doubled, {len(self.invented)} invented; integrity {self.integrity}"
        )


def compare(engine: Engine, book: Book) -> Comparison:
    """Hold every receipt against the rows of the database."""
    columns = (Response.attempt_id, Response.paper_item_id, Response.revision, Response.operation, Response.value)
    with database.reading(engine) as session:
        rows = session.execute(select(*columns)).all()
        attempts = session.scalars(select(Attempt.id)).all()
        current = {attempt: queries.current_answers(session, attempt) for attempt in attempts}
    held = {(attempt, item, revision): (op, fingerprint(value["text"])) for attempt, item, revision, op, value in rows}
    ops = [op for *_, op, _ in rows]
    lost, altered, regressed = [], [], []
    for slot, acks in book.acked.items():
        for ack in acks:
            found = held.get((*slot, ack.revision))
            if found is None:
                lost.append((*slot, ack.revision))
            elif found != (ack.op, ack.content):
                altered.append((*slot, ack.revision))
        newest = current[slot[0]].get(slot[1], (0,))[0]
        if newest < max(ack.revision for ack in acks):
            regressed.append(slot)
    doubled = sorted({op for op in ops if ops.count(op) > 1}) if len(set(ops)) < len(ops) else []
    invented = sorted(set(ops) - book.sent)
    return Comparison(len(rows), lost, altered, regressed, doubled, invented, integrity(engine))


def torn_receipts(engine: Engine, book: Book) -> list[str]:
    """Operations that were stored before their connection ended: their receipt was made and did not arrive."""
    with database.reading(engine) as session:
        stored = dict(iter(session.execute(select(Response.operation, Response.received_at))))
    return sorted(op for op, ended in book.torn if op in stored and stored[op] < ended)


def integrity(engine: Engine) -> str:
    """What the database says of itself: SQLite's own check, PostgreSQL's by reading every row of every checksummed page."""
    if engine.dialect.name != "sqlite":
        return "ok"
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
