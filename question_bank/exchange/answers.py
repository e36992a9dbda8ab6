"""How people write kinds and answers in spreadsheets. Pure; what cannot be read is None, nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_uppercase
from typing import TYPE_CHECKING

from question_bank.enums import Kind, TextForm
from question_bank.exchange.shape import TYPES
from question_bank.normalise import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.SINGLE_CHOICE: ("单选", "单项选择", "单选择", "选择", "radio"),
    Kind.MULTIPLE_CHOICE: ("多选", "多项选择", "不定项", "不定项选择", "checkbox"),
    Kind.TRUE_FALSE: ("判断", "是非", "对错", "判断对错", "truefalse", "boolean"),
    Kind.FILL_BLANK: ("填空", "fill", "fillblank"),
    Kind.NUMERIC: ("计算", "数值", "number"),
    Kind.ORDERING: ("排序", "次序", "order"),
    Kind.MATCHING: ("匹配", "连线", "配对", "match"),
    Kind.SHORT_ANSWER: ("简答", "问答", "论述", "主观", "名词解释", "情景答客商", "情景", "情景题", "essay"),
    Kind.CASE: ("案例分析", "案例", "材料分析", "综合"),
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words} | TYPES | {str(kind): kind for kind in Kind}
_SCENARIO_WORDS = ("情景",)
_TRUE = frozenset(["√", "✓", "✔", "对", "正确", "是", "T", "TRUE", "Y", "YES", "RIGHT", "1", "V"])
_FALSE = frozenset(["×", "✗", "✘", "X", "错", "错误", "否", "不正确", "不对", "F", "FALSE", "N", "NO", "WRONG", "0"])
_PREFIX = re.compile(r"^(?:正确|参考|标准)?答案(?:是|为)?[:.、]?")
_RANGE = re.compile(r"([A-Z])[-~—–至到]([A-Z])")
_OPTION_MARK = re.compile(r"(?:^|(?<=[\s;；|｜,，、。]))[(（]?([A-Za-zＡ-Ｚａ-ｚ])[)）.．、:：]\s*")


def kind_of(word: str) -> Kind | None:
    """Read a kind from a word or a code: 单选题, 一、单项选择题（每题1分）, single, single_choice."""
    plain = re.sub(r"[(\[【].*?[)\]】]|\s", "", unicodedata.normalize("NFKC", word)).casefold()
    plain = re.sub(r"^(?:[一二三四五六七八九十]+|\d+)[、.]", "", plain)
    return _KINDS.get(plain) or _KINDS.get(plain.removesuffix("题"))


def form_of(word: str) -> TextForm:
    """Read the form of a short answer from the word for its kind."""
    return TextForm.SCENARIO if word.strip().startswith(_SCENARIO_WORDS) else TextForm.ORDINARY


def kind_from(answer: str, options: Sequence[str], *, blanks: int, columns: bool) -> Kind | None:
    """Infer a kind nobody wrote down from the answer and what else is filled in.

    ``columns``: whether both columns of a matching are there. None when nothing can be inferred.
    """
    if columns:
        return Kind.MATCHING
    if options and all(_bare(option) in _TRUE | _FALSE for option in options):
        return Kind.TRUE_FALSE
    letters = letters_of(answer, options) if options else None
    if letters:
        return Kind.SINGLE_CHOICE if len(letters) == 1 else Kind.MULTIPLE_CHOICE
    if not options and truth_of(answer) is not None:
        return Kind.TRUE_FALSE
    if blanks:
        return Kind.FILL_BLANK
    return None if options else Kind.SHORT_ANSWER


def truth_of(text: str, options: Sequence[str] = ()) -> bool | None:
    """Read √ or ×, in any usual spelling; A and B are read through ``options`` (正确, 错误) where those are given."""
    plain = _bare(text)
    if plain in _TRUE | _FALSE:
        return plain in _TRUE
    if len(plain) == 1 and plain in ascii_uppercase[: len(options)]:
        meant = _bare(options[ascii_uppercase.index(plain)])
        return meant in _TRUE if meant in _TRUE | _FALSE else None
    return None


def letters_of(text: str, options: Sequence[str]) -> list[str] | None:
    """Read the letters of an answer in the order written: ABC, A,B,C, A、B、C, A-C, 1,3, or an option's own text.

    ``options`` are the texts under A, B, C …; letters beyond them and letters given twice cannot be read.
    """
    plain = _bare(text)
    spread = _RANGE.sub(lambda found: _spread(found[1], found[2]), plain)
    parts = [part for part in re.split(r"[\s,;、，；|/]+", spread) if part]
    if parts and all(part.isdigit() for part in parts) and (len(parts) > 1 or len(parts[0]) == 1):
        letters = [ascii_uppercase[int(part) - 1] for part in parts if 0 < int(part) <= len(ascii_uppercase)]
        letters = letters if len(letters) == len(parts) else []
    else:
        letters = list("".join(parts))
    known = set(ascii_uppercase[: len(options)])
    if letters and set(letters) <= known and len(set(letters)) == len(letters):
        return letters
    same = [ascii_uppercase[place] for place, option in enumerate(options) if option and _bare(option) == plain]
    return same[:1] or None


def options_of(text: str) -> list[str]:
    """Cut one cell with all options into their texts: A. … B. …, lines, or parts between | or ；."""
    pieces = _OPTION_MARK.split(text)
    marks = [unicodedata.normalize("NFKC", mark).upper() for mark in pieces[1::2]]
    if len(marks) > 1 and marks == list(ascii_uppercase[: len(marks)]):
        return [piece.strip().rstrip(";；|｜") for piece in pieces[2::2]]
    for mark in ("\n", "|", "｜", "；", ";"):
        parts = [part.strip() for part in text.split(mark) if part.strip()]
        if len(parts) > 1:
            return parts
    return [text.strip()] if text.strip() else []


def word_in(text: str, words: Mapping[str, str]) -> str | None:
    """Return what ``words`` says for ``text``, whatever its width, case and spaces."""
    plain = {canonical(word): meaning for word, meaning in words.items()}
    return plain.get(canonical(text))


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    return _PREFIX.sub("", folded).strip(" 。.()[]【】") or folded


def _spread(first: str, last: str) -> str:
    return ascii_uppercase[ascii_uppercase.index(first) : ascii_uppercase.index(last) + 1]
