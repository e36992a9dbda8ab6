"""Pure: what a chart shows, as a sentence. Each finding is a gettext template with its parameters."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from exam.reports.comparison import Compared
from exam.reports.ruling import STANDARD, Ruling
from exam.reports.statistics import Flag, Group, Ranked
from exam.reports.topics import Matrix, TopicAgainst, TopicRow
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
    return of_profile([(share, row.name) for row in topics if (share := share_in(row, group)) is not None])


def of_profile(shares: Sequence[tuple[Decimal, str]]) -> Finding | None:
    """The same of shares with their names; what it is where there is one, that they are equal where they are.

    None of nothing.
    """
    if not shares:
        return None
    low, high = min(shares), max(shares)
    params: dict[str, object] = {
        "weak": low[1],
        "low": f"{low[0] * 100:.0f}",
        "strong": high[1],
        "high": f"{high[0] * 100:.0f}",
    }
    if len(shares) == 1:
        return N_("In %(weak)s %(low)s%% of the marks were earned."), params
    if low[0] == high[0]:
        return N_("In every topic the same share of marks was earned: %(low)s%%."), params
    return N_("Fewest marks were earned in %(weak)s (%(low)s%%), most in %(strong)s (%(high)s%%)."), params


def of_spread(own: Sequence[float], whole: Sequence[float], low: int) -> Finding:
    """How many per cent lie below the first `low` classes' upper end, of the unit and of its group; in per cent."""
    params: dict[str, object] = {"own": f"{sum(own[:low]):.0f}", "whole": f"{sum(whole[:low]):.0f}", "mark": low * 10}
    return N_("%(own)s%% of those who sat have fewer than %(mark)s marks, in the whole group %(whole)s%%."), params


def share_in(row: TopicRow, group: Group | None) -> Decimal | None:
    """The share of one topic in one group, of everybody without a group."""
    return row.all_groups if group is None else row.shares[group]


def of_tiers(compared: Compared) -> Finding | None:
    """How many tiers of units can be told apart, and who is in the best one; None where that was not worked out."""
    names = {each.unit.unit_id: each.unit.name for each in compared.units}
    if not compared.tiers or len(names) < 2:
        return None
    best = [names[unit] for unit in compared.tiers[0]]
    params: dict[str, object] = {"count": len(compared.tiers), "names": "、".join(best), "all": len(names)}
    if len(compared.tiers) == 1:
        return N_("The means of these units cannot be told apart: their differences lie within chance."), params
    return N_(
        "By their means the units fall into %(count)s tiers; within one they cannot be told apart. The best: %(names)s."
    ), params


def of_matrix(found: Matrix, names: Mapping[tuple[Group, int], str]) -> Finding | None:
    """The unit and topic with the smallest share, and how many lie below 60 per cent."""
    topics = dict(found.topics)
    cells = [
        (share, names[row.group, row.unit_id], topics[code])
        for row in found.rows
        for code, share in row.shares.items()
        if share is not None and (row.group, row.unit_id) in names
    ]
    if not cells:
        return None
    low = min(cells)
    below = sum(share < Decimal("0.6") for share, *_ in cells)
    params = {"unit": low[1], "topic": low[2], "share": f"{low[0] * 100:.0f}", "below": below, "all": len(cells)}
    return N_(
        "Least of all is known at %(unit)s of %(topic)s (%(share)s%%); %(below)s of %(all)s cells lie below 60%%."
    ), params


def of_unit_topics(topics: Sequence[TopicAgainst]) -> Finding | None:
    """Where the unit lies furthest below the county, or that it lies nowhere below it."""
    known = [(each.difference, each.name) for each in topics if each.difference is not None]
    if not known:
        return None
    low = min(known)
    if low[0] >= 0:
        return N_("In no topic below its group."), {}
    return N_("Furthest below its group in %(topic)s, by %(points)s points."), {
        "topic": low[1],
        "points": f"{-low[0] * 100:.1f}",
    }


def of_weeks(weeks: Sequence[tuple[int, Decimal | None]]) -> Finding | None:
    """How the mean moved from the first week to the last, by pairs of week and mean; None of fewer than two."""
    known = [(week, mean) for week, mean in weeks if mean is not None]
    if len(known) < 2:
        return None
    first, last = known[0], known[-1]
    params: dict[str, object] = {"first": f"{first[1]:.1f}", "last": f"{last[1]:.1f}", "week": last[0]}
    if first[1] == last[1]:
        return N_("The mean stayed at %(last)s up to week %(week)s."), params
    if first[1] < last[1]:
        return N_("The mean rose from %(first)s in the first week to %(last)s in week %(week)s."), params
    return N_("The mean fell from %(first)s in the first week to %(last)s in week %(week)s."), params


def of_questions(lines: Sequence[tuple[Decimal, bool]]) -> Finding | None:
    """How many questions lie below half of their marks; pairs of a share and whether it is far less than expected."""
    if not lines:
        return None
    params: dict[str, object] = {
        "half": sum(share < Decimal("0.5") for share, _ in lines),
        "odd": sum(odd for _, odd in lines),
    }
    return N_(
        "On %(half)s questions less than half of the marks was earned, on %(odd)s far less than expected."
    ), params
