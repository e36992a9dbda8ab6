"""Word files by python-docx (a fifth of a second to load): Chinese faces, borders, fields, paragraphs."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import IO, Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from question_bank.pictures import Picture
from question_bank.richtext import Shown, Words, pieces

Pictures = Mapping[str, Picture]
"""By digest."""

SONG, HEI, KAI, LATIN = "宋体", "黑体", "楷体", "Times New Roman"
SIZE, SMALL = 10.5, 9.0
INDENT = 2.15 * SIZE
WRITING = 23.0
"""Height of a line to write on."""
PIXELS = 72 / 150
"""Points a pixel of a picture takes, as in print."""
AFTER_BORDERS = (
    *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct"),
    *("w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind"),
    *("w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment"),
    *("w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange"),
)
AFTER_NUMBERS = (
    *("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi", "w:rtlGutter"),
    "w:docGrid",
)
"""The schema wants the properties of a paragraph and of a section in one order (ECMA-376 §17.3.1, §17.6)."""


def new_document() -> Any:
    """宋体 五号 with single lines, and nothing that tells when it was made."""
    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(SIZE)
    _faces(style.element.get_or_add_rPr(), SONG)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = Pt(18)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST  # a picture makes its line as high as it is
    core = document.core_properties
    core.author, core.title, core.comments = "两卷一课", "", ""
    core.created = core.modified = core.created.replace(year=2000, month=1, day=1, hour=0, minute=0, second=0)
    return document


def save(document: Any, file: IO[bytes]) -> None:
    """Write the package with the same date on every part: the same document gives the same bytes."""
    whole = io.BytesIO()
    document.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(zipfile.ZipInfo(part.filename), source.read(part), zipfile.ZIP_DEFLATED)


def _faces(properties: Any, east_asian: str) -> None:
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), east_asian)


def count_from_one(properties: Any) -> None:
    """Begin the page numbers of a section again."""
    for before in properties.findall(qn("w:pgNumType")):
        properties.remove(before)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    properties.insert_element_before(start, *AFTER_NUMBERS)


def add_field(run: Any, code: str) -> None:
    """A field that Word works out, such as PAGE."""
    for kind in ("begin", None, "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001 -- fields are not in python-docx


def add_border(paragraph: Paragraph, *sides: str) -> None:
    """Lines along the sides; the last of `sides` names their kind."""
    *places, kind = sides
    borders = OxmlElement("w:pBdr")
    for place in places:
        line = OxmlElement(f"w:{place}")
        for name, value in (("val", kind), ("sz", "4"), ("space", "1"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 -- borders are not in python-docx
    properties.insert_element_before(borders, *AFTER_BORDERS)


class Writer:
    """Puts paragraphs at the end of the document."""

    def __init__(self, document: Any, room: float) -> None:
        """`room`: width of the text in points."""
        self._document = document
        self._room = room
        self._end = document.element.body.sectPr

    def _paragraph(self) -> Paragraph:
        """A new one at the end; python-docx itself looks through the whole document for it each time."""
        made = OxmlElement("w:p")
        self._end.addprevious(made)
        return Paragraph(made, self._document._body)  # noqa: SLF001 -- the parent every paragraph has

    def line(self, text: str, pictures: Pictures | None = None, *, face: str = SONG, size: float = SIZE) -> Paragraph:
        """A paragraph of words, bold ones and pictures."""
        paragraph = self._paragraph()
        self.words(paragraph, text, pictures or {}, face=face, size=size)
        return paragraph

    def words(
        self, paragraph: Paragraph, text: str, pictures: Pictures, *, face: str = SONG, size: float = SIZE
    ) -> None:
        for piece in pieces(text):
            if isinstance(piece, Shown):
                self._picture(paragraph, piece, pictures)
            else:
                self._run(paragraph, piece, face, size)

    def _run(self, paragraph: Paragraph, words: Words, face: str, size: float) -> None:
        run = paragraph.add_run(words.text)
        if size != SIZE:
            run.font.size = Pt(size)
        if words.bold:
            run.bold = True
        if face != SONG:
            _faces(run._r.get_or_add_rPr(), face)  # noqa: SLF001 -- East Asian faces are not in python-docx

    def _picture(self, paragraph: Paragraph, shown: Shown, pictures: Pictures) -> None:
        picture = pictures.get(shown.digest)
        if picture is None:
            paragraph.add_run(f"［图：{shown.alt}］")
            return
        width = min(picture.width * PIXELS, self._room - INDENT)
        paragraph.add_run().add_picture(io.BytesIO(picture.data), width=Pt(width))

    def middle(self, text: str, *, face: str = SONG, size: float = SIZE) -> Paragraph:
        paragraph = self.line(text, face=face, size=size)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph

    def hanging(self, head: str, text: str, pictures: Pictures, *, level: float = 0.0, size: float = SIZE) -> Paragraph:
        """`head`, and the text behind it with its lines below each other."""
        paragraph = self.line(f"{head}\t{text}", pictures, size=size)
        layout = paragraph.paragraph_format
        layout.left_indent, layout.first_line_indent = Pt(level + INDENT), Pt(-INDENT)
        layout.tab_stops.add_tab_stop(Pt(level + INDENT))
        return paragraph

    def ruled(self, count: int) -> None:
        """Lines to write on."""
        for _ in range(count):
            paragraph = self._paragraph()
            paragraph.paragraph_format.left_indent = Pt(INDENT)
            paragraph.paragraph_format.line_spacing = Pt(WRITING)
            add_border(paragraph, "bottom", "between", "single")

    def table(self, rows: Sequence[Sequence[str]], *, lined: bool = True) -> Table:
        made: Table = self._document.add_table(rows=len(rows), cols=len(rows[0]))
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        if lined:
            made.style = self._document.styles["Table Grid"]
        for row, texts in zip(made.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                self.words(cell.paragraphs[0], text, {})
                if lined:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        return made
