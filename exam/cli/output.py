"""How commands answer: JSON or lines for people, and the exit status."""

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from exam import config
from question_bank.errors import N_, DomainError, fill

P = ParamSpec("P")
R = TypeVar("R")

FINDINGS = 1
COULD_NOT = 3

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


def answer(data: dict[str, Any], lines: list[str], *, as_json: bool, findings: bool = False) -> None:
    """Print `data` as JSON or `lines` for a person; ends the process with status 1 where there are findings."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, default=str))
    else:
        for line in lines:
            click.echo(line)
    if findings:
        sys.exit(FINDINGS)


def stop_with(error: DomainError) -> NoReturn:
    """Say why it could not be done, on stderr, and leave with status 3."""
    click.echo(fill(error.template, error.params), err=True)
    sys.exit(COULD_NOT)


def progress(line: str) -> None:
    """A line of progress: stderr, so that stdout stays the answer."""
    click.echo(line, err=True)


def with_app(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application on the environment's settings, on a database of this version's shape."""
    return _inside(command, any_shape=False)


def with_any_database(command: Callable[P, R]) -> Callable[P, R]:
    """The same for the few commands that serve a database of an older shape."""
    return _inside(command, any_shape=True)


def _inside(command: Callable[P, R], *, any_shape: bool) -> Callable[P, R]:
    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with inside_app(config.load(), any_shape=any_shape):
            return command(*args, **kwargs)

    return wrapped


@contextmanager
def inside_app(settings: config.Settings, *, any_shape: bool = False) -> Iterator[None]:
    """The application's context; its connections are closed at the end.

    What a rule forbids inside, a database of an older shape (unless `any_shape`) and one that does not answer are said
    in Chinese on stderr, and the process ends with status 3.
    """
    # the whole application, which `demo`, `serve` and --help do not need
    from flask_babel import force_locale, gettext
    from sqlalchemy.exc import OperationalError

    from exam import schema
    from exam.app import create_app
    from exam.extensions import db

    app = create_app(settings)
    try:
        with app.app_context():
            if not any_shape:
                schema.require_current(db.engine)
            yield
    except DomainError as error:
        said = error
    except OperationalError as error:
        template = N_("The database cannot be used: %(reason)s")
        said = DomainError(template, reason=str(error.orig).strip().splitlines()[0])
    else:
        return
    finally:
        with app.app_context():
            db.engine.dispose()
    with app.app_context(), force_locale("zh_Hans_CN"):
        click.echo(fill(gettext(said.template), said.params), err=True)
    sys.exit(COULD_NOT)
