"""Reports as JSON: what is kept when results are released or a bulletin is final, and what the command line writes."""

from dataclasses import asdict, replace
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from exam.reports.comparison import Compared, Line
from exam.reports.county import CountyReport
from exam.reports.queries import Report
from exam.reports.statistics import Figures, Ranked
from exam.reports.units import UnitReport


@cache
def _of_county() -> TypeAdapter[CountyReport]:
    return TypeAdapter(CountyReport)


@cache
def _of_unit() -> TypeAdapter[UnitReport]:
    return TypeAdapter(UnitReport)


def kept(found: CountyReport | UnitReport, *, people: bool = False) -> dict[str, Any]:
    """The report as JSON, to the last figure; `people`: with everybody's name and result."""
    data: dict[str, Any]
    if isinstance(found, UnitReport):
        data = _of_unit().dump_python(found if people else replace(found, people=()), mode="json")
    else:
        nameless = replace(found, report=replace(found.report, people=()))
        data = _of_county().dump_python(found if people else nameless, mode="json")
    return data


def county_from(data: dict[str, Any]) -> CountyReport:
    """What `kept` made of a county's report. Raises pydantic's ValidationError on anything else."""
    return _of_county().validate_python(data)


def unit_from(data: dict[str, Any]) -> UnitReport:
    """What `kept` made of a unit's report. Raises pydantic's ValidationError on anything else."""
    return _of_unit().validate_python(data)


def as_json(found: Report) -> dict[str, Any]:
    """The report as JSON; numbers as texts, so that nothing is lost on the way."""
    return {
        "rule": found.rule.kept(),
        "groups": [_group(each) for each in found.groups],
        "topics": [
            {
                "code": row.code,
                "name": row.name,
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
        "basis": compared.basis.value,
        "sure_by": compared.sure_by.value,
        "tiers": [list(tier) for tier in compared.tiers],
        "units": [_unit(ranked) for ranked in compared.units],
    }


def _unit(ranked: Ranked) -> dict[str, Any]:
    return {
        "unit": ranked.unit.unit_id,
        "name": ranked.unit.name,
        "figures": _figures(ranked.unit.figures),
        "score": _text(ranked.score),
        "rank": ranked.rank,
        "unranked": None if ranked.unranked is None else ranked.unranked.value,
        "flags": [flag.value for flag in ranked.flags],
        "sure": None if ranked.sure is None else {key: _text(value) for key, value in asdict(ranked.sure).items()},
    }


def _figures(found: Figures) -> dict[str, Any]:
    return {key: _text(value) for key, value in asdict(found).items()}


def _person(line: Line) -> dict[str, Any]:
    return {
        "entry": line.entry_id,
        "standing": line.result.standing.value,
        "score": _text(line.result.score),
        "equated": _text(line.result.equated),
        "passed": line.result.passed,
        "makes_up": line.makes_up,
        "made_up": line.made_up,
    }


def _text(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return [_text(each) for each in value] if isinstance(value, tuple) else value


def of_stop(title: str, found: Report) -> dict[str, Any]:
    """A stop's results as the command line and the API give them: as_json with what it is about."""
    return {"title": title, "measure": found.measure.value, "waiting": found.waiting} | as_json(found)


def of_unit(title: str, found: Report, unit: UnitReport) -> dict[str, Any]:
    """The same of one unit, with its people beside the county's; no name in it."""
    return of_stop(title, found) | {"unit": kept(unit)}


def of_tour(title: str, found: Report, county: CountyReport) -> dict[str, Any]:
    """The same of a tour, with its course and what changed since the one before."""
    whole = kept(county)
    return of_stop(title, found) | {name: whole[name] for name in ("coverage", "stops", "weeks", "changes")}
