"""A face inside one PDF: glyphs numbered as they are first used, two bytes each (ISO 32000-1 §9.7, Type 0).

ReportLab itself embeds Chinese as dozens of faces of 256 glyphs, so that a line changes faces a dozen times. With one
face the operators of a page are half as many, and characters beyond the BMP can be searched.
"""

import hashlib
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import TTFont

BLOCK = 100
"""Entries of one section of a character map, at most."""


class Embedded:
    """One face in one document, written when the document is saved."""

    def __init__(self, document: Any, font: TTFont) -> None:
        self._font = font
        self.name = f"F{len(document.fontMapping) + 1}"
        self._hex: dict[str, str] = {}
        self._glyphs: dict[int, int] = {}
        self._codes: list[int] = []
        document.fontMapping[font.fontName] = f"/{self.name}"
        document.delayedFonts.append(self)

    @property
    def characters(self) -> str:
        """The characters shown so far, in the order of their first use."""
        return "".join(self._hex)

    def digits(self, text: str) -> list[str]:
        """The number of each character's glyph, in four hexadecimal digits; nothing for a character without a glyph."""
        known = self._hex
        return [known[character] if character in known else self._number(character) for character in text]

    def _number(self, character: str) -> str:
        code = ord(character)
        glyph = self._font.face.charToGlyph.get(code)
        if glyph is None:
            return self._hex.setdefault(character, "")
        number = self._glyphs.get(glyph)
        if number is None:
            self._codes.append(code)
            number = self._glyphs[glyph] = len(self._codes)
        return self._hex.setdefault(character, f"{number:04X}")

    def addObjects(self, document: Any) -> None:  # noqa: N802 -- ReportLab calls it when it saves
        """Write the face, its widths and its character map into `document`."""
        face = self._font.face
        name = f"{_tag(self._codes)}+{face.name.decode('ascii')}"
        system = pdfdoc.PDFDictionary(
            {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
        )
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": pdfdoc.PDFName(name),
                "CIDSystemInfo": system,
                "FontDescriptor": face.addSubsetObjects(document, name, self._codes),
                "DW": 1000,
                "W": pdfdoc.PDFArray(self._widths()),
                "CIDToGIDMap": pdfdoc.PDFName("Identity"),
            }
        )
        characters = pdfdoc.PDFStream(content=_character_map(self._codes))
        characters.filters = [pdfdoc.PDFZCompress]
        font = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": pdfdoc.PDFName(name),
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant, f"descendant:{name}")]),
                "ToUnicode": document.Reference(characters, f"characters:{name}"),
            }
        )
        fonts = document.idToObject[pdfdoc.BasicFonts].dict
        fonts[self.name] = document.Reference(font, self.name)

    def _widths(self) -> list[Any]:
        """Runs of glyphs that are not one em wide: first number, then the widths."""
        found: list[Any] = []
        run: list[Any] = []
        before = -1
        for number, code in enumerate(self._codes, 1):
            width = round(self._font.face.charWidths[code], 2)
            if width == 1000:
                continue
            if number != before + 1:
                array = pdfdoc.PDFArray([])
                run = array.sequence  # the array keeps a list of its own
                found += [number, array]
            run.append(width)
            before = number
        return found


def _tag(codes: list[int]) -> str:
    """Six letters by which two subsets of a face can be told apart when files are put together (§9.6.4)."""
    digest = hashlib.sha256(",".join(map(str, codes)).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _character_map(codes: list[int]) -> str:
    """Glyph number → UTF-16, for searching and copying."""
    entries = [
        f"<{number:04X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for number, code in enumerate(codes, 1)
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for begin in range(0, len(entries), BLOCK):
        block = entries[begin : begin + BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)
