"""The marker's desk and the page of one answer."""

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from exam.accounts.operations import grant_role
from exam.accounts.queries import person_by_id
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.grading import queries
from exam.grading.models import Mark
from exam.sittings.models import Attempt, SittingStatus
from question_bank.enums import Kind
from tests.conftest import NOON
from tests.factories.accounts import make_person, sign_in
from tests.factories.marks import hand_in_paper
from tests.factories.papers import CASE, DIAGNOSIS, SHORT_ANSWER
from tests.factories.sittings import make_attempt

pytestmark = pytest.mark.db

PROBLEM = {"problem": "企业用地指标不足", "department": "自然资源和规划局", "done": "已上报", "planned": "争取点供"}


@dataclass
class Hall:
    """One handed-in paper: ids of its candidate, its sitting, and the first marks of its written parts by kind."""

    candidate: int
    sitting: int
    name: str
    unit: str
    answers: list[int]
    versions: list[tuple[int, str]]


def given(item) -> object:
    if item.content.kind is Kind.CASE:
        return {"1": "B", "2": "可以帮办代办，压缩时间。"}
    return PROBLEM if not item.content.rubric else "我镇区位交通便利，<b>产业</b>基础好。"


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    with app.app_context(), writing() as session:
        attempt = make_attempt(session, contents=((SHORT_ANSWER, 10), (CASE, 20), (DIAGNOSIS, 10)))
        marks = hand_in_paper(session, attempt, given=given)
        entry = attempt.assignment.entry
        waits = [mark for mark in marks.values() if mark.source == "suggestion"]
        lines = {line.code: line for line in queries.questions(session, attempt.assignment.sitting_id)}
        return Hall(
            candidate=entry.person_id,
            sitting=attempt.assignment.sitting_id,
            name=entry.name,
            unit=entry.unit.name,
            answers=[mark.id for mark in waits],
            versions=sorted((line.version_id, line.part) for line in lines.values()),
        )


@pytest.fixture
def marker(app: APIFlask, client: FlaskClient) -> FlaskClient:
    return signed_in(app, client, Role.MARKER)


def signed_in(app: APIFlask, client: FlaskClient, *roles: Role) -> FlaskClient:
    with app.app_context(), writing() as session:
        person = make_person(session, roles=roles).id
    sign_in(client, app, person)
    return client


def latest(app: APIFlask, answer_id: int) -> Mark:
    with app.app_context():
        first = db.session.get_one(Mark, answer_id)
        found = queries.latest_mark(db.session, first.attempt_id, first.paper_item_id, first.part)
        assert found is not None
        return found


def text_of(response: TestResponse) -> str:
    return re.sub(r"<[^>]+>", "", response.get_data(as_text=True))


def test_the_desk_counts_what_waits(hall: Hall, marker: FlaskClient) -> None:
    page = text_of(marker.get("/grading/"))
    assert "0 / 3" in page
    assert hall.unit not in page


def test_an_empty_desk_says_so(marker: FlaskClient) -> None:
    assert 'class="empty"' in marker.get("/grading/").get_data(as_text=True)


def test_a_sitting_lists_its_questions_with_their_counts(hall: Hall, marker: FlaskClient) -> None:
    page = marker.get(f"/grading/sittings/{hall.sitting}").get_data(as_text=True)
    assert page.count("/next?") == 3
    assert hall.unit not in page


def test_an_answer_is_shown_without_its_writer_and_with_its_evidence(hall: Hall, marker: FlaskClient) -> None:
    page = marker.get(f"/grading/answers/{hall.answers[0]}").get_data(as_text=True)
    assert hall.name not in page
    assert hall.unit not in page
    assert '<mark class="evidence" data-points="1">区位交通便利<sup>1</sup></mark>' in page
    assert "&lt;b&gt;产业&lt;/b&gt;" in page
    assert 'name="marks" required value="5"' in page


def test_a_diagnosis_has_nothing_preselected(hall: Hall, marker: FlaskClient) -> None:
    page = marker.get(f"/grading/answers/{hall.answers[2]}").get_data(as_text=True)
    assert "企业用地指标不足" in page
    assert 'name="marks" required value=""' in page
    assert page.count("data-level=") == 6


def test_keeping_marks_goes_on_to_the_next_answer_and_ends_at_the_list(
    app: APIFlask, hall: Hall, marker: FlaskClient
) -> None:
    sent = {"marks": "7.5", "seen": "1", "point-k1": "5", "point-k2": "2.5"}
    answer = marker.post(f"/grading/answers/{hall.answers[0]}", data=sent)
    assert answer.status_code == 302
    assert "/next?" in answer.location
    kept = latest(app, hall.answers[0])
    assert (kept.awarded, kept.sequence, kept.detail) == (Decimal("7.5"), 2, {"points": {"k1": "5", "k2": "2.5"}})
    onward = marker.get(answer.location)
    assert onward.location == f"/grading/sittings/{hall.sitting}"


