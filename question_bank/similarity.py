"""Whether two questions are near-duplicates, and why: rules over wording, options, key, numbers and negation. Pure.

The similarity of two texts is the share of characters they have in common in the same order (rapidfuzz's ``ratio``,
2·LCS/(m+n)) or the share of pairs of characters they have in common whatever their order (Dice), the higher of both.
How the thresholds were found and what they reach stands in docs/near-duplicates.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from question_bank.enums import Kind, NamedEnum
from question_bank.errors import N_
from question_bank.numerals import with_digits


class Reason(NamedEnum):
    """Why two questions are thought to ask the same."""

    REWORDED = "reworded", N_("The same in other words"), "改写"
    OPTIONS = "options", N_("Options in another order or partly changed"), "选项换序"
    NUMBER = "number", N_("A number differs"), "数字不同"
    KIND = "kind", N_("The same fact as another kind of question"), "题型不同"
    BASIS = "basis", N_("The same article in nearly the same words"), "同一依据"


class Likeness(NamedTuple):
    """Why two questions are alike, and how much, in percent."""

    reason: Reason
    percent: int


_PUNCTUATION = re.compile(r"[\W_]+")
_BLANK = re.compile(r"_{2,}|[（(][\s\u3000]*[)）]")
_CLAUSES = re.compile(r"[。，；：,;:\n]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DIGITS = re.compile(r"\d+")
_LABELS = re.compile(r"第\d+[条款项章节届次]+|\d{4}年修[订正]")  # where a rule stands is no number of the fact
_SOURCE = (
    r"【[^】]*】|[（(](?:多选|单选|保留[^）)]*|\d+字[^）)]*)[)）]"
    r"|(?:根据|按照|依据|依照|对照)(?:国务院)?《[^》]*》(?:[（(][^）)]*[)）])?(?:第\d+条)?(?:的?规定)?"
    r"|请?简述|请?判断|应当|应该|依法|按规定"
)
# what stems have in common without asking the same; what asks for options is no part of a statement
_FRAME = re.compile(_SOURCE)
_FRAME_OF_CHOICE = re.compile(
    _SOURCE + r"|下列|以下|关于|有关|哪[一些]?[项个种]?"
    r"|(?:说法|表述|做法|理解|答复|处理|选项|情形|事项|行为|内容)?(?:中)?[,，]?"
    r"(?:不正确|正确|错误|不符合规定|符合规定|不属于|属于|不包括|包括)的?(?:是|有|为|包括)?"
)
_AGAINST = re.compile(
    r"不正确|错误|不符合|违反|不属于|不包括|不能|不得(?!超过|少于|低于|高于|早于|晚于)|不可以|不应|除外|不合法|不合规"
)
_NEGATION = re.compile(
    r"不(?!动产|同|足|满|少于|超过|低于|高于|早于|晚于|得超过|得少于|得低于|得早于|得晚于|仅|论|断|良)"
    r"|未(?!来)|没有|无(?!锡|人|偿|论|形)|禁止|严禁|毋须"
)
_OPEN = frozenset({Kind.SHORT_ANSWER, Kind.CASE, Kind.NUMERIC})
_LISTED = frozenset({Kind.ORDERING, Kind.MATCHING})

GENERIC = 6
"""A stem that says less than so many characters beside its frame is judged by its options alone."""


@dataclass(frozen=True)
class Look:
    """What the comparison knows of a question: its texts as they stand.

    ``options`` are the texts of options, items or pairs; ``key`` the texts of what is right: options, one form for each
    blank, a number, or 正确/错误. ``basis`` names articles, such as ``优化营商环境条例 第十九条``.
    """

    kind: Kind
    stem: str
    options: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    basis: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """Everything that is asked, for finding candidates."""
        return "\n".join((self.stem, *self.options, *(self.key if not self.options else ())))

    @cached_property
    def core(self) -> str:
        """The stem without what all stems say."""
        return plain(self._frame.sub("", _folded(self.stem)))

    @property
    def _frame(self) -> re.Pattern[str]:
        return _FRAME_OF_CHOICE if self.options else _FRAME

    @cached_property
    def said(self) -> str:
        """The fact: the stem with its key in place."""
        parts = iter(self.key if self.kind is not Kind.TRUE_FALSE else ())
        if self.kind in {Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE}:
            parts = iter(("、".join(self.key),))
        filled = _BLANK.sub(lambda _: next(parts, ""), self.stem)
        return plain(self._frame.sub("", _folded(filled + "".join(parts))))

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The options in the form in which they are compared."""
        return tuple(plain(_folded(option)) for option in self.options)

    @cached_property
    def right(self) -> frozenset[str]:
        """The key in the form in which it is compared."""
        return frozenset(plain(_folded(text)) for text in self.key)

    @cached_property
    def numbers(self) -> Counter[str]:
        """The numbers of the fact; those of options that are wrong do not count."""
        told = _BLANK.sub("", self.stem) if self.options else self.stem
        text = _LABELS.sub("", _folded(" ".join((told, *(self.key if self.kind not in _LISTED else ())))))
        return Counter(_NUMBER.findall(text))

    @cached_property
    def against(self) -> bool:
        """Whether it asks for what is wrong."""
        return bool(self.options) and bool(
            _AGAINST.search(_CLAUSES.split(_BLANK.sub("", self.stem).rstrip("。？?"))[-1])
        )

    @cached_property
    def denials(self) -> int:
        """How often the fact is denied; that a choice asks for what is wrong is no denial."""
        key = "" if self.kind is Kind.TRUE_FALSE else "".join(self.key)
        told = _AGAINST.sub("", self.stem) if self.against else self.stem
        return len(_NEGATION.findall(told + key))


