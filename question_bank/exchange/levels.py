"""How people write the difficulty of a question: words, levels, stars, the expected share of right answers. Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from question_bank.enums import Difficulty

USUAL = Difficulty.UNDERSTANDING
"""The level of a question of which nobody says how difficult it is."""

_WORDS = {
    Difficulty.RECALL: "易 简单 容易 低 小 很易 最易 极易 很简单 很容易 非常简单 非常容易 初 初级 基础 入门 识记 一 壹 "
    "easy low simple",
    Difficulty.UNDERSTANDING: "较易 较简单 较容易 比较简单 比较容易 偏易 略易 稍易 较低 较小 中低 中易 中偏易 中等偏易 "
    "中等偏下 理解 二 贰",
    Difficulty.APPLICATION: "中 中等 一般 普通 适中 中档 中级 正常 应用 三 叁 medium normal middle moderate mid",
    Difficulty.SYNTHESIS: "较难 难 偏难 略难 稍难 比较难 比较困难 较困难 高 较高 大 较大 困难 中高 中难 中偏难 "
    "中等偏难 中等偏上 高级 综合 四 肆 hard difficult high",
    Difficulty.JUDGEMENT: "很难 极难 最难 特难 超难 非常难 非常困难 极高 很高 很大 评判 五 伍",
}
_LEVELS = {word: level for level, words in _WORDS.items() for word in words.split()}
# expected share of right answers (难度系数) → level, as in the taxonomy
_SHARES = ((Decimal("0.85"), 1), (Decimal("0.70"), 2), (Decimal("0.50"), 3), (Decimal("0.30"), 4), (Decimal(0), 5))
_NOT_SAID = " 0 - -- / \\ — 无 暂无 未知 未定 未设置 未设定 未填 不限 none null nan"
_UNSAID = frozenset(_NOT_SAID.split(" "))
_BEFORE = re.compile(r"^(?:难易?(?:程?度|系数|等级|级别)+(?:为|是)?|l(?:v|evel)?\.?(?=\d)|第(?=[一二三四五\d]级))")
_BEHIND = re.compile(r"(?:难度|难易度|程度|题|级|等|颗?星级?)$")
_STARS = re.compile(r"[★*⭐]{1,5}")


def level_of(text: str) -> Difficulty | None:
    """Read 3, 中, 较难题, ★★, 0.65 (the share of right answers), 65%; a cell that says nothing is ``USUAL``.

    None when it cannot be read.
    """
    plain = re.sub(r"[\s()\[\]【】:☆]", "", unicodedata.normalize("NFKC", text).casefold())
    bare = _BEFORE.sub("", plain)
    for said in (plain, bare, _BEHIND.sub("", bare), plain.rstrip("0123456789.%") or plain):
        if said in _UNSAID:
            return USUAL
        if _STARS.fullmatch(said):
            return Difficulty(len(said))
        if said in _LEVELS:
            return _LEVELS[said]
    return _from_number(_BEHIND.sub("", bare))


def _from_number(text: str) -> Difficulty | None:
    try:
        value = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        return None
    if 0 < value < 1:
        return Difficulty(next(level for least, level in _SHARES if value >= least))
    return Difficulty(int(value)) if value in set(Difficulty) and "%" not in text else None
