"""What the tests of the bank's pages share."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exam.accounts.roles import Role
from exam.extensions import writing
from tests.factories.accounts import make_person, sign_in


@pytest.fixture
def enter(app: Flask, client: FlaskClient) -> Callable[..., int]:
    """Sign the client in as somebody with these roles; returns the person's id."""

    def as_one_with(*roles: Role, browser: FlaskClient = client) -> int:
        with app.app_context(), writing() as session:
            person = make_person(session, roles=roles).id
        sign_in(browser, app, person)
        return person

    return as_one_with
