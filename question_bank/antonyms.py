"""Words of official Chinese that mean the opposite of each other, and quantities: a right phrase turned wrong. Pure.

事后审批 holds 审批 but not what 事前审批 says. Each row of the table has two sides; a clause is opposed to what was
expected when of some row it says only the one side and the other alone was expected. Works on folded text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from question_bank.normalise import with_number_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TABLE = """
提高 增加 上调 加大 提升 增大 调高 | 降低 减少 下调 减小 压减 调低 削减
扩大 | 缩小
加重 | 减轻
从重 | 从轻
加快 加速 | 放慢 延缓 减慢
延长 | 缩短
放宽 | 收紧 从严
鼓励 支持 提倡 | 限制 抑制 打压
事前 事先 提前 | 事后 事毕
国家 中央 | 地方
国务院 全国性 | 县级 镇级 地方性
上级 | 下级
书面 | 口头
公开 公示 公布 | 保密 隐瞒 封锁
有偿 | 无偿
收费 | 免费
强制 强迫 | 自愿 自主
主动 | 被动
统一 | 各自 分头
集中 | 分散
集体 | 个人
出让 | 划拨
国有 | 民营 私营
同意 赞成 | 反对
全部 全额 | 部分
一次性 | 分期 分次 多次
永久 长期 | 临时 短期
固定 | 浮动
合法 依法 | 违法 非法
有效 | 无效 失效
上升 上涨 | 下降 下跌
内资 | 外资
境内 国内 | 境外 国外
主要 | 次要
直接 | 间接
平等 一视同仁 | 歧视 区别对待
普惠 | 特惠 选择性
批准 通过 | 否决 驳回
严格 | 宽松 随意
奖励 表彰 | 处罚 惩罚
免征 减免 | 加征 征收
并联 同步 | 串联 依次
当场 当日 当天 | 隔日 次日
线上 网上 | 线下
买方 受让方 | 卖方 转让方
甲方 | 乙方
新建 | 拆除
开工 动工 | 停工 完工 竣工
投产 | 停产
开放 | 封闭
达到 超过 高于 多于 大于 超出 | 低于 少于 不足 小于 未达到 不到
诚信 守信 | 失信
真实 如实 | 虚假 虚报
上浮 | 下浮
最高 最多 至多 不超过 不高于 不多于 不大于 | 最低 最少 至少 不低于 不少于 不小于
优先 | 靠后 最后
进口 | 出口
"""
_ROWS = tuple(
    tuple(tuple(side.split()) for side in row.split("|")) for row in _TABLE.strip().splitlines() if "|" in row
)
_SIDES: dict[str, tuple[tuple[str, int], ...]] = {}
for _number, _row in enumerate(_ROWS):
    for _side, _words in enumerate(_row):
        for _word in _words:
            _SIDES[_word] = (*_SIDES.get(_word, ()), (str(_number), _side))
_WORD = re.compile("|".join(sorted(map(re.escape, _SIDES), key=len, reverse=True)))
# 开工前 and 开工后, 目录内 and 目录外: opposed when what stands before them is the same
_PLACED = re.compile(r"([\u4e00-\u9fff]{2,4}?)[以之]?([前后内外])")
_PLACE_SIDES = {"前": ("t", 0), "后": ("t", 1), "内": ("p", 0), "外": ("p", 1)}
# 10日以内, 三人以上: only behind a quantity, for 以上材料 and 以下几点 compare nothing
_BOUND = re.compile(r"(?<=[\d一二三四五六七八九十百千万亿%‰元年月日天个人户次倍])(?:及?以([上下内])|之(内))")
_AT_MOST_ROW = next(str(number) for number, row in enumerate(_ROWS) if "不超过" in row[0])
# 先批后建: the other way round is another order
_ORDER = re.compile(r"先([\u4e00-\u9fff]{1,4}?)[,、]?[再后]([\u4e00-\u9fff]{1,4})")
_QUANTITY = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(%|‰|[\u4e00-\u9fff]{1,4})")
_MEASURES = re.compile(
    "工作日|公里|公顷|平方米|立方米|万元|亿元|个月|小时|分钟|周岁|千瓦|千伏|[年月日天元亩米吨倍人岁户项家次件%‰周级条]"
)
_COUNTERS = "个"


# who decides, and at which level: another body than the one that was asked for makes a right sentence wrong
_BODIES = re.compile(
    "国务院|省级|市级|县级|乡级|镇级|村级|省政府|市政府|县政府|镇政府|村委会|居委会|党委|纪委|人大|政协|法院|检察|公安|消防救援|税务|财政|审计"
    "|统计|发改|发展改革|工信|工业和信息化|商务|科技局|教育|民政|人社|人力资源|自然资源|生态环境|环保|住建|住房|交通|水利|水务|农业农村"
    "|林业|文旅|卫健|卫生健康|应急|市场监管|市监|海关|外汇|人民银行|行政审批|供电|街道办|司法|国资|信访|统战|工商联|大使馆"
)
_SAME_BODY = {"发展改革": "发改", "工业和信息化": "工信", "人力资源": "人社", "环保": "生态环境", "住房": "住建"}
_SAME_BODY |= {"市监": "市场监管", "卫生健康": "卫健", "水务": "水利"}


class Meaning(NamedTuple):
    """What a clause says of the rows of the table, of before and after, and of quantities.

    ``sides``: row and side; ``quantities``: unit and value, only those with a known unit.
    """

    sides: frozenset[tuple[str, int]] = frozenset()
    quantities: frozenset[tuple[str, Decimal]] = frozenset()


NOTHING = Meaning()


def meaning(text: str, without: Iterable[tuple[int, int]] = ()) -> Meaning:
    """Return what a folded ``text`` says; words that begin inside one of the stretches ``without`` are left out."""
    barred = tuple(without)
    sides = frozenset(
        side for start, found in _sides(text) if not any(low <= start < high for low, high in barred) for side in found
    )
    return Meaning(sides, frozenset(_quantities(text)))


def _sides(text: str) -> Iterator[tuple[int, tuple[tuple[str, int], ...]]]:
    for match in _WORD.finditer(text):
        yield match.start(), _SIDES[match[0]]
    for match in _PLACED.finditer(text):
        sort, side = _PLACE_SIDES[match[2]]
        pairs = map(str.__add__, match[1], match[1][1:])
        yield match.start(), tuple((f"{sort}:{pair}", side) for pair in pairs)
    for match in _BOUND.finditer(text):
        yield match.start(), ((_AT_MOST_ROW, int(match[1] == "上")),)
    for match in _ORDER.finditer(text):
        one, two = match[1], match[2]
        low, high = sorted((one[0], two[0]))
        yield match.start(), ((f"o:{low}{high}", int(one[0] == high)),)


def _quantities(text: str) -> Iterator[tuple[str, Decimal]]:
    if not any(char.isdigit() or char in "一二三四五六七八九十百千万两" for char in text):
        return
    for match in _QUANTITY.finditer(with_number_forms(text)):
        tail = match[2].removeprefix(_COUNTERS)
        if unit := _MEASURES.match(tail):
            yield {"天": "日"}.get(unit[0], unit[0]), Decimal(match[1])


def opposed(expected: Meaning, said: Meaning, beside: Meaning) -> bool:
    """Whether a clause has only the other side of some row than ``expected``.

    ``said`` is the whole clause, ``beside`` what it says apart from the term found there, whose words are the author's.
    """
    for row, side in expected.sides:
        other = (row, 1 - side)
        if other in beside.sides and other not in expected.sides and (row, side) not in said.sides:
            return True
    return False


def bodies(text: str) -> frozenset[str]:
    """Return the bodies and levels of government a folded ``text`` names."""
    return frozenset(_SAME_BODY.get(found, found) for found in _BODIES.findall(text))


def strange(known: Meaning, said: Meaning) -> bool:
    """Whether ``said`` has a quantity that is not ``known``, in a unit which is."""
    units = {unit for unit, _ in known.quantities}
    return any(unit in units and (unit, value) not in known.quantities for unit, value in said.quantities)


def differs(expected: Meaning, said: Meaning, term: Meaning) -> bool:
    """Whether a clause gives a quantity in a unit of ``expected``, and none of the expected values.

    Units that the ``term`` itself gives a quantity in are the author's.
    """
    own = {unit for unit, _ in term.quantities}
    for unit in {unit for unit, _ in expected.quantities} - own:
        found = {value for name, value in said.quantities if name == unit}
        if found and found.isdisjoint(value for name, value in expected.quantities if name == unit):
            return True
    return False
