"""A mail server and a robots' server on the loopback that take messages, refuse them, keep silent or hang up."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import free_port

SILENCE = "silence"
HANG_UP = "hang up"
"""What a server can do at a step, beside answering with a line of its own."""


@dataclass
class MailHouse:
    """What the server does at each step (a reply, SILENCE, HANG_UP; nothing: it agrees), and the mails it has taken.

    `taken` counts as the receiver's mailbox: a mail is in it once its whole text has come, whatever is answered then.
    """

    at: dict[str, str] = field(default_factory=dict)
    only: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def identities(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def _step(self, name: str, server: SMTP, envelope: Envelope, agreed: str) -> str:
        told = self.at.get(name, agreed)
        if self.only and self.only not in [*envelope.rcpt_tos]:
            told = agreed
        if told == SILENCE:
            await asyncio.sleep(30)
        if told == HANG_UP:
            server.transport.abort()
            return agreed
        return told

    async def handle_EHLO(  # noqa: N802 -- the library's name and arguments
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        told = await self._step("EHLO", server, envelope, "")
        return [told] if told else responses

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:  # noqa: N802
        session.host_name = hostname
        return await self._step("EHLO", server, envelope, "250 " + hostname)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session, options
        envelope.mail_from = address
        return await self._step("MAIL", server, envelope, "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session, options
        envelope.rcpt_tos.append(address)
        return await self._step("RCPT", server, envelope, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del session
        told = self.at.get("DATA", "")
        if told[:1] not in {"4", "5"} or (self.only and self.only not in envelope.rcpt_tos):
            mail = message_from_bytes(envelope.content or b"", policy=default)
            assert isinstance(mail, EmailMessage)
            self.taken.append(mail)
        self.reached.set()
        return await self._step("DATA", server, envelope, f"250 2.0.0 queued as {len(self.taken)}")

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        del server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success="AUTH" not in self.at, handled=False)


@contextmanager
def mail_house(**at: str) -> Iterator[MailHouse]:
    """A mail server that does `at` its steps (EHLO, AUTH, MAIL, RCPT, DATA) what it is told."""
    house = MailHouse(at)
    controller = Controller(
        house,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=house.authenticate,
        auth_require_tls=False,
        enable_SMTPUTF8=False,
    )
    controller.start()
    house.port = controller.port
    try:
        yield house
    finally:
        controller.stop(no_assert=True)


@dataclass
class RobotHouse:
    """What the robots' server says next: a status and JSON, SILENCE or HANG_UP; and the documents it has taken."""

    kind: str
    secret: str = ""
    status: int = 200
    said: dict[str, Any] | str = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})
    act: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        if self.kind == "wecom":
            return f"http://127.0.0.1:{self.port}/cgi-bin/webhook/send?key=693a91f6-7e0c"
        return f"http://127.0.0.1:{self.port}/robot/send?access_token=566cc69da782"

    def answer(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        """What the services' documents say they answer to a request of this form."""
        parts = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if self.kind == "wecom":
            return self._wecom(parts.path, query, document)
        return self._dingtalk(parts.path, query, document)

    @staticmethod
    def _wecom(path: str, query: dict[str, str], document: dict[str, Any]) -> dict[str, Any]:
        if path != "/cgi-bin/webhook/send" or query.get("key") != "693a91f6-7e0c":
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        kind = document.get("msgtype")
        if kind not in {"text", "markdown"}:
            return {"errcode": 40008, "errmsg": "invalid message type"}
        content = document.get(kind, {}).get("content", "")
        if not content:
            return {"errcode": 44004, "errmsg": "empty content"}
        if len(content.encode()) > {"text": 2048, "markdown": 4096}[kind]:
            return {"errcode": 40058, "errmsg": f"{kind}.content exceed max length"}
        return {"errcode": 0, "errmsg": "ok"}

    def _dingtalk(self, path: str, query: dict[str, str], document: dict[str, Any]) -> dict[str, Any]:
        if path != "/robot/send" or query.get("access_token") != "566cc69da782":
            return {"errcode": 300001, "errmsg": "token is not exist"}
        if self.secret:
            stamp = query.get("timestamp", "0")
            digest = hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256).digest()
            if query.get("sign") != base64.b64encode(digest).decode():
                return {"errcode": 310000, "errmsg": "sign not match"}
            if abs(time.time() * 1000 - int(stamp)) > 3_600_000:
                return {"errcode": 310000, "errmsg": "invalid timestamp"}
        known = {"text": {"content"}, "markdown": {"title", "text"}}.get(str(document.get("msgtype")))
        if known is None or set(document[document["msgtype"]]) != known:
            return {"errcode": 400035, "errmsg": "miss param"}
        return {"errcode": 0, "errmsg": "ok"}


@contextmanager
def robot_house(kind: str, *, secret: str = "") -> Iterator[RobotHouse]:
    """A server that speaks the JSON of 企业微信 (`wecom`) or 钉钉 (`dingtalk`)."""
    house, leave = RobotHouse(kind, secret), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            own = house.answer(self.path, document)
            said = own if own["errcode"] else house.said
            if house.act == SILENCE:
                leave.wait(30)
            if house.status == 200 and isinstance(said, dict) and said["errcode"] == 0 and house.act != SILENCE:
                house.taken.append(document)
                house.keys.append(self.headers["Idempotency-Key"])
            if house.act == HANG_UP:
                self.connection.close()
                return
            raw = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(house.status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # a caller that has given up
    house.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield house
    finally:
        leave.set()
        server.shutdown()
        thread.join()
        server.server_close()
