"""Material of QTI 1.2 (texts, HTML in texts, pictures, feedback) → text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from question_bank.errors import N_
from question_bank.exchange.html_text import looks_like_html
from question_bank.exchange.qti.formulas import line_of
from question_bank.exchange.qti.texts import mark, without_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from question_bank.exchange.qti.texts import Texts

_CONTAINERS = frozenset({"mat_extension", "flow", "flow_mat", "flow_label", "material", "altmaterial", "presentation"})
_LABELLED = frozenset(
    {"response_label", "response_lid", "response_str", "response_num", "response_grp", "render_extension"}
)
_SOUNDS = frozenset({"mataudio", "matvideo", "matapplet", "matapplication"})
_SHOWN_ALWAYS = ("general", "solution", "neutral")
_NOT_RIGHT = ("incorrect", "wrong", "hint")


def material_text(element: Any, texts: Texts, responses: Sequence[Any], *, shallow: bool = False) -> str:
    """Return the text of an element's material in its order; each of ``responses`` becomes a mark by its number.

    ``shallow``: only material directly inside, which labels a list of options.
    """
    pieces: list[str] = []
    _gather(element, texts, {id(each): number for number, each in enumerate(responses)}, pieces, shallow=shallow)
    return "".join(pieces).strip()


def _gather(element: Any, texts: Texts, numbers: dict[int, int], pieces: list[str], *, shallow: bool) -> None:
    for child in element:
        if id(child) in numbers:
            spaced = bool(pieces) and pieces[-1][-1:].isascii() and not pieces[-1][-1:].isspace()
            pieces.append((" " if spaced else "") + mark(numbers[id(child)]))
        elif child.tag == "material":
            pieces.append(_separated(pieces, _material(child, texts)))
        elif child.tag in _CONTAINERS and not shallow:
            _gather(child, texts, numbers, pieces, shallow=shallow)
        elif child.tag == "render_extension" and not shallow and element.tag in _LABELLED:
            _gather(child, texts, numbers, pieces, shallow=True)


def _separated(pieces: list[str], text: str) -> str:
    """Put material on a new line, unless it runs on around a blank."""
    if not text or not pieces or pieces[-1].endswith(("\n", " ")) or text[0].isspace():
        return text
    if pieces[-1].endswith("\ue001"):
        return f" {text}" if text[0].isascii() and text[0].isalnum() else text
    return f"\n{text}" if pieces[-1].strip() else text


def _material(material: Any, texts: Texts) -> str:
    pieces = [_piece(child, texts) for child in material]
    return " ".join(piece for piece in pieces if piece)


def _piece(child: Any, texts: Texts) -> str:
    if child.tag in {"mattext", "matemtext"}:
        return _mattext(child, texts)
    if child.tag == "mat_formattedtext":
        return texts.of(child) if len(child) else texts.html(without_marks(child.text or ""))
    if child.tag == "matimage":
        image = etree.Element(
            "img", src=child.get("uri") or "", alt=child.get("label") or " ".join((child.text or "").split())
        )
        return texts.html(etree.tostring(image, encoding="unicode", method="html"))
    if child.tag == "matbreak":
        return "\n"
    if child.tag == "math":
        texts.lost.append(N_("A formula is written in one line here."))
        return line_of(child)
    if child.tag in _SOUNDS:
        texts.lost.append(N_("A sound or a film could not be brought along."))
    if child.tag == "material_ref":
        texts.lost.append(N_("Material that stands elsewhere in the file could not be brought along."))
    return _material(child, texts) if child.tag in _CONTAINERS else ""


def _mattext(element: Any, texts: Texts) -> str:
    kind = (element.get("texttype") or "text/plain").lower()
    if len(element):
        return texts.of(element)
    text = without_marks(element.text or "")
    if "html" in kind or "xhtml" in kind or looks_like_html(text):
        return texts.html(text)
    return texts.plain(text)


def feedback_of(item: Any, right: set[str], texts: Texts, note: Callable[[str], None]) -> str:
    """Return the feedback that right answers show, general feedback and solutions; the rest is noted as not kept."""
    kept: list[str] = []
    for element in item.iter("itemfeedback"):
        identifier = element.get("ident", "")
        text = _all_text(element, texts)
        general = identifier.lower().startswith(_SHOWN_ALWAYS) or element.find(".//solution") is not None
        if not text:
            continue
        if (identifier in right or general) and not any(word in identifier.lower() for word in _NOT_RIGHT):
            kept.append(text)
        else:
            note(N_("Feedback for other answers than the right one is not kept."))
    return "\n".join(dict.fromkeys(kept))


def _all_text(element: Any, texts: Texts) -> str:
    return "\n".join(text for text in (_material(each, texts) for each in element.iter("material")) if text)
