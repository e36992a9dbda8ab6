"""A wrong key from the bank's page to the confirmed correction."""

import re
from dataclasses import dataclass

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.grading import sat as where
from exam.grading.models import Correction, CorrectionStatus
from exam.jobs.models import Job
from exam.reports import regrading
from question_bank.enums import Status
from tests.factories import papers
from tests.factories.accounts import make_person, sign_in
from tests.factories.corrections import attempts_at, sit, version_of

pytestmark = pytest.mark.db


@dataclass
class Wrong:
    """Ids: the version and question, the stop, attempts by seat, their candidates, two organisers, a marker."""

    version: int
    question: int
    stop: int
    keys: list[str]
    candidates: list[int]
    one: int
    two: int
    marker: int


@pytest.fixture
def wrong(app: APIFlask) -> Wrong:
    with app.app_context(), writing() as session:
        sitting = sit(session, ["B", "C", None])
        version = where.version_by_id(session, version_of(session, sitting))
        attempts = attempts_at(session, sitting)
        return Wrong(
            version=version.id,
            question=version.question_id,
            stop=sitting.stop_id,
            keys=[attempt.key for attempt in attempts],
            candidates=[attempt.assignment.entry.person_id for attempt in attempts],
            one=make_person(session, name="张组织", roles=[Role.ORGANISER]).id,
            two=make_person(session, name="王审题", roles=[Role.REVIEWER]).id,
            marker=make_person(session, name="阅卷员甲", roles=[Role.MARKER]).id,
        )


def sent(wrong: Wrong, **values: str) -> dict[str, str]:
    return {
        "version": str(wrong.version),
        "stop": "0",
        "policy": "new_key",
        "key": "C",
        "reason": "第二项与条例不符，正确答案应为C",
    } | values


def proposed(client: FlaskClient, app: APIFlask, wrong: Wrong, **values: str) -> TestResponse:
    sign_in(client, app, wrong.one)
    return client.post("/grading/corrections/new", data=sent(wrong, do="propose", **values))


def test_the_way_leads_from_the_bank_and_from_the_stops_results(
    client: FlaskClient, app: APIFlask, wrong: Wrong
) -> None:
    sign_in(client, app, wrong.one)
    page = client.get(f"/bank/questions/{wrong.question}").get_data(as_text=True)
    assert f"/grading/corrections/new?question={wrong.question}" in page
    assert f"/grading/corrections?stop={wrong.stop}" in client.get(f"/reports/stops/{wrong.stop}").get_data(
        as_text=True
    )
    listed = client.get(f"/grading/corrections?stop={wrong.stop}").get_data(as_text=True)
    assert f"/grading/corrections/new?version={wrong.version}&amp;stop={wrong.stop}" in listed
    assert client.get(f"/grading/corrections/new?question={wrong.question}").status_code == 200
    assert client.get("/grading/corrections/new?question=0").status_code == 404


def test_a_preview_shows_the_figures_and_writes_nothing(client: FlaskClient, app: APIFlask, wrong: Wrong) -> None:
    sign_in(client, app, wrong.one)
    page = client.post("/grading/corrections/new", data=sent(wrong, do="preview"))
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert 'value="propose"' in text
    assert 'value="C" checked' in text
    with app.app_context():
        assert db.session().scalars(select(Correction)).all() == []


@pytest.mark.parametrize("values", [{"key": "B"}, {"reason": ""}, {"policy": "new_rule"}, {"policy": ""}])
def test_what_makes_no_sense_is_said_on_the_form(
    client: FlaskClient, app: APIFlask, wrong: Wrong, values: dict[str, str]
) -> None:
    page = proposed(client, app, wrong, **values)
    assert page.status_code == 400
    assert "error-summary" in page.get_data(as_text=True)


def test_two_people_then_the_scorecard_says_what_was_corrected(
    client: FlaskClient, app: APIFlask, wrong: Wrong
) -> None:
    address = proposed(client, app, wrong).headers["Location"]
    own = client.get(address).get_data(as_text=True)
    assert f"{address}/confirm" not in own
    assert client.post(f"{address}/confirm").status_code == 400
    sign_in(client, app, wrong.two)
    page = client.get(address).get_data(as_text=True)
    assert "张组织" in page
    seal = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"{address}/confirm", data={"seen": "0", "quarantine": "1"}).status_code == 409
    assert client.post(f"{address}/confirm", data={"seen": seal, "quarantine": "1"}).status_code == 302
    assert 'hx-get="' in client.get(address).get_data(as_text=True)
    with app.app_context():
        session = db.session()
        [job] = session.scalars(select(Job))
        number = job.payload["correction"]
        assert where.version_by_id(session, wrong.version).question.status is Status.QUARANTINED
        session.close()
        regrading.regrade(db.engine, number)
    assert "2人次成绩" in client.get(address).get_data(as_text=True)
    sign_in(client, app, wrong.candidates[1])
    card = client.get(f"/reports/papers/{wrong.keys[1]}").get_data(as_text=True)
    assert "第二项与条例不符" in card
    assert "按新答案重新判分" in card
    with app.app_context():
        assert db.session().get_one(Correction, number).status is CorrectionStatus.DONE


