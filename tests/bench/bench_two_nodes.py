"""Two `liangjuan serve` and one PostgreSQL: candidates who change the node with every request, a node killed in mid-load.

Afterwards every receipt is held against the rows. On a machine of two cores, which carries both nodes, the database and
the candidates, a second node cannot bring more saves in a second; what can be shown there is that it does not make a save
dearer: CPU seconds of front processes and database for one save, one node beside two, turn by turn.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import psutil
from sqlalchemy import Engine, create_engine, text

from exam import database, schema, tables
from tests.bench.balancer import Balancer, before
from tests.factories.accounts import session_cookie
from tests.faults.candidates import Book, Desk, Hall, compare, seated
from tests.faults.cluster import Cluster, programs
from tests.servers import Browser, Server

CANDIDATES = 8
THREADS = 8
SAVES = 400
"""Saves at least in each of the trials."""

ROUND = 6.0
ROUNDS = 3
DEARER = 1.25
"""A save may cost so many times as much with two nodes as with one."""

GAP = 5.0
"""Seconds within which a save must be acknowledged after a node was killed."""


@dataclass(frozen=True)
class Hopper(Desk):
    """A candidate who goes to the next node with every request."""

    ports: tuple[int, ...] = ()

    def browser(self, port: int) -> Browser:
        del port
        return HoppingBrowser(self.ports, session_cookie(self.token))


class HoppingBrowser(Browser):
    """One connection to each node, used in turn; counts what each has answered."""

    answered: ClassVar[Counter[int]] = Counter()

    def __init__(self, ports: Sequence[int], cookie: str) -> None:
        super().__init__(ports[0], cookie)
        self.each = [Browser(port, cookie) for port in ports]
        self.turn = 0

    def _send(self, method: str, path: str, body: object) -> tuple[int, Any]:
        self.turn += 1
        node = self.each[self.turn % len(self.each)]
        node.cookie, node.token = self.cookie, self.token
        answer = node._send(method, path, body)
        self.cookie = node.cookie
        HoppingBrowser.answered[node.port] += 1
        return answer

    def close(self) -> None:
        for node in self.each:
            node.close()


def main() -> int:
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster.beside_others())
        url = _prepared(cluster)
        engine = database.open_engine(url)
        stack.callback(engine.dispose)
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="liangjuan-node-"))) for _ in range(2)]
        nodes = [Server.serving(folder, url) for folder in folders]
        for node in nodes:
            node.environment["PATH"] = os.pathsep.join([str(programs()), os.environ.get("PATH", "")])  # its own pg_dump
            node.environment["LIANGJUAN_PROXIES"] = "1"
            stack.enter_context(node)
        balancer = stack.enter_context(before([node.port for node in nodes]))
        book = Book()
        print(f"load of the machine at the start: {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores")
        failures = [
            *hopping(nodes, engine, book),
            *killed(nodes, balancer, engine, book),
            *cost(nodes, cluster, engine, book),
        ]
        found = compare(engine, book)
        print(f"all receipts held against the rows: {book.count} answers acknowledged; {found}")
        if not found.clean or book.wrong:
            failures.append(f"answers were lost or refused: {book.wrong[:3]}")
    for failure in failures:
        print(f"MISSED: {failure}")
    return 1 if failures else 0


def _prepared(cluster: Cluster) -> str:
    admin = create_engine(cluster.url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE liangjuan"))
    admin.dispose()
    url = cluster.url("liangjuan")
    engine = database.open_engine(url)
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        schema.mark_current(connection)
    engine.dispose()
    return url


def hoppers(engine: Engine, ports: tuple[int, ...]) -> list[Hopper]:
    """Candidates with an attempt of their own."""
    return [Hopper(desk.token, desk.key, desk.attempt_id, desk.items, ports) for desk in seated(engine, CANDIDATES)]


def hopping(nodes: Sequence[Server], engine: Engine, book: Book) -> Iterator[str]:
    """Every request of a candidate goes to the other node than the one before."""
    ports = tuple(node.port for node in nodes)
    with Hall(ports[0], hoppers(engine, ports), threads=THREADS, book=book) as hall:
        hall.until(lambda: book.batches >= SAVES)
    answered = [HoppingBrowser.answered[port] for port in ports]
    print(f"hopping at every request: {book.batches} saves; nodes answered {answered[0]} and {answered[1]} requests")
    if min(answered) < 0.4 * sum(answered):
        yield f"the candidates did not hop: {answered}"


def killed(nodes: Sequence[Server], balancer: Balancer, engine: Engine, book: Book) -> Iterator[str]:
    """Through the balancer; one node is killed in mid-load, saves go on, and it takes its part again when it is back."""
    began, errors = book.batches, book.cut + book.refused + book.busy
    with Hall(balancer.port, seated(engine, CANDIDATES), threads=THREADS, seed=2, book=book) as hall:
        hall.until(lambda: book.batches - began >= SAVES // 2)
        moment = time.monotonic()
        went_on = book.watch(moment)
        processes = nodes[0].kill()
        hall.until(went_on.is_set)
        gap = book.recovered - moment
        alone = book.batches
        hall.until(lambda: book.batches - alone >= SAVES // 2)
        back = nodes[0].start()
        counted = balancer.served()[nodes[0].port]
        hall.until(lambda: balancer.served()[nodes[0].port] > counted + 20)
    seen = book.cut + book.refused + book.busy - errors
    print(
        f"behind {balancer.name}: a node of {processes} processes killed in mid-load, the next save was acknowledged after "
        f"{gap:.2f} s; {book.batches - began} saves, {seen} requests seen failing by candidates; "
        f"the node answered again {back:.1f} s after its start and took its part"
    )
    if gap > GAP:
        yield f"no save for {gap:.1f} s after a node was killed"


def cost(nodes: Sequence[Server], cluster: Cluster, engine: Engine, book: Book) -> Iterator[str]:
    """Saves in a second and CPU for one, one node beside two, in alternating rounds."""
    ports = tuple(node.port for node in nodes)
    figures: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for number in range(ROUNDS):
        for many in (1, 2):
            writing = hoppers(engine, ports[:many])
            with Hall(ports[0], writing, threads=THREADS, seed=10 + number * 2 + many, book=book) as hall:
                hall._stop.wait(1.0)
                began, saves, used = time.monotonic(), book.batches, cpu(nodes, cluster)
                hall._stop.wait(ROUND)
                done, seconds = book.batches - saves, time.monotonic() - began
                figures[many].append((done / seconds, (cpu(nodes, cluster) - used) / done * 1000))
    rate = {many: statistics.median(each[0] for each in rounds) for many, rounds in figures.items()}
    spent = {many: statistics.median(each[1] for each in rounds) for many, rounds in figures.items()}
    print(
        f"one node {rate[1]:.0f} saves/s at {spent[1]:.2f} ms CPU a save (fronts and database); "
        f"two nodes {rate[2]:.0f} saves/s at {spent[2]:.2f} ms; ratio of CPU {spent[2] / spent[1]:.2f} (budget {DEARER}); "
        f"{CANDIDATES} closed-loop candidates in {THREADS} threads on the same machine, medians of {ROUNDS}; "
        f"load {psutil.getloadavg()[0]:.1f}"
    )
    if spent[2] > DEARER * spent[1]:
        yield f"a save costs {spent[2] / spent[1]:.2f} times as much with two nodes"


def cpu(nodes: Sequence[Server], cluster: Cluster) -> float:
    """CPU seconds used so far by the front processes of the nodes and by the database.

    Offices and jobs, which saves never reach, have chores of their own that would be laid on few saves here.
    """
    total = 0.0
    fronts = [each for node in nodes for each in node.family() if each.name().startswith("lj-front")]
    for process in fronts + cluster.family():
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system
    return total


if __name__ == "__main__":
    sys.exit(main())
