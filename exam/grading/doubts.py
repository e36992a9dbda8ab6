"""Pure: what makes a suggestion doubtful, in words, and what the rubric alone suggested before it was put right."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from question_bank.enums import NamedEnum
from question_bank.errors import N_

UNCALIBRATED = "uncalibrated"
"""Key of a mark's detail: marks and confidence as the rubric alone gave them."""


class Doubt(NamedEnum):
    """The flags of a suggestion."""

    SALAD = "salad", N_("A row of words without sentences"), "词语罗列，不成句"
    BARE = "bare", N_("Hardly more than the rubric's own words"), "几乎只有关键词"
    COPIED = "copied", N_("Copies the question"), "照抄题目"
    NUMBER = "number", N_("Gives a number that nobody asked for"), "出现题目和答案里没有的数字"
    OTHER_BODY = "other_body", N_("Names another authority"), "出现题目和答案里没有的部门或层级"
    OTHER_SIDE = "other_side", N_("Says the opposite of something in the reference answer"), "出现与参考答案相反的说法"
    OPPOSED = "opposed", N_("A key point stands beside its opposite"), "采分点旁出现相反说法或不同数字"
    DENIED = "denied", N_("A key point is denied"), "采分点被否定"
    FORBIDDEN = "forbidden", N_("Says something forbidden"), "出现不得分的表述"
    RESEMBLED = "resembled", N_("A key point is only resembled"), "采分点只是近似"
    NEAR = "near", N_("Comes near a key point that was not found"), "接近未命中的采分点"
    PARTLY = "partly", N_("Only a part of the marks was found"), "只命中一部分"
    UNEXPLAINED = "unexplained", N_("Much of the answer belongs to no key point"), "较多内容不属于任何采分点"
    LONG = "long", N_("Very long"), "篇幅很长"


def doubts(detail: Mapping[str, Any]) -> tuple[Doubt, ...]:
    """The doubts of a suggestion, the gravest first."""
    flags = set(detail.get("flags", ()))
    return tuple(each for each in Doubt if each.value in flags)


def uncalibrated(detail: Mapping[str, Any]) -> Decimal | None:
    """What the rubric alone suggested, where people's marks have put the suggestion right since."""
    before = detail.get(UNCALIBRATED)
    return None if before is None else Decimal(before["marks"])
