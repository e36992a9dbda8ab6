"""What went wrong, as JSON: a sentence in the reader's language and a reason where a program must tell cases apart."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import Response, jsonify
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from exam import database
from exam.web.errors import sentence
from question_bank.errors import N_, Conflict, DomainError, NotFound

Answer = tuple[Response, int]


COULD_NOT = N_("The request could not be handled.")


class Problem(BaseModel):
    """`reason`: "csrf" (get the state for a fresh token, send again), "shape" (the request is malformed), or empty."""

    message: str
    reason: str = ""


def described(description: str, shape: type[BaseModel] = Problem) -> dict[str, Any]:
    """An answer other than the usual one, for the description of the API; `shape` holds no other shapes."""
    return {"description": description, "content": {"application/json": {"schema": shape.model_json_schema()}}}


UNKNOWN: dict[int | str, Any] = {
    401: described("Nobody is signed in"),
    404: described("No such attempt, or not the caller's own"),
}
_ASKED: dict[int | str, Any] = {
    400: described("A parameter that is none of those described"),
    401: described("Nobody is signed in"),
}
OF_ONE = _ASKED | {404: described("It does not exist, or the caller may not see it")}
OF_ALL = _ASKED | {403: described("The caller does not compare units")}
UNSAFE: dict[int | str, Any] = {
    **UNKNOWN,
    400: described("Malformed, or without a valid X-CSRFToken"),
    503: described("The database is busy; send the same again after Retry-After seconds"),
}


def register(blueprint: APIBlueprint, messages: Mapping[int, str]) -> None:
    """Hang the handlers on a blueprint of the API; they come before the application's pages.

    `messages` are its sentences by status, gettext message ids.
    """
    blueprint.register_error_handler(HTTPException, partial(_http, messages))
    blueprint.register_error_handler(HTTPError, _shape)
    blueprint.register_error_handler(RecursionError, _shape)
    blueprint.register_error_handler(CSRFError, _forged)
    blueprint.register_error_handler(DomainError, _domain)
    blueprint.register_error_handler(DBAPIError, _busy)
    blueprint.register_error_handler(NoConnection, _busy)


def _problem(status: int, message: str, reason: str = "") -> Answer:
    return jsonify(message=message, reason=reason), status


def _http(messages: Mapping[int, str], error: HTTPException) -> Answer:
    status = error.code or 500
    return _problem(status, gettext(messages.get(status, COULD_NOT)))


def _shape(error: HTTPError | RecursionError) -> Answer:
    del error
    return _problem(400, gettext("The request could not be read."), "shape")


def _forged(error: CSRFError) -> Answer:
    del error
    return _problem(400, gettext("This page has expired. Reload it."), "csrf")


def _domain(error: DomainError) -> Answer:
    status = 404 if isinstance(error, NotFound) else 409 if isinstance(error, Conflict) else 400
    return _problem(status, sentence(error))


def _busy(error: DBAPIError | NoConnection) -> tuple[Response, int, dict[str, str]]:
    if not database.is_away(error):
        raise error
    return *_problem(503, gettext("The server is busy. The answer will be sent again.")), {"Retry-After": "2"}
