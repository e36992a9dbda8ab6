"""The disk is full, the database is away, a new version is put up: saves wait and come in afterwards, nothing breaks."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.faults.candidates import Book, Comparison, Desk, Hall, compare, seated, torn_receipts
from tests.faults.cluster import Cluster
from tests.faults.killing import serving
from tests.faults.places import copy_of, rows_at, shaped
from tests.faults.stable import Mount
from tests.servers import Server

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of a running process and tmpfs are Linux's"),
]

ROOM = 96 * 1024
"""Bytes the log of a full disk may still grow."""

REFUSED = 12
"""Saves that must have been told to wait before the fault ends."""


def interrupted(server: Server, url: str, fault: Callable[[Hall, Book, list[Desk]], None]) -> Comparison:
    """Candidates save before, during and after the fault; the comparison afterwards."""
    book = Book()
    with rows_at(url) as engine:
        desks = seated(engine)
    with server, Hall(server.port, desks, book=book) as hall:
        hall.until(lambda: book.count >= 40)
        fault(hall, book, desks)
        after = book.count + 40
        hall.until(lambda: book.count >= after)
    assert book.wrong == []
    with rows_at(url) as engine:
        found = compare(engine, book)
        torn = torn_receipts(engine, book)
    print(
        f"\n{book.count} acknowledged, {book.busy} told to wait, {book.cut} cut off, {len(torn)} receipts torn; {found}"
    )
    assert found.clean, found
    return found


def told_to_wait(server: Server, desk: Desk) -> None:
    """The candidate's own addresses and the office's answer 503 with a time to come back, never 500."""
    found = {}
    with desk.browser(server.port) as browser:
        for path in (desk.path, "/sitting/", f"/sitting/attempts/{desk.key}", "/reports/me"):
            status, _ = browser.get(path)
            found[path] = (status, browser.answer_headers.get("Retry-After", "").isdigit())
    assert set(found.values()) == {(503, True)}, found


def test_on_a_full_disk_saves_wait_and_nothing_is_lost(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The write-ahead log of SQLite may not grow any further, until it may again."""
    url = copy_of(sqlite_template, tmp_path)
    server = Mount.of(request, tmp_path, url)

    def full(hall: Hall, book: Book, desks: list[Desk]) -> None:
        del desks
        largest = max(file.stat().st_size for file in tmp_path.glob("liangjuan.db*")) + ROOM
        for process in serving(server):
            process.rlimit(psutil.RLIMIT_FSIZE, (largest, psutil.RLIM_INFINITY))
        hall.until(lambda: book.busy >= REFUSED)
        for process in serving(server):
            process.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))

    interrupted(server, url, full)


def test_while_postgresql_is_away_everybody_is_told_to_wait_and_then_saves_go_on(
    cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = Mount.of(request, tmp_path, cluster.url())

    def away(hall: Hall, book: Book, desks: list[Desk]) -> None:
        cluster.stop()
        hall.until(lambda: book.busy >= REFUSED)
        told_to_wait(server, desks[0])
        cluster.start()

    interrupted(server, cluster.url(), away)


def test_a_new_version_put_up_in_mid_exam_tears_no_receipt(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """SIGTERM while saves stream in: what was begun is finished and answered, the next server goes on at the same address."""
    url = copy_of(sqlite_template, tmp_path)
    server = Mount.of(request, tmp_path, url)
    torn: list[str] = []

    def deploy(hall: Hall, book: Book, desks: list[Desk]) -> None:
        del hall, desks
        server.stop()
        assert server.process is not None
        assert server.process.poll() is not None
        with rows_at(url) as engine:
            torn.extend(torn_receipts(engine, book))
        server.start()

    interrupted(server, url, deploy)
    assert torn == []


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own of that size, in memory."""
    place = folder / "small"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "small", str(place)], check=False)
    if done.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def larger(place: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(place)], check=True)


@pytest.mark.soak
def test_a_small_file_system_that_fills_up_loses_nothing_on_sqlite(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with small_disk(tmp_path, "2600k") as place:
        url = copy_of(sqlite_template, place)
        server = Mount.of(request, place, url)

        def full(hall: Hall, book: Book, desks: list[Desk]) -> None:
            del desks
            hall.until(lambda: book.busy >= REFUSED)
            larger(place, "64m")

        interrupted(server, url, full)


@pytest.mark.soak
def test_a_small_file_system_that_fills_up_loses_nothing_on_postgresql(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """First tables cannot grow, which is an error; then the log cannot, which ends PostgreSQL until somebody makes room."""
    with (
        tempfile.TemporaryDirectory(prefix="liangjuan-pg-", ignore_cleanup_errors=True) as short,
        small_disk(Path(short), "200m") as place,
        Cluster(place / "c") as cluster,
    ):
        shaped(cluster.url())
        server = Mount.of(request, tmp_path, cluster.url())
        ballast = place / "ballast"

        def full(hall: Hall, book: Book, desks: list[Desk]) -> None:
            del desks
            with suppress(OSError), ballast.open("wb", buffering=0) as file:  # until there is no room
                while file.write(b"\0" * 65536):
                    pass
            hall.until(lambda: book.busy >= REFUSED)
            ballast.unlink()
            cluster.start()

        interrupted(server, cluster.url(), full)


@pytest.mark.soak
def test_a_database_that_somebody_holds_locked_makes_saves_wait(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Longer than the ten seconds for which a save waits for the lock."""
    url = copy_of(sqlite_template, tmp_path)
    server = Mount.of(request, tmp_path, url)

    def locked(hall: Hall, book: Book, desks: list[Desk]) -> None:
        del desks
        with rows_at(url) as engine, engine.begin():
            hall.until(lambda: book.busy >= REFUSED)

    interrupted(server, url, locked)
