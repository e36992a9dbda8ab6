"""The Flask extensions, unbound, and the two kinds of session a request may use.

`db.session()` reads and only reads. A view that runs an operation opens `writing()` for exactly
that operation, after its form has been validated, and renders after it has ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from exam import database
from question_bank.orm import Base


class ReadingSession(FlaskSession):
    """The request's own session: on the shared pool, unable to write."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **kwargs)
        if not isinstance(bind, Engine):
            return bind
        # A session opens a connection for each engine object it meets, so this must stay the same one.
        if bind not in self.info:
            self.info[bind] = database.for_reading(bind)
        reader: Engine = self.info[bind]
        return reader


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": ReadingSession})
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()


@contextmanager
def writing() -> Iterator[Session]:
    """One writing transaction on the application's engine; what the request reads afterwards is fresh."""
    db.session.rollback()
    with database.writing(db.engine) as session:
        yield session
    db.session.rollback()
