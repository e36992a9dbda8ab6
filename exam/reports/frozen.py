"""A report as JSON: what is kept when results are released, and what the command line writes."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from exam.reports.comparison import Compared, Line
from exam.reports.queries import Report
from exam.reports.statistics import Figures, Ranked


def as_json(found: Report) -> dict[str, Any]:
    """The report as JSON; numbers as texts, so that nothing is lost on the way."""
    return {
        "groups": [_group(each) for each in found.groups],
        "topics": [
            {
                "code": row.code,
                "all": _text(row.all_groups),
                "shares": {group.value: _text(share) for group, share in row.shares.items() if share is not None},
            }
            for row in found.topics
        ],
        "people": [_person(line) for line in found.people],
    }


def _group(compared: Compared) -> dict[str, Any]:
    return {
        "group": compared.group.value,
        "figures": _figures(compared.figures),
        "units": [_unit(ranked) for ranked in compared.units],
    }


def _unit(ranked: Ranked) -> dict[str, Any]:
    return {
        "unit": ranked.unit.unit_id,
        "name": ranked.unit.name,
        "figures": _figures(ranked.unit.figures),
        "score": _text(ranked.score),
        "rank": ranked.rank,
    }


def _figures(found: Figures) -> dict[str, Any]:
    return {key: _text(value) for key, value in asdict(found).items()}


def _person(line: Line) -> dict[str, Any]:
    return {
        "entry": line.entry_id,
        "standing": line.result.standing.value,
        "score": _text(line.result.score),
        "passed": line.result.passed,
    }


def _text(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return [_text(each) for each in value] if isinstance(value, tuple) else value
