"""What changed between two versions of a question, in the words of its author. Pure.

Both are laid out as lines (stem, options, answer, key points …); lines that mean the same thing are set beside each
other, and their texts are compared character by character.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum
from functools import singledispatch
from typing import TYPE_CHECKING, NamedTuple

from question_bank.errors import N_
from question_bank.kinds.blank import FillBlankContent
from question_bank.kinds.case import CaseContent
from question_bank.kinds.choice import ChoiceContent
from question_bank.kinds.key_points import KeyPoint
from question_bank.kinds.matching import MatchingContent
from question_bank.kinds.numeric import NumericContent
from question_bank.kinds.ordering import OrderingContent
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.kinds.true_false import TrueFalseContent
from question_bank.numerals import written

if TYPE_CHECKING:
    from question_bank.drafts import Draft
    from question_bank.kinds.base import Content

LONG = 2000
"""Texts longer than this are compared sentence by sentence, for comparing characters takes the square of the time."""
CRUMB = 2
"""Characters in common between two changes that are fewer than this are read as part of the change."""


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Segment(NamedTuple):
    """A piece of text and what became of it."""

    mark: Mark
    text: str


class Nature(StrEnum):
    """What happened to a line as a whole."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True)
class Line:
    """One line of a version. ``place`` says what it is, the same in both versions; ``label`` is a message id over
    ``params``. ``meaning`` decides instead of the text whether it changed (the keys of an answer, not its letters).
    ``rank`` is its position where that can change, ``within`` the number of the sub-question it belongs to.
    """

    place: str
    label: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    is_key: bool = False
    meaning: object = None
    rank: int | None = None
    within: int | None = None


@dataclass(frozen=True)
class Change:
    """A line that is not the same: its label, what happened, the pieces of its text.

    ``is_key``: the answer, or what is marked, changed with it. ``within`` is the number of the sub-question.
    ``was`` holds the params of the label before a move.
    """

    label: str
    params: Mapping[str, object]
    nature: Nature
    segments: tuple[Segment, ...]
    is_key: bool = False
    within: int | None = None
    was: Mapping[str, object] | None = None


def changes(before: Draft, after: Draft) -> tuple[Change, ...]:
    """Return what differs from ``before`` to ``after``, in the order of the later one, removed lines in their place."""
    old = {line.place: line for line in _lines_of(before)}
    new = {line.place: line for line in _lines_of(after)}
    moved = _moved(old, new)
    found = [
        change for place in _merged(list(old), list(new)) if (change := _change(old.get(place), new.get(place), moved))
    ]
    return tuple(found)


def _merged(old: list[str], new: list[str]) -> Iterator[str]:
    """Yield all places: those of ``new`` in order, each of ``old`` alone after the one it followed."""
    follows: dict[str, list[str]] = {}
    last = ""
    for place in old:
        if place in new:
            last = place
        else:
            follows.setdefault(last, []).append(place)
    yield from follows.get("", ())
    for place in new:
        yield place
        yield from follows.get(place, ())


def _moved(old: dict[str, Line], new: dict[str, Line]) -> set[str]:
    """Return the places that both hold and whose order among those changed, group by group (``option:A`` → option)."""
    moved: set[str] = set()
    both = [place for place in new if place in old and new[place].rank is not None]
    for group in {_group(place) for place in both}:
        places = [place for place in both if _group(place) == group]
        was = sorted(places, key=lambda place: old[place].rank or 0)
        kept = SequenceMatcher(a=was, b=places, autojunk=False).get_matching_blocks()
        staying = {place for block in kept for place in was[block.a : block.a + block.size]}
        moved |= set(places) - staying
    return moved


def _group(place: str) -> str:
    return place.rpartition(":")[0]


