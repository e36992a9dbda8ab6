"""What only resembles a term: the same words with others between them, an accepted short name, most pairs. Pure.

Three steps, each less sure than the one before, tried only where a group of terms is neither said nor denied:

1. an accepted other name of something in the term (发改委 for 发展和改革委员会), the rest of the term as it is;
2. the term without particles and modals, its characters in their order within one clause, at most three others
   between two and in all half as many as it has (公开了审查的结论 for 应当公开审查结论); a term that begins with
   a prohibition or an exemption needs one that reaches the place;
3. pairs of neighbouring characters: four fifths of a long term's in one clause that denies nothing find it, three
   fifths find half of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from question_bank.kinds.terms import FUZZY_LENGTH, FoldedText, HitRule, Place, pairs_of, places
from question_bank.negation import EXEMPTIONS, PROHIBITIONS, denies, is_denied
from question_bank.normalise import folded, with_number_forms

if TYPE_CHECKING:
    from collections.abc import Iterator

COVERAGE, HALF_COVERAGE = 0.8, 0.6
GAP = 3
"""So many characters may stand between two of a term."""
SHORTEST, SHORTEST_BANNED = 4, 3
_MOST_VARIANTS = 12
_NAMES = """
发展和改革委员会 发展改革委 发改委 发改局 发改部门 发展改革部门
自然资源和规划局 自然资源局 自规局 自然资源和规划部门 自然资源部门 自规部门 资规局
市场监督管理局 市场监管局 市监局 市场监管部门 市场监督管理部门 市监部门
生态环境局 环保局 生态环境部门 环保部门
住房和城乡建设局 住建局 住建部门 住房城乡建设部门 住房和城乡建设部门
行政审批局 审批局 行政审批部门 审批部门
应急管理局 应急局 应急管理部门 应急部门
人力资源和社会保障局 人社局 人社部门 人力资源社会保障部门
农业农村局 农业局 农业农村部门
税务局 税务部门 税务机关
财政局 财政部门
供电公司 电力公司 电力部门 供电部门 供电局
商务局 商务部门
招商局 招商部门 招商引资部门 投资促进局
生态环境影响评价 环境影响评价 环评
水土保持方案 水保方案
节能审查 能评
安全生产评价 安评
不动产权证书 不动产权证 不动产证
营业执照 执照
公司 企业
投资人 投资者 投资方 客商
国有土地使用权出让合同 土地出让合同 出让合同
招标拍卖挂牌 招拍挂
一次性告知 一次告知 一次说清
之前 以前 前
之后 以后 后
之内 以内 内
告知 告诉 通知
办理 办
帮助 协助
赔偿 赔
缴纳 交纳 缴交 上缴
签订 签署 签
需要 须 要
立即 马上 立刻 及时
如实 据实 实事求是
了解 弄清 摸清
核实 查实 查证
答复 回复 回话
汇报 报告
明确 说清
负责人 责任人
专人 专班 专员
全程 全过程
即为 视为 算作 就算 视同 等于 算
罚款 处罚 受罚 罚
删除 去掉 取消 删掉 删去
开工 动工 施工 开建 动土
竣工 完工 建成 建好
报批 报审 审批 请示
谢绝 婉拒 推辞 回绝 推掉
泄露 泄漏 外传 透露 外泄
对接 联系 联络
许诺 承诺 答应 应承 应允
擅自 自行 私自 随意 自己
上报 报送 报到 报给 呈报
虚报 瞒报 造假 夸大 编造
解释 说明 讲清 讲明 讲明白 说清 解答
改正 整改 纠正 更正
强制 强迫 逼迫
自愿 愿意
当场 现场 当面
登记 记录 记下 记载
回访 回头
跟进 跟踪 跟着 盯住
摸底 摸排 排查 底数
招聘会 专场招聘 招聘活动
打包票 保证 担保 包票
同等待遇 一视同仁 一样待遇 同样待遇
推诿 推托 推脱 推来推去
刁难 为难 卡要
时间表 进度表 日程表
"""
_CLASSES = tuple(tuple(line.split()) for line in _NAMES.strip().splitlines())
_CLASS_OF = {name: names for names in _CLASSES for name in names if len(name) > 1}
_NAME = re.compile("|".join(sorted(map(re.escape, _CLASS_OF), key=len, reverse=True)))
_AT_LEAST = ("不低于", "不少于", "至少", "不小于", "最少", "最低")
_AT_MOST = ("不高于", "不超过", "至多", "最多", "不大于", "最高")
_AMOUNT = r"\d[\d.]*\D{0,3}"
_BOUND = re.compile(
    rf"^(?P<head>{'|'.join((*_AT_LEAST, *_AT_MOST))})(?P<one>{_AMOUNT})$|^(?P<two>{_AMOUNT}?)(?P<tail>及?以[上下])$"
)
_IDLE = re.compile("应当|应该|必须|可以|能够|[的了着地得所之将把对向应须要可能均都也就还给等和与及《》“”\"',、()·]")
_BANNED = tuple(
    (re.compile("^(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"), frozenset(words))
    for words in (PROHIBITIONS, EXEMPTIONS)
)
_DENYING = frozenset("不未无非没勿别禁严")
_NUMERIC = re.compile(r"[\d〇零一二三四五六七八九十百千万亿%‰]")


class _Likeness(NamedTuple):
    """A term made ready: other names, what must be there in order, its pairs; empty where a step cannot be taken."""

    term: str
    variants: tuple[str, ...]
    core: str
    banned: frozenset[str]
    pairs: frozenset[str]


@lru_cache(maxsize=16_384)
def _likeness(term: str) -> _Likeness:
    plain = folded(term)
    if "..." in plain or "±" in plain:
        return _Likeness(term, (), "", frozenset(), frozenset())
    core, banned = plain, frozenset[str]()
    for pattern, words in _BANNED:
        if match := pattern.match(plain):
            core, banned = plain[match.end() :], words
            break
    core = _IDLE.sub("", core)
    shortest = SHORTEST_BANNED if banned else SHORTEST
    if len(core) < shortest or _NUMERIC.search(with_number_forms(core)) or denies(core):
        core = ""
    long = len(plain) >= FUZZY_LENGTH and not _NUMERIC.search(plain) and _DENYING.isdisjoint(plain)
    return _Likeness(term, tuple(_variants(plain)), core, banned, pairs_of(plain) if long else frozenset())


def _variants(plain: str) -> Iterator[str]:
    """Yield the term with another accepted name in it, and 10%以上 for 不低于10%."""
    made = 0
    for match in _NAME.finditer(plain):
        if len(match[0]) == len(plain) and len(plain) < SHORTEST - 1:
            continue  # a bare 公司 is a word the author chose
        for other in _CLASS_OF[match[0]]:
            if other != match[0] and made < _MOST_VARIANTS:
                made += 1
                yield plain[: match.start()] + other + plain[match.end() :]
    bound = _BOUND.match(with_number_forms(plain))
    if bound and bound["one"]:
        low = bound["head"] in _AT_LEAST
        yield from (head + bound["one"] for head in (_AT_LEAST if low else _AT_MOST) if head != bound["head"])
        yield from (bound["one"] + tail for tail in (("以上", "及以上") if low else ("以下", "以内", "及以下")))
    elif bound:
        low = bound["tail"].endswith("上")
        yield from (head + bound["two"] for head in (_AT_LEAST if low else _AT_MOST))


def resembling(group: tuple[str, ...], text: FoldedText) -> tuple[str, Place] | None:
    """Return the term of a group that something in a text resembles, the surest way first; None without any."""
    ready = [_likeness(term) for term in group]
    for search in (_named, _spread, _paired):
        for each in ready:
            if place := search(each, text):
                return each.term, place
    return None


def _named(ready: _Likeness, text: FoldedText) -> Place | None:
    """Find the term under another name."""
    found = places(ready.variants, text) if ready.variants else ()
    return next(
        (place._replace(rule=HitRule.LOOSE) for _, place in found if not is_denied(place.over)),
        None,
    )


def _spread(ready: _Likeness, text: FoldedText) -> Place | None:
    """Find the characters of the term's core in their order, not too far apart."""
    core = ready.core
    if not core or not text.characters.issuperset(core):
        return None
    most = len(core) + max(2, len(core) // 2)
    start = text.plain.find(core[0])
    while start >= 0:
        end = _followed(core, text.plain, start, most)
        if end and _stands(ready, text, start, end):
            return Place(start, end, HitRule.LOOSE)
        start = text.plain.find(core[0], start + 1)
    return None


def _followed(core: str, plain: str, start: int, most: int) -> int:
    """Return where the characters of ``core`` end that follow each other from ``start`` on; 0 where they do not."""
    at = start
    for char in core[1:]:
        at = plain.find(char, at + 1, min(at + 2 + GAP, start + most))
        if at < 0:
            return 0
    return at + 1


def _stands(ready: _Likeness, text: FoldedText, start: int, end: int) -> bool:
    """Whether what was found lies in one clause, holds no denial, and is forbidden just where the term forbids."""
    negations = text.negations
    if negations.clause(start)[1] < end or any(start <= each.start < end for each in negations.within(start)):
        return False
    over = negations.over(start, end)
    if not ready.banned:
        return not is_denied(over)
    return is_denied(over) and any(text.plain[each.start : each.end] in ready.banned for each in over)


def _paired(ready: _Likeness, text: FoldedText) -> Place | None:
    """Find most pairs of a long term in one clause."""
    count = len(ready.pairs)
    if not count or len(ready.pairs & text.all_pairs) < HALF_COVERAGE * count:
        return None
    best, place = 0.0, None
    for start, end, pairs in text.pairs:
        share = len(ready.pairs & pairs) / count
        if share > best:
            best, place = share, Place(start, end, HitRule.FUZZY, is_whole=share >= COVERAGE)
    return place if best >= HALF_COVERAGE else None


def nearness(group: tuple[str, ...], text: FoldedText) -> float:
    """Return how much of the nearest term of a group stands in a text, by pairs of characters wherever they are."""
    shares = (len(pairs & text.every_pair) / len(pairs) for pairs in map(_pairs_of_term, group) if pairs)
    return max(shares, default=0.0)


@lru_cache(maxsize=32_768)
def _pairs_of_term(term: str) -> frozenset[str]:
    return pairs_of(folded(term))
