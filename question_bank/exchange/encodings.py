"""Which encoding a text file is in. Pure. For files that people saved with whatever their editor offered."""

from __future__ import annotations

import codecs
import re

from question_bank.errors import N_, Invalid, Problem

MAX_TEXT_BYTES = 8 * 1024 * 1024
MAX_LINES = 120_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_PAIRS = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufeff]")


def read_text(data: bytes) -> str:
    """Return a text file as text with line feeds for all line ends, controls and byte order marks dropped.

    Tried in turn: a byte order mark, UTF-16 without one (many zero bytes in one parity), UTF-8, GB 18030 where the
    high bytes stand in pairs as in Chinese text, Windows-1252. Raises ``Invalid`` for files over 8 MB or 120,000 lines
    and for what is no text at all.
    """
    if len(data) > MAX_TEXT_BYTES:
        template = N_("This text file is larger than %(most)s MB; split it.")
        raise Invalid([Problem("", template, {"most": MAX_TEXT_BYTES // 1024**2})])
    if max(data.count(b"\n"), data.count(b"\r")) > MAX_LINES:
        raise Invalid([Problem("", N_("This text file has more than %(most)s lines; split it."), {"most": MAX_LINES})])
    text = _decoded(data)
    sample = text[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > len(sample) // 50:
        raise Invalid([Problem("", N_("This is not a text file; it may be damaged or of another format."))])
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    wide = _utf16_without_mark(data[:_SAMPLE])
    if wide:
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _reads_as_chinese(data):
        return data.decode("gb18030", errors="replace")
    return data.decode("cp1252", errors="replace")


def _utf16_without_mark(sample: bytes) -> str:
    """Return the UTF-16 a sample is in by where its zero bytes stand; empty when it is not."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < max(len(sample) // 8, 2) or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _reads_as_chinese(data: bytes) -> bool:
    """Whether most bytes above 127 stand in pairs of the common Chinese characters; Western accents stand alone."""
    sample = data[:_SAMPLE] if _HIGH_RUNS.search(data[:_SAMPLE]) else data
    high = sum(len(run) for run in _HIGH_RUNS.findall(sample))
    paired = sum(len(run) for run in _PAIRS.findall(sample))
    return paired * 2 > high
