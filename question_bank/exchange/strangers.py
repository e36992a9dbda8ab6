"""Files of no format of ours: what they are by their first bytes, and what a person does with them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from question_bank.errors import N_, Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

_SAVE_AS_WORD = N_("This is a %(what)s, no Word document; open it in Word or WPS and save it as .docx (另存为 docx).")
_UNPACK = N_("This is a packed file (%(what)s); unpack it and choose the files in it one by one.")
_PICTURE = N_("This is a picture (%(what)s); questions in pictures have to be typed.")
_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", _SAVE_AS_WORD, "PDF"),
    (b"{\\rtf", _SAVE_AS_WORD, "RTF"),
    (b"MIME-Version:", _SAVE_AS_WORD, "MHT"),
    (b"From: <", _SAVE_AS_WORD, "MHT"),
    (b"Rar!", _UNPACK, "RAR"),
    (b"7z\xbc\xaf\x27\x1c", _UNPACK, "7z"),
    (b"\x1f\x8b", _UNPACK, "gzip"),
    (b"\x89PNG", _PICTURE, "PNG"),
    (b"\xff\xd8\xff", _PICTURE, "JPEG"),
    (b"GIF8", _PICTURE, "GIF"),
    (b"BM", _PICTURE, "BMP"),
)
_OFFICE = (".xlsx", ".xls", ".docx", ".doc", ".csv", ".wps", ".et", ".txt")
_SHOWN = 3


def refuse_stranger(data: bytes) -> None:
    """Raise ``Invalid`` for an empty file and for what its first bytes say is nothing to read questions from."""
    if not data.strip():
        raise Invalid([Problem("", N_("The file is empty."))])
    for beginning, template, what in _BEGINNINGS:
        if data.startswith(beginning) and (what != "BMP" or b"\0" in data[:32]):
            raise Invalid([Problem("", template, {"what": what})])


def refuse_packed(names: Iterable[str]) -> None:
    """Raise ``Invalid`` for an archive of office files, naming some of them."""
    found = [name.rsplit("/", 1)[-1] for name in names if name.lower().endswith(_OFFICE)]
    if found:
        template = N_("This archive holds %(count)s files (%(names)s); unpack it and choose them one by one.")
        raise Invalid([Problem("", template, {"count": len(found), "names": "、".join(found[:_SHOWN])})])
