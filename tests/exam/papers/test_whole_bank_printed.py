"""Every shipped question in every edition: what a glance at a few papers would miss."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from exam.papers.blocks import item_blocks
from exam.papers.transcript import Line, item_of
from exam.printing import fonts
from exam.printing.edition import EDITIONS
from exam.printing.layout import Row, Stroke, Text, end_of
from exam.printing.wrapping import CLOSING, NOT_FIRST, NOT_LAST
from question_bank.content import shipped
from question_bank.enums import default_rule
from question_bank.kinds import plain_order

pytestmark = pytest.mark.soak


def _rows(size: str) -> Iterator[Row]:
    for draft in shipped(demo=True):
        content = draft.content
        line = Line(0, 0, content, plain_order(content), default_rule(content.kind), Decimal(10))
        for block in item_blocks(item_of(28, line, with_key=False), EDITIONS[size]):
            assert block.height <= EDITIONS[size].frame.height
            yield from block.rows


@pytest.mark.parametrize("size", EDITIONS)
def test_every_line_keeps_the_rules_and_its_column(size: str) -> None:
    edition = EDITIONS[size]
    for row in _rows(size):
        words = [mark for mark in row.marks if isinstance(mark, Text)]
        ruled = any(isinstance(mark, Stroke) for mark in row.marks)
        for run in words:
            assert fonts.missing(run.text) == ()
            assert ruled or run.text[0] not in NOT_FIRST
            assert ruled or run.text[-1] not in NOT_LAST
        if words:
            last = words[-1]
            hangs = edition.text / 2 if last.text[-1] in CLOSING else 0.0
            behind = last.spread * last.size / 1000
            assert end_of(row) - behind <= edition.room + hangs + 0.5
