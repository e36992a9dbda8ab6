"""The texts of GIFT in their four formats → our text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from question_bank.errors import N_, Problem
from question_bank.exchange.foreign import lost_problems
from question_bank.exchange.gift.escapes import LINE_END, shown
from question_bank.exchange.html_text import looks_like_html, text_of

if TYPE_CHECKING:
    from question_bank.errors import Problem as ProblemType

_MARKER = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\u00a0]+")
_LINE_SPACES = re.compile(r"[ \t]+(?=\n|\Z)")
_STRONG = re.compile(r"(?<!_)__(?=[^\s_])([^_\n]{1,300}?)(?<=[^\s_])__(?!_)")
_PICTURE = re.compile(r"!\[([^\]\n]{0,200})\]\([^)\s]{0,2000}\)")
_AROUND_LINES = re.compile(r" *\n *")


@dataclass
class Texts:
    """Turns the texts of one question into ours; ``format`` is that of the stem, which the others have by default."""

    format: str
    cautions: list[ProblemType]

    @classmethod
    def of(cls, stem: str, cautions: list[ProblemType]) -> Texts:
        """Read the format off the beginning of a stem; ``cautions`` is where losses are noted."""
        marker = _MARKER.match(stem)
        return cls(marker[1].lower() if marker else "moodle", cautions)

    def plain(self, text: str) -> str:
        """Return a text (escapes hidden) as ours; a marker at its beginning says its own format."""
        marker = _MARKER.match(text)
        format_ = marker[1].lower() if marker else self.format
        body = text[marker.end() :] if marker else text
        if format_ == "markdown":
            return self._markdown(shown(body))
        if format_ == "plain":
            return _LINE_SPACES.sub("", shown(body)).strip()
        if format_ == "html":
            return self._html(shown(body))
        return self._automatic(body)

    def _automatic(self, body: str) -> str:
        """Return Moodle's own format: HTML is allowed, line ends of the file are spaces, escaped ones are kept."""
        if looks_like_html(shown(body)):
            return self._html(shown(body.replace(LINE_END, "<br>" + LINE_END)))
        lines = _SPACES.sub(" ", body.replace("\ufdd7", "\x00")).replace("\x00", LINE_END)
        return _AROUND_LINES.sub("\n", shown(lines)).strip()

    def _html(self, html: str) -> str:
        found = text_of(html)
        self.cautions += lost_problems("", found)
        if found.pictures:
            self._no_picture()
        return found.text

    def _markdown(self, text: str) -> str:
        text = _STRONG.sub(r"**\1**", text)
        if _PICTURE.search(text):
            self._no_picture()
            text = _PICTURE.sub(lambda match: f"[图片：{match[1]}]" if match[1] else "[图片]", text)
        return _LINE_SPACES.sub("", text).strip()

    def _no_picture(self) -> None:
        self.cautions.append(Problem("", N_("The file holds no pictures; a mark stands in its place."), warning=True))