def _change(old: Line | None, new: Line | None, moved: set[str]) -> Change | None:
    if old is None or new is None:
        line = new or old
        if line is None or not line.text:
            return None
        nature, mark = (Nature.ADDED, Mark.NEW) if old is None else (Nature.REMOVED, Mark.GONE)
        return Change(line.label, line.params, nature, (Segment(mark, line.text),), line.is_key, line.within)
    same = old.meaning == new.meaning if new.meaning is not None else old.text == new.text
    if same and new.place in moved:
        return Change(
            new.label, new.params, Nature.MOVED, (Segment(Mark.SAME, new.text),), within=new.within, was=old.params
        )
    if same:
        return None
    return Change(new.label, new.params, Nature.CHANGED, segments(old.text, new.text), new.is_key, new.within)


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """Return ``after`` with what is new and what is gone, in pieces; joined without GONE it is ``after`` again."""
    old, new = _pieces(before), _pieces(after)
    found: list[Segment] = []
    for tag, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Segment(Mark.SAME, "".join(old[i:j])))
            continue
        found += [Segment(Mark.GONE, "".join(old[i:j]))] if j > i else []
        found += [Segment(Mark.NEW, "".join(new[k:m]))] if m > k else []
    return tuple(_without_crumbs(found))


def _pieces(text: str) -> list[str]:
    """Cut into characters, a long text into sentences."""
    if len(text) <= LONG:
        return list(text)
    pieces = [""]
    for character in text:
        pieces[-1] += character
        if character in "。；！？\n":
            pieces.append("")
    return [piece for piece in pieces if piece]


def _without_crumbs(found: list[Segment]) -> list[Segment]:
    """Take a character or two that are the same by chance into the changes around them, and join what touches."""
    gone, new = "", ""
    result: list[Segment] = []

    def settle() -> None:
        nonlocal gone, new
        result.extend(Segment(mark, text) for mark, text in ((Mark.GONE, gone), (Mark.NEW, new)) if text)
        gone, new = "", ""

    for number, (mark, text) in enumerate(found):
        inside = bool(gone or new) and number + 1 < len(found)
        if mark is Mark.SAME and not (inside and len(text) < CRUMB):
            settle()
            result.append(Segment(mark, text))
            continue
        gone += text if mark is not Mark.NEW else ""
        new += text if mark is not Mark.GONE else ""
    settle()
    return result


def _lines_of(draft: Draft) -> Iterator[Line]:
    yield from _content(draft.content, "")
    yield Line("marks", N_("Marks"), written(draft.marks))
    yield Line("scoring_note", N_("Note on marking"), draft.scoring_note)
    for number, cited in enumerate(draft.citations):
        article = f" {cited.article}" if cited.article else ""
        place = f"citation:{cited.document}|{cited.article}|{cited.fact_id}"
        yield Line(place, N_("Citation"), f"《{cited.document}》{article}", rank=number)


def _content(content: Content, at: str) -> Iterator[Line]:
    """Yield the lines of a content; ``at`` is put before their places (that of a sub-question)."""
    material = isinstance(content, CaseContent)
    yield Line(f"{at}stem", N_("Material") if material else N_("Question"), content.stem)
    yield from _answerable(content, at)
    yield Line(f"{at}explanation", N_("Explanation"), content.explanation)


@singledispatch
def _answerable(content: object, at: str) -> Iterator[Line]:
    raise TypeError(f"no lines for {type(content).__name__} at {at}")


def _letter(number: int) -> str:
    return chr(ord("A") + number)


@_answerable.register
def _(content: ChoiceContent, at: str) -> Iterator[Line]:
    letters = {option.key: _letter(number) for number, option in enumerate(content.options)}
    for number, option in enumerate(content.options):
        label = {"letter": letters[option.key]}
        yield Line(f"{at}option:{option.key}", N_("Option %(letter)s"), option.text, label, rank=number)
    right = [option for option in content.options if option.key in content.right]
    text = "\n".join(f"{letters[option.key]}. {option.text}" for option in right)
    yield Line(f"{at}answer", N_("Right answer"), text, is_key=True, meaning=content.right)


@_answerable.register
def _(content: TrueFalseContent, at: str) -> Iterator[Line]:
    yield Line(f"{at}answer", N_("Right answer"), "√" if content.answer else "×", is_key=True)
    told = f"{content.wrong} → {' / '.join(content.corrections)}" if content.wrong else " / ".join(content.corrections)
    yield Line(f"{at}corrections", N_("Accepted corrections"), told, is_key=True)


