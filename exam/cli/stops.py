"""`liangjuan stop`: a stop held on a laptop in the hall, and its results brought home.

At the county `stop export STOP --for-hall`, on the laptop `stop take-in` and, afterwards, `stop export STOP`; at the
county again `stop import`.
"""

from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale, gettext

from exam import clock, config, hall_backup, keys
from exam.cli.output import answer, inside_app, json_option, with_app
from exam.evidence import carrying
from exam.extensions import db, writing
from exam.hall_copy import file as files
from exam.hall_copy import operations as copying
from exam.tours.queries import stop_by_id
from question_bank.errors import N_, DomainError, fill

PEOPLE_AND_PAPERS = N_("%(people)s people, %(papers)s papers")
COMPARE = N_("Compare on both machines: %(name)s")

to_file = click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
a_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
with_passphrase = click.option(
    "--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file is sealed with the words in this file.",
)  # fmt: skip


@click.group("stop")
def stop_group() -> None:
    """A stop on a hall's laptop: carry it there, and its results back."""


@stop_group.command("export")
@click.argument("stop", type=int)
@to_file
@click.option("--for-hall", is_flag=True, help="At the county: everything a laptop needs to hold the stop.")
@with_passphrase
@json_option
@with_app
def export(stop: int, output: Path, passphrase_file: Path | None, *, for_hall: bool, as_json: bool) -> None:
    """Write what was sat at STOP into a signed file; with --for-hall what a laptop needs to hold it."""
    if for_hall:
        _export_for_hall(stop, output, words_in(passphrase_file), as_json=as_json)
        return
    if passphrase_file is not None:
        raise click.UsageError("--passphrase-file goes with --for-hall")
    with writing() as session:
        made = carrying.export(session, stop_by_id(session, stop), by=None, at=clock.now())
        _write(output, made.file)
    data = {"ok": True, "file": str(output), "bytes": len(made.file), "digest": made.digest, "key": made.key}
    attempts = made.rows["attempt"]
    lines = [
        f"{output}: {attempts} 份作答，{made.rows['response']} 条答案",
        f"SHA-256 {made.digest}",
        f"密钥 {made.key}",
    ]
    answer(data | {"rows": made.rows}, lines, as_json=as_json)


def _export_for_hall(stop: int, output: Path, words: str, *, as_json: bool) -> None:
    zone = current_app.extensions["liangjuan"].zone.key
    with writing() as session:
        made = copying.make(session, stop_by_id(session, stop), words=words, zone=zone, by=None, at=clock.now())
        _write(output, made.file)
    data = {"ok": True, "file": str(output), "bytes": len(made.file), "name": made.name, "key": made.key}
    held = _said(PEOPLE_AND_PAPERS, people=made.rows["roster_entry"], papers=made.rows["paper"])
    lines = [f"{output}: {held}", _said(COMPARE, name=made.name)]
    answer(data | {"rows": made.rows, "sealed": bool(words)}, lines, as_json=as_json)


@stop_group.command("take-in")
@a_file
@with_passphrase
@click.option("--replace", is_flag=True, help="Put the database that is there aside, into the folder's backups.")
@json_option
def take_in(file: Path, passphrase_file: Path | None, *, replace: bool, as_json: bool) -> None:
    """On the hall's laptop: make LIANGJUAN_DATA's database the one in FILE."""
    content, words = file.read_bytes(), words_in(passphrase_file)
    settings = config.load()
    if files.needs_passphrase(content) and not words:
        words = click.prompt("口令 / Passphrase", hide_input=True)
    with inside_app(settings, any_shape=True):
        db.engine.dispose()
        told = copying.set_up(settings, content, words=words, replace=replace, at=clock.now())
        held = _said(PEOPLE_AND_PAPERS, people=told.persons, papers=told.papers)
        lines = [f"{told.label}: {held}", _said(COMPARE, name=told.name)]
        lines.append(_said(N_("Stop number %(stop)s. Go on with: liangjuan serve --hall"), stop=told.stop_id))
    answer({"ok": True, "data": str(settings.data), **asdict(told)}, lines, as_json=as_json)


@stop_group.command("import")
@a_file
@json_option
@with_app
def import_results(file: Path, *, as_json: bool) -> None:
    """At the county: take over the results a hall's laptop exported. The same file twice changes nothing."""
    with writing() as session:
        taken = carrying.take_over(session, file.read_bytes(), by=None, at=clock.now())
    said = _said(N_("taken over before; nothing was changed"))
    if not taken.again:
        brought = {"attempts": taken.attempts, "answers": taken.added.get("response", 0)}
        said = _said(N_("%(attempts)s new papers, %(answers)s new answers"), **brought)
    answer({"ok": True, "file": str(file), **asdict(taken)}, [f"{file}: {said}"], as_json=as_json)


@stop_group.command("key")
@json_option
@with_app
def show_key(*, as_json: bool) -> None:
    """Show the key with which this site signs, and those it trusts."""
    with writing() as session:
        own = keys.signing_key(session, at=clock.now()).public
    rows = keys.trusted(db.session())
    others = [
        {"key": row.public, "name": row.name, "added_at": row.added_at, "revoked_at": row.revoked_at} for row in rows
    ]
    lines = [own, *(_line(row.public, row.name, revoked=row.revoked_at is not None) for row in rows)]
    answer({"key": own, "trusted": others}, lines, as_json=as_json)


@stop_group.command("trust")
@click.argument("key")
@click.option("--name", required=True, help="Whose key it is, for the list.")
@json_option
@with_app
def trust(key: str, name: str, *, as_json: bool) -> None:
    """Take over results signed with KEY from now on. Compare it with the laptop's first (`stop key` there)."""
    with writing() as session:
        row = keys.trust(session, key, name=name, by=None, at=clock.now())
    answer({"ok": True, "key": row.public, "name": row.name}, [_line(row.public, row.name)], as_json=as_json)


@stop_group.command("distrust")
@click.argument("key")
@json_option
@with_app
def distrust(key: str, *, as_json: bool) -> None:
    """Trust KEY no longer, as when a laptop was lost. What it brought before stays."""
    with writing() as session:
        row = keys.revoke(session, key, by=None, at=clock.now())
    answer(
        {"ok": True, "key": row.public, "name": row.name}, [_line(row.public, row.name, revoked=True)], as_json=as_json
    )


def _said(template: str, **params: object) -> str:
    """A sentence for whoever sits at the machine, in Chinese like all that commands say."""
    with force_locale("zh_Hans_CN"):
        return fill(gettext(template), params)


def _line(key: str, name: str, *, revoked: bool = False) -> str:
    return f"{key}  {name}" + (f"  {_said(N_('no longer trusted'))}" if revoked else "")


@stop_group.command("unseal")
@a_file
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@json_option
def unseal(file: Path, target: Path, passphrase_file: Path, *, as_json: bool) -> None:
    """Open a sealed copy of `serve --hall` into TARGET, a new file for `liangjuan restore`."""
    if target.exists():
        raise click.UsageError(f"{target} exists already")
    with inside_app(config.load(), any_shape=True):
        hall_backup.unseal(file, words_in(passphrase_file), target)
    answer({"ok": True, "file": str(target)}, [str(target)], as_json=as_json)


def words_in(file: Path | None) -> str:
    """The passphrase in a file, empty without one."""
    return file.read_text(encoding="utf-8").strip() if file else ""


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as error:
        template = N_("The file %(file)s cannot be written: %(reason)s")
        raise DomainError(template, file=str(output), reason=error.strerror or "") from error
