"""授课提示单 on one A4 page: what the hall got wrong, the law in one line, what to ask, who answers. No names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import MM, Frame
from exam.printing.fitting import centred, fitted
from exam.printing.layout import Block, Mark, Row, Stroke, paragraph
from exam.reports.brief_content import BriefContent, Point, TopicLine, Wrong
from exam.reports.brief_phrases import (
    NOTE,
    SURE,
    TOO_FEW,
    TOPIC_HEADS,
    believed_line,
    law_line,
    lead,
    responsible_line,
    share_line,
)
from exam.reports.models import Brief
from exam.tours.models import Stop

FRAME = Frame(left=18 * MM, right=18 * MM, top=14 * MM, bottom=18 * MM)
SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
"""The first in which everything stands on one page is taken; longer texts are cut before a smaller one would be."""
WEEKDAYS = "一二三四五六日"
STEM, WHY = 110, 90
"""So many characters of a question and of its explanation are printed."""


@dataclass(frozen=True)
class Head:
    """What stands above: the stop, its day, the lecture with its lecturer (or ""), which brief it is and when made."""

    stop: str
    day: str
    lecture: str
    number: int
    made: str


def head_of(stop: Stop, brief: Brief, *, zone: tzinfo) -> Head:
    """The head of a stop's brief, in the county's time."""
    begins, lecture = stop.starts_at.astimezone(zone), stop.lecture
    return Head(
        stop=f"第{stop.number}场　{stop.unit.name}",
        day=f"{begins.year}年{begins.month}月{begins.day}日（周{WEEKDAYS[begins.weekday()]}）",
        lecture=f"授课：{lecture.title}（{lecture.lecturer.person.name}）" if lecture else "",
        number=brief.number,
        made=f"{brief.made_at.astimezone(zone):%H:%M}",
    )


def write_brief(file: IO[bytes], content: BriefContent, head: Head) -> Printed:
    """Write the page."""
    document = Document(file, title=f"授课提示单 {head.stop}")
    document.run(_fitting(content, head), FRAME, note=NOTE)
    return document.save()


def _fitting(content: BriefContent, head: Head) -> list[Block]:
    for size in SIZES:
        blocks = _blocks(content, head, size)
        if sum(block.before + block.height for block in blocks) <= FRAME.height:
            return blocks
    return blocks


def _blocks(content: BriefContent, head: Head, size: float) -> list[Block]:
    blocks = [_title(content, head, size)]
    if content.too_few:
        return [*blocks, _text(TOO_FEW, size)]
    if content.topics:
        blocks += [_heading("一、各知识点得分", size), _topics(content.topics, size)]
    if content.points:
        blocks.append(_heading("二、本场最需要讲清的问题", size))
    for number, point in enumerate(content.points, 1):
        blocks += _point(number, point, size)
    if content.points:
        blocks.append(_heading("三、请现场回答", size))
        blocks += [_numbered(number, _cut(each.ask, STEM + 40), size) for number, each in enumerate(content.points, 1)]
    if content.departments:
        blocks += [_heading("四、请谁解答", size), _text(responsible_line(content), size)]
    return blocks


def _title(content: BriefContent, head: Head, size: float) -> Block:
    width = FRAME.width
    version = f"第{head.number}版　{head.made}制"
    rows = [
        Row(30, (centred("授课提示单", width / 2, 21, width, size=18, font=fonts.HEAD),)),
        Row(15, (fitted(f"{head.stop}　{head.day}", 0, 11, width * 0.68, size=size),)),
    ]
    right = fitted(version, width, 11, width * 0.3, size=size - 1, grey=0.3, share=1.0)
    rows[1] = Row(15, (*rows[1].marks, right))
    if head.lecture:
        rows.append(Row(15, (fitted(head.lecture, 0, 11, width, size=size),)))
    rows += paragraph(lead(content), x=0, room=width, size=size - 0.5, leading=size * 1.5, grey=0.2)
    rows.append(Row(4, (Stroke(0, 3, width, 3, 0.8),)))
    return Block(tuple(rows))


def _heading(text: str, size: float) -> Block:
    rows = paragraph(text, x=0, room=FRAME.width, size=size + 1, leading=size * 1.7, font=fonts.HEAD)
    return Block(rows, before=size * 0.5, with_next=True)


def _text(text: str, size: float, *, x: float = 0.0, grey: float = 0.0, before: float = 1.0) -> Block:
    rows = paragraph(text, x=x, room=FRAME.width - x, size=size, leading=size * 1.5, grey=grey)
    return Block(rows, before=before)


def _numbered(number: int, text: str, size: float, *, font: str = fonts.BODY) -> Block:
    indent = 1.6 * size
    rows = paragraph(text, x=indent, room=FRAME.width - indent, size=size, leading=size * 1.5, font=font)
    mark = paragraph(f"{number}.", x=0, room=indent, size=size, leading=size * 1.5, font=font)[0]
    return Block((Row(rows[0].height, (*mark.marks, *rows[0].marks)), *rows[1:]), before=1.5)


def _point(number: int, point: Point, size: float) -> list[Block]:
    indent = 1.6 * size
    title = f"{point.subject}（{point.topic}）　{SURE[point.sure]}"
    blocks = [
        _numbered(number, title, size, font=fonts.HEAD),
        _text(share_line(point), size - 0.5, x=indent, grey=0.2, before=0),
    ]
    for wrong in point.wrongs[: 2 if number == 1 else 1]:
        blocks += _wrong(wrong, size, indent)
    if point.law:
        blocks.append(_text(law_line(point.law), size, x=indent, before=0.5))
    return blocks


def _wrong(wrong: Wrong, size: float, indent: float) -> list[Block]:
    told = [_text(f"题：{_cut(wrong.stem, STEM)}", size, x=indent, before=1)]
    told.append(_text(believed_line(wrong), size, x=indent, before=0))
    if wrong.why:
        told.append(_text(f"解析：{_cut(wrong.why, WHY)}", size - 0.5, x=indent, grey=0.2, before=0))
    return told


def _cut(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def _topics(lines: Sequence[TopicLine], size: float) -> Block:
    """Two columns of topics, each with its three shares; the one furthest below expectation first."""
    half = (len(lines) + 1) // 2
    width = FRAME.width / 2
    rows: list[Row] = [_topic_row([TOPIC_HEADS, TOPIC_HEADS if len(lines) > 1 else ()], size - 1, width, head=True)]
    for left, right in zip(lines[:half], [*lines[half:], None], strict=False):
        rows.append(_topic_row([_cells(left), _cells(right)], size - 0.5, width))
    return Block(tuple(rows), before=1)


def _cells(line: TopicLine | None) -> Sequence[str]:
    if line is None:
        return ()
    return (line.name, f"{line.earned}%", f"{line.expected}%", "—" if line.county is None else f"{line.county}%")


def _topic_row(columns: Sequence[Sequence[str]], size: float, width: float, *, head: bool = False) -> Row:
    high = size * 1.55
    marks: list[Mark] = []
    for column, cells in enumerate(columns):
        begin = column * width
        for place, text in enumerate(cells):
            x = begin + (0 if not place else width * (0.45 + 0.16 * place))
            marks.append(
                fitted(
                    text,
                    x,
                    high * 0.75,
                    width * (0.44 if not place else 0.17),
                    size=size,
                    grey=0.3 if head else 0.0,
                    share=1.0 if place else 0.0,
                )
            )
        if cells:
            marks.append(Stroke(begin, high, begin + width * 0.95, high, 0.3, 0.6))
    return Row(high, tuple(marks))
