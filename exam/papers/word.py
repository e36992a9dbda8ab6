"""Papers and answer keys as Word files, for offices that must edit them. The content is that of the PDF.

To be loaded only where such a file is asked for: python-docx takes a fifth of a second.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from exam.papers.blocks import ANSWER_BLANK, BRACKET, CORRECTION, EMPTY, columns_for, with_blanks, writing_lines
from exam.papers.head import NOTICE, facts, markers, score_rows, seal_fields
from exam.papers.solutions import Role, glance, solution
from exam.papers.transcript import Pictures, Sheet, SheetItem, written_marks
from exam.printing.edition import PAPER, PLAIN
from exam.printing.office import (
    HEI,
    INDENT,
    KAI,
    SIZE,
    SMALL,
    WRITING,
    Writer,
    add_border,
    add_field,
    count_from_one,
    new_document,
    save,
)
from question_bank.enums import Kind
from question_bank.kinds import PublicView
from question_bank.kinds.views import Labelled

ROOM = PAPER.width


def write(file: IO[bytes], sheets: Iterable[Sheet], *, with_key: bool = False) -> None:
    """Write the papers one after the other, each on pages of its own; `with_key` writes their answer keys instead.

    The sheets of an answer key must have been read with their keys, else ValueError.
    """
    document = new_document()
    for number, sheet in enumerate(sheets):
        section = document.add_section(WD_SECTION.NEW_PAGE) if number else document.sections[0]
        _frame(section, sheet, sealed=not with_key)
        (_key if with_key else _paper)(Writer(document, ROOM), sheet)
    save(document, file)


def _frame(section: Any, sheet: Sheet, *, sealed: bool) -> None:
    """A4 with the margins of the print, numbers that begin with each paper, and the fields of the 密封线."""
    frame = PAPER if sealed else PLAIN
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Pt(frame.top), Pt(frame.bottom)
    section.left_margin, section.right_margin = Pt(frame.left), Pt(frame.right)
    section.header_distance = section.footer_distance = Mm(8)
    count_from_one(section._sectPr)  # noqa: SLF001 -- python-docx has no way to restart page numbers
    section.different_first_page_header_footer = sealed
    for footer in (section.footer, *((section.first_page_footer,) if sealed else ())):
        footer.is_linked_to_previous = False
        _footer(footer.paragraphs[0], sheet)
    if sealed:
        section.first_page_header.is_linked_to_previous = False
        _seal(section.first_page_header.paragraphs[0], sheet)


def _footer(paragraph: Paragraph, sheet: Sheet) -> None:
    """试卷编号, 第 x 页 共 y 页 by fields that Word works out."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in ((f"试卷编号 {sheet.code}　　第 ", "PAGE"), (" 页　共 ", "SECTIONPAGES"), (" 页", "")):
        paragraph.add_run(text).font.size = Pt(SMALL)
        if field:
            run = paragraph.add_run()
            run.font.size = Pt(SMALL)
            add_field(run, field)


def _seal(paragraph: Paragraph, sheet: Sheet) -> None:
    """What is filled in stands in the header, above a dotted line that says where nothing is to be written."""
    fields = "　".join(f"{heading}：{value or '＿＿＿＿＿＿'}" for heading, value in seal_fields(sheet.holder))
    run = paragraph.add_run(f"{fields}　（密封线内不要答题）")
    run.font.size = Pt(SMALL)
    add_border(paragraph, "bottom", "dotted")


def _paper(writer: Writer, sheet: Sheet) -> None:
    for marker in markers(sheet):
        writer.line(marker, face=HEI, size=12)
    if sheet.heading:
        writer.middle(sheet.heading, face=HEI, size=11)
    writer.middle(sheet.title, face=HEI, size=16).paragraph_format.line_spacing = Pt(28)
    writer.middle(facts(sheet))
    writer.table(score_rows(sheet.sections))
    writer.line(NOTICE, size=SMALL)
    for section in sheet.sections:
        head = writer.line(f"{section.numeral}、{section.title}", face=HEI, size=12)
        head.paragraph_format.space_before = Pt(10)
        head.paragraph_format.keep_with_next = True
        writer.words(head, section.intro, {})
        for item in section.items:
            _question(writer, item)


def _question(writer: Writer, item: SheetItem) -> None:
    _LAYOUTS[item.view.kind](writer, item.view, f"{item.number}．", item.marks, item.pictures)


Layout = Callable[[Writer, PublicView, str, Decimal, Pictures], None]


def _worth(view: PublicView, marks: Decimal) -> str:
    return f"{view.stem}（{written_marks(marks)}分）"


def _stem(writer: Writer, head: str, text: str, pictures: Pictures) -> None:
    paragraph = writer.hanging(head, text, pictures)
    paragraph.paragraph_format.space_before = Pt(4)
    paragraph.paragraph_format.keep_with_next = True


def _choice(writer: Writer, view: PublicView, head: str, marks: Decimal, pictures: Pictures) -> None:
    text = EMPTY.sub(BRACKET, view.stem)
    if "．" not in head:
        text = f"{text}（{written_marks(marks)}分）"
    _stem(writer, head, text if BRACKET in text else f"{text}{BRACKET}", pictures)
    if view.corrects:
        _answer(writer, CORRECTION)
    if view.kind is not Kind.TRUE_FALSE:
        _options(writer, view.options, pictures)


