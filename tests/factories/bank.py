"""Questions for tests: a test states only what matters to it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from question_bank import operations
from question_bank.drafts import Draft, DraftCitation
from question_bank.enums import Kind, Status
from question_bank.kinds import content_of
from question_bank.models import Question
from tests.conftest import NOON
from tests.factories.numbering import numbers

CONFIRMED = {
    "document": "企业投资项目核准和备案管理条例",
    "article": "第十三条",
    "fact_id": "F013",
    "status": "CONFIRMED",
    "in_force": "2017-02-01",
}


def make_draft(**values: Any) -> Draft:
    """A sound single choice with a confirmed citation; ``content`` replaces fields of its content, ``kind`` its kind."""
    number = next(numbers)
    kind = values.pop("kind", Kind.SINGLE_CHOICE)
    content = {"stem": f"第{number}题：企业应当何时告知备案机关？", "explanation": "条例第十三条。"}
    if kind is Kind.SINGLE_CHOICE:
        content |= {"options": [{"key": key, "text": f"{key}{number}项内容"} for key in "ABCD"], "answer": "B"}
    content |= values.pop("content", {})
    defaults = {
        "code": f"T{number:04d}",
        "topic": "PROC",
        "subtopic": "立项-备案",
        "difficulty": 2,
        "marks": 2,
        "citations": [DraftCitation(**CONFIRMED)],
    }
    return Draft(content=content_of(kind, content), **(defaults | values))


def make_question(
    session: Session, *, status: Status = Status.PUBLISHED, at: datetime = NOON, **values: Any
) -> Question:
    """A question in the bank, taken to ``status`` (draft, in review or published) through the real operations."""
    question, _ = operations.create_question(session, make_draft(**values), by=None, at=at)
    for to in (Status.IN_REVIEW, Status.PUBLISHED)[: {Status.DRAFT: 0, Status.IN_REVIEW: 1}.get(status, 2)]:
        operations.advance(session, question, to, by=None, at=at)
    return question
