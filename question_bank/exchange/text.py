"""Plain text: a paper as somebody typed it, or questions under tags; what Word holds without its looks."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.docx.typed import items_of_lines
from question_bank.exchange.docx.writing import HINT, lines_of_draft
from question_bank.exchange.encodings import read_text
from question_bank.exchange.failing import tagged_lines
from question_bank.exchange.paper.lines import Line
from question_bank.exchange.reading import FileReading, LeftOut
from question_bank.exchange.rows import CannotHold
from question_bank.exchange.tables import distinct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from question_bank.drafts import Draft
    from question_bank.exchange.reading import Item


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read every question of a text in any usual encoding; ``topic`` is the root for questions that name none.

    Raises ``Invalid`` for what is no text, is too large (see ``encodings.read_text``) or holds no question at all.
    """
    lines = [Line(number, line) for number, line in enumerate(read_text(data).split("\n"), 1)]
    items = items_of_lines(lines, topic)
    if not items:
        template = N_("No question was found: number them 1. 2. 3., or put 【题干】 before each.")
        raise Invalid([Problem("", template)])
    return FileReading("text", distinct(items))


def write(file: IO[bytes], drafts: Iterable[Draft], *, say: Callable[[Problem], str] = str) -> list[LeftOut]:
    """Write ``drafts`` under tags, in UTF-8 with its mark; return what they cannot hold."""
    del say
    left_out: list[LeftOut] = []
    file.write(f"\ufeff{HINT}\n".encode())
    for draft in drafts:
        try:
            text = _text(lines_of_draft(draft))
        except CannotHold as error:
            left_out.append(LeftOut(draft.code, error.problem))
            continue
        if read_text(text.encode()) != text:
            left_out.append(LeftOut(draft.code, Problem("", N_("It holds characters that a text file cannot."))))
            continue
        file.write(f"\n{text}\n".encode())
    return left_out


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write questions back under tags, the reason first; mended, the file can be read again."""
    file.write("\ufeff".encode())
    for item, why in failed:
        file.write(f"{_text(tagged_lines(item, f'第{item.line}行：{why}'))}\n\n".encode())


def _text(lines: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"【{tag}】{text}" if tag else text for tag, text in lines)
