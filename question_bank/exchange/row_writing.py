"""A draft → rows of a spreadsheet. Pure. What they cannot hold exactly is refused with the reason."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from question_bank.enums import Audience, Kind, PaperKind, TextForm
from question_bank.errors import N_, Problem
from question_bank.exchange.cells import LONGEST, protected
from question_bank.exchange.columns import OPTION_LETTERS
from question_bank.exchange.row_answers import ANY_ORDER, BESIDE, BOOK_MARKS, CAP, FORBIDDEN, IN_ORDER, NOTHING, VETO
from question_bank.exchange.shape import AUDIENCE_WORDS
from question_bank.kinds.blank import FillBlankContent
from question_bank.kinds.case import CaseContent, SubQuestion
from question_bank.kinds.choice import ChoiceContent
from question_bank.kinds.key_points import KeyPoint
from question_bank.kinds.matching import MatchingContent
from question_bank.kinds.numeric import NumericContent
from question_bank.kinds.ordering import OrderingContent
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.kinds.true_false import TrueFalseContent
from question_bank.numerals import written
from question_bank.taxonomy import PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from question_bank.drafts import Draft
    from question_bank.kinds import Content

KIND_WORDS = {
    Kind.SINGLE_CHOICE: "单选",
    Kind.MULTIPLE_CHOICE: "多选",
    Kind.TRUE_FALSE: "判断",
    Kind.FILL_BLANK: "填空",
    Kind.NUMERIC: "计算",
    Kind.ORDERING: "排序",
    Kind.MATCHING: "匹配",
    Kind.SHORT_ANSWER: "简答",
    Kind.CASE: "案例分析",
}
STATUS_WORDS = {"CONFIRMED": "已核实", "FROM-KNOWLEDGE": "行业常识", "DEMO": "演示", "": "待核实"}
_YES = "是"
_MARKS = "、，,/／｜|"


class CannotHold(Exception):  # noqa: N818 - the name is the sentence a reader sees
    """A row cannot hold this question: why."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem."""
        super().__init__(str(problem))
        self.problem = problem


def cells_of(draft: Draft) -> list[dict[str, str]]:
    """Return the rows of ``draft``, cells by field; a case has one for its material and one for each sub-question.

    Raises ``CannotHold`` for what does not fit a cell.
    """
    rows = [_beside(draft) | {"marks": written(draft.marks), "scoring": draft.scoring_note} | _content(draft.content)]
    if isinstance(draft.content, CaseContent):
        rows += [_part(draft.code, sub) for sub in draft.content.subquestions]
    for cells in rows:
        long = next((field for field, text in cells.items() if len(text) > LONGEST), None)
        if long:
            raise CannotHold(Problem(long, N_("The text is longer than a cell can hold.")))
    return [{field: text for field, text in cells.items() if text} for cells in rows]


def _part(case: str, sub: SubQuestion) -> dict[str, str]:
    beside = {"code": sub.id, "group": case, "marks": written(sub.marks), "scoring": sub.scoring_note}
    return beside | _content(sub.content)


def _kind_word(content: Content) -> str:
    form = content.form if isinstance(content, ShortAnswerContent) else TextForm.ORDINARY
    return KIND_WORDS[content.kind] if form is TextForm.ORDINARY else form.chinese


def _beside(draft: Draft) -> dict[str, str]:
    papers = {frozenset({PaperKind.BUSINESS}): "业务卷", frozenset({PaperKind.PRACTICAL}): "问题卷"}
    cited = draft.citations
    return {
        "code": draft.code,
        "topic": f"{draft.topic}{PLACES.get(draft.topic, '')}",
        "subtopic": draft.subtopic,
        "difficulty": str(int(draft.difficulty)),
        "paper": papers.get(frozenset(draft.papers), "两卷"),
        "audience": "、".join(AUDIENCE_WORDS[audience] for audience in draft.audiences if audience in Audience),
        "unit": draft.unit_code,
        "document": "\n".join(each.document for each in cited),
        "article": _column([each.article for each in cited]),
        "in_force": _column([each.in_force for each in cited]),
        "status": _column([STATUS_WORDS.get(each.status, each.status) for each in cited]),
        "fact": _column([each.fact_id for each in cited]),
        "valid_to": draft.valid_to.isoformat() if draft.valid_to else "",
        "time_sensitive": _YES if draft.time_sensitive else ("否" if draft.valid_to else ""),
        "core": _YES if draft.common_core else "",
        "demo": _YES if draft.demo_only else "",
        "note": draft.reviewer_note,
    }


def _column(texts: Sequence[str]) -> str:
    """Return one line for each document, a dash where nothing is known; nothing when all are empty."""
    return "\n".join(text or NOTHING for text in texts) if any(texts) else ""


