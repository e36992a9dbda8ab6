"""The demo's planning: where venues lie, who can come when, what is taught and made where; two published calendars."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.roles import Role
from exam.cli.demo.county import County, Planned
from exam.tours import arranging, drafting, drafts, publishing
from exam.tours.models import Placement, Tour
from exam.tours.planning_rules import Availability, Half, HalfDay, PlanRules, Span, Wish, Wished
from question_bank.errors import DomainError
from question_bank.models import Topic

INDUSTRIES = {
    "PV": "新能源（光伏）",
    "EQUIPMENT": "高端装备",
    "TEXTILE": "新型纺织",
    "FOOD": "绿色食品",
    "CHIP": "半导体与电子信息",
    "HOME": "木业家居",
    "LOGISTICS": "港口物流与商贸",
    "DIGITAL": "软件与总部经济",
}
MADE = {
    "U01": ("PV",),
    "U02": ("EQUIPMENT",),
    "U03": ("TEXTILE",),
    "U04": ("FOOD",),
    "U05": ("FOOD",),
    "U06": ("HOME",),
    "U07": ("LOGISTICS",),
    "U08": ("EQUIPMENT",),
    "U09": ("FOOD",),
    "U10": ("DIGITAL",),
    "U11": ("LOGISTICS",),
    "U12": ("EQUIPMENT", "CHIP"),
    "U13": ("CHIP",),
    "U16": ("EQUIPMENT", "CHIP"),
    "U17": ("CHIP", "PV"),
    "U18": ("DIGITAL",),
}
"""Units without an entry take any industry."""
TAUGHT = {
    "L1": ("INDUSTRY-PV", "INDUSTRY-CHIP"),
    "L2": ("INDUSTRY-EQUIPMENT", "WORK"),
    "L3": ("INDUSTRY-TEXTILE", "INDUSTRY-HOME", "WORK"),
    "L4": ("PROC",),
    "L5": ("PROC", "LAW", "INDUSTRY-LOGISTICS"),
    "L6": ("LAW", "PROC", "INDUSTRY-HOME"),
    "L7": ("POLICY", "LAW"),
    "L8": ("INDUSTRY-FOOD", "SERVICE", "ETIQ"),
    "L9": ("INDUSTRY-CHIP", "INDUSTRY-EQUIPMENT"),
    "L10": ("POLICY", "INDUSTRY-DIGITAL", "INDUSTRY-LOGISTICS"),
}
PLACES = {
    "U01": (33.612, 117.702),
    "U02": (33.548, 117.794),
    "U03": (33.655, 117.861),
    "U04": (33.431, 117.716),
    "U05": (33.388, 117.822),
    "U06": (33.702, 117.955),
    "U07": (33.455, 117.938),
    "U08": (33.571, 118.012),
    "U09": (33.364, 117.961),
    "U10": (33.527, 117.884),
    "U11": (33.519, 117.902),
    "U12": (33.541, 117.915),
    "U13": (33.533, 117.861),
    "U14": (33.524, 117.893),
    "U15": (33.522, 117.896),
}
"""Latitude and longitude in degrees, of an invented county."""
AFTERNOONS = tuple(HalfDay(weekday=day, half=Half.AFTERNOON) for day in range(5))


def arrange(session: Session, county: County, planned: list[Planned], *, at: datetime) -> None:
    """Everything the planner asks, and the calendar's first published version."""
    by = county.staff[Role.ORGANISER][0].id
    tour = planned[0].stop.tour
    codes = {unit.id: code for code, unit in county.units.items()}
    _topics(session)
    for code, made in MADE.items():
        arranging.set_industries(session, county.units[code], [f"INDUSTRY-{each}" for each in made], by=by, at=at)
    for code, lecture in county.lectures.items():
        arranging.set_topics(session, lecture, TAUGHT[code], by=by, at=at)
    for each in planned:
        place, venue = PLACES.get(codes[each.stop.unit_id]), each.stop.venue
        if place is not None and venue is not None:
            address = f"云川县{each.stop.unit.name}"
            arranging.set_place(session, venue, address=address, latitude=place[0], longitude=place[1], by=by, at=at)
    _departments(session, county, planned, by=by, at=at)
    _availability(session, county, planned, by=by, at=at)
    rules = PlanRules(
        half_days=tuple(HalfDay(weekday=day, half=Half.AFTERNOON) for day in (1, 2, 3)),
        most_per_day=1,
        wishes=(
            Wished(unit=county.units["U12"].id, wish=Wish.EARLY),
            Wished(unit=county.units["U18"].id, wish=Wish.LATE),
        ),
    )
    arranging.set_rules(session, tour, rules, by=by, at=at)