def test_a_marker_may_propose_but_sees_neither_units_nor_names(
    client: FlaskClient, app: APIFlask, wrong: Wrong
) -> None:
    sign_in(client, app, wrong.marker)
    text = client.post("/grading/corrections/new", data=sent(wrong, do="preview")).get_data(as_text=True)
    assert 'value="propose"' in text
    address = client.post("/grading/corrections/new", data=sent(wrong, do="propose")).headers["Location"]
    assert "演示" not in client.get(address).get_data(as_text=True).split("<main", 1)[1]
    assert client.post(f"{address}/confirm", data={}).status_code == 404
    assert client.post(f"{address}/withdraw").status_code == 302


CONTENTS = {
    "multiple": (papers.MULTIPLE, ["A"], {"key": ["A", "B"]}),
    "judgement": (papers.TRUE_FALSE, True, {"key": "false"}),
    "put right": (
        {**papers.TRUE_FALSE, "answer": False, "wrong": "建成投产前", "corrections": ["建成投产并使用前"]},
        True,
        {"key": "true"},
    ),
    "blank": (papers.FILL_BLANK, ["安全", "生产"], {"key-0": "安全\n安全生产", "key-1": "生产"}),
    "numeric": (papers.NUMERIC, "69", {"key-answer": "69", "key-tolerance": "1"}),
    "ordering": (papers.ORDERING, ["A", "C", "B", "D"], {"key": "A C B D\nABCD"}),
    "matching": (papers.MATCHING, {"1": "A"}, {"key-A": "D", "key-B": "C", "key-C": "A"}),
    "case": (papers.CASE, {"1": "C"}, {"key-a": "C"}),
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_every_kind_of_key_can_be_entered(client: FlaskClient, app: APIFlask, kind: str) -> None:
    question, answer, key = CONTENTS[kind]
    with app.app_context(), writing() as session:
        sitting = sit(session, [answer], question=question)
        version, organiser = version_of(session, sitting, question), make_person(session, roles=[Role.ORGANISER]).id
    sign_in(client, app, organiser)
    data = {"version": version, "stop": "0", "policy": "new_key", "reason": "答案有误", "do": "propose"} | key
    assert client.post("/grading/corrections/new", data=data).status_code == 302
    with app.app_context():
        [made] = db.session().scalars(select(Correction))
        assert made.change["content"]["stem"] == question["stem"]


POINTS = "25分：区位交通 ｜ 区位交通便利\n25分：产业配套 ｜ 产业配套齐全、配套完善"


def test_new_key_points_from_the_form_over_the_second_look_to_the_scorecard(client: FlaskClient, app: APIFlask) -> None:
    with app.app_context(), writing() as session:
        sitting = sit(session, ["区位交通便利，配套完善。"], question=papers.SHORT_ANSWER)
        version = version_of(session, sitting, papers.SHORT_ANSWER)
        one, two = (make_person(session, roles=[Role.ORGANISER]).id for _ in range(2))
        [attempt] = attempts_at(session, sitting)
        number, key, candidate = attempt.id, attempt.key, attempt.assignment.entry.person_id
    sign_in(client, app, one)
    form = client.get(f"/grading/corrections/new?version={version}").get_data(as_text=True)
    assert "5分：产业配套 ｜ 产业配套齐全" in form
    data = {"version": str(version), "stop": "0", "policy": "new_rubric", "reason": "采分点漏了同义说法"}
    for wrong_points in ("没有分值的要点", "25分：区位交通 ｜ 山清水秀"):
        assert client.post("/grading/corrections/new", data=data | {"rubric": wrong_points}).status_code == 400
    shown = client.post("/grading/corrections/new", data=data | {"rubric": POINTS}).get_data(as_text=True)
    assert "1份答案由人工评定" in shown
    address = client.post("/grading/corrections/new", data=data | {"rubric": POINTS, "do": "propose"}).location
    page = client.get(address).get_data(as_text=True)
    assert "<mark>配套完善" in page
    look = {"attempt": str(number), "part": ""}
    for marks in ("", "51", "0.1"):
        again = client.post(f"{address}/looks", data=look | {"marks": marks}, follow_redirects=True)
        assert "notice-danger" in again.get_data(as_text=True), marks
    client.post(f"{address}/looks", data=look | {"marks": "50"})
    sign_in(client, app, two)
    seal = client.get(address).get_data(as_text=True).split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"{address}/confirm", data={"seen": seal}).status_code == 302
    with app.app_context():
        [job] = db.session().scalars(select(Job))
        payload = job.payload["correction"]
        db.session().close()
        regrading.regrade(db.engine, payload)
    sign_in(client, app, candidate)
    card = client.get(f"/reports/papers/{key}").get_data(as_text=True)
    assert "按新的采分点重新判分" in card
    assert re.search(r"100(\.00)?\s*<", card)
