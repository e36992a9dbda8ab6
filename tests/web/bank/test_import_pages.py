"""A long file on the web: asked for, watched, and read about afterwards."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from exam import clock, config, database
from exam.accounts.roles import Role
from exam.app import job_functions
from exam.bank_import import writing as bank_import
from exam.extensions import db, writing
from exam.jobs import operations as jobs
from exam.jobs.models import Job
from exam.jobs.worker import Worker
from question_bank.exchange.shape import document_of
from question_bank.models import Question
from tests.factories.accounts import make_person, sign_in
from tests.factories.bank import make_draft

pytestmark = pytest.mark.db


@pytest.fixture
def worker(app: APIFlask, tmp_path: Path) -> Iterator[Worker]:
    with app.app_context():
        hired = Worker(db.engine, tmp_path, job_functions(config.load(tmp_path)))
    yield hired
    hired.close()


@pytest.fixture
def address(app: APIFlask, client: FlaskClient) -> str:
    """The preview of a file one draft longer than what is written at once; the last bears the number of the first."""
    enter(app, client)
    drafts = [make_draft() for _ in range(bank_import.LONG)]
    data = json.dumps(document_of([*drafts, make_draft(code=drafts[0].code)])).encode()
    return str(client.post("/bank/import", data={"file": (io.BytesIO(data), "题库.json")}).location)


def enter(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        person = make_person(session, roles=(Role.AUTHOR,)).id
    sign_in(client, app, person)


def only_job(app: APIFlask) -> int:
    with app.app_context():
        return db.session.scalars(select(Job.id)).one()


def test_a_long_file_is_a_job_whose_page_tells_how_far_it_is_and_what_came_of_it(
    app: APIFlask, client: FlaskClient, address: str, worker: Worker
) -> None:
    asked = client.post(address, data={"submit_for_review": "y"})
    assert asked.location == f"{address}/progress"
    assert client.post(address, data={"submit_for_review": "y"}).location == asked.location
    assert client.get(address).location == asked.location
    page = client.get(asked.location).text
    assert f'hx-get="{address}/progress"' in page
    assert "<noscript>" in page
    worker.run.call_local(only_job(app))
    part = client.get(asked.location, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "hx-get" not in part
    assert f"已写入{bank_import.LONG}道题" in part
    assert f'href="{address}"' in part
    assert part.strip() in client.get(asked.location).text
    assert "不能接收" in client.get(address).text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Question)) == bank_import.LONG


def test_the_page_shows_the_share_that_is_done_and_what_to_do_when_it_stops(
    app: APIFlask, client: FlaskClient, address: str
) -> None:
    client.post(address)
    job = only_job(app)
    with app.app_context(), database.writing(db.engine) as session:
        jobs.take(session, job, at=clock.now())
        jobs.tell_alive(session, job, at=clock.now(), done_steps=120, all_steps=301)
    assert "120 / 301" in client.get(f"{address}/progress").text
    with app.app_context(), database.writing(db.engine) as session:
        jobs.fail(session, job, error="KeyError: secret", at=clock.now())
    stopped = client.get(f"{address}/progress").text
    assert "notice-danger" in stopped
    assert "secret" not in stopped
    assert "<form" in client.get(address).text
    client.post(address)
    with app.app_context():
        assert len(db.session.scalars(select(Job.id)).all()) == 2


def test_nobody_else_sees_how_far_a_file_is(app: APIFlask, client: FlaskClient, address: str) -> None:
    assert client.get(f"{address}/progress").location == address
    enter(app, client)
    assert client.get(f"{address}/progress").status_code == 404
