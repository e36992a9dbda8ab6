"""Calendars of values to plan: the demo county's, and large ones drawn at random."""

from dataclasses import replace
from datetime import date
from random import Random
from zoneinfo import ZoneInfo

from exam.tours.planned import Calendar, Host, Place, Talk, Teacher, Visit
from exam.tours.planning_rules import Availability, Half, HalfDay, PlanRules, Span, Wish, Wished
from exam.workdays.counting import Workdays
from exam.workdays.shipped import days

ZONE = ZoneInfo("Asia/Shanghai")
SHIPPED = Workdays({each.day: each.off for each in days()})
FIELDS = ("光伏", "装备", "纺织", "食品", "半导体", "物流", "家居", "软件")
TOPICS = ("COUNTY", "WORK", "POLICY", "PROC", "LAW", "ETIQ", "SERVICE")


def half_days(weekdays: tuple[int, ...], *halves: Half) -> tuple[HalfDay, ...]:
    return tuple(HalfDay(weekday=day, half=half) for day in weekdays for half in halves or (Half.AFTERNOON,))


def drawn(seed: int, *, stops: int, lecturers: int, venues: int, weeks: int, most_per_day: int | None = 3) -> Calendar:
    """A county of about 50 × 50 km: towns with a venue each, several units to a town, lecturers with limits."""
    random = Random(seed)
    places, hosts = {}, {}
    for number in range(1, venues + 1):
        point = (33.2 + random.random() * 0.45, 117.6 + random.random() * 0.54)
        places[number] = Place(
            number,
            f"场地{number}",
            10_000 + number,
            random.choice((60, 80, 120, 200)),
            latitude=point[0],
            longitude=point[1],
        )
    for number in range(1, stops + 1):
        town = 1 + (number - 1) % venues
        hosts[number] = Host(
            number,
            f"单位{number}",
            heads=random.randint(15, 60),
            industries=tuple(f"INDUSTRY-{each}" for each in random.sample(FIELDS, random.randint(1, 2))),
            weak=tuple(random.sample(TOPICS, 2)),
            home=places[town].point,
            parent=10_000 + town,
        )
    teachers = {each: _teacher(random, each, weeks) for each in range(1, lecturers + 1)}
    talks = {}
    for teacher in teachers:
        for _ in range(random.randint(1, 3)):
            topics = (f"INDUSTRY-{random.choice(FIELDS)}", *random.sample(TOPICS, 1))
            talks[len(talks) + 1] = Talk(len(talks) + 1, f"讲题{len(talks) + 1}", teacher, topics)
    wishes = tuple(
        Wished(unit=each, wish=random.choice(list(Wish))) for each in random.sample(sorted(hosts), stops // 8)
    )
    rules = PlanRules(
        half_days=half_days((0, 1, 2, 3, 4), Half.MORNING, Half.AFTERNOON),
        blackout=(Span(first=date(2027, 3, 15), last=date(2027, 3, 16)),),
        most_per_day=most_per_day,
        wishes=wishes,
    )
    first = date(2027, 3, 1)
    return Calendar(
        visits=tuple(Visit(key=each, unit=each) for each in hosts),
        places=places,
        teachers=teachers,
        talks=talks,
        hosts=hosts,
        starts_on=first,
        ends_on=date.fromordinal(first.toordinal() + weeks * 7 - 3),
        zone=ZONE,
        rules=rules,
        workdays=SHIPPED,
    )


def _teacher(random: Random, number: int, weeks: int) -> Teacher:
    able = Availability(most_per_week=random.choice((1, 1, 2)), most_in_all=random.randint(3, 8))
    if random.random() < 0.5:
        weekdays = tuple(sorted(random.sample(range(5), random.randint(2, 3))))
        able = able.model_copy(update={"half_days": half_days(weekdays, Half.MORNING, Half.AFTERNOON)})
    if random.random() < 0.4:
        start = date(2027, 3, 1).toordinal() + random.randrange(weeks * 7 - 14)
        able = able.model_copy(
            update={"away": (Span(first=date.fromordinal(start), last=date.fromordinal(start + 13)),)}
        )
    return Teacher(number, f"讲师{number}", able)


def with_rules(calendar: Calendar, **rules: object) -> Calendar:
    return replace(calendar, rules=calendar.rules.model_copy(update=rules))
