"""An exam day's load on two cores, the clients included, on SQLite and on PostgreSQL.

Every figure is a median of three rounds and stands beside its budget; a figure over budget ends with status 1. CPU time
is of all processes of the server and of the database together: it is what the work costs, and what else the machine
does hardly moves it. Wall times are of this machine at this moment; the load beside them says how far to trust them.

`--quick` runs one short round, `--engine sqlite|postgresql` one of the two, `--part NAME` only that part.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from scipy.stats import mannwhitneyu

from exam import database
from exam.sittings import queries
from question_bank.enums import Kind
from tests.bench.exam_day import hall
from tests.bench.exam_day.hall import Candidate
from tests.bench.exam_day.load import Outcome, drive
from tests.bench.exam_day.sites import Site, engine_of, running
from tests.bench.exam_day.talks import Alternating, Asking, Beginning, Saving, Submitting
from tests.bench.exam_day.usage import crowding, metered

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
    talk = Alternating(who, key, items, turns, sizes)
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


PARTS = ("starts", "saves", "submissions", "thinking", "right_or_wrong", "growth")


def measure(name: str, scale: Scale, parts: Sequence[str], report: Report) -> None:
    """All parts on one engine."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(
        f"{name} (load {load:.1f}, {psutil.cpu_count()} cores, a fixed loop costs {crowding():.2f} of its least)",
        flush=True,
    )
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
