"""The eight roots of the topic tree (知识点). Subtopics grow below them with the questions."""

from __future__ import annotations

UNSORTED = "UNSORTED"
"""待归类: where questions of other systems wait that name none of the eight; nothing there can be published."""

ROOTS: dict[str, str] = {
    "COUNTY": "县情概况",
    "WORK": "招商工作要求",
    "POLICY": "政策与红线",
    "PROC": "项目手续流程",
    "LAW": "法律法规",
    "INDUSTRY": "重点产业",
    "ETIQ": "礼仪谈判与廉洁",
    "SERVICE": "营商服务",
}
"""Code → Chinese name, in the order of the taxonomy."""

PLACES: dict[str, str] = {**ROOTS, UNSORTED: "待归类"}
"""Where a question may hang: the eight roots, and the place for what is not sorted yet."""


def root_of(code: str) -> str:
    """Return the root a topic code belongs to: ``PROC-012`` → ``PROC``."""
    return code.split("-", 1)[0]
