"""`liangjuan setup`: the first real day of a county, in a folder of its own, never in the demo's."""

import os
import sys
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit, clock, config, schema
from exam.accounts import importing, operations, queries, workbook
from exam.accounts.intake import Change, Fault
from exam.accounts.models import Person, Unit
from exam.accounts.passwords import clean_username
from exam.accounts.roles import Role, UnitCategory
from exam.accounts.secrets import hash_password, hash_passwords
from exam.accounts.sheets import Rows
from exam.accounts.workbook import Secret
from exam.cli.output import answer, inside_app, json_option
from exam.cli.secrets import chosen_password, password_options
from exam.extensions import db, writing
from exam.papers.operations import install_standard
from question_bank import content
from question_bank.errors import N_, Conflict, DomainError, fill
from question_bank.models import Question
from question_bank.stocktaking import stock

LANGUAGE = "zh_Hans_CN"
COUNTY_CODE = "COUNTY"
ADMINISTRATOR_CODE = "ADMIN"
DEMO_MARK = "demo.json"


class DemoFolder(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The folder or database holds the invented county; a real one needs its own."""


@dataclass(frozen=True)
class Done:
    """What one step did, for the answer: the JSON object's keys, and lines for a person."""

    data: dict[str, Any]
    lines: tuple[str, ...] = ()


@click.command("setup")
@click.option("--county", help="Name of the county, such as 云川县.")
@click.option("--admin-user", help="User name of the first administrator.")
@click.option("--admin-name", default="系统管理员", show_default=True, help="Name of the first administrator.")
@click.option(
    "--workbook", "workbook_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Units and persons in the Excel template (`liangjuan template FILE` writes an empty one).",
)  # fmt: skip
@click.option(
    "--passwords", "passwords_file", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the first passwords of the persons in the workbook to this new Excel file instead of the screen.",
)  # fmt: skip
@click.option("--timezone", help="Time zone of the county; default Asia/Shanghai. Kept in the data folder.")
@password_options
@json_option
def setup(
    *,
    county: str | None,
    admin_user: str | None,
    admin_name: str,
    workbook_file: Path | None,
    passwords_file: Path | None,
    timezone: str | None,
    password_file: Path | None,
    generate: bool,
    as_json: bool,
) -> None:
    """Set up a real county: database, administrator, standard specifications, national questions, units and people.

    Doing it again changes nothing that is there. The data folder is LIANGJUAN_DATA, else ./instance.
    """
    county, admin_user = _asked(county, "县名 / County"), _asked(admin_user, "管理员用户名 / Administrator's user name")
    rows = workbook.read(workbook_file.read_bytes()) if workbook_file else Rows()
    if passwords_file is not None and passwords_file.exists():
        raise click.UsageError(f"{passwords_file} exists already")
    settings = real_settings(timezone)
    schema.upgrade(settings.database_url, settings.data, at=clock.now())
    with inside_app(settings), force_locale(LANGUAGE):
        refuse_demo(settings, db.session())
        steps = [_county(county, admin_user, admin_name, password_file, generate=generate), _bank()]
        people, faults = _people(rows, passwords_file)
    steps.append(people)
    data: dict[str, Any] = {"ok": not faults, "data": str(settings.data), "timezone": settings.zone.key}
    for step in steps:
        data |= step.data
    lines = [line for step in steps for line in step.lines]
    answer(data, lines, as_json=as_json, findings=bool(faults))


def _asked(given: str | None, question: str) -> str:
    if given:
        return given.strip()
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question}: give it as an option")
    return str(click.prompt(question)).strip()


def real_settings(timezone: str | None) -> config.Settings:
    """The settings of LIANGJUAN_DATA, else of ./instance, never of the demo's folder inside it; keeps the time zone."""
    named = os.environ.get("LIANGJUAN_DATA")
    settings = config.load(Path(named) if named else config.DEFAULT_FOLDER)
    refuse_demo(settings)
    if timezone is None:
        return settings
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.UsageError(f"--timezone {timezone}: no such time zone") from error
    (settings.data / config.ZONE_FILE).write_text(zone.key + "\n", encoding="ascii")
    return replace(settings, zone=zone)


def refuse_demo(settings: config.Settings, session: Session | None = None) -> None:
    """Raise DemoFolder when the folder, or the database behind `session`, holds the demo."""
    invented = session is not None and session.scalar(select(Question.id).where(Question.demo).limit(1)) is not None
    if invented or (settings.data / DEMO_MARK).exists():
        raise DemoFolder(
            N_("%(folder)s holds the demo. Set LIANGJUAN_DATA to a folder of its own for the real county."),
            folder=str(settings.data),
        )


