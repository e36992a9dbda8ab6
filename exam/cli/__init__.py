"""The `liangjuan` command. `--json` prints one JSON object on stdout and nothing else there.

Exit status: 0 done; 1 done, with findings; 2 wrong use; 3 could not.
"""

import sys

import click

from exam.cli import bank, database, demo, documents, jobs, papers, people, results, serving, setup
from exam.cli.output import stop_with
from question_bank.errors import DomainError


class Command(click.Group):
    """The group whose commands end with a sentence and a status, never with a traceback, when a rule says no."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            stop_with(error)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="liangjuan")
def cli() -> None:
    """两卷一课: question bank, papers, sittings, marks and reports for touring cadre training."""


for group in (
    [demo.demo],
    serving.COMMANDS,
    database.COMMANDS,
    jobs.COMMANDS,
    bank.COMMANDS,
    documents.COMMANDS,
    papers.COMMANDS,
    people.COMMANDS,
    setup.COMMANDS,
    results.COMMANDS,
):
    for command in group:
        cli.add_command(command)


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    cli.main(prog_name="liangjuan")
