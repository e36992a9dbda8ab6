"""`liangjuan worker`."""

import click

from exam import server


@click.command("worker")
def worker() -> None:
    """Work off jobs until stopped (`serve` starts one by itself)."""
    server.run_jobs()
