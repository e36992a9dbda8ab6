"""Whether a file is QTI, and of which version: a glance at names and beginnings, never a whole parse."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from question_bank.errors import Invalid
from question_bank.exchange.detection import sample_of
from question_bank.exchange.qti.names import format_of_names
from question_bank.exchange.qti.packages import MANIFEST

if TYPE_CHECKING:
    from question_bank.exchange.archives import Archive

_ROOT = re.compile(
    r"<(?:[\w.-]+:)?(questestinterop|(?:qti-)?assessment-?(?:item|test|section|stimulus)|manifest|item|objectbank|"
    r"assessment|section)(?=[\s>/])([^>]*)>",
    re.IGNORECASE,
)
_MOST_LOOKED_AT = 30
_XML = (".xml", ".qti", ".dat")


def format_of_text(data: bytes) -> str:
    """Return which of our formats an XML file is by its root and namespace; empty when it is no QTI."""
    found = _ROOT.search(re.sub(r"<!--.*?-->", "", sample_of(data), flags=re.DOTALL))
    if found is None or found[1] == "manifest":
        return ""
    return format_of_names(found[1], found[2])


def format_of_archive(archive: Archive) -> str:
    """Return which of our formats a package is by the first file with questions; empty when it holds none.

    A package with a manifest but nothing that can be told apart is taken for 2.1, which reads it and says what it is.
    """
    names = archive.names()
    looked = 0
    for name in sorted(names, key=lambda each: (not each.lower().endswith(_XML), each.count("/"))):
        if not name.lower().endswith(_XML) or looked >= _MOST_LOOKED_AT:
            break
        looked += 1
        try:
            found = format_of_text(archive.read(name)[: 64 * 1024])
        except Invalid:
            continue
        if found:
            return found
    return "qti21" if any(posixpath.basename(name).lower() == MANIFEST for name in names) else ""
