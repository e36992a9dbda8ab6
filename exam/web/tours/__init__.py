"""The tour's board, each stop's page, its roster, check-in, sittings and prints."""

from exam.web.tours import (
    board,
    conduct,
    departments,
    desk,
    enrolling,
    evidence,
    letters,
    make_ups,
    printing,
    prints,
    registers,
    roster,
    stops,
)
from exam.web.tours.area import blueprint

__all__ = [
    "blueprint",
    "board",
    "conduct",
    "departments",
    "desk",
    "enrolling",
    "evidence",
    "letters",
    "make_ups",
    "printing",
    "prints",
    "registers",
    "roster",
    "stops",
]
