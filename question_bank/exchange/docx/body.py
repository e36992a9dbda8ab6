"""A Word document as lines and tables, in reading order, with its automatic numbers written out. Pure: bytes in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.archives import Archive, open_archive
from question_bank.exchange.docx.numbering import Numbering, attribute, child, local, value
from question_bank.exchange.paper.lines import OVER, TINTED, UNDER, Line, Table, plain
from question_bank.exchange.xml import parse_xml
from question_bank.pictures import Picture, read_picture, reference

_BLANK = "____"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MOST_PARAGRAPHS = 100_000
MOST_PIXELS = 160_000_000
"""Of all pictures together: a few seconds of reading them."""
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# signs of the Wingdings fonts by code, as offices use them to tick
_SIGNS = {"FC": "√", "FB": "×", "FE": "√", "FD": "×", "A8": "□", "52": "√", "51": "×", "50": "√", "4F": "×", "6F": "□"}
_PARAGRAPHS = (b":p>", b":p/>", b":p ", b"<p>", b"<p/>", b"<p ")
"""Beginnings and ends alike: each paragraph counts once or twice, so the limit is doubled in the count below."""
_SPACES = re.compile(r"^[\s_\u3000\u00a0]+$")
_SKIPPED = frozenset({"del", "moveFrom", "instrText", "fldData", "rPr", "pPr", "Fallback", "rt", "sectPr", "tblPr"})


@dataclass
class Body:
    """What a document holds, and the pictures its texts name."""

    blocks: list[Line | Table] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)


def read_body(data: bytes) -> Body:
    """Read a .docx. Raises ``Invalid`` for anything else, saying how to save it, and for what passes the limits."""
    if data.startswith(_OLE):
        template = N_("This is an old Word or WPS document (.doc, .wps); save it as .docx (另存为 docx).")
        if _ENCRYPTED in data:
            template = N_("This file is protected by a password; save it without one.")
        raise Invalid([Problem("", template)])
    archive = open_archive(data)
    name = _main_part(archive)
    text = archive.read(name)
    if sum(map(text.count, _PARAGRAPHS)) > 2 * MOST_PARAGRAPHS:
        raise _too_many()
    root = parse_xml(text)
    content = child(root, "body")
    if content is None:
        raise Invalid([Problem("", N_("This Word document holds no text."))])
    return _Reader(archive, name).read(content)


def _too_many() -> Invalid:
    template = N_("This document has more than %(most)s paragraphs.")
    return Invalid([Problem("", template, {"most": MOST_PARAGRAPHS})])


def _main_part(archive: Archive) -> str:
    """Return the name of the document part; tools name it document.xml, document2.xml …"""
    found = sorted(name for name in archive.names() if re.fullmatch(r"word/document\d*\.xml", name))
    if not found:
        raise Invalid([Problem("", N_("This is no Word document (.docx); save it as .docx (另存为 docx)."))])
    return found[0]


class _Reader:
    """Walks through the document once."""

    def __init__(self, archive: Archive, name: str) -> None:
        self._archive = archive
        folder, _, base = name.rpartition("/")
        self._folder = folder
        self._targets = _targets(self._part(f"{folder}/_rels/{base}.rels"))
        self._numbering = Numbering(self._part(f"{folder}/numbering.xml"), self._part(f"{folder}/styles.xml"))
        self._body = Body()
        self._count = 0
        self._pixels = 0
        self._lost: list[str] = []

    def _part(self, name: str) -> Any:
        return parse_xml(self._archive.read(name)) if name in self._archive else None

    def read(self, content: Any) -> Body:
        """Return all blocks of the body."""
        self._body.blocks.extend(self._blocks(content))
        return self._body

    def _blocks(self, parent: Any) -> Iterator[Line | Table]:
        for element in parent:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield self._table(element)
            elif name in {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"}:
                yield from self._blocks(element)

    def _paragraph(self, element: Any) -> Iterator[Line]:
        self._count += 1
        if self._count > MOST_PARAGRAPHS:
            raise _too_many()
        number = self._count
        boxes: list[Any] = []
        label = self._numbering.label(child(element, "pPr"))
        self._lost = []
        text = "".join(self._inline(element, boxes.append))
        text = (label.text + ("" if label.text.endswith(" ") else " ") + text) if label and label.text else text
        form = label.form if label and (label.text or label.form == "bullet") else ""
        yield Line(number, _joined(text), form, tuple(dict.fromkeys(self._lost)))
        for box in boxes:
            yield from (block for block in self._blocks(box) if isinstance(block, Line))

    def _inline(self, parent: Any, box: Callable[[Any], None]) -> Iterator[str]:
        """Yield the texts of a paragraph; text boxes in it are handed to ``box``."""
        for element in parent:
            name = local(element)
            if name in _SKIPPED:
                continue
            if name == "r":
                yield self._run(element, box)
            elif name in _LEAVES:
                yield _LEAVES[name](element)
            elif name == "txbxContent":
                box(element)
            elif name in {"blip", "imagedata"}:
                yield self._picture(element)
            elif name in {"footnoteReference", "endnoteReference"}:
                self._lost.append(N_("A footnote was left out."))
            else:
                if name == "oMath":
                    self._lost.append(N_("A formula was read as plain text; look at it."))
                yield from self._inline(element, box)

    def _run(self, element: Any, box: Callable[[Any], None]) -> str:
        """Return the text of a run of one look: what is raised or lowered becomes such signs, underlined is marked."""
        look = child(element, "rPr")
        text = "".join(self._inline(element, box))
        if look is None or not text:
            return text
        if child(look, "vanish") is not None and value(look, "vanish") not in {"0", "false"}:
            return ""
        raised = value(look, "vertAlign")
        if raised in {"superscript", "subscript"}:
            text = text.translate(_RAISED if raised == "superscript" else _LOWERED)
        if text.strip() and _is_tinted(look):
            text += TINTED
        line = child(look, "u")
        if line is not None and attribute(line, "val") not in {"none", "0"}:
            return f"{UNDER}{text}{OVER}"
        return text

    def _picture(self, element: Any) -> str:
        """Return how a text names a picture of the document; a mark where it cannot be read."""
        target = self._targets.get(attribute(element, "embed") or attribute(element, "id"), "")
        name = target.lstrip("/") if target.startswith("/") else f"{self._folder}/{target}"
        try:
            self._pixels += _pixels(data := self._archive.read(name))
            picture = read_picture(data) if self._pixels <= MOST_PIXELS else None
        except Invalid:
            picture = None
        if picture is None:
            self._lost.append(N_("A picture could not be read; a mark stands in its place."))
            return "[图片]"
        self._body.pictures[picture.digest] = picture
        return reference(picture, "")

    def _table(self, element: Any) -> Table:
        """Return a table; a cell over several columns is followed by empty ones."""
        number = self._count + 1
        rows = []
        for row in _rows(element):
            cells: list[str] = []
            for cell in (each for each in _flat(row) if local(each) == "tc"):
                cells.append(self._cell(cell))
                span = value(cell, "tcPr", "gridSpan")
                cells += [""] * (min(int(span), 60) - 1 if span.isascii() and span.isdigit() else 0)
            rows.append(tuple(cells))
        return Table(number, tuple(rows))

    def _cell(self, cell: Any) -> str:
        """Return the lines of a cell; what stands in a table inside it is parted by ｜."""
        lines = []
        for block in self._blocks(cell):
            if isinstance(block, Line):
                lines.append(plain(block.text))
            else:
                lines += ["｜".join(text.replace("\n", " ") for text in row) for row in block.rows]
        return "\n".join(lines).strip(" \t\n")


def _rows(table: Any) -> Iterator[Any]:
    return (row for row in _flat(table) if local(row) == "tr")


def _flat(parent: Any) -> Iterator[Any]:
    """Yield children, those of content controls and insertions in their place."""
    for element in parent:
        if local(element) in {"sdt", "sdtContent", "ins", "customXml", "smartTag"}:
            yield from _flat(element)
        else:
            yield element


def _targets(relations: Any) -> dict[str, str]:
    """Return the targets inside the file by their ids; those outside are never looked at."""
    inside = (
        (each for each in relations if attribute(each, "TargetMode") != "External") if relations is not None else ()
    )
    return {attribute(each, "Id"): attribute(each, "Target") for each in inside}


def _joined(text: str) -> str:
    """Join neighbouring underlined runs and make underlined spaces a blank."""
    text = text.replace(OVER + UNDER, "").replace(TINTED + OVER, OVER + TINTED)
    return re.sub(
        f"{UNDER}([^{OVER}]*){OVER}",
        lambda found: _BLANK if _SPACES.match(found[1]) else found[0],
        text,
    )


def _is_tinted(look: Any) -> bool:
    """Whether a run is red or under a marker, as offices show the right option."""
    colour = value(look, "color")
    red = re.fullmatch(r"[B-Fb-f][0-9A-Fa-f](?:[0-4][0-9A-Fa-f]){2}", colour) is not None
    return red or value(look, "highlight") not in {"", "none", "white"}


def _pixels(data: bytes) -> int:
    """Return the size of a picture by its head; 0 for what is none."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.width * image.height
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return MOST_PIXELS if data else 0


def _sign(element: Any) -> str:
    return _SIGNS.get(attribute(element, "char").upper()[-2:], "")


def _break(element: Any) -> str:
    return "" if attribute(element, "type") == "page" else "\n"


def _always(text: str) -> Callable[[Any], str]:
    return lambda _: text


_LEAVES: dict[str, Callable[[Any], str]] = {
    "t": lambda element: element.text or "",
    "tab": _always("\t"),
    "br": _break,
    "cr": _always("\n"),
    "noBreakHyphen": _always("-"),
    "sym": _sign,
}
