"""A GIFT file → its questions as pieces of text, each with the line it begins on. Pure, linear in the file.

Moodle parts questions by empty lines. Real files also put one question right under the other, leave an empty line
inside braces, or put the braces in a paragraph of their own; those are told apart by what stands between the braces.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.gift.escapes import hidden, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OWN = "liangjuan:"
"""Begins the comment in which our own export keeps what GIFT has no room for."""

MAX_BRACES, MAX_QUESTIONS = 60_000, 20_000
_FAR = 60
_CATEGORY = re.compile(r"\$CATEGORY\s*:\s*(.*)", re.IGNORECASE)
_TITLE = re.compile(r"::(?:[^:]|:(?!:)){0,2000}::")
_TITLE_ALONE = re.compile(r"\s*::(?:[^:]|:(?!:)){0,2000}::\s*(?:\[\w+\])?\s*")
_BRACES = re.compile(r"[{}]")
_ANSWERS = re.compile(r"\s*(?:(?:TRUE|FALSE|T|F)\s*)?(?:#.*)?\Z", re.IGNORECASE | re.DOTALL)
_COMMAND = re.compile(r"(?:[\\\ufdd0][A-Za-z]+\*?(?:\[[^\[\]{}]*\])?|[\^_}])\Z")
_END = re.compile(r"(?:^|[.。!！?？;；:：)）\"”»])[\s\ufdd7]*\Z")


class Block(NamedTuple):
    """A pair of braces: where it opens and where it closes in the text of the piece."""

    start: int
    end: int

    def inside(self, text: str) -> str:
        """Return what stands between the braces."""
        return text[self.start + 1 : self.end]


@dataclass
class Piece:
    """One question (or a text without braces) with its escapes hidden, comments taken out.

    ``blocks`` are the braces that hold answers, as far as that can be told; ``unclosed`` says that one never closes.
    ``comments`` are those before and inside it, without their slashes; ``category`` the one in force.
    """

    text: str
    line: int
    category: str
    comments: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    unclosed: bool = False


class _Line(NamedTuple):
    number: int
    text: str


def split(text: str) -> Iterator[Piece]:
    """Yield the pieces of a file in its order; raise ``Invalid`` for one beyond all measure."""
    if text.count("{") + text.count("}") > MAX_BRACES:
        raise Invalid([Problem("", N_("This file has more than %(most)s braces; split it."), {"most": MAX_BRACES})])
    category, comments = "", list[str]()
    number = 0
    for paragraph in _joined(_paragraphs(hidden(text).split("\n"))):
        for found in _questions(paragraph):
            if isinstance(found, str):
                category = found
                continue
            comments += found.comments
            if not found.text.strip():
                continue
            found.comments, found.category, comments = comments, category, []
            number += 1
            if number > MAX_QUESTIONS:
                template = N_("This file has more than %(most)s questions; split it.")
                raise Invalid([Problem("", template, {"most": MAX_QUESTIONS})])
            yield found


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("//")


def _paragraphs(lines: list[str]) -> Iterator[list[_Line]]:
    """Yield runs of lines between empty ones; an empty line inside braces that do close counts as text."""
    paragraph: list[_Line] = []
    depth, close = 0, -1
    for index, line in enumerate(lines):
        if line.strip():
            paragraph.append(_Line(index + 1, line))
            depth = depth if _is_comment(line) else _deeper(depth, line)
            continue
        if depth and index > close:
            close = _closing(lines, index, depth)
        if depth and index < close:
            paragraph.append(_Line(index + 1, ""))
            continue
        if paragraph:
            yield paragraph
        paragraph, depth = [], 0
    if paragraph:
        yield paragraph


def _deeper(depth: int, line: str) -> int:
    """Return how many braces are open behind a line."""
    if "{" not in line and "}" not in line:
        return depth
    for brace in _BRACES.findall(line):
        depth = depth + 1 if brace == "{" else max(depth - 1, 0)
    return depth


def _closing(lines: list[str], start: int, depth: int) -> int:
    """Return the line soon below ``start`` on which all open braces are closed, before a title or category; else -1."""
    for index in range(start, min(start + _FAR, len(lines))):
        line = lines[index]
        if not line.strip() or _is_comment(line):
            continue
        if _TITLE.match(line.lstrip()) or _CATEGORY.match(line.lstrip()):
            return -1
        depth = _deeper(depth, line)
        if depth == 0:
            return index
    return -1


def _joined(paragraphs: Iterable[list[_Line]]) -> Iterator[list[_Line]]:
    """Put a title, or a stem, that stands in a paragraph of its own together with the braces in the next."""
    waiting: list[_Line] = []
    for paragraph in paragraphs:
        shown_lines = [line for line in paragraph if not _is_comment(line.text)]
        if waiting and shown_lines and (_is_title_alone(waiting) or _is_block_alone(shown_lines)):
            paragraph = [*waiting, *paragraph]  # noqa: PLW2901 - the two are one from here on
            waiting = []
        if waiting:
            yield waiting
        waiting = []
        has_braces = any("{" in line.text for line in paragraph if not _is_comment(line.text))
        is_stem = shown_lines and not has_braces and not _CATEGORY.match(shown_lines[-1].text.lstrip())
        if is_stem:
            waiting = paragraph
        else:
            yield paragraph
    if waiting:
        yield waiting


def _is_title_alone(lines: list[_Line]) -> bool:
    text = "\n".join(line.text for line in lines if not _is_comment(line.text))
    return _TITLE_ALONE.fullmatch(text) is not None


def _is_block_alone(lines: list[_Line]) -> bool:
    first, last = lines[0].text.lstrip(), lines[-1].text.rstrip()
    return first.startswith("{") and last.endswith(("}", "}."))


def _questions(paragraph: list[_Line]) -> Iterator[Piece | str]:
    """Yield the questions of a paragraph, and as plain texts the categories between them."""
    run: list[_Line] = []
    for line in paragraph:
        category = _CATEGORY.match(line.text.lstrip())
        if category is None:
            run.append(line)
            continue
        yield from _pieces(run)
        run = []
        yield shown(category[1]).strip()
    yield from _pieces(run)


def _pieces(lines: list[_Line]) -> Iterator[Piece]:
    """Cut lines at titles inside braces that never closed, and then between the blocks of answers."""
    start, depth = 0, 0
    for index, line in enumerate(lines):
        if _is_comment(line.text):
            continue
        if depth and "{" in line.text and _TITLE.match(line.text.lstrip()):
            yield from _between_blocks(lines[start:index])
            start, depth = index, 0
        depth = _deeper(depth, line.text)
    yield from _between_blocks(lines[start:])


def _between_blocks(lines: list[_Line]) -> Iterator[Piece]:
    """Cut lines where one question ends and the next begins without an empty line."""
    text = "\n".join("" if _is_comment(line.text) else line.text for line in lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + (0 if _is_comment(line.text) else len(line.text)) + 1)
    fresh = {index for index, line in enumerate(lines) if line.text.lstrip().startswith(("//", "::"))}
    sure = [block for block in _pairs(text)[0] if _is_sure(text, block)]
    begun = 0
    for number, block in enumerate(sure):
        after = sure[number + 1].start if number + 1 < len(sure) else len(text)
        first, last = bisect_right(starts, block.end) - 1, bisect_right(starts, after) - 1
        cut = _cut(lines, fresh, block.end - starts[first], first, last, more=number + 1 < len(sure))
        if cut is not None:
            yield _piece(lines[begun:cut])
            begun = cut
    yield _piece(lines[begun:])


def _cut(lines: list[_Line], fresh: set[int], end: int, first: int, last: int, *, more: bool) -> int | None:
    """Return the line on which the next question begins after a block that ends on ``first``; None: it does not.

    ``last`` is the line on which the next block opens, when there are ``more``, else the last of all. A title or a
    comment begins anew, as does the line below one on which a sentence ends, when it leads to another block.
    """
    for index in range(first + 1, min(last + 1, len(lines))):
        if index in fresh:
            return index
    if not more:
        return None
    for index in range(first, last):
        rest = lines[index].text[end + 1 :] if index == first else lines[index].text
        if _END.search(rest):
            return index + 1
    return None


def _piece(lines: list[_Line]) -> Piece:
    body = [line for line in lines if not _is_comment(line.text)]
    comments = [line.text.strip().lstrip("/").strip() for line in lines if _is_comment(line.text)]
    text = "\n".join(line.text for line in body)
    pairs, unclosed = _pairs(text)
    return Piece(text, body[0].number if body else 0, "", comments, _answering(text, pairs), unclosed)


def _answering(text: str, pairs: list[Block]) -> list[Block]:
    """Return the braces that hold answers: those with signs, else true, false or nothing, else a bare word."""
    sure = [block for block in pairs if _is_sure(text, block)]
    marked = [block for block in sure if block.inside(text).lstrip()[:1] in {"=", "~", "#"}]
    return marked or sure or [block for block in pairs if not _after_command(text, block)]


def _pairs(text: str) -> tuple[list[Block], bool]:
    """Return the outermost pairs of braces. One that never closes ends at the last closing brace after it, if any."""
    pairs: list[Block] = []
    depth, start, last = 0, 0, -1
    for match in _BRACES.finditer(text):
        if match[0] == "{":
            start = start if depth else match.start()
            depth += 1
        elif depth:
            depth, last = depth - 1, match.start()
            if depth == 0:
                pairs.append(Block(start, match.start()))
    if depth and last > start:
        pairs.append(Block(start, last))
        return pairs, False
    return pairs, depth > 0


def _is_sure(text: str, block: Block) -> bool:
    """Whether braces hold answers: they begin with a sign of GIFT, or hold true, false or nothing outside a formula."""
    inside = block.inside(text)
    if inside.lstrip()[:1] in {"=", "~", "#"}:
        return True
    return _ANSWERS.match(inside) is not None and not _after_command(text, block)


def _after_command(text: str, block: Block) -> bool:
    return _COMMAND.search(text[max(block.start - 40, 0) : block.start]) is not None
