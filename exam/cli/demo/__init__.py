"""`liangjuan demo`: the invented county, alive today, in a folder of its own."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from exam import clock, config, database, server
from exam.cli.output import answer, json_option, progress


@click.command("demo")
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--no-serve", is_flag=True, help="Prepare the demo county and stop.")
@json_option
def demo(port: int, host: str, *, no_serve: bool, as_json: bool) -> None:
    """Prepare the demo county 云川县 with a calendar around today, and serve it."""
    with server.loading():
        from exam.cli.demo.building import keep_open, prepare  # most of the product; here so that it loads faster

    settings = demo_settings()
    facts = prepare(settings, at=clock.now(), say=progress)
    facts = {"url": f"http://{host}:{port}/", **facts, "data": str(settings.data)}
    engine = database.open_engine(settings.database_url)
    keep_open(engine, at=clock.now())
    engine.dispose()
    answer(facts, lines(facts), as_json=as_json)
    if not no_serve:
        server.serve(settings, host=host, port=port, workers=1)


def demo_settings() -> config.Settings:
    """LIANGJUAN_DATA where it is set, else `./instance/demo`; always with a database of its own in that folder.

    DATABASE_URL is left aside on purpose: it may name a county's real site, and invented people must never get there.
    """
    named = os.environ.get("LIANGJUAN_DATA")
    settings = config.load(Path(named) if named else config.DEFAULT_FOLDER / config.DEMO_FOLDER)
    return replace(settings, database_url=f"sqlite:///{settings.database_file.as_posix()}")


def lines(facts: dict[str, Any]) -> list[str]:
    """What a person reads: the address and who can sign in."""
    shown = [f"{facts['url']}  两卷一课 · 云川县（演示）", ""]
    shown += [f"{login['role']:<14}{login['user']:<14}{login['secret']}" for login in facts["logins"]]
    counts = (
        f"{facts['questions']} 道已发布试题，{facts['people']} 人，{facts['units']} 个巡讲单位，{facts['stops']} 场"
    )
    return [*shown, "", counts]
