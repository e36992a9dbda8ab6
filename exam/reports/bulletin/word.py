"""The document as a Word file, to be edited by an office that has the official faces; the same text and tables.

Charts are tables too: a bar is a row of shaded cells, dark up to the interval's lower end and light within it; the heat
map is a table of shaded cells. Nothing in the file is a picture.
"""

from collections.abc import Sequence
from typing import IO, Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from exam.printing.office import LATIN, add_border, add_field, new_document, save
from exam.reports.bulletin.charts import BLUE, GREY, dark, shade
from exam.reports.bulletin.parts import ANNEX, Bar, Bars, Heat, Paper, Part, Section, Table, Words
from exam.reports.bulletin.wording import broken

SONG, TITLE_FACE, FANG, HEI, KAI = "宋体", "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
SIZE, TITLE, CELL, NOTE = 16.0, 22.0, 10.5, 9.0
"""三号, 二号, 五号, 小五."""
LEADING = 28.95
"""22 lines on 225 mm."""
WIDTH = 156
"""Of the text, in mm."""
RED = RGBColor(0xD4, 0x00, 0x00)
STEPS = 50
"""A bar's row has so many cells, each two marks wide."""


def write(file: IO[bytes], paper: Paper) -> None:
    """Write the document."""
    document = new_document()
    document.core_properties.title = paper.title
    _page(document)
    _head(document, paper)
    for words in (*paper.addressed, *paper.opening):
        _words(document, words)
    for section in paper.sections:
        _section(document, section)
    if paper.annex:
        _line(document, "")
        _line(document, f"附件：{ANNEX}").paragraph_format.first_line_indent = Pt(2 * SIZE)
    _signature(document, paper)
    _annex(document, paper)
    save(document, file)