def _county(name: str, username: str, admin_name: str, password_file: Path | None, *, generate: bool) -> Done:
    """The county as the top of the tree, and somebody who can sign in and do the rest."""
    there = _top(db.session())
    if there is not None and there.name != name:
        raise Conflict(N_("This site is set up for %(there)s already."), there=there.name)
    kept = queries.credential_by_username(db.session(), username)
    password, made_here, hashed = "", False, ""
    if kept is None:
        password, made_here = chosen_password(password_file, generate=generate, about=(name, username, admin_name))
        hashed = hash_password(password)
    doing: operations.Doing = {"by": None, "at": clock.now()}
    with writing() as session:
        unit = _top(session) or operations.create_unit(
            session, code=COUNTY_CODE, name=name, category=UnitCategory.COUNTY, **doing
        )
        if kept is not None:
            operations.grant_role(
                session, queries.person_by_id(session, kept.person_id), role=Role.ADMINISTRATOR, **doing
            )
        else:
            person = operations.create_person(
                session, code=_free_code(session), name=admin_name, unit_id=unit.id, roles=[Role.ADMINISTRATOR], **doing
            )
            operations.set_password(
                session, person, username=username, password_hash=hashed, must_change=made_here, **doing
            )
    secret = password if made_here else None
    lines = [gettext("County: %(name)s", name=name), gettext("Administrator: %(user)s", user=username)]
    if secret:
        lines.append(gettext("First password (must be changed at the first sign-in): %(secret)s", secret=secret))
    user = {"user": clean_username(username), "secret": secret, "created": kept is None}
    return Done({"county": name, "administrator": user}, tuple(map(str, lines)))


def _top(session: Session) -> Unit | None:
    return next((unit for unit in queries.units(session) if unit.category is UnitCategory.COUNTY), None)


def _free_code(session: Session) -> str:
    """A staff number for the administrator that no roster uses."""
    taken = set(session.scalars(select(Person.code).where(Person.code.startswith(ADMINISTRATOR_CODE))))
    numbered = (f"{ADMINISTRATOR_CODE}{number}" for number in count(2))
    return next(code for code in chain([ADMINISTRATOR_CODE], numbered) if code not in taken)


def _bank() -> Done:
    """The five standard specifications and the national questions; nothing of the invented county."""
    at = clock.now()
    with writing() as session:
        specifications = install_standard(session, by=None, at=at)
        _, publication, events = content.install(session, demo=False, by=None, at=at)
        audit.note(session, events, by=None, at=at)
    held = stock(db.session())
    own = held.by_topic.get("COUNTY", 0)
    lines = [
        gettext("Standard specifications: %(count)s", count=len(specifications)),
        gettext("Published questions: %(count)s", count=held.published),
    ]
    if not own:
        lines.append(
            gettext("The bank holds no question on this county yet. Write them, or bring them in from an Excel file.")
        )
    data = {
        "specifications": len(specifications),
        "questions": held.published,
        "county_questions": own,
        "held_back": [code for code, _ in publication.held],
    }
    return Done(data, tuple(map(str, lines)))


def _people(rows: Rows, passwords_file: Path | None) -> tuple[Done, tuple[Fault, ...]]:
    """The units and persons of the workbook: all of them, or none and the faults."""
    plan = importing.preview(db.session(), rows)
    if plan.faults:
        data = {
            "units": 0,
            "people": 0,
            "faults": [
                {"sheet": f.sheet, "row": f.line, "column": f.column, "found": f.found, "reason": _reason(f)}
                for f in plan.faults
            ],
        }
        lines = [f"{f.sheet} {f.line} {f.column}: {_reason(f)} ({f.found})" for f in plan.faults]
        return Done(data, tuple(lines)), plan.faults
    secrets = importing.first_passwords(db.session(), plan)
    hashes = dict(zip(secrets, hash_passwords([each.password for each in secrets.values()]), strict=True))
    with writing() as session:
        done = importing.import_rows(session, rows, hashes=hashes, by=None, at=clock.now())
    lines = [
        str(
            gettext(
                "Units: %(units)s new; people: %(people)s new, %(changed)s changed, %(same)s unchanged",
                units=done.units[Change.NEW],
                people=done.persons[Change.NEW],
                changed=done.persons[Change.CHANGED],
                same=done.persons[Change.SAME],
            )
        ),
        *_hand_out(list(secrets.values()), passwords_file),
    ]
    shown = (
        []
        if passwords_file
        else [
            {"unit": each.unit, "name": each.name, "user": each.username, "secret": each.password}
            for each in secrets.values()
        ]
    )
    data = {
        "units": done.units[Change.NEW],
        "people": done.persons[Change.NEW],
        "first_passwords": shown,
        "passwords_file": str(passwords_file) if passwords_file and secrets else None,
        "faults": [],
    }
    return Done(data, tuple(lines)), ()


def _reason(fault: Fault) -> str:
    return fill(gettext(fault.template), fault.params)


def _hand_out(secrets: list[Secret], file: Path | None) -> list[str]:
    """Write the list to a file only its owner can read, or say it line by line."""
    if not secrets:
        return []
    if file is None:
        return [f"{each.unit}\t{each.name}\t{each.username}\t{each.password}" for each in secrets]
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        workbook.write_secrets(out, secrets)
    return [str(gettext("First passwords: %(file)s", file=file))]


@click.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def template(file: Path, *, as_json: bool) -> None:
    """Write the empty Excel template of units and persons to FILE."""
    with file.open("wb") as out:
        workbook.write_template(out)
    answer({"file": str(file)}, [str(file)], as_json=as_json)