def _options(writer: Writer, options: Sequence[Labelled], pictures: Pictures) -> None:
    """In columns by tabs, as many as the longest option allows."""
    texts = [f"{option.label}．{option.text}" for option in options]
    room = ROOM - INDENT
    columns = columns_for(texts, room)
    for start in range(0, len(texts), columns):
        paragraph = writer.line("\t".join(texts[start : start + columns]), pictures)
        layout = paragraph.paragraph_format
        layout.left_indent = Pt(INDENT)
        layout.keep_with_next = start + columns < len(texts)
        for column in range(1, columns):
            layout.tab_stops.add_tab_stop(Pt(INDENT + column * room / columns))


def _fill_blank(writer: Writer, view: PublicView, head: str, marks: Decimal, pictures: Pictures) -> None:
    worth = "" if "．" in head else f"（{written_marks(marks)}分）"
    _stem(writer, head, with_blanks(view.segments) + worth, pictures)


def _numeric(writer: Writer, view: PublicView, head: str, marks: Decimal, pictures: Pictures) -> None:
    _stem(writer, head, _worth(view, marks), pictures)
    unit = f"（单位：{view.unit}）" if view.unit else ""
    line = writer.line(f"答：{ANSWER_BLANK}{unit}")
    line.paragraph_format.left_indent = Pt(INDENT)
    line.paragraph_format.space_before = Pt(72)


def _answer(writer: Writer, text: str) -> None:
    line = writer.line(text)
    line.paragraph_format.left_indent = Pt(INDENT)
    line.paragraph_format.space_before = Pt(4)


def _ordering(writer: Writer, view: PublicView, head: str, marks: Decimal, pictures: Pictures) -> None:
    _stem(writer, head, _worth(view, marks), pictures)
    _options(writer, view.options, pictures)
    _answer(writer, "正确的顺序：" + "→".join([BRACKET] * len(view.options)))


def _matching(writer: Writer, view: PublicView, head: str, marks: Decimal, pictures: Pictures) -> None:
    _stem(writer, head, _worth(view, marks), pictures)
    left = [f"{row.label}．{row.text}" for row in view.left]
    right = [f"{row.label}．{row.text}" for row in view.right]
    longer = max(len(left), len(right))
    padded = [(*column, *[""] * (longer - len(column))) for column in (left, right)]
    writer.table(list(zip(*padded, strict=True)), lined=False)
    _answer(writer, "答：" + "　".join(f"{row.label}—{BRACKET}" for row in view.left))


def _short_answer(writer: Writer, view: PublicView, head: str, marks: Decimal, pictures: Pictures) -> None:
    _stem(writer, head, _worth(view, marks), pictures)
    if view.fields:
        rows = [(f"{number}．{entry.text}", "") for number, entry in enumerate(view.fields, 1)]
        for row in writer.table(rows).rows:
            row.height = Pt(3 * WRITING)
    else:
        writer.ruled(writing_lines(marks))


def _case(writer: Writer, view: PublicView, head: str, marks: Decimal, pictures: Pictures) -> None:
    _stem(writer, head, f"阅读下列材料，回答问题。（{written_marks(marks)}分）", pictures)
    for text in view.stem.split("\n"):
        material = writer.line(text, pictures, face=KAI)
        material.paragraph_format.left_indent = Pt(INDENT)
        material.paragraph_format.first_line_indent = Pt(2 * SIZE)
    for part in view.parts:
        _LAYOUTS[part.view.kind](writer, part.view, f"（{part.label}）", part.marks, pictures)


_LAYOUTS: dict[Kind, Layout] = {
    Kind.SINGLE_CHOICE: _choice,
    Kind.MULTIPLE_CHOICE: _choice,
    Kind.TRUE_FALSE: _choice,
    Kind.FILL_BLANK: _fill_blank,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.CASE: _case,
}


def _key(writer: Writer, sheet: Sheet) -> None:
    if sheet.heading:
        writer.line(sheet.heading)
    writer.line(f"{sheet.title}　参考答案及评分要点", face=HEI, size=15).paragraph_format.line_spacing = Pt(26)
    writer.line("内部资料，成绩发布前注意保密。", size=SMALL)
    for section in sheet.sections:
        head = writer.line(f"{section.numeral}、{section.title}", face=HEI, size=12)
        head.paragraph_format.space_before = Pt(10)
        head.paragraph_format.keep_with_next = True
        writer.words(head, section.intro, {}, size=SMALL)
        answers = glance(section)
        for start in range(0, len(answers), 10):
            numbers, letters = zip(*answers[start : start + 10], strict=True)
            writer.table((("题号", *numbers), ("答案", *letters)))
        for item in section.items:
            _solution(writer, item)


def _solution(writer: Writer, item: SheetItem) -> None:
    for line in solution(item):
        level = line.level * INDENT
        if line.role is Role.ANSWER:
            writer.hanging(line.head, line.text, item.pictures, level=level).paragraph_format.space_before = Pt(4)
        else:
            note = writer.line(line.head + line.text, item.pictures, size=SMALL)
            note.paragraph_format.left_indent = Pt(level + INDENT)
