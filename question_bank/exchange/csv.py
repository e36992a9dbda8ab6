"""CSV: the same table as Excel, in whatever encoding and with whatever separator an office saved it."""

from __future__ import annotations

import codecs
import csv
import io
from typing import IO, TYPE_CHECKING

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.cells import is_risky, text_of
from question_bank.exchange.columns import COLUMNS
from question_bank.exchange.failing import failed_table
from question_bank.exchange.headings import find_header
from question_bank.exchange.reading import FileReading, Item, LeftOut
from question_bank.exchange.rows import CannotHold, rows_for
from question_bank.exchange.tables import distinct, items_of_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from question_bank.drafts import Draft

MOST_ROWS = 50_000
MOST_LINES = 300_000
LARGEST = 64 * 1024 * 1024
LONGEST_LINE = 1_000_000
"""Bytes: no row of questions is longer, so one that is has lost its line ends or a closing quotation mark."""
_SEPARATORS = ",\t;|｜"
_SAMPLE = 60
_QUOTE = "'"


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read the table. ``topic`` is the root for rows that name none of the eight topics.

    Raises ``Invalid`` for what is no text, has a quotation mark that is never closed (with its line), a row without
    end, or more rows than ``MOST_ROWS``.
    """
    if len(data) > LARGEST:
        raise _refused(N_("This file is larger than %(most)s MB."), most=LARGEST // 1024**2)
    if data.count(b"\n") > MOST_LINES:
        raise _refused(N_("This file has more than %(most)s rows."), most=MOST_ROWS)
    if max(map(len, data.split(b"\n")), default=0) > LONGEST_LINE:
        raise _refused(N_("A line of this file is longer than any row of questions."))
    text = decoded(data)
    found = _rows(text, _separator(text))
    items = items_of_table([row for _, row in found], sheet="CSV", topic=topic)
    lines = [line for line, _ in found]
    return FileReading("csv", distinct([_at(item, lines) for item in items]))


def decoded(data: bytes) -> str:
    """Return the text: by its mark, else UTF-8, else UTF-16 without a mark, else GB 18030. Raises ``Invalid``."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _strict(data.removeprefix(mark), name)
    if b"\0" in data[:4096]:
        even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
        return _strict(data, "utf-16-be" if even > odd else "utf-16-le")
    try:
        return _strict(data, "utf-8")
    except Invalid:
        return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise _refused(N_("This is no text in UTF-8, GB 18030 or UTF-16; save it as CSV UTF-8.")) from error
    if "\0" in text:
        raise _refused(N_("There are zero bytes in this file; it is damaged or no text."))
    return text


def _separator(text: str) -> str:
    """Return the separator under which the first rows have the header with most fields, else most columns."""
    if text.startswith("sep=") and len(text) > len("sep="):
        return text[4]
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE])
    return max(_SEPARATORS, key=lambda mark: (_promise(sample, mark), -_SEPARATORS.index(mark)))


def _promise(sample: str, mark: str) -> tuple[int, int]:
    try:
        rows = list(csv.reader(io.StringIO(sample), delimiter=mark))[:_SAMPLE]
    except csv.Error:
        return 0, 0
    header = find_header([[text_of(cell) for cell in row] for row in rows])
    return len(header.fields) if header else 0, max(map(len, rows), default=0)


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the rows with the line each begins in. Raises ``Invalid`` for a quotation mark never closed."""
    body = text.split("\n", 1)[1] if text.startswith("sep=") and "\n" in text else text
    first = 1 if body is text else 2
    rows: list[tuple[int, list[str]]] = []
    line = first
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + first
    except csv.Error as error:
        if "expected after" not in str(error):
            template = N_("Line %(line)s cannot be read: a quotation mark opened there is not closed.")
            raise _refused(template, line=line) from error
        rows = [(number, _alone(each, separator)) for number, each in enumerate(body.splitlines(), first)]
    if len(rows) > MOST_ROWS:
        raise _refused(N_("This file has more than %(most)s rows."), most=MOST_ROWS)
    return [(number, [_unquoted(text_of(cell)) for cell in row]) for number, row in rows]


def _alone(line: str, separator: str) -> list[str]:
    """Read one line by itself, in a file whose quotation marks are not doubled inside a cell as they should be."""
    cells = line.split(separator)
    return [cell.strip().removeprefix('"').removesuffix('"') if cell.count('"') != 1 else cell for cell in cells]


def _at(item: Item, lines: Sequence[int]) -> Item:
    """Say an item's line as an editor counts it: cells may have several lines."""
    line = lines[item.line - 1] if 0 < item.line <= len(lines) else item.line
    return Item(**{**item.__dict__, "line": line, "name": item.name.replace(f"CSV!{item.line}", f"CSV!{line}")})


def _unquoted(text: str) -> str:
    """Undo ``_quoted``."""
    return text[1:] if text.startswith(_QUOTE) and is_risky(text.lstrip(_QUOTE)) else text


def _quoted(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; ``read`` takes it away again."""
    return _QUOTE + text if is_risky(text.lstrip(_QUOTE)) else text


def write(file: IO[bytes], drafts: Iterable[Draft], *, say: Callable[[Problem], str] = str) -> list[LeftOut]:
    """Write ``drafts`` in UTF-8 with its mark, so that Excel shows Chinese; return what rows cannot hold."""
    del say
    left_out: list[LeftOut] = []
    rows: list[dict[str, str]] = []
    for draft in drafts:
        try:
            rows += rows_for(draft)
        except CannotHold as error:
            left_out.append(LeftOut(draft.code, error.problem))
    used = {field for row in rows for field in row} or {
        "code",
        "kind",
        "stem",
        "option:A",
        "option:B",
        "answer",
        "topic",
    }
    columns = [column for column in COLUMNS if column.field in used]
    _write(
        file,
        [column.heading for column in columns],
        ([row.get(column.field, "") for column in columns] for row in rows),
    )
    return left_out


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write rows back as they stood, the reason in front; mended, the file can be read again."""
    headings, rows = failed_table(failed)
    _write(file, headings, ([row.get(heading, "") for heading in headings] for row in rows))


def _write(file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    for line in _lines(headings, rows):
        file.write(line.encode("utf-8", errors="replace"))


def _lines(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "\ufeff"
    for row in (headings, *rows):
        line = io.StringIO()
        csv.writer(line).writerow([_quoted(text) for text in row])
        yield line.getvalue()


def _refused(template: str, **params: object) -> Invalid:
    return Invalid([Problem("", template, params)])
