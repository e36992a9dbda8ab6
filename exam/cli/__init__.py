"""The `liangjuan` command. `--json` prints one JSON object on stdout and nothing else there.

Exit status: 0 done; 1 done, with findings; 2 wrong use; 3 could not.
"""

import sys

import click

from exam.cli.loading import LazyGroup
from question_bank.errors import DomainError

WHERE = {
    "audit": "exam.cli.database:audit_group",
    "backup": "exam.cli.backups:make_backup",
    "bank": "exam.cli.county:bank",
    "config": "exam.cli.serving:show_config",
    "db": "exam.cli.database:db_group",
    "demo": "exam.cli.demo:demo",
    "documents": "exam.cli.documents:documents",
    "evidence": "exam.cli.evidence:evidence",
    "grade": "exam.cli.grading:grade",
    "ledger": "exam.cli.ledger:ledger",
    "papers": "exam.cli.prints:papers",
    "regrade": "exam.cli.corrections:regrade",
    "report": "exam.cli.reporting:report",
    "restore": "exam.cli.backups:restore",
    "serve": "exam.cli.serving:serve",
    "setup": "exam.cli.setup:setup",
    "stats": "exam.cli.stats:stats",
    "stop": "exam.cli.stops:stop_group",
    "template": "exam.cli.setup:template",
    "tour": "exam.cli.tour:tour",
    "user": "exam.cli.people:user",
    "verify": "exam.cli.backups:verify",
    "worker": "exam.cli.jobs:worker",
}
"""Command → module and name. A command's module is loaded when it is called."""


class Command(LazyGroup):
    """The group whose commands end with a sentence and a status, never with a traceback, when a rule says no."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            from exam.cli.output import stop_with  # needed by errors only

            stop_with(error)


@click.group(cls=Command, where=WHERE, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="liangjuan")
def cli() -> None:
    """两卷一课: question bank, papers, sittings, marks and reports for touring cadre training."""


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    cli.main(prog_name="liangjuan")
