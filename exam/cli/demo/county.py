"""The invented county 云川县: units, cadres, departments, lecturers, and a calendar around today."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam.accounts import operations as accounts
from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role, UnitCategory
from exam.accounts.secrets import hash_password
from exam.cli.demo.names import invented
from exam.tours import operations as tours
from exam.tours.models import Lecture, Stop, Tour, Venue
from exam.workdays.counting import Workdays
from exam.workdays.shipped import days
from question_bank.enums import Audience

COUNTY: dict[str, Any] = json.loads((Path(__file__).parent / "county.json").read_text(encoding="utf-8"))
PASSWORD = "yunchuan-2027"  # noqa: S105 -- printed by the command: the demo has no secrets
CATEGORIES = {
    "镇": UnitCategory.TOWN,
    "街道": UnitCategory.SUBDISTRICT,
    "开发区": UnitCategory.ZONE,
    "县直部门": UnitCategory.BUREAU,
    "驻外招商局": UnitCategory.RESIDENT_OFFICE,
}
STAFF: tuple[tuple[Role, str, int, str], ...] = (
    # role, user name, how many, code of the unit they belong to
    (Role.ADMINISTRATOR, "admin", 1, "YC"),
    (Role.LEADER, "leader", 2, "YC"),
    (Role.ORGANISER, "organiser", 3, "U14"),
    (Role.AUTHOR, "author", 4, "U14"),
    (Role.REVIEWER, "reviewer", 2, "U15"),
    (Role.MARKER, "marker", 6, "U14"),
)
START, END = time(13, 40), time(17, 20)
TOUR_DAYS = (1, 2, 3)
"""Tuesday, Wednesday, Thursday."""
SHIPPED = Workdays({each.day: each.off for each in days()})


@dataclass
class County:
    """What has been set up, by the codes of the county's file."""

    units: dict[str, Unit] = field(default_factory=dict)
    cadres: dict[str, list[Person]] = field(default_factory=dict)
    staff: dict[Role, list[Person]] = field(default_factory=dict)
    lectures: dict[str, Lecture] = field(default_factory=dict)
    names: Iterator[str] = field(default_factory=lambda: map(invented, range(1200)))


def settle(session: Session, *, at: datetime) -> County:
    """Units, cadres, departments, staff and lecturers; nobody has done anything yet."""
    county = County()
    _settle_units(session, county, at=at)
    for unit in COUNTY["units"]:
        county.cadres[unit["id"]] = [_cadre(session, county, unit, number, at=at) for number in range(unit["cadres"])]
    password = hash_password(PASSWORD)
    for role, user, count, unit_code in STAFF:
        county.staff[role] = [
            _staff(
                session, county, role, f"{user}{number + 1}" if count > 1 else user, unit_code, password=password, at=at
            )
            for number in range(count)
        ]
    county.staff[Role.UNIT_CONTACT] = [
        _staff(session, county, Role.UNIT_CONTACT, f"contact{unit['id'][1:]}", unit["id"], password=password, at=at)
        for unit in COUNTY["units"]
    ]
    county.staff[Role.ANSWERER] = [
        _staff(session, county, Role.ANSWERER, f"answerer{number:02d}", f"D{number:02d}", password=password, at=at)
        for number in range(1, len(COUNTY["departments"]) + 1)
    ]
    _settle_lecturers(session, county, password, at=at)
    return county


def _settle_units(session: Session, county: County, *, at: datetime) -> None:
    root = accounts.create_unit(session, code="YC", name="云川县（演示）", category=UnitCategory.COUNTY, by=None, at=at)
    county.units["YC"] = root
    for unit in COUNTY["units"]:
        county.units[unit["id"]] = accounts.create_unit(
            session,
            code=unit["id"],
            name=unit["name"],
            category=CATEGORIES[unit["kind"]],
            parent_id=root.id,
            focus=unit["focus"],
            carrier=unit["carrier"],
            by=None,
            at=at,
        )
    for number, department in enumerate(COUNTY["departments"], start=1):
        code = f"D{number:02d}"
        county.units[code] = accounts.create_unit(
            session,
            code=code,
            name=department["name"],
            category=UnitCategory.DEPARTMENT,
            parent_id=root.id,
            duties=department["duties"],
            by=None,
            at=at,
        )


def _cadre(session: Session, county: County, unit: dict[str, Any], number: int, *, at: datetime) -> Person:
    """One of a unit's cadres: of a town the first ones come from its villages."""
    of_village = number < min(unit["villages"], unit["cadres"] - 8)
    return accounts.create_person(
        session,
        code=f"{unit['id']}-{number + 1:03d}",
        name=next(county.names),
        unit_id=county.units[unit["id"]].id,
        audience=Audience.VILLAGE if of_village else None,
        post="村级招商员" if of_village else "招商干部",
        roles=(Role.CANDIDATE,),
        by=None,
        at=at,
    )


