"""Mail through SMTP (RFC 5321): one connection for several messages, each sent when the server says 250 after DATA.

What a refusal means: a code of the 400s or no answer at all is for the time being; one of the 500s to the receiver or
to the message is for good; one of the 500s before that (greeting, sign-in, sender) is about the server's settings and
holds for every message, so the organisers mend it and the messages wait.
"""

import smtplib
import ssl
from types import TracebackType
from typing import Self

from exam.notices.addresses import is_loopback, mail_server
from exam.notices.guarding import broken_off
from exam.notices.letters import compose
from exam.notices.operations import Claim
from exam.notices.outcomes import Outcome, Unusable, Verdict, failure, one_line
from exam.notices.ways import Way

SECONDS = 20.0
"""For each answer of the server."""


class Mailer:
    """A mail server, connected when the first message is sent. A context manager."""

    def __init__(self, way: Way, *, seconds: float = SECONDS, longest: float = 110.0) -> None:
        self.way = way
        self.seconds = seconds
        self.longest = longest
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (OSError, smtplib.SMTPException):
                self.server.close()

    def send(self, taken: Claim) -> Outcome:
        """Try once. Raises Unusable when the server does not let us in; nothing was sent then."""
        with broken_off(self.longest, lambda: getattr(self.server, "sock", None)) as late:
            server = self._connected()
            if late.is_set():
                self._drop()
                raise Unusable("the server took too long to let us in")
            try:
                return self._hand_over(server, taken)
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                return Outcome(Verdict.LATER, _words(error))

    def _hand_over(self, server: smtplib.SMTP, taken: Claim) -> Outcome:
        try:
            mail = compose(
                identity=taken.identity,
                sender=self.way.sender,
                address=taken.address,
                name=taken.name,
                subject=taken.subject,
                body=taken.body,
                calendar=taken.calendar,
                made_at=taken.made_at,
            )
        except ValueError as error:
            return Outcome(Verdict.NEVER, failure(error))
        code, said = server.mail(self.way.envelope)
        if code != 250:
            self._drop()
            raise Unusable(f"{code} {one_line(said)}")
        code, said = server.rcpt(taken.address)
        if code in {250, 251}:
            try:
                code, said = server.data(mail)
            except smtplib.SMTPDataError as error:
                return self._refused(server, error.smtp_code, error.smtp_error)
            if code == 250:
                return Outcome(Verdict.ACCEPTED, f"{code} {one_line(said)}")
        return self._refused(server, code, said)

    def _refused(self, server: smtplib.SMTP, code: int, said: str | bytes) -> Outcome:
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()  # the server hung up after its refusal, which counts all the same
        return Outcome(Verdict.NEVER if code >= 500 else Verdict.LATER, f"{code} {one_line(said)}")

    def _connected(self) -> smtplib.SMTP:
        if self.server is not None:
            return self.server
        try:
            self.server = self._connect()
        except (OSError, ValueError, smtplib.SMTPException) as error:
            self._drop()
            raise Unusable(_words(error)) from error
        return self.server

    def _connect(self) -> smtplib.SMTP:
        place = mail_server(self.way.address)
        context = ssl.create_default_context()
        if not place.verified:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if place.encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(place.host, place.port, timeout=self.seconds, context=context)
        else:
            server = smtplib.SMTP(place.host, place.port, timeout=self.seconds)
        self.server = server
        server.ehlo_or_helo_if_needed()
        secure = place.encrypted
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            secure = True
        if self.way.username:
            if not secure and not is_loopback(place.host):
                raise smtplib.SMTPException("the server offers no encryption; the password is not sent in the open")
            server.login(self.way.username, self.way.secret)
        return server

    def _drop(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None


def _words(error: Exception) -> str:
    """A server's refusal as it wrote it, else the error's own words."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {one_line(error.smtp_error)}"
    return failure(error)
