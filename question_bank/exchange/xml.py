"""XML from outside, read so that it can neither fetch, nor expand, nor swell. Pure: bytes in, elements out."""

from __future__ import annotations

import codecs
import html.entities
import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from question_bank.errors import N_, Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 32 * 1024 * 1024
MAX_TAGS = 1_000_000
"""Upper bound of ``<`` in a file: each element costs about a hundred bytes of memory, however short it is."""

_PROLOGUE = 64 * 1024
_STEP = 1024 * 1024
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
# declarations of elements and attributes, as some examples of the standards carry them, say nothing we need
_SUBSET = re.compile(rb"\[(?:\s|<!--.*?-->|<!(?:ELEMENT|ATTLIST|NOTATION)[^>\[%&]*>)*\]", re.DOTALL)
_NAMED_DTD = re.compile(
    rb"""<!DOCTYPE\s+[\w:.-]+(?:\s+(?:SYSTEM|PUBLIC))?(?:\s+(?:"[^"]*"|'[^']*'))*\s*>""", re.IGNORECASE
)
# old exports name the DTD of their format; it is never loaded, and any other name has no business there
_KNOWN_DTD = re.compile(
    rb"""(?:^|[/\\"'])(?:ims_?)?(?:qti|asi)[\w.-]*\.dtd["']\s*>$|^<!DOCTYPE\s+[\w:.-]+\s*>$""", re.IGNORECASE
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")
_BARE_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_OWN_ENTITIES = {b"lt", b"gt", b"amp", b"quot", b"apos"}


def parse_xml(data: bytes) -> Any:
    """Return the root element (``lxml.etree._Element``) of an XML file.

    Comments and processing instructions are dropped, CDATA becomes text, entities of HTML such as ``&nbsp;`` become
    their characters. Nothing outside the bytes is ever read. Raises ``Invalid`` when it is not well-formed (with line
    and column), declares entities or an unknown DTD, is larger than 32 MB, holds more than a million tags, is nested
    deeper than 256, or is not in the encoding it names.
    """
    if len(data) > MAX_BYTES:
        raise _refused(N_("This XML is larger than %(most)s MB."), most=MAX_BYTES // 1024**2)
    text = _as_utf8(data)
    if b"\0" in text:
        raise _refused(N_("There are zero bytes in this XML; the file is damaged."))
    if text.count(b"<") > MAX_TAGS:
        raise _refused(N_("This XML has more than %(most)s tags."), most=MAX_TAGS)
    text = _without_doctype(_DECLARATION.sub(b"", text.removeprefix(codecs.BOM_UTF8), count=1).lstrip())
    return _parsed(text)


def _parsed(text: bytes) -> Any:
    try:
        return etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_UNDECLARED_ENTITY and (plain := _BARE_ENTITY.sub(_char, text)) != text:
            return _parsed(plain)
        raise Invalid([Problem("", _why(error), _place(error))]) from error


def _parser() -> Any:
    """Return a parser that loads no DTD, expands no entity, opens no network and keeps libxml2's own limits."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )


def _why(error: Any) -> str:
    if "depth" in str(error).lower():
        return N_("This XML is nested too deeply (line %(line)s).")
    if "huge" in str(error).lower():
        return N_("One text of this XML is larger than 10 MB (line %(line)s).")
    return N_("This is not well-formed XML: line %(line)s, column %(column)s (%(reason)s).")


def _place(error: Any) -> dict[str, object]:
    line, column = error.position
    return {"line": line, "column": column, "reason": str(error.msg).split(", line ")[0][:120]}


def _refused(template: str, **params: object) -> Invalid:
    return Invalid([Problem("", template, params)])


def _as_utf8(data: bytes) -> bytes:
    """Return the bytes in UTF-8. Raises ``Invalid`` when they are not in the encoding the file names."""
    encoding = _encoding(data)
    if encoding in {"utf-8", "ascii"}:
        return data
    try:
        return b"".join(_transcoded(data, encoding))
    except (UnicodeError, LookupError) as error:
        template = N_("The file says it is in %(encoding)s, but it is not.")
        raise _refused(template, encoding=encoding) from error


def _encoding(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if data[:2] in {b"<\0", b"\0<"}:
        return "utf-16-le" if data[:1] == b"<" else "utf-16-be"
    declared = _DECLARED.match(data[:400])
    name = declared[1].decode().lower() if declared else "utf-8"
    # GB 18030 holds all of GB 2312 and GBK, and files that say the former use the latter
    return "gb18030" if name in {"gb2312", "gbk", "gb18030", "x-gbk", "cp936"} else _python_name(name)


def _python_name(name: str) -> str:
    try:
        found = codecs.lookup(name)
    except LookupError as error:
        raise _refused(N_("The encoding “%(encoding)s” is not known."), encoding=name) from error
    if not found._is_text_encoding:  # noqa: SLF001 - hex, zip and the like are codecs too
        raise _refused(N_("The encoding “%(encoding)s” is not known."), encoding=name)
    return found.name


def _transcoded(data: bytes, encoding: str) -> Iterator[bytes]:
    """Yield the bytes in UTF-8, a megabyte at a time, so that no second copy of the text stands in memory."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), _STEP):
        piece = decoder.decode(data[start : start + _STEP], final=start + _STEP >= len(data))
        yield piece.removeprefix("\ufeff").encode()


def _without_doctype(text: bytes) -> bytes:
    """Drop the DOCTYPE of a known format. Raises ``Invalid`` for declarations inside one and for any other DTD."""
    found = _DOCTYPE.search(text, 0, _PROLOGUE)
    if found is None:
        return text
    if subset := _SUBSET.search(text, found.start(), found.start() + _PROLOGUE):
        text = text[: subset.start()] + text[subset.end() :]
    named = _NAMED_DTD.match(text, found.start())
    if named is None:
        raise _refused(N_("This XML declares entities or a DTD of its own, which is not allowed."))
    if not _KNOWN_DTD.search(named[0]):
        raise _refused(N_("This XML refers to a DTD outside the file, which is not allowed."))
    return text[: found.start()] + text[named.end() :]


def _char(entity: re.Match[bytes]) -> bytes:
    """Return the character of an HTML entity; those of XML itself and unknown ones stay as they are."""
    name = entity[1]
    point = None if name in _OWN_ENTITIES else html.entities.name2codepoint.get(name.decode())
    return entity[0] if point is None else chr(point).encode()
