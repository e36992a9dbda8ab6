"""Processes are killed while answers stream in: every acknowledged answer is there afterwards, as it was sent.

The short runs belong to the suite; `./run soak tests/faults` does the long ones, of fifty kills and ten thousand answers.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from exam import database
from exam.sittings.models import Response
from tests.faults.candidates import Book, Hall, compare, seated
from tests.faults.cluster import Cluster
from tests.faults.killing import Killer, Report, strike_at_random, strike_in_turn
from tests.faults.places import copy_of, rows_at
from tests.faults.stable import Mount
from tests.servers import Server

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(os.name == "nt", reason="process groups are killed as a whole only on POSIX"),
]

CANDIDATES = 8
KILLS, ANSWERS = 50, 10_000
"""Of a long run, at least."""


@dataclass
class Run:
    """One run of the harness on one server and its database."""

    server: Server
    url: str
    cluster: Cluster | None = None
    think: float = 0.0
    candidates: int = CANDIDATES
    threads: int = 4

    def under(self, strikes: Callable[[Killer, Hall, Report], None]) -> Report:
        """Let candidates save while `strikes` kills, then compare."""
        book = Book()
        report = Report(book)
        with rows_at(self.url) as engine:
            desks = seated(engine, self.candidates)
        hall = Hall(self.server.port, desks, think=self.think, threads=self.threads, book=book)
        with self.server, hall:
            strikes(Killer(self.server, self.cluster), hall, report)
        with rows_at(self.url) as engine:
            report.found = compare(engine, book)
        print(f"\n{engine.dialect.name}: {report}")
        return report


def test_no_acknowledged_answer_is_lost_when_processes_of_a_site_on_sqlite_are_killed(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = copy_of(sqlite_template, tmp_path)
    report = Run(Mount.of(request, tmp_path, url), url).under(
        partial(strike_in_turn, kinds=["worker", "server"], saves=70)
    )
    proven(report, kills=2)


def test_no_acknowledged_answer_is_lost_when_processes_of_a_site_on_postgresql_are_killed(
    cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    run = Run(Mount.of(request, tmp_path, cluster.url()), cluster.url(), cluster)
    proven(run.under(partial(strike_in_turn, kinds=["backend", "server", "database"], saves=50)), kills=3)


def test_a_server_that_acknowledges_before_it_commits_is_caught(
    sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = copy_of(sqlite_template, tmp_path)
    server = Mount.of(request, tmp_path, url, run="tests.faults.variants:hasty")
    caught(Run(server, url, think=0.03), url, ["server"])


@pytest.mark.soak
def test_fifty_kills_lose_nothing_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    url = copy_of(sqlite_template, tmp_path)
    run = Run(Server.serving(tmp_path, url), url, candidates=24, threads=6)
    report = run.under(partial(strike_at_random, kills=KILLS, answers=ANSWERS))
    proven(report, kills=KILLS)
    assert report.book.count >= ANSWERS


@pytest.mark.soak
def test_fifty_kills_lose_nothing_on_postgresql(cluster: Cluster, tmp_path: Path) -> None:
    run = Run(Server.serving(tmp_path, cluster.url()), cluster.url(), cluster, candidates=24, threads=6)
    report = run.under(partial(strike_at_random, kills=KILLS, answers=ANSWERS))
    proven(report, kills=KILLS)
    assert report.book.count >= ANSWERS


@pytest.mark.soak
def test_a_hasty_server_on_postgresql_is_caught_too(
    cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = Mount.of(request, tmp_path, cluster.url(), run="tests.faults.variants:hasty")
    caught(Run(server, cluster.url(), cluster, think=0.03), cluster.url(), ["server", "worker"])


@pytest.mark.soak
def test_a_database_that_does_not_wait_for_its_log_is_caught(
    cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The setting is switched after the server's own check, which refuses to start with it."""
    run = Run(Mount.of(request, tmp_path, cluster.url()), cluster.url(), cluster)

    def strikes(killer: Killer, hall: Hall, report: Report) -> None:
        cluster.set("synchronous_commit", "off")
        strike_in_turn(killer, hall, report, ["database"] * 3, saves=100)

    report = run.under(strikes)
    assert report.found is not None
    assert len(report.found.lost) > 0


def caught(run: Run, url: str, kinds: list[str]) -> None:
    """The harness finds that acknowledged answers are gone, although others have been stored."""
    with rows_at(url) as engine:

        def some_stored() -> bool:
            with database.reading(engine) as session:
                return session.scalars(select(func.count(Response.id))).one() >= 10

        report = run.under(partial(strike_in_turn, kinds=kinds, saves=20, ready=some_stored))
    assert report.found is not None
    assert 0 < len(report.found.lost) < report.book.count
    assert not report.found.clean


def proven(report: Report, *, kills: int) -> None:
    """Nothing was lost, although saves were under way when the kills came."""
    assert report.kills.total() >= kills
    assert report.found is not None
    assert report.found.clean, report.found
    assert report.book.count >= 200
    assert report.book.cut > 0, "no save was under way when something was killed"
    assert report.book.wrong == []
