"""HTML of a foreign file → the text of the bank. Nothing is fetched; what has no place in our texts is named.

Our texts hold paragraphs as lines, ``**bold**``, and pictures. ``text_of`` keeps those, writes lists and tables as
lines (cells parted by ｜), small raised and lowered figures as the characters for them (m², H₂O), and names the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from lxml import html as lxml_html
from lxml.etree import ParserError

from question_bank.errors import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

SOUND = N_("A sound or a film has no place in a text of the bank and is left out.")
FORMULA = N_("A drawn formula is reduced to its characters; please look at it.")
FRAME = N_("An embedded page has no place in a text of the bank and is left out.")
FIELD = N_("A field to fill in has no place in a text of the bank and is left out.")
STRUCK = N_("Struck-out text is kept as ordinary text.")

_BLOCK_NAMES = """
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul
"""
_INLINE_NAMES = """
a abbr acronym b big br cite code col colgroup del em font i img ins kbd label mark q s samp small span strike strong
sub sup tt u var
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_BOLD = frozenset({"b", "strong"})
_COUNTED = frozenset({"li", "td", "th"})
_UNSEEN = frozenset({"script", "style", "head", "template", "noscript", "title", "meta", "link", "base"})
_LOST = dict.fromkeys(("audio", "video", "embed", "object", "applet"), SOUND)
_LOST |= {"math": FORMULA, "svg": FORMULA, "canvas": FORMULA, "iframe": FRAME}
_LOST |= dict.fromkeys(("input", "select", "textarea", "button"), FIELD)
_KEPT_TEXT = dict.fromkeys(("del", "s", "strike"), STRUCK)
_RAISED = str.maketrans("0123456789+-=()n−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ⁻")
_LOWERED = str.maketrans("0123456789+-=()−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋")
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_KNOWN = "|".join(sorted((_BLOCKS | _UNSEEN | set(_LOST) | set(_INLINE_NAMES.split())) - {"link"}))
_TAG = re.compile(rf"</?(?:{_KNOWN}|[a-z]+:[a-z]+)(?=[\s/>])[^<>]*>|<!--", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]+(?=\n)")
_MANY_LINES = re.compile(r"\n{3,}")
_DEEPEST = 200
_MOST_TAGS = 20_000


class PictureRef(NamedTuple):
    """A picture as the HTML names it: ``src`` as written (a path, a URL, ``@@PLUGINFILE@@/…``, ``data:…``)."""

    src: str
    alt: str


class HtmlText(NamedTuple):
    """``text`` in the bank's form, ``pictures`` in its order, ``lost``: sentences (message ids), once each."""

    text: str
    pictures: tuple[PictureRef, ...] = ()
    lost: tuple[str, ...] = ()


def mark_of(picture: PictureRef) -> str:
    """Return what stands for a picture that is not brought along: ``[图片：alt]``."""
    return f"[图片：{picture.alt}]" if picture.alt else "[图片]"


def text_of(html: str, *, place: Callable[[PictureRef], str] = mark_of) -> HtmlText:
    """Return the text of a piece of HTML (or of plain text: its line ends are then spaces, as a browser shows it).

    ``place`` is asked for each picture what to write in its place, a reference to the picture or a mark. Never raises:
    what lxml cannot read is stripped of its tags. Scripts, styles and comments are left out without a word.
    """
    if html.count("<") > _MOST_TAGS:  # no question of ours is so long, and a browser would take its time too
        return HtmlText(_SPACES.sub(" ", _ANY_TAG.sub(" ", html)).strip())
    if not looks_like_html(html):
        return HtmlText(_SPACES.sub(" ", html).strip())
    try:
        root = lxml_html.fragment_fromstring(_without_controls(html), create_parent="div")
    except (ParserError, ValueError, AssertionError):
        return HtmlText(_ANY_TAG.sub(" ", html).strip())
    writer = _Writer(place)
    writer.element(root, 0)
    return HtmlText(_tidy("".join(writer.pieces)), tuple(writer.pictures), tuple(dict.fromkeys(writer.lost)))


def looks_like_html(text: str) -> bool:
    """Whether ``text`` holds a tag of HTML or an entity; a mere ``a < b`` is neither."""
    return _TAG.search(text) is not None or _ENTITY.search(text) is not None


def _without_controls(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)


def _tidy(text: str) -> str:
    """Drop spaces before line ends and more than one empty line; bold that goes on is written once."""
    text = text.replace("****", "")
    return _MANY_LINES.sub("\n\n", _LINE_ENDS.sub("", text)).strip()