def _page(document: Any) -> None:
    """A4 with the official margins, and page numbers outside."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        _run(paragraph, "— ", SONG, 14)
        add_field(_run(paragraph, "", SONG, 14), "PAGE")
        _run(paragraph, " —", SONG, 14)


def _run(paragraph: Paragraph, text: str, face: str, size: float, *, red: bool = False, bold: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold or None
    if red:
        run.font.color.rgb = RED
    faces = run._r.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 -- East Asian faces are not in python-docx
    for kind, name in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", face)):
        faces.set(qn(f"w:{kind}"), name)
    return run


def _line(document: Any, text: str, face: str = FANG, size: float = SIZE, **look: Any) -> Paragraph:
    paragraph: Paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(max(LEADING, size * 1.3))
    _run(paragraph, text, face, size, **look)
    return paragraph


def _centred(document: Any, text: str, face: str = FANG, size: float = SIZE, **look: Any) -> Paragraph:
    paragraph = _line(document, text, face, size, **look)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _head(document: Any, paper: Paper) -> None:
    """Red head, number, red line, title, and what is new in a later version."""
    if paper.mark:
        _line(document, paper.mark, HEI, 14).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if paper.issuer:
        name = f"{paper.issuer}文件"
        _centred(document, name, TITLE_FACE, min(44.0, 442 / max(1, len(name))), red=True)
    _line(document, "")
    line = _centred(document, paper.number)
    add_border(line, "bottom", "single")
    [border] = line._p.iter(qn("w:bottom"))  # noqa: SLF001 -- borders are not in python-docx
    border.set(qn("w:color"), str(RED))
    border.set(qn("w:sz"), "14")
    border.set(qn("w:space"), "11")
    _line(document, "")
    for text in broken(paper.title, -(-len(paper.title) // 19)).split("\n"):
        _centred(document, text, TITLE_FACE, TITLE)
    if paper.note:
        _centred(document, f"（{paper.note}）", KAI, 14)
    _line(document, "")


def _words(document: Any, words: Words) -> None:
    size = CELL if words.small else SIZE
    paragraph = _line(document, words.text, FANG, size)
    if words.small:
        paragraph.paragraph_format.line_spacing = Pt(17)
    if not words.flush:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)


def _section(document: Any, section: Section) -> None:
    heading = _line(document, section.heading, HEI if section.level == 1 else KAI)
    heading.paragraph_format.first_line_indent = Pt(2 * SIZE)
    heading.paragraph_format.keep_with_next = True
    for part in section.parts:
        _part(document, part)


def _part(document: Any, part: Part) -> None:
    if isinstance(part, Words):
        _words(document, part)
        return
    title = _centred(document, part.title, HEI, 12)
    title.paragraph_format.line_spacing, title.paragraph_format.keep_with_next = Pt(20), True
    if isinstance(part, Table):
        _table(document, part)
    elif isinstance(part, Bars):
        _bars(document, part)
    elif isinstance(part, Heat):
        _heat(document, part)
    note = _line(document, part.note, SONG, NOTE)
    note.paragraph_format.line_spacing = Pt(15)


def _table(document: Any, part: Table) -> None:
    whole = sum(column.share for column in part.columns)
    made = _grid(document, len(part.rows) + 1, [WIDTH * column.share / whole for column in part.columns])
    made.style = document.styles["Table Grid"]
    [borders] = made._tbl.tblPr.iter(qn("w:tblBorders"))  # noqa: SLF001 -- the grid's own lines
    made._tbl.tblPr.remove(borders)  # noqa: SLF001
    rows = [tuple(column.head for column in part.columns), *part.rows]
    for number, (row, texts) in enumerate(zip(made.rows, rows, strict=True)):
        bold = not number or number - 1 in part.strong
        _keep_whole(row, repeat=not number)
        for cell, column, text in zip(row.cells, part.columns, texts, strict=True):
            face = HEI if bold else SONG
            _cell(cell, text, face, right=column.figures, size=CELL if number else 9.5)
            if not number:
                _fill(cell._tc, "ECEFF3")  # noqa: SLF001 -- shading is not in python-docx


def _grid(document: Any, rows: int, widths: Sequence[float]) -> WordTable:
    """A table of fixed widths, in mm."""
    made: WordTable = document.add_table(rows=rows, cols=len(widths))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _look(made)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for row in made.rows:
        for cell, width in zip(row._tr.tc_lst, widths, strict=True):  # noqa: SLF001 -- a table's own cells are slow
            cell.width = Mm(width)
    return made


def _look(table: WordTable) -> None:
    """Cells with little room at their sides, and white between the rows of a chart."""
    properties = table._tbl.tblPr  # noqa: SLF001 -- neither is in python-docx
    for name, parts in (
        ("tblBorders", {"insideH": {"val": "single", "sz": "18", "space": "0", "color": "FFFFFF"}}),
        ("tblCellMar", {side: {"w": "45", "type": "dxa"} for side in ("left", "right")}),
    ):
        element = OxmlElement(f"w:{name}")
        for part, values in parts.items():
            inner = OxmlElement(f"w:{part}")
            for key, value in values.items():
                inner.set(qn(f"w:{key}"), value)
            element.append(inner)
        properties.insert_element_before(element, *AFTER[name])


AFTER = {
    "tblBorders": ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
    "tblCellMar": ("w:tblLook",),
}
"""The schema wants the properties of a table in one order (ECMA-376 §17.4.60)."""


def _cell(cell: Any, text: str, face: str = SONG, *, right: bool = False, size: float = CELL) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    return _run(paragraph, text, face, size)


def _keep_whole(row: Any, *, repeat: bool) -> None:
    """Not torn between pages; the head is repeated on each."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 -- neither is in python-docx
    for name in ("cantSplit", *(("tblHeader",) if repeat else ())):
        properties.append(OxmlElement(f"w:{name}"))


def _fill(cell: Any, colour: str) -> None:
    element = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        element.set(qn(f"w:{name}"), value)
    cell.get_or_add_tcPr().append(element)


def _bars(document: Any, part: Bars) -> None:
    names, figures = 34.0, 32.0
    step = (WIDTH - names - figures) / STEPS
    made = _grid(document, len(part.rows), [names, *[step] * STEPS, figures])
    for row, bar in zip(made.rows, part.rows, strict=True):
        _keep_whole(row, repeat=False)
        cells = row._tr.tc_lst  # noqa: SLF001 -- joining cells through python-docx takes a second a chart
        _cell(_Cell(cells[0], made), bar.label, right=True)
        interval = "" if bar.low is None or bar.high is None else f"（{bar.low:.1f}–{bar.high:.1f}）"
        _cell(_Cell(cells[-1], made), f"{bar.text}{interval}", size=9.5)
        for begin, end, colour in spans(bar):
            joined = cells[1 + begin]
            joined.grid_span, joined.width = end - begin, Mm(step * (end - begin))
            _fill(joined, colour)
            for other in cells[2 + begin : 1 + end]:
                row._tr.remove(other)  # noqa: SLF001 -- as above


