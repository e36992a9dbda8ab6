"""The escapes of GIFT: hidden before a text is cut at its control characters, and put back into each piece. Pure."""

from __future__ import annotations

import re

# characters that Unicode promises never to be used for text stand for what was escaped
_HIDDEN = {
    "\\\\": "\ufdd0",
    "\\~": "\ufdd1",
    "\\=": "\ufdd2",
    "\\#": "\ufdd3",
    "\\{": "\ufdd4",
    "\\}": "\ufdd5",
    "\\:": "\ufdd6",
    "\\n": "\ufdd7",
    "\\%": "\ufdd8",
}
LINE_END = _HIDDEN["\\n"]
_BACKSLASH = "\ufdd9"
_SHOWN = {hidden: escaped[1] for escaped, hidden in _HIDDEN.items()} | {LINE_END: "\n", _BACKSLASH: "\\"}
_TABLE = str.maketrans(_SHOWN)
_AS_WRITTEN = str.maketrans({hidden: escaped for escaped, hidden in _HIDDEN.items()} | {_BACKSLASH: "\\"})
# commands of LaTeX that begin like the escape of a line end, and are no beginning of a word of any language
_COMMANDS = re.compile(r"\\(n(?:eq|abla|otin|leq|geq|exists|subseteq|supseteq|mid|parallel|cong|sim|less)(?![A-Za-z]))")
_SPECIAL = re.compile(r"[\\~=#{}:]")


def hidden(text: str) -> str:
    """Return ``text`` with every escape as one character that is no control character of GIFT."""
    if "\\" not in text:
        return text
    text = text.replace("\\\\", _HIDDEN["\\\\"])
    text = _COMMANDS.sub(_BACKSLASH + r"\1", text)
    for escaped_, sign in _HIDDEN.items():
        text = text.replace(escaped_, sign)
    return text


def shown(text: str) -> str:
    """Return the characters meant in a piece of a hidden text."""
    return text.translate(_TABLE)


def as_written(text: str) -> str:
    """Return a piece of a hidden text as it stood in the file."""
    return text.translate(_AS_WRITTEN)


def escaped(text: str) -> str:
    """Return ``text`` as GIFT wants it written: control characters escaped, line ends too."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")
