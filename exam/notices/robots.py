r"""Robots of groups in 企业微信 and 钉钉: one JSON document by POST; sent when the answer's `errcode` is 0.

Sources: 企业微信 “群机器人配置说明” (developer.work.weixin.qq.com/document/path/91770: text with mentioned_mobile_list
up to 2048 bytes, markdown up to 4096, 20 messages a minute) and 钉钉 “自定义机器人接入” (open.dingtalk.com: text and
markdown, at.atMobiles,
sign = Base64(HMAC-SHA256(secret, timestamp + "\n" + secret)) with the time in milliseconds, 20 messages a minute).

Neither service knows a key under which a repeat is recognised. A repeat after a lost answer bears the same key in the
header `Idempotency-Key` and the same number in its last line, so that the group sees that it is the same message.
"""

import base64
import hashlib
import hmac
import http.client
import json
import ssl
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote_plus, urlsplit

from exam.notices.flow import ChannelKind
from exam.notices.guarding import broken_off
from exam.notices.operations import Claim
from exam.notices.outcomes import Outcome, Unusable, Verdict, failure, one_line
from exam.notices.ways import Way

SECONDS = 15.0
MOST_REPLY = 65_536
"""Bytes of an answer that are read."""

ROOM = {
    ChannelKind.WECOM: {"text": 2048, "markdown": 4096},
    ChannelKind.DINGTALK: {"text": 16_000, "markdown": 16_000},
}
"""Bytes of UTF-8 that a message may have; 钉钉 allows 20,000 for the whole document."""

BUSY = frozenset({-1, 45009, 45033, 130101, 410100})
"""`errcode`s for the time being: system busy (-1), too many calls (45009 and 45033 in 企业微信, the others in 钉钉)."""
BUSY_STATUS = frozenset({408, 425, 429})


class Robot:
    """One robot; every message has a connection of its own. `now` gives the moment that is signed."""

    def __init__(
        self, way: Way, *, now: Callable[[], datetime], seconds: float = SECONDS, longest: float = 110.0
    ) -> None:
        self.way = way
        self.now = now
        self.seconds = seconds
        self.longest = longest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def send(self, taken: Claim) -> Outcome:
        """Try once. Raises Unusable when there is no connection at all; nothing was sent then."""
        parts = urlsplit(self.way.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.seconds)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=self.seconds, context=context
            )
        with closing(connection), broken_off(self.longest, lambda: connection.sock):
            try:
                connection.connect()
            except OSError as error:
                raise Unusable(failure(error)) from error
            try:
                return self._post(connection, taken)
            except (OSError, http.client.HTTPException) as error:
                return Outcome(Verdict.LATER, failure(error))

    def _post(self, connection: http.client.HTTPConnection, taken: Claim) -> Outcome:
        document = json.dumps(document_of(self.way.kind, taken), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": number_of(taken)}
        connection.request("POST", target(self.way, at=self.now()), document, headers)
        response = connection.getresponse()
        return outcome_of(response.status, response.read(MOST_REPLY))


def target(way: Way, *, at: datetime) -> str:
    """Path and query of the robot's address; 钉钉's signed where a secret was set."""
    parts = urlsplit(way.address)
    query = parts.query
    if way.kind is ChannelKind.DINGTALK and way.secret:
        stamp = str(int(at.timestamp() * 1000))
        query += f"&timestamp={stamp}&sign={quote_plus(signature(way.secret, stamp))}"
    return f"{parts.path or '/'}?{query}"


def signature(secret: str, stamp: str) -> str:
    """钉钉's sign over a time in milliseconds, in Base64."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def number_of(taken: Claim) -> str:
    """The short number that stays the same over every try."""
    return hashlib.sha256(taken.identity.encode()).hexdigest()[:12]


def document_of(kind: ChannelKind, taken: Claim) -> dict[str, Any]:
    """The JSON of one message: text when somebody is pointed at (markdown cannot in 企业微信), else markdown."""
    mobiles = [str(each) for each in taken.extra.get("mobiles", [])]
    last = f"〔{number_of(taken)}〕"
    if mobiles:
        content = _cut_to(f"{taken.subject}\n\n{taken.body}", last, ROOM[kind]["text"])
        if kind is ChannelKind.WECOM:
            return {"msgtype": "text", "text": {"content": content, "mentioned_mobile_list": mobiles}}
        return {"msgtype": "text", "text": {"content": content}, "at": {"atMobiles": mobiles, "isAtAll": False}}
    lines = "\n\n".join(line for line in taken.body.splitlines() if line.strip())
    content = _cut_to(f"**{taken.subject}**\n\n{lines}", last, ROOM[kind]["markdown"])
    if kind is ChannelKind.WECOM:
        return {"msgtype": "markdown", "markdown": {"content": content}}
    return {"msgtype": "markdown", "markdown": {"title": taken.subject, "text": content}}


def _cut_to(text: str, last: str, room: int) -> str:
    """`text` and the last line in at most `room` bytes."""
    end = f"\n\n{last}"
    left = room - len(end.encode())
    if len(text.encode()) > left:
        text = text.encode()[: left - 3].decode("utf-8", "ignore") + "…"
    return text + end


def outcome_of(status: int, reply: bytes) -> Outcome:
    """What an answer means; only `errcode` 0 in a 200 says that the message was taken."""
    if status in BUSY_STATUS or status >= 500 or (status < 400 and status != 200):
        return Outcome(Verdict.LATER, f"HTTP {status}")
    if status != 200:
        return Outcome(Verdict.NEVER, f"HTTP {status}")
    try:
        said = json.loads(reply)
        code = int(said["errcode"])
    except (ValueError, TypeError, KeyError):
        return Outcome(Verdict.LATER, "HTTP 200 " + one_line(reply)[:80])
    answer = f"errcode {code} {one_line(str(said.get('errmsg', '')))}".strip()
    if code == 0:
        return Outcome(Verdict.ACCEPTED, answer)
    return Outcome(Verdict.LATER if code in BUSY else Verdict.NEVER, answer)
