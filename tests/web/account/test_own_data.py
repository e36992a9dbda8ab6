"""One's own data: the notice, a copy, a request and its answer, and the exports that are written down."""

import json

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from exam.accounts.roles import Role
from exam.audit import AuditEvent
from exam.extensions import db, writing
from tests.factories.accounts import make_person, sign_in


@pytest.fixture
def people(app: APIFlask) -> tuple[int, int]:
    with app.app_context(), writing() as session:
        person = make_person(session, name="王敏")
        return person.id, make_person(session, name="赵管理", roles=[Role.ADMINISTRATOR]).id


def _actions(app: APIFlask) -> list[str]:
    with app.app_context():
        return list(db.session().scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_somebody_reads_the_notice_takes_a_copy_and_gets_a_mistake_put_right(
    app: APIFlask, client: FlaskClient, people: tuple[int, int]
) -> None:
    person_id, administrator_id = people
    sign_in(client, app, person_id)
    assert "个人信息使用告知" in client.get("/account/data").text
    assert "个人信息使用告知" in client.get("/").text
    assert "已阅读" in client.post("/account/notice", data={"next": "/account/data"}, follow_redirects=True).text
    assert "个人信息使用告知" not in client.get("/").text
    copy = client.post("/account/data/copy")
    assert json.loads(copy.data)["person"]["name"] == "王敏"
    assert client.post("/account/data/requests", data={"text": "职务应为招商科科长"}).status_code == 302
    assert client.post("/account/data/requests", data={"text": "再来一次"}).status_code == 400
    assert client.get("/admin/data").status_code == 403
    sign_in(client, app, administrator_id)
    assert "职务应为招商科科长" in client.get("/admin/data").text
    client.post("/admin/data/requests/1", data={"status": "done", "answer": "已按任免文件更正"})
    assert "没有待答复的申请" in client.get("/admin/data").text
    sign_in(client, app, person_id)
    assert "已按任免文件更正" in client.get("/account/data").text
    told = _actions(app)
    assert [each for each in told if each.startswith(("data.", "notice."))] == [
        "notice.read", "data.exported", "data.correction_asked", "data.correction_answered"
    ]  # fmt: skip


def test_the_administrator_sets_periods_and_copies_for_somebody_who_asks(
    app: APIFlask, client: FlaskClient, people: tuple[int, int]
) -> None:
    person_id, administrator_id = people
    sign_in(client, app, administrator_id)
    days = {"photos": 20, "logins": 100, "signs": 90, "harmless": 365, "contacts": 365, "tries": 30}
    assert "保存期限已设置。" in client.post("/admin/data/periods", data=days, follow_redirects=True).text
    assert 'value="20"' in client.get("/admin/data").text
    assert "须在7至3650天之间。" in client.post("/admin/data/periods", data={}, follow_redirects=True).text
    copy = client.post(f"/admin/people/{person_id}/data")
    assert json.loads(copy.data)["person"]["name"] == "王敏"


def test_a_list_of_people_is_logged_and_names_who_took_it(
    app: APIFlask, client: FlaskClient, people: tuple[int, int]
) -> None:
    sign_in(client, app, people[1])
    assert client.post("/admin/people/export").status_code == 200
    with app.app_context():
        event = db.session().scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.action, event.by, event.detail["what"]) == ("people.exported", people[1], "people")
