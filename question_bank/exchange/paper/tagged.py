"""Questions under tags, one a line: 【题号】, 【题型】, 【题干】, 【选项】 … as we and offices write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from question_bank.enums import Kind
from question_bank.exchange.columns import COLUMNS, heading_of
from question_bank.exchange.paper.lines import Line, option_of, plain, section_of, tag_of
from question_bank.exchange.rows import Row

PART = "小题"
CODE = "题号"
_OWN_FIRST = ("code", "reason")
_BEGINNERS = ("code", "kind", "stem")
_INNER = re.compile(r"(?=【[^】]{1,12}】)")
_LEADING = re.compile(r"^\s*\d{1,4}\s*[.、．)）]\s*(?=【)")
_RUNNING = re.compile(r"^\s*\d{1,4}\s*(?:[、．]|\.(?!\d))\s*")
_ESCAPE = "\\"
_ORDER = {column.field: place for place, column in enumerate(COLUMNS)}


@dataclass
class _Block:
    line: int
    kind: Kind | None
    texts: dict[str, list[str]] = field(default_factory=dict)
    parts: list[_Block] = field(default_factory=list)
    place: str = ""
    lost: list[str] = field(default_factory=list)

    def row(self) -> Row:
        cells = {name: "\n".join(texts).strip(" \t\n") for name, texts in self.texts.items()}
        cells |= _options(cells.pop("options", ""))
        if self.kind:
            cells.setdefault("kind", self.kind.chinese)
        kept = {name: text for name, text in cells.items() if text and name != "reason"}
        return Row(self.line, kept, {heading_of(name): text for name, text in kept.items()})


@dataclass(frozen=True)
class Tagged:
    """The rows of one question, and what of its paragraphs could not be read."""

    rows: tuple[Row, ...]
    lost: tuple[str, ...] = ()


def is_tagged(lines: Sequence[Line]) -> bool:
    """Whether stems stand under a tag of their own."""
    return any((found := tag_of(_LEADING.sub("", line.text))) and found[0] == "stem" for line in lines)


def read_tagged(lines: Sequence[Line]) -> list[Tagged]:
    """Return the questions. What stands before the first tag is a title; sections name the kind of those below."""
    reader = _Reader(lines)
    for line in lines:
        reader.feed(line)
    return [
        Tagged((block.row(), *(part.row() for part in block.parts)), tuple(dict.fromkeys(block.lost)))
        for block in reader.blocks
        if block.texts.keys() - {"reason"}
    ]


class _Reader:
    def __init__(self, lines: Sequence[Line]) -> None:
        tags = [found[0] for line in lines if (found := tag_of(_LEADING.sub("", plain(line.text))))]
        self.blocks: list[_Block] = []
        self._first = tags[0] if tags else "stem"
        self._own = self._first in _OWN_FIRST
        self._running = "code" not in tags and not self._own
        self._kind: Kind | None = None

    def feed(self, line: Line) -> None:
        text = plain(line.text)
        section = section_of(text)
        if section and section.ordinal and not tag_of(text):
            self._kind = section.kind
            if self.blocks:
                self.blocks[-1].place = "ended"
            return
        pieces = [text] if self._own else [piece for piece in _INNER.split(_LEADING.sub("", text)) if piece] or [""]
        for piece in pieces:
            self._piece(piece, line)

    def _piece(self, text: str, line: Line) -> None:
        found = tag_of(text)
        if found and found[0] == "part" and self.blocks:
            case = self.blocks[-1]
            case.parts.append(_Block(line.number, None, {"code": [found[1]]} if found[1].strip() else {}))
            return
        if found:
            self._tag(*found, line)
        elif self.blocks and self.blocks[-1].place != "ended":
            block = self.blocks[-1].parts[-1] if self.blocks[-1].parts else self.blocks[-1]
            if block.place:
                block.texts[block.place].append(text.removeprefix(_ESCAPE) if text.startswith(f"{_ESCAPE}【") else text)
        if self.blocks:
            self.blocks[-1].lost += line.lost

    def _tag(self, name: str, text: str, line: Line) -> None:
        whole = self.blocks[-1] if self.blocks else None
        block = whole.parts[-1] if whole and whole.parts else whole
        if whole is None or block is None or self._begins(name, whole, block):
            whole = block = _Block(line.number, self._kind)
            self.blocks.append(block)
        if name == "stem" and self._running:
            text = _RUNNING.sub("", text)
        block.texts.setdefault(name, []).append(text)
        block.place = name

    def _begins(self, name: str, whole: _Block, block: _Block) -> bool:
        """Whether a tag begins the next question: the one all begin with, or one that this one has already."""
        if whole.place == "ended":
            return True
        if block is not whole:
            return name in _OWN_FIRST
        after_reason = set(whole.texts) <= {"reason"}
        return not after_reason and (name == self._first or (name in _BEGINNERS and name in whole.texts))


def _options(text: str) -> dict[str, str]:
    """Return options whose lines begin with A. B. C. … under their letters; anything else stays in one cell."""
    lines = text.split("\n") if text else []
    cells: dict[str, str] = {}
    for line in lines:
        found = option_of(line)
        if found and found[0] == chr(ord("A") + len(cells)):
            cells[f"option:{found[0]}"] = found[1]
        elif cells:
            cells[f"option:{chr(ord('A') + len(cells) - 1)}"] += f"\n{line}"
        else:
            return {"options": text}
    first = next(iter(cells.values()), "")
    return {"options": text} if len(cells) == 1 and len(lines) == 1 and first else cells


def tag_lines(rows: Sequence[Mapping[str, str]], why: str = "") -> Iterator[tuple[str, str]]:
    """Yield the lines of a question as tag and text; lines that go on have no tag. ``rows`` are cells by field."""
    if why:
        yield from _field("原因", why)
    for number, cells in enumerate(rows):
        yield from _field(PART if number else CODE, cells.get("code", str(number) if number else ""))
        options = {name: text for name, text in cells.items() if name.startswith("option:")}
        for name in sorted(cells, key=lambda each: _ORDER.get(each, len(_ORDER))):
            if name in options:
                if name == next(iter(options)):
                    yield from _field(
                        "选项", "\n".join(f"{each[-1]}. {text}" for each, text in options.items()), own=True
                    )
            elif name not in {"code", "group", "reason"}:
                yield from _field(heading_of(name), cells[name])


def _field(tag: str, text: str, *, own: bool = False) -> Iterator[tuple[str, str]]:
    first, *rest = text.split("\n")
    if own:
        first, rest = "", [first, *rest]
    yield tag, first
    for line in rest:
        yield "", f"{_ESCAPE}{line}" if line.startswith(("【", f"{_ESCAPE}【")) else line
