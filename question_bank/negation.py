"""What a Chinese sentence denies: the words that negate, and how far each of them reaches. Pure.

Works on folded text (``normalise.folded``). A negation reaches forward to the end of its clause, but not past a modal
that starts anew (未公开的应当改正) nor past the next negation (未经批准不得开工); 并非 reaches over both. Two that
cancel each other (不得不, 不能不) are none, and words that merely contain the character (不动产, 非常) are none either.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PROHIBITIONS = _words(
    """
    严格禁止 不可以 不允许 不应当 不应该 不得 不能 不可 不准 不许 不应 不该 不要 不宜 严禁 禁止 切勿 切不可 请勿
    勿
    """
)
"""Words for what must not be done; one stands for another at the beginning of a term."""
EXEMPTIONS = _words("没有必要 没必要 用不着 不需要 无需 无须 毋须 毋需 不需 不必 不用 不须")
"""Words for what need not be done; one stands for another likewise."""

_CANCELLED = _words("不得不 不能不 不会不 不可不 不应不 无不 无一不 不无 未尝不 没有不 未必不")
_HARMLESS = _words(
    """
    拿不准 说不准 不仅 不合理 不配合 不但 不光 不断(?![电供])
    不论 不管(?![理]) 不同(?![意]) 不动产 不良 不锈钢 不见面 不可抗力
    不可撤销 不超过 不少于 不低于 不高于 不小于 不大于 不多于 不早于 不迟于 不晚于 不晚 不久 不足(?![额]) 不止
    不妨 不服 不满(?![足]) 不便(?![宜]) 不利(?![用]) 不当(?![场面作]) 不如 不特定 不定期 不定时 不正当 不平等
    不平衡 不得了 不锈 不过(?![问]) 不一致 不符 不齐 不合格 不达标 不明(?![码确]) 不全 不清 不实(?![行施])
    不变(?![更]) 不间断 不折不扣 不胜 差不多 对不起 要不要 是不是 (?<!可)能不能 有没有 可不可以 (?<!社)会不会
    该不该 行不行 好不好 说不清 免不了 少不了 离不开 无论 无人 无锡 无形 无线 无偿 无机 无害 无障碍 无菌 无缝 无尘
    无纸 无还本 无感 无证(?![明]) 无因 无限 无效 无非 有无 无故 无疑 非常 非法 非公 非金属 非税 非标 非遗 非营利
    是非 除非 非国有 非居民 非农 非诉 非正式 非因 非煤 非道路 并非如此 莫非 未来 未成年 未批先 未验先 未净先 未必
    没收 淹没 沉没 埋没 未知(?![悉会])
    """
)
_WIDE = _words("并非 并不是 并不意味着 不意味着 不等于 而不是 不是 绝不是 绝非 决非 而非 谈不上")
_PLAIN = _words(
    """
    不同意 从不 决不 绝不 并不 并未 并没有 并没 并无 尚未 从未 未曾 未经 未能 没有 没 未 无法 无权 无 不再 不予
    不会 不愿 不肯 不曾 不具备 不属于 不存在 不含 不作 不设 不受 不在 不把 不将 不 非经
    """
)
_COLLOQUIAL = _words("千万别 可别 别再 别把 别去 别给 别让 别先 别急着")
_REFUSING = _words("拒绝 避免 防止 杜绝 切忌")


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WORD = re.compile(
    rf"(?P<idle>{_any([*_CANCELLED, *_HARMLESS])})|(?P<wide>{_any(_WIDE)})|(?P<ban>"
    rf"{_any([*PROHIBITIONS, *EXEMPTIONS, *_COLLOQUIAL])})|(?P<refusing>{_any(_REFUSING)})|(?P<plain>{_any(_PLAIN)})"
)
_FRESH = re.compile(
    r"擅自|处以|并处|处(?=[\d一二三五十两]|项目|合同|总)|应当|应该|必须|可以|才能|才可|方可|但是|但|而应|而要|而是|就要|就能|就可|还要|都要|即可|[则却]"
)
_INSTEAD = re.compile("而是|而应|而要|也(?=[不没无未])")
_OF = re.compile("的(?!话)")
_BORDER = re.compile(r"[,;:!?()\[\]]|(?<!\d)\.|\.(?!\d)")
_AFTERWARDS = re.compile(
    r"(?:的?(?:说法|做法|观点|看法|想法|认识|理解))?(?:都|均|也)?(?:是|属于)"
    r"(?:完全|十分|绝对)?(?:错误|错|不对|不允许|不可以|不行|违法|不合法|被禁止|不正确|不准确)的"
    r"|(?:说法|做法|观点|看法)(?:是)?(?:错误|不对|不正确|不成立)|(?:并?不成立|并?不属实|行不通)"
)


class Negation(NamedTuple):
    """Characters ``start`` ≤ i < ``end`` negate what begins in ``low`` ≤ i < ``high`` (idle: what it cuts)."""

    start: int
    end: int
    low: int
    high: int


class Negations:
    """All negations of one folded text; ``breaks`` are positions where a clause begins anew beside punctuation."""

    def __init__(self, plain: str, breaks: Iterable[int] = ()) -> None:
        """Find them; linear in the length of ``plain``."""
        borders = {0, len(plain), *breaks, *(match.end() for match in _BORDER.finditer(plain))}
        self.borders: tuple[int, ...] = tuple(sorted(borders))
        self._plain = plain
        self.found: tuple[Negation, ...] = tuple(self._find())
        self._within: dict[int, list[Negation]] = {}
        for each in self.found:
            self._within.setdefault(self.clause(each.start)[0], []).append(each)

    def clause(self, position: int) -> tuple[int, int]:
        """Return where the clause of a position begins and ends, its punctuation with it."""
        place = bisect_right(self.borders, position)
        end = self.borders[place] if place < len(self.borders) else len(self._plain)
        return self.borders[place - 1], end

    def _find(self) -> Iterator[Negation]:
        following: re.Match[str] | None = None
        found: list[Negation] = []
        for word in reversed(list(_WORD.finditer(self._plain))):
            start, end = word.span()
            found.append(Negation(start, end, start + 1, end if word["idle"] else self._reach(word, following)))
            following = (
                following if word["idle"] else word
            )  # 未审查或不合格不得施工: 不合格 does not carry 未 past 不得
        yield from reversed(found)
        for word in _AFTERWARDS.finditer(self._plain):
            yield Negation(*word.span(), self.clause(word.start())[0], word.start())

    def _reach(self, word: re.Match[str], following: re.Match[str] | None) -> int:
        """Return where the scope of a word ends."""
        high = self.clause(word.start())[1]
        fresh = (_INSTEAD if word["wide"] else _FRESH).search(self._plain, word.end(), high)
        high = fresh.start() if fresh else high
        if word["wide"]:
            return high
        if word["plain"] and (belonging := _OF.search(self._plain, word.end(), high)):
            high = belonging.start()
        if following and not following["refusing"] and not word["refusing"]:
            high = min(high, max(following.start(), word.end()))
        return high

    def over(self, start: int, end: int) -> tuple[Negation, ...]:
        """Return the negations that reach what stands at ``start`` ≤ i < ``end`` from outside of it."""
        return tuple(
            each for each in self.within(start) if each.low <= start < each.high and not start <= each.start < end
        )

    def within(self, position: int) -> list[Negation]:
        """Return the negations of the clause of a position: none reaches beyond its own."""
        return self._within.get(self.clause(position)[0], [])


def is_denied(over: Iterable[Negation]) -> bool:
    """Whether an odd number of ``over`` remains: two deny each other."""
    return len(tuple(over)) % 2 == 1


def denies(text: str) -> bool:
    """Whether a folded ``text`` itself holds a word that negates."""
    return any(True for _ in words(text))


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the words of a folded ``text`` that negate: start, end, sort (wide, ban, refusing, plain)."""
    for word in _WORD.finditer(text):
        if word.lastgroup and word.lastgroup != "idle":
            yield word.start(), word.end(), word.lastgroup
