"""Pure: who earned how much on what, as a sparse table, and the plain file it is read from.

The file is CSV with a heading line: ``person,item,score,max``, one line an answer. A line that is not there means
that the item was not given to this person: it is no zero. An answer left open is a line with score 0.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from question_bank.enums import NamedEnum
from question_bank.errors import N_, DomainError

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

COLUMNS = ("person", "item", "score", "max")


class NotATable(DomainError):  # noqa: N818 - the name is the sentence a reader sees
    """The file as a whole cannot be read as answers."""


class Fault(NamedEnum):
    """What is wrong with one line, and what to do."""

    SHORT = (
        "short",
        N_("Too few columns: write person, item, score and max."),
        "列数不足：应有 person、item、score、max 四列",
    )
    NAMELESS = "nameless", N_("Empty: name the person and the item."), "为空：须写明人员和题目"
    EMPTY = (
        "empty",
        N_("Empty: write 0 for an answer left open; leave the line out where the item was not given."),
        "为空：未作答写 0，未出此题则删去本行",
    )
    NUMBER = "number", N_("Not a number: write digits, such as 1 or 0.5."), "不是数字：请写如 1 或 0.5 的数"
    FULL = "full", N_("Full marks must be above 0."), "满分须大于 0"
    RANGE = "range", N_("The score must lie between 0 and max."), "得分须在 0 与满分之间"
    TWICE = (
        "twice",
        N_("This person already has a line for this item: keep one of them."),
        "同一人同一题重复：只保留一行",
    )


@dataclass(frozen=True)
class Rejected:
    """A line that was left out: its number in the file (the heading is 1), the column, and what stood there."""

    line: int
    column: str
    found: str
    fault: Fault


@dataclass(frozen=True)
class ScoreTable:
    """Answers as parallel arrays: index of person, index of item, marks earned, full marks (above 0).

    ``persons`` and ``items`` are the names by index; each has one answer at least. No pair occurs twice.
    """

    persons: tuple[str, ...]
    items: tuple[str, ...]
    person: Whole
    item: Whole
    score: Real
    full: Real

    @property
    def share(self) -> Real:
        """The share of full marks, 0–1, by answer."""
        return self.score / self.full

    @property
    def complete(self) -> bool:
        """Whether everybody was given every item."""
        return self.person.size == len(self.persons) * len(self.items)


@dataclass
class _Faulty(Exception):  # noqa: N818  # it never leaves this module
    column: str
    found: str
    fault: Fault


def read(lines: Iterable[str]) -> tuple[ScoreTable, list[Rejected]]:
    """Read the lines of a file; the columns may stand in any order, and others beside them.

    Raises:
        NotATable: no heading with the four columns, no line that can be used, or no CSV at all.

    """
    rows = csv.reader(lines)
    kept = _Kept()
    try:
        place = _places(next(rows, []))
        for row in rows:
            if any(row):
                kept.add(row, place, line=rows.line_num)
    except csv.Error as error:
        raise NotATable(N_("Line %(line)s is no CSV: %(error)s"), line=rows.line_num, error=str(error)) from error
    return kept.table(), kept.rejected


def _places(heading: list[str]) -> tuple[int, ...]:
    names = [name.strip().lower() for name in heading]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise NotATable(
            N_("Line 1 must be the heading %(wanted)s; missing: %(missing)s"),
            wanted=",".join(COLUMNS),
            missing=",".join(missing),
        )
    return tuple(names.index(name) for name in COLUMNS)


class _Kept:
    """What has been read so far: by answer the index of the person, that of the item, marks, full marks."""

    def __init__(self) -> None:
        self.persons: dict[str, int] = {}
        self.items: dict[str, int] = {}
        self.person: list[int] = []
        self.item: list[int] = []
        self.score: list[float] = []
        self.full: list[float] = []
        self.pairs: set[tuple[int, int]] = set()
        self.rejected: list[Rejected] = []

    def add(self, row: list[str], place: tuple[int, ...], *, line: int) -> None:
        try:
            person, item, score, full = _answer(row, place)
        except _Faulty as faulty:
            self.rejected.append(Rejected(line, faulty.column, faulty.found, faulty.fault))
            return
        pair = (self.persons.setdefault(person, len(self.persons)), self.items.setdefault(item, len(self.items)))
        if pair in self.pairs:
            self.rejected.append(Rejected(line, "item", item, Fault.TWICE))
            return
        self.pairs.add(pair)
        self.person.append(pair[0])
        self.item.append(pair[1])
        self.score.append(score)
        self.full.append(full)

    def table(self) -> ScoreTable:
        if not self.person:
            raise NotATable(N_("The file has no answer that can be used: write one line for each answer."))
        person, item = (np.array(each, dtype=np.int64) for each in (self.person, self.item))
        score, full = (np.array(each, dtype=np.float64) for each in (self.score, self.full))
        return ScoreTable(tuple(self.persons), tuple(self.items), person, item, score, full)


def _answer(row: list[str], place: tuple[int, ...]) -> tuple[str, str, float, float]:
    """Person, item, score and full marks of a line; what may be wrong with it is looked for only where it is not sound.

    A file of a million lines is read twice as fast so.
    """
    try:
        person, item, score, full = [row[column] for column in place]
        person, item, earned, most = person.strip(), item.strip(), float(score), float(full)
    except (ValueError, IndexError):
        raise _fault(row, place) from None
    if person and item and 0 <= earned <= most and 0 < most < inf:
        return person, item, earned, most
    raise _fault(row, place)


def _fault(row: list[str], place: tuple[int, ...]) -> _Faulty:
    """Whatever is wrong first, from left to right."""
    if len(row) <= max(place):
        return _Faulty("", ",".join(row), Fault.SHORT)
    texts = dict(zip(COLUMNS, (row[column].strip() for column in place), strict=True))
    for name in ("person", "item"):
        if not texts[name]:
            return _Faulty(name, "", Fault.NAMELESS)
    for name in ("score", "max"):
        if not texts[name]:
            return _Faulty(name, "", Fault.EMPTY)
        if not _is_number(texts[name]):
            return _Faulty(name, texts[name], Fault.NUMBER)
    if float(texts["max"]) <= 0:
        return _Faulty("max", texts["max"], Fault.FULL)
    return _Faulty("score", texts["score"], Fault.RANGE)


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False
