"""The wall of the hall, arriving there, and the live board of those who run it."""

from exam.web.hall import (
    arrivals,
    board,
    claims,
    devices,
    identity,
    incidents,
    on_paper,
    people,
    rules,
    teams,
    timing,
    trying,
    views,
)
from exam.web.hall.area import blueprint
from exam.web.hall.door import blueprint as short_door

__all__ = [
    "arrivals",
    "blueprint",
    "board",
    "claims",
    "devices",
    "identity",
    "incidents",
    "on_paper",
    "people",
    "rules",
    "short_door",
    "teams",
    "timing",
    "trying",
    "views",
]
