"""Many clients in one thread: raw sockets, requests made beforehand, answers read by their length.

The client shares two cores with the server it measures, so it does no more than HTTP/1.1 with keep-alive asks for.
"""

import selectors
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

Reply = tuple[int, bytes]
"""Status and whole answer, head and body."""


def request(method: str, path: str, *, cookie: str, token: str = "", body: bytes = b"", kind: str = "json") -> bytes:
    """One request as it goes over the wire."""
    accept = "application/json" if kind == "json" else "text/html"
    content = "application/json" if kind == "json" else "application/x-www-form-urlencoded"
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\nCookie: session={cookie}\r\n"
    if token:
        head += f"X-CSRFToken: {token}\r\n"
    if body:
        head += f"Content-Type: {content}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def once(port: int, wanted: bytes) -> Reply:
    """Ask once over a connection of its own."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(wanted)
        received = b""
        while not _complete(received):
            piece = connection.recv(65536)
            assert piece, "the server closed the connection in the middle of an answer"
            received += piece
    return _status(received), received


def body_of(answer: bytes) -> bytes:
    """What follows the head of an answer."""
    return answer.partition(b"\r\n\r\n")[2]


def header_of(answer: bytes, name: str) -> str:
    """The first header of that name (given in small letters), empty when there is none."""
    for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name.encode():
            return value.strip().decode("latin-1")
    return ""


def _status(received: bytes) -> int:
    return int(received[9:12])


def _complete(received: bytes) -> bool:
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = received[:end].lower()
    place = head.find(b"content-length:")
    if place < 0:
        return head[9:12] in {b"204", b"304"}
    length = int(head[place + 15 :].split(b"\r\n", 1)[0])
    return len(received) >= end + 4 + length


@dataclass
class Outcome:
    """Milliseconds of each answered request in the order of their ends, wall seconds, and what was not answered 2xx."""

    times: list[float] = field(default_factory=list)
    wall: float = 0.0
    failed: list[int] = field(default_factory=list)
    retried: int = 0

    @property
    def rate(self) -> float:
        return len(self.times) / self.wall

    def quantile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return self.quantile(0.95)


class Conversation:
    """What one client says: `first` at the start, then `after` each answer; None ends it.

    Both give the seconds to wait and the request.
    """

    def first(self) -> tuple[float, bytes]:
        raise NotImplementedError

    def after(self, status: int, answer: bytes) -> tuple[float, bytes] | None:
        raise NotImplementedError


class Client:
    """One connection and what it still has to say."""

    def __init__(self, port: int, talk: Conversation) -> None:
        self.port = port
        self.talk = talk
        self.socket: socket.socket | None = None
        self.received = b""
        self.sending = b""
        self.began = 0.0

    def connect(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.settimeout(0.0)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def drive(port: int, talks: Sequence[Conversation], *, seconds: float = 60.0) -> Outcome:
    """Let all talk at once until each has ended, or `seconds` are over and the last answers are in."""
    outcome = Outcome()
    loop = _Loop(port, outcome, seconds)
    loop.run(talks)
    return outcome


class _Loop:
    def __init__(self, port: int, outcome: Outcome, seconds: float) -> None:
        self.port, self.outcome, self.seconds = port, outcome, seconds
        self.selector = selectors.DefaultSelector()
        self.waiting: list[tuple[float, int, Client, bytes]] = []
        self.under_way = 0
        self.number = 0

    def run(self, talks: Sequence[Conversation]) -> None:
        began = time.perf_counter()
        self.until = began + self.seconds
        clients = [Client(self.port, talk) for talk in talks]
        for client in clients:
            client.connect()
        began = time.perf_counter()
        for client in clients:
            self._later(client, *client.talk.first())
        while self.under_way or self.waiting:
            self._send_due()
            self._receive()
        self.outcome.wall = time.perf_counter() - began
        for client in clients:
            client.close()
        self.selector.close()

    def _later(self, client: Client, wait: float, wanted: bytes) -> None:
        due = time.perf_counter() + wait
        if wait and due > self.until:
            return
        if not wait:
            self._send(client, wanted)
            return
        self.number += 1
        self.waiting.append((due, self.number, client, wanted))
        self.waiting.sort(reverse=True)

    def _send_due(self) -> None:
        now = time.perf_counter()
        while self.waiting and self.waiting[-1][0] <= now:
            _, _, client, wanted = self.waiting.pop()
            self._send(client, wanted)

    def _send(self, client: Client, wanted: bytes) -> None:
        connection = client.connect()
        client.received, client.sending, client.began = b"", wanted, time.perf_counter()
        try:
            connection.send(wanted)
        except OSError:
            self._again(client)
            return
        self.under_way += 1
        self.selector.register(connection, selectors.EVENT_READ, client)

    def _again(self, client: Client) -> None:
        """A connection that the server has closed meanwhile: the same request over a new one."""
        client.close()
        self.outcome.retried += 1
        self.number += 1
        self.waiting.append((time.perf_counter() + 0.05, self.number, client, client.sending))
        self.waiting.sort(reverse=True)

    def _receive(self) -> None:
        if not self.under_way:
            time.sleep(max(0.0, self.waiting[-1][0] - time.perf_counter()) if self.waiting else 0.0)
            return
        timeout = max(0.0, self.waiting[-1][0] - time.perf_counter()) if self.waiting else 30.0
        for key, _ in self.selector.select(timeout):
            client: Client = key.data
            try:
                piece = client.connect().recv(262144)
            except OSError:
                piece = b""
            client.received += piece
            if piece and not _complete(client.received):
                continue
            self.selector.unregister(key.fileobj)
            self.under_way -= 1
            if piece:
                self._answered(client)
            else:
                self._again(client)

    def _answered(self, client: Client) -> None:
        status = _status(client.received)
        now = time.perf_counter()
        if status == 503:
            self._again(client)
            return
        self.outcome.times.append((now - client.began) * 1000)
        if status >= 400:
            self.outcome.failed.append(status)
        following = client.talk.after(status, client.received)
        if following is not None and now < self.until:
            self._later(client, *following)
