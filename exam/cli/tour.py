"""`liangjuan tour`: everything about the tour. A subcommand's module is loaded when it is called."""

import click

from exam.cli.loading import LazyGroup

WHERE = {
    "brief": "exam.cli.briefs:brief",
    "plan": "exam.cli.planning:plan",
    "publish": "exam.cli.planning:publish",
    "ics": "exam.cli.calendars:ics",
    "remind": "exam.cli.calendars:remind",
    "send": "exam.cli.calendars:send",
}
"""Subcommand → module and name."""


@click.group(cls=LazyGroup, where=WHERE)
def tour() -> None:
    """The tour and its lessons."""
