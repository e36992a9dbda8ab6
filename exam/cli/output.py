"""How commands answer: JSON or lines for people, and the exit status."""

import functools
import json
import sys
from collections.abc import Callable
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask_babel import force_locale, gettext

from exam import config
from exam.app import create_app
from question_bank.errors import DomainError, fill

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
    """Run a command inside the application on the environment's settings, its errors in Chinese or English by locale."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        app = create_app(config.load())
        with app.app_context():
            try:
                return command(*args, **kwargs)
            except DomainError as error:
                with force_locale("zh_Hans_CN"):
                    click.echo(fill(gettext(error.template), error.params), err=True)
                sys.exit(COULD_NOT)

    return wrapped