@_answerable.register
def _(content: FillBlankContent, at: str) -> Iterator[Line]:
    for number, forms in enumerate(content.answers, 1):
        yield Line(f"{at}blank:{number}", N_("Blank %(number)s"), " / ".join(forms), {"number": number}, is_key=True)
    yield Line(f"{at}any_order", N_("Order of the blanks"), "⇄" if content.any_order else "", is_key=True)


@_answerable.register
def _(content: NumericContent, at: str) -> Iterator[Line]:
    answer = f"{written(content.answer)} {content.unit}".strip()
    yield Line(f"{at}answer", N_("Right answer"), answer, is_key=True)
    yield Line(f"{at}tolerance", N_("Tolerance"), written(content.tolerance), is_key=True)
    for number, error in enumerate(content.common_errors, 1):
        text = f"{written(error.value)}：{error.feedback}"
        yield Line(f"{at}error:{number}", N_("Common error %(number)s"), text, {"number": number})


@_answerable.register
def _(content: OrderingContent, at: str) -> Iterator[Line]:
    letters = {item.key: _letter(number) for number, item in enumerate(content.items)}
    for number, item in enumerate(content.items):
        label = {"letter": letters[item.key]}
        yield Line(f"{at}item:{item.key}", N_("Step %(letter)s"), item.text, label, rank=number)
    orders = content.accepted
    text = "\n".join(" → ".join(letters.get(key, key) for key in order) for order in orders)
    yield Line(f"{at}answer", N_("Right order"), text, is_key=True, meaning=frozenset(orders))


@_answerable.register
def _(content: MatchingContent, at: str) -> Iterator[Line]:
    texts = {row.key: row.text for row in content.right}
    for number, row in enumerate(content.left):
        yield Line(f"{at}left:{row.key}", N_("To be matched %(number)s"), row.text, {"number": number + 1}, rank=number)
    for number, row in enumerate(content.right):
        label = {"letter": _letter(number)}
        yield Line(f"{at}right:{row.key}", N_("To choose from %(letter)s"), row.text, label, rank=number)
    for row in content.left:
        partner = content.pairs.get(row.key, "")
        text = f"{row.text} → {texts.get(partner, '')}"
        yield Line(f"{at}pair:{row.key}", N_("Right pair"), text, is_key=True, meaning=(partner,))


@_answerable.register
def _(content: ShortAnswerContent, at: str) -> Iterator[Line]:
    yield Line(f"{at}reference", N_("Reference answer"), content.reference, is_key=True)
    for number, point in enumerate(content.rubric, 1):
        groups = " ＋ ".join("、".join(group) for group in point.keyword_groups)
        text = f"{point.point}（{written(point.marks)}分）" + (f"：{groups}" if groups else "")
        text += "".join(_conditions(point))
        label = {"number": number}
        yield Line(f"{at}point:{point.id}", N_("Key point %(number)s"), text, label, is_key=True, rank=number)


def _conditions(point: KeyPoint) -> Iterator[str]:
    """Yield what a key point asks for beside its terms, as the office writes it."""
    if point.needed:
        yield f"；任{point.needed}组"
    if point.in_order:
        yield "；按序"
    if point.forbidden:
        yield (
            "；忌："
            + "、".join(point.forbidden)
            + (f"（误答扣{written(point.deduction)}分）" if point.deduction else "")
        )


@_answerable.register
def _(content: CaseContent, at: str) -> Iterator[Line]:
    for number, sub in enumerate(content.subquestions, 1):
        inside = f"{at}sub:{sub.id}/"
        marks = f"（{written(sub.marks)}分）"
        label = {"number": number}
        yield Line(f"{inside}marks", N_("Marks of sub-question %(number)s"), marks, label, rank=number)
        for line in _content(sub.content, inside):
            yield replace(line, within=number)
        yield Line(f"{inside}note", N_("Note on marking"), sub.scoring_note)
    yield Line(f"{at}reference", N_("Reference answer"), content.reference)
