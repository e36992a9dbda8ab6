"""The kill harness: candidates save, processes are killed, and afterwards every receipt is held against the database."""

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import psutil

from tests.faults.candidates import Book, Comparison, Hall
from tests.faults.cluster import Cluster
from tests.servers import Server

BACK = 60.0
"""Seconds within which a save must be acknowledged after a kill; the measured times are far below."""


@dataclass
class Report:
    """What was killed and how long it took until a save that was answered afterwards was acknowledged, by kind of kill."""

    book: Book
    kills: Counter[str] = field(default_factory=Counter)
    processes: int = 0
    recovery: dict[str, list[float]] = field(default_factory=dict)
    found: Comparison | None = None

    def enter(self, kind: str, processes: int, seconds: float) -> None:
        self.kills[kind] += 1
        self.processes += processes
        self.recovery.setdefault(kind, []).append(seconds)

    def __str__(self) -> str:
        times = "; ".join(
            f"{kind}: {len(each)} kills, saves again after p50 {statistics.median(each):.2f} s, max {max(each):.2f} s"
            for kind, each in sorted(self.recovery.items())
        )
        book = self.book
        waits = sorted(book.waits) or [0.0]
        return (
            f"{self.kills.total()} kills of {self.processes} processes; {times}\n"
            f"{book.count} answers acknowledged in {book.batches} saves, {book.replayed} replayed; {book.cut} cut off and "
            f"{book.refused} refused, sent again; {book.busy} told to wait; slowest 1 % of saves took "
            f"{waits[int(len(waits) * 0.99)]:.2f} s and more, the slowest {waits[-1]:.2f} s\n{self.found}"
        )


class Killer:
    """Kills what belongs to one server, and to its PostgreSQL where it has one of its own."""

    def __init__(self, server: Server, cluster: Cluster | None = None, *, seed: int = 1) -> None:
        self.server, self.cluster, self.chance = server, cluster, random.Random(seed)

    @property
    def kinds(self) -> Mapping[str, Callable[[], int]]:
        """By name what kills, brings back what nothing else brings back, and returns how many processes died."""
        kinds: dict[str, Callable[[], int]] = {"worker": self.worker, "server": self.whole_server}
        if self.cluster is None:
            return kinds | {"children": self.children}
        return kinds | {"backend": self.backend, "database": self.database, "postmaster": self.postmaster}

    def worker(self) -> int:
        """The process that the candidates are connected to; the server itself must replace it."""
        found = serving(self.server)
        for process in found:
            process.kill()
        return len(found)

    def children(self) -> int:
        """Every process but the first: on SQLite the whole database is gone with them."""
        children = self.server.family()[1:]
        for process in children:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        return len(children)

    def whole_server(self) -> int:
        killed = self.server.kill()
        self.server.start()
        return killed

    def backend(self) -> int:
        assert self.cluster is not None
        return self.cluster.kill_backend(self.chance)

    def database(self) -> int:
        assert self.cluster is not None
        killed = self.cluster.kill()
        self.cluster.start()
        return killed

    def postmaster(self) -> int:
        assert self.cluster is not None
        killed = self.cluster.kill_postmaster()
        self.cluster.start()
        return killed

    def strike(self, kind: str, hall: Hall, report: Report) -> None:
        """Kill once while saves are on their way, and wait until one that was answered afterwards is acknowledged."""
        began = time.monotonic()
        killed = self.kinds[kind]()
        if not killed:
            return
        back = report.book.watch(began if kind in {"worker", "children", "backend"} else time.monotonic())
        hall.until(back.is_set, BACK)
        report.enter(kind, killed, report.book.recovered - began)


def serving(server: Server) -> list[psutil.Process]:
    """The processes that candidates are connected to."""
    return [process for process in server.family()[1:] if _serves(process, server.port)]


def _serves(process: psutil.Process, port: int) -> bool:
    try:
        found = process.net_connections(kind="tcp")
    except psutil.Error:
        return False
    return any(each.laddr.port == port and each.status == psutil.CONN_ESTABLISHED for each in found)


def strike_in_turn(
    killer: Killer,
    hall: Hall,
    report: Report,
    kinds: Sequence[str],
    *,
    saves: int,
    ready: Callable[[], bool] = lambda: True,
) -> None:
    """One kill of each kind named, with `saves` answers acknowledged and `ready` before each, and `saves` after the last."""
    for kind in [*kinds, None]:
        wanted = report.book.count + saves
        hall.until(lambda wanted=wanted: report.book.count >= wanted and ready())
        if kind is not None:
            time.sleep(killer.chance.uniform(0, 0.2))
            killer.strike(kind, hall, report)


def strike_at_random(killer: Killer, hall: Hall, report: Report, *, kills: int, answers: int) -> None:
    """Kinds by turns in shuffled rounds, until `kills` are done and `answers` are acknowledged."""
    kinds: list[str] = []
    while report.kills.total() < kills or report.book.count < answers:
        kinds = kinds or killer.chance.sample(sorted(killer.kinds), len(killer.kinds))
        share = answers * (report.kills.total() + 1) // (kills + 1)
        hall.until(lambda share=share: report.book.count >= share)
        time.sleep(killer.chance.uniform(0, 1.5))
        killer.strike(kinds.pop(), hall, report)
    time.sleep(1.0)
