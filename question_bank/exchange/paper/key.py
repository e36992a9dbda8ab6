"""The list of answers at the end of a paper: 1-5 ABCDA 6.AB, 1. 北京；上海, under its own headings or none. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from question_bank.exchange.paper.lines import Section, field_line, later_fields, section_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from question_bank.exchange.paper.blocks import Block

_SIGNS = "A-HＡ-Ｈ√×✓✗✔✘对错"
_RANGE = re.compile(
    rf"^\s*(?P<first>\d{{1,4}})\s*[-~—–－～至到]+\s*(?P<last>\d{{1,4}})\s*(?:题)?\s*[:：.、．)）]?\s*"
    rf"(?P<signs>[{_SIGNS}TFtf](?:[\s、,，;；/]*[{_SIGNS}TFtf])*)(?![\w])[。；;,，、\s]*"
)
_SINGLE = re.compile(
    rf"^\s*[（(]?(?P<number>\d{{1,4}})\s*[)）]?\s*(?:题)?\s*[.、．:：)）]?\s*"
    rf"[（(【\[]?(?:答案[】\]]?[:：]?)?\s*(?P<signs>[{_SIGNS}]+(?:[、,，]\s*[A-HＡ-Ｈ](?![A-Za-z]))*|正确|错误|[TF](?![A-Za-z]))[)）】\]]?"
    r"(?=$|[\s\d,，;；、。.（(【\[]|解析)[。；;,，、\s]*"
)
_FREE = re.compile(
    r"^\s*[（(]?(?P<number>\d{1,4})\s*(?:[)）][.、．]?|[.、．:：]|题[:：.、]?)\s*(?P<rest>.*)$", re.DOTALL
)
_UNNUMBERED = re.compile(rf"\s*[{_SIGNS}](?:[\s、,，;；]*[{_SIGNS}])+\s*[。.]?\s*")
_ORDINAL = re.compile(r"^\s*([一二三四五六七八九十])\s*[、.．:：]\s*(?=$|[（(]?\d)")
_SEVERAL = re.compile(r"(?:^|(?<=[\s;；。]))[（(]?(\d{1,4})\s*(?:[)）]|[、．]|\.(?!\d))\s*")


@dataclass
class _Answer:
    section: int
    heading: Section | None
    number: int
    texts: dict[str, list[str]] = field(default_factory=dict)


class Key:
    """Gathers answers line by line and puts them to the questions afterwards."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._answers: list[_Answer] = []
        self._heading: Section | None = None
        self._section = 0
        self._place = "answer"

    @staticmethod
    def looks_like(text: str) -> bool:
        """Whether a line can be the first of a list of answers."""
        heading = section_of(text) or section_of(re.split(r"[:：]", text, maxsplit=1)[0]) or _ORDINAL.match(text)
        return bool(heading or _RANGE.match(text) or _SINGLE.match(text) or _FREE.match(text))

    def feed(self, text: str) -> None:
        """Take one line."""
        section = section_of(text) or section_of(re.split(r"[:：]", text, maxsplit=1)[0])
        bare = _ORDINAL.match(text)
        if bare and not section:
            self._heading = Section(ordinal="一二三四五六七八九十".index(bare[1]) + 1)
            self._section += 1
            text = text[bare.end() :]
        elif section:
            self._heading = section
            self._section += 1
            text = re.split(r"[:：]", text, maxsplit=1)[1] if re.search(r"[:：]", text) else _after_heading(text)
        text = self._signs(text)
        if section and _UNNUMBERED.fullmatch(text):
            signs = re.sub(r"[\s、,，;；]", "", text)
            self._answers += [
                _Answer(self._section, self._heading, -place, {"answer": [unicodedata.normalize("NFKC", sign)]})
                for place, sign in enumerate(signs, 1)
            ]
        elif text.strip():
            self._rest(text)

    def _signs(self, text: str) -> str:
        """Take what a line holds of 1-5 ABCDA and 6.AB from its beginning; return what is left."""
        while text:
            found = _RANGE.match(text)
            if found and self._range(found):
                text = text[found.end() :]
                continue
            single = _SINGLE.match(text)
            if not single:
                break
            self._add(int(single["number"]), single["signs"])
            text = text[single.end() :]
        return text

    def _range(self, found: re.Match[str]) -> bool:
        first, last = int(found["first"]), int(found["last"])
        groups = re.split(r"[\s、,，;；/]+", found["signs"].strip())
        joined = "".join(groups)
        answers = groups if len(groups) == last - first + 1 else list(joined)
        if len(answers) != last - first + 1:
            return False
        for number, answer in enumerate(answers, first):
            self._add(number, answer)
        return True

    def _rest(self, text: str) -> None:
        """Take a line in words: 3. 北京；上海, 解析：…, or more of the last answer."""
        several = [(int(mark[1]), mark.span()) for mark in _SEVERAL.finditer(text)]
        numbers = [number for number, _ in several]
        if len(several) > 1 and several[0][1][0] == 0 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            ends = [*(span[0] for _, span in several[1:]), len(text)]
            for (number, span), end in zip(several, ends, strict=True):
                self._add(number, text[span[1] : end].strip(" \t\u3000;；"))
            return
        found = _FREE.match(text)
        last = self._answers[-1] if self._answers else None
        if found and (last is None or self._is_new(int(found["number"]), last)):
            self._add(int(found["number"]), "")
            text = found["rest"]
        named = field_line(text)
        if named and self._answers:
            self._field(*named)
        elif self._answers:
            self._field(self._place, text)

    def _is_new(self, number: int, last: _Answer) -> bool:
        same = last.section == self._section and last.heading is self._heading
        return not same or number == last.number + 1 or (number == 1 and last.number > 1 and self._place == "answer")

    def _field(self, name: str, text: str) -> None:
        first, others = later_fields(text)
        for field_name, rest in [(name, first), *others]:
            if rest:
                self._answers[-1].texts.setdefault(field_name, []).append(rest)
            self._place = field_name

    def _add(self, number: int, text: str) -> None:
        last = self._answers[-1] if self._answers else None
        if self._heading is None and last and number == 1 and last.number > 1:
            self._section += 1
        answer = _Answer(self._section, self._heading, number)
        if text:
            answer.texts["answer"] = [unicodedata.normalize("NFKC", text) if len(text) < 10 else text]
        self._answers.append(answer)
        self._place = "answer"

    def pairs(self, numbers: Sequence[str], answers: Sequence[str]) -> None:
        """Take two rows of a table: 题号 1 2 3, 答案 A B C."""
        for number, answer in zip(numbers, answers, strict=False):
            if number.strip().isdigit() and answer.strip():
                self._add(int(number), answer.strip())

    def settle(self, blocks: Sequence[Block], sections: Sequence[Section]) -> None:
        """Put every answer to its question: by the section it stands under, else by its number alone."""
        filled = [section for section in sections if any(block.section is section for block in blocks)]
        used: dict[int, Section | None] = {}
        counts = Counter(answer.section for answer in self._answers)
        for answer in self._answers:
            if answer.section not in used:
                taken = [section for section in used.values() if section]
                used[answer.section] = _section_for(answer, filled, taken, len(used))
            block = _block_for(answer, used[answer.section], blocks, counts[answer.section])
            for name, texts in answer.texts.items() if block else ():
                if block and name not in block.texts:
                    block.texts[name] = list(texts)
        self._answers = []


