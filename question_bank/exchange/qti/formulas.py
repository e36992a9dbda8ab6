"""MathML → one line of text: what an author would type (a/b, x^2, √(x)). Enough to read, not to typeset."""

from __future__ import annotations

from typing import Any

_ROWS = frozenset({"math", "mrow", "mstyle", "semantics", "mpadded", "menclose", "mtd", "merror"})
_UNSEEN = frozenset({"annotation", "annotation-xml", "mphantom", "mspace", "none", "mprescripts"})
_DEEPEST = 100
_PATTERNS = {
    "mfrac": "{a}/{b}",
    "msup": "{a}^{b}",
    "mover": "{a}^{b}",
    "msub": "{first}_{b}",
    "munder": "{first}_{b}",
    "msubsup": "{first}_{b}^{c}",
    "munderover": "{first}_{b}^{c}",
    "msqrt": "√({all})",
    "mroot": "{b}√({first})",
}


def line_of(element: Any, depth: int = 0) -> str:
    """Return the text of a MathML element (names without namespace); what is unknown gives the text inside it."""
    tag = element.tag if isinstance(element.tag, str) else ""
    parts = [line_of(child, depth + 1) for child in element if isinstance(child.tag, str)] if depth < _DEEPEST else []
    if tag in _UNSEEN:
        return ""
    if not parts:
        return " ".join("".join(element.itertext()).split())
    if tag in _ROWS:
        return "".join(parts)
    return _structure(tag, element, parts)


def _structure(tag: str, element: Any, parts: list[str]) -> str:
    if tag in _PATTERNS:
        first, second, third = [*parts, "", "", ""][:3]
        grouped = {"a": _grouped(first), "b": _grouped(second), "c": _grouped(third)}
        return _PATTERNS[tag].format(first=first, all="".join(parts), **grouped)
    if tag == "mfenced":
        marks = (element.get("separators") or ",")[0]
        return f"{element.get('open', '(')}{marks.join(parts)}{element.get('close', ')')}"
    if tag in {"mtable", "mtr", "mlabeledtr"}:
        return ("；" if tag == "mtable" else "，").join(parts)
    return "".join(parts)


def _grouped(text: str) -> str:
    """Put brackets around more than one sign."""
    plain = text.replace(".", "")
    return text if plain.isalnum() or len(text) <= 1 or text.startswith("(") else f"({text})"
