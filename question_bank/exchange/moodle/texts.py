"""The texts of a Moodle question → our text, with the pictures that stand in the file beside them."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.foreign import lost_problems
from question_bank.exchange.html_text import PictureRef, looks_like_html, mark_of, text_of
from question_bank.pictures import Picture, read_picture, reference

if TYPE_CHECKING:
    from collections.abc import Callable

_PLUGIN_FILE = "@@PLUGINFILE@@/"
_DATA = re.compile(r"data:[\w/+.-]{0,60}(?:;[\w=-]{1,40}){0,4};base64,", re.IGNORECASE)
_STRONG = re.compile(r"(?<!_)__(?=[^\s_])([^_\n]{1,300}?)(?<=[^\s_])__(?!_)")
_LINE_SPACES = re.compile(r"[ \t]+(?=\n|\Z)")
_PLAIN, _MARKDOWN, _HTML = {"plain_text", "plain"}, {"markdown"}, {"html", ""}


def inner(element: Any, path: str = "text") -> str:
    """Return the raw text of a child element (``text`` by default, or the element's own without one); else nothing."""
    if element is None:
        return ""
    found = element.find(path)
    if found is None and path == "text":  # some programs leave the text child out
        return str(element.text or "")
    return "".join(str(piece) for piece in found.itertext()) if found is not None else ""


@dataclass
class Texts:
    """Turns the texts of one question into ours; ``cautions`` gathers losses, ``pictures`` those of the whole file."""

    pictures: dict[str, Picture]
    cautions: list[Problem] = field(default_factory=list)

    def caution(self, where: str, template: str, **params: object) -> None:
        """Note what is lost although the question is taken."""
        problem = Problem(where, template, params, warning=True)
        if problem not in self.cautions:
            self.cautions.append(problem)

    def of(self, element: Any, *, before: Callable[[str], str] | None = None) -> str:
        """Return the text of an element with a ``text`` child, its ``format`` and its ``file`` children.

        ``before`` may change the raw text first (to put blanks where fields were).
        """
        if element is None:
            return ""
        raw = inner(element)
        files = {str(file.get("name", "")): file for file in element.findall("file")}
        used: set[str] = set()
        text = self.plain(before(raw) if before else raw, str(element.get("format", "html")), files, used)
        for name in files.keys() - used:
            self.caution("", N_("The file “%(name)s” is attached to the question; it is left out."), name=name[:80])
        return text

    def old_picture(self, question: Any) -> str:
        """Return the reference to the one picture that exports of Moodle 1.9 hold beside the text; empty without."""
        data = _decoded(inner(question, "image_base64"))
        if not data:
            return ""
        try:
            found = read_picture(data)
        except Invalid as error:
            self.cautions.append(Problem("", error.problems[0].template, error.problems[0].params, warning=True))
            return mark_of(PictureRef("", ""))
        self.pictures[found.digest] = found
        return "\n" + reference(found, "")

    def plain(
        self, raw: str, format_: str = "html", files: dict[str, Any] | None = None, used: set[str] | None = None
    ) -> str:
        """Return a raw text in one of Moodle's formats as ours."""
        if format_ in _PLAIN:
            return _LINE_SPACES.sub("", raw).strip()
        if format_ in _MARKDOWN:
            return _LINE_SPACES.sub("", _STRONG.sub(r"**\1**", raw)).strip()
        if format_ not in _HTML and not looks_like_html(raw):
            return _LINE_SPACES.sub("", raw).strip()
        html = raw if format_ in _HTML else raw.replace("\n", "<br>")
        found = text_of(
            html, place=lambda picture: self._place(picture, files or {}, used if used is not None else set())
        )
        for problem in lost_problems("", found):
            self.caution(problem.where, problem.template)
        return found.text

    def _place(self, picture: PictureRef, files: dict[str, Any], used: set[str]) -> str:
        """Return the reference to a picture, or a mark where it cannot be had."""
        data = self._data(picture.src, files, used)
        if data is None:
            self.caution("", N_("A picture is not in the file; a mark stands in its place."))
            return mark_of(picture)
        try:
            found = read_picture(data)
        except Invalid as error:
            self.cautions.append(Problem("", error.problems[0].template, error.problems[0].params, warning=True))
            return mark_of(picture)
        self.pictures[found.digest] = found
        return reference(found, picture.alt)

    def _data(self, src: str, files: dict[str, Any], used: set[str]) -> bytes | None:
        inside = _DATA.match(src)
        if inside:
            return _decoded(src[inside.end() :])
        name = unquote(src.removeprefix(_PLUGIN_FILE)).split("?", 1)[0].rsplit("/", 1)[-1]
        if not src.startswith(_PLUGIN_FILE) or name not in files:
            return None
        used.add(name)
        return _decoded("".join(str(piece) for piece in files[name].itertext()))


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return None
