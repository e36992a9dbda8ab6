"""Moodle XML → drafts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.feedback import explained
from question_bank.exchange.foreign import Importer, Source
from question_bank.exchange.moodle.choosing import Unsupported, choice, matching, matrix, ordering, remarks, truth
from question_bank.exchange.moodle.cloze import cloze
from question_bank.exchange.moodle.refusals import REFUSALS, UNKNOWN
from question_bank.exchange.moodle.texts import Texts, inner
from question_bank.exchange.moodle.writing_in import essay, gapfill, number, numerical, short, words_in_gaps
from question_bank.exchange.reading import FileReading
from question_bank.exchange.xml import parse_xml

if TYPE_CHECKING:
    from question_bank.exchange.reading import Item
    from question_bank.pictures import Picture

PREFIX = "MOODLE-"
OWN = re.compile(r"<!--\s*liangjuan:(.*?)-->", re.DOTALL)
"""The comment in the general feedback in which our own export keeps what Moodle has no room for."""

_Reader = Callable[[Any, Texts], tuple[Kind, dict[str, Any]]]
_READERS: dict[str, _Reader] = {
    "multichoice": choice,
    "multichoiceset": choice,
    "oumultiresponse": choice,
    "truefalse": truth,
    "matching": matching,
    "match": matching,
    "ddmatch": matching,
    "mtf": matrix,
    "kprime": matrix,
    "ordering": ordering,
    "shortanswer": short,
    "numerical": numerical,
    "essay": essay,
    "essayautograde": essay,
    "gapselect": words_in_gaps,
    "ddwtos": words_in_gaps,
    "gapfill": gapfill,
}
_CLOZE = {"cloze", "multianswer"}
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_TRUTH = {"true": "答“正确”", "false": "答“错误”"}
_STOCK_PHRASE = 60
_NAME = 60
_MOST, _MOST_ANSWERS = 20_000, 500


def is_moodle(root: str) -> bool:
    """Whether the name of a root element is that of a Moodle file."""
    return root == "quiz"


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read a Moodle XML file; ``topic`` is the root for categories that name none of ours.

    Raises ``Invalid`` when it is no sound XML (see ``exchange.xml``) or holds no questions of Moodle.
    """
    if data.count(b"<question ") > _MOST:
        raise Invalid([Problem("", N_("This file has more than %(most)s questions; split it."), {"most": _MOST})])
    root = parse_xml(data)
    questions = [root] if root.tag == "question" else [*root.iterchildren("question")]
    if root.tag not in {"quiz", "question"} or (not questions and len(root)):
        raise Invalid([Problem("", N_("This XML holds no questions of Moodle (<quiz> with <question> inside)."))])
    file = _File(Importer(PREFIX, topic), _lines_above(data, root))
    items = [file.item(question) for question in questions if not file.took_category(question)]
    return FileReading("moodle_xml", tuple(items), pictures=tuple(file.pictures.values()))


def _lines_above(data: bytes, root: Any) -> int:
    """Return by how many lines the parser counts too few: it does not see the declaration."""
    start = data.find(b"<" + str(root.tag).encode())
    return data.count(b"\n", 0, start) + 1 - int(root.sourceline or 1) if start >= 0 else 0


@dataclass
class _File:
    """What is known while a file is read."""

    importer: Importer
    lines_above: int
    category: str = ""
    pictures: dict[str, Picture] = field(default_factory=dict)

    def took_category(self, question: Any) -> bool:
        """Whether an element is a category; it holds for those below it."""
        if question.get("type") != "category":
            return False
        self.category = inner(question, "category/text").strip()
        return True

    def item(self, question: Any) -> Item:
        """Return the item of one question."""
        type_ = str(question.get("type", "")).strip().lower()
        texts = Texts(self.pictures)
        source = self._source(question, texts)
        if type_ not in _READERS and type_ not in _CLOZE:
            problem = Problem("", REFUSALS.get(type_, UNKNOWN), {} if type_ in REFUSALS else {"found": type_[:_NAME]})
            return self.importer.unsupported(source, problem)
        if len(question) > _MOST_ANSWERS:
            problem = Problem("", N_("There are more than %(most)s answers in this question."), {"most": _MOST_ANSWERS})
            return self.importer.unsupported(source, problem)
        try:
            kind, data, named = _content(type_, question, texts)
        except Unsupported as error:
            return self.importer.unsupported(source, error.problems[0])
        except Invalid as error:
            return self.importer.rejected(source, *error.problems)
        data["stem"] = f"{data['stem']}{texts.old_picture(question)}"
        _note_losses(question, texts)
        explanation = explained(_general(question, texts), named, texts.cautions)
        return self.importer.question(source, kind, data | {"explanation": explanation}, cautions=texts.cautions)

    def _source(self, question: Any, texts: Texts) -> Source:
        title = texts.plain(inner(question, "name/text"))
        words = " ".join(re.sub(r"<[^<>]{0,500}>", " ", inner(question, "questiontext/text")[: 8 * _NAME]).split())
        line = int(question.sourceline or 0)
        return Source(
            name=(title or words)[:_NAME],
            line=line + self.lines_above if line else 0,
            raw=(self.category, etree.tostring(question, encoding="unicode", with_tail=False)),
            identifier=inner(question, "idnumber").strip(),
            title=title,
            category=self.category,
            tags=tuple(inner(tag) for tag in question.findall("tags/tag")),
            marks=number(inner(question, "defaultgrade")),
            own=_own(question),
        )


def _content(type_: str, question: Any, texts: Texts) -> tuple[Kind, dict[str, Any], list[tuple[str, str]]]:
    if type_ in _CLOZE:
        return cloze(question, texts)
    kind, data = _READERS[type_](question, texts)
    named = remarks(texts, question.findall("answer"))
    if kind is Kind.TRUE_FALSE:
        named = [(_TRUTH.get(name.lower(), name), feedback) for name, feedback in named]
    return kind, data, named


def _own(question: Any) -> object:
    """Return what our own export wrote, as a JSON value; None where the question is another's."""
    found = OWN.search(inner(question, "generalfeedback/text"))
    if found is None:
        return None
    try:
        return json.loads(found[1])
    except (ValueError, RecursionError):
        return found[1]


def _general(question: Any, texts: Texts) -> str:
    """Return the feedback for everybody; of that by result only what is more than a stock phrase."""
    pieces = [texts.of(question.find("generalfeedback"))]
    for name in _COMBINED:
        text = texts.of(question.find(name))
        if len(text) > _STOCK_PHRASE and text not in pieces:
            pieces.append(text)
    return "\n".join(piece for piece in pieces if piece)


def _note_losses(question: Any, texts: Texts) -> None:
    if any(inner(hint).strip() for hint in question.findall("hint")):
        texts.caution("explanation", N_("Hints between several tries have no place here and are left out."))
    if inner(question, "hidden").strip() == "1":
        texts.caution("", N_("The question is hidden in the file, so it may be out of use there."))
