"""Papers as PDF: one file for one paper or for a whole stop. The answer key is a booklet of its own, for organisers."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO

from exam.papers.answer_key import item_key, key_blocks
from exam.papers.blocks import LEADING, ROOM, SIZE, item_blocks
from exam.papers.transcript import Holder, Sheet, SheetItem, SheetSection, written_marks
from exam.printing import fonts
from exam.printing.document import PAPER, PLAIN, Document, Printed
from exam.printing.layout import MM, Block, Mark, Row, Stroke, Text, paragraph
from exam.printing.qr import code as qr_code

TITLE_SIZE, HEADING_SIZE, SECTION_SIZE, SMALL = 16.0, 11.0, 12.0, 9.0
QR_SIDE = 15 * MM
NOTICE = "注意事项：答题前请将密封线内的项目填写清楚；请在规定的位置作答，密封线内不要答题。"


def write(file: IO[bytes], sheets: Iterable[Sheet], *, with_key: bool = False) -> Printed:
    """Write the papers one after the other, each numbered by itself; `with_key` writes their answer keys instead.

    The sheets of an answer key must have been read with their keys.
    """
    document = Document(file, title="参考答案及评分要点" if with_key else "试卷")
    add(document, sheets, with_key=with_key)
    return document.save()


def add(document: Document, sheets: Iterable[Sheet], *, with_key: bool = False) -> None:
    """The same as pages of a document that holds more."""
    for sheet in sheets:
        note = f"试卷编号 {sheet.code}"
        if with_key:
            document.run(key_blocks(sheet), PLAIN, note=note)
        else:
            document.run(paper_blocks(sheet), PAPER, seal=seal_fields(sheet.holder), note=note)


def write_specimen(file: IO[bytes], item: SheetItem, *, title: str) -> Printed:
    """Write one question as it stands on paper, and below it its answer as the answer key has it."""
    document = Document(file, title=title)
    head = paragraph("参考答案及评分要点", x=0, room=ROOM, size=SECTION_SIZE, leading=20, font=fonts.HEAD)
    blocks = item_blocks(item)
    if item.key is not None:
        blocks += [Block(head, before=20, with_next=True), Block(item_key(item))]
    document.run(blocks, PAPER, note=title)
    return document.save()


def seal_fields(holder: Holder) -> tuple[tuple[str, str], ...]:
    """What is filled in along the 密封线."""
    return (("单位", holder.unit), ("姓名", holder.name), ("考号", holder.number), ("座位号", holder.seat))


def paper_blocks(sheet: Sheet) -> list[Block]:
    """The whole paper from its title to its last question."""
    blocks = [
        Block(_head(sheet)),
        Block(_score_table(sheet.sections), before=6, with_next=True),
        Block(_notice(), before=6),
    ]
    for section in sheet.sections:
        blocks.append(Block(_section_head(section), before=10, with_next=True))
        for item in section.items:
            blocks += item_blocks(item)
    return blocks


def _head(sheet: Sheet) -> tuple[Row, ...]:
    """Tour, title, marks and time in the middle, the paper's code with its QR on the right."""
    corner: tuple[Mark, ...] = (
        qr_code(sheet.code, x=ROOM - QR_SIDE, down=0, side=QR_SIDE),
        _middle(sheet.code, fonts.BODY, 7.5, QR_SIDE + 9, around=ROOM - QR_SIDE / 2),
    )
    kind = "开卷" if sheet.open_book else "闭卷"
    facts = f"满分：{written_marks(sheet.total)}分　　考试时间：{sheet.minutes}分钟　　{kind}"
    down = 14.0
    marks: list[Mark] = list(corner)
    if sheet.heading:
        marks.append(_middle(sheet.heading, fonts.HEAD, HEADING_SIZE, down))
    marks.append(_middle(sheet.title, fonts.HEAD, TITLE_SIZE, down + 24))
    marks.append(_middle(facts, fonts.BODY, SIZE, down + 44))
    return (Row(66.0, tuple(marks)),)


def _middle(text: str, font: str, size: float, down: float, around: float = ROOM / 2) -> Text:
    face = fonts.suited(text, font)
    return Text(around - fonts.width(text, face, size) / 2, down, text, face, size)


def _score_table(sections: Sequence[SheetSection]) -> tuple[Row, ...]:
    """题号 | 一 | 二 | … | 总分 | 核分人 over 分值 and 得分."""
    total = sum((section.marks for section in sections), Decimal(0))
    heads = ["题号", *(section.numeral for section in sections), "总分", "核分人"]
    worth = ["分值", *(written_marks(section.marks) for section in sections), written_marks(total), ""]
    scored = ["得分", *[""] * (len(sections) + 2)]
    step = min(ROOM / len(heads), 60.0)
    left = (ROOM - step * len(heads)) / 2
    return tuple(_cells(texts, left, step, 18.0, last=texts is scored) for texts in (heads, worth, scored))


def _cells(texts: Sequence[str], left: float, step: float, height: float, *, last: bool) -> Row:
    right = left + step * len(texts)
    marks: list[Mark] = [Stroke(left, 0, right, 0, 0.6)]
    marks += [Stroke(left + step * place, 0, left + step * place, height, 0.6) for place in range(len(texts) + 1)]
    if last:
        marks.append(Stroke(left, height, right, height, 0.6))
    marks += [
        _middle(text, fonts.BODY, SIZE, height / 2 + 4, around=left + step * (place + 0.5))
        for place, text in enumerate(texts)
        if text
    ]
    return Row(height, tuple(marks))


def _notice() -> tuple[Row, ...]:
    return paragraph(NOTICE, x=0, room=ROOM, size=SMALL, leading=14, font=fonts.BODY, grey=0.2)


BOX, BOX_ROW = 40.0, 15.0


def _section_head(section: SheetSection) -> tuple[Row, ...]:
    """A small 得分 | 评卷人 box on the left, the heading with its marks and rule beside it."""
    left = 2 * BOX + 10
    title = f"{section.numeral}、{section.title}"
    words = list(paragraph(title, x=left, room=ROOM - left, size=SECTION_SIZE, leading=18, font=fonts.HEAD))
    words += paragraph(section.intro, x=left, room=ROOM - left, size=SIZE, leading=LEADING - 1.5)
    height = max(2 * BOX_ROW, sum(row.height for row in words)) + 2
    marks: list[Mark] = [
        *(Stroke(0, down, 2 * BOX, down, 0.6) for down in (0, BOX_ROW, 2 * BOX_ROW)),
        *(Stroke(x, 0, x, 2 * BOX_ROW, 0.6) for x in (0, BOX, 2 * BOX)),
        _middle("得分", fonts.BODY, SMALL, 11, around=BOX / 2),
        _middle("评卷人", fonts.BODY, SMALL, 11, around=BOX * 1.5),
    ]
    down = 0.0
    for row in words:
        marks += [mark._replace(down=mark.down + down) for mark in row.marks if isinstance(mark, Text)]
        down += row.height
    return (Row(height, tuple(marks)),)
