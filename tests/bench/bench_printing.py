"""How fast 100 individual papers of four pages are printed into one file, beside ReportLab's canvas alone.

The canvas draws the same strings of the same papers in the same faces at the same places, without laying anything out
and without lines, codes or frames. Both are measured in CPU seconds of this process, one after the other, in rounds;
the faces are loaded before. Budgets: 150 pages a CPU second, 30 KB a paper, 60 % of the pages of the canvas alone.
"""

import hashlib
import random
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from exam.papers import booklet
from exam.papers.booklet import paper_blocks
from exam.papers.specification import Plan, Section
from exam.papers.transcript import Holder, Line, Sheet, sections_of
from exam.printing import fonts
from exam.printing.edition import STANDARD
from exam.printing.layout import Text
from exam.printing.paging import paginate
from question_bank.content import shipped
from question_bank.drafts import Draft
from question_bank.enums import Kind, TextForm
from question_bank.kinds import rules_of, shuffle

PAPERS, PAGES = 100, 4
ROUNDS = 5
SPEED, WEIGHT, SHARE = 150.0, 30_000, 0.6
COUNTS = (
    (Kind.SINGLE_CHOICE, 15, "1"),
    (Kind.MULTIPLE_CHOICE, 6, "2"),
    (Kind.TRUE_FALSE, 8, "1"),
    (Kind.FILL_BLANK, 4, "2"),
    (Kind.ORDERING, 1, "5"),
)
"""34 questions that fill four pages with text; what is answered in writing would only leave them emptier."""


def plan() -> Plan:
    sections = [
        Section(title=kind.chinese, kinds=(kind,), count=count, marks_each=Decimal(marks))
        for kind, count, marks in COUNTS
    ]
    total = sum((section.total for section in sections), Decimal(0))
    return Plan(sections=tuple(sections), minutes=60, total=total, pass_marks=Decimal(1))


def paper(number: int, made: Plan, bank: dict[Kind, list[Draft]]) -> Sheet:
    """A paper of its own: other questions in another order with other orders of options."""
    chance = random.Random(number)
    lines = []
    for place, section in enumerate(made.sections):
        kind = section.kinds[0]
        for draft in chance.sample(bank[kind], section.count):
            order = shuffle(draft.content, chance.randrange(2**31))
            lines.append(Line(0, place, draft.content, order, section.rule(kind), section.marks_each))
    return Sheet(
        title="业务卷（镇级及园区）",
        code=f"A{number:09d}",
        total=made.total,
        minutes=60,
        open_book=False,
        sections=sections_of(made, lines, with_key=False),
        heading="全县招商引资干部能力提升巡回培训",
        holder=Holder(f"演示{number}", "石桥镇人民政府", f"K{number:07d}", str(number)),
    )


def papers() -> list[Sheet]:
    bank: dict[Kind, list[Draft]] = {kind: [] for kind, _, _ in COUNTS}
    for draft in shipped(demo=True):
        rules = rules_of(draft.content.kind)
        twice = draft.content.kind is Kind.FILL_BLANK and rules.slots(draft.content) != 2
        if draft.content.kind in bank and draft.form is not TextForm.DIAGNOSIS and not twice:
            bank[draft.content.kind].append(draft)
    made = plan()
    return [paper(number, made, bank) for number in range(1, PAPERS + 1)]


Strings = list[list[tuple[float, float, str, str, float]]]


def strings_of(sheets: list[Sheet]) -> Strings:
    """By page what is written where: x, y, text, face, size."""
    frame = STANDARD.frame
    pages: Strings = []
    for sheet in sheets:
        for number, rows in enumerate(paginate(paper_blocks(sheet, STANDARD), frame.height), 1):
            x, top = frame.begin(number), frame.page[1] - frame.top
            pages.append(
                [
                    (x + mark.x, top - down - mark.down, mark.text, mark.font, mark.size)
                    for down, row in rows
                    for mark in row.marks
                    if isinstance(mark, Text)
                ]
            )
    return pages


def bare(pages: Strings) -> bytes:
    """The canvas alone."""
    file = BytesIO()
    canvas = Canvas(file, pageCompression=1, invariant=1, initialFontName=fonts.BODY)
    for page in pages:
        for x, y, text, font, size in page:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def ours(sheets: list[Sheet]) -> bytes:
    file = BytesIO()
    booklet.write(file, sheets)
    return file.getvalue()


def timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    began = time.process_time()
    made = work()
    return time.process_time() - began, made


def main() -> int:
    sheets = papers()
    for name in fonts.FILES:
        fonts.face(name)
    first, printed = timed(lambda: ours(sheets))
    strings = strings_of(sheets)
    pages = len(strings)
    rounds = [(timed(lambda: ours(sheets)), timed(lambda: bare(strings))) for _ in range(ROUNDS)]
    mine = statistics.median(run[0] for run, _ in rounds)
    theirs = statistics.median(run[0] for _, run in rounds)
    digests = {hashlib.sha256(run[1]).hexdigest() for run, _ in rounds}
    share, weight = theirs / first, len(printed) / PAPERS
    print(f"{PAPERS} papers, {pages} pages, {weight / 1000:.1f} KB a paper, sha256 {min(digests)[:16]}")
    print(f"first print {pages / first:.0f}, again {pages / mine:.0f} pages a CPU second (median of {ROUNDS})")
    print(f"the canvas alone {pages / theirs:.0f} pages a CPU second; first print is {share:.0%} of it")
    same = digests == {hashlib.sha256(printed).hexdigest()}
    return 0 if pages / first >= SPEED and weight <= WEIGHT and share >= SHARE and same else 1


if __name__ == "__main__":
    sys.exit(main())
