"""Shapes of tables that are no list of one question a row: blocks side by side, options in rows of their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from question_bank.exchange.answers import marked, tightly_marked
from question_bank.exchange.headings import HEADER_ROWS, field_of, find_header
from question_bank.exchange.kind_words import kind_of
from question_bank.exchange.rows import Row

Table = Sequence[Sequence[str]]


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
        if len(kinds) == 1 and known & {"answer", "option:A"}:
            named = [*row]
            named[kinds[0]] = f"题目：{row[kinds[0]]}"
            return [*rows[:number], named, *rows[number + 1 :]]
    return rows


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
