"""Printable papers without a database."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from exam.papers.specification import Plan, Section
from exam.papers.transcript import Holder, Line, Sheet, sections_of
from question_bank.enums import Kind, TextForm, default_rule
from question_bank.kinds import content_of, plain_order
from tests.factories.papers import NINE_KINDS

Contents = Sequence[tuple[dict[str, Any], int | str | Decimal]]


def make_sheet(contents: Contents = NINE_KINDS, *, with_key: bool = False) -> Sheet:
    """One section for each question."""
    sections, lines = [], []
    for number, (data, marks) in enumerate(contents):
        kind = Kind(data["kind"])
        form = TextForm(data.get("form", "ordinary"))
        fixed = "DIAGNOSIS" if form is TextForm.DIAGNOSIS else ""
        title = form.chinese if fixed else kind.chinese
        sections.append(
            Section(title=title, kinds=(kind,), forms=(form,), count=1, marks_each=Decimal(marks), fixed=fixed)
        )
        content = content_of(kind, data)
        cited = (("《企业投资项目核准和备案管理条例》", "第十三条"),) if kind is not Kind.NUMERIC else ()
        order = plain_order(content)
        lines.append(Line(number, number, content, order, default_rule(kind), Decimal(marks), citations=cited))
    total = sum((section.total for section in sections), Decimal(0))
    plan = Plan(sections=tuple(sections), minutes=60, total=total, pass_marks=Decimal(1))
    return Sheet(
        title="业务卷（演示）",
        code="ABCDEFGHJK",
        total=total,
        minutes=60,
        open_book=False,
        sections=sections_of(plan, lines, with_key=with_key),
        heading="巡回培训",
        holder=Holder(name="张𬭎", unit="石桥镇", number="7KQ2M9XA", seat="12"),
    )
