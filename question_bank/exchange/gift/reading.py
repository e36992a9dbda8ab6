"""GIFT → drafts: what each kind of answer becomes among ours, and what is lost on the way."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.exchange.encodings import read_text
from question_bank.exchange.feedback import explained
from question_bank.exchange.foreign import Importer, Source
from question_bank.exchange.gift.answers import FULL, Answers, Choice, Interval, answers_of, interval_of, pair_of
from question_bank.exchange.gift.escapes import as_written, escaped, shown
from question_bank.exchange.gift.splitting import OWN, Piece, split
from question_bank.exchange.gift.texts import Texts
from question_bank.exchange.reading import FileReading
from question_bank.kinds.checking import BLANK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from question_bank.exchange.reading import Item

PREFIX, GAP = "GIFT-", "____"
MAX_QUESTION, MAX_SIGNS = 300_000, 2_000
"""No question of ours is so long or has so many answers; what is beyond is not looked into."""

_TITLE = re.compile(r"\s*::((?:[^:]|:(?!:)){0,2000})::")
_ID = re.compile(r"\[id:\s*([^\]]{1,200})\]", re.IGNORECASE)
_TAG = re.compile(r"\[tag:\s*([^\]]{1,200})\]", re.IGNORECASE)
_MARKUP = re.compile(r"\[(?:html|moodle|plain|markdown)\]|<[^<>]*>|&nbsp;", re.IGNORECASE)
_NOTHING = re.compile(r"[\s}\ufdd7]*\Z")
_PLACES = Decimal("0.00000001")
_NAME = 60


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read a GIFT file in any usual encoding; ``topic`` is the root for categories that name none of ours.

    Raises ``Invalid`` for what is no text or is beyond all measure (8 MB, 120,000 lines, 20,000 questions).
    """
    importer = Importer(PREFIX, topic)
    return FileReading("gift", tuple(_item(importer, piece) for piece in split(read_text(data))))


def _item(importer: Importer, piece: Piece) -> Item:
    source = _source(piece)
    if len(piece.text) > MAX_QUESTION:
        template = N_("This question is longer than %(most)s characters.")
        return importer.rejected(source, Problem("", template, {"most": MAX_QUESTION}))
    if piece.unclosed:
        return importer.rejected(source, Problem("", N_("A brace that opens the answers is never closed.")))
    if not piece.blocks:
        return importer.unsupported(source, Problem("", N_("This is a text without a question (a description).")))
    if sum(piece.text.count(sign) for sign in "=~") > MAX_SIGNS:
        template = N_("There are more than %(most)s answers in this question.")
        return importer.unsupported(source, Problem("", template, {"most": MAX_SIGNS}))
    return _Question(importer, piece, source).item()


def _source(piece: Piece) -> Source:
    title = _TITLE.match(piece.text)
    remarks = "\n".join(comment for comment in piece.comments if not comment.startswith(OWN))
    identifier = _ID.findall(remarks)
    category = [f"$CATEGORY: {escaped(piece.category)}\n"] if piece.category else []
    raw = "\n".join([*category, *(f"// {as_written(comment)}" for comment in piece.comments), as_written(piece.text)])
    heading = shown(title[1]).strip() if title else ""
    return Source(
        name=heading or _first_words(piece.text),
        line=piece.line,
        raw=raw,
        identifier=shown(identifier[-1]).strip() if identifier else "",
        title=heading,
        category=piece.category,
        tags=tuple(shown(tag).strip() for tag in _TAG.findall(remarks)),
        own=_own(piece.comments),
    )


def _first_words(text: str) -> str:
    """Return the beginning of the stem, without markers and tags, to find the question by."""
    start = _MARKUP.sub(" ", text[: 8 * _NAME].split("{", 1)[0])
    return " ".join(shown(start).split())[:_NAME]


def _own(comments: list[str]) -> object:
    """Return what our own export wrote beside the question, as a JSON value; None where it is another's."""
    lines = [comment.removeprefix(OWN) for comment in comments if comment.startswith(OWN)]
    if not lines:
        return None
    try:
        return json.loads(as_written(lines[-1]))
    except (ValueError, RecursionError):
        return lines[-1]


