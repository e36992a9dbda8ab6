"""Under which address phones on the hall's Wi-Fi reach this machine: Windows, Linux and macOS, without the internet."""

import contextlib
import ipaddress
import re
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

TOWARDS = ("192.168.255.254", "10.255.255.254", "172.31.255.254", "223.5.5.5")
"""Places out of each kind of network: the system is asked from which of its addresses it would write there. Nothing
is sent."""

LINUX = Path("/proc/net/fib_trie")
USUAL, SHORTEST = 8000, 80

ORDER = tuple(
    ipaddress.ip_network(each)
    for each in ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "100.64.0.0/10", "0.0.0.0/0", "169.254.0.0/16")
)
"""Which kind of address a hall's Wi-Fi most likely gives, the likeliest first; one the machine made up itself last."""

VIRTUAL = tuple(
    ipaddress.ip_network(each) for each in ("192.168.56.0/24", "192.168.99.0/24", "192.168.122.0/24", "172.17.0.0/16")
)
"""Networks that virtual machines and containers make inside one machine: no phone is in them."""


def addresses() -> list[str]:
    """The addresses (IPv4) of this machine that a phone could reach, the likeliest first; empty without any network."""
    return ranked([*_asked(), *_named(), *_listed()])


def ranked(found: Iterable[str]) -> list[str]:
    """Without doubles and what only this machine reaches; see `ORDER` and `VIRTUAL`."""
    known = {ipaddress.IPv4Address(each) for each in found}
    reachable = [each for each in known if not (each.is_loopback or each.is_unspecified or each.is_multicast)]
    return [str(each) for each in sorted(reachable, key=_rank)]


def _rank(address: ipaddress.IPv4Address) -> tuple[bool, int, int]:
    made_up = ORDER[-1]
    kind = len(ORDER) if address in made_up else next(place for place, net in enumerate(ORDER) if address in net)
    return any(address in net for net in VIRTUAL), kind, int(address)


def from_trie(text: str) -> list[str]:
    """The machine's own addresses in Linux's routing table: each stands in the line before "/32 host LOCAL"."""
    return re.findall(r"\|-- ([0-9.]+)\n\s+/32 host LOCAL", text)


def _asked() -> Iterator[str]:
    for place in TOWARDS:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((place, 9))
            yield probe.getsockname()[0]


def _named() -> list[str]:
    with contextlib.suppress(OSError):
        return socket.gethostbyname_ex(socket.gethostname())[2]
    return []


def _listed() -> list[str]:
    with contextlib.suppress(OSError):
        return from_trie(LINUX.read_text(encoding="ascii"))
    return []


def free_port(host: str = "0.0.0.0") -> int:  # noqa: S104 -- phones come from outside
    """Port 80, which nobody has to type, where it can be had; else the usual one."""
    with socket.socket() as probe:
        try:
            probe.bind((host, SHORTEST))
        except OSError:
            return USUAL
    return SHORTEST


def typed(address: str, port: int) -> str:
    """What somebody types into a phone; a browser adds http:// by itself."""
    return address if port == SHORTEST else f"{address}:{port}"
