"""Finished pages kept apart from the file they go into, so that a long print can stop and go on.

A PDF file cannot be continued: its faces are written last, with the glyphs that all its pages use. Files of their own,
put together in the end, would each bring their own subset of each face, some 300 KB a file. What is kept instead are
the operators of the pages, and which characters they brought into the faces in which order. Put back into a new
document in their order they give the bytes that one go would have given, and each face lies in the file once.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from exam.printing import fonts
from exam.printing.pen import Pen
from question_bank.pictures import Picture


@dataclass(frozen=True)
class KeptPage:
    """`size` in points, the operators of its stream, and by digest the pictures on it."""

    size: tuple[float, float]
    operators: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """Some pages one after the other, and what they added to their document.

    `faces`: (face, its new characters in the order in which they came), the faces in the order of their first use.
    """

    pages: tuple[KeptPage, ...]
    faces: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        plain: dict[str, Any] = {
            "pages": [asdict(page) for page in self.pages],
            "faces": self.faces,
            "missing": self.missing,
            "pictures": [
                asdict(each) | {"data": base64.b64encode(each.data).decode()} for each in self.pictures.values()
            ],
        }
        return zlib.compress(json.dumps(plain).encode(), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Piece":
        """Raises ValueError for what is no piece, or only the beginning of one."""
        try:
            plain = json.loads(zlib.decompress(data))
        except zlib.error as error:
            raise ValueError("no piece of a print") from error
        pictures = [Picture(**each | {"data": base64.b64decode(each["data"])}) for each in plain["pictures"]]
        return cls(
            pages=tuple(
                KeptPage((page["size"][0], page["size"][1]), page["operators"], tuple(page["pictures"]))
                for page in plain["pages"]
            ),
            faces=tuple((face, characters) for face, characters in plain["faces"]),
            missing=tuple(plain["missing"]),
            pictures={each.digest: each for each in pictures},
        )


class Keeper:
    """Takes the pages of one canvas down as they end, and puts kept ones on it."""

    def __init__(self, canvas: Canvas, pen: Pen) -> None:
        self._canvas, self._pen = canvas, pen
        self._pages: list[KeptPage] = []
        self._known: dict[str, int] = {}
        self._missing: dict[str, None] = {}

    @property
    def missing(self) -> tuple[str, ...]:
        """What no face could show, on kept pages too."""
        self._missing |= dict.fromkeys(fonts.missing_in(sorted(self._pen.texts)))
        return tuple(self._missing)

    def note(self) -> None:
        """The page is about to end."""
        size = self._canvas._pagesize  # noqa: SLF001 -- the canvas tells it to nobody
        pictures = tuple(dict.fromkeys(self._pen.figures))
        self._pen.figures.clear()
        self._pages.append(KeptPage(tuple(size), "\n".join(self._canvas._code), pictures))  # noqa: SLF001

    def cut(self) -> Piece:
        """The pages since the last cut."""
        before = set(self._missing)
        pages, self._pages = tuple(self._pages), []
        shown = {digest for page in pages for digest in page.pictures}
        return Piece(
            pages=pages,
            faces=tuple(self._new_characters()),
            missing=tuple(each for each in self.missing if each not in before),
            pictures={digest: self._pen.pictures[digest] for digest in sorted(shown)},
        )

    def _new_characters(self) -> list[tuple[str, str]]:
        found = []
        for name, face in self._pen.faces.items():
            characters = face.characters
            found.append((name, characters[self._known.get(name, 0) :]))
            self._known[name] = len(characters)
        return found

    def put(self, piece: Piece) -> None:
        """Draw the pages again, as they were. Nothing else may have been drawn since the cut before them."""
        for name, characters in piece.faces:
            self._pen.embedded(name).digits(characters)
            self._known[name] = len(self._pen.faces[name].characters)
        self._missing |= dict.fromkeys(piece.missing)
        for page in piece.pages:
            self._canvas.setPageSize(page.size)
            for digest in page.pictures:
                self._pen.show(piece.pictures[digest], 0, 0, 1, 1)
            self._pen.figures.clear()
            self._canvas._code = [page.operators] if page.operators else []  # noqa: SLF001 -- the page as a whole
            self._canvas.showPage()
