"""The formats questions come and go in, by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.detection import looks_like_json, sample_of, text_format, xml_root
from question_bank.pictures import Album, no_pictures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from question_bank.drafts import Draft
    from question_bank.exchange.reading import FileReading, Item, LeftOut


Say = Callable[[Problem], str]


class Read(Protocol):
    """Read a file; raise ``Invalid`` when it is not of the format at all."""

    def __call__(self, data: bytes, *, topic: str = "") -> FileReading:
        """Read ``data``; ``topic`` is the root for questions that name none of the eight."""


class Write(Protocol):
    """Write drafts into an open file and say which could not be held."""

    def __call__(
        self, file: IO[bytes], drafts: Iterable[Draft], *, say: Say = str, pictures: Album = no_pictures
    ) -> list[LeftOut]:
        """Write ``drafts``; ``say`` puts the reason for what is left out into the reader's language.

        ``pictures`` gives those the texts name; formats that hold none have no use for them.
        """


class Format(NamedTuple):
    """One format. ``write_failed`` writes items back with the reason why they were not taken."""

    name: str
    suffix: str
    media_type: str
    read: Read
    write: Write
    write_failed: Callable[[IO[bytes], Iterable[tuple[Item, str]]], None]


def _bare(write: Callable[..., list[LeftOut]]) -> Write:
    """Return the writer of a format whose files hold texts only."""

    def written(
        file: IO[bytes], drafts: Iterable[Draft], *, say: Say = str, pictures: Album = no_pictures
    ) -> list[LeftOut]:
        del pictures
        return write(file, drafts, say=say)

    return written


def _late(module: str, name: str) -> Callable[..., Any]:
    """A function of a module that is loaded when the function is first called.

    The readers and writers of all formats are eighty modules with lxml, python-docx and Excel below them; a process
    that serves pages may never need one of them.
    """

    def call(*given: Any, **named: Any) -> Any:
        return getattr(importlib.import_module(f"question_bank.exchange.{module}"), name)(*given, **named)

    return call


def _format(name: str, suffix: str, media_type: str, *, with_pictures: bool = False) -> Format:
    read, write, write_failed = (_late(name, each) for each in ("read", "write", "write_failed"))
    return Format(name, suffix, media_type, read, write if with_pictures else _bare(write), write_failed)


def _qti(name: str) -> Format:
    write, write_failed = (partial(_late("qti.writing", each), version=name) for each in ("write", "write_failed"))
    return Format(name, ".zip", "application/zip", _late("qti.reading", "read"), write, write_failed)


_OFFICE = "application/vnd.openxmlformats-officedocument."
FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        _format("json", ".json", "application/json", with_pictures=True),
        _format("xlsx", ".xlsx", f"{_OFFICE}spreadsheetml.sheet"),
        _format("docx", ".docx", f"{_OFFICE}wordprocessingml.document"),
        _format("csv", ".csv", "text/csv"),
        _format("text", ".txt", "text/plain"),
        _format("gift", ".gift", "text/plain"),
        _format("moodle", ".xml", "application/xml", with_pictures=True)._replace(name="moodle_xml"),
        _format("aiken", ".txt", "text/plain"),
        *(_qti(name) for name in ("qti12", "qti21", "qti22", "qti30")),
    )
}
_OTHER_ENDINGS = {
    "txt": "text",
    "xml": "moodle_xml",
    "xls": "xlsx",
    "xlsm": "xlsx",
    "et": "xlsx",
    "tsv": "csv",
    "doc": "docx",
    "html": "docx",
    "htm": "docx",
    "wps": "docx",
    "docm": "docx",
    "zip": "qti21",
    "imscc": "qti12",
    "qti": "qti12",
}
_PAGES = {"html", "table", "body", "head", "meta", "div"}
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def format_named(name: str) -> Format:
    """Return the format of that name; raise ``Invalid``, naming the known ones."""
    if name not in FORMATS:
        template = N_("The format “%(found)s” is not known; known are %(known)s.")
        raise Invalid([Problem("format", template, {"found": name, "known": ", ".join(FORMATS)})])
    return FORMATS[name]


def format_of_name(file_name: str) -> Format:
    """Return the format by the ending of a file's name; raise ``Invalid``."""
    ending = file_name.rsplit(".", 1)[-1].lower() if "." in file_name else ""
    return format_named(_OTHER_ENDINGS.get(ending, ending))


def format_of(data: bytes, file_name: str) -> Format:
    """Return the format of a file by what it begins with, else by its name; raise ``Invalid``."""
    if data.startswith((_ZIP, _OLD_EXCEL)):
        return FORMATS[_packed_format(data)]
    if looks_like_json(data):
        return FORMATS["json"]
    _late("strangers", "refuse_stranger")(data)
    if found := _pretended(data, file_name) or _xml_format(data):
        return FORMATS[found]
    ending = file_name.rsplit(".", 1)[-1].lower() if "." in file_name else ""
    known = ending != "txt" and (ending in FORMATS or ending in _OTHER_ENDINGS)
    found = "" if known else text_format(data)  # .txt says no more than that it is a text
    if found:
        return FORMATS[found]
    return format_of_name(file_name)


def _pretended(data: bytes, file_name: str) -> str:
    """Return what a page or a text is that calls itself a workbook or a document; empty for anything else."""
    sheet = file_name.lower().endswith((".xls", ".xlsx", ".et"))
    root = xml_root(data)
    if root == "Workbook":
        return "xlsx"
    if root.lower() in _PAGES:
        return "xlsx" if sheet else "docx"
    return "csv" if sheet and text_format(data) == "csv" else ""


def _xml_format(data: bytes) -> str:
    """Return which of our formats an XML file is, empty for what is no XML; raise ``Invalid`` for any other."""
    root = xml_root(data)
    if _late("moodle", "is_moodle")(root):
        return "moodle_xml"
    if found := _late("qti.detection", "format_of_text")(data):
        return str(found)
    if root and sample_of(data).lstrip().startswith("<?xml"):
        template = N_(
            "This XML holds “%(root)s”, no questions. If it is part of a package, choose the whole package (.zip)."
        )
        raise Invalid([Problem("format", template, {"root": root})])
    return ""


def _packed_format(data: bytes) -> str:
    """Return what a packed file is by its members; raise ``Invalid`` when it is not safe to open."""
    if data.startswith(_OLD_EXCEL):
        return "docx" if _WORD_STREAM in data else "xlsx"
    archive = _late("archives", "open_archive")(data)
    if "xl/workbook.xml" in archive:
        return "xlsx"
    if any(name.startswith("word/document") for name in archive.names()):
        return "docx"
    found = _late("qti.detection", "format_of_archive")(archive)
    if not found:
        _late("strangers", "refuse_packed")(archive.names())
    return str(found or "xlsx")
