"""A typed paper → the rows of its questions: numbered or not, with sections, options, answers, cases. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from question_bank.enums import Kind
from question_bank.exchange.answers import inline_answer, lettered
from question_bank.exchange.paper.blocks import Block
from question_bank.exchange.paper.key import Key, signs_in
from question_bank.exchange.paper.lines import (
    Line,
    Numbered,
    Section,
    field_line,
    is_key_heading,
    is_tight,
    later_fields,
    material_before,
    number_of,
    option_of,
    plain,
    section_of,
    span_of,
    tail_answer,
    ticked_option_of,
)
from question_bank.exchange.paper.marking import settled
from question_bank.exchange.row_answers import with_blanks
from question_bank.kinds.checking import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterable

_CASE = re.compile(
    r"^[【（(]?(?:案例|材料|情景|背景资料?|背景材料|资料)\s*(?:分析)?\s*[一二三四五六七八九十\d]{0,2}[】）)]?\s*[:：、.．]?\s*(?P<rest>.*)$",
    re.DOTALL,
)
_CASE_HEAD = re.compile(r"^[【（(]?(?:案例|材料|情景|背景|资料)")
_ASKS = re.compile(r"[？?]\s*(?:[（(].*[)）])?$|^(?:请|试|简述|论述|什么|如何|怎样|哪些|为什么|阐述|列举|说明|谈谈)")
_STYLES = ("dot", "di", "half", "paren")
_GAP = 5
_FEW = 2


class PaperReader:
    """Reads lines one after the other; ``blocks`` are the questions so far, in their order."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Take the lines; whether questions are numbered at all is looked up first."""
        self.blocks: list[Block] = []
        self.sections: list[Section] = [Section()]
        self._lines = lines
        numbered = [number_of(plain(line.text).strip()) for line in lines]
        self._bare = sum(found is not None and found.style != "space" for found in numbered) < _FEW
        self._spaced = self._bare and sum(found is not None for found in numbered) > _FEW
        self._bare = self._bare and not self._spaced
        self._key: Key | None = None
        self._resumed: tuple[Section, int] | None = None
        self._numbers = range(0)
        self._place = 0
        self._listed = False
        self._unread: Line | None = None

    def read(self) -> list[Block]:
        """Return the questions, answers from the list at the end put to each."""
        for place, line in enumerate(self._lines):
            self._place = place
            self._feed(line, self._lines[place + 1 : place + 6])
        if self._key:
            self._key.settle(self.blocks, self.sections)
        return self._kept()

    def _kept(self) -> list[Block]:
        """Leave out numbered remarks above the first section, such as 1. 本卷满分100分."""
        if self._bare:
            return [block for block in self.blocks if block.is_whole]
        if len(self.sections) == 1:
            return self.blocks
        return [block for block in self.blocks if block.section is not self.sections[0] or block.is_whole]

    @property
    def _block(self) -> Block | None:
        """The question, or sub-question, being read."""
        block = self.blocks[-1] if self.blocks and self.blocks[-1].section is self.sections[-1] else None
        return block.parts[-1] if block and block.parts else block

    def _feed(self, line: Line, ahead: Sequence[Line]) -> None:
        text = line.text.strip()
        bare = plain(text)
        if not bare:
            return
        if self._key is not None and not self._leaves_key(bare, ahead):
            self._key.feed(bare)
            return
        if self._key_begins(bare, ahead):
            self._key = self._key or Key()
            return
        span = span_of(bare)
        if span:
            self._open_span(line, span)
            return
        section = section_of(bare)
        if section and not (self._block and self._block.is_free and section.ordinal == 0 and section.kind is None):
            self._open(section)
            return
        self._content(line, text, bare, ahead)

    def _content(self, line: Line, text: str, bare: str, ahead: Sequence[Line]) -> None:
        """Put a line where it belongs: a case, a number, an option, a field, or more of what came before."""
        in_case = self.sections[-1].kind is Kind.CASE
        if in_case and _CASE_HEAD.match(bare) and self._case_begins(bare):
            self._start(line, _CASE.sub(r"\g<rest>", text, count=1), 0)
            self.blocks[-1].part_style = "any"
            return
        number = None if line.automatic.endswith("Letter") else number_of(text)
        if number:
            self._resume(number)
        if number and (self._begins(number, bare) or self._begins_anyway(number, ahead)):
            self._number(line, number)
            return
        self._begin_unread(text)
        block = self._block
        if self._option(line, text, block):
            return
        found = field_line(text)
        if found and block is not None:
            block.lost += line.lost
            if found[0] != "answer" or not self._share_out(found[1]):
                self._field(block, *found)
        elif block is None and in_case:
            self._start_case(line, text)
        elif block is None or ((self._bare or self._listed) and self._is_next(block, bare)):
            if self._bare or self._listed or (block is not None):
                self._start(line, text, 0)
            self._unread = line
        else:
            block.go_on(text)
            block.lost += line.lost

    def _begin_unread(self, text: str) -> None:
        """Begin a question with the line above when options or an answer follow it although it bears no number."""
        line, self._unread = self._unread, None
        option, found = option_of(plain(text).strip()), field_line(text)
        asked = (option is not None and option[0] == "A") or (found is not None and found[0] == "answer")
        if line is not None and asked and self._block is None:
            self._start(line, line.text.strip(), 0)

    def _share_out(self, text: str) -> bool:
        """Give 答案：1.A 2.B below the questions of a section to each of them; False where it is one answer."""
        pairs = signs_in(text) if any(char.isdigit() for char in text) else []
        if len(pairs) < _FEW:
            return False
        parts = [part for block in self.blocks if block.part_numbers for part in block.parts]
        inside = {block.number: block for block in self.blocks if block.section is self.sections[-1]}
        inside |= {part.number: part for part in parts}
        if any(number not in inside for number, _ in pairs):
            return False
        for number, answer in pairs:
            inside[number].texts.setdefault("answer", [answer])
        return True

    def _open(self, section: Section) -> None:
        self.sections.append(section)
        self._key = None
        self._unread = None
        self._listed = section.kind in _STATEMENTS and self._is_unnumbered()

    def _is_unnumbered(self) -> bool:
        """Whether no line of the section that begins here bears a number."""
        for line in self._lines[self._place + 1 :]:
            text = plain(line.text).strip()
            if section_of(text) or is_key_heading(text):
                break
            if number_of(text):
                return False
        return True

    def _start_case(self, line: Line, text: str) -> None:
        self._start(line, text, 0)
        self.blocks[-1].part_style = "any"
        self.blocks[-1].part_numbers, self._numbers = self._numbers, range(0)

    def _open_span(self, line: Line, numbers: range) -> None:
        """Begin a case whose sub-questions bear the numbers of the paper; behind the last the section goes on.

        The material may stand before these words in their own line.
        """
        before = self._resumed[0] if self._resumed else self.sections[-1]
        material = material_before(line.text.strip())
        block = self.blocks[-1] if self._block else None
        if not material and before.kind is Kind.CASE and block and not block.parts and not block.is_whole:
            block.part_numbers = numbers
            return
        self._resumed = (before, numbers[-1])
        self._open(Section(word="材料", kind=Kind.CASE))
        self._numbers = numbers
        if material:
            self._start_case(line, material)

    def _resume(self, found: Numbered) -> None:
        """Go back to the section that a material interrupted, once its last sub-question has been read."""
        if self._resumed and found.number > self._resumed[1]:
            self.sections.append(self._resumed[0])
            self.sections[-1].last = self._resumed[1]
            self._resumed = None

    def _case_begins(self, bare: str) -> bool:
        """Whether 案例二 or 材料： begins the next case rather than going on with the last."""
        block = self.blocks[-1] if self.blocks and self.blocks[-1].section is self.sections[-1] else None
        found = _CASE.match(bare)
        marked = found is not None and bool(
            re.match(r"^[【（(]?\S{2,6}[】）)]?\s*[:：、.．一二三四五六七八九十\d]|^[【（(]?\S{2,4}[】）)]?$", bare)
        )
        return marked and (block is None or block.is_whole)

    def _begins(self, found: Numbered, bare: str) -> bool:
        """Whether a numbered line begins a question, or a sub-question of the case being read."""
        section, block = self.sections[-1], self._block
        whole = self.blocks[-1] if block else None
        if found.style == "space" and not self._spaced:
            return False
        if whole is not None and section.kind is Kind.CASE and self._is_part(whole, found):
            return True
        if whole is not None and whole.part_style == "any" and len(whole.parts) > 1 and block and block.is_free:
            return False  # 参考答案：1. … 2. … behind the last sub-question answers them all
        if section.style and found.style != section.style:
            return False
        if is_tight(bare) and found.number != section.last + 1:
            return False
        return self._follows(found, block, section.last)

    def _begins_anyway(self, found: Numbered, ahead: Sequence[Line]) -> bool:
        """Whether options follow a numbered line below a whole question, however both are numbered."""
        block = self._block
        if block is None or self.sections[-1].kind not in _CHOOSING or found.style == "space":
            return False
        if not (block.options and "answer" in block.texts):
            return False
        text = next((text for line in ahead if (text := plain(line.text).strip())), "")
        option, field = option_of(text), field_line(text)
        jump = found.number > self.sections[-1].last and field is not None and field[0] == "answer"
        return jump or (option is not None and option[0] == "A")

    def _is_part(self, case: Block, found: Numbered) -> bool:
        count = len(case.parts)
        if case.part_numbers:
            return found.number in case.part_numbers and found.number == case.part_numbers[0] + count
        if case.part_style == "any":
            return found.number == count + 1
        inner = found.style != self.sections[-1].style and found.style in _STYLES
        last = case.parts[-1] if case.parts else case
        return inner and found.number == count + 1 and not (last.is_free and last.goes_on(found.style, found.number))

    def _follows(self, found: Numbered, block: Block | None, last: int) -> bool:
        """Whether the number goes on from the last question, and not with a list inside an answer."""
        number = found.number
        if block is None:
            return True
        listing = block.goes_on(found.style, number) and (block.is_free or not block.is_whole)
        if number == last + 1:
            return not listing or bool(_ASKS.search(found.rest.strip()))
        if number == 1 and not block.is_free:
            return block.is_whole
        return last < number <= last + _GAP and not block.is_free and not listing

    def _number(self, line: Line, found: Numbered) -> None:
        section = self.sections[-1]
        case = self.blocks[-1] if self._block else None
        if case is not None and section.kind is Kind.CASE and self._is_part(case, found):
            part = Block(line.number, Section(), found.number)
            case.parts.append(part)
            self._stem(part, found.rest)
            return
        section.style = section.style or found.style
        section.last = found.number
        self._start(line, found.rest, found.number)
        if found.before:
            self.blocks[-1].texts["answer"] = [found.before]

    def _start(self, line: Line, text: str, number: int) -> None:
        block = Block(line.number, self.sections[-1], number, lost=list(line.lost))
        self.blocks.append(block)
        self._stem(block, text)

    def _stem(self, block: Block, text: str) -> None:
        """Begin a stem; options and the answer may stand in the same line."""
        tail = tail_answer(text)
        if tail:
            text, answer = tail
        run = lettered(text) if block.section.kind in _CHOOSING else None
        if run and len(run[1]) > 1:
            text = run[0]
        fields = field_line(text)
        if fields and fields[0] not in {"kind", "code"}:
            block.add("stem", "")
            self._field(block, *fields)
        else:
            block.add("stem", text)
        if run and len(run[1]) > 1:
            block.add_options(run[1])
        if tail:
            self._field(block, "answer", answer)

    def _option(self, line: Line, text: str, block: Block | None) -> bool:
        """Take a line as options when it begins with the next letter; automatic letters need not restart at A."""
        if block is None or block.place in {"explanation", "points"}:
            return False
        if self._ticked(text, block):
            return True
        found = option_of(text)
        if found is None or (block.section.kind not in _CHOOSING and not line.automatic):
            return False
        letter, rest = found
        expected = chr(ord("A") + len(block.options))
        if line.automatic != "upperLetter" and letter != expected:
            return False
        if block.place == "answer" and block.texts.get("answer") != [""]:
            return False
        tail = tail_answer(rest)
        rest, answer = tail or (rest, "")
        run = lettered(rest, letter)
        block.add_options(run[1] if run else [rest])
        if answer:
            self._field(block, "answer", answer)
        return True

    def _ticked(self, text: str, block: Block) -> bool:
        """Take ○ 甲 or ● 乙 as an option; those ticked are the answer."""
        found = ticked_option_of(text)
        if found is None or block.section.kind not in _CHOOSING or block.place not in {"stem", "option"}:
            return False
        ticked, words = found
        lettered_ = option_of(words)
        block.add_options([lettered_[1] if lettered_ else words])
        if ticked:
            letter = chr(ord("A") + len(block.options) - 1)
            block.texts["answer"] = ["".join(block.texts.get("answer", ())) + letter]
        return True

    def _field(self, block: Block, name: str, text: str) -> None:
        """Take 答案：B　解析：… apart."""
        first, others = later_fields(text)
        block.add(name, first)
        for other, rest in others:
            block.add(other, rest)

    def _is_next(self, block: Block, bare: str) -> bool:
        """Whether a line without number begins a question in a paper that numbers none: the last has its answer."""
        if self.sections[-1].kind in _STATEMENTS and inline_answer(bare, choice=False):
            return True
        if self.sections[-1].kind is Kind.FILL_BLANK and BLANK.search(with_blanks(bare)):
            return True
        return "answer" in block.texts and block.place in {"answer", "explanation", "difficulty", "topic", "marks"}

    def _key_begins(self, bare: str, ahead: Sequence[Line]) -> bool:
        """Whether 参考答案 announces the list at the end, and not the answer of the question above it."""
        if not self.blocks or not is_key_heading(bare):
            return False
        answered = sum("answer" in block.texts or bool(block.parts) for block in self.blocks)
        if bare.startswith(("【", "[")) and (answered or len(self.blocks) == 1):
            return False  # 【答案】 of one question
        below = (plain(line.text).strip() for line in ahead)
        following = next((text for text in below if text and not is_key_heading(text)), "")
        likely = Key.looks_like(following)
        return likely and answered * 2 <= len(self.blocks) and (len(self.blocks) > 1 or ":" not in bare)

    def _leaves_key(self, bare: str, ahead: Sequence[Line]) -> bool:
        """Whether questions go on after a list of answers: a line that options follow."""
        following = [option_of(plain(line.text).strip()) for line in ahead[:2]]
        options = any(found is not None and found[0] == "A" for found in following)
        if not (options and (number_of(bare) or section_of(bare))) and not (
            section_of(bare)
            and len(ahead) > 1
            and (after := option_of(plain(ahead[1].text).strip()))
            and after[0] == "A"
        ):
            return False
        if self._key:
            self._key.settle(self.blocks, self.sections)
        self._key = None
        return True


_STATEMENTS = (Kind.TRUE_FALSE, Kind.FILL_BLANK)
_CHOOSING = (None, Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.ORDERING, Kind.TRUE_FALSE)


def read_paper(lines: Iterable[Line]) -> list[Block]:
    """Return the questions of a typed paper."""
    return PaperReader(settled(list(lines))).read()
