"""Pure: what an address is to which something can be sent, and how one is shown that holds a secret."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from exam.notices.flow import ChannelKind
from question_bank.errors import N_, Problem

PORTS = {"smtp": 25, "smtps": 465}
PLACES = {ChannelKind.WECOM: "key", ChannelKind.DINGTALK: "access_token"}
"""The parameter of a robot's address that is its secret."""


@dataclass(frozen=True)
class MailServer:
    """`encrypted`: TLS from the first byte, else STARTTLS where offered. `verified`: the certificate must be right."""

    host: str
    port: int
    encrypted: bool
    verified: bool


def mail_server(address: str) -> MailServer:
    """Read `smtp://host[:port]` or `smtps://host[:port]`, with `?verify=no` for a certificate of one's own.

    Raises ValueError.
    """
    parts = urlsplit(address.strip())
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.path not in {"", "/"}:
        raise ValueError(address)
    verified = parse_qs(parts.query).get("verify", ["yes"])[-1] != "no"
    return MailServer(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme == "smtps", verified)


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address_problems(kind: ChannelKind, address: str) -> list[Problem]:
    """What is wrong with a channel's address, at most one."""
    if kind is ChannelKind.EMAIL:
        try:
            mail_server(address)
        except ValueError:
            return [Problem("address", N_("A mail server is written smtp://host:port or smtps://host:port."))]
        return []
    try:
        parts = urlsplit(address.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host))):
        return [Problem("address", N_("A robot's address begins with https://."))]
    if not parse_qs(parts.query).get(PLACES[kind]):
        return [Problem("address", N_("The robot's address lacks “%(name)s=”; copy it whole."), {"name": PLACES[kind]})]
    return []


def shown(kind: ChannelKind, address: str) -> str:
    """An address as it may be read by people: of a robot's nothing but the host and the last four signs."""
    if kind is ChannelKind.EMAIL:
        return address
    return f"{urlsplit(address).hostname or ''} …{address[-4:]}"
