"""`liangjuan serve` and `config`: the processes and their settings."""

import os
from dataclasses import replace
from pathlib import Path

import click

from exam import config, hall_network, server
from exam.cli.output import answer, json_option
from exam.cli.wall import invite

LOCAL = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 -- asked for by --hall


@click.command("serve")
@click.option("--host", default=LOCAL, show_default=True)
@click.option("--port", type=int, help="Default 8000; in the hall 80 where it can be had, so that less is typed.")
@click.option("--workers", default=1, show_default=True, help="Server processes.")
@click.option("--hall", is_flag=True, help="Answer on every address of this machine, for phones on the hall's Wi-Fi.")
@click.option("--address", help="With --hall: the address of this machine that phones use, where several are found.")
@click.option(
    "--copies", type=click.Path(file_okay=False, path_type=Path),
    help="With --hall: the second folder, best on a stick; a verified copy each minute while a paper is open.",
)  # fmt: skip
@click.option(
    "--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --hall: seal the copies with the words in this file.",
)  # fmt: skip
def serve(
    host: str,
    port: int | None,
    workers: int,
    *,
    hall: bool,
    address: str | None,
    copies: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Serve the site and work off its jobs."""
    settings = config.load()
    if not hall:
        if address or copies or passphrase_file:
            raise click.UsageError("--address, --copies and --passphrase-file go with --hall")
        server.serve(settings, host=host, port=port or hall_network.USUAL, workers=workers)
        return
    settings = in_hall(settings, copies, passphrase_file)
    port = port or hall_network.free_port()
    found = [address] if address else hall_network.addresses()
    invite(found, port, copies=settings.hall_copies, sealed=bool(settings.hall_passphrase))
    if found and not settings.address:
        settings = replace(settings, address=f"http://{hall_network.typed(found[0], port)}")
    os.environ["LIANGJUAN_ADDRESS"] = settings.address
    os.environ["LIANGJUAN_HALL_COPIES"] = settings.hall_copies
    os.environ["LIANGJUAN_HALL_PASSPHRASE"] = settings.hall_passphrase
    server.serve(settings, host=EVERYWHERE, port=port, workers=workers)


def in_hall(settings: config.Settings, copies: Path | None, passphrase_file: Path | None) -> config.Settings:
    """The settings with the second folder (default: beside the data folder) and the passphrase of its copies."""
    beside = settings.data.with_name(f"{settings.data.name}-copies")
    folder = str(copies.absolute()) if copies else settings.hall_copies or str(beside)
    words = passphrase_file.read_text(encoding="utf-8").strip() if passphrase_file else settings.hall_passphrase
    return replace(settings, hall_copies=folder, hall_passphrase=words)


@click.command("config")
@json_option
def show_config(*, as_json: bool) -> None:
    """Show the settings in force, secrets masked."""
    shown = config.load().shown()
    answer(dict(shown), [f"{name}={value}" for name, value in shown.items()], as_json=as_json)
