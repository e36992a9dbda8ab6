"""What the marks say: comparisons for the office, a scorecard for its person alone."""

from exam.web.reports import (
    briefs,
    bulletins,
    files,
    own,
    published,
    questions,
    releases,
    rules,
    units,
    versions,
    views,
)
from exam.web.reports.area import blueprint

__all__ = [
    "blueprint",
    "briefs",
    "bulletins",
    "files",
    "own",
    "published",
    "questions",
    "releases",
    "rules",
    "units",
    "versions",
    "views",
]
