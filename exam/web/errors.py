"""What went wrong, in the user's words: what, where, what to do. Never an exception's own text."""

import errno
from collections.abc import Mapping

from flask import Flask, render_template
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from exam import database
from question_bank.errors import Conflict, DomainError, NotFound, fill

FULL = {errno.ENOSPC, errno.EDQUOT}
SHOWN = {400, 403, 404, 409, 413, 429, 500, 503}


def sentence(error: DomainError) -> str:
    """The error's sentence in the reader's language; members of closed lists in it are named in that language too."""
    return fill(gettext(error.template), named_params(error.params))


def named_params(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters of a sentence, members of closed lists by their names in the reader's language."""
    return {key: gettext(value.label) if hasattr(value, "label") else value for key, value in params.items()}


def register(app: Flask) -> None:
    """Hang the error pages on the application."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(DBAPIError, _away)
    app.register_error_handler(NoConnection, _away)
    app.register_error_handler(OSError, _full)


def page(status: int, message: str = "") -> tuple[str, int]:
    """The error page of `status`, with a sentence of its own where there is one."""
    shown = status if status in SHOWN else (400 if status < 500 else 500)
    return render_template(f"errors/{shown}.html", message=message), status


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return page(error.code)


def _forged(error: CSRFError) -> tuple[str, int]:
    del error
    return page(400, gettext("This form has expired. Go back, reload the page and send it again."))


def _domain(error: DomainError) -> tuple[str, int]:
    status = 404 if isinstance(error, NotFound) else 409 if isinstance(error, Conflict) else 400
    return page(status, sentence(error))


def _stale(error: StaleDataError) -> tuple[str, int]:
    del error
    return page(409, gettext("Somebody else changed this while you were working on it. Reload to see both."))


def _away(error: DBAPIError | NoConnection) -> tuple[str, int, dict[str, str]]:
    if not database.is_away(error):
        raise error
    return come_again()


def _full(error: OSError) -> tuple[str, int, dict[str, str]]:
    if error.errno not in FULL:
        raise error
    return come_again()


def come_again() -> tuple[str, int, dict[str, str]]:
    """The page that says so; nothing on it needs the database."""
    return *page(503), {"Retry-After": "2"}
