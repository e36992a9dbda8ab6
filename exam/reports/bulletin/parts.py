"""Pure: the parts of an official document, as page, PDF and Word file show it. Its words are Chinese."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A paragraph. `flush` begins at the margin, as the line of those addressed does; `small` is a note."""

    text: str
    flush: bool = False
    small: bool = False


@dataclass(frozen=True)
class Column:
    """`share` of the table's width; figures stand at the right, names at the left."""

    head: str
    share: float
    figures: bool = True


@dataclass(frozen=True)
class Table:
    """`rows` are texts by column; `strong` are the numbers of rows that sum up."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    strong: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One unit: value on a scale of 0 to 100, with its interval where there is one; `grey` is not compared."""

    label: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None
    grey: bool = False


@dataclass(frozen=True)
class Bars:
    """Sorted bars with intervals. `title` states the finding; `reference` is a value with its name, drawn across."""

    title: str
    rows: tuple[Bar, ...]
    reference: tuple[float, str] | None = None
    note: str = ""


@dataclass(frozen=True)
class HeatRow:
    """One unit: a share of 0 to 100 by column, None where nobody was asked. `group` begins a new band of rows."""

    label: str
    shares: tuple[float | None, ...]
    group: str = ""


@dataclass(frozen=True)
class Heat:
    """Shares by unit and topic; the fewer marks, the darker. `title` states the finding."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    note: str = ""


Part = Words | Table | Bars | Heat


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it; `level` 1 is numbered 一、, level 2 （一）."""

    heading: str
    level: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Paper:
    """The whole document. `mark` stands over a draft or a replaced version; `annex` behind the signature.

    `recipients` (主送) and `copies` (抄送) are names without their marks; either may be empty.
    """

    issuer: str
    number: str
    title: str
    opening: tuple[Words, ...]
    sections: tuple[Section, ...]
    signature: str
    date: str
    note: str = ""
    mark: str = ""
    annex: tuple[Words, ...] = ()
    recipients: str = ""
    copies: str = ""

    @property
    def addressed(self) -> tuple[Words, ...]:
        """The line of those it is sent to, above the text; nothing where they stand in the opening."""
        return (Words(f"{self.recipients}：", flush=True),) if self.recipients else ()

    @property
    def copied(self) -> str:
        """The line of those who are sent a copy, in the imprint; empty without any."""
        return f"抄送：{self.copies}。" if self.copies else ""

    def words(self) -> Iterator[str]:
        """Every sentence of the running text, in order."""
        yield from (each.text for each in (*self.addressed, *self.opening))
        for section in self.sections:
            yield section.heading
            yield from (part.text for part in section.parts if isinstance(part, Words))
        yield from (each.text for each in self.annex)
        yield from [self.copied] if self.copied else []


ANNEX = "计分规则"
"""What is annexed; it is named below the text, and again where it begins."""

NUMERALS = "一二三四五六七八九十"


def numbered(number: int, level: int) -> str:
    """一、 and （一）, up to 十 and then 十一."""
    text = NUMERALS[number - 1] if number <= 10 else f"十{NUMERALS[number - 11]}"
    return f"{text}、" if level == 1 else f"（{text}）"
