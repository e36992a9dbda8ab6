"""`liangjuan serve`, `worker` and `config`: the processes and their settings."""

import click

from exam import config, server
from exam.cli.output import answer, json_option


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Server processes.")
@click.option("--hall", is_flag=True, help="Answer on every address of this machine, for phones in the hall.")
def serve(host: str, port: int, workers: int, *, hall: bool) -> None:
    """Serve the site and work off its jobs."""
    settings = config.load()
    server.serve(settings, host="0.0.0.0" if hall else host, port=port, workers=workers)  # noqa: S104 -- asked for


@click.command("config")
@json_option
def show_config(*, as_json: bool) -> None:
    """Show the settings in force, secrets masked."""
    shown = config.load().shown()
    answer(dict(shown), [f"{name}={value}" for name, value in shown.items()], as_json=as_json)
