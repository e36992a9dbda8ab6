"""Short names (简称) by which offices call laws and regulations, and which an answer may use for the full title. Pure.

The full title loses 中华人民共和国 anyway. Only short names in daily use that mean one document are listed: 水法 is a
law of its own, 外资法 may be two. The titles are those of documents that ship with the bank.
"""

from __future__ import annotations

import re

STATE = "中华人民共和国"

SHORT_NAMES: dict[str, str] = {
    "保密法": "保守国家秘密法",
    "个保法": "个人信息保护法",
    "固废法": "固体废物污染环境防治法",
    "噪声法": "噪声污染防治法",
    "环评法": "环境影响评价法",
    "环保法": "环境保护法",
    "节能法": "节约能源法",
    "土管法": "土地管理法",
    "土管法实施条例": "土地管理法实施条例",
    "房地产管理法": "城市房地产管理法",
    "招投标法": "招标投标法",
    "招投标法实施条例": "招标投标法实施条例",
    "政务处分法": "公职人员政务处分法",
    "信息公开条例": "政府信息公开条例",
}
"""Short name → full title without 中华人民共和国."""

_TITLE = re.compile(f"{STATE}(?=[\u4e00-\u9fff]{{1,40}}?(?:法|法典|条例|规定|办法|细则))")
_NAMED = re.compile(r"^(?P<before>《?)(?P<name>[\u4e00-\u9fff]{2,12})(?=$|》|第\d)")


def full_titles(text: str) -> str:
    """Return ``text`` with titles of laws without 中华人民共和国, and the title it begins with in full."""
    plain = _TITLE.sub("", text)
    named = _NAMED.match(plain)
    if named is None or named["name"] not in SHORT_NAMES:
        return plain
    return named["before"] + SHORT_NAMES[named["name"]] + plain[named.end() :]
