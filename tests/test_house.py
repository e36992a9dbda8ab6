import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from exam import audit, database
from exam.audit import AuditEvent
from exam.extensions import db
from tests.conftest import NOON

pytestmark = pytest.mark.db


def test_a_reading_session_cannot_write(engine: Engine) -> None:
    with database.reading(engine) as session, pytest.raises(DBAPIError):
        audit.record(session, "x.done", "x:1", by=None, at=NOON)


def test_a_request_reads_on_one_connection(app: APIFlask) -> None:
    with app.test_request_context():
        for _ in range(3):
            db.session.scalars(select(AuditEvent)).all()
        assert db.engine.pool.checkedout() == 1  # type: ignore[attr-defined]


def test_the_chain_holds_until_a_row_is_altered(session: Session) -> None:
    for number in range(3):
        audit.record(session, "x.done", f"x:{number}", by=None, at=NOON, detail={"n": number})
    assert audit.verify(session) is None


def test_audit_events_cannot_be_changed(session: Session) -> None:
    row = audit.record(session, "x.done", "x:1", by=None, at=NOON)
    row.action = "y.done"
    with pytest.raises(DBAPIError):
        session.flush()


def test_the_process_answers_without_reading_anything(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.json == {"ok": True}
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