@dataclass
class _Writer:
    """Walks the elements and gathers the pieces of the text."""

    place: Callable[[PictureRef], str]
    pieces: list[str] = field(default_factory=list)
    pictures: list[PictureRef] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    bold: bool = False
    kept_lines: bool = False
    """Inside ``pre``, where line ends count."""

    def element(self, element: HtmlElement, depth: int, number: int = 0) -> None:
        """Write one element with all inside it, but not its tail. ``number``: of entries and cells up to this one."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN:  # comments and processing instructions have a function as tag
            return
        if tag in _LOST:
            self._lost(element, tag)
        elif tag == "img":
            self._picture(element)
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in {"sup", "sub"}:
            self._small(element, raised=tag == "sup")
        elif depth > _DEEPEST:
            self.text("".join(element.itertext()))
        else:
            self._inside(element, tag, depth, number)

    def _inside(self, element: HtmlElement, tag: str, depth: int, number: int) -> None:
        if tag in _KEPT_TEXT:
            self.lost.append(_KEPT_TEXT[tag])
        block = tag in _BLOCKS
        if block:
            self._line()
        self._before(element, tag, number)
        bold = tag in _BOLD and not self.bold and not _holds_blocks(element)
        kept, self.kept_lines = self.kept_lines, self.kept_lines or tag == "pre"
        self.bold = self.bold or bold
        if bold:
            self._bold(element, depth)
        else:
            self._children(element, depth)
        self.kept_lines = kept
        if block:
            self._line()

    def _children(self, element: HtmlElement, depth: int) -> None:
        self.text(element.text or "")
        number = 0
        for child in element:
            number += child.tag in _COUNTED
            self.element(child, depth + 1, number)
            self.text(child.tail or "")

    def _bold(self, element: HtmlElement, depth: int) -> None:
        """Write the marks of bold close to the words: ``<b> a </b>`` is `` **a** ``."""
        start = len(self.pieces)
        self._children(element, depth)
        self.bold = False
        inner = "".join(self.pieces[start:])
        words = inner.strip()
        if not words or "\n" in words or "*" in words:
            return
        front, back = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        self.pieces[start:] = [f"{front}**{words}**{back}"]

    def _before(self, element: HtmlElement, tag: str, number: int) -> None:
        """Write what stands before an entry of a list and between the cells of a table."""
        if tag == "li":
            parent = element.getparent()
            self.pieces.append(f"{number}. " if parent is not None and parent.tag == "ol" else "- ")
        if tag in {"td", "th"} and number > 1:
            self.pieces.append("｜")

    def text(self, text: str) -> None:
        """Write text, its white space as a browser shows it."""
        if not text:
            return
        if self.kept_lines:
            self.pieces.append(text.replace("\r\n", "\n").replace("\u00a0", " "))
            return
        plain = _SPACES.sub(" ", text)
        at_start = not self.pieces or self.pieces[-1].endswith(("\n", " "))
        plain = plain.lstrip(" ") if at_start else plain
        if plain:
            self.pieces.append(plain)

    def _line(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def _picture(self, element: HtmlElement) -> None:
        alt = _SPACES.sub(" ", element.get("alt") or element.get("title") or "").strip()
        picture = PictureRef(str(element.get("src") or ""), alt)
        self.pictures.append(picture)
        self.pieces.append(self.place(picture))

    def _small(self, element: HtmlElement, *, raised: bool) -> None:
        """Write raised and lowered figures by their own characters, words with ``^`` and ``_`` before them."""
        text = _SPACES.sub(" ", "".join(str(piece) for piece in element.itertext())).strip()
        if not text:
            return
        small = text.translate(_RAISED if raised else _LOWERED)
        whole = all(char not in text for char in small)
        mark = "^" if raised else "_"
        self.pieces.append(small if whole else f"{mark}{text}" if len(text) == 1 else f"{mark}({text})")

    def _lost(self, element: HtmlElement, tag: str) -> None:
        """Name what cannot be shown; a formula leaves its text or its TeX, a sound the words inside it."""
        self.lost.append(_LOST[tag])
        note = (
            element.xpath("string(.//*[local-name()='annotation'][contains(@encoding, 'tex')])")
            if tag == "math"
            else ""
        )
        if tag not in {"select", "svg", "canvas"}:
            self.text(str(note) or _SPACES.sub(" ", "".join(str(piece) for piece in element.itertext())))


def _holds_blocks(element: HtmlElement) -> bool:
    return any(child.tag in _BLOCKS or child.tag == "br" for child in element.iterdescendants())
