"""Where a command takes a password from: a file, the keyboard, or one made here."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from exam.accounts.passwords import check_password, first_password

F = TypeVar("F", bound=Callable[..., Any])


def password_options(command: F) -> F:
    """`--password-file FILE` (- is standard input) and `--generate`."""
    file = click.option(
        "--password-file",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        help="A file whose first line is the password; - reads standard input.",
    )
    generate = click.option("--generate", is_flag=True, help="Make a first password and print it; it must be changed.")
    return file(generate(command))


def chosen_password(file: Path | None, *, generate: bool, about: Iterable[str]) -> tuple[str, bool]:
    """The password, and whether it was made here (and so must be changed at the first sign-in).

    Asks at the keyboard where neither option is given. Raises WeakPassword, or UsageError where nobody can be asked.
    """
    if generate:
        return first_password(), True
    if file is not None:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
        password = (text.splitlines() or [""])[0]
    elif sys.stdin.isatty():
        password = click.prompt("密码 / Password", hide_input=True, confirmation_prompt=True)
    else:
        raise click.UsageError("--password-file or --generate is needed")
    check_password(password, about=about)
    return password, False