def _staff(
    session: Session, county: County, role: Role, user: str, unit_code: str, *, password: str, at: datetime
) -> Person:
    person = accounts.create_person(
        session,
        code=user.upper(),
        name=next(county.names),
        unit_id=county.units[unit_code].id,
        post=role.chinese,
        roles=(role,),
        by=None,
        at=at,
    )
    accounts.set_password(session, person, username=user, password_hash=password, must_change=False, by=None, at=at)
    return person


def _settle_lecturers(session: Session, county: County, password: str, *, at: datetime) -> None:
    county.staff[Role.LECTURER] = []
    for number, lecturer in enumerate(COUNTY["lecturers"], start=1):
        person = _staff(session, county, Role.LECTURER, f"lecturer{number:02d}", "YC", password=password, at=at)
        county.staff[Role.LECTURER].append(person)
        registered = tours.register_lecturer(
            session,
            code=lecturer["id"],
            person=person,
            title=lecturer["role"],
            field=lecturer["field"],
            by=None,
            at=at,
        )
        county.lectures[lecturer["id"]] = tours.create_lecture(
            session, registered, title=lecturer["title"], by=None, at=at
        )


@dataclass(frozen=True)
class Planned:
    """One stop of the calendar and how many days of the tour lie between it and today (0 = today)."""

    stop: Stop
    offset: int


def calendar(finished: int = 9) -> list[tuple[int, dict[str, Any]]]:
    """The county's eighteen stops as (offset from today, entry): `finished` behind, one today, the rest ahead.

    The largest unit is moved ahead of today, so that its papers can still be assembled.
    """
    entries = sorted(COUNTY["calendar"], key=lambda entry: entry["no"])
    largest = max(entries, key=lambda entry: entry["expected"])
    entries.remove(largest)
    entries.insert(finished + 2, largest)
    return [(number - finished, entry) for number, entry in enumerate(entries)]


def tour_days(today: date, *, behind: int, ahead: int) -> dict[int, date]:
    """A day for each offset: Tuesdays to Thursdays on which offices work, backwards and forwards from today."""
    found = {0: today}
    for sign, count in ((-1, behind), (1, ahead)):
        day = today
        for number in range(1, count + 1):
            day += timedelta(days=sign)
            while day.weekday() not in TOUR_DAYS or not SHIPPED.worked(day):
                day += timedelta(days=sign)
            found[sign * number] = day
    return found


def plan_tour(session: Session, county: County, *, zone: ZoneInfo, at: datetime) -> list[Planned]:
    """The tour with its eighteen stops; the one of today began half an hour before `at`."""
    today = at.astimezone(zone).date()
    entries = calendar()
    days = tour_days(today, behind=-entries[0][0], ahead=entries[-1][0])
    tour = tours.create_tour(
        session,
        code="YC-1",
        name="“两卷一课”云川县巡讲（演示）",
        starts_on=min(days.values()),
        ends_on=max(days.values()),
        by=county.staff[Role.ORGANISER][0].id,
        at=at,
    )
    return [
        Planned(
            _plan_stop(
                session, county, tour, entry, number=number, day=days[offset], zone=zone, at=at, now=offset == 0
            ),
            offset,
        )
        for number, (offset, entry) in enumerate(entries, start=1)
    ]


def _plan_stop(
    session: Session,
    county: County,
    tour: Tour,
    entry: dict[str, Any],
    *,
    number: int,
    day: date,
    zone: ZoneInfo,
    at: datetime,
    now: bool,
) -> Stop:
    unit = county.units[entry["unit"]]
    starts_at = at - timedelta(minutes=30) if now else datetime.combine(day, START, zone)
    ends_at = starts_at + timedelta(minutes=220) if now else datetime.combine(day, END, zone)
    by = county.staff[Role.ORGANISER][0].id
    venue: Venue = tours.create_venue(
        session,
        name=f"{unit.name}会议室",
        unit=unit,
        capacity=max(20, entry["expected"] + 10),
        online=entry["week"].startswith("第6周"),
        by=by,
        at=at,
    )
    return tours.plan_stop(
        session,
        tour,
        number=number,
        unit=unit,
        starts_at=starts_at,
        ends_at=ends_at,
        venue=venue,
        lecture=county.lectures[entry["lecturer"]],
        label=entry["week"].split(" ", 1)[-1],
        by=by,
        at=at,
    )
