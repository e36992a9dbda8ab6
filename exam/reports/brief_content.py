"""Pure: what a lesson brief says, as it is kept and shown. Nothing in it can be led back to fewer than five people.

Numbers of people are given outright only where at least five are on either side; else the smaller side is said to be
“fewer than five”. Shares are rounded to five per cent and lie between 5 and 95, for “all of them” names everybody.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

FEWEST = 5
"""Smaller groups are not shown."""


class Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Law(Shown):
    """A citation in one line: the document, the article, and what it says as far as the register holds it."""

    document: str
    article: str
    text: str = ""


class Wrong(Shown):
    """One question, with the wrong option that the hall leans to ("" where there are none) and what is right."""

    question_id: int
    code: str
    stem: str
    believed: str
    right: str
    why: str


class Responsible(Shown):
    """Who should answer. `here`: whether the department comes to this stop, None where it is not said who does."""

    unit_id: int
    name: str
    here: bool | None


class Point(Shown):
    """What the hall misunderstands or does not know. Shares in per cent; `county` None where no stop came before.

    `sure`: how clear it is that this is more than chance. `asked` people met it and `missed` says how many of them
    missed something; `misled` how many chose the same wrong options, "" where these are fewer than five.
    """

    subject: str
    topic: str
    sure: Literal["clear", "likely", "open"]
    asked: int
    missed: str
    misled: str
    earned: int
    expected: int
    county: int | None
    wrongs: tuple[Wrong, ...]
    law: Law | None
    ask: str
    department: Responsible | None


class TopicLine(Shown):
    """A topic: shares in per cent, as in `Point`, and the shrunk difference from what was expected in points."""

    name: str
    earned: int
    expected: int
    county: int | None
    difference: int


class BriefContent(Shown):
    """A brief. `sat` of `expected` people have handed in; `waiting` written answers still wait for a marker."""

    sat: int
    expected: int
    waiting: int
    topics: tuple[TopicLine, ...] = ()
    points: tuple[Point, ...] = ()

    @property
    def too_few(self) -> bool:
        """Whether so few sat that anything said would name them."""
        return self.sat < FEWEST

    @property
    def departments(self) -> tuple[Responsible, ...]:
        """Those who should answer, each once, in the order of the points."""
        return tuple(dict.fromkeys(each.department for each in self.points if each.department is not None))


def people(count: int, of: int) -> str:
    """`count` of `of` people in Chinese; "" where the count is below five and must not be shown."""
    if count < FEWEST:
        return ""
    if of - count >= FEWEST or of == count == 0:
        return f"{count}人"
    at_least = of - FEWEST + 1
    return f"{at_least}人以上" if at_least >= FEWEST else f"{FEWEST}人以上"


def coarse(share: float) -> int:
    """A share (0–1) in whole fives per cent between 5 and 95."""
    return min(95, max(5, 5 * round(share * 20)))


def first_of(texts: Iterable[str]) -> str:
    """The first text that says something."""
    return next((text for text in texts if text.strip()), "")
