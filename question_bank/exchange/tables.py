"""A table of questions, whatever file it stands in: header, sections, notes, cases over several rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.exchange.guessing import guessed_header
from question_bank.exchange.headings import OWN_HEADER, Header, field_of, find_header, header_of
from question_bank.exchange.kind_words import kind_of, kind_within
from question_bank.exchange.paper.lines import Line
from question_bank.exchange.paper.reader import read_paper
from question_bank.exchange.reading import Fault, Item
from question_bank.exchange.rows import Row, item_of
from question_bank.exchange.table_shapes import folded_cells, in_usual_columns, side_by_side, with_stem_heading

EXAMPLE = "示例"
"""A row whose number begins with this shows how to fill in the template; it is no question."""
_NOTE = re.compile(
    r"^[*※★]?(?:注意|说明|备注|提示|填写|填表|示例|样例|例如|温馨提示|特别|要求|合计|总计|共计|小计|以上|以下|制表|审核|单位)"
    r"|^[*※★]?注\d*[:：]|^注$|^共\s*\d+\s*[道题]"
)
_SECTION = 60
_CHAPTER = re.compile(r"^第[一二三四五六七八九十百\d]{1,4}[章节篇编][^？?。]{0,40}$")
_WORDS_ABOUT = re.compile(
    r"说明|须知|注意|填写|模板|示例|样例|字典|参数|数据源|选项值|下拉|目录|封面|hidden|sheet\d*_?hidden", re.IGNORECASE
)
_SHORTEST, _HEADING = 2, 12
_PICTURE = "](picture:"
_OF_CASE_WORDS = (
    "code number topic subtopic difficulty paper audience unit document article in_force status fact valid_to "
    "time_sensitive core demo note reason"
)
_OF_CASE = frozenset(_OF_CASE_WORDS.split())


def items_of_table(rows: Sequence[Sequence[str]], *, sheet: str, topic: str = "", first_line: int = 1) -> list[Item]:
    """Read a table of texts; ``first_line`` is the number its first row bears in the file.

    A table without a header is read by what stands in its columns, or as a paper typed into cells; where neither is
    possible it is one item that is not supported.
    """
    blocks = side_by_side(rows)
    if len(blocks) > 1:
        beside = [items_of_table(each, sheet=sheet, topic=topic, first_line=first_line) for each in blocks]
        return [item for items in beside for item in items]
    header = find_header(rows)
    if header is None:
        rows = with_stem_heading(rows)
        header = find_header(rows) or guessed_header(rows)
    if header is None:
        typed = _typed(rows, sheet, topic, first_line)
        return typed or ([_headless(sheet)] if any(any(row) for row in rows) else [])
    kind = (
        kind_of(header.headings.get("stem", "").partition("：")[2]) or kind_within(sheet) or _above(rows[: header.row])
    )
    header, below = in_usual_columns(header, rows[header.row + 1 :])
    return _Table(sheet, header, kind, topic).items(below, first_line + header.row + 1)


def _typed(rows: Sequence[Sequence[str]], sheet: str, topic: str, first_line: int) -> list[Item]:
    """Read a paper that somebody typed into cells, a paragraph a row; nothing unless it holds whole questions."""
    lines = [
        Line(line, text)
        for line, row in enumerate(rows, first_line)
        for text in "　".join(cell for cell in row if cell).split("\n")
    ]
    blocks = [block for block in read_paper(lines) if block.is_whole]
    kind = kind_within(sheet)
    return [item_of(block.rows(), OWN_HEADER, sheet=sheet, sheet_kind=kind, topic=topic) for block in blocks]


def is_about(name: str) -> bool:
    """Whether a sheet's name says that it holds notes or lists, not questions."""
    return bool(_WORDS_ABOUT.search(name))


