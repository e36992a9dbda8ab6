"""`liangjuan worker` and `liangjuan backup`."""

from pathlib import Path

import click
from flask import current_app

from exam import backup, clock, server
from exam.cli.output import answer, json_option, with_any_database
from exam.extensions import db


@click.command("worker")
def worker() -> None:
    """Work off jobs until stopped (`serve` starts one by itself)."""
    server.run_jobs()


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
@with_any_database
def make_backup(folder: Path, *, as_json: bool) -> None:
    """Copy the database into FOLDER while it is in use, and verify the copy."""
    settings = current_app.extensions["liangjuan"]
    made = backup.make(db.engine, settings.database_url, folder, at=clock.now())
    answer({"ok": True, **made}, [f"{made['file']}  {made['bytes']} bytes, {made['rows']} rows"], as_json=as_json)
