"""A group of commands whose modules are loaded when they are called: most of them need half the product."""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """`where` says of each command its module and name, as `exam.cli.jobs:worker`."""

    def __init__(self, *args: Any, where: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.where = where

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.where, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.where and cmd_name not in self.commands:
            module, name = self.where[cmd_name].split(":")
            self.add_command(getattr(importlib.import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)
