"""One question of a typed paper while it is being read, and its rows afterwards. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import TYPE_CHECKING

from question_bank.enums import Kind
from question_bank.exchange.columns import heading_of
from question_bank.exchange.paper.lines import OVER, UNDER, Section, head_of, number_of, plain
from question_bank.exchange.row_answers import with_blanks
from question_bank.exchange.row_cases import LEAD_IN, shared
from question_bank.exchange.rows import Row
from question_bank.kinds.checking import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator

FREE = frozenset({"answer", "explanation", "points", "note", "document"})
"""Fields whose text may have several lines, numbered ones among them."""
_UNDERLINED = re.compile(f"{UNDER}([^{OVER}]+){OVER}")
_MOST_OPTIONS = len(ascii_uppercase)


@dataclass
class Block:
    """What is known of a question: texts by field, options, sub-questions. ``place`` is the field being written."""

    line: int
    section: Section
    number: int = 0
    texts: dict[str, list[str]] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    parts: list[Block] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    place: str = "stem"
    listed: tuple[str, int] = ("", 0)
    part_style: str = ""
    part_numbers: range = range(0)
    shows_blank: bool = False

    def add(self, name: str, text: str) -> None:
        """Begin a field, or go on with it when it has been begun."""
        self.texts.setdefault(name, []).append(text)
        self.place, self.listed = name, ("", 0)
        self._count(text)

    def go_on(self, text: str) -> None:
        """Append a line to what is being written."""
        self._count(text)
        if self.place == "option" and self.options:
            self.options[-1] += f"\n{text}"
        else:
            name = "stem" if self.place == "option" else self.place
            self.texts.setdefault(name, []).append(text)

    def _count(self, text: str) -> None:
        """Note a blank, and how far a numbered list inside the text has come: its style and its last number."""
        self.shows_blank = self.shows_blank or (self.place in {"stem", "option"} and "__" in text)
        found = number_of(text)
        style, last = self.listed
        if found and (found.number == 1 or (found.style == style and found.number == last + 1)):
            self.listed = (found.style, found.number)

    def goes_on(self, style: str, number: int) -> bool:
        """Whether a number is the next of the list inside the text being written."""
        return self.listed[1] > 0 and self.listed == (style, number - 1)

    def add_options(self, texts: list[str]) -> None:
        """Append options, as many as letters allow."""
        self.options += texts[: _MOST_OPTIONS - len(self.options)]
        self.place = "option"

    @property
    def is_free(self) -> bool:
        """Whether the line being written may hold a numbered list of its own."""
        return self.place in FREE

    @property
    def is_whole(self) -> bool:
        """Whether it has what a question needs besides its stem."""
        return bool(self.options or self.texts.get("answer") or self.parts or self.shows_blank)

    def rows(self) -> list[Row]:
        """Return the rows it fills: its own, then each sub-question's."""
        if self.parts:
            self._share_answer()
        return [self._row(), *(part._row() for part in self.parts)]  # noqa: SLF001 - parts are blocks as well

    def _share_answer(self) -> None:
        """Give each sub-question its own of the answers （1）…（2）… that stand together behind the last."""
        *others, last = self.parts
        answers = shared("\n".join(last.texts.get("answer", ())), len(self.parts))
        if others and not any("answer" in part.texts for part in others) and all(answers):
            for part, answer in zip(self.parts, answers, strict=True):
                part.texts["answer"] = [answer]

    def _row(self) -> Row:
        cells = {name: "\n".join(texts).strip(" \t\n") for name, texts in self.texts.items()}
        stem, told = head_of(LEAD_IN.sub("", cells.get("stem", "")) if self.parts else cells.get("stem", ""))
        cells = told | {**cells, "stem": stem}
        self._take_underlined(cells)
        cells = {name: plain(text).strip(" \t\n") for name, text in cells.items()}
        cells |= {
            f"option:{letter}": plain(text).strip() for letter, text in zip(ascii_uppercase, self.options, strict=False)
        }
        for name, text in self._of_section():
            cells.setdefault(name, text)
        kept = {name: text for name, text in cells.items() if text}
        return Row(self.line, kept, {heading_of(name): text for name, text in kept.items()})

    def _of_section(self) -> Iterator[tuple[str, str]]:
        """Yield what the section says of all its questions."""
        section = self.section
        if section.kind:
            yield "kind", section.word if "情景答" in section.word else section.kind.chinese
        if self.parts:
            yield "kind", Kind.CASE.chinese
        yield "marks", section.marks
        yield "marks_each", section.each

    def _take_underlined(self, cells: dict[str, str]) -> None:
        """Make underlined words the answers of a question that shows no blanks and has no answer."""
        stem = cells["stem"]
        words = [found.strip() for found in _UNDERLINED.findall(stem)]
        of_blanks = self.section.kind is Kind.FILL_BLANK or Kind.FILL_BLANK.chinese in cells.get("kind", "")
        if of_blanks and all(words) and words and "answer" not in cells and not BLANK.search(with_blanks(stem)):
            cells["stem"] = _UNDERLINED.sub("____", stem)
            cells["answer"] = "\n".join(words)
