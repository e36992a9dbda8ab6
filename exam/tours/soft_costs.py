"""Pure: what makes a calendar worse than it could be, in points (`planning_rules.Weights`)."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from exam.tours.conflict import Conflict, ConflictKind
from exam.tours.hard_rules import overlapping
from exam.tours.planned import Calendar, Visit, teaches
from exam.tours.planning_rules import Wish
from question_bank.errors import N_

LACKING = 100
"""A stop without a venue or a lecture."""
SHARED_DEPARTMENT = 10

Found = Iterator[Conflict]


def soft_conflicts(calendar: Calendar) -> tuple[Conflict, ...]:
    """Everything that costs points, of this tour's placed visits."""
    placed = [each for each in calendar.visits if each.placed and not each.foreign]
    found: list[Conflict] = []
    for each in placed:
        if each.open:
            found += _lacking(calendar, each)
            found += _match(calendar, each)
            found += _wished(calendar, each)
    found += _shares(calendar, placed)
    found += _paces(calendar, placed)
    found += _apart(calendar, placed)
    found += _departments(calendar, placed)
    return tuple(found)


def match_cost(calendar: Calendar, unit: int, talk: int) -> int:
    """Points of giving this lecture to this unit."""
    host, given, weights = calendar.hosts[unit], calendar.talks[talk], calendar.rules.weights
    off = bool(host.industries) and not teaches(given, host.industries)
    passing = bool(host.weak) and not teaches(given, host.weak)
    return weights.industry * off + weights.weak * passing


def wish_cost(calendar: Calendar, unit: int, week: int) -> int:
    """Points of visiting this unit in the week of this index."""
    wish, last = calendar.wishes.get(unit), len(calendar.weeks) - 1
    if wish is None or last == 0:
        return 0
    late = min(max(week, 0), last)
    return round(calendar.rules.weights.wish * (late if wish is Wish.EARLY else last - late) / last)


def near_cost(calendar: Calendar, weeks: int) -> int:
    """Points of two neighbours with so many weeks between them."""
    return calendar.rules.weights.near * abs(weeks)


def _soft(kind: ConflictKind, visits: tuple[Visit, ...], template: str, cost: int, **params: object) -> Conflict:
    keys = tuple(sorted(each.key for each in visits))
    return Conflict(kind, keys, template, params, hard=False, cost=cost)


def _lacking(calendar: Calendar, visit: Visit) -> Found:
    unit = calendar.hosts[visit.unit].name
    if visit.venue is None:
        yield _soft(ConflictKind.NO_VENUE, (visit,), N_("%(unit)s: no venue yet."), LACKING, unit=unit)
    elif not calendar.own_venue(visit.unit, visit.venue) and calendar.rules.weights.elsewhere:
        template = N_("%(unit)s has to come to %(venue)s, which is not its own.")
        venue = calendar.places[visit.venue].name
        cost = calendar.rules.weights.elsewhere
        yield _soft(ConflictKind.ELSEWHERE, (visit,), template, cost, unit=unit, venue=venue)
    if visit.talk is None and visit.regular:
        yield _soft(ConflictKind.NO_LECTURE, (visit,), N_("%(unit)s: no lecture yet."), LACKING, unit=unit)


def _match(calendar: Calendar, visit: Visit) -> Found:
    if visit.talk is None:
        return
    host, talk, weights = calendar.hosts[visit.unit], calendar.talks[visit.talk], calendar.rules.weights
    said = {"unit": host.name, "lecture": talk.title}
    if host.industries and weights.industry and not teaches(talk, host.industries):
        template = N_("%(unit)s: “%(lecture)s” teaches none of the unit's industries.")
        yield _soft(ConflictKind.INDUSTRY, (visit,), template, weights.industry, **said)
    if host.weak and weights.weak and not teaches(talk, host.weak):
        template = N_("%(unit)s: “%(lecture)s” teaches none of the topics this unit is weakest at.")
        yield _soft(ConflictKind.WEAK, (visit,), template, weights.weak, **said)


def _wished(calendar: Calendar, visit: Visit) -> Found:
    cost = wish_cost(calendar, visit.unit, week_index(calendar, visit))
    if cost:
        early = calendar.wishes[visit.unit] is Wish.EARLY
        template = N_("%(unit)s wished for an earlier date.") if early else N_("%(unit)s wished for a later date.")
        yield _soft(ConflictKind.WISH, (visit,), template, cost, unit=calendar.hosts[visit.unit].name)


def week_index(calendar: Calendar, visit: Visit) -> int:
    """Which week of the tour it is in, from 0; negative or past the end outside the tour."""
    return (calendar.week_of(visit) - calendar.weeks[0]).days // 7


def _shares(calendar: Calendar, visits: list[Visit]) -> Found:
    taught: defaultdict[int, list[Visit]] = defaultdict(list)
    for each in visits:
        teacher = calendar.teacher_of(each)
        if teacher is not None:
            taught[teacher].append(each)
    fair = calendar.fair_share(sum(map(len, taught.values())))
    for teacher, there in taught.items():
        cost = calendar.rules.weights.load * (len(there) - fair)
        if cost > 0 and any(each.open for each in there):
            template = N_("%(lecturer)s has %(count)s stops; a fair share is %(fair)s.")
            name = calendar.teachers[teacher].name
            yield _soft(ConflictKind.SHARE, tuple(there), template, cost, lecturer=name, count=len(there), fair=fair)


def _paces(calendar: Calendar, visits: list[Visit]) -> Found:
    weeks: defaultdict[date, list[Visit]] = defaultdict(list)
    for each in visits:
        weeks[calendar.week_of(each)].append(each)
    fair = calendar.fair_pace(len(visits))
    for week, there in weeks.items():
        cost = calendar.rules.weights.pace * (len(there) - fair)
        if cost > 0 and any(each.open for each in there):
            template = N_("In the week of %(week)s there are %(count)s stops; an even pace is %(fair)s.")
            params = {"week": week.isoformat(), "count": len(there), "fair": fair}
            yield _soft(ConflictKind.PACE, tuple(there), template, cost, **params)


def _apart(calendar: Calendar, visits: list[Visit]) -> Found:
    counted = Counter(each.unit for each in visits)
    once = {each.unit: each for each in visits if counted[each.unit] == 1}
    for one, other in sorted(calendar.neighbours):
        if one not in once or other not in once or not (once[one].open or once[other].open):
            continue
        weeks = week_index(calendar, once[one]) - week_index(calendar, once[other])
        cost = near_cost(calendar, weeks)
        if cost:
            template = N_("%(unit)s and %(other)s are neighbours; weeks between them: %(weeks)s.")
            names = {"unit": calendar.hosts[one].name, "other": calendar.hosts[other].name, "weeks": abs(weeks)}
            yield _soft(ConflictKind.NEAR, (once[one], once[other]), template, cost, **names)


def _departments(calendar: Calendar, visits: list[Visit]) -> Found:
    for one, other in overlapping(visits):
        shared = len(one.departments & other.departments)
        if shared:
            template = N_("%(count)s departments would answer at %(unit)s and at %(other)s at the same time.")
            names = {"unit": calendar.hosts[one.unit].name, "other": calendar.hosts[other.unit].name}
            cost = SHARED_DEPARTMENT * shared
            yield _soft(ConflictKind.DEPARTMENT, (one, other), template, cost, count=shared, **names)
