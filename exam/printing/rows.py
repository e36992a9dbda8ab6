"""Pure: what stands on tickets, labels, covers and lists. Apart from the printers: reading them loads no face."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Occasion:
    """What all sheets of a stop say: tour, stop, day, from when to when, and place, as they are written."""

    tour: str
    stop: str
    day: str
    hours: str
    venue: str


@dataclass(frozen=True)
class Ticket:
    """One candidate's ticket. `code` is typed at the door, `address` is what the QR opens.

    `number` is the 考号; `times` are (paper, when) of the papers the candidate will sit.
    """

    name: str
    unit: str
    seat: int
    code: str
    address: str
    number: str = ""
    times: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Label:
    """What is stuck on a seat."""

    seat: int
    name: str
    unit: str
    number: str


@dataclass(frozen=True)
class Attendee:
    """One line of the sheet; `note` such as 公假 or 临时参加."""

    seat: int
    name: str
    unit: str
    note: str = ""


@dataclass(frozen=True)
class Cover:
    """The cover of one envelope: the papers of one specification at one sitting.

    `seats` are (seat, name) of those whose papers lie in it; `spares` are papers nobody holds.
    """

    paper: str
    specification: str
    when: str
    minutes: int
    spares: int
    seats: tuple[tuple[int, str], ...]

    @property
    def papers(self) -> int:
        return len(self.seats)


@dataclass(frozen=True)
class Item:
    """One line of the run sheet: from when to when, what, how long in minutes, and what belongs to it."""

    hours: str
    what: str
    minutes: int
    detail: str


@dataclass(frozen=True)
class DaySheet:
    """流程单 of one stop. `facts` are pairs of a term and its value; `duties` names that are written in by hand.

    `checks` are ticked off before the doors open; `warning` is empty unless the day does not fit.
    """

    occasion: Occasion
    facts: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    duties: tuple[str, ...]
    checks: tuple[str, ...]
    warning: str = ""


@dataclass(frozen=True)
class Letter:
    """函 in the official form: `points` are numbered 一、二、 with their texts; `closing` stands at the end."""

    issuer: str
    title: str
    addressed: str
    opening: str
    points: tuple[tuple[str, str], ...]
    closing: str
    contact: str
    date: str
