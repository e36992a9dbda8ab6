"""What is shown before an import writes anything."""

import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from question_bank import operations
from question_bank.comparison import Outcome, compare
from question_bank.exchange import json as json_format
from question_bank.exchange.preview import Fate, Preview, preview
from question_bank.exchange.shape import document_of
from question_bank.models import Question
from tests.conftest import NOON
from tests.factories.bank import make_draft

pytestmark = pytest.mark.db


def _preview(session: Session, drafts, *more: dict) -> Preview:
    document = document_of(drafts)
    document["questions"] += more
    return preview(session, json_format.read(json.dumps(document).encode()))


def test_each_item_has_its_fate(session: Session) -> None:
    same, changed, twin, fresh = (make_draft() for _ in range(4))
    operations.import_drafts(session, [same, changed, twin], by=None, at=NOON)
    reworded = changed.model_copy(update={"content": changed.content.model_copy(update={"stem": "改过的题干？"})})
    found = _preview(session, [same, reworded, twin.model_copy(update={"code": "TWIN"}), fresh], {"id": "BAD"})
    assert [entry.fate for entry in found.entries] == [
        Fate.UNCHANGED,
        Fate.UPDATED,
        Fate.DUPLICATE,
        Fate.ACCEPTED,
        Fate.REJECTED,
    ]
    assert found.counts[Fate.ACCEPTED] == 1
    assert [entry.item.name for entry in found.failed] == ["TWIN", "BAD"]
    assert [len(entry.faults) for entry in found.failed] == [1, 1]


def test_a_preview_writes_nothing(session: Session) -> None:
    _preview(session, [make_draft()])
    assert session.scalar(select(func.count()).select_from(Question)) == 0


def test_what_could_not_be_published_needs_attention(session: Session) -> None:
    found = _preview(session, [make_draft(), make_draft(citations=[])])
    assert [(entry.item.name, [problem.where for problem in entry.attention]) for entry in found.attention] == [
        (found.entries[1].item.name, ["citations"])
    ]


def test_the_same_wording_with_another_key_is_taken_and_told(session: Session) -> None:
    first = make_draft(code="A-1")
    other = first.model_copy(
        update={"code": "A-2", "content": first.content.model_copy(update={"explanation": "另一说。"})}
    )
    twin = first.model_copy(update={"code": "A-3"})
    steps = compare(session, [first, other, twin])
    assert [(step.outcome, step.of) for step in steps] == [
        (Outcome.NEW, ""),
        (Outcome.NEW, ""),
        (Outcome.DUPLICATE, "A-1"),
    ]
    assert "answer" in {problem.where for problem in steps[1].cautions}
    operations.import_drafts(session, [first], by=None, at=NOON)
    assert [(step.outcome, step.of) for step in compare(session, [other, twin])] == [
        (Outcome.NEW, ""),
        (Outcome.DUPLICATE, "A-1"),
    ]
