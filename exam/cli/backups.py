"""`liangjuan backup`, `verify` and `restore`."""

from pathlib import Path
from typing import Any

import click
from flask import current_app

from exam import backup, clock, config, restoring, schema
from exam.cli.output import answer, json_option, with_any_database
from exam.extensions import db


def _settings() -> config.Settings:
    settings: config.Settings = current_app.extensions["liangjuan"]
    return settings


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
@with_any_database
def make_backup(folder: Path, *, as_json: bool) -> None:
    """Copy the database into FOLDER while it is in use, and verify the copy."""
    settings = _settings()
    made = backup.make(db.engine, settings.database_url, folder, at=clock.now(), data=settings.data)
    answer({"ok": True, **made}, [f"{made['file']}  {made['bytes']} bytes, {made['rows']} rows"], as_json=as_json)


@click.command("verify")
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@json_option
@with_any_database
def verify(path: Path | None, *, as_json: bool) -> None:
    """Prove that a backup is whole: PATH is a copy, or a folder whose newest is meant; without it, the database itself.

    The copy is put back beside everything else and looked through: soundness, rows of every table, the whole chain of
    what was done. Status 1 with findings.
    """
    proof = (
        restoring.prove_database(db.engine)
        if path is None
        else restoring.prove(restoring.chosen(path), _settings().database_url)
    )
    answer(proof.told(), _lines(proof.told()), as_json=as_json, findings=not proof.ok)


@click.command("restore")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--yes", is_flag=True, help="Do it; without this the backup is only proved.")
@json_option
@with_any_database
def restore(path: Path, *, yes: bool, as_json: bool) -> None:
    """Put a backup back: PATH is a copy, or a folder whose newest is meant. The site must be stopped.

    What stood there before is kept in the data folder under `replaced`.
    """
    settings = _settings()
    file = restoring.chosen(path)
    db.engine.dispose()  # our own connection would be in the way
    if not yes:
        proof = restoring.prove(file, settings.database_url).told()
        answer({**proof, "done": False}, [*_lines(proof), "--yes"], as_json=as_json, findings=not proof["ok"])
        return
    done = restoring.restore(file, settings.database_url, settings.data, at=clock.now())
    answer({**done, "done": True}, [*_lines(done), f"→ {done['kept']}"], as_json=as_json, findings=not done["ok"])


def _lines(proof: dict[str, Any]) -> list[str]:
    first = f"{proof['where']}  {proof['rows']} rows, {proof['events']} events, {proof['revision'] or '–'}"
    older = proof["revision"] not in (schema.HEAD, None)
    return [first, *(proof["findings"] or ["ok"]), *(["→ liangjuan db upgrade"] if older else [])]
