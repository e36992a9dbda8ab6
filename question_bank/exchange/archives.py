"""Zip files from outside: packages of questions, spreadsheets, documents. Nothing is ever unpacked to disk. Pure."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

from question_bank.errors import N_, Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBERS = 25_000
MAX_MEMBER_BYTES = 64 * 1024 * 1024
MAX_TOTAL_BYTES = 256 * 1024 * 1024
MAX_RATIO = 250
"""How many times larger than packed a member of more than a megabyte may be; honest XML stays below 100."""

_ENTRY = b"PK\x01\x02"
_MEGABYTE = 1024 * 1024
_MAX_NAME = 500
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class Archive:
    """An opened zip file whose members have passed every limit; names use ``/`` and are as the archive spells them."""

    def __init__(self, opened: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
        """Take the opened file and its checked members by name."""
        self._opened = opened
        self._members = members

    def names(self) -> list[str]:
        """Return the names of all files, in the order of the archive; folders are left out."""
        return list(self._members)

    def __contains__(self, name: object) -> bool:
        """Whether there is a file of that name."""
        return name in self._members

    def size(self, name: str) -> int:
        """Return the unpacked size of a member in bytes; raise ``Invalid`` if there is none."""
        return self._member(name).file_size

    def read(self, name: str) -> bytes:
        """Return a member unpacked. Raises ``Invalid`` when there is none or its data is damaged."""
        member = self._member(name)
        try:
            with self._opened.open(member) as file:
                data = file.read(member.file_size + 1)
        except _FAILURES as error:
            raise _refused(N_("“%(name)s” in the archive is damaged."), name=_shown(name)) from error
        if len(data) != member.file_size:
            raise _refused(N_("“%(name)s” in the archive is damaged."), name=_shown(name))
        return data

    def _member(self, name: str) -> zipfile.ZipInfo:
        if name not in self._members:
            raise _refused(N_("There is no “%(name)s” in the archive."), name=_shown(name))
        return self._members[name]


def open_archive(data: bytes) -> Archive:
    """Open a zip file.

    Raises ``Invalid`` when it is damaged, encrypted, has more than 25,000 members, would unpack to more than 64 MB in
    one member or 256 MB in all, packs a member tighter than any honest file, spells a name twice, or has a member that
    is a link or whose name leads outside the archive. Only the directory is read; members are checked as they are read.
    """
    # counted before the directory is read, for reading a hundred thousand entries already takes seconds
    if data.count(_ENTRY) > MAX_MEMBERS:
        raise _refused(N_("The archive holds more than %(most)s files."), most=MAX_MEMBERS)
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except _FAILURES as error:
        raise _refused(N_("This archive is damaged or not complete; export it again.")) from error
    members: dict[str, zipfile.ZipInfo] = {}
    for name, member in _files(opened):
        _check(name, member)
        if name in members:
            raise _refused(N_("“%(name)s” stands in the archive twice."), name=_shown(name))
        members[name] = member
    total = sum(member.file_size for member in members.values())
    if total > MAX_TOTAL_BYTES:
        raise _refused(N_("The archive would unpack to more than %(most)s MB."), most=MAX_TOTAL_BYTES // _MEGABYTE)
    return Archive(opened, members)


def _files(opened: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for member in opened.infolist():
        name = _name(member)
        if not name.endswith("/"):
            yield name, member


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name with ``/``. Packers on Chinese Windows write it in GBK without saying so."""
    name = member.orig_filename
    if not member.flag_bits & _UTF8_NAME and not name.isascii():
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _check(name: str, member: zipfile.ZipInfo) -> None:
    shown = _shown(name)
    if _leads_outside(name):
        raise _refused(N_("The name “%(name)s” in the archive is not allowed."), name=shown)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(N_("“%(name)s” in the archive is a link, which is not allowed."), name=shown)
    if member.flag_bits & _ENCRYPTED:
        raise _refused(N_("The archive is protected by a password; save it without one."))
    if member.compress_type not in _METHODS:
        raise _refused(N_("“%(name)s” in the archive is packed in a way that is not supported."), name=shown)
    if member.file_size > MAX_MEMBER_BYTES:
        most = MAX_MEMBER_BYTES // _MEGABYTE
        raise _refused(N_("“%(name)s” in the archive would unpack to more than %(most)s MB."), name=shown, most=most)
    if member.file_size > _MEGABYTE and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        raise _refused(N_("“%(name)s” in the archive is packed too tightly to be genuine."), name=shown)


def _leads_outside(name: str) -> bool:
    bad = name.startswith("/") or _DRIVE.match(name) or "\0" in name or len(name) > _MAX_NAME or not name
    return bool(bad) or ".." in name.split("/")


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in name[:80])


def _refused(template: str, **params: object) -> Invalid:
    return Invalid([Problem("", template, params)])