def skeleton(text: str) -> str:
    """A text without numbers, punctuation and the order of its lines: equal for what differs in numbers only."""
    return "\n".join(sorted(_DIGITS.sub("#", _PUNCTUATION.sub("", line)) for line in text.split("\n")))


def _folded(text: str) -> str:
    """Half-width, lower-case, numerals as digits; punctuation stays."""
    return with_digits(unicodedata.normalize("NFKC", text).casefold())


def plain(text: str) -> str:
    """Return folded ``text`` without punctuation, spaces and blanks; a decimal point stays."""
    return _PUNCTUATION.sub("", re.sub(r"(?<=\d)\.(?=\d)", "点", text))


def alike(one: str, two: str) -> float:
    """How much two plain texts have in common, 0 to 1: in order, or pair by pair, whichever is more."""
    if one == two:
        return 1.0
    if not one or not two:
        return 0.0
    return max(fuzz.ratio(one, two) / 100, _dice(one, two))


def _dice(one: str, two: str) -> float:
    first, second = _pairs(one), _pairs(two)
    total = len(first) + len(second)
    return 2 * len(first & second) / total if total else 0.0


@lru_cache(maxsize=20_000)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(map(str.__add__, text, text[1:]))


def _within(short: str, long: str) -> float:
    """Which share of the pairs of ``short`` occurs in ``long`` too."""
    pairs = _pairs(short)
    return len(pairs & _pairs(long)) / len(pairs) if pairs else 0.0


def _masked(text: str) -> str:
    return re.sub(r"\d+(?:点\d+)?", "#", text)


def judge(one: Look, two: Look) -> Likeness | None:
    """Say why two questions are near-duplicates; None when they are not. The order of the two does not matter."""
    if one.kind is not two.kind and not _are_choices(one, two):
        return _other_kind(one, two)
    if one.against is not two.against:
        return None
    if one.options and two.options:
        return _by_options(one, two)
    return _by_wording(one, two)


def _are_choices(one: Look, two: Look) -> bool:
    """A single and a multiple choice are compared as choices first."""
    return one.kind.value.endswith("_choice") and two.kind.value.endswith("_choice")


def _likeness(reason: Reason, share: float) -> Likeness:
    return Likeness(reason, max(1, min(99, round(100 * share))))


