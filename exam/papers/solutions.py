"""Pure: what an answer key says of each question, line by line, for print and for Word."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from exam.papers.transcript import SheetItem, SheetSection, written_marks
from question_bank.enums import Kind
from question_bank.kinds import KeyView
from question_bank.rounding import HUNDREDTH

BY_LETTER = frozenset({Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE})
"""Kinds whose answers a table at the head of the section shows at a glance."""
BY_HOST = "由主持人按清晰、完整程度评分，不设参考答案。"


class Role(StrEnum):
    """What a line says."""

    ANSWER = "answer"
    POINT = "point"
    NOTE = "note"


class Solved(NamedTuple):
    """One line: `head` stands before the text (1．, （2）, 解析：), `level` 0 for a question, 1 for a sub-question."""

    role: Role
    level: int
    head: str
    text: str


def solution(item: SheetItem) -> tuple[Solved, ...]:
    """Answer, key points, accepted forms, explanation and citations of one question. ValueError without its key."""
    if item.key is None:
        raise ValueError("the sheet was read without its key")
    lines = list(_solved(item.key, f"{item.number}．", item.marks, 0))
    cited = cited_line(item.citations)
    if cited:
        lines.append(Solved(Role.NOTE, 0, "依据：", cited))
    return tuple(lines)


def glance(section: SheetSection) -> tuple[tuple[str, str], ...]:
    """(number, letters) of every question answered by letters or by √ and ×; nothing if there are fewer than three."""
    found = tuple(
        (str(item.number), item.key.answer) for item in section.items if item.key is not None and item.kind in BY_LETTER
    )
    return found if len(found) > 2 else ()


def cited_line(citations: Sequence[tuple[str, str]]) -> str:
    """《甲》第一条、第二条；《乙》, every document once, in the order of the citations."""
    articles: dict[str, dict[str, None]] = {}
    for document, article in citations:
        articles.setdefault(document, {})[article] = None
    return "；".join(f"{document}{'、'.join(each for each in found if each)}" for document, found in articles.items())


def _solved(key: KeyView, head: str, marks: Decimal, level: int) -> Iterator[Solved]:
    """The answer, then key points with their marks out of `marks`, then the sub-questions, then what explains them."""
    answer = key.answer or ("见各小题。" if key.parts else BY_HOST)
    yield Solved(Role.ANSWER, level, head, f"{answer}（{written_marks(marks)}分）")
    if key.kind is Kind.FILL_BLANK and any(len(forms) > 1 for forms in key.accepted):
        yield Solved(Role.NOTE, level, "可接受：", "；".join("／".join(forms) for forms in key.accepted if forms))
    yield from _points(key, marks, level)
    for part in key.parts:
        yield from _solved(part.key, f"（{part.label}）", part.marks, level + 1)
    for error in key.errors:
        yield Solved(Role.NOTE, level, f"常见错误{error.label}：", error.text)
    if key.explanation:
        yield Solved(Role.NOTE, level, "解析：", key.explanation)


def _points(key: KeyView, marks: Decimal, level: int) -> Iterator[Solved]:
    whole = sum((point.marks for point in key.points), Decimal(0))
    for number, point in enumerate(key.points, 1):
        share = (point.marks * marks / whole).quantize(HUNDREDTH) if whole else Decimal(0)
        terms = "；".join("／".join(group) for group in point.terms)
        words = f"{point.point}（要点词：{terms}）" if terms and terms != point.point else point.point
        yield Solved(Role.POINT, level, f"采分点{number}（{written_marks(share)}分）：", words)
