"""A make-up stop: planned, its people chosen from those who failed or missed, and their results marked."""

from dataclasses import dataclass

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.reports import make_ups
from exam.tours.flow import Absence, Purpose
from exam.tours.models import RosterEntry, Stop
from exam.tours.operations import add_walk_in, freeze_roster
from question_bank.errors import NotAllowed
from tests.conftest import NOON
from tests.factories.accounts import make_person, sign_in
from tests.factories.results import SIX_CHOICES, make_sat_paper, released
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


@dataclass
class Hall:
    """Ids: the tour, the organiser, the host unit, entries of the first stop by what became of them."""

    tour: int
    unit: int
    organiser: int
    passed: int
    failed: int
    absent: int
    leave: int
    exempt: int
    failed_person: int


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    with app.app_context(), writing() as session:
        stop = make_stop(session)
        passed, failed, absent, leave, exempt = (make_entry(session, stop) for _ in range(5))
        leave.absence, exempt.absence = Absence.LEAVE, Absence.EXEMPT
        scores = {passed: 80, failed: 40, absent: None, leave: None, exempt: None}
        released(session, make_sat_paper(session, stop, scores, contents=SIX_CHOICES))
        return Hall(
            tour=stop.tour_id,
            unit=stop.unit_id,
            organiser=make_person(session, roles=[Role.ORGANISER]).id,
            passed=passed.id,
            failed=failed.id,
            absent=absent.id,
            leave=leave.id,
            exempt=exempt.id,
            failed_person=failed.person_id,
        )


def make_up_stop(session: Session, hall: Hall) -> Stop:
    stop = make_stop(session, tour=session.get_one(Stop, session.get_one(RosterEntry, hall.failed).stop_id).tour)
    stop.purpose = Purpose.MAKE_UP
    session.flush()
    return stop


def test_who_failed_or_missed_may_make_up_once(app: APIFlask, hall: Hall) -> None:
    with app.app_context(), writing() as session:
        stop = make_up_stop(session, hall)
        assert {each.entry_id for each in make_ups.candidates(session, stop)} == {hall.failed, hall.absent, hall.leave}
        with pytest.raises(NotAllowed):
            make_ups.enrol(session, stop, [hall.passed], by=None, at=NOON)
        [entry] = make_ups.enrol(session, stop, [hall.failed], by=None, at=NOON)
        assert (entry.makes_up_id, entry.person_id) == (hall.failed, hall.failed_person)
        other = make_up_stop(session, hall)
        assert {each.entry_id for each in make_ups.candidates(session, other)} == {hall.absent, hall.leave}
        with pytest.raises(NotAllowed):
            make_ups.enrol(session, other, [hall.failed], by=None, at=NOON)


def test_a_make_up_stop_takes_nobody_else(app: APIFlask, hall: Hall) -> None:
    with app.app_context(), writing() as session:
        stop, somebody = make_up_stop(session, hall), make_person(session)
        with pytest.raises(NotAllowed):
            add_walk_in(session, stop, somebody, by=None, at=NOON)
        with pytest.raises(NotAllowed):
            freeze_roster(session, stop, [somebody], by=None, at=NOON)
        with pytest.raises(NotAllowed):
            make_ups.enrol(session, make_stop(session), [hall.failed], by=None, at=NOON)


def test_the_organiser_plans_it_and_ticks_who_comes(client: FlaskClient, app: APIFlask, hall: Hall) -> None:
    sign_in(client, app, hall.organiser)
    data = {"number": "999", "unit": hall.unit, "day": "2027-04-01", "starts": "13:40", "ends": "17:20"}
    data |= {"venue": "0", "lecture": "0", "day_order": "paper_first", "purpose": "make_up"}
    made = client.post(f"/tours/{hall.tour}/stops/new", data=data)
    address = made.headers["Location"]
    assert "补考" in client.get(address).get_data(as_text=True)
    listed = client.get(f"{address}/roster/edit", follow_redirects=True).get_data(as_text=True)
    assert f'value="{hall.failed}" data-select-row checked' in listed
    assert f'value="{hall.passed}"' not in listed
    assert client.post(f"{address}/make-ups", data={"ids": [hall.failed, hall.absent]}).status_code == 302
    with app.app_context():
        wanted = select(RosterEntry.makes_up_id).where(RosterEntry.makes_up_id.is_not(None)).order_by(RosterEntry.id)
        assert set(db.session().scalars(wanted)) == {hall.failed, hall.absent}
    assert f'value="{hall.leave}"' in client.get(f"{address}/make-ups").get_data(as_text=True)
