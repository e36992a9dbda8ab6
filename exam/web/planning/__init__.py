"""Planning a tour: the calendar of its draft, what it is planned by, what has been published, and where it has been."""

from exam.web.planning import (
    adding,
    board,
    coverage,
    moving,
    placement,
    proposing,
    publishing,
    resources,
    rules,
    versions,
)
from exam.web.planning.area import blueprint

__all__ = [
    "adding",
    "blueprint",
    "board",
    "coverage",
    "moving",
    "placement",
    "proposing",
    "publishing",
    "resources",
    "rules",
    "versions",
]
