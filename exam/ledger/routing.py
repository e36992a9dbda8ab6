"""Pure: which department a problem is for, by its name and by what it answers for."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_ORDINARY = re.compile(r"[县市区]|云川|局|分局|办公室|公司|委员会|[和（）()、，。；“”]")
_WORDS = re.compile(r"[、，。；：（）()“”\s]+")
SHORTEST = 2
GENERIC = frozenset(
    {
        "项目",
        "企业",
        "管理",
        "服务",
        "审批",
        "方案",
        "建设",
        "工作",
        "活动",
        "组织",
        "政策",
        "投资",
        "协调",
        "办理",
        "许可",
        "监管",
    }
)
"""Pairs of characters that say nothing of a department."""


class Department(NamedTuple):
    """A department by its id; `duties` are phrases set apart by 、 or ，."""

    unit_id: int
    name: str
    duties: str


def suggested(text: str, departments: Iterable[Department]) -> int | None:
    """The department that is named in `text`, else the one most of whose duties are; None when nothing speaks for one.

    Each whole duty that is named counts by its length, so that 施工许可 weighs more than 许可.
    """
    scored = [(_score(text, each), -number, each.unit_id) for number, each in enumerate(departments)]
    best = max(scored, default=(0, 0, 0))
    return best[2] if best[0] else None


def _score(text: str, department: Department) -> int:
    """How much of the department is named: its whole name outweighs every duty."""
    if department.name in text or f"{department.name.removeprefix('县')}" in text:
        return 100 + len(department.name)
    core = _ORDINARY.sub("", department.name)
    named = 4 * len(core) if len(core) >= SHORTEST and core in text else 0
    duties = (word for word in _WORDS.split(department.duties) if len(word) >= SHORTEST)
    return named + sum(_within(word, text) for word in duties)


def _within(duty: str, text: str) -> int:
    """The length, less one, of the longest piece of a duty in the text; 0 where it is a generic pair only."""
    for length in range(len(duty), SHORTEST - 1, -1):
        pieces = (duty[start : start + length] for start in range(len(duty) - length + 1))
        if any(piece in text and piece not in GENERIC for piece in pieces):
            return length - 1
    return 0
