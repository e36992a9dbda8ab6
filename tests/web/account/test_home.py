"""What each role finds on its first page."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role
from exam.extensions import writing
from exam.reports import agenda
from exam.tours.models import Lecture, Lecturer, Stop, StopStatus
from exam.web.account.cards import MAKERS, time_left
from question_bank.enums import PaperKind, Status
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit, sign_in
from tests.factories.bank import make_question
from tests.factories.leak_alarms import make_alarm
from tests.factories.results import WITH_WRITTEN, make_sat_paper, released
from tests.factories.sittings import make_sitting
from tests.factories.tours import make_entry, make_stop, make_tour

pytestmark = pytest.mark.db


def _home(app: APIFlask, client: FlaskClient, person: Person, entry_id: int | None = None) -> str:
    sign_in(client, app, person.id, entry_id)
    page = client.get("/")
    assert page.status_code == 200
    return page.text


def _soon(session: Session, unit: Unit, **after: int) -> Stop:
    return make_stop(session, unit=unit, starts_at=clock.now() + timedelta(**after))


def test_every_role_has_a_card() -> None:
    assert {role for role, _ in MAKERS} == set(Role)


def test_a_candidate_sees_the_next_stop_seat_and_the_way_in(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        person = make_person(session)
        make_entry(session, _soon(session, make_unit(session, name="临河镇"), days=9), person=person, seat=4)
        stop = _soon(session, make_unit(session, name="石桥镇"), days=2)
        make_sitting(session, stop=stop)
        make_entry(session, stop, person=person, seat=17)
        make_entry(session, _soon(session, make_unit(session, name="白塔镇"), days=-3), person=person, seat=9)
    page = _home(app, client, person)
    assert "石桥镇" in page
    assert ">17<" in page
    assert 'href="/sitting/"' in page
    assert "临河镇" not in page
    assert "白塔镇" not in page


def test_a_ticket_leads_to_the_waiting_room_and_its_home_shows_that_stop_alone(
    app: APIFlask, client: FlaskClient
) -> None:
    with app.app_context(), writing() as session:
        person = make_person(session, roles=(Role.CANDIDATE, Role.ADMINISTRATOR))
        entry = make_entry(session, _soon(session, make_unit(session, name="石桥镇"), hours=1), person=person)
    assert client.post("/account/ticket", data={"code": entry.ticket}).location == "/sitting/"
    page = _home(app, client, person, entry.id)
    assert "石桥镇" in page
    assert "/admin/people" not in page


def test_an_organiser_sees_what_is_missing_before_the_next_stop(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        stop = _soon(session, make_unit(session, name="石桥镇"), hours=3)
        sitting = make_sitting(session, stop=stop, opens_at=stop.starts_at)
        entry = make_entry(session, stop)
        make_entry(session, stop)
        organiser = make_person(session, roles=(Role.ORGANISER,))
        ready = agenda.readiness(session, stop)
        assert (ready.expected, ready.without_paper) == (2, {PaperKind.BUSINESS: 2, PaperKind.PRACTICAL: 2})
        assert (sitting.stop_id, entry.stop_id) == (stop.id, stop.id)
        make_alarm(session, make_question(session))
    page = _home(app, client, organiser)
    assert page.count("exclamation-triangle-fill") == 4  # venue, lecture, both papers
    assert f'href="/tours/stops/{stop.id}"' in page
    assert "泄题预警（1）" in page


def test_a_marker_sees_how_many_answers_wait(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        stop = make_stop(session, unit=make_unit(session, name="石桥镇"))
        make_sat_paper(session, stop, {make_entry(session, stop): 100}, contents=WITH_WRITTEN)
        marker = make_person(session, roles=(Role.MARKER,))
    page = _home(app, client, marker)
    assert "石桥镇" in page
    assert 'href="/grading/"' in page


def test_a_leader_sees_the_county_in_figures_once_results_are_out(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        unit = make_unit(session, name="石桥镇")
        stop = make_stop(session, unit=unit, tour=make_tour(session), status=StopStatus.FINISHED)
        make_stop(session, tour=stop.tour)
        entries = [make_entry(session, stop, person=make_person(session, unit=unit)) for _ in range(6)]
        scores = dict(zip(entries, [100, 90, 80, 70, 60, None], strict=True))
        for kind in PaperKind:
            released(session, make_sat_paper(session, stop, scores, paper_kind=kind))
        leader = make_person(session, roles=(Role.LEADER,))
        figures = agenda.tour_figures(session)
        assert (figures.finished, figures.planned, figures.expected, figures.sat) == (1, 2, 6, 5)
    page = _home(app, client, leader)
    assert "83.3%" in page
    assert "石桥镇" in page
    assert 'href="/reports/"' in page


def test_a_lecturer_and_an_answerer_see_the_stops_to_come(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        lecturer, answerer = (make_person(session, roles=(role,)) for role in (Role.LECTURER, Role.ANSWERER))
        taught = Lecturer(code="L1", person_id=lecturer.id, title="专家", field="新能源")
        session.add(taught)
        session.flush()
        lecture = Lecture(lecturer_id=taught.id, title="光伏产业链与辅材机会")
        session.add(lecture)
        session.flush()
        mine = _soon(session, make_unit(session, name="石桥镇"), days=1)
        mine.lecture_id = lecture.id
        _soon(session, make_unit(session, name="临河镇"), days=2)
    page = _home(app, client, lecturer)
    assert "光伏产业链与辅材机会" in page
    assert "临河镇" not in page
    page = _home(app, app.test_client(), answerer)
    assert page.index("石桥镇") < page.index("临河镇")


def test_a_contact_counts_the_own_unit(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        unit = make_unit(session, name="石桥镇")
        village = make_unit(session, parent=unit)
        contact = make_person(session, unit=unit, roles=(Role.UNIT_CONTACT,))
        make_person(session, unit=village)
        assert agenda.active_people(session, unit.id) == 2
    assert 'href="/admin/people"' in _home(app, client, contact)


def test_authors_see_their_own_drafts_and_reviewers_what_waits(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        author, reviewer = (make_person(session, roles=(role,)) for role in (Role.AUTHOR, Role.REVIEWER))
        question = make_question(session)
        question.status = Status.IN_REVIEW
        session.flush()
        assert agenda.questions_by_status(session)[Status.IN_REVIEW] == 1
        assert agenda.questions_by_status(session, written_by=author.id) == {}
    assert "status=draft" in _home(app, client, author)
    assert "/bank/review" in _home(app, app.test_client(), reviewer)


def test_somebody_without_a_role_is_told_what_to_do(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        nobody = make_person(session, roles=())
    assert 'class="empty"' in _home(app, client, nobody)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=-1), "now"),
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=2, minutes=12), "2 h 12 min"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_how_long_until_the_stop(app: APIFlask, left: timedelta, words: str) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert time_left(NOON + left, at=NOON) == words
