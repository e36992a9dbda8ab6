"""A tour that begins in two weeks, with three stops in its draft, over HTTP."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from exam import clock
from exam.accounts.roles import Role, UnitCategory
from exam.extensions import db, writing
from exam.tours import arranging, drafting, drafts, operations, publishing, queries
from exam.tours.flow import StopStatus
from exam.tours.models import Placement, Stop, TourDraft
from exam.tours.planning_rules import PlanRules
from tests.factories.accounts import make_person, make_unit, sign_in
from tests.factories.tours import make_tour

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = ("石桥镇", "临河镇", "白塔镇")


class Planned:
    """Three towns, each with its venue; two of the stops share a lecturer. The draft is open, nothing is published."""

    def __init__(self, app: APIFlask) -> None:
        self.app = app
        today = clock.now().astimezone(ZONE).date()
        self.monday = today + timedelta(days=14 - today.weekday())
        with app.app_context(), writing() as session:
            tour = make_tour(session, name="春季巡讲")
            tour.starts_on, tour.ends_on = self.monday, self.monday + timedelta(days=11)
            arranging.set_rules(session, tour, PlanRules(on_holidays=True), by=None, at=clock.now())
            self.tour = tour.id
            units = [make_unit(session, name=name) for name in NAMES]
            self.units = [each.id for each in units]
            lectures = [self._lecture(session, number) for number in range(2)]
            self.lectures = [each.id for each in lectures]
            self.lecturers = [each.lecturer_id for each in lectures]
            self.stops = [
                self._stop(session, tour, number, unit, lectures[number % 2]) for number, unit in enumerate(units)
            ]
            self.venues = [session.get_one(Stop, each).venue_id or 0 for each in self.stops]
            draft = drafts.open_draft(session, tour, by=None, at=clock.now())
            rows = {each.stop_id: each.id for each in drafting.placements_of(session, draft)}
            self.placements = [rows[each] for each in self.stops]
            self.people = {
                role: make_person(session, unit=units[0], name=f"{role.chinese}甲", roles=(role,)).id for role in Role
            }

    def _lecture(self, session, number):  # type: ignore[no-untyped-def]
        person = make_person(session, name=f"讲师{number + 1}")
        at = clock.now()
        lecturer = operations.register_lecturer(
            session, code=f"L{number}", person=person, title="业务骨干", field="光伏", by=None, at=at
        )
        return operations.create_lecture(session, lecturer, title=f"讲题{number + 1}", by=None, at=at)

    def _stop(self, session, tour, number, unit, lecture):  # type: ignore[no-untyped-def]
        at = clock.now()
        venue = operations.create_venue(session, name=f"{unit.name}会议室", unit=unit, capacity=60, by=None, at=at)
        return operations.plan_stop(
            session,
            tour,
            number=number + 1,
            unit=unit,
            starts_at=self.at(number + 1),
            ends_at=self.at(number + 1, time(17, 20)),
            venue=venue,
            lecture=lecture,
            by=None,
            at=at,
        ).id

    def day(self, number: int) -> date:
        """The tour's day of that number, from 0: a Monday."""
        return self.monday + timedelta(days=number)

    def at(self, number: int, hour: time = time(13, 40)) -> datetime:
        return datetime.combine(self.day(number), hour, ZONE)

    def slot(self, number: int, half: str = "afternoon") -> str:
        return f"{self.day(number).isoformat()}.{half}"

    def client(self, role: Role = Role.ORGANISER) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.app, self.people[role])
        return client

    def path(self, rest: str = "") -> str:
        return f"/planning/{self.tour}{rest}"

    def placement(self, number: int = 0) -> Placement:
        with self.app.app_context():
            return drafting.placement_by_id(db.session(), self.placements[number])

    def lock(self) -> int:
        with self.app.app_context():
            draft = drafting.draft_of(db.session(), queries.tour_by_id(db.session(), self.tour))
            return draft.lock if draft else 0

    def draft(self) -> TourDraft | None:
        with self.app.app_context():
            return drafting.draft_of(db.session(), queries.tour_by_id(db.session(), self.tour))

    def stop(self, number: int = 0) -> Stop:
        with self.app.app_context():
            return queries.stop_by_id(db.session(), self.stops[number])

    def move(self, client: FlaskClient, number: int, slot: str, *, seen: int | None = None, fragment: bool = True):  # type: ignore[no-untyped-def]
        return client.post(
            f"/planning/placements/{self.placements[number]}/move",
            data={"slot": slot, "seen": self.lock() if seen is None else seen},
            headers={"X-Fragment": "calendar"} if fragment else {},
        )

    def finish(self, number: int) -> None:
        """Let a stop be over."""
        with self.app.app_context(), writing() as session:
            session.get_one(Stop, self.stops[number]).status = StopStatus.FINISHED

    def publish(self) -> None:
        with self.app.app_context(), writing() as session:
            publishing.announce(session, queries.tour_by_id(session, self.tour), zone=ZONE, by=None, at=clock.now())

    def villages(self, number: int, names: tuple[str, ...]) -> list[int]:
        """Villages of a town."""
        with self.app.app_context(), writing() as session:
            made = [make_unit(session, name=name, category=UnitCategory.VILLAGE) for name in names]
            for each in made:
                each.parent_id = self.units[number]
            return [each.id for each in made]


@pytest.fixture
def planned(app: APIFlask) -> Planned:
    return Planned(app)
