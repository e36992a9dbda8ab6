"""Aiken: choice questions as plain text, an ``ANSWER: B`` line below lettered options.

Held: single choice (and on the way in several letters, which makes a multiple choice). Aiken has no room for anything
else: number, topic, difficulty, citations and explanation are lost on the way out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import islice, pairwise
from string import ascii_uppercase
from typing import IO, TYPE_CHECKING, NamedTuple

from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.encodings import read_text
from question_bank.exchange.foreign import Importer, Source
from question_bank.exchange.reading import FileReading, LeftOut
from question_bank.kinds.choice import SingleChoiceContent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from question_bank.drafts import Draft
    from question_bank.exchange.reading import Item

PREFIX = "AIKEN-"
HELD = frozenset({Kind.SINGLE_CHOICE})

_REMARK = "//"
_OPTION = re.compile(r"[(（]?([A-Za-zＡ-Ｚ])[.)．、）:：]\s*(.*)")
_ANSWER = re.compile(r"(?:ANSWERS?|正确答案|参考答案|答案)\s*[:：]\s*(.*)", re.IGNORECASE)
_FEEDBACK = re.compile(r"(?:FEEDBACK|EXPLANATION|解析|答案解析)\s*[:：]\s*(.*)", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Z](?:[\s,;、和&]*[A-Z])*")
_PICTURE = re.compile(r"!\[[^\]\n]*\]\(picture:")
_NUMBER = re.compile(r"(?:\d{1,4}|Q\d{1,4})\s*[.)、．]\s*(?=\S)")
_SHOWN, _MOST, _LONGEST, _MOST_LETTERS = 60, 20_000, 300_000, 200


class _Line(NamedTuple):
    number: int
    text: str


@dataclass
class _Block:
    """The lines of one question with those of its answer and its feedback."""

    lines: list[_Line] = field(default_factory=list)
    answer: _Line | None = None
    feedback: list[str] = field(default_factory=list)


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read an Aiken file; several options may follow a stem of several lines, empty lines do not matter.

    Raises ``Invalid`` for what is no text, or where no line begins with ``ANSWER:`` (``答案：``).
    """
    text = read_text(data)
    importer = Importer(PREFIX, topic)
    blocks = list(islice(_blocks(text), _MOST + 1))
    if len(blocks) > _MOST:
        raise Invalid([Problem("", N_("This file has more than %(most)s questions; split it."), {"most": _MOST})])
    if not any(block.answer for block in blocks):
        raise Invalid([Problem("", N_("No line begins with ANSWER:, so this is no Aiken file."))])
    return FileReading("aiken", tuple(_item(importer, block) for block in blocks))


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the questions: what stands above each line with the answer."""
    block = _Block()
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        if line.startswith(_REMARK):
            continue
        feedback = _FEEDBACK.match(line) if block.answer else None
        if feedback:
            block.feedback.append(feedback[1].strip())
            continue
        if block.answer and line.strip():
            yield from _apart(block)
            block = _Block()
        answer = _ANSWER.match(line) if ":" in line or "：" in line else None
        if answer:
            block.answer = _Line(number, answer[1])
        elif not block.answer:
            block.lines.append(_Line(number, line))
    if block.answer or any(line.text.strip() for line in block.lines):
        yield from _apart(block)


def _apart(block: _Block) -> Iterator[_Block]:
    """Yield a block, before it those whose answer is missing: they too have options A and B."""
    lines = block.lines
    letters = [_letter(line) for line in lines]
    starts = [index for index, letter in enumerate(letters) if letter == "A" and _below(letters, index) == "B"]
    begun = 0
    for before, start in pairwise(starts):
        empty = [index for index in range(before, start) if not lines[index].text.strip()]
        cut = empty[-1] if empty else start - 1
        yield _Block(lines[begun:cut])
        begun = cut
    yield _Block(lines[begun:], block.answer, block.feedback)


def _letter(line: _Line) -> str:
    found = _OPTION.match(line.text)
    if found is None:
        return ""
    letter = found[1].upper()
    return letter if letter.isascii() else unicodedata.normalize("NFKC", letter)


def _below(letters: list[str], index: int) -> str:
    """Return the letter of the next option below a line, within what one option may fill."""
    return next((letter for letter in letters[index + 1 : index + 30] if letter), "")


def _item(importer: Importer, block: _Block) -> Item:
    if sum(len(line.text) for line in block.lines) > _LONGEST:
        source = Source(name=block.lines[0].text[:_SHOWN], line=block.lines[0].number, raw="")
        template = N_("This question is longer than %(most)s characters.")
        return importer.rejected(source, Problem("", template, {"most": _LONGEST}))
    stem, options, first = _parts(block)
    raw = "\n".join(line.text for line in block.lines if line.text.strip())
    raw += f"\nANSWER: {block.answer.text}" if block.answer else ""
    name = (" ".join(stem.split()) or f"#{first}")[:_SHOWN]
    source = Source(name=name, line=first, raw=raw, explanation="\n".join(block.feedback))
    problem = _problem(block, stem, options)
    if problem is not None:
        return importer.rejected(source, problem)
    chosen = _chosen(block)
    data = {
        "stem": stem,
        "options": [{"key": key, "text": text} for key, text in zip(ascii_uppercase, options, strict=False)],
    }
    if len(chosen) == 1:
        return importer.question(source, Kind.SINGLE_CHOICE, data | {"answer": chosen[0]})
    return importer.question(source, Kind.MULTIPLE_CHOICE, data | {"answer": chosen})


def _parts(block: _Block) -> tuple[str, list[str], int]:
    """Return the stem, the texts of the options and the line the question begins on."""
    lines = [line for line in block.lines if line.text.strip()]
    if not lines:
        return "", [], block.answer.number if block.answer else 0
    start = max((index for index, line in enumerate(lines) if _letter(line) == "A"), default=len(lines))
    options: list[str] = []
    for line in lines[start:]:
        found = _OPTION.match(line.text)
        if found and len(options) < len(ascii_uppercase) and _letter(line) == ascii_uppercase[len(options)]:
            options.append(found[2].strip())
        else:
            options[-1] = f"{options[-1]}\n{line.text.strip()}".strip()
    stem = "\n".join(line.text.strip() for line in lines[:start])
    return _NUMBER.sub("", stem, count=1) if _NUMBER.match(stem) else stem, options, lines[0].number


def _chosen(block: _Block) -> list[str]:
    """Return the letters of the answer, each once; empty when it is not a row of letters."""
    text = (
        unicodedata.normalize("NFKC", block.answer.text[:_MOST_LETTERS] if block.answer else "")
        .upper()
        .strip(" .。)\t")
    )
    return sorted(set(re.findall("[A-Z]", text))) if _LETTERS.fullmatch(text) else []


def _problem(block: _Block, stem: str, options: list[str]) -> Problem | None:
    """Return what keeps a block from being a question."""
    if block.answer is None:
        return Problem("answer", N_("No ANSWER: line follows this question."))
    if not options:
        return Problem("options", N_("No lettered options stand above the answer."))
    if not stem:
        return Problem("stem", N_("No question stands above the options."))
    found = {"found": block.answer.text[:_SHOWN], "line": block.answer.number}
    chosen = _chosen(block)
    if not chosen:
        return Problem("answer", N_("“%(found)s” on line %(line)s is no letter of an option."), found)
    if any(letter not in ascii_uppercase[: len(options)] for letter in chosen):
        return Problem("answer", N_("“%(found)s” on line %(line)s names an option that is not there."), found)
    return None


def write(file: IO[bytes], drafts: Iterable[Draft], *, say: Callable[[Problem], str] = str) -> list[LeftOut]:
    """Write the single choices in UTF-8, stem, options and key alone; return the others with the reason."""
    del say
    left_out: list[LeftOut] = []
    for draft in drafts:
        reason, text = _written(draft)
        if reason is None:
            file.write(f"{text}\n\n".encode())
        else:
            left_out.append(LeftOut(draft.code, reason))
    return left_out


def _written(draft: Draft) -> tuple[Problem | None, str]:
    """Return why a draft cannot be held, or its text."""
    content = draft.content
    if not isinstance(content, SingleChoiceContent):
        return Problem("type", N_("Aiken holds single choices only.")), ""
    texts = [content.stem, *(option.text for option in content.options)]
    if any(_PICTURE.search(text) for text in texts):
        return Problem("stem", N_("Aiken holds no pictures.")), ""
    letters = {option.key: letter for option, letter in zip(content.options, ascii_uppercase, strict=False)}
    lines = [content.stem, *(f"{letters[option.key]}. {option.text}" for option in content.options)]
    text = "\n".join([*lines, f"ANSWER: {letters.get(content.answer, '')}"])
    back = read(text.encode()).drafts if all("\n" not in part for part in texts) else []
    same = len(back) == 1 and isinstance(back[0].content, SingleChoiceContent) and texts == _texts(back[0].content)
    return (None, text) if same else (Problem("stem", N_("Aiken would read this question as another one.")), "")


def _texts(content: SingleChoiceContent) -> list[str]:
    return [content.stem, *(option.text for option in content.options)]


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write what was not taken as it stood, each with its reason in a line that is not read."""
    for item, why in failed:
        reason = " ".join(why.split())
        file.write(f"{_REMARK} {reason}\n{item.raw}\n\n".encode())
