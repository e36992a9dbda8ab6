"""Rules of addresses whose building costs nothing before it is needed."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule that compiles the code building its addresses when the first one is asked for.

    Werkzeug compiles two functions for every rule as it is added: nine tenths of the time an application takes to be
    made, most of it for addresses that no process ever builds both ways.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        made: list[Builder] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(Rule._compile_builder(self, append_unknown))  # noqa: SLF001 -- there is no other way to it
            return made[0](rule, **values)

        return build
