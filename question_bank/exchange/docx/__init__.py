"""Word: questions under tags, typed as a paper, or in tables; written under tags that a person reads and edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING

from question_bank.errors import N_, Problem
from question_bank.exchange.docx.body import Body, read_body
from question_bank.exchange.docx.cards import table_items, table_lines
from question_bank.exchange.docx.typed import items_of_lines
from question_bank.exchange.docx.writing import Document, lines_of_draft
from question_bank.exchange.failing import tagged_lines
from question_bank.exchange.paper.lines import Line, Table, section_of
from question_bank.exchange.reading import Fault, FileReading, Item, LeftOut
from question_bank.exchange.rows import CannotHold
from question_bank.exchange.tables import distinct
from question_bank.exchange.web_sheets import blocks_of

if TYPE_CHECKING:
    from question_bank.drafts import Draft

_PACKED = (b"PK", b"\xd0\xcf\x11\xe0")
__all__ = ["read", "write", "write_failed"]


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read every question of a document: those under tags, those typed as a paper, those in tables with a header.

    ``topic`` is the root for questions that name none of the eight. Lines of items count paragraphs. Raises
    ``Invalid`` for what is no .docx, saying how to save it, and for what passes the limits of ``archives`` and ``xml``.
    """
    body = read_body(data) if data.startswith(_PACKED) else Body(blocks_of(data))
    lines: list[Line] = []
    items: list[Item] = []
    heading = ""
    for block in body.blocks:
        if isinstance(block, Table):
            found = table_items(block, heading, topic)
            items += found
            lines += [] if found else table_lines(block)
        else:
            lines.append(block)
            heading = block.text.strip() if section_of(block.text) else heading
    items += items_of_lines(lines, topic)
    items.sort(key=lambda item: item.line)
    if not items and any(line.text.strip() for line in lines):
        items = [_nothing()]
    return FileReading("docx", distinct(items), tuple(body.pictures.values()))


def _nothing() -> Item:
    reason = Problem("", N_("No question was found: number them 1. 2. 3., or put 【题干】 before each."))
    return Item("docx", 1, {}, None, (Fault("", "", reason),), unsupported=True)


def write(file: IO[bytes], drafts: Iterable[Draft], *, say: Callable[[Problem], str] = str) -> list[LeftOut]:
    """Write ``drafts`` under tags; return what they cannot hold, listed at the top as ``say`` puts it."""
    left_out: list[LeftOut] = []
    document = Document()
    for draft in drafts:
        try:
            document.question(lines_of_draft(draft))
        except CannotHold as error:
            left_out.append(LeftOut(draft.code, error.problem))
    document.left_out([(each.code, say(each.reason)) for each in left_out])
    document.save(file)
    return left_out


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write questions back under tags, the reason first; mended, the document can be read again."""
    document = Document()
    for item, why in failed:
        document.question(tagged_lines(item, f"第{item.line}段：{why}"))
    document.save(file)
