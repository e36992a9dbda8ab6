"""Checks that several kinds share."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_uppercase
from typing import TYPE_CHECKING

from question_bank.errors import N_, Problem
from question_bank.normalise import canonical, simplified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from question_bank.kinds.base import Content

BLANK = re.compile(r"_{2,}|＿{2,}")
SAME_OPTIONS = N_("Options %(one)s and %(other)s are the same.")
# what the normal form may write otherwise or drop: all but Chinese characters that stand in no number, sum or date
_FORMLESS = re.compile(
    "[^\u4e00-\u9fff]+|[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億点分之元圆整正年月日号]"
)
_LEADING_ZERO = re.compile(r"(?<![\d.])0\d+")
_LETTER_REFERENCE = re.compile(r"(?:以上|上述)?[A-H](?:[、,，和与及或][A-H])+|选项[A-H]|[A-H]项")


def check_explanation(content: Content) -> list[Problem]:
    """Warn when nobody would learn why."""
    if content.explanation.strip():
        return []
    return [Problem("explanation", N_("The explanation is missing."), warning=True)]


def check_keys(where: str, keys: Sequence[str]) -> list[Problem]:
    """Refuse a key used twice."""
    return [Problem(where, N_("The key “%(key)s” is used twice."), {"key": key}) for key in repeated(keys)]


def check_texts(where: str, texts: Sequence[str]) -> list[Problem]:
    """Refuse two entries that read the same."""
    shown = {canonical(text): text for text in texts}
    template = N_("“%(text)s” stands there twice.")
    return [Problem(where, template, {"text": shown[form]}) for form in repeated([canonical(t) for t in texts])]


def check_options(texts: Sequence[str]) -> list[Problem]:
    """Refuse options of one choice that read the same, by their letters; ``texts`` stand under A, B, C …

    Width, spaces, punctuation and the way a number is written make no difference; MW and mW, m² and m2, 1 and 01 are
    two things.
    """
    if len({_FORMLESS.sub("", simplified(text)) for text in texts}) == len(
        texts
    ):  # worked out in no time, and nearly always so
        return []
    first: dict[tuple[str, str], int] = {}
    problems = []
    for place, text in enumerate(texts):
        known = first.setdefault(_option_form(text), place)
        if known != place:
            letters = {"one": ascii_uppercase[known], "other": ascii_uppercase[place]}
            problems.append(Problem("options", SAME_OPTIONS, letters))
    return problems


def _option_form(text: str) -> tuple[str, str]:
    marked = (char for char in text if unicodedata.decomposition(char).startswith(("<super>", "<sub>")))
    plain = unicodedata.normalize("NFKC", text)
    said = ((char for char in plain if char.isupper()), _LEADING_ZERO.findall(plain))
    return canonical(text) or text.strip(), "|".join("".join(each) for each in (marked, *said))


def check_references(where: str, texts: Iterable[str]) -> list[Problem]:
    """Warn when an option speaks of other options by letter: letters change when options are shuffled."""
    template = N_("“%(text)s” names options by letter, but every paper letters them differently.")
    return [
        Problem(f"{where}[{number}]", template, {"text": text}, warning=True)
        for number, text in enumerate(texts, 1)
        if _LETTER_REFERENCE.search(text)
    ]


def repeated(values: Iterable[str]) -> list[str]:
    """Return each value that occurs more than once, in order of its second occurrence."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for value in values:
        if value in seen:
            twice[value] = None
        seen.add(value)
    return list(twice)
