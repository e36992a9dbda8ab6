"""The training ledger's pages: lists, files, one person's sheet, reports and who confirms them."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from exam import clock
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.sittings.models import AttemptStatus
from exam.tours.flow import StopStatus
from exam.tours.models import Stop
from exam.training.models import ExternalTraining, TrainingStatus
from tests.factories.accounts import make_person, make_unit, sign_in
from tests.factories.lessons import PDF, give_lecture, make_training
from tests.factories.papers import SINGLE
from tests.factories.sittings import make_attempt
from tests.factories.tours import make_entry, make_stop


def heard(app: APIFlask, name: str = "赵演一", *, unit: int | None = None) -> int:
    """Somebody who was at a stop with a lecture and handed in one paper there; returns the person's id."""
    with app.app_context(), writing() as session:
        at = clock.now() - timedelta(hours=5)
        home = make_unit(session, name="石桥镇") if unit is None else None
        person = make_person(session, unit=home, name=name)
        stop = make_stop(session, starts_at=at, status=StopStatus.RUNNING)
        give_lecture(session, stop)
        entry = make_entry(session, stop, person=person)
        entry.checked_in_at = at
        attempt = make_attempt(session, at=at, entry=entry, contents=[(SINGLE, 1)])
        attempt.status, attempt.ended_at, attempt.receipt = AttemptStatus.SUBMITTED, at, f"R{person.id}"
        stop.status = StopStatus.FINISHED
        return person.id


def by(app: APIFlask, *roles: Role, unit_of: int | None = None) -> FlaskClient:
    client = app.test_client()
    with app.app_context(), writing() as session:
        unit = session.get_one(Person, unit_of).unit if unit_of else None
        person_id = make_person(session, unit=unit, roles=roles).id
    sign_in(client, app, person_id)
    return client


def own(app: APIFlask, person_id: int) -> FlaskClient:
    client = app.test_client()
    sign_in(client, app, person_id)
    return client


@pytest.mark.db
def test_stops_papers_and_lectures_become_hours_by_the_tour_s_rule(app: APIFlask) -> None:
    person = heard(app)
    organiser = by(app, Role.ORGANISER)
    page = organiser.get(f"/training/people/{person}").text
    assert "2.5学时" in page
    with app.app_context():
        tour = db.session().scalars(select(Stop.tour_id)).first()
    assert organiser.post(f"/training/hours/{tour}", data={"paper": "2", "lecture": "3"}).status_code == 302
    assert "5学时" in organiser.get(f"/training/people/{person}").text
    assert organiser.post(f"/training/hours/{tour}", data={"paper": "25", "lecture": "3"}).status_code == 400


@pytest.mark.db
def test_a_training_elsewhere_counts_once_somebody_else_has_confirmed_it(app: APIFlask) -> None:
    person = heard(app)
    client, organiser = own(app, person), by(app, Role.ORGANISER)
    day = f"{clock.now() - timedelta(days=3):%Y-%m-%d}"
    filled = {"title": "党校班", "organiser": "市委党校", "starts_on": day, "ends_on": day, "hours": "6.5"}
    sent = filled | {"file": (BytesIO(PDF), "证书.pdf")}
    assert client.post(f"/training/people/{person}/report", data=sent).status_code == 302
    with app.app_context():
        number = db.session().scalars(select(ExternalTraining.id)).one()
    assert "2.5学时" in client.get(f"/training/people/{person}").text
    assert client.post(f"/training/external/{number}/confirm").status_code == 404
    got = client.get(f"/training/external/{number}/file")
    assert (got.data, got.headers["Content-Disposition"][:10]) == (PDF, "attachment")
    assert organiser.post(f"/training/external/{number}/confirm").status_code == 302
    assert "9学时" in client.get(f"/training/people/{person}").text


def test_who_reported_it_does_not_confirm_it_even_as_an_organiser(app: APIFlask) -> None:
    person = heard(app)
    with app.app_context(), writing() as session:
        me = make_person(session, roles=[Role.ORGANISER]).id
        theirs = make_training(session, session.get_one(Person, person), by=me).id
        mine = make_training(session, session.get_one(Person, me), by=person).id
    client = own(app, me)
    for number in (theirs, mine):
        client.post(f"/training/external/{number}/confirm")
    with app.app_context():
        found = db.session().scalars(select(ExternalTraining.status)).all()
    assert set(found) == {TrainingStatus.REPORTED}


def test_a_refusal_has_its_reason_and_the_person_reads_it(app: APIFlask) -> None:
    person = heard(app)
    with app.app_context(), writing() as session:
        number = make_training(session, session.get_one(Person, person)).id
    organiser = by(app, Role.ORGANISER)
    assert organiser.post(f"/training/external/{number}/refuse", data={"reason": ""}).status_code == 400
    assert organiser.post(f"/training/external/{number}/refuse", data={"reason": "与业务无关"}).status_code == 302
    page = own(app, person).get(f"/training/people/{person}").text
    assert ("与业务无关" in page, "2.5学时" in page) == (True, True)


@pytest.mark.parametrize(
    "wrong",
    [{"hours": "200"}, {"ends_on": "2019-01-01"}, {"starts_on": "2099-01-01", "ends_on": "2099-01-02"}, {"title": ""}],
)
def test_what_cannot_be_is_not_reported(app: APIFlask, wrong: dict[str, str]) -> None:
    person = heard(app)
    filled = {"title": "班", "organiser": "校", "starts_on": "2020-01-02", "ends_on": "2020-01-03", "hours": "8"}
    assert own(app, person).post(f"/training/people/{person}/report", data=filled | wrong).status_code == 400


def test_the_files_hold_exactly_the_rows_of_the_page(app: APIFlask) -> None:
    heard(app, "赵演一")
    heard(app, "=钱演二")
    leader = by(app, Role.LEADER)
    assert ("赵演一" in leader.get("/training/?q=赵演").text, "钱演二" in leader.get("/training/?q=赵演").text) == (
        True,
        False,
    )
    book = CalamineWorkbook.from_filelike(BytesIO(leader.get("/training/people.xlsx?q=赵演").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows] == ["姓名", "赵演一"]
    assert Decimal(str(rows[1][-1])) == Decimal("2.5")
    lines = leader.get("/training/people.csv").data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines if "赵演" in line or "钱演" in line] == ["赵演一", "'=钱演二"]
    without = leader.get("/training/people.csv?without=y").data.decode("utf-8-sig")
    assert "赵演一" not in without


def test_a_contact_sees_the_own_unit_and_nobody_else(app: APIFlask) -> None:
    mine, other = heard(app, "赵演一"), heard(app, "钱演二")
    contact = by(app, Role.UNIT_CONTACT, unit_of=mine)
    page = contact.get("/training/").text
    assert ("赵演一" in page, "钱演二" in page) == (True, False)
    assert contact.get(f"/training/people/{other}").status_code == 404
    assert contact.get("/training/waiting").status_code == 403
    assert "石桥镇" in contact.get("/training/units").text


def test_the_list_asks_the_database_as_often_for_many_people_as_for_one(app: APIFlask) -> None:
    heard(app)
    leader = by(app, Role.LEADER)
    leader.get("/training/")
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *each: asked.append(each[2]))
    leader.get("/training/")
    one = len(asked)
    for name in ("钱演二", "孙演三"):
        heard(app, name)
    asked.clear()
    leader.get("/training/")
    assert len(asked) == one
