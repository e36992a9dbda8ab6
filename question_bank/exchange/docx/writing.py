"""A Word document being written: one question after the other, each field under its tag."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any

from question_bank.digests import content_hash
from question_bank.errors import N_, Problem
from question_bank.exchange.headings import OWN_HEADER
from question_bank.exchange.paper.lines import Line
from question_bank.exchange.paper.tagged import read_tagged, tag_lines
from question_bank.exchange.row_writing import CannotHold, cells_of
from question_bank.exchange.rows import question_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from question_bank.drafts import Draft

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RETURNS = re.compile("\r\n?")
_GAP = "280"
"""Twentieths of a point."""
_TITLE = "试题"
HINT = "每道题以【题号】开头，一个标签一段；标签后的文字可以直接修改，修改后可再次导入。案例的小题以【小题】开头。"


def lines_of_draft(draft: Draft) -> list[tuple[str, str]]:
    """Return the lines of a question as tag and text, having read them back.

    Raises ``CannotHold`` for what would come back otherwise than it went out.
    """
    lines = list(tag_lines(cells_of(draft)))
    if any(_ILLEGAL.search(text) or "\r" in text for _, text in lines):
        raise CannotHold(Problem("", N_("It holds characters that a Word document cannot.")))
    typed = [Line(number, f"【{tag}】{text}" if tag else text) for number, (tag, text) in enumerate(lines, 1)]
    found = read_tagged(typed)
    again = question_from(found[0].rows, OWN_HEADER).draft if len(found) == 1 else None
    if again is None or content_hash(again) != content_hash(draft) or _beside(again) != _beside(draft):
        raise CannotHold(Problem("", N_("A Word document would change it; use the JSON file.")))
    return lines


def _beside(draft: Draft) -> dict[str, Any]:
    return {**draft.model_dump(exclude={"content", "papers"}), "papers": set(draft.papers)}


class Document:
    """A document with a title, a hint and questions."""

    def __init__(self) -> None:
        """Begin a document in a face that every office has."""
        from docx import Document as new_document  # noqa: N813 - heavy, and only needed for writing
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt

        self._document: Any = new_document()
        self._name = qn
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = "宋体", Pt(11)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
        style.paragraph_format.space_after = Pt(2)
        for section in self._document.sections:
            section.left_margin = section.right_margin = Cm(2.4)
        self._paragraphs = [self._paragraph(_TITLE, ""), self._paragraph("", HINT)]

    def _paragraph(self, bold: str, text: str, *, gap: bool = False) -> Any:
        """Return a paragraph; built by hand, for adding to a long document one by one takes minutes."""
        paragraph = self._document.element.makeelement(self._name("w:p"))
        if gap:
            spacing = self._under(self._under(paragraph, "w:pPr"), "w:spacing")
            spacing.set(self._name("w:before"), _GAP)
        for part, is_bold in ((bold, True), (text, False)):
            if part:
                self._run(paragraph, _ILLEGAL.sub("", _RETURNS.sub("\n", part)), bold=is_bold)
        return paragraph

    def _run(self, paragraph: Any, text: str, *, bold: bool) -> None:
        run = self._under(paragraph, "w:r")
        if bold:
            self._under(self._under(run, "w:rPr"), "w:b")
        for number, piece in enumerate(text.split("\t")):
            if number:
                self._under(run, "w:tab")
            element = self._under(run, "w:t")
            element.text = piece
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _under(self, parent: Any, name: str) -> Any:
        element = parent.makeelement(self._name(name))
        parent.append(element)
        return element

    def question(self, lines: Sequence[tuple[str, str]]) -> None:
        """Add a question; a little space stands before it."""
        for number, (tag, text) in enumerate(lines):
            self._paragraphs.append(self._paragraph(f"【{tag}】" if tag else "", text, gap=number == 0))

    def left_out(self, entries: Sequence[tuple[str, str]]) -> None:
        """Say at the beginning what could not be written."""
        self._paragraphs[2:2] = [self._paragraph("", f"未写入 {code}：{reason}") for code, reason in entries]

    def save(self, file: IO[bytes]) -> None:
        """Write the document."""
        body = self._document.element.body
        last = body[-1]
        for paragraph in self._paragraphs:
            last.addprevious(paragraph)
        self._document.save(file)