def filled_down(rows: list[list[str]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Put the text of cells merged downwards into each of their rows: a kind or a material said once for many.

    ``merged`` are the corners (row, column) of each merged range, from 0.
    """
    for (top, left), (bottom, _) in merged:
        if bottom > top and top < len(rows) and left < len(rows[top]):
            text = rows[top][left]
            for row in rows[top + 1 : bottom + 1]:
                if text and left < len(row) and not row[left]:
                    row[left] = text


def _above(rows: Sequence[Sequence[str]]) -> Kind | None:
    """Return the kind a title above the header names, such as 招商业务单选题."""
    titles = [text for row in rows for text in row if text and len(text) < _SECTION]
    found = {kind_within(title) for title in titles} - {None}
    return found.pop() if len(found) == 1 else None


def _headless(sheet: str) -> Item:
    reason = Problem("", N_("No row of this sheet names its columns, so nothing was read from it."))
    return Item(sheet, 1, {}, None, (Fault("", "", reason),), unsupported=True, sheet=sheet)


class _Table:
    """One table being read."""

    def __init__(self, sheet: str, header: Header, kind: Kind | None, topic: str) -> None:
        self._sheet, self._header, self._kind, self._topic = sheet, header, kind, topic
        self._kinds: dict[int, Kind | None] = {}

    def items(self, rows: Sequence[Sequence[str]], first_line: int) -> list[Item]:
        """Return the questions of the rows below the header."""
        return [
            item_of(group, header, sheet=self._sheet, sheet_kind=kind, topic=self._topic)
            for header, kind, group in self._grouped(rows, first_line)
        ]

    def _grouped(
        self, rows: Sequence[Sequence[str]], first_line: int
    ) -> Iterator[tuple[Header, Kind | None, list[Row]]]:
        """Yield the rows of each question with the header and the section above them."""
        header, kind = self._header, self._kind
        block: list[Row] = []
        chapter = ""
        for line, row in enumerate(rows, first_line):
            again = _header_again(row, header)
            section = None if again else _section(row)
            if again or section:
                yield from ((header, kind, group) for group in _groups(block, header))
                block = []
                header, kind = again or header, section or kind
            elif found := _chapter(row):
                chapter = found
            elif (cells := _cells(row, header)) and not _is_note(row, cells):
                told = {"topic": chapter} if chapter and not cells.keys() & {"topic", "subtopic"} else {}
                block.append(Row(line, cells | told, _raw(row, header)))
        yield from ((header, kind, group) for group in _groups(block, header))


def _cells(row: Sequence[str], header: Header) -> dict[str, str]:
    """Return what a row holds under known headings; nothing for a row of which only the running number is filled in."""
    cells = {field: row[place] for field, place in header.fields.items() if place < len(row) and row[place]}
    known = set(header.fields.values())
    beside = [text for place, text in enumerate(row) if place not in known and _PICTURE in text]
    if beside and "stem" in cells:
        cells["stem"] += "".join(beside)  # a picture in a column of its own belongs to the question
    return cells if cells.keys() - {"number", "reason"} else {}


def _raw(row: Sequence[str], header: Header) -> dict[str, str]:
    """Return the row by its headings, unknown columns included; why it was once not taken is left out."""
    raw = {header.heading(field): place for field, place in header.fields.items() if field != "reason"}
    raw |= {heading: place for place, heading in header.others if heading not in raw}
    return {heading: row[place] for heading, place in raw.items() if place < len(row) and row[place]}


def _header_again(row: Sequence[str], header: Header) -> Header | None:
    """Return the header a row in the middle is: the same again, or that of the next kind's questions."""
    place = header.fields["stem"]
    if not any(len(text) <= _HEADING and field_of(text) == "stem" for text in row if text):
        return None
    found = header_of(row, 0)
    same = place < len(row) and row[place] == header.headings.get("stem")
    filled = sum(1 for text in row if text)
    known = found is not None and len(found.fields) > _SHORTEST and len(found.fields) * 2 >= filled
    return found if found and (same or known) else None


def _chapter(row: Sequence[str]) -> str:
    """Return the title that a row of one cell is: 第二章 分则; empty for another row."""
    filled = [text for text in row if text]
    return filled[0] if len(filled) == 1 and _CHAPTER.match(filled[0]) else ""


def _section(row: Sequence[str]) -> Kind | None:
    """Return the kind a row of one cell announces for those below it: 二、多项选择题（每题2分）."""
    filled = [(place, text) for place, text in enumerate(row) if text]
    if len(filled) != 1 or len(filled[0][1]) > _SECTION or "\n" in filled[0][1]:
        return None
    text = filled[0][1]
    ending = text.rstrip("。？?").endswith
    return kind_of(text) or (kind_within(text) if ending(("题", "）", ")", "分")) and "？" not in text else None)


def _is_note(row: Sequence[str], cells: Mapping[str, str]) -> bool:
    """Whether a row is a remark, a sum or an example of how to fill the table in."""
    if any(cells.get(field, "").startswith((EXAMPLE, "样例")) for field in ("code", "number")):
        return True
    filled = [text for text in row if text]
    return len(filled) <= 2 and any(_NOTE.match(text) for text in filled[:1])


def _groups(rows: Sequence[Row], header: Header) -> Iterator[list[Row]]:
    """Yield the rows of each question: one, unless options or sub-questions stand in rows of their own."""
    if "option_text" in header.fields:
        yield from ([row] for row in _folded_options(rows))
    elif "group" in header.fields and any(_is_case(row) for row in rows):
        yield from _by_number(rows)
    elif "material" in header.fields:
        yield from _by_material(rows)
    elif "options" in header.fields:
        yield from ([row] for row in folded_cells(rows))
    else:
        yield from ([row] for row in rows)


def _by_number(rows: Sequence[Row]) -> list[list[Row]]:
    """Put sub-questions behind the case whose number they name; one that names none stands alone and is rejected."""
    groups: list[list[Row]] = []
    cases: dict[str, list[Row]] = {}
    for row in rows:
        case, number = row.cells.get("group", ""), row.cells.get("code", "")
        is_case = _is_case(row)
        if case in cases and not is_case:
            cases[case].append(row)
            continue
        group = [row]
        groups.append(group)
        if is_case or not case:
            cases.setdefault(case or number, group)
    return groups


def _is_case(row: Row) -> bool:
    return kind_within(row.cells.get("kind", "")) is Kind.CASE


def _by_material(rows: Sequence[Row]) -> list[list[Row]]:
    """Make a case of rows that share a material; a row without a material of its own stands alone."""
    groups: list[list[Row]] = []
    last = ""
    for row in rows:
        material = row.cells.get("material", "")
        cells = {field: text for field, text in row.cells.items() if field != "material"}
        if not material:
            groups.append([row])
        elif "stem" not in cells:
            groups.append([row._replace(cells={**cells, "stem": material})])
        else:
            part = {field: text for field, text in cells.items() if field not in _OF_CASE}
            sub = row._replace(cells={**part, **({"kind": cells["sub_kind"]} if "sub_kind" in cells else {})})
            if material == last:
                groups[-1].append(sub)
            else:
                kept = {field: text for field, text in cells.items() if field in _OF_CASE}
                main = Row(row.line, {**kept, "kind": "案例分析", "stem": material}, row.raw)
                groups.append([main, sub])
        last = material
    return groups


def _folded_options(rows: Sequence[Row]) -> list[Row]:
    """Fold rows of one option each into one row a question: they share their number, or their stem stands once."""
    folded: list[tuple[Row, dict[str, str], dict[str, str]]] = []
    for row in rows:
        name = row.cells.get("number") or row.cells.get("code") or ""
        stem = row.cells.get("stem", "")
        last = folded[-1][0] if folded else None
        known = last is not None and (
            not stem
            or (stem == last.cells.get("stem") and name in {"", last.cells.get("number"), last.cells.get("code")})
        )
        if not known:
            base = {field: text for field, text in row.cells.items() if field not in {"option_text", "option_right"}}
            folded.append((row, base, dict(row.raw)))
        _, cells, raw = folded[-1]
        letter = chr(ord("A") + sum(field.startswith("option:") for field in cells))
        if row.cells.get("option_text") and letter <= "Z":
            cells[f"option:{letter}"] = raw[f"选项{letter}"] = row.cells["option_text"]
            cells[f"right:{letter}"] = row.cells.get("option_right", "0")
    for _, cells, raw in folded:
        right = "".join(sorted(field[-1] for field, text in cells.items() if field.startswith("right:") and _yes(text)))
        if right and "answer" not in cells:
            cells["answer"] = raw["答案"] = right
    return [Row(row.line, cells, raw) for row, cells, raw in folded]


def _yes(text: str) -> bool:
    return text.strip().upper() in {"1", "是", "对", "正确", "TRUE", "T", "Y", "YES", "√"}


def distinct(items: Sequence[Item]) -> tuple[Item, ...]:
    """Give the second question of a made or repeated number a -2 behind it, so that none of a file is lost."""
    seen: dict[str, int] = {}
    kept = []
    for item in items:
        draft = item.draft
        if draft is not None:
            count = seen[draft.code] = seen.get(draft.code, 0) + 1
            if count > 1:
                draft = draft.model_copy(update={"code": f"{draft.code[:56]}-{count}"})
                caution = Problem(
                    "code", N_("The number %(code)s stands in the file twice."), {"code": item.name}, warning=True
                )
                item = replace(item, name=draft.code, draft=draft, cautions=(*item.cautions, caution))  # noqa: PLW2901
        kept.append(item)
    return tuple(kept)
