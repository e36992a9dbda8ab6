from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from exam import audit, database, schema
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


def test_the_chain_holds_for_times_given_in_another_zone(session: Session) -> None:
    audit.record(session, "x.done", "x:1", by=None, at=NOON.astimezone(ZoneInfo("Asia/Shanghai")))
    session.commit()
    session.expire_all()
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


def test_driver_and_settings_are_those_that_lose_nothing(engine: Engine) -> None:
    found = database.assert_safe(engine)
    kept = {
        "sqlite": {"journal_mode": "wal", "synchronous": "2"},
        "postgresql": {"fsync": "on", "synchronous_commit": "on"},
    }
    assert kept[engine.dialect.name].items() <= found.items()


def test_a_setting_that_would_lose_answers_is_refused(engine: Engine) -> None:
    careless = "PRAGMA synchronous=NORMAL" if engine.dialect.name == "sqlite" else "SET synchronous_commit TO off"

    def weaken(connection: object, record: object) -> None:
        connection.execute(careless)  # type: ignore[attr-defined]

    event.listen(engine, "connect", weaken)
    engine.dispose()
    with pytest.raises(database.UnsafeDatabase):
        database.assert_safe(engine)


def test_a_database_of_another_shape_is_not_served(engine: Engine) -> None:
    schema.require_current(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(schema.NotUpgraded):
        schema.require_current(engine)
