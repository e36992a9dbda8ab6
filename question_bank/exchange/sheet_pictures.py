"""Pictures on the sheets of a workbook: floating over cells (Excel) or set into them by WPS (DISPIMG)."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.docx.numbering import attribute, local
from question_bank.exchange.xml import parse_xml
from question_bank.pictures import Picture, pixels_of, read_picture, reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from question_bank.exchange.archives import Archive

MOST_PIXELS = 160_000_000
"""Of all pictures together: a few seconds of reading them."""
MARK = "[图片]"
_MEDIA = "xl/media/"
_WPS_IMAGES = "xl/cellimages.xml"
_IN_CELL = re.compile(r'^=?(?:_xlfn\.)?DISPIMG\("([^"]{1,80})"\s*,\s*\d\)$', re.IGNORECASE)
_ANCHORS = frozenset({"twoCellAnchor", "oneCellAnchor"})
_SAYS_NOTHING = re.compile(
    r"^(?:图片|图像|picture|image|pic)?\s*\d*$|\.(?:png|jpe?g|gif|bmp|webp)$|[\\/]|^upload", re.IGNORECASE
)


class Place(NamedTuple):
    """A cell, row and column counted from 0."""

    row: int
    column: int


@dataclass
class SheetPictures:
    """The pictures of one workbook: ``kept`` those its texts name by now, ``lost`` the rows of unreadable ones."""

    archive: Archive
    kept: dict[str, Picture] = field(default_factory=dict)
    lost: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _pixels: int = 0

    def put(self, name: str, rows: list[list[str]]) -> None:
        """Write the references to the pictures of the sheet ``name`` behind the texts of its cells."""
        if not any(each.startswith(_MEDIA) for each in self.archive.names()):
            return
        try:
            found = [*self._floating(name), *self._set_in(rows)]
        except Invalid:  # what Excel itself could not draw is no reason to refuse the questions
            return
        for place, member, alt in found:
            if not 0 <= place.row < len(rows):
                continue
            row = rows[place.row]
            row += [""] * (place.column + 1 - len(row))
            text = "" if _IN_CELL.match(row[place.column]) else row[place.column]
            row[place.column] = f"{text}{self._reference(member, alt, name, place.row)}"

    def cautions(self, name: str, line: int) -> tuple[Problem, ...]:
        """Return what to say of the question in that line (from 1) of a sheet."""
        if line - 1 not in self.lost.get(name, ()):
            return ()
        template = N_("A picture in row %(row)s could not be read; a mark stands in its place.")
        return (Problem("stem", template, {"row": line}, warning=True),)

    def _reference(self, member: str, alt: str, name: str, row: int) -> str:
        try:
            data = self.archive.read(member)
            self._pixels += pixels_of(data)
            picture = read_picture(data) if self._pixels <= MOST_PIXELS else None
        except Invalid:
            picture = None
        if picture is None:
            self.lost[name].add(row)
            return MARK
        self.kept[picture.digest] = picture
        return reference(picture, "" if _SAYS_NOTHING.search(alt.strip()) else alt)

    def _floating(self, name: str) -> Iterator[tuple[Place, str, str]]:
        """Yield cell, file and description of each picture that lies over a cell."""
        for drawing in self._drawings(name):
            targets = self._targets(drawing)
            for anchor in parse_xml(self.archive.read(drawing)):
                at = _place_of(anchor) if local(anchor) in _ANCHORS else None
                for blip in _named(anchor, "blip") if at else ():
                    target = targets.get(attribute(blip, "embed"), "")
                    if at and target:
                        yield at, target, _description(anchor)

    def _set_in(self, rows: list[list[str]]) -> Iterator[tuple[Place, str, str]]:
        """Yield the same for the pictures that WPS set into cells."""
        if _WPS_IMAGES not in self.archive:
            return
        targets = self._targets(_WPS_IMAGES)
        members: dict[str, str] = {}
        for image in parse_xml(self.archive.read(_WPS_IMAGES)):
            about = next(_named(image, "cNvPr"), None)
            blip = next(_named(image, "blip"), None)
            if about is not None and blip is not None:
                members[attribute(about, "name")] = targets.get(attribute(blip, "embed"), "")
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                found = _IN_CELL.match(text) if "DISPIMG" in text else None
                if found:
                    yield Place(number, column), members.get(found[1], ""), ""

    def _drawings(self, name: str) -> list[str]:
        book = "xl/workbook.xml"
        targets = self._targets(book)
        sheets = _named(parse_xml(self.archive.read(book)), "sheet")
        sheet = next((targets.get(attribute(each, "id"), "") for each in sheets if each.get("name") == name), "")
        return [path for path in self._targets(sheet).values() if "/drawings/drawing" in f"/{path}"]

    def _targets(self, path: str) -> dict[str, str]:
        """Return the files a part of the workbook points to, by their ids."""
        folder, last = posixpath.split(path)
        relations = f"{folder}/_rels/{last}.rels"
        if relations not in self.archive:
            return {}
        found = {}
        for each in parse_xml(self.archive.read(relations)):
            target = each.get("Target") or ""
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            if each.get("TargetMode") != "External" and whole in self.archive:
                found[each.get("Id") or ""] = whole
        return found


def _place_of(anchor: Any) -> Place | None:
    """Return the cell a picture lies on: the one it begins in, of several rows the middle one."""
    corners = [
        {local(each): (each.text or "") for each in corner} for corner in anchor if local(corner) in {"from", "to"}
    ]
    try:
        rows = [int(corner["row"]) for corner in corners]
        return Place(sum(rows) // len(rows), int(corners[0]["col"]))
    except (KeyError, ValueError, ZeroDivisionError):
        return None


def _description(anchor: Any) -> str:
    about = next(_named(anchor, "cNvPr"), None)
    return (about.get("descr") or "") if about is not None else ""


def _named(element: Any, name: str) -> Iterator[Any]:
    return (each for each in element.iter() if isinstance(each.tag, str) and local(each) == name)
