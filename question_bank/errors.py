"""What the bank and the features above it say when something cannot be done.

Every message is an English template with ``%(name)s`` placeholders, so that the template itself is a gettext
message id and the parameters are put in after translation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def N_(text: str) -> str:  # noqa: N802 - the gettext keyword for "extract, do not translate here"
    """Mark ``text`` for extraction by Babel and return it unchanged."""
    return text


def fill(template: str, params: Mapping[str, object]) -> str:
    """Put ``params`` into ``template``; a template without parameters may hold a bare ``%``."""
    return template % params if params else template


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place: ``where`` is a path such as ``options[2]`` or ``Q031.answer``.

    A ``warning`` is shown to the author and the reviewer; only the rest stands in the way of publishing.
    """

    where: str
    template: str
    params: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False

    def __str__(self) -> str:
        """Return the English sentence with its place in front."""
        text = fill(self.template, self.params)
        return f"{self.where}: {text}" if self.where else text


class DomainError(Exception):
    """A rule of the house forbids what was asked. ``template`` is a gettext message id."""

    def __init__(self, template: str, **params: object) -> None:
        """Keep the template and its parameters apart, so that a page can translate before filling."""
        super().__init__(template, params)
        self.template = template
        self.params: dict[str, object] = params

    def __str__(self) -> str:
        """Return the English sentence."""
        return fill(self.template, self.params)


class NotAllowed(DomainError):  # noqa: N818 - the name is the sentence a reader sees
    """The state of the object, or the role of the person, does not permit this."""


class Conflict(DomainError):  # noqa: N818
    """Somebody else changed it first, or it exists already."""


class NotFound(DomainError):  # noqa: N818
    """There is no such thing."""


class Shortage(DomainError):  # noqa: N818
    """The bank holds too little for what was asked."""


class ParseError(DomainError):
    """What came from the candidate's page cannot be read. That is not a wrong answer."""


class Invalid(DomainError):  # noqa: N818
    """The data given is wrong at one or more places, listed in ``problems`` (at least one)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Take the problems; ``template`` and ``params`` are those of the first."""
        self.problems = tuple(problems)
        if not self.problems:
            message = "Invalid needs at least one problem"
            raise ValueError(message)
        super().__init__(self.problems[0].template, **self.problems[0].params)

    def __str__(self) -> str:
        """Return all problems, one sentence each."""
        return "; ".join(str(problem) for problem in self.problems)
