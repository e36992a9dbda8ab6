"""Pure: what stands on tickets and attendance lists. Apart from the printers, so that reading them loads no face."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ticket:
    """One candidate's ticket. `code` is typed at the door, `address` is what the QR opens."""

    name: str
    unit: str
    seat: int
    code: str
    address: str


@dataclass(frozen=True)
class Attendee:
    """One line of the sheet; `note` such as 公假 or 临时参加."""

    seat: int
    name: str
    unit: str
    note: str = ""
