"""The answer key of one paper as blocks: answers, key points and one line of citation each. For organisers only."""

from collections.abc import Sequence
from decimal import Decimal

from exam.papers.transcript import Pictures, Sheet, SheetItem, written_marks
from exam.printing import fonts
from exam.printing.edition import PLAIN
from exam.printing.layout import Block, Row, Text, paragraph, rich_paragraph
from question_bank.enums import Kind
from question_bank.kinds import KeyView
from question_bank.rounding import HUNDREDTH

ROOM = PLAIN.width
SIZE, LEADING, SMALL = 10.0, 15.5, 8.5
INDENT = 2 * SIZE


def key_blocks(sheet: Sheet) -> list[Block]:
    """Title, then every item of every section with its answer."""
    who = "　".join(part for part in (sheet.holder.unit, sheet.holder.name, sheet.holder.seat) if part)
    title = (
        *_line(sheet.heading, size=SIZE, leading=16),
        *_line(f"{sheet.title}　参考答案及评分要点", size=15, leading=24, font=fonts.HEAD),
        *_line(f"试卷编号：{sheet.code}　　{who}", size=SIZE, leading=18),
        *_line("内部资料，成绩发布前注意保密。", size=SMALL, leading=14),
    )
    blocks = [Block(title)]
    for section in sheet.sections:
        head = _line(f"{section.numeral}、{section.title}{section.intro}", size=11, leading=18, font=fonts.HEAD)
        blocks.append(Block(head, before=8, with_next=True))
        blocks += [Block(item_key(item), before=2) for item in section.items]
    return blocks


def _line(text: str, *, size: float, leading: float, font: str = fonts.BODY) -> tuple[Row, ...]:
    return paragraph(text, x=0, room=ROOM, size=size, leading=leading, font=font) if text else ()


def item_key(item: SheetItem) -> tuple[Row, ...]:
    """An objective answer and its citation share a line; a written one has its citation below."""
    if item.key is None:
        raise ValueError("the sheet was read without its key")
    head = f"{item.number}．"
    rows = _key(item.key, head, item.marks, item.pictures)
    cited = cited_line(item.citations)
    if not cited:
        return rows
    if len(rows) > 1 or _end(rows[0]) > CITED:
        return rows + paragraph(cited, x=INDENT, room=ROOM - INDENT, size=SMALL, leading=12.5, grey=0.35)
    line = _shortened(cited, ROOM - CITED)
    return (Row(rows[0].height, (*rows[0].marks, Text(CITED, LEADING * 0.7, line, fonts.BODY, SMALL, 0.35))),)


CITED = 130.0


def _end(row: Row) -> float:
    """Where the text of a row ends."""
    runs = [mark for mark in row.marks if isinstance(mark, Text)]
    return max(run.x + fonts.width(run.text, run.font, run.size) for run in runs)


def _shortened(text: str, room: float) -> str:
    if fonts.width(text, fonts.BODY, SMALL) <= room:
        return text
    while text and fonts.width(text + "…", fonts.BODY, SMALL) > room:
        text = text[:-1]
    return text + "…"


def cited_line(citations: Sequence[tuple[str, str]]) -> str:
    """依据：《甲》第一条、第二条；《乙》, every document once, in the order of the citations."""
    articles: dict[str, dict[str, None]] = {}
    for document, article in citations:
        articles.setdefault(document, {})[article] = None
    parts = [f"{document}{'、'.join(each for each in found if each)}" for document, found in articles.items()]
    return "依据：" + "；".join(parts) if parts else ""


def _key(key: KeyView, head: str, marks: Decimal, pictures: Pictures, x: float = 0.0) -> tuple[Row, ...]:
    """The answer, then key points with their marks out of `marks`, then the sub-questions."""
    answer = key.answer or "由主持人按清晰、完整程度评分，不设参考答案。"
    hanging = fonts.width(head, fonts.BODY, SIZE)
    rows = _text(f"{head}{answer}（{written_marks(marks)}分）", pictures, x=x, hanging=hanging)
    if key.kind is Kind.FILL_BLANK and any(len(forms) > 1 for forms in key.accepted):
        rows += _text("可接受：" + _accepted(key.accepted), pictures, x=x + INDENT, size=SMALL)
    whole = sum((point.marks for point in key.points), Decimal(0))
    for number, point in enumerate(key.points, 1):
        share = (point.marks * marks / whole).quantize(HUNDREDTH) if whole else Decimal(0)
        words = f"采分点{number}（{written_marks(share)}分）：{point.point}"
        rows += _text(words, pictures, x=x + INDENT, hanging=4 * SMALL, size=SMALL + 0.5)
    for part in key.parts:
        rows += _key(part.key, f"（{part.label}）", part.marks, pictures, x + INDENT)
    return rows


def _accepted(accepted: Sequence[Sequence[str]]) -> str:
    return "；".join("／".join(forms) for forms in accepted if forms)


def _text(text: str, pictures: Pictures, *, x: float, hanging: float = 0.0, size: float = SIZE) -> tuple[Row, ...]:
    leading = LEADING if size == SIZE else 13.5
    return rich_paragraph(text, pictures, x=x, room=ROOM - x, size=size, leading=leading, hanging=hanging)
