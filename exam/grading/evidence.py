"""Pure: a written answer cut where its key points were found, and the key points beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from question_bank.kinds import Content
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.rounding import settle


@dataclass(frozen=True)
class Point:
    """One key point: its number on the page (from 1), what it earns out of what, and the terms that would hit it."""

    number: int
    key: str
    text: str
    out_of: Decimal
    suggested: Decimal
    note: str
    terms: tuple[tuple[str, ...], ...]

    @property
    def hit(self) -> str:
        """`full`, `part` or `none`."""
        if not self.suggested:
            return "none"
        return "full" if self.suggested >= self.out_of else "part"


@dataclass(frozen=True)
class Piece:
    """Consecutive characters of an answer and the numbers of the key points they are evidence of."""

    text: str
    points: tuple[int, ...] = ()


def points_of(content: Content, detail: Mapping[str, Any]) -> tuple[Point, ...]:
    """The key points of a short answer with what was suggested; empty for a content without a rubric."""
    if not isinstance(content, ShortAnswerContent):
        return ()
    found = {part["ref"]: part for part in detail.get("parts", ())}
    return tuple(
        Point(
            number=number,
            key=point.id,
            text=point.point,
            out_of=Decimal(found.get(point.id, {}).get("out_of", point.marks)),
            suggested=Decimal(found.get(point.id, {}).get("marks", 0)),
            note=found.get(point.id, {}).get("note", ""),
            terms=point.keyword_groups,
        )
        for number, point in enumerate(content.rubric, 1)
    )


def pieces(text: str, content: Content, detail: Mapping[str, Any]) -> tuple[Piece, ...]:
    """`text` cut at the borders of all spans; joined together the pieces are `text` again."""
    numbers = {point.key: point.number for point in points_of(content, detail)}
    spans = [
        (span["start"], min(span["end"], len(text)), numbers[part["ref"]])
        for part in detail.get("parts", ())
        for span in part.get("spans", ())
        if part["ref"] in numbers
    ]
    borders = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end))})
    cut = pairwise(borders)
    return tuple(
        Piece(text[start:end], tuple(sorted({number for low, high, number in spans if low <= start and end <= high})))
        for start, end in cut
        if start < end
    )


def hidden(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A suggestion's detail with what the key points can earn and nothing of what was found."""
    return {"parts": [{"ref": part["ref"], "out_of": part["out_of"]} for part in detail.get("parts", ())]}


def levels(maximum: Decimal) -> tuple[Decimal, ...]:
    """Six steps from 0 to `maximum` for an answer without key points, rounded to the quarter-mark grid."""
    return tuple(settle(Fraction(maximum) * step / 5, maximum) for step in range(6))
