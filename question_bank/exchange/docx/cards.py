"""Tables of a Word document: a sheet of questions, one question as a card, a list of answers, or only layout. Pure."""

from __future__ import annotations

from question_bank.exchange.columns import heading_of
from question_bank.exchange.headings import OWN_HEADER, field_of, find_header
from question_bank.exchange.paper.lines import Line, Table, number_of, option_of
from question_bank.exchange.reading import Item
from question_bank.exchange.rows import Row, item_of
from question_bank.exchange.tables import items_of_table

_LEAST_LABELS = 3


def table_items(table: Table, heading: str, topic: str) -> list[Item]:
    """Return the questions of a table with a header, or of a card (labels left, texts right); none for other tables."""
    rows = [list(row) for row in table.rows]
    if find_header(rows) is not None:
        return items_of_table(rows, sheet=heading or f"表{table.number}", topic=topic, first_line=table.number)
    labels = [(field_of(row[0]), next((text for text in row[1:] if text), "")) for row in rows if row]
    known = {field: text for field, text in labels if field and text}
    if "stem" not in known or len(known) < _LEAST_LABELS or len(known) * 2 < len(rows):
        return []
    row = Row(table.number, known, {heading_of(field): text for field, text in known.items()})
    return [item_of([row], OWN_HEADER, sheet="", topic=topic)]


def table_lines(table: Table) -> list[Line]:
    """Return a table that holds no questions of its own as lines: answers under their numbers, options, or cells."""
    key = _key(table)
    if key:
        return [Line(table.number, "参考答案"), Line(table.number, key)]
    lines: list[Line] = []
    for row in table.rows:
        texts = [text for cell in row for text in cell.split("\n") if text.strip()]
        if any(option_of(text) or number_of(text) for text in texts):
            lines += [Line(table.number, text) for text in texts]
        elif texts:
            lines.append(Line(table.number, "｜".join(cell.replace("\n", " ") for cell in row)))
    return lines


def _key(table: Table) -> str:
    """Return 1. A 2. B … for rows 题号 1 2 3 over 答案 A B C; empty when nobody has filled the answers in."""
    pairs: list[str] = _key_downwards(table)
    for upper, lower in zip(table.rows, table.rows[1:], strict=False):
        if upper and lower and "题号" in upper[0].replace(" ", "") and "答案" in lower[0].replace(" ", ""):
            both = zip(upper[1:], lower[1:], strict=False)
            pairs += [
                f"{number.strip()}.{answer.strip()}"
                for number, answer in both
                if number.strip().isdigit() and answer.strip()
            ]
    return " ".join(pairs)


def _key_downwards(table: Table) -> list[str]:
    """Return 1.A, 2.B … for columns 题号 and 答案, however many of both stand beside one another."""
    first, *rest = table.rows or ((),)
    names = [text.replace(" ", "") for text in first]
    columns = [at for at, name in enumerate(names[:-1]) if "题号" in name and "答案" in names[at + 1]]
    return [
        f"{row[at].strip()}.{row[at + 1].strip()}"
        for at in columns
        for row in rest
        if len(row) > at + 1 and row[at].strip().isdigit() and row[at + 1].strip()
    ]