@dataclass
class _Question:
    """One piece with braces on its way to an item."""

    importer: Importer
    piece: Piece
    source: Source
    cautions: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        title = _TITLE.match(self.piece.text)
        self.start = title.end() if title else 0
        self.texts = Texts.of(self.piece.text[self.start :], self.cautions)

    def caution(self, where: str, template: str, **params: object) -> None:
        """Note what is lost although the question is taken."""
        self.cautions.append(Problem(where, template, params, warning=True))

    def item(self) -> Item:
        """Return the item by the kind of its answers."""
        blocks = [answers_of(block.inside(self.piece.text)) for block in self.piece.blocks]
        if len(blocks) > 1:
            return self._gaps(blocks)
        readers: dict[str, Callable[[Answers], Item]] = {
            "essay": self._essay,
            "truth": self._truth,
            "numerical": self._numerical,
            "matching": self._matching,
            "choice": self._choice,
            "short": self._short,
        }
        return readers[blocks[0].kind](blocks[0])

    def _made(self, kind: Kind, data: dict[str, Any], explanation: str) -> Item:
        return self.importer.question(self.source, kind, {**data, "explanation": explanation}, cautions=self.cautions)

    def _stem(self, *, gap: bool) -> str:
        """Return the text around the braces; ``gap``: with a blank where they stood in the middle of it."""
        pieces, at = [], self.start
        for number, block in enumerate(self.piece.blocks, 1):
            pieces.append(self.piece.text[at : block.start])
            at = block.end + 1
            rest = self.piece.text[at:] if number == len(self.piece.blocks) else "-"
            if gap and not _NOTHING.match(rest):
                pieces.append(GAP)
        rest = self.piece.text[at:]
        text = "".join([*pieces, "" if _NOTHING.match(rest) else rest])
        return self.texts.plain(text) or self.source.title

    def _blank_stem(self) -> str:
        """Return the stem with a blank: where the braces stood, where one is drawn already, else at its end."""
        stem = self._stem(gap=True)
        return stem if BLANK.search(stem) else f"{stem} {GAP}"

    def _explained(self, answers: Answers, remarks: Sequence[tuple[str, str]] = ()) -> str:
        named = [(name, self.texts.plain(feedback)) for name, feedback in remarks]
        return explained(self.texts.plain(answers.general), named, self.cautions)

    def _essay(self, answers: Answers) -> Item:
        return self._made(Kind.SHORT_ANSWER, {"stem": self._stem(gap=True)}, self._explained(answers))

    def _truth(self, answers: Answers) -> Item:
        remarks = list(zip(("答错", "答对"), answers.feedbacks, strict=False))
        data = {"stem": self._stem(gap=False), "answer": answers.truth}
        return self._made(Kind.TRUE_FALSE, data, self._explained(answers, remarks))

    def _short(self, answers: Answers) -> Item:
        forms = self._forms(answers)
        if not forms:
            return self.importer.rejected(self.source, Problem("", N_("No answer counts as right.")))
        data = {"stem": self._blank_stem(), "answers": [forms]}
        return self._made(Kind.FILL_BLANK, data, self._explained(answers, self._remarks(answers.choices)))

    def _gaps(self, blocks: list[Answers]) -> Item:
        """Several braces in one sentence: blanks, where each holds only right answers."""
        if any(answers.kind != "short" for answers in blocks):
            template = N_("Several groups of answers stand in one question; only blanks may.")
            return self.importer.unsupported(self.source, Problem("", template))
        stem = self._stem(gap=True)
        if len(BLANK.findall(stem)) < len(blocks):
            stem = f"{stem} {GAP}"
        forms = [self._forms(answers) for answers in blocks]
        explanation = self._explained(Answers("short", general=" ".join(a.general for a in blocks)))
        return self._made(Kind.FILL_BLANK, {"stem": stem, "answers": forms}, explanation)

    def _forms(self, answers: Answers) -> list[str]:
        """Return the forms that earn everything; the others, and what ``*`` stands for, are named in cautions."""
        given = [(choice, self.texts.plain(choice.text)) for choice in answers.choices]
        most = max((choice.credit for choice, _ in given), default=Decimal(0))
        if Decimal(0) < most < FULL:
            self.caution("answers", N_("No answer earns full marks in the file; the best one does here."))
        for choice, text in given:
            if Decimal(0) < choice.credit < most:
                template = N_("“%(text)s” earns %(credit)s %% in the file; part of the marks has no place here.")
                self.caution("answers", template, text=text[:_NAME], credit=f"{choice.credit.normalize():f}")
        forms = [text for choice, text in given if choice.credit == most > 0 and text]
        if any("*" in text for text in forms):
            self.caution("answers", N_("The sign * stands for any text in the file; here it is compared as it is."))
        return list(dict.fromkeys(forms))

    def _remarks(self, choices: Sequence[Choice]) -> list[tuple[str, str]]:
        return [(self.texts.plain(choice.text), choice.feedback) for choice in choices if choice.feedback]

    def _choice(self, answers: Answers) -> Item:
        """Return a single or a multiple choice, by how many options earn something."""
        shown_ = [(choice, self.texts.plain(choice.text)) for choice in answers.choices]
        entries = [(choice, text) for choice, text in shown_ if text]
        if len(entries) < len(shown_):
            self.caution("options", N_("An option without a text is left out."))
        right = self._right([choice for choice, _ in entries])
        if not right:
            return self.importer.rejected(self.source, Problem("answer", N_("No option is marked as right.")))
        keys = ascii_uppercase + ascii_uppercase.lower()
        options = [{"key": key, "text": text} for key, (_, text) in zip(keys, entries, strict=False)]
        chosen = [option["key"] for option, (choice, _) in zip(options, entries, strict=False) if choice in right]
        data: dict[str, Any] = {"stem": self._stem(gap=True), "options": options}
        explanation = self._explained(answers, self._remarks(answers.choices))
        if len(entries) > len(keys):
            template = N_("There are %(found)s options; at most %(most)s fit.")
            params = {"found": len(entries), "most": len(ascii_uppercase)}
            return self.importer.unsupported(self.source, Problem("options", template, params))
        if len(chosen) == 1:
            return self._made(Kind.SINGLE_CHOICE, data | {"answer": chosen[0]}, explanation)
        return self._made(Kind.MULTIPLE_CHOICE, data | {"answer": chosen}, explanation)

    def _right(self, choices: list[Choice]) -> list[Choice]:
        """Return the right options: all marked ``=``, else those of a positive weight. Says what weights are lost."""
        marked = [choice for choice in choices if choice.sign == "=" and choice.credit > 0]
        positive = [choice for choice in choices if choice.credit > 0]
        if any(-FULL < choice.credit < 0 for choice in choices):  # at -100 a wrong option costs all, as with us
            self.caution("options", N_("Marks taken off for wrong options have no place here."))
        if marked:
            if len(positive) > len(marked):
                self.caution("options", N_("Options with part of the marks count as wrong here."))
            return marked
        if len({choice.credit for choice in positive}) > 1:
            self.caution("options", N_("The right options weigh differently in the file; here each counts the same."))
        return positive

    def _matching(self, answers: Answers) -> Item:
        pairs = [tuple(map(self.texts.plain, pair_of(choice))) for choice in answers.choices]
        right = {text: f"{number}" for number, text in enumerate(dict.fromkeys(text for _, text in pairs if text))}
        rights = [{"key": ascii_uppercase[int(number) % 26], "text": text} for text, number in right.items()]
        rows = [(left, answer) for left, answer in pairs if left and answer]
        lefts = [{"key": str(number), "text": left} for number, (left, _) in enumerate(rows, 1)]
        matched = {str(number): ascii_uppercase[int(right[text]) % 26] for number, (_, text) in enumerate(rows, 1)}
        data = {"stem": self._stem(gap=False), "left": lefts, "right": rights, "pairs": matched}
        return self._made(Kind.MATCHING, data, self._explained(answers, self._remarks(answers.choices)))

    def _numerical(self, answers: Answers) -> Item:
        if not answers.choices:
            return self.importer.rejected(self.source, Problem("answer", N_("No number is given as the answer.")))
        intervals: list[tuple[Choice, Interval]] = []
        for choice in answers.choices:
            interval = interval_of(choice.text)
            if interval is not None:
                intervals.append((choice, interval))
            elif choice.credit > 0 and shown(choice.text).strip() != "*":
                template = N_("“%(found)s” is not a number.")
                return self.importer.rejected(self.source, Problem("answer", template, {"found": shown(choice.text)}))
        most = max((choice.credit for choice, _ in intervals), default=Decimal(0))
        full = [interval for choice, interval in intervals if choice.credit == most > 0]
        if not full:
            return self.importer.rejected(self.source, Problem("answer", N_("No number is given as the answer.")))
        if any(Decimal(0) < choice.credit < most for choice, _ in intervals):
            self.caution("answer", N_("Numbers that earn part of the marks are left out; only the full answer counts."))
        whole = _widest(full)
        if whole is None:
            template = N_("Several different numbers count as right; a calculation has one.")
            return self.importer.unsupported(self.source, Problem("answer", template))
        remarks = [(shown(choice.text), choice.feedback) for choice in answers.choices if choice.feedback]
        data = {
            "stem": self._stem(gap=True),
            "answer": self._rounded(whole.number),
            "tolerance": self._rounded(whole.tolerance),
            "unit": whole.unit,
        }
        return self._made(Kind.NUMERIC, data, self._explained(answers, remarks))

    def _rounded(self, number: Decimal) -> str:
        """Return a number with the eight places we keep."""
        rounded = number.quantize(_PLACES, ROUND_HALF_EVEN) if abs(number) < Decimal(10) ** 15 else number
        if rounded != number:
            self.caution("answer", N_("The number is rounded to eight places."))
        return f"{rounded.normalize():f}" if rounded else "0"


def _widest(intervals: list[Interval]) -> Interval | None:
    """Return the interval that holds all others; None when there is none."""
    widest = max(intervals, key=lambda interval: interval.tolerance)
    low, high = widest.ends
    return widest if all(low <= end <= high for interval in intervals for end in interval.ends) else None
