"""What kind of text a file is, by its look. Pure; a glance at the beginning, never a whole parse."""

from __future__ import annotations

import codecs
import re

_SAMPLE = 64 * 1024
_JSON = re.compile(r"\s*(?:\{\s*(?:\"|\}|\Z)|\[\s*(?:[\[{\"\]]|\Z))")
_ANSWER = re.compile(
    r"^[ \t]*(?:ANSWER|答案|正确答案|参考答案)[ \t]*[:：][ \t]*[A-Za-zＡ-Ｚ]", re.MULTILINE | re.IGNORECASE
)
_OPTION = re.compile(r"^[ \t]*[Bb][.)．、）]", re.MULTILINE)
_BRACES = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}|(?<!\\)\{\s*[=~#]", re.DOTALL)
_GIFT = re.compile(r"^[ \t]*(?:::|\$CATEGORY:|\[(?:html|markdown|moodle|plain)\])", re.MULTILINE)
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
    """Return ``gift`` or ``aiken`` for a text that looks like it; empty for another."""
    sample = sample_of(data)
    if _ANSWER.search(sample) and _OPTION.search(sample):
        return "aiken"
    return "gift" if _GIFT.search(sample) or _BRACES.search(sample) else ""