def _topics(session: Session) -> None:
    root = session.scalars(select(Topic).where(Topic.code == "INDUSTRY")).one()
    session.add_all(
        Topic(code=f"INDUSTRY-{code}", name=name, parent_id=root.id, position=number)
        for number, (code, name) in enumerate(INDUSTRIES.items(), start=1)
    )
    session.flush()


def _departments(session: Session, county: County, planned: list[Planned], *, by: int, at: datetime) -> None:
    """The approval bureau answers everywhere, two others in turn."""
    others = sorted(code for code in county.units if code.startswith("D") and code != "D03")
    for number, each in enumerate(planned):
        chosen = ["D03", others[number % len(others)], others[(number * 5 + 3) % len(others)]]
        arranging.set_departments(
            session, each.stop, [county.units[code] for code in dict.fromkeys(chosen)], by=by, at=at
        )


def _availability(session: Session, county: County, planned: list[Planned], *, by: int, at: datetime) -> None:
    """Enterprise people come once a week; two are away on a day of the tour that is not theirs."""
    ahead = [each.stop for each in planned if each.offset > 0]
    for number, (code, lecture) in enumerate(county.lectures.items()):
        able = (
            Availability(most_per_week=1, most_in_all=4) if code in {"L1", "L2", "L3", "L8", "L9"} else Availability()
        )
        if code in {"L2", "L8"}:
            able = able.model_copy(update={"half_days": AFTERNOONS})
        if code in {"L3", "L6"}:
            others = [each for each in ahead if each.lecture_id != lecture.id]
            day = others[number % len(others)].starts_at.date()
            own = {each.starts_at.date() for each in ahead if each.lecture_id == lecture.id}
            if day not in own:
                able = able.model_copy(update={"away": (Span(first=day, last=day),)})
        arranging.set_availability(session, lecture.lecturer, able, by=by, at=at)


def announce(session: Session, tour: Tour, county: County, *, zone: ZoneInfo, at: datetime) -> None:
    """The calendar as it was first announced."""
    publishing.announce(session, tour, note="首次发布", zone=zone, by=county.staff[Role.ORGANISER][0].id, at=at)


def change_later(session: Session, tour: Tour, county: County, *, zone: ZoneInfo, at: datetime) -> bool:
    """The last two stops change places: the second version. Left alone where the calendar of that day forbids it."""
    by = county.staff[Role.ORGANISER][0].id
    draft = drafts.open_draft(session, tour, by=by, at=at)
    one, other = drafting.placements_of(session, draft)[-2:]
    try:
        with session.begin_nested():
            _exchange(session, one, other, zone=zone, by=by, at=at)
            drafts.publish(session, draft, note="应驻外招商局要求，末两场对调", zone=zone, by=by, at=at)
    except DomainError:
        drafts.discard(session, draft, by=by, at=at)
        return False
    return True


def _exchange(session: Session, one: Placement, other: Placement, *, zone: ZoneInfo, by: int, at: datetime) -> None:
    times = [(each.starts_at, each.ends_at) for each in (other, one)]
    for each in (one, other):
        drafts.unplace(session, each, by=by, at=at)
    for each, (starts_at, ends_at) in zip((one, other), times, strict=True):
        if starts_at is not None and ends_at is not None:
            drafts.place(
                session,
                each,
                starts_at=starts_at,
                ends_at=ends_at,
                venue=each.venue,
                lecture=each.lecture,
                zone=zone,
                by=by,
                at=at,
            )