def signs_in(text: str) -> list[tuple[int, str]]:
    """Read 1-5 ABCDA 6.AB as numbers with their answers; empty unless nothing else stands in the text."""
    key = Key()
    rest = key._signs(text)  # noqa: SLF001 - the same module
    return [] if rest.strip() else [(each.number, each.texts["answer"][0]) for each in key._answers]  # noqa: SLF001


def _after_heading(text: str) -> str:
    """Return what stands behind a heading without a colon: 一、单选题 1-5 ABCDA."""
    found = re.search(r"(?<=[题）)\s])\s*(?=[（(]?\d{1,4}\s*[-~—.、．:：）)])", text)
    return text[found.end() :] if found else ""


def _section_for(answer: _Answer, filled: Sequence[Section], taken: Sequence[Section], count: int) -> Section | None:
    """Return the section of the paper meant: of the same kind, else of the same ordinal, else the next; None: any."""
    free = [section for section in filled if section not in taken]
    heading = answer.heading
    if heading is None:
        return filled[count] if count < len(filled) and len(filled) > 1 else None
    same = [section for section in free if heading.word and section.word == heading.word]
    same += [section for section in free if heading.kind and section.kind is heading.kind]
    same += [section for section in free if heading.ordinal and section.ordinal == heading.ordinal]
    return same[0] if same else (free[0] if free else None)


def _block_for(answer: _Answer, section: Section | None, blocks: Sequence[Block], count: int) -> Block | None:
    """Return the question of that number: in its section, else the only one of the paper that bears it.

    A negative number is a place among as many answers, ``count``, as the section has questions.
    """
    if answer.number < 0:
        all_of_it = [block for block in blocks if block.section is section]
        return all_of_it[-answer.number - 1] if len(all_of_it) == count else None
    inside = [block for block in blocks if block.section is section and block.number == answer.number]
    parts = (part for block in blocks if block.part_numbers for part in block.parts)
    anywhere = [block for block in (*blocks, *parts) if block.number == answer.number]
    if inside:
        return inside[0]
    return anywhere[0] if len(anywhere) == 1 else None
