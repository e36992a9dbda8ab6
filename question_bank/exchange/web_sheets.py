"""Workbooks and documents that are none: pages of HTML and old XML that other systems export as .xls and .doc.

Pure: bytes in, rows and lines out; nothing is fetched, and what a page would load is left aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.encodings import read_text
from question_bank.exchange.paper.lines import Line, Table
from question_bank.exchange.xml import parse_xml

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_TAGS = 200_000
_WIDEST, _MOST_ROWS, _MOST_CELLS = 100, 50_000, 500_000
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "meta", "link", "xml"})
_BLOCK_NAMES = "p div li ul ol h1 h2 h3 h4 h5 h6 tr td th table tbody thead section article br hr dl dt dd"
_BLOCKS = frozenset(_BLOCK_NAMES.split())


class Sheet(NamedTuple):
    """A sheet with its name (empty: none), its rows, and the corners of cells merged downwards."""

    name: str
    rows: list[list[str]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def sheets_of(data: bytes) -> list[Sheet]:
    """Return the tables of a page or of an XML workbook of 2003.

    Raises ``Invalid`` for what is neither, for more than ``MOST_TAGS`` tags and for what ``parse_xml`` or ``read_text``
    refuse.
    """
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4096] and b"<html" not in data[:4096].lower():
        root = parse_xml(data)
        return [_worksheet(each) for each in root if _local(each) == "Worksheet"]
    tables = [each for each in _page(data).iter("table") if each.find(".//table") is None]
    return [sheet for sheet in (_rows_of(table) for table in tables) if sheet.rows]


def blocks_of(data: bytes) -> list[Line | Table]:
    """Return a page as lines and tables, in reading order; numbers count blocks. Raises ``Invalid`` as above."""
    blocks: list[Line | Table] = []
    text: list[str] = []

    def end_line() -> None:
        line = _SPACES.sub(" ", "".join(text)).strip()
        text.clear()
        if line:
            blocks.append(Line(len(blocks) + 1, line))

    for event, element in _walk(_page(data)):
        if event == "table":
            end_line()
            rows = _rows_of(element).rows
            blocks.append(Table(len(blocks) + 1, tuple(tuple(row) for row in rows)))
        elif event == "block":
            end_line()
        else:
            text.append(element)
    end_line()
    return blocks


def _page(data: bytes) -> HtmlElement:
    text = read_text(data)
    if text.count("<") > MOST_TAGS:
        raise Invalid([Problem("", N_("This XML has more than %(most)s tags."), {"most": MOST_TAGS})])
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise Invalid([Problem("", N_("This page cannot be read; open it and save it as .xlsx or .docx."))])
    return root


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield texts, ends of blocks, and tables that hold no other table, without going down by recursion."""
    stack: list[tuple[str, Any]] = [("open", root)]
    while stack:
        what, element = stack.pop()
        if what != "open":
            yield what, element
            continue
        name = str(element.tag).lower()
        if element.tail:
            stack.append(("text", element.tail))
        if name in _UNSEEN:
            continue
        if name == "table" and element.find(".//table") is None:
            stack.append(("table", element))
            continue
        if name in _BLOCKS:
            stack.append(("block", element))
        stack += [("open", each) for each in reversed(element)]
        if element.text:
            stack.append(("text", element.text))
        if name in _BLOCKS:
            stack.append(("block", element))


def _rows_of(table: Any) -> Sheet:
    """Return the rows of a table, cells over several columns followed by empty ones."""
    rows: list[list[str]] = []
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
    below: dict[int, int] = {}
    """How many rows further down a cell above still fills each column."""
    filled = 0
    for row in table.iter("tr"):
        number, cells = len(rows), list[str]()
        for cell in (each for each in row if each.tag in {"td", "th"}):
            while below.get(len(cells), 0) and len(cells) < _WIDEST:
                below[len(cells)] -= 1
                cells.append("")
            if len(cells) >= _WIDEST:
                break
            down, across = _span(cell, "rowspan"), min(_span(cell, "colspan"), _WIDEST - len(cells))
            if down > 1:
                merged.append(((number, len(cells)), (number + down - 1, len(cells))))
                below |= dict.fromkeys(range(len(cells), len(cells) + across), down - 1)
            cells += [_text(cell), *[""] * (across - 1)]
        below.update({place: left - 1 for place, left in below.items() if place >= len(cells) and left})
        rows.append(cells)
        filled += len(cells)
        if len(rows) > _MOST_ROWS or filled > _MOST_CELLS:
            template = N_("The sheet “%(sheet)s” has more than %(limit)s rows.")
            raise Invalid([Problem("", template, {"sheet": "HTML", "limit": _MOST_ROWS})])
    return Sheet("", rows, merged)


def _text(cell: Any) -> str:
    lines = [""]
    for event, element in _walk(cell):
        if event == "block":
            lines.append("")
        elif event == "text":
            lines[-1] += element
    return "\n".join(line for line in (_SPACES.sub(" ", each).strip() for each in lines) if line)


def _span(cell: Any, name: str) -> int:
    found = cell.get(name, "1").strip()
    return min(max(int(found), 1), _WIDEST) if found.isascii() and found.isdigit() and len(found) < 5 else 1


def _worksheet(element: Any) -> Sheet:
    """Return a sheet of an XML workbook; rows and cells may say their own numbers."""
    rows: list[list[str]] = []
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for row in (each for each in element.iter() if _local(each) == "Row"):
        number = min(_whole(row, "Index") or len(rows) + 1, _MOST_ROWS)
        rows += [[] for _ in range(number - 1 - len(rows))]
        cells: list[str] = []
        for cell in (each for each in row if _local(each) == "Cell"):
            place = min(_whole(cell, "Index") or len(cells) + 1, _WIDEST)
            cells += [""] * (place - 1 - len(cells))
            data = next((each for each in cell if _local(each) == "Data"), None)
            if down := _whole(cell, "MergeDown"):
                merged.append(((len(rows), len(cells)), (len(rows) + down, len(cells))))
            across = min(_whole(cell, "MergeAcross"), _WIDEST)
            cells += [_data(data), *[""] * across]
        rows.append(cells)
    return Sheet(_attribute(element, "Name"), rows, merged)


def _data(data: Any) -> str:
    text = "" if data is None else "".join(data.itertext()).strip()
    number = data is not None and _attribute(data, "Type") == "Number"
    return text.removesuffix(".0") if number else text


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: Any, name: str) -> str:
    return next((str(found) for key, found in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _whole(element: Any, name: str) -> int:
    found = _attribute(element, name)
    return int(found) if found.isascii() and found.isdigit() and len(found) < 6 else 0
