"""In which order articles of a document stand: 第九条 before 第十条, 第八条之一 between 第八条 and 第九条. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from question_bank.normalise import folded
from question_bank.numerals import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from question_bank.models import Article

_NUMERAL = r"[0-9零〇○一二三四五六七八九十百千两]+"
_ARTICLE = re.compile(rf"第?({_NUMERAL})条(?:之({_NUMERAL}))?")
_BELOW = re.compile(rf"第?[(]?({_NUMERAL})[)]?([款项目])")
_LEADING = re.compile(rf"(?:附件|附录|附表)?[第(]?({_NUMERAL})(?:部分|[编章节)、.,:]|$)")

Place = tuple[int, tuple["Decimal | int", ...], int]
T = TypeVar("T", bound="Article")


def place_of(label: str, position: int) -> Place:
    """Return what labels are sorted by: articles by their numbers, then numbered parts, then the rest as entered."""
    text = folded(label)
    article = _ARTICLE.search(text)
    if article:
        below = {unit: value_of(number) or 0 for number, unit in reversed(_BELOW.findall(text[article.end() :]))}
        numbers = [value_of(article[1]) or 0, value_of(article[2]) or 0 if article[2] else 0]
        return 0, (*numbers, *(below.get(unit, 0) for unit in "款项目")), position
    leading = _LEADING.match(text)
    if leading:
        return 1, (value_of(leading[1]) or 0,), position
    return 2, (), position


def in_order(articles: Iterable[T]) -> list[T]:
    """Return the articles of one document as they stand in it."""
    return sorted(articles, key=lambda article: place_of(article.label, article.position))
