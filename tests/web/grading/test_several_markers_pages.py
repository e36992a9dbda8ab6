"""Pages of marking by several: blind, adjudicated, in groups; the organiser's plan and figures."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.grading import planning, queries
from exam.grading.models import MarkingPlan
from exam.grading.planning import Plan
from exam.grading.sheets import Sheet
from exam.sittings.models import Sitting
from tests.conftest import NOON
from tests.factories.accounts import make_person, sign_in
from tests.factories.marking_hall import make_hall

REASON = {"reason": "同义表述"}


class Place:
    """A hall with three answers, its markers' browsers, and an organiser's."""

    def __init__(self, app: APIFlask, plan: Plan) -> None:
        self.app = app
        with app.app_context(), writing() as session:
            hall = make_hall(session)
            planning.set_plan(session, hall.sitting, plan, by=None, at=NOON)
            self.sitting, self.version = hall.sitting.id, hall.version_id
            self.answers = [sheet.answer_id for sheet in hall.sheets(session)]
            self.people = [*hall.markers, make_person(session, roles=(Role.ORGANISER,)).id]
            self.contact = make_person(session, roles=(Role.UNIT_CONTACT,)).id
            self.hall = hall

    def browser(self, number: int) -> FlaskClient:
        return self.of(self.people[number])

    def of(self, person_id: int) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.app, person_id)
        return client

    def sheets(self) -> list[Sheet]:
        with self.app.app_context():
            self.hall.sitting = db.session.get_one(Sitting, self.sitting)
            return self.hall.sheets(db.session)

    def plan(self) -> MarkingPlan:
        with self.app.app_context():
            found = queries.plan_of(db.session, self.sitting)
            assert found is not None
            return found


@pytest.fixture
def place(app: APIFlask) -> Callable[..., Place]:
    return lambda **plan: Place(app, Plan(**plan))


def mark(client: FlaskClient, answer: int, marks: str, turn: str = "blind", **more: str) -> int:
    sent = {"marks": marks, "turn": turn, "seen": "1"} | REASON | more
    return client.post(f"/grading/answers/{answer}", data=sent).status_code


@pytest.mark.db
def test_two_markers_and_an_adjudicator(place: Callable[..., Place]) -> None:
    hall = place(double=True)
    one, two, three = hall.browser(0), hall.browser(1), hall.browser(2)
    answer = hall.answers[0]
    fresh = two.get(f"/grading/answers/{answer}").get_data(as_text=True)
    assert mark(one, answer, "2") == 302
    assert two.get(f"/grading/answers/{answer}").get_data(as_text=True).count("mark-one") == 0
    assert fresh.count('name="turn" type="hidden" value="blind"') == 1
    own = one.get(f"/grading/answers/{answer}").get_data(as_text=True)
    assert "data-once" in own
    assert '<fieldset class="mark-all" disabled>' in own
    assert mark(two, answer, "9") == 302
    both = three.get(f"/grading/answers/{answer}").get_data(as_text=True)
    assert both.count('class="mark-one"') == 2
    assert 'value="third"' in both
    assert mark(three, answer, "8", "third") == 302
    assert [sheet.waits for sheet in hall.sheets()] == [False, True, True]


def test_whoever_comes_third_is_told_and_given_the_next(place: Callable[..., Place]) -> None:
    hall = place(double=True)
    for number in (0, 1):
        assert mark(hall.browser(number), hall.answers[0], "5") == 302
    sent = {"marks": "5", "turn": "blind", "seen": "1"} | REASON
    late = hall.browser(2).post(f"/grading/answers/{hall.answers[0]}", data=sent, follow_redirects=True)
    page = late.get_data(as_text=True)
    assert "notice-warning" in page
    assert late.request.path in {f"/grading/answers/{answer}" for answer in hall.answers[1:]}


def test_an_audit_hides_the_suggestion(place: Callable[..., Place], app: APIFlask) -> None:
    hall = place()
    with app.app_context(), writing() as session:
        sitting = session.get_one(Sitting, hall.sitting)
        for sheet in hall.hall.sheets(session):
            session.get_one(queries.Mark, sheet.answer_id).confidence = 9900
        planning.set_plan(session, sitting, Plan(accept_from=95, audit_share=1), by=None, at=NOON)
    page = hall.browser(0).get(f"/grading/answers/{hall.answers[0]}").get_data(as_text=True)
    assert 'class="evidence"' not in page
    assert 'name="marks" required value=""' in page
    assert mark(hall.browser(0), hall.answers[0], "10", "audit") == 302
    organiser = hall.browser(3)
    assert "trust" in organiser.get(f"/grading/sittings/{hall.sitting}/progress").get_data(as_text=True)
    sent = {"version": str(hall.version), "part": ""}
    organiser.post(f"/grading/sittings/{hall.sitting}/trust", data=sent)
    assert hall.plan().by_hand == [f"{hall.version}:"]
    assert [sheet.waits for sheet in hall.sheets()] == [False, True, True]
    organiser.post(f"/grading/sittings/{hall.sitting}/trust", data=sent | {"again": "1"})
    assert [sheet.waits for sheet in hall.sheets()] == [False, False, False]


def test_the_same_answers_are_offered_and_marked_together(place: Callable[..., Place]) -> None:
    hall = place()
    client = hall.browser(0)
    page = client.get(f"/grading/answers/{hall.answers[0]}").get_data(as_text=True)
    assert 'name="same"' in page
    assert 'name="same"' not in client.get(f"/grading/answers/{hall.answers[2]}").get_data(as_text=True)
    groups = client.get(f"/grading/sittings/{hall.sitting}/alike?version={hall.version}&part=")
    assert groups.get_data(as_text=True).count('<li class="panel">') == 2
    assert mark(client, hall.answers[0], "4", "alone", same="1") == 302
    assert [sheet.waits for sheet in hall.sheets()] == [False, False, True]
    assert client.get(f"/grading/sittings/{hall.sitting}/alike?version=99").status_code == 404


def test_the_plan_is_kept_and_says_what_is_wrong(place: Callable[..., Place]) -> None:
    hall = place()
    client, url = hall.browser(3), f"/grading/sittings/{hall.sitting}/plan"
    assert client.get(url).status_code == 200
    sent = {"double": "two", "third_above": "15", "accept": "1", "accept_from": "90", "audit_share": "5"}
    sent |= {"appeal_days": "3", "seen": "1"}
    assert client.post(url, data=sent | {"third_above": "101"}).status_code == 400
    assert client.post(url, data=sent | {"accept_from": ""}).status_code == 400
    assert client.post(url, data=sent).status_code == 302
    plan = hall.plan()
    assert (plan.double, plan.third_above, plan.accept_from, plan.appeal_days) == (True, 15, 90, 3)
    assert client.post(url, data=sent).status_code == 409


def test_the_organiser_follows_who_has_marked_what(place: Callable[..., Place], app: APIFlask) -> None:
    hall = place(double=True)
    for number in (0, 1):
        for answer in hall.answers:
            mark(hall.browser(number), answer, str(5 + number))
    client = hall.browser(3)
    whole = client.get(f"/grading/sittings/{hall.sitting}/progress").get_data(as_text=True)
    part = client.get(f"/grading/sittings/{hall.sitting}/progress", headers={"HX-Request": "true"})
    assert "<html" in whole
    assert "<html" not in part.get_data(as_text=True)
    with app.app_context():
        assert queries.progress(db.session, hall.sitting).decided == 3
    assert Decimal("5.5") in {mark.awarded for mark in marks_now(app)}


def marks_now(app: APIFlask) -> list[queries.Mark]:
    with app.app_context():
        return list(db.session.scalars(queries.select(queries.Mark)))


@pytest.mark.parametrize("path", ["/grading/", "", "/plan", "/progress", "/alike?version=1"])
def test_neither_contacts_nor_candidates_open_the_desk(place: Callable[..., Place], path: str) -> None:
    hall = place()
    url = path if path.startswith("/grading") else f"/grading/sittings/{hall.sitting}{path}"
    for person in (hall.contact, hall.hall.candidates[0]):
        assert hall.of(person).get(url).status_code in {403, 404}
        assert hall.of(person).get(f"/grading/answers/{hall.answers[0]}").status_code == 404


def test_markers_do_not_see_each_others_figures(place: Callable[..., Place]) -> None:
    hall = place()
    for path in ("plan", "progress"):
        assert hall.browser(0).get(f"/grading/sittings/{hall.sitting}/{path}").status_code == 404
