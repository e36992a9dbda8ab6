"""What kind of text a file is, by its look. Pure; a glance at the beginning, never a whole parse."""

from __future__ import annotations

import codecs
import re

from question_bank.errors import Invalid
from question_bank.exchange.encodings import read_text
from question_bank.exchange.headings import HEADER_ROWS, header_of

_SAMPLE = 64 * 1024
_JSON = re.compile(r"\s*(?:\{\s*(?:\"|\}|\Z)|\[\s*(?:[\[{\"\]]|\Z))")
_ENGLISH_ANSWER = re.compile(r"^[ \t]*ANSWER[ \t]*:", re.MULTILINE)
# a paper as offices type it: sections, numbers, 【题干】, explanations
_TYPED = re.compile(
    r"^[ \t\u3000]*(?:[一二三四五六七八九十]{1,2}[、.．]\s*\S{0,8}题|第?\d{1,3}[题]?[、.．)）]\s*\S|[（(]\d{1,3}[）)]"
    r"|【(?:题|答案)"
    r"|(?:答案)?解析[:：]|(?:参考|正确)?答案[:：]\s*(?:对|错|正确|错误|[√×]))",
    re.MULTILINE,
)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ANSWER = re.compile(
    r"^[ \t]*(?:ANSWER|答案|正确答案|参考答案)[ \t]*[:：][ \t]*[A-Za-zＡ-Ｚ]", re.MULTILINE | re.IGNORECASE
)
_OPTION = re.compile(r"^[ \t]*[Bb][.)．、）]", re.MULTILINE)
_BRACES = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}|(?<!\\)\{\s*[=~#]", re.DOTALL)
_GIFT = re.compile(r"^[ \t]*(?:::|\$CATEGORY:|\[(?:html|markdown|moodle|plain)\])", re.MULTILINE)
_GIFT_KEY = re.compile(r"(?<!\\)\{\s*(?:[=~#%]|(?:T|F|TRUE|FALSE)\s*[}#])")
_ROOT = re.compile(r"<(?:[\w.-]{1,60}:)?([\w.-]{1,60})")
_PROLOGUE = (("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE", ">"), ("<!doctype", ">"))
_MOST_PROLOGUE = 100


def sample_of(data: bytes) -> str:
    """Return the beginning of a file as text, whatever its encoding, for looking at its ASCII characters."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data[:_SAMPLE].decode("utf-16", errors="replace")
    text = data[:_SAMPLE].removeprefix(codecs.BOM_UTF8)
    if text[:4].count(0) == 2:  # UTF-16 without a mark: every other byte of ASCII is zero
        return text.decode("utf-16-be" if text[0] == 0 else "utf-16-le", errors="replace")
    return text.decode("utf-8", errors="replace")


def looks_like_json(data: bytes) -> bool:
    """Whether a file begins as an object or a list of JSON does (``{ =Asia }`` and ``[html]`` of GIFT do not)."""
    return _JSON.match(sample_of(data)) is not None


def xml_root(data: bytes) -> str:
    """Return the local name of the root element of an XML file; empty for another file."""
    text, at = sample_of(data), 0
    for _ in range(_MOST_PROLOGUE):
        at += len(text[at:]) - len(text[at:].lstrip())
        end = next((end for start, end in _PROLOGUE if text.startswith(start, at)), None)
        if end is None or text.find(end, at) < 0:
            break
        at = text.find(end, at) + len(end)
    found = _ROOT.match(text, at)
    return found[1] if found else ""


def text_format(data: bytes) -> str:
    """Return ``gift``, ``aiken``, ``csv`` or ``text`` (a typed paper) for what looks like it; empty for another."""
    sample = _decoded(data)
    if _ENGLISH_ANSWER.search(sample) and _OPTION.search(sample):
        return "aiken"
    if _GIFT.search(sample) or _GIFT_KEY.search(sample):
        return "gift"
    if _is_table(sample):
        return "csv"
    if _TYPED.search(sample):
        return "text"
    if _ANSWER.search(sample) and _OPTION.search(sample):
        return "aiken"
    return "gift" if _BRACES.search(sample) else ""


def _decoded(data: bytes) -> str:
    """Return the beginning of a text in its own encoding; what is none gives an empty one."""
    cut = data if len(data) <= _SAMPLE else data[:_SAMPLE].rsplit(b"\n", 1)[0]
    try:
        return read_text(cut[: len(cut) // 2 * 2] if data[:2] in _WIDE else cut)
    except Invalid:
        return ""


def _is_table(sample: str) -> bool:
    """Whether one of the first lines names columns, parted by tabs, commas or bars."""
    lines = sample.split("\n")[:HEADER_ROWS]
    rows = [[cell.strip(' "') for cell in line.split(mark)] for line in lines for mark in "\t,;|" if mark in line]
    return any(len(row) > 2 and header_of(row, 0) is not None for row in rows)