def test_the_link_to_the_next_answer_leads_to_one_that_waits(hall: Hall, marker: FlaskClient) -> None:
    version, part = hall.versions[1]
    found = marker.get(f"/grading/sittings/{hall.sitting}/next?version={version}&part={part}")
    assert found.location in {f"/grading/answers/{answer}" for answer in hall.answers}


@pytest.mark.parametrize(
    "sent", [{"marks": "10.25"}, {"marks": "7.1"}, {"marks": ""}, {"marks": "-1"}, {"marks": "zehn"}]
)
def test_impossible_marks_are_sent_back_with_what_was_typed(
    app: APIFlask, hall: Hall, marker: FlaskClient, sent: dict[str, str]
) -> None:
    answer = marker.post(f"/grading/answers/{hall.answers[0]}", data=sent | {"seen": "1", "reason": "理由"})
    assert answer.status_code == 400
    assert "error-summary" in answer.get_data(as_text=True)
    assert 'value="理由"' in answer.get_data(as_text=True)
    assert latest(app, hall.answers[0]).sequence == 1


def test_a_changed_decision_needs_its_reason(app: APIFlask, hall: Hall, marker: FlaskClient) -> None:
    url = f"/grading/answers/{hall.answers[0]}"
    assert marker.post(url, data={"marks": "7", "seen": "1"}).status_code == 400
    marker.post(url, data={"marks": "7", "seen": "1", "reason": "同义表述"})
    assert marker.post(url, data={"marks": "8", "seen": "2"}).status_code == 400
    assert marker.post(url, data={"marks": "8", "seen": "2", "reason": "漏看一点"}).status_code == 302
    assert (latest(app, hall.answers[0]).awarded, latest(app, hall.answers[0]).reason) == (8, "漏看一点")


def test_the_second_of_two_markers_is_told_and_sent_on(app: APIFlask, hall: Hall, marker: FlaskClient) -> None:
    url = f"/grading/answers/{hall.answers[0]}"
    marker.post(url, data={"marks": "7", "seen": "1", "reason": "同义表述"})
    late = marker.post(url, data={"marks": "3", "seen": "1", "reason": "要点不全"}, follow_redirects=True)
    assert "notice-warning" in late.get_data(as_text=True)
    assert latest(app, hall.answers[0]).awarded == 7


def test_a_marker_finds_no_answer_of_their_own(app: APIFlask, client: FlaskClient, hall: Hall) -> None:
    with app.app_context(), writing() as session:
        grant_role(session, person_by_id(session, hall.candidate), role=Role.MARKER, by=None, at=NOON)
    sign_in(client, app, hall.candidate)
    url = f"/grading/answers/{hall.answers[0]}"
    assert (client.get(url).status_code, client.post(url, data={"marks": "10"}).status_code) == (404, 404)
    assert "/next?" not in client.get(f"/grading/sittings/{hall.sitting}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("role", "desk", "answer"), [(Role.ORGANISER, 200, 404), (Role.CANDIDATE, 403, 404), (Role.LEADER, 403, 404)]
)
def test_others_follow_or_see_nothing(
    app: APIFlask, client: FlaskClient, hall: Hall, role: Role, desk: int, answer: int
) -> None:
    signed_in(app, client, role)
    assert client.get("/grading/").status_code == desk
    assert client.get(f"/grading/answers/{hall.answers[0]}").status_code == answer
    assert client.post(f"/grading/answers/{hall.answers[0]}", data={"marks": "1"}).status_code == answer


def test_marks_stand_after_the_release(app: APIFlask, hall: Hall, marker: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        session.scalars(select(Attempt)).one().assignment.sitting.status = SittingStatus.RELEASED
    assert marker.post(f"/grading/answers/{hall.answers[0]}", data={"marks": "1", "seen": "1"}).status_code == 400
    assert "data-once" in marker.get(f"/grading/answers/{hall.answers[0]}").get_data(as_text=True)


def test_the_page_says_why_a_suggestion_is_doubtful_and_what_the_key_points_alone_suggested(
    app: APIFlask, hall: Hall, marker: FlaskClient
) -> None:
    with app.app_context(), writing() as session:
        first = session.get_one(Mark, hall.answers[0])
        before = {"marks": "2.50", "confidence": 9000}
        first.detail = {**first.detail, "flags": ["number", "salad"], "uncalibrated": before}
    page = text_of(marker.get(f"/grading/answers/{hall.answers[0]}"))
    assert "词语罗列，不成句 · 出现题目和答案里没有的数字 按采分点原建议2.5分。" in page
