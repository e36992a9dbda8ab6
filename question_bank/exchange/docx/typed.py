"""Lines of a document or a text → its questions: under tags, or typed as a paper. Pure."""

from __future__ import annotations

from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.exchange.columns import heading_of
from question_bank.exchange.headings import OWN_HEADER
from question_bank.exchange.paper.lines import Line
from question_bank.exchange.paper.reader import read_paper
from question_bank.exchange.paper.tagged import Tagged, is_tagged, read_tagged
from question_bank.exchange.reading import Fault, Item
from question_bank.exchange.rows import item_of

_NO_QUESTION = {"stem", "marks"}


def items_of_lines(lines: list[Line], topic: str) -> list[Item]:
    """Return an item for every question; ``topic`` is the root for those that name none of the eight."""
    return [_item(each, topic) for each in _questions(lines)]


def _questions(lines: list[Line]) -> list[Tagged]:
    if is_tagged(lines):
        return read_tagged(lines)
    return [Tagged(tuple(block.rows()), tuple(dict.fromkeys(block.lost))) for block in read_paper(lines)]


def _item(found: Tagged, topic: str) -> Item:
    item = item_of(found.rows, OWN_HEADER, sheet="", topic=topic)
    bare = found.rows[0].cells.keys() <= _NO_QUESTION
    if bare and len(found.rows) == 1 and item.draft and item.draft.kind is Kind.SHORT_ANSWER:
        template = N_("This has neither a kind nor options, blanks or an answer, so it may be no question.")
        fault = Fault(heading_of("answer"), "", Problem("answer", template))
        return Item(**{**item.__dict__, "draft": None, "faults": (fault,), "cautions": ()})
    lost = tuple(Problem("stem", template, {}, warning=True) for template in found.lost)
    return Item(**{**item.__dict__, "cautions": (*item.cautions, *lost)})
