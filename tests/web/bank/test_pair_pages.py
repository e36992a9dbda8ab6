"""Questions that look alike, on their page, on a question's page and in the preview of a file."""

import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exam import audit
from exam.accounts.roles import Role
from exam.extensions import db, writing
from question_bank import queries
from question_bank.exchange.shape import document_of
from question_bank.models import QuestionPair
from tests.factories.accounts import make_person, sign_in
from tests.factories.bank import make_draft, make_question

pytestmark = pytest.mark.db

STEM = "集体经营性建设用地出让，应当经本集体经济组织成员的村民会议多少成员同意？"
OTHER = "集体经营性建设用地要出让的，应当经本集体经济组织成员的村民会议多少成员同意？"
OPTIONS = [
    {"key": key, "text": text} for key, text in zip("ABCD", ("过半数", "全体", "三分之二", "四分之三"), strict=True)
]


def content(stem: str, right: str = "C") -> dict[str, object]:
    return {"stem": stem, "options": OPTIONS, "answer": right}


def test_one_click_keeps_two_questions_apart(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        first = make_question(session, code="A", content=content(STEM)).id
        make_question(session, code="B", content=content(OTHER))
        person = make_person(session, roles=[Role.REVIEWER]).id
    sign_in(client, app, person)
    listed = client.get("/bank/pairs").text
    assert "改写" in listed
    assert "<mark>" in listed
    with app.app_context():
        pair = db.session.query(QuestionPair).one().id
    assert client.post(f"/bank/pairs/{pair}/enemies").status_code == 302
    with app.app_context():
        assert queries.enemies(db.session) == {("A", "B")}
        assert [each.action for each in audit.history(db.session, f"question_pair:{pair}")] == ["question.pair_judged"]
    assert "不同卷" in client.get(f"/bank/questions/{first}").text


def test_the_preview_sets_what_asks_nearly_the_same_side_by_side(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        make_question(session, code="A", content=content(STEM))
        person = make_person(session, roles=[Role.AUTHOR]).id
    sign_in(client, app, person)
    data = json.dumps(document_of([make_draft(code="B", content=content(OTHER))])).encode()
    answer = client.post("/bank/import", data={"file": (io.BytesIO(data), "题库.json")}, follow_redirects=True)
    assert "将写入，但与其他试题相近" in answer.text
    assert STEM in answer.text
    assert OTHER in answer.text
