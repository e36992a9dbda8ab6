import io
import json
import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from exam.accounts import workbook
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.extensions import db, writing
from tests.factories.accounts import make_account, make_person, sign_in
from tests.factories.workbooks import county
from tests.factories.workbooks import workbook as book

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def administrator(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        person = make_person(session, roles=[Role.ADMINISTRATOR])
        make_account(session, person, username="admin.one", password="nine tall herons")
    sign_in(client, app, person.id)


def _upload(client: FlaskClient, data: bytes) -> TestResponse:
    return client.post("/admin/import", data={"file": (io.BytesIO(data), "county.xlsx")})


def _people(app: APIFlask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Person)) or 0


def _name(page: str) -> str:
    found = re.search(r'name="name" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def test_looking_writes_nothing_and_deciding_writes_everything(app: APIFlask, client: FlaskClient) -> None:
    preview = _upload(client, county(people=60, units=3))
    assert (preview.status_code, _people(app)) == (200, 1)
    name = _name(preview.text)
    done = client.post("/admin/import/write", data={"name": name})
    assert _people(app) == 61
    passwords = re.findall(r"<td><code>(.*?)</code></td><td><code>(.*?)</code></td>", done.text)
    assert [username for username, _ in passwords] == ["user1", "user2"]
    theirs = app.test_client()
    username, password = passwords[0]
    assert theirs.post("/account/sign-in", data={"username": username, "password": password}).status_code == 302
    assert client.post("/admin/import/write", data={"name": name}).location == "/admin/import"
    assert _people(app) == 61


def test_faults_are_shown_with_their_cells_and_offer_no_import(app: APIFlask, client: FlaskClient) -> None:
    data = book({"人员": [("姓名", "单位"), ("演示甲", "没有的镇")]})
    answer = _upload(client, data)
    assert answer.status_code == 400
    assert "没有的镇" in answer.text
    assert "/admin/import/write" not in answer.text
    assert _people(app) == 1


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x03\x04"])
def test_a_file_that_is_none_is_refused(client: FlaskClient, data: bytes) -> None:
    assert _upload(client, data).status_code == 400


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 32, "/etc/passwd"])
def test_only_files_that_wait_for_a_decision_can_be_named(app: APIFlask, client: FlaskClient, name: str) -> None:
    assert client.post("/admin/import/write", data={"name": name}).location == "/admin/import"
    assert _people(app) == 1


def test_the_list_of_passwords_comes_back_as_excel(client: FlaskClient) -> None:
    rows = [["石桥镇", "=甲", "jia", "abcd-efgh"]]
    answer = client.post("/admin/passwords.xlsx", data={"secrets": json.dumps(rows)})
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert answer.headers["Cache-Control"] == "no-store"
    for broken in ("", "{", "[[1]]", "7"):
        assert client.post("/admin/passwords.xlsx", data={"secrets": broken}).location == "/admin/people"


def test_the_template_can_be_downloaded_and_read_back(client: FlaskClient) -> None:
    rows = workbook.read(client.get("/admin/import/template.xlsx").data)
    assert rows.ignored == ("填写说明",)
