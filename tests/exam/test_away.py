"""A database that is busy, full, cut off or restarting is answered with "come again", never with an error of ours."""

import errno
from collections.abc import Callable

import psycopg
import pytest
from apiflask import APIFlask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import QueuePool

from exam import database
from exam.extensions import db

FAILURES: dict[str, Callable[[], Exception]] = {
    "locked": lambda: OperationalError("UPDATE", {}, Exception("database is locked")),
    "full": lambda: OperationalError("INSERT", {}, Exception("database or disk is full")),
    "standby": lambda: DBAPIError("INSERT", {}, psycopg.errors.ReadOnlySqlTransaction()),
    "cut off": lambda: DBAPIError("SELECT", {}, psycopg.errors.IdleInTransactionSessionTimeout()),
    "no connection": lambda: NoConnection("QueuePool limit reached"),
    "no room for a file": lambda: OSError(errno.ENOSPC, "No space left on device"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize(
    ("endpoint", "path"), [("web.healthz", "/healthz"), ("api.state", "/api/v1/attempts/of-nobody")]
)
def test_what_will_pass_is_answered_with_503_and_when_to_come_again(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch, failure: str, endpoint: str, path: str
) -> None:
    def fails(**parameters: object) -> str:
        error = FAILURES[failure]()
        raise error

    monkeypatch.setitem(app.view_functions, endpoint, fails)
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_what_is_wrong_with_our_own_statement_is_no_passing_matter() -> None:
    assert not database.is_away(IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation()))
    assert not database.is_away(KeyError("x"))


def test_a_pool_without_a_free_connection_says_so_in_time() -> None:
    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect(), pytest.raises(NoConnection):
        engine.connect()
    engine.dispose()


@pytest.mark.db
def test_no_error_shows_what_a_candidate_has_written(app: APIFlask) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as caught:
        db.session.execute(text("SELECT * FROM nowhere WHERE answer = :answer"), {"answer": "乙、丙"})
    assert "乙" not in str(caught.value)


@pytest.mark.db
def test_connections_that_serve_candidates_give_up_early(app: APIFlask) -> None:
    with app.app_context():
        database.hurry(db.engine)
        if db.engine.dialect.name == "postgresql":
            shown = [
                db.session.execute(text(f"SHOW {name}")).scalar() for name in ("statement_timeout", "lock_timeout")
            ]
            assert shown == ["5s", "3s"]
        assert database.assert_safe(db.engine)