def _overlap(one: tuple[str, ...], two: tuple[str, ...]) -> float:
    """Which share of the options of the longer list has its like in the other, each used once."""
    found, rest, left = 0.0, list[str](), list(two)
    for text in one:
        if text in left:
            left.remove(text)
            found += 1
        else:
            rest.append(text)
    for text in rest:
        best = process.extractOne(text, left, scorer=fuzz.ratio, score_cutoff=75)
        if best is not None and _numbers_of(text) == _numbers_of(best[0]):
            found += best[1] / 100
            left.remove(best[0])
    return found / max(len(one), len(two), 1)


def _numbers_of(text: str) -> list[str]:
    return _NUMBER.findall(text)


def _negated(one: Look, two: Look) -> bool:
    """Whether the one denies what the other says: an odd number of negations more."""
    return (one.denials - two.denials) % 2 == 1


def _by_options(one: Look, two: Look) -> Likeness | None:
    """Two questions with options, items or pairs."""
    stems = alike(one.core, two.core)
    generic = min(len(one.core), len(two.core)) < GENERIC
    if stems < 0.4 and not generic:
        return None  # whatever the options: something else is asked
    options = _overlap(one.choices, two.choices)
    if generic:
        stems = options
    keys = _overlap(tuple(sorted(one.right)), tuple(sorted(two.right)))
    share = (stems + options) / 2
    if one.kind in _LISTED:
        return _likeness(Reason.OPTIONS, share) if options >= 0.6 and stems >= 0.4 else None
    if _negated(one, two) and stems > 0.7:
        return None
    masked = alike(_masked(one.core), _masked(two.core))
    if one.numbers != two.numbers and masked >= 0.9 and not generic:
        return _likeness(Reason.NUMBER, masked)
    if options >= 0.5 and stems >= 0.45 and keys >= 0.5:
        reordered = stems >= 0.9 and one.choices != two.choices
        return _likeness(Reason.OPTIONS if reordered else Reason.REWORDED, share)
    return _by_fact(one, two, keys)


def _by_fact(one: Look, two: Look, keys: float) -> Likeness | None:
    """Two choices whose wrong options differ: the same is asked when stem and key say the same."""
    said = alike(one.said, two.said)
    if said >= 0.72 and keys >= 0.7 and one.numbers == two.numbers:
        return _likeness(Reason.REWORDED, said)
    if one.basis & two.basis and said >= 0.6 and keys >= 0.4:
        return _likeness(Reason.BASIS, said)
    return None


def _by_wording(one: Look, two: Look) -> Likeness | None:
    """Two statements, blanks, calculations or open questions: what is said counts."""
    said = alike(one.said, two.said)
    masked = alike(_masked(one.said), _masked(two.said))
    if _negated(one, two) and said >= 0.7:
        return None
    if one.numbers != two.numbers:
        return _likeness(Reason.NUMBER, masked) if masked >= 0.86 else None
    same_article = bool(one.basis & two.basis)
    if said >= (0.7 if one.kind in _OPEN else 0.66):
        other_point = one.kind is Kind.FILL_BLANK and same_article and one.right != two.right
        return _likeness(Reason.BASIS if other_point else Reason.REWORDED, said)
    if same_article and said >= 0.55:
        return _likeness(Reason.BASIS, said)
    return None


def _other_kind(one: Look, two: Look) -> Likeness | None:
    """Two kinds: the same fact when the shorter statement of it stands in the longer one, its numbers too."""
    if (one.options and two.options and one.against is not two.against) or {one.kind, two.kind} & {
        Kind.CASE,
        Kind.MATCHING,
        Kind.ORDERING,
    }:
        return None
    short, long = sorted((one, two), key=lambda look: len(look.said))
    if len(short.said) < 10 or _negated(short, long) or short.numbers - long.numbers:
        return None
    said, within = alike(short.said, long.said), _within(short.said, long.said)
    if said >= 0.7 or (within >= 0.75 and said >= 0.55):
        return _likeness(Reason.KIND, max(said, (said + within) / 2))
    return None
