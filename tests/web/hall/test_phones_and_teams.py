"""The test page that every phone opens before the start, and the teams of a county final."""

import re
from decimal import Decimal

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.grading import teams as results
from exam.grading.models import Score
from exam.sittings import trials
from exam.sittings.day_models import PhoneTrial
from exam.sittings.models import SittingStatus
from exam.sittings.operations import start, submit
from exam.tours.flow import Purpose, StopStatus
from exam.tours.models import RosterEntry, Stop, Team
from tests.factories.accounts import make_person, make_unit, sign_in
from tests.factories.papers import TRUE_FALSE, make_paper_set
from tests.factories.sittings import make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db
GOOD = {"token": "phone-number-one", "script": "yes", "keeps": "yes", "durable": "yes", "network": "yes", "ms": "23"}


def organiser(app: APIFlask) -> FlaskClient:
    with app.app_context(), writing() as session:
        person_id = make_person(session, roles=[Role.ORGANISER]).id
    client = app.test_client()
    sign_in(client, app, person_id)
    return client


def test_a_phone_counts_once_for_the_stop_that_is_near(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        stop = make_stop(session, starts_at=clock.now(), status=StopStatus.ROSTERED).id
    assert "本机" in client.get("/hall/try").text
    for _ in range(2):
        assert client.post("/hall/try", data=GOOD).json == {"kept": True}
    client.post("/hall/try", data=GOOD | {"token": "phone-number-two", "keeps": "no", "durable": "no"})
    with app.app_context():
        known = trials.trials_of(db.session(), stop)
    assert [trials.fits(each) for each in known] == [False, True]
    page = organiser(app).get(f"/hall/{stop}/phones").text
    assert f"/hall/try?stop={stop}" in page
    assert re.findall(r'tile-value">(\d+)', page) == ["1", "1", "2"]
    assert "2部手机" in organiser(app).get(f"/hall/{stop}").text


def test_a_browser_without_scripts_is_counted_by_its_button(app: APIFlask, client: FlaskClient) -> None:
    answer = client.post("/hall/try", data={"token": "phone-number-one", "network": "yes", "stop": "999999"})
    assert "已计入" in answer.text
    with app.app_context():
        kept = db.session().scalars(select(PhoneTrial)).one()
    assert (kept.stop_id, trials.fits(kept)) == (None, False)
    assert client.post("/hall/try", data={"token": ""}).status_code == 400


def final(app: APIFlask) -> int:
    """A final with two units, four and three people."""
    with app.app_context(), writing() as session:
        stop = make_stop(session, starts_at=clock.now())
        stop.purpose = Purpose.FINAL
        for name, heads in (("石桥镇", 4), ("临河镇", 3)):
            unit = make_unit(session, name=name)
            for _ in range(heads):
                make_entry(session, stop, person=make_person(session, unit=unit))
        return stop.id


def test_teams_of_three_are_formed_by_unit_and_changed_by_hand(app: APIFlask) -> None:
    stop, staff = final(app), organiser(app)
    staff.post(f"/hall/{stop}/teams/form")
    with app.app_context():
        names = {team.name: team.id for team in db.session().scalars(select(Team))}
        seats = {entry.seat: (entry.id, entry.team_id) for entry in db.session().scalars(select(RosterEntry))}
    assert sorted(names) == ["临河镇", "石桥镇"]
    assert [team for _, (_, team) in sorted(seats.items())] == [names["石桥镇"]] * 3 + [None] + [names["临河镇"]] * 3
    crowded = staff.post(f"/hall/{stop}/teams", data={f"team-{seats[4][0]}": names["石桥镇"]}, follow_redirects=True)
    foreign = staff.post(f"/hall/{stop}/teams", data={f"team-{seats[4][0]}": names["临河镇"]}, follow_redirects=True)
    assert ("每队三人" in crowded.text, "本单位" in foreign.text) == (True, True)
    staff.post(f"/hall/{stop}/teams", data={f"team-{seats[1][0]}": "", f"team-{seats[4][0]}": names["石桥镇"]})
    with app.app_context():
        members = db.session().scalars(select(RosterEntry.seat).where(RosterEntry.team_id == names["石桥镇"])).all()
    assert sorted(members) == [2, 3, 4]


def test_the_marks_of_a_team_are_those_of_its_three(app: APIFlask) -> None:
    stop_id, staff = final(app), organiser(app)
    staff.post(f"/hall/{stop_id}/teams/form")
    with app.app_context(), writing() as session:
        stop, at = session.get_one(Stop, stop_id), clock.now()
        sitting = make_sitting(session, stop=stop)
        made = make_paper_set(session, [(TRUE_FALSE, 10)], papers=6)
        members = session.scalars(
            select(RosterEntry).where(RosterEntry.team_id.is_not(None)).order_by(RosterEntry.seat)
        ).all()
        for entry, paper, marks in zip(members, made.papers, (10, 5, 0, 10, 10, 10), strict=True):  # type: ignore[attr-defined]
            make_assignment(session, sitting, entry, paper=paper)
            attempt = start(session, entry, sitting, device="", at=sitting.opens_at)
            submit(session, attempt, at=at)
            session.add(
                Score(
                    attempt_id=attempt.id,
                    marks=Decimal(marks),
                    total=Decimal(10),
                    waiting=0,
                    sections=[],
                    topics={},
                    at=at,
                )
            )
        sitting.status = SittingStatus.CLOSED
    with app.app_context():
        closed = results.standings(db.session(), stop_id, statuses=(SittingStatus.CLOSED,))
        assert [(line.team.name, line.rank, line.marks, line.complete) for line in closed] == [
            ("临河镇", 1, 30, True),
            ("石桥镇", 2, 15, True),
        ]
        released = results.standings(db.session(), stop_id, statuses=(SittingStatus.RELEASED,))
        assert [(line.rank, line.scores) for line in released] == [(None, 0), (None, 0)]
    page = staff.get(f"/reports/stops/{stop_id}").text
    assert ("参赛队" in page, "30<span" in page) == (True, True)
