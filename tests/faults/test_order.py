"""Power loss: an answer is on the disk before its receipt leaves the server, as the system calls show.

A kill cannot show it, since the system keeps what a killed process has written; a power cut does not. What the disk
itself does with an fdatasync is beyond a test on one machine.
"""

import sys
from pathlib import Path

import pytest

from exam import database
from tests.faults.candidates import Book, Hall, seated
from tests.faults.cluster import Cluster
from tests.faults.killing import serving
from tests.faults.order import too_early, traced
from tests.faults.places import copy_of, rows_at
from tests.faults.stable import Mount

pytestmark = [
    pytest.mark.faults,
    pytest.mark.strace,
    pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux"),
]

SAVES = 40


def receipts_before_the_disk(
    server: Mount, file: Path, log: str, cluster: Cluster | None = None
) -> tuple[int, list[str]]:
    """How many saves were watched, and the operations whose receipt came too early."""
    book = Book()
    with rows_at(server.environment["DATABASE_URL"]) as engine:
        desks = seated(engine, 4)
    with server, Hall(server.port, desks, book=book) as hall:
        hall.until(lambda: book.batches >= 4)
        followed = [*serving(server), *(cluster.family() if cluster else ())]
        with traced([process.pid for process in followed], file):
            followed_at = book.batches  # what is on its way now may have been written before it was followed
            hall.until(lambda: book.batches >= followed_at + 4 * len(desks))
            known = {ack.op for acks in book.acked.values() for ack in acks}
            began = book.batches
            hall.until(lambda: book.batches >= began + SAVES)
            hall.stop()
    watched = [ack.op for acks in book.acked.values() for ack in acks if ack.op not in known]
    assert book.wrong == []
    return len(watched), too_early(file, log, watched)


def test_on_sqlite_the_logs_fdatasync_returns_before_the_receipt_is_written(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = Mount.of(request, tmp_path, copy_of(sqlite_template, tmp_path))
    watched, early = receipts_before_the_disk(server, tmp_path / "trace", "liangjuan.db-wal")
    assert watched >= SAVES
    assert early == []


def test_on_postgresql_the_logs_fdatasync_returns_before_the_receipt_is_written(
    cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = Mount.of(request, tmp_path, cluster.url())
    watched, early = receipts_before_the_disk(server, tmp_path / "trace", "/pg_wal/", cluster)
    assert watched >= SAVES
    assert early == []


def test_a_server_that_does_not_wait_for_the_disk_is_caught(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """`synchronous=NORMAL`, past the check that refuses it: no receipt waits for the disk."""
    url = copy_of(sqlite_template, tmp_path)
    server = Mount.of(request, tmp_path, url, run="tests.faults.variants:careless")
    watched, early = receipts_before_the_disk(server, tmp_path / "trace", "liangjuan.db-wal")
    assert watched >= SAVES
    assert len(early) > watched / 2


@pytest.mark.parametrize(
    ("pragma", "weaker"),
    [
        ("synchronous=FULL", "synchronous=NORMAL"),
        ("synchronous=FULL", "synchronous=OFF"),
        ("journal_mode=WAL", "journal_mode=DELETE"),
    ],
)
def test_sqlite_below_full_durability_refuses_to_start(
    pragma: str, weaker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tuple(weaker if each == pragma else each for each in database.PRAGMAS)
    monkeypatch.setattr(database, "PRAGMAS", settings)
    with rows_at(f"sqlite:///{tmp_path}/fresh.db") as engine, pytest.raises(database.UnsafeDatabase):
        database.assert_safe(engine)
