"""The items of a paper as their candidate was given them, read in one query and understood once.

A version of a question is the same on every paper that has it, so what its JSON means is kept by the JSON itself: no
answer read later can depend on which database, paper or hour it was understood in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, Text, bindparam, cast, select
from sqlalchemy.orm import Session

from exam.database import by_columns
from exam.papers.models import PaperItem
from question_bank.enums import Kind, ScoringRule
from question_bank.kinds import Content, Order, content_of
from question_bank.models import Question, QuestionVersion
from question_bank.scoring import RuleOptions, options_in

CONTENTS = 2048
"""Contents kept understood: the questions of many halls; one takes about ten kilobytes."""

ORDERS = 8192


@dataclass(frozen=True)
class FrozenItem:
    """One item of one paper as its candidate was given it; `section` counts from 1."""

    item_id: int
    position: int
    section: int
    rule: ScoringRule
    marks: Decimal
    options: RuleOptions
    content: Content
    order: Order
    version_id: int
    code: str


def frozen_items(session: Session, paper_id: int) -> tuple[FrozenItem, ...]:
    """The items of a paper in its order."""
    return tuple(_item(row) for row in by_columns(session).execute(_WHOLE, {"paper": paper_id}))


def items_by_id(session: Session, paper_id: int, item_ids: Sequence[int]) -> dict[int, FrozenItem]:
    """Those of `item_ids` that belong to the paper."""
    rows = by_columns(session).execute(_SOME, {"paper": paper_id, "items": list(item_ids)})
    return {row.id: _item(row) for row in rows}


def frozen(item: PaperItem) -> FrozenItem:
    """A row of a paper as a value."""
    version = item.version
    return FrozenItem(
        item_id=item.id,
        position=item.position,
        section=item.section,
        rule=item.rule,
        options=options_in(item.rule_options),
        marks=item.marks,
        content=content_of(version.question.kind, version.content),
        order=Order.model_validate(item.order),
        version_id=version.id,
        code=version.question.code,
    )


def _selected() -> Select[Any]:
    return (
        select(PaperItem.id, PaperItem.position, PaperItem.section, PaperItem.rule, PaperItem.marks)
        .add_columns(
            cast(PaperItem.rule_options, Text).label("options"),
            cast(PaperItem.order, Text).label("shuffled"),
            cast(QuestionVersion.content, Text).label("content"),
        )
        .add_columns(PaperItem.question_version_id, Question.kind, Question.code)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(PaperItem.paper_id == bindparam("paper"))
        .order_by(PaperItem.position)
    )


_WHOLE = _selected()
_SOME = _selected().where(PaperItem.id.in_(bindparam("items", expanding=True)))


def _item(row: Row[Any]) -> FrozenItem:
    return FrozenItem(
        item_id=row.id,
        position=row.position,
        section=row.section,
        rule=row.rule,
        options=_options(row.options),
        marks=row.marks,
        content=_content(row.kind, row.content),
        order=_order(row.shuffled),
        version_id=row.question_version_id,
        code=row.code,
    )


@lru_cache(maxsize=CONTENTS)
def _content(kind: Kind, text: str) -> Content:
    return content_of(kind, json.loads(text))


@lru_cache(maxsize=ORDERS)
def _order(text: str) -> Order:
    return Order.model_validate_json(text)


@lru_cache(maxsize=64)
def _options(text: str) -> RuleOptions:
    return options_in(json.loads(text))