def spans(bar: Bar) -> list[tuple[int, int, str]]:
    """Cells from … to (not included) and their colour: the sure part, the rest, the interval beyond."""
    full, low, high = (_step(each) for each in (bar.value, bar.low, bar.high))
    full, sure = full or 0, min(full or 0, low if low is not None else full or 0)
    base = GREY if bar.grey else BLUE
    wanted = [(0, sure, _hex(base)), (sure, full, _hex(_paler(base, 0.45)))]
    wanted.append((full, max(full, high or 0), _hex(_paler(base, 0.75))))
    return [(begin, end, colour) for begin, end, colour in wanted if end > begin]


def _step(value: float | None) -> int | None:
    return None if value is None else round(min(max(value, 0.0), 100.0) * STEPS / 100)


def _paler(ink: Sequence[float], part: float) -> tuple[float, ...]:
    return tuple(each + (1 - each) * part for each in ink)


def _hex(ink: Sequence[float]) -> str:
    return "".join(f"{round(each * 255):02X}" for each in ink)


def _heat(document: Any, part: Heat) -> None:
    names = 34.0
    step = (WIDTH - names) / max(1, len(part.columns))
    bands = sum(bool(line.group) for line in part.rows)
    made = _grid(document, len(part.rows) + bands + 1, [names, *[step] * len(part.columns)])
    rows = iter(made.rows)
    head = next(rows)
    _keep_whole(head, repeat=True)
    for cell, column in zip(head.cells, ("", *part.columns), strict=True):
        _cell(cell, column, HEI, size=9)
    for line in part.rows:
        if line.group:
            band = next(rows).cells
            _cell(band[0].merge(band[-1]), line.group, HEI, size=9)
        row = next(rows)
        _keep_whole(row, repeat=False)
        _cell(row.cells[0], line.label, right=True, size=9.5)
        for cell, share in zip(row.cells[1:], line.shares, strict=True):
            run = _cell(cell, "–" if share is None else f"{share:.0f}", right=True)
            if share is not None:
                _fill(cell._tc, _hex(shade(share)))  # noqa: SLF001 -- shading is not in python-docx
                run.font.color.rgb = RGBColor(255, 255, 255) if dark(share) else None


def _signature(document: Any, paper: Paper) -> None:
    _line(document, "")
    _line(document, "")
    for text, room in ((paper.signature, 2), (paper.date, 4)):
        paragraph = _line(document, text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(room * SIZE)


def _annex(document: Any, paper: Paper) -> None:
    """The rule, and 版记."""
    if paper.annex:
        _line(document, "附件", HEI)
        _centred(document, ANNEX, HEI, 14)
    for words in paper.annex:
        _words(document, words)
    _imprint(document, paper)


def _imprint(document: Any, paper: Paper) -> None:
    """版记: heavy lines above and below, a fine one between copies and issuer; one character's room at either side."""
    size = 14
    issued = _line(document, f"{paper.issuer}\t{paper.date}印发", FANG, size)
    layout = issued.paragraph_format
    layout.left_indent = layout.right_indent = Pt(size)
    layout.tab_stops.add_tab_stop(Mm(WIDTH) - Pt(size), WD_TAB_ALIGNMENT.RIGHT)
    add_border(issued, "top", "bottom", "single")
    if paper.copied:
        copied = _line(document, paper.copied, FANG, size)
        issued._p.addprevious(copied._p)  # noqa: SLF001 -- it stands above what it was made after
        look = copied.paragraph_format
        look.left_indent, look.right_indent, look.first_line_indent = Pt(4 * size), Pt(size), Pt(-3 * size)
        look.keep_with_next = True
        add_border(copied, "top", "single")
