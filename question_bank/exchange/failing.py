"""What was not taken, as a table: the cells as they stood, the reason in front. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from question_bank.exchange.columns import COLUMNS
from question_bank.exchange.headings import field_of
from question_bank.exchange.kind_words import kind_within
from question_bank.exchange.paper.tagged import tag_lines
from question_bank.exchange.template import REASON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from question_bank.exchange.reading import Item

KIND_COLUMN = "题型"


def failed_table(failed: Iterable[tuple[Item, str]]) -> tuple[list[str], list[dict[str, str]]]:
    """Return the headings and the rows by heading; a case has all its rows, the reason standing with the first.

    A kind that only the name of the sheet gave is written into a column of its own, for the sheet is lost.
    """
    rows: list[dict[str, str]] = []
    for item, why in failed:
        mine = raw_rows(item)
        place = f"{item.sheet or item.name} {item.line}：" if item.sheet else f"{item.line}："
        rows += [({REASON: place + why} if number == 0 else {}) | row for number, row in enumerate(mine)]
    headings = dict.fromkeys(heading for row in rows for heading in row if heading != REASON)
    order = {column.field: place for place, column in enumerate(COLUMNS)}
    known = sorted(headings, key=lambda heading: order.get(field_of(heading) or "", len(order)))
    return [REASON, *known], rows


def raw_rows(item: Item) -> list[dict[str, str]]:
    """Return the cells of an item by heading, row by row."""
    given = item.raw if isinstance(item.raw, list) else [item.raw]
    rows = [{str(name): str(text) for name, text in row.items()} for row in given if isinstance(row, dict)]
    for row in rows[:1]:
        kind = kind_within(item.sheet) if not any(field_of(heading) == "kind" for heading in row) else None
        if kind and row:
            row[KIND_COLUMN] = kind.chinese
    return rows or [{}]


def tagged_lines(item: Item, why: str) -> list[tuple[str, str]]:
    """Return an item as tags and texts, the reason first: what a document or a text writes back."""
    rows = [{field: text for heading, text in row.items() if (field := field_of(heading))} for row in raw_rows(item)]
    return list(tag_lines(rows, why=why))
