"""The HTML of a paper's questions: a template is run once for a form of question, its words are put in afterwards.

Five hundred candidates begin in the same minute, each with a paper of their own: the questions differ in their words
and in the order of their options, hardly in their markup. So `sitting/_question.html` is rendered with marks in place
of all words and numbers, the result is cut at the marks and kept, and a question is what lies between with its own
words. What is put in is escaped by the same filters that the template names.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from flask import get_template_attribute
from flask_babel import get_locale
from markupsafe import Markup, escape

from exam.web.filters import rich, rich_segments
from question_bank.enums import Kind, TextForm
from question_bank.kinds import PublicView
from question_bank.kinds.views import Labelled, NumberedView
from question_bank.richtext import plain

SHAPES = 512
"""Forms of questions kept: a specification has a few dozen in each language."""


NUMBER, TOTAL, ITEM = "\ue100n\ue101", "\ue100t\ue101", "\ue100i\ue101"
"""Between two characters of no script: the place of the question's number, of the paper's, of the item's id."""

_MARK = re.compile("(<strong>)?\ue100([a-z]|[0-9]+)\ue101(?(1)</strong>)")


class Heading(NamedTuple):
    """What stands around a question: its section's title, how that is marked, the kind's name, the marks as text."""

    section: str
    rule: str
    kind: str
    marks: str


class _Bones(NamedTuple):
    """What of a question decides its markup: everything but its words."""

    kind: Kind
    form: TextForm | None
    slots: int
    segments: int
    options: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    unit: str
    fields: tuple[tuple[str, str], ...]
    corrects: bool
    uncertain: bool
    parts: tuple[tuple[str, Decimal, "_Bones"], ...]


class _Slot(NamedTuple):
    """The place of a text, by its number: as HTML or as plain words."""

    text: int
    rich: bool


def question_html(view: PublicView, heading: Heading, *, number: int, total: int, item_id: int) -> Markup:
    """One question of a paper of `total` as its page shows it; all but the first are hidden until asked for."""
    texts = list(_texts(view))
    found = {"n": str(number), "t": str(total), "i": str(item_id)}
    shape = _shape(str(get_locale()), heading, _bones(view), first=number == 1)
    return Markup("".join(part if isinstance(part, str) else _filled(part, texts, found) for part in shape))  # noqa: S704


def card_html(sections: Sequence[str]) -> Markup:
    """The cells of the answer card of a paper whose questions stand under these headings."""
    return _cells(str(get_locale()), tuple(sections))


@lru_cache(maxsize=64)
def _cells(language: str, sections: tuple[str, ...]) -> Markup:
    del language
    return Markup(get_template_attribute("sitting/_question.html", "cells")(sections))  # noqa: S704


def _filled(part: _Slot, texts: list[str], found: dict[str, str]) -> str:
    if part.text < 0:
        return found[OWN[part.text]]
    text = texts[part.text]
    if isinstance(text, Markup):
        return text
    return _rich(text) if part.rich else escape(plain(text))


_rich = lru_cache(maxsize=8192)(rich)


@lru_cache(maxsize=SHAPES)
def _shape(language: str, heading: Heading, bones: _Bones, *, first: bool) -> tuple[str | _Slot, ...]:
    """The markup of such questions, cut where their words go. `language` is the one in which it is rendered now."""
    del language
    sheet = get_template_attribute("sitting/_question.html", "sheet")
    view = _marked(bones, count())
    html = str(sheet(view, heading, number=NUMBER, total=TOTAL, item=ITEM, first=first))
    parts: list[str | _Slot] = []
    end = 0
    for found in _MARK.finditer(html):
        parts += [html[end : found.start()], _slot(found)]
        end = found.end()
    return (*parts, html[end:])


OWN = {-1: "n", -2: "t", -3: "i"}


def _slot(found: re.Match[str]) -> _Slot:
    number = {name: place for place, name in OWN.items()}.get(found[2])
    return _Slot(int(found[2]) if number is None else number, rich=found[1] is not None)


def _bones(view: PublicView) -> _Bones:
    return _Bones(
        view.kind,
        view.form,
        view.slots,
        len(view.segments),
        tuple([each.label for each in view.options]),
        tuple([each.label for each in view.left]),
        tuple([each.label for each in view.right]),
        view.unit,
        tuple([(each.label, each.text) for each in view.fields]),
        view.corrects,
        view.uncertain,
        tuple([(each.label, each.marks, _bones(each.view)) for each in view.parts]),
    )


def _texts(view: PublicView) -> Iterator[str]:
    """The words of a question in the order in which `_marked` numbers them."""
    yield view.stem
    if view.segments:
        yield from rich_segments(view.segments)  # together: bold may reach over a blank
    for each in (*view.options, *view.left, *view.right):
        yield each.text
    for part in view.parts:
        yield from _texts(part.view)


def _marked(bones: _Bones, numbers: Iterator[int]) -> PublicView:
    """A question of this form with a mark for each of its texts, bold so that the two filters can be told apart."""

    def mark() -> str:
        return f"**\ue100{next(numbers)}\ue101**"

    def labelled(labels: tuple[str, ...]) -> tuple[Labelled, ...]:
        return tuple([Labelled(label=label, text=mark()) for label in labels])

    return PublicView(
        kind=bones.kind,
        stem=mark(),
        slots=bones.slots,
        segments=tuple([mark() for _ in range(bones.segments)]),
        options=labelled(bones.options),
        left=labelled(bones.left),
        right=labelled(bones.right),
        unit=bones.unit,
        form=bones.form,
        fields=tuple([Labelled(label=label, text=text) for label, text in bones.fields]),
        parts=tuple(
            [NumberedView(label=one, marks=marks, view=_marked(inner, numbers)) for one, marks, inner in bones.parts]
        ),
        corrects=bones.corrects,
        uncertain=bones.uncertain,
    )
