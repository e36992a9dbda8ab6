"""The header of somebody else's sheet: what each heading means, and in which row it stands. Pure.

Rank 0 is a name that can only mean this; rank 1 one that often does, and gives way to a better one beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from string import ascii_uppercase
from typing import NamedTuple

from question_bank.exchange.columns import COLUMNS, heading_of

HEADER_ROWS = 10
"""The header is looked for in so many rows from the top."""
_LATEST, _LEAST_BELOW = 40, 2
"""Long instructions may stand above it."""
_CLEAR: dict[str, str] = {
    "number": "序号 行号 no 顺序号 题目序号 试题序号 流水号 排序 sort index",
    "reason": "原因 未接收原因 错误原因 导入结果 失败原因",
    "code": "题号 试题编号 题目编号 试题id 题目id 题目编码 试题编码 试题代码 questionid 编码",
    "kind": "题型 试题类型 题目类型 试题题型 题目题型 题型名称 题类 题目种类 试题种类 题型分类 题型代码 questiontype "
    "题目类别 基本题型",
    "sub_kind": "小题题型 子题型 子题类型 小题类型",
    "stem": "题干 题目内容 试题内容 题干内容 试题题干 题目题干 小题题干 子题题干 题目描述 试题描述 问题内容 "
    "问题描述 题目正文 试题正文 题面 题文 stem question questiontext questioncontent questionstem",
    "part": "小题 子题",
    "material": "大题题干 材料 背景材料 案例材料 题干材料 材料内容 公共题干 共用题干 案例 案例内容 案例背景 材料题干 "
    "主题干 阅读材料 资料 passage",
    "options": "选项 备选项 备选答案 全部选项 所有选项 选项内容 选择项 候选答案 候选项 可选项 选项列表 options choices "
    "答案选项 题目选项 试题选项",
    "option_right": "是否正确项 是否正确 是否答案 是否正确答案 是否为正确答案 isright iscorrect",
    "answer": "答案 正确答案 参考答案 标准答案 试题答案 题目答案 正确选项 答案内容 正确项 正解 标答 正确结果 答案要点 "
    "正确答案选项 答案字母 answer answers correctanswer rightanswer correct correctanswers correctoption",
    "explanation": "解析 答案解析 试题解析 题目解析 整体解析 试题分析 答案说明 答案解释 题目分析 解题思路 解答 "
    "答题解析 解析内容 试题详解 详解 analysis explanation explain feedback",
    "topic": "知识点 一级知识点 知识模块 知识点名称 所属知识点 考点 考核知识点 知识类别 知识领域 知识点分类 考查知识点 "
    "knowledgepoint knowledge topic",
    "difficulty": "难度 难易度 难度系数 难易程度 试题难度 题目难度 难度等级 难度级别 难度值 难易 难易系数 难度程度 "
    "difficulty level difficultylevel",
    "marks": "分值 分数 题分 得分 本题分数 题目分数 试题分数 题目分值 试题分值 本题分值 每题分数 每题分值 默认分数 "
    "默认分值 单题分数 小题分值 score points mark marks point",
    "marks_each": "单空分数 每空分数 每空分值 单空分值 每空得分",
    "document": "依据 出处 来源 依据文件 文件依据 法律依据 政策依据 题目来源 试题来源 题目出处 试题出处 出题依据 "
    "命题依据 参考依据 依据条文 教材出处 source reference",
    "note": "备注 审题备注 remark comment 出题备注",
    "points": "采分点 得分点 评分标准 评分要点 评分细则 要点 给分点 关键词 答案关键词",
}
_VAGUE: dict[str, str] = {
    "code": "id 编号",
    "kind": "类型 类别 type 题目分类 kind",
    "stem": "题目 试题 问题 内容 试题名称 题目名称 问题名称 标题 题目标题 试题标题 content title text name body "
    "考题 测试题 测试题目 试题题目 应知应会内容 应知应会 考核内容 测试内容 竞赛题目 问答内容",
    "options": "option",
    "topic": "标签 章节 分类 试题分类 所属分类 题库分类 章 节 模块 课程 科目 学科 专业 题库 所属题库 题库名称 所属章节 "
    "章节名称 目录 所属目录 领域 范围 所属范围 课程结构 类目 项目 业务类别 所属科目 所属课程 tag tags category "
    "chapter subject 试题标签 题目标签 标签名称 二级目录 工种 主题 板块 专题",
    "answer": "结果 key",
    "marks": "分",
    "explanation": "说明 注释 讲解 释义 备注说明 理由",
    "document": "文件 教材 参考资料 参考文献",
}
_NOTES = re.compile(r"[(\[【<{][^)\]】>}]{2,}[)\]】>}]")
_WORD = r"(?:备选|可选|选择|候选|试题|题目)?(?:选项|答案|选择|备选项|选择项|项|option|choice|opt|answer)?"
_OPTION = re.compile(rf"^{_WORD}([a-z])(?:选项|项|答案|内容|选项内容)?(?:内容|描述)?$")
_NUMBERED_OPTION = re.compile(
    r"^(?:选项|备选项|备选答案|候选项|选择项|备选|option|choice|opt|选项内容|答案选项)(\d{1,2}|[一二三四五六七八九十])$"
)
_ANSWER = re.compile(r"^(?:答案|正确答案|参考答案|answer)(\d{1,2}|[一二三四五六七八九十])$")
_BLANK = re.compile(r"^(?:空|填空|第|填空项|空格|填空答案|空白)(\d{1,2}|[一二三四五六七八九十])(?:个?空)?(?:答案)?$")
_WRONG = re.compile(
    r"^(?:错误答案|错误选项|干扰项|wronganswer|incorrectanswer|distractor)(\d{1,2}|[一二三四五六七八九十])?$"
)
_RIGHT = re.compile(r"^(?:iscorrect|isright|是否正确|选项是否正确)(\d{1,2}|[a-h])$")
_NUMBERED = (
    (_NUMBERED_OPTION, "option"),
    (_ANSWER, "answer"),
    (_BLANK, "blank"),
    (_RIGHT, "right"),
    (_WRONG, "wrong"),
)
_HAN = "一二三四五六七八九十"
_LEADING = re.compile(r"^(?:\d{1,2}|[①-⑳])[.、)](?=\D)")
_LONGEST_HEADING = 60
_SUB_HEADING = 12
_COUNTED = "12345678"


class Meaning(NamedTuple):
    """What a heading stands for, and how surely (0 before 1)."""

    field: str
    rank: int


def _plain(heading: str) -> str:
    """Return a heading without its notes, spaces and marks, half-width, lower-case."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    bare = re.sub(r"[\s*#:：_()\[\]【】<>《》“”\"'!★☆●▲■◆·.。-]", "", _NOTES.sub("", _LEADING.sub("", folded)))
    return bare.removesuffix("必填").removesuffix("选填")


def _known() -> dict[str, Meaning]:
    known: dict[str, Meaning] = {}
    for rank, names in ((1, _VAGUE), (0, _CLEAR)):
        known |= {_plain(name): Meaning(field, rank) for field, words in names.items() for name in words.split()}
    for column in COLUMNS:
        own = {name: known.get(_plain(name), Meaning(column.field, 0)) for name in column.synonyms}
        known |= {_plain(name): meaning for name, meaning in own.items() if meaning.field == column.field}
    return known | {_plain(column.heading): Meaning(column.field, 0) for column in COLUMNS}


_FIELDS = _known()


@lru_cache(maxsize=4096)
def meaning_of(heading: str) -> Meaning | None:
    """Return what a heading stands for: ``stem``, ``option:C``, ``blank:2`` …; None for a stranger."""
    if not heading or len(heading) > _LONGEST_HEADING * 4:
        return None
    for text in dict.fromkeys((heading, heading.split("\n", 1)[0], re.split("[:：]", heading, maxsplit=1)[0])):
        plain = _plain(text)
        if len(plain) > _LONGEST_HEADING:
            continue
        found = _FIELDS.get(plain) or _numbered(plain)
        if found:
            return found
    return None


def _numbered(plain: str) -> Meaning | None:
    for pattern, kind in _NUMBERED:
        found = pattern.match(plain)
        if found:
            number = _number(found[1] or "1")
            lettered = kind in {"option", "right"}
            return Meaning(f"{kind}:{ascii_uppercase[number - 1] if lettered else number}", 0) if number else None
    option = _OPTION.match(plain)
    return Meaning(f"option:{option[1].upper()}", 0) if option else None


def _number(text: str) -> int:
    """Return 3 for 3, 三 and c; 0 for what counts no option."""
    if text in _HAN:
        return _HAN.index(text) + 1
    number = int(text) if text.isdigit() else ord(text) - ord("a") + 1
    return number if 0 < number <= len(ascii_uppercase) else 0


def field_of(heading: str) -> str | None:
    """Return the field a heading stands for; None for a stranger."""
    found = meaning_of(heading)
    return found.field if found else None


class Header(NamedTuple):
    """Where the header stands (row counted from 0), the column of each field, the heading it has there.

    ``others`` are the columns we do not know, with their headings: nothing of a row is lost when it is written back.
    """

    row: int
    fields: Mapping[str, int]
    headings: Mapping[str, str]
    others: tuple[tuple[int, str], ...] = ()

    def heading(self, field: str) -> str:
        """Return how the sheet itself calls a field, or our template if the sheet has no such column."""
        return self.headings.get(field) or heading_of(field)


OWN_HEADER = Header(0, {}, {})
"""The headings of our own template."""


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """Return the row among the first ten that names the stem and most other fields; None if no row does.

    A header may take two rows: 选项 above, A B C D below; and cells merged to the right leave blank headings.
    """
    return _header_in(rows, 0, HEADER_ROWS) or _header_in(rows, HEADER_ROWS, _LATEST)


def _header_in(rows: Sequence[Sequence[str]], first: int, behind: int) -> Header | None:
    """Return the best header among the rows from ``first``; below the first ten it must name more than two columns."""
    best: Header | None = None
    for number, row in enumerate(rows[first:behind], first):
        found = header_of(row, number)
        if found and first and len(found.fields) <= _LEAST_BELOW:
            continue
        below = rows[number + 1] if number + 1 < len(rows) else ()
        both = _two_rows(row, below, number)
        if both and (found is None or len(both.fields) > len(found.fields)):
            found = both
        if found and (best is None or len(found.fields) > len(best.fields)):
            best = found
    return _spread(best, rows) if best else None


def header_of(row: Sequence[str], number: int) -> Header | None:
    """Return the header a row is; None when it does not name the stem and something else."""
    fields: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for place, heading in enumerate(row):
        found = meaning_of(heading) if heading else None
        if found and found.rank < ranks.get(found.field, 2):
            fields[found.field], ranks[found.field] = place, found.rank
    _count_options(fields, row)
    _settle(fields, row)
    if "stem" not in fields or len(fields) < 2:
        return None
    taken = set(fields.values())
    others = tuple((place, text) for place, text in enumerate(row) if text and place not in taken)
    return Header(number, fields, {field: row[place] for field, place in fields.items()}, others)


def _settle(fields: dict[str, int], row: Sequence[str]) -> None:
    """Decide what depends on the other columns: 答案1 is an option beside 答案, and the answer of a blank otherwise."""
    if "stem" not in fields and "part" in fields:
        fields["stem"] = fields.pop("part")
    if "stem" not in fields and "material" in fields:
        fields["stem"] = fields.pop("material")
    numbered = [field for field in fields if field.startswith("answer:")]
    several = any(field.startswith("option:") for field in fields) or "answer" not in fields
    for field in numbered:
        number = int(field.removeprefix("answer:"))
        name = f"blank:{number}" if several else f"option:{ascii_uppercase[number - 1]}"
        fields.setdefault(name, fields.pop(field))
    if "option_right" in fields and "options" in fields:
        fields["option_text"] = fields.pop("options")
    if sum(field.startswith("option:") for field in fields) == 1 and "option:A" not in fields:
        lone = next(field for field in fields if field.startswith("option:"))
        del fields[lone]
    if "option:A" not in fields and "options" not in fields:
        _first_option(fields, row)


def _count_options(fields: dict[str, int], row: Sequence[str]) -> None:
    """Headings 1, 2, 3, 4 behind the stem are options."""
    if "stem" not in fields or any(field.startswith("option") for field in fields):
        return
    counted = [place for place, text in enumerate(row) if text and text in _COUNTED and place > fields["stem"]]
    if len(counted) > 1 and [row[place] for place in counted] == [*_COUNTED[: len(counted)]]:
        fields |= {f"option:{letter}": place for letter, place in zip(ascii_uppercase, counted, strict=False)}


def _first_option(fields: dict[str, int], row: Sequence[str]) -> None:
    """A blank heading left of 选项B is 选项A."""
    place = fields.get("option:B", 0) - 1
    if place >= 0 and place < len(row) and not row[place]:
        fields["option:A"] = place


def _two_rows(row: Sequence[str], below: Sequence[str], number: int) -> Header | None:
    """Return the header two rows make together; None when the second is no list of headings."""
    filled = [text for text in below if text]
    if len(filled) < 2 or any(len(text) > _SUB_HEADING or field_of(text) is None for text in filled):
        return None
    width = max(len(row), len(below))
    upper = [*row, *[""] * (width - len(row))]
    lower = [*below, *[""] * (width - len(below))]
    both = header_of([under or over for over, under in zip(upper, lower, strict=True)], number + 1)
    return both if both and header_of(below, number + 1) is None else None


def _spread(header: Header, rows: Sequence[Sequence[str]]) -> Header:
    """Give the blank headings right of 选项 to the options when something stands below them."""
    place = header.fields.get("options")
    if place is None:
        return header
    row = rows[header.row]
    end = next((at for at in range(place + 1, len(row)) if row[at]), len(row))
    sample = rows[header.row + 1 : header.row + 30]
    while end > place + 1 and not any(len(line) >= end and line[end - 1] for line in sample):
        end -= 1
    if end < place + 2:
        return header
    fields = {field: at for field, at in header.fields.items() if field != "options"}
    fields |= {f"option:{ascii_uppercase[at - place]}": at for at in range(place, min(end, place + 26))}
    return header._replace(fields=fields, headings={**header.headings, "option:A": "选项A"})
