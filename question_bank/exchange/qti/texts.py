"""What a QTI item shows → the bank's text: HTML inside XML, pictures of the package, formulas, marks for blanks."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lxml import etree

from question_bank.errors import N_, Problem
from question_bank.exchange.html_text import FORMULA, HtmlText, PictureRef, mark_of, text_of
from question_bank.exchange.qti.formulas import line_of
from question_bank.exchange.qti.refusals import Broken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BASE = re.compile(r"^(?:\$[A-Z_-]+\$|@X@[\w.]+@X@)")
"""What Canvas and Blackboard write for the root of the package."""

_LONGEST = 400_000
_OPEN, _CLOSE = "\ue000", "\ue001"
_IMAGES = ("image/", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".bmp", ".webp")
_DROPPED = frozenset({"stylesheet", "infoControl", "catalogInfo", "catalog", "companionMaterialsInfo", "cardReference"})
_AS_BLOCK = frozenset({"contentBody", "rubricBlock", "templateBlock", "stimulusBody", "choiceInteraction"})


def mark(number: int) -> str:
    """Return the mark that stands in a text where interaction ``number`` was."""
    return f"{_OPEN}{number}{_CLOSE}"


def without_marks(text: str) -> str:
    """Return a text with no mark of ours in it, so that a file cannot forge one."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


@dataclass
class Texts:
    """Turns elements into texts, and remembers what was lost and which pictures were met.

    ``picture`` is asked with the path of a picture inside the package and its alternative text, and returns what to
    write for it (a reference), or None where it cannot be had.
    """

    folder: str = ""
    picture: Callable[[str, str], str | None] | None = None
    lost: list[str] = field(default_factory=list)

    def of(self, element: Any, *, replaced: Sequence[Any] = (), left_out: Sequence[Any] = ()) -> str:
        """Return the text inside an element; ``replaced`` descendants become marks by their number."""
        if element is None:
            return ""
        numbers = {id(each): number for number, each in enumerate(replaced)}
        gone = {id(each) for each in left_out}
        clone = self._clone(element, numbers, gone)
        return self.html(etree.tostring(clone, encoding="unicode", method="html", with_tail=False))

    def html(self, source: str) -> str:
        """Return the text of a piece of HTML."""
        if len(source) > _LONGEST and "data:" not in source:
            raise Broken("text", N_("This text is longer than any question."))
        found = text_of(source, place=self._place)
        self._note(found)
        return found.text

    def plain(self, source: str) -> str:
        """Return plain text with its own line ends."""
        return without_marks("\n".join(" ".join(line.split()) for line in source.strip().splitlines())).strip()

    @property
    def cautions(self) -> list[Problem]:
        """What had no place in our texts, once each."""
        return [Problem("", sentence, warning=True) for sentence in dict.fromkeys(self.lost)]

    def _clone(self, element: Any, numbers: dict[int, int], gone: set[int]) -> Any:
        """Copy an element with marks for interactions, text for formulas, ``img`` for drawn objects."""
        made = etree.Element("div")
        made.text = without_marks(element.text or "")
        last = None
        for child in element:
            text, copied = self._copied(child, numbers, gone)
            if copied is not None:
                made.append(copied)
                last = copied
            tail = text + without_marks(child.tail or "")
            if last is None:
                made.text = (made.text or "") + tail
            else:
                last.tail = (last.tail or "") + tail
        return made

    def _copied(self, child: Any, numbers: dict[int, int], gone: set[int]) -> tuple[str, Any]:
        """Return a child as text that takes its place, or as an element; the other is empty."""
        if id(child) in numbers:
            return mark(numbers[id(child)]), None
        if id(child) in gone or not isinstance(child.tag, str) or child.tag in _DROPPED:
            return "", None
        if child.tag == "math":
            self.lost.append(FORMULA)
            return f" {line_of(child)} ", None
        if child.tag == "object" and (image := _image_of(child)) is not None:
            return "", image
        made = self._clone(child, numbers, gone)
        known = child.tag.isascii() and child.tag.isalnum()
        made.tag = "div" if child.tag in _AS_BLOCK else child.tag if known else "span"
        for name in ("src", "alt", "title"):
            if child.get(name) is not None:
                made.set(name, child.get(name))
        return "", made

    def _place(self, found: PictureRef) -> str:
        path = found.src if found.src.startswith("data:") else self.path_of(found.src)
        made = self.picture(path, found.alt) if self.picture and path else None
        if made is not None:
            return made
        self.lost.append(N_("A picture could not be brought along; its place is marked."))
        return mark_of(found)

    def path_of(self, source: str) -> str:
        """Return the path inside the package a reference leads to; empty when it leads out of it."""
        plain = unquote(source.split("?", 1)[0].split("#", 1)[0]).replace("\\", "/").strip()
        if base := _BASE.match(plain):
            path = posixpath.normpath(plain[base.end() :].lstrip("/"))
            return "" if path.startswith("..") else path
        if not plain or ":" in plain.split("/", 1)[0] or plain.startswith("//"):
            return ""
        path = posixpath.normpath(posixpath.join(self.folder, plain.lstrip("/") if plain.startswith("/") else plain))
        return "" if path.startswith("..") else path

    def _note(self, found: HtmlText) -> None:
        self.lost += found.lost


def _image_of(element: Any) -> Any:
    """Return an ``img`` for an ``object`` that shows a picture; None for any other."""
    source = element.get("data") or element.get("src") or ""
    if not (element.get("type", "").startswith(_IMAGES[0]) or source.lower().endswith(_IMAGES[1:])):
        return None
    return etree.Element("img", src=source, alt=" ".join("".join(element.itertext()).split()))
