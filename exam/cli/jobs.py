"""`liangjuan worker` and `liangjuan backup`."""

from pathlib import Path

import click
from flask import current_app

from exam import backup, clock
from exam.app import chores, create_app, data_folder, job_functions
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db
from exam.jobs.worker import Worker


@click.command("worker")
def worker() -> None:
    """Work off jobs until stopped (`serve` starts one by itself)."""
    app = create_app()
    with app.app_context():
        zone = app.extensions["liangjuan"].zone
        Worker(db.engine, data_folder(app), job_functions(), chores(zone)).serve()


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
@with_app
def make_backup(folder: Path, *, as_json: bool) -> None:
    """Copy the database into FOLDER while it is in use, and verify the copy."""
    settings = current_app.extensions["liangjuan"]
    made = backup.make(db.engine, settings.database_url, folder, at=clock.now())
    answer({"ok": True, **made}, [f"{made['file']}  {made['bytes']} bytes, {made['rows']} rows"], as_json=as_json)


COMMANDS = [worker, make_backup]
