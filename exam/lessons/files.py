"""Pure: which files are taken, known by how they begin and not by what they are called."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from question_bank.errors import N_, NotAllowed

LARGEST = 30 * 1024 * 1024
"""Bytes."""


@dataclass(frozen=True)
class FileType:
    """A kind of file: its endings, its media type, how every one of them begins."""

    name: str
    endings: frozenset[str]
    media_type: str
    begins: bytes
    inside: str = ""  # a folder that every such ZIP package has


_PACKAGE = b"PK\x03\x04"
PDF = FileType("PDF", frozenset({".pdf"}), "application/pdf", b"%PDF-")
PPTX = FileType(
    "PPTX",
    frozenset({".pptx"}),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    _PACKAGE,
    "ppt/presentation.xml",
)
ODP = FileType("ODP", frozenset({".odp"}), "application/vnd.oasis.opendocument.presentation", _PACKAGE, "content.xml")
PPT = FileType("PPT", frozenset({".ppt", ".pps"}), "application/vnd.ms-powerpoint", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
JPEG = FileType("JPEG", frozenset({".jpg", ".jpeg"}), "image/jpeg", b"\xff\xd8\xff")
PNG = FileType("PNG", frozenset({".png"}), "image/png", b"\x89PNG\r\n\x1a\n")

SLIDES = (PDF, PPTX, PPT, ODP)
CERTIFICATES = (PDF, JPEG, PNG)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its name without folders and control characters, its media type, its bytes."""

    name: str
    media_type: str
    data: bytes


def check(name: str, data: bytes, allowed: tuple[FileType, ...]) -> Checked:
    """Raises NotAllowed for an empty file, one that is too large, and one that is not what its ending says."""
    safe = safe_name(name)
    if not data:
        raise NotAllowed(N_("The file is empty."))
    if len(data) > LARGEST:
        raise NotAllowed(N_("The file has %(found)s MB; at most %(most)s MB are taken."), **_sizes(len(data)))
    kind = next((each for each in allowed if PurePosixPath(safe).suffix.lower() in each.endings), None)
    if kind is None or not _is(kind, data):
        names = ", ".join(each.name for each in allowed)
        raise NotAllowed(N_("“%(name)s” is not taken. Send one of these: %(kinds)s."), name=safe, kinds=names)
    return Checked(safe, kind.media_type, data)


def safe_name(name: str) -> str:
    """The last part of a path, without what a file system or a header could misread; at most 120 characters."""
    last = _UNSAFE.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:9]}" if stem else last[:120] or "file"


def _sizes(size: int) -> dict[str, str]:
    return {"found": f"{size / 1024 / 1024:.1f}", "most": str(LARGEST // 1024 // 1024)}


def _is(kind: FileType, data: bytes) -> bool:
    if not data.startswith(kind.begins):
        return False
    if not kind.inside:
        return True
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return kind.inside in package.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False
