"""`liangjuan grade`: a STOP of the tour, or with `answers` a plain file."""

import importlib

import click

WHERE = {"answers": "exam.cli.answers:answers", "stop": "exam.cli.results:grade"}


class Grading(click.Group):
    """What begins with none of its commands is a stop: `grade 12` is `grade stop 12`.

    A command's module is loaded when it is called: a file of answers needs neither Flask nor a database.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in WHERE and cmd_name not in self.commands:
            module, name = WHERE[cmd_name].split(":")
            self.add_command(getattr(importlib.import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*WHERE, *ctx.help_option_names}:
            args = ["stop", *args]
        return super().parse_args(ctx, args)


@click.group("grade", cls=Grading)
def grade() -> None:
    """Mark a STOP by its rules (`grade STOP`), or a plain file of written answers (`grade answers FILE`)."""
