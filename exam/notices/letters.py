"""Pure: a message as the mail that is sent: the same bytes at every try."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from re import search


def compose(
    *,
    identity: str,
    sender: str,
    address: str,
    name: str,
    subject: str,
    body: str,
    calendar: str,
    made_at: datetime,
) -> bytes:
    """The mail as bytes with CRLF line ends; `identity` is its Message-ID, `made_at` its Date.

    With a calendar (RFC 5545, with a METHOD) the mail is an invitation as RFC 6047 describes: the text and the
    calendar as alternatives. Raises ValueError for addresses that are none.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = identity
    mail["Date"] = format_datetime(made_at)
    mail["From"] = _address(*parseaddr(sender))
    mail["To"] = _address(name, address)
    mail["Subject"] = subject
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body if body.endswith("\n") else body + "\n", charset="utf-8", cte="base64")
    if calendar:
        found = search(r"(?m)^METHOD:([A-Z]+)\r?$", calendar)
        method = {"method": found[1]} if found else {}
        mail.add_alternative(
            calendar.encode(),
            maintype="text",
            subtype="calendar",
            cte="base64",
            params={"charset": "utf-8", **method},
            filename="invitation.ics",
            disposition="inline",
        )
        mail.set_boundary("=_" + sha256(identity.encode()).hexdigest()[:40])
    return mail.as_bytes()


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        raise ValueError(address)
    return Address(display_name=" ".join(name.split()), username=local, domain=domain)
