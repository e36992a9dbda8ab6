"""Whose name cannot be printed as it is: looked at before paper is used, listed on the page and by the command."""

from collections.abc import Iterable
from dataclasses import dataclass

from exam.printing import fonts


@dataclass(frozen=True)
class Affected:
    """One rare character of one person's name or unit.

    `shown`: it is printed, but in the face for rare characters, which looks a little different. Not shown: a box with
    its code stands in its place, to be written over by hand.
    """

    name: str
    unit: str
    character: str
    code_point: str
    shown: bool

    @property
    def words(self) -> str:
        """As it stands in a list: 张𠮷（石桥镇）：𠮷 U+20BB7."""
        return f"{self.name}（{self.unit}）：{self.character} {self.code_point}"


def affected(people: Iterable[tuple[str, str]]) -> tuple[Affected, ...]:
    """By (name, unit) whoever has a character that the body face lacks, in their order; those not shown first."""
    found = [
        Affected(name, unit, character, fonts.code_point(character), not fonts.missing(character))
        for name, unit in people
        for character in fonts.rare(name + unit)
    ]
    return tuple(sorted(found, key=lambda each: each.shown))
