"""`liangjuan tour`: everything about the tour. A subcommand's module is loaded when it is called."""

import importlib

import click

WHERE = {
    "brief": "exam.cli.briefs:brief",
    "plan": "exam.cli.planning:plan",
    "publish": "exam.cli.planning:publish",
    "ics": "exam.cli.calendars:ics",
    "remind": "exam.cli.calendars:remind",
    "send": "exam.cli.calendars:send",
}
"""Subcommand → module and name."""


class Tour(click.Group):
    """The group, which knows its subcommands by their modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*WHERE, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in WHERE and cmd_name not in self.commands:
            module, name = WHERE[cmd_name].split(":")
            self.add_command(getattr(importlib.import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)


@click.group(cls=Tour)
def tour() -> None:
    """The tour and its lessons."""
