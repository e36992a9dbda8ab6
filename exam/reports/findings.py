"""Pure: what a chart shows, as a sentence. Each finding is a gettext template with its parameters."""

from collections.abc import Sequence
from decimal import Decimal

from exam.reports.comparison import Compared
from exam.reports.ruling import STANDARD, Ruling
from exam.reports.statistics import Flag, Group, Ranked
from exam.reports.topics import TopicRow
from question_bank.errors import N_

Finding = tuple[str, dict[str, object]]


def of_units(compared: Compared) -> Finding:
    """Which unit leads by its mean, and how many lie below the group's own."""
    units = [each.unit for each in compared.units if each.unit.figures.comparable]
    if not units:
        return N_("In every unit fewer than five people sat, so no unit is compared."), {}
    best = max(units, key=lambda unit: (unit.figures.mean or Decimal(0), unit.name))
    below = [unit for unit in units if (unit.figures.mean or 0) < (compared.figures.mean or 0)]
    params: dict[str, object] = {
        "unit": best.name,
        "mean": f"{best.figures.mean:.1f}",
        "below": len(below),
        "all": len(units),
        "group": f"{compared.figures.mean:.1f}",
    }
    if len(units) == 1:
        return N_("%(unit)s has a mean of %(mean)s."), params
    return N_(
        "%(unit)s has the highest mean, %(mean)s; %(below)s of %(all)s units lie below the group's mean of %(group)s."
    ), params


def of_attendance(units: Sequence[Ranked], rule: Ruling = STANDARD) -> Finding | None:
    """Which units brought fewer people than the threshold asks for; None where all did."""
    few = [each.unit for each in units if Flag.ATTENDANCE in each.flags]
    if not few:
        return None
    worst = min(few, key=lambda unit: (unit.figures.attendance or Decimal(0), unit.name))
    params: dict[str, object] = {"unit": worst.name, "count": len(few), "share": rule.flag_attendance}
    if len(few) == 1:
        return N_("At %(unit)s fewer than %(share)s%% sat."), params
    return N_("In %(count)s units fewer than %(share)s%% sat, the fewest at %(unit)s."), params


def of_topics(topics: Sequence[TopicRow], group: Group | None) -> Finding | None:
    """The topic in which the fewest marks were earned, and that with the most."""
    shares = [(share, row.name) for row in topics if (share := share_in(row, group)) is not None]
    if not shares:
        return None
    low, high = min(shares), max(shares)
    params: dict[str, object] = {
        "weak": low[1],
        "low": f"{low[0] * 100:.0f}",
        "strong": high[1],
        "high": f"{high[0] * 100:.0f}",
    }
    return N_("Fewest marks were earned in %(weak)s (%(low)s%%), most in %(strong)s (%(high)s%%)."), params


def share_in(row: TopicRow, group: Group | None) -> Decimal | None:
    """The share of one topic in one group, of everybody without a group."""
    return row.all_groups if group is None else row.shares[group]
