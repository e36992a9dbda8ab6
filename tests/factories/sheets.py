"""Printable papers without a database."""

from collections.abc import Sequence
from decimal import Decimal

from exam.papers.specification import Plan, Section
from exam.papers.transcript import Holder, Line, Pictures, Sheet, SheetSection, sections_of
from question_bank.enums import Kind, TextForm, default_rule
from question_bank.kinds import content_of, shuffle
from tests.factories.papers import NINE_KINDS, Contents


def make_sections(
    contents: Contents = NINE_KINDS, *, with_key: bool = False, pictures: Pictures | None = None
) -> tuple[SheetSection, ...]:
    """One section for every question, in their order."""
    lines = []
    sections = []
    for place, (data, marks) in enumerate(contents):
        kind, form = Kind(data["kind"]), TextForm(data.get("form", TextForm.ORDINARY))
        fixed = "DIAGNOSIS" if form is TextForm.DIAGNOSIS else ""
        worth = Decimal(marks)
        sections.append(
            Section(title=kind.chinese, kinds=(kind,), forms=(form,), count=1, marks_each=worth, fixed=fixed)
        )
        content = content_of(kind, data)
        lines.append(
            Line(place + 1, place, content, shuffle(content, place), default_rule(kind), worth, pictures=pictures or {})
        )
    total = sum((section.total for section in sections), Decimal(0))
    plan = Plan(sections=tuple(sections), minutes=60, total=total, pass_marks=total / 2)
    return sections_of(plan, lines, with_key=with_key)


def make_sheet(
    sections: Sequence[SheetSection] | None = None,
    *,
    name: str = "欧阳𬭎翀",
    spare: bool = False,
    with_key: bool = False,
) -> Sheet:
    """A paper of `sections`, of every kind where none are given; a spare one has no holder."""
    found = make_sections(with_key=with_key) if sections is None else tuple(sections)
    return Sheet(
        title="业务卷（镇级及园区）",
        code="K7M2PQ9XWD",
        total=Decimal(100),
        minutes=60,
        open_book=False,
        sections=found,
        heading="2027年巡回　第12场　石桥镇",
        holder=Holder() if spare else Holder(name, "石桥镇人民政府", "012007", "7"),
        spare=spare,
    )