def _content(content: Content) -> dict[str, str]:
    """Return the cells of the content: kind, stem, explanation, and what the kind has of its own."""
    cells = {"kind": _kind_word(content), "stem": content.stem, "explanation": content.explanation}
    return cells | _own(content)


def _own(content: Content) -> dict[str, str]:
    if isinstance(content, TrueFalseContent):
        return {"answer": _judgement(content)}
    if isinstance(content, NumericContent):
        return _numeric(content)
    if isinstance(content, ShortAnswerContent):
        return _short_answer(content)
    if isinstance(content, CaseContent):
        return {"answer": content.reference}
    return _fill_blank(content) if isinstance(content, FillBlankContent) else _lettered(content)


def _judgement(content: TrueFalseContent) -> str:
    """对, 错, or 错（改正：须经→无须经｜不需要）."""
    if not content.corrections:
        return "对" if content.answer else "错"
    forms = "｜".join(protected(form, "｜|") for form in content.corrections)
    return f"错（改正：{f'{content.wrong}→' if content.wrong else ''}{forms}）"


def _lettered(content: Content) -> dict[str, str]:
    """Return the cells of the kinds whose answer is letters."""
    if isinstance(content, ChoiceContent):
        pinned = "".join(option.key for option in content.options if option.pinned)
        options = [(option.key, option.text) for option in content.options]
        right = [key for key, _ in options if key in content.right]
        return _options(options) | {"answer": "".join(right), "pinned": pinned}
    if isinstance(content, OrderingContent):
        items = [(item.key, item.text) for item in content.items]
        return _options(items) | {"answer": "\n".join("".join(order) for order in content.accepted)}
    if isinstance(content, MatchingContent):
        return {
            "left": "\n".join(f"{row.key}. {row.text}" for row in content.left),
            "right": "\n".join(f"{row.key}. {row.text}" for row in content.right),
            "answer": "\n".join(f"{left}-{right}" for left, right in content.pairs.items()),
        }
    return {}


def _options(options: Sequence[tuple[str, str]]) -> dict[str, str]:
    if [key for key, _ in options] != list(ascii_uppercase[: len(options)]) or len(options) > len(OPTION_LETTERS):
        template = N_("Only options lettered A to H in order fit into a row.")
        raise CannotHold(Problem("options", template))
    return {f"option:{key}": text for key, text in options}


def _fill_blank(content: FillBlankContent) -> dict[str, str]:
    rules = [ANY_ORDER] * content.any_order + [BOOK_MARKS] * content.keep_book_marks + [content.normal_form_note]
    return {
        "answer": "\n".join("｜".join(protected(form, "｜|") for form in forms) for forms in content.answers),
        "blank_rules": "\n".join(rule for rule in rules if rule),
    }


def _numeric(content: NumericContent) -> dict[str, str]:
    return {
        "answer": written(content.answer),
        "tolerance": written(content.tolerance),
        "measure": content.unit,
        "errors": "\n".join(f"{written(error.value)}：{error.feedback}" for error in content.common_errors),
    }


def _short_answer(content: ShortAnswerContent) -> dict[str, str]:
    return {"answer": content.reference, "points": rubric_text(content), "model": _YES if content.is_model else ""}


def rubric_text(content: ShortAnswerContent) -> str:
    """The key points as the cell of a spreadsheet has them, one a line; read again by ``row_answers.rubric_of``."""
    points = [_point(number, point) for number, point in enumerate(content.rubric, 1)]
    if content.cap is not None:
        points.append(f"{CAP}{written(content.cap)}分")
    if content.veto:
        points.append(VETO + "、".join(protected(term, _MARKS) for term in content.veto))
    return "\n".join(points)


def _point(number: int, point: KeyPoint) -> str:
    """Write one key point as a line: [k3] 2分（部分1分）：要点 ｜ 词1、词2 / 词3 ｜ 忌：词4."""
    name = "" if point.id == f"k{number}" else f"[{point.id}] "
    part = f"（部分{written(point.partial)}分）" if point.partial is not None else ""
    part = f"（每组{written(point.per_group)}分）" if point.per_group is not None else part
    groups = " / ".join("、".join(protected(term, _MARKS) for term in group) for group in point.keyword_groups)
    words = f" ｜ {groups}" if groups else ""
    if point.forbidden:
        words += f" ｜ {FORBIDDEN}" + "、".join(protected(term, _MARKS) for term in point.forbidden)
    beside = [f"任{point.needed}组"] if point.needed else []
    beside += [IN_ORDER] if point.in_order else []
    beside += [f"误答扣{written(point.deduction)}分"] if point.deduction else []
    words += f" ｜ {BESIDE}{'、'.join(beside)}" if beside else ""
    return f"{name}{written(point.marks)}分{part}：{protected(point.point, '｜|')}{words}"
