"""Shapes of tables that are no list of one question a row: blocks side by side, options in rows of their own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from question_bank.exchange.answers import marked, tightly_marked
from question_bank.exchange.headings import HEADER_ROWS, Header, field_of, find_header
from question_bank.exchange.kind_words import kind_of
from question_bank.exchange.rows import Row

Table = Sequence[Sequence[str]]
_LETTER = re.compile(r"[A-HＡ-Ｈ][.．、]?")
_NUMBER = re.compile(r"(\d{1,4})\s*(?:[、．]|\.(?!\d))\s*(?=\S)")


def side_by_side(rows: Table) -> list[Table]:
    """Cut a table in which the headings begin again to the right into its blocks; one block for any other."""
    header = find_header(rows)
    if header is None:
        return [rows]
    row = rows[header.row]
    stems = [place for place, text in enumerate(row) if text and field_of(text) == "stem"]
    starts = [0]
    for before, stem in pairwise(stems):
        between = [place for place in range(before + 1, stem) if not row[place]]
        first = between[-1] + 1 if between else _again(row, starts[-1], before, stem)
        if first is None or row[stem] != row[before]:
            return [rows]
        starts.append(first)
    if len(starts) == 1:
        return [rows]
    ends = [*starts[1:], max(map(len, rows))]
    return [[each[start:end] for each in rows] for start, end in zip(starts, ends, strict=True)]


def _again(row: Sequence[str], start: int, before: int, stem: int) -> int | None:
    """Return the first heading behind ``before`` that has stood in the block already: 序号, or the stem itself."""
    seen = set(row[start : before + 1])
    return next((place for place in range(before + 1, stem + 1) if row[place] in seen), None)


def with_stem_heading(rows: Table) -> Table:
    """Return a table whose column of questions is headed by their kind alone with that heading as 题目：单选题."""
    for number, row in enumerate(rows[:HEADER_ROWS]):
        kinds = [place for place, text in enumerate(row) if text and kind_of(text)]
        known = {field_of(text) for text in row if text}
        named_kind = len(kinds) == 1 and row[kinds[0]].rstrip("）)").endswith("题")
        if named_kind and ("answer" in known or known >= {"option:A", "option:B"}):
            named = [*row]
            named[kinds[0]] = f"题目：{row[kinds[0]]}"
            return [*rows[:number], named, *rows[number + 1 :]]
    return rows


def in_usual_columns(header: Header, rows: Table) -> tuple[Header, Table]:
    """Return header and rows with the letters of options in one cell with their texts, and stems without 1、 2、 …

    Our own sheets stay as they are.
    """
    if {"status", "fact"} <= header.fields.keys():
        return header, rows
    header, rows = _with_letters(header, rows)
    return header, _without_numbers(header, rows)


def _with_letters(header: Header, rows: Table) -> tuple[Header, Table]:
    """Join a column of nothing but A, B, C … with the one of the options' texts beside it."""
    fields = dict(header.fields)
    first = fields.get("options", fields.get("option:A", -1))
    second = fields.get("option:B", next((at for at, text in header.others if field_of(text) == "options"), -1))
    column = [row[first] for row in rows if 0 <= first < len(row) and row[first]]
    if second < 0 or len(column) <= 1 or not all(_LETTER.fullmatch(text) for text in column):
        return header, rows
    fields = {field: place for field, place in fields.items() if not field.startswith("option:")} | {"options": first}
    joined = [
        [*row[:first], f"{row[first]}. {row[second]}", *row[first + 1 : second], "", *row[second + 1 :]]
        if first < second < len(row) and row[first]
        else row
        for row in rows
    ]
    return header._replace(fields=fields, headings={**header.headings, "options": "选项"}), joined


def _without_numbers(header: Header, rows: Table) -> Table:
    """Drop the numbers before stems when every stem has one and they count up."""
    place = header.fields["stem"]
    whole = {at: row for at, row in enumerate(rows) if sum(map(bool, row)) > 1}  # others are titles
    stems = {at: row[place] for at, row in whole.items() if place < len(row) and row[place]}
    found = {at: _NUMBER.match(text) for at, text in stems.items()}
    numbers = [int(mark[1]) for mark in found.values() if mark]
    if len(numbers) <= 1 or len(numbers) < len(stems) or any(b not in {a + 1, 1} for a, b in pairwise(numbers)):
        return rows
    cut = {at: stems[at][mark.end() :] for at, mark in found.items() if mark}
    return [[*row[:place], cut[at], *row[place + 1 :]] if at in cut else row for at, row in enumerate(rows)]


def folded_cells(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield rows with the options of the rows below them that hold nothing else, or repeat what merged cells say."""
    last: Row | None = None
    for row in rows:
        if last is not None and "options" in row.cells and _goes_on(last, row):
            options = f"{last.cells['options']}\n{row.cells['options']}"
            last = last._replace(cells={**last.cells, "options": options}, raw=_with_options(last, options))
            continue
        if last is not None:
            yield last
        last = row
    if last is not None:
        yield last


def _goes_on(last: Row, row: Row) -> bool:
    """Whether a row brings only the next option of the question above it."""
    if (
        "options" not in last.cells
        or row.cells == last.cells
        or marked(row.cells["options"])
        or tightly_marked(row.cells["options"])
    ):
        return False
    rest = {field: text for field, text in row.cells.items() if field != "options"}
    return all(last.cells.get(field) == text for field, text in rest.items())


def _with_options(row: Row, options: str) -> dict[str, str]:
    """Return the cells as they stood with all options in the cell of the first."""
    return {heading: options if text == row.cells["options"] else text for heading, text in row.raw.items()}
