"""The whole server is killed while answers stream in: every acknowledged answer is there after the restart.

Eight candidates in four threads save 200 answers and more against `liangjuan serve`; the process
group is killed twice meanwhile. Each sends the same operation again until it is answered, as the page does.
"""

import http.client
import os
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from exam import clock, database
from exam.sittings import queries
from exam.sittings.models import Response
from question_bank.enums import Kind
from tests.factories.accounts import begin_login, session_cookie
from tests.factories.sittings import make_assignment, make_sitting, start
from tests.factories.tours import make_entry, make_stop
from tests.servers import Browser, Server

pytestmark = [
    pytest.mark.db,
    pytest.mark.faults,
    pytest.mark.skipif(os.name == "nt", reason="process groups are killed as a whole only on POSIX"),
]

CANDIDATES = 8
THREADS = 4
SAVES = 240
KILL_AT = (60, 140)


@dataclass(frozen=True)
class Desk:
    """One candidate: the login's token, the attempt, and the items whose answer is a text."""

    token: str
    key: str
    attempt_id: int
    items: tuple[int, ...]


@dataclass
class Book:
    """What the candidates have receipts for: (attempt, item) → revision and text, and what it took."""

    acked: dict[tuple[int, int], list[tuple[int, str, str]]] = field(default_factory=dict)
    count: int = 0
    cut: int = 0
    busy: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, desk: Desk, item: int, revision: int, op: str, text: str) -> None:
        with self.lock:
            self.acked.setdefault((desk.attempt_id, item), []).append((revision, op, text))
            self.count += 1


def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    desks = seated(engine)
    book = Book()
    server = Server.serving(tmp_path, database_url)
    killed, back = 0, []
    with server:
        writers = [
            threading.Thread(target=write, args=(server.port, desks[number::THREADS], book))
            for number in range(THREADS)
        ]
        for writer in writers:
            writer.start()
        for mark in KILL_AT:
            wait_for(lambda mark=mark: book.count >= mark, writers)
            killed += server.kill()
            back.append(server.start())
        for writer in writers:
            writer.join(timeout=60)
            assert not writer.is_alive()
    lost, stored = compare(engine, book)
    print(
        f"\n{engine.dialect.name}: {book.count} acknowledged, {stored} stored, {len(lost)} lost or altered; "
        f"{len(KILL_AT)} kills of {killed} processes, {book.cut} requests cut off and sent again, "
        f"{book.busy} told to wait; back after {', '.join(f'{seconds:.1f} s' for seconds in back)}"
    )
    assert lost == []
    assert book.count >= 200
    assert book.cut > 0, "no save was under way when the server was killed"
    assert integrity(engine) == "ok"


def seated(engine: Engine) -> list[Desk]:
    now = clock.now()
    with database.writing(engine) as session:
        stop = make_stop(session, starts_at=now)
        sitting = make_sitting(session, stop=stop)
        desks = []
        for _ in range(CANDIDATES):
            entry = make_entry(session, stop)
            make_assignment(session, sitting, entry)
            attempt = start(session, entry, sitting, device="test", at=now)
            items = queries.frozen_items(session, attempt.assignment.paper_id)
            texts = tuple(i.item_id for i in items if i.content.kind is Kind.SHORT_ANSWER and not _form(i))
            token = begin_login(session, entry.person_id, device="test", at=now, roster_entry_id=entry.id)
            desks.append(Desk(token, attempt.key, attempt.id, texts))
    return desks


def _form(item: queries.FrozenItem) -> bool:
    return getattr(item.content, "form", "") == "diagnosis"


def write(port: int, desks: list[Desk], book: Book) -> None:
    """Save answer upon answer for each desk in turn, waiting for every receipt."""
    with ExitStack() as stack:
        browsers = {desk.key: stack.enter_context(Browser(port, session_cookie(desk.token))) for desk in desks}
        for desk in desks:
            persistently(book, lambda desk=desk: browsers[desk.key].enter(f"/api/v1/attempts/{desk.key}"))
        for round_ in range(1, SAVES // CANDIDATES + 1):
            for desk in desks:
                for item in desk.items:
                    save(browsers[desk.key], desk, item, round_, book)


def save(browser: Browser, desk: Desk, item: int, revision: int, book: Book) -> None:
    op, text = f"{desk.attempt_id}-{item}-{revision}-op", f"第{revision}稿：区位交通便利，产业配套齐全。"
    operation = {"op": op, "item": item, "revision": revision, "value": text, "flagged": False}
    body = {"device": "test", "operations": [operation]}
    status, answer = persistently(book, lambda: browser.post(f"/api/v1/attempts/{desk.key}/answers", body))
    assert status == 200, (status, answer)
    assert [result["op"] for result in answer["accepted"]] == [op]
    book.enter(desk, item, revision, op, text)


def persistently(book: Book, send: object) -> tuple[int, object]:
    """Send until it is answered, for half a minute."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            answer = send()  # type: ignore[operator]
        except (OSError, http.client.HTTPException) as error:
            with book.lock:
                book.cut += not isinstance(error, ConnectionRefusedError)
            time.sleep(0.1)
            continue
        if isinstance(answer, tuple) and answer[0] == 503:
            book.busy += 1
            time.sleep(0.2)
            continue
        return answer  # type: ignore[no-any-return]
    raise AssertionError("no answer for half a minute")


def wait_for(true: object, writers: list[threading.Thread]) -> None:
    end = time.monotonic() + 60
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "too few saves"
        assert any(writer.is_alive() for writer in writers), "the candidates have stopped"
        time.sleep(0.01)


def compare(engine: Engine, book: Book) -> tuple[list[object], int]:
    """The acknowledged answers that are not in the database as they were acknowledged."""
    with database.reading(engine) as session:
        rows = session.execute(
            select(Response.attempt_id, Response.paper_item_id, Response.revision, Response.operation, Response.value)
        ).all()
        current = {attempt: queries.current_answers(session, attempt) for attempt, _ in book.acked}
    held = {(attempt, item, revision): (op, value["text"]) for attempt, item, revision, op, value in rows}
    lost: list[object] = [
        (attempt, item, revision)
        for (attempt, item), acks in book.acked.items()
        for revision, op, text in acks
        if held.get((attempt, item, revision)) != (op, text)
    ]
    lost += [
        ("current", attempt, item)
        for (attempt, item), acks in book.acked.items()
        if current[attempt][item][0] < max(acks)[0]
    ]
    return lost, len(rows)


def integrity(engine: Engine) -> str:
    if engine.dialect.name != "sqlite":
        return "ok"
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
