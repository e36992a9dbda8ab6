"""What of the results a page or a file shows, as its address says it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam.accounts.roles import Role, Viewer
from exam.reports import queries
from exam.reports.comparison import Compared, Line, Measure
from exam.reports.findings import Finding, share_in
from exam.reports.queries import Report, Scope
from exam.reports.releasing import Recipient
from exam.reports.statistics import Group, Ranked
from exam.reports.topics import TopicRow
from question_bank.errors import fill


@dataclass(frozen=True)
class Choice:
    """Measure, group and tour chosen; what the address does not say is the overall mark of everybody."""

    measure: Measure
    group: Group | None
    tour_id: int | None

    def args(self, **others: object) -> dict[str, object]:
        """The same choice as parts of an address, with `others` instead."""
        said = {"measure": self.measure.value, "group": self.group and self.group.value, "tour": self.tour_id}
        return {key: value for key, value in {**said, **others}.items() if value is not None}


def chosen() -> Choice:
    """The choice in the request's address; what cannot be read counts as not said."""
    asked = request.args
    measure = next((each for each in Measure if each == asked.get("measure")), Measure.OVERALL)
    group = next((each for each in Group if each == asked.get("group")), None)
    return Choice(measure, group, asked.get("tour", type=int))


def scope_for(viewer: Viewer, **limits: int | None) -> Scope:
    """Organisers see results before their release, leaders every release, contacts those that are open to units."""
    unreleased, units = viewer.has(Role.ORGANISER), not viewer.has(Role.ORGANISER, Role.LEADER)
    return replace(Scope(**limits), released_only=not unreleased, open_to=Recipient.UNITS if units else None)  # type: ignore[arg-type]


def report_for(session: Session, viewer: Viewer, measure: Measure, **limits: int | None) -> Report:
    """The results a viewer may see. Its people are for counting; `named` says whose names may be shown."""
    return queries.report(session, scope_for(viewer, **limits), measure)


def named(report: Report, viewer: Viewer) -> tuple[Line, ...]:
    """Every name for organisers, for leaders only the best fifth of each group, for others none."""
    if viewer.has(Role.ORGANISER):
        return report.people
    return report.best if viewer.has(Role.LEADER) else ()


def said(finding: Finding | None) -> str:
    """A finding in the reader's language."""
    return "" if finding is None else fill(gettext(finding[0]), finding[1])


def measure_tabs(choice: Choice, endpoint: str, **values: object) -> list[tuple[str, str, bool]]:
    """One tab a measure: label, address, whether it is shown."""
    return [
        (gettext(each.label), url_for(endpoint, **values, **choice.args(measure=each.value)), each is choice.measure)  # type: ignore[arg-type]
        for each in Measure
    ]


def unit_bars(units: Sequence[Ranked]) -> list[dict[str, object]]:
    """Rows of the chart of units: mean with its interval; grey where too few sat."""
    return [
        {
            "label": each.unit.name,
            "value": float(each.unit.figures.mean),
            "low": float(each.unit.figures.interval[0]) if each.unit.figures.interval else None,
            "high": float(each.unit.figures.interval[1]) if each.unit.figures.interval else None,
            "text": f"{each.unit.figures.mean:.1f}",
            "emphasis": False,
            "grey": not each.unit.figures.comparable,
        }
        for each in sorted(units, key=lambda one: -(one.unit.figures.mean or 0))
        if each.unit.figures.mean is not None
    ]


def topic_bars(topics: Sequence[TopicRow], group: Group | None) -> list[dict[str, object]]:
    """Rows of the chart of topics: share of marks earned in per cent; the lowest stands out."""
    return share_bars([(row.name, share_in(row, group)) for row in topics])


def share_bars(found: Iterable[tuple[str, Decimal | None]]) -> list[dict[str, object]]:
    """Rows of a chart of shares by name, in per cent, those without one left out; the lowest stands out."""
    shares = [(name, share) for name, share in found if share is not None]
    lowest = min((share for _, share in shares), default=None)
    return [
        {
            "label": name,
            "value": float(round(share * 100, 1)),
            "low": None,
            "high": None,
            "text": f"{share * 100:.1f}%",
            "emphasis": share == lowest and len(shares) > 1,
            "grey": False,
        }
        for name, share in sorted(shares, key=lambda pair: -pair[1])
    ]


def board_tabs(
    choice: Choice, report: Report, shown: Compared | None, endpoint: str
) -> list[tuple[str, str, bool, int]]:
    """One tab a group: label, address, whether it is shown, how many units it has."""
    return [
        (
            gettext(each.group.label),
            url_for(endpoint, **choice.args(group=each.group.value)),  # type: ignore[arg-type]
            shown is not None and each.group is shown.group,
            len(each.units),
        )
        for each in report.groups
    ]


def unit_names(report: Report) -> dict[tuple[Group, int], str]:
    """By group and unit."""
    return {(each.group, ranked.unit.unit_id): ranked.unit.name for each in report.groups for ranked in each.units}


def heat_columns(report: Report, choice: Choice) -> list[dict[str, object]]:
    """Columns of the heat map: each topic leads to its questions."""
    return [
        {"name": name, "url": url_for("reports.questions", **choice.args(group=None, topic=code))}  # type: ignore[arg-type]
        for code, name in report.matrix.topics
    ]


def heat_rows(report: Report, choice: Choice) -> list[dict[str, object]]:
    """Rows of the heat map, of one group where one is chosen: each unit leads to its own page."""
    names, rows, seen = unit_names(report), [], set()
    for row in report.matrix.rows:
        if choice.group not in {None, row.group} or (row.group, row.unit_id) not in names:
            continue
        band = "" if row.group in seen else gettext(row.group.label)
        seen.add(row.group)
        rows.append(
            {
                "label": names[row.group, row.unit_id],
                "url": url_for("reports.unit", unit_id=row.unit_id, **choice.args(group=None)),  # type: ignore[arg-type]
                "group": band,
                "cells": [_per_cent(row.shares.get(code)) for code, _ in report.matrix.topics],
            }
        )
    return rows


def _per_cent(share: Decimal | None) -> float | None:
    return None if share is None else float(share) * 100
