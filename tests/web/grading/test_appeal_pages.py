"""A candidate's appeal from the scorecard to its answer."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.grading import queries
from exam.grading.models import Appeal, AppealStatus
from exam.reports.models import Release
from exam.sittings.models import SittingStatus
from tests.factories.accounts import make_person, sign_in
from tests.factories.marks import hand_in_paper, mark_by_hand
from tests.factories.papers import SHORT_ANSWER, SINGLE
from tests.factories.sittings import make_attempt

WHY = {"text": "第二个要点答案里写了。"}


@dataclass
class Case:
    """Ids of a released paper's people; `path` is where its written item is appealed against."""

    app: APIFlask
    candidate: int
    name: str
    marker: int
    other: int
    key: str
    path: str

    def browser(self, person: int) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.app, person)
        return client

    def appeal(self) -> Appeal:
        with self.app.app_context():
            return db.session.scalars(select(Appeal)).one()


@pytest.fixture
def case(app: APIFlask) -> Case:
    return make_case(app)


def make_case(app: APIFlask, *, days_ago: int = 0) -> Case:
    with app.app_context(), writing() as session:
        attempt = make_attempt(session, contents=((SINGLE, 2), (SHORT_ANSWER, 10)))
        hand_in_paper(session, attempt)
        marker, other = (make_person(session, roles=(Role.MARKER,)) for _ in range(2))
        mark_by_hand(session, attempt, marker_id=marker.id)
        sitting = attempt.assignment.sitting
        sitting.status, at = SittingStatus.RELEASED, clock.now() - timedelta(days=days_ago)
        session.add(Release(sitting_id=sitting.id, number=1, at=at, by=None, figures={}))
        item = max(item for item, _ in queries.marks_of(session, attempt.id))
        entry = attempt.assignment.entry
        path = f"/grading/papers/{attempt.key}/items/{item}/appeal"
        return Case(app, entry.person_id, entry.name, marker.id, other.id, attempt.key, path)


@pytest.mark.db
def test_a_candidate_asks_and_reads_the_answer(case: Case) -> None:
    candidate, other = case.browser(case.candidate), case.browser(case.other)
    card = f"/reports/papers/{case.key}"
    assert case.path in candidate.get(card).get_data(as_text=True)
    assert candidate.get(case.path).status_code == 200
    assert candidate.post(case.path, data=WHY).status_code == 302
    assert case.path not in candidate.get(card).get_data(as_text=True)
    assert WHY["text"] in other.get("/grading/appeals").get_data(as_text=True)
    url = f"/grading/appeals/{case.appeal().id}"
    page = other.get(url).get_data(as_text=True)
    assert case.name not in page
    sent = {"marks-": "4.5", "verdict": "change", "answer": "经复核改分。"}
    assert other.post(url, data=sent | {"marks-": "40"}).status_code == 400
    assert other.post(url, data=sent).status_code == 302
    assert case.appeal().status is AppealStatus.CHANGED
    shown = candidate.get(card).get_data(as_text=True)
    assert "经复核改分。" in shown
    assert other.get("/grading/appeals?show=all").status_code == 200


def test_an_appeal_is_withdrawn_and_asked_again(case: Case) -> None:
    candidate = case.browser(case.candidate)
    candidate.post(case.path, data=WHY)
    assert candidate.post(case.path, data=WHY).status_code == 400
    made = case.appeal().id
    assert case.browser(case.other).post(f"/grading/appeals/{made}/withdraw").status_code == 404
    assert candidate.post(f"/grading/appeals/{made}/withdraw").status_code == 302
    assert case.appeal().status is AppealStatus.WITHDRAWN
    assert candidate.post(case.path, data=WHY).status_code == 302


def test_the_marker_of_the_answer_looks_but_does_not_decide(case: Case) -> None:
    case.browser(case.candidate).post(case.path, data=WHY)
    marker, url = case.browser(case.marker), f"/grading/appeals/{case.appeal().id}"
    assert 'name="verdict"' not in marker.get(url).get_data(as_text=True)
    assert marker.post(url, data={"verdict": "uphold", "answer": "维持原来的判分。"}).status_code == 400


def test_nobody_else_asks_and_nobody_asks_without_words_or_too_late(app: APIFlask, case: Case) -> None:
    for person in (case.marker, case.other):
        assert case.browser(person).get(case.path).status_code == 404
    assert case.browser(case.candidate).post(case.path, data={"text": ""}).status_code == 400
    assert case.browser(case.candidate).get("/grading/appeals").status_code == 403
    late = make_case(app, days_ago=9)
    candidate = late.browser(late.candidate)
    assert 'name="text"' not in candidate.get(late.path).get_data(as_text=True)
    assert candidate.post(late.path, data=WHY).status_code == 400
