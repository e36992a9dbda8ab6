"""Drafts → Moodle XML. What Moodle has no room for stands in a comment inside the general feedback."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from decimal import Decimal
from html import escape
from typing import IO, TYPE_CHECKING, Any

from lxml import etree

from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.exchange.foreign import carried
from question_bank.exchange.moodle.reading import read
from question_bank.exchange.reading import LeftOut
from question_bank.kinds.blank import FillBlankContent
from question_bank.kinds.checking import BLANK
from question_bank.kinds.choice import ChoiceContent, MultipleChoiceContent
from question_bank.kinds.matching import MatchingContent
from question_bank.kinds.numeric import NumericContent
from question_bank.kinds.ordering import OrderingContent
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.kinds.true_false import TrueFalseContent
from question_bank.numerals import written
from question_bank.pictures import file_name, no_pictures
from question_bank.richtext import PICTURE, digests, texts_in
from question_bank.taxonomy import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from question_bank.drafts import Draft
    from question_bank.exchange.reading import Item
    from question_bank.kinds import Content
    from question_bank.pictures import Album

HELD = frozenset(Kind) - {Kind.CASE}
_OWN = "<!-- liangjuan:"
_BOLD = re.compile(r"\*\*(?=\S)([^\n*]+?)(?<=\S)\*\*")
_IN_CLOZE = re.compile(r"[\\}~#\"]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEAD, _TAIL = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n', "</quiz>\n"
_HUNDRED = Decimal(100)


def write(
    file: IO[bytes],
    drafts: Iterable[Draft],
    *,
    say: Callable[[Problem], str] = str,
    pictures: Album = no_pictures,
) -> list[LeftOut]:
    """Write ``drafts`` and the pictures they name; return those Moodle cannot hold with the reason."""
    del say
    left_out: list[LeftOut] = []
    category = ""
    file.write(_HEAD.encode())
    for draft in drafts:
        reason, text = _question(draft, pictures)
        if reason is not None:
            left_out.append(LeftOut(draft.code, reason))
            continue
        if _category(draft) != category:
            category = _category(draft)
            file.write(_category_text(category).encode())
        file.write(text.encode())
    file.write(_TAIL.encode())
    return left_out


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write what was not taken as it stood, each with its reason in a comment above it."""
    file.write(_HEAD.encode())
    before = ""
    for item, why in failed:
        category, text = item.raw if isinstance(item.raw, tuple) else ("", str(item.raw))
        if category != before:
            before = category
            file.write(_category_text(category).encode())
        reason = re.sub(r"-{2,}", "-", " ".join(_NOT_IN_XML.sub("", why).split())).strip("-")
        file.write(f"<!-- {reason} -->\n{text}\n".encode())
    file.write(_TAIL.encode())


def _question(draft: Draft, pictures: Album) -> tuple[Problem | None, str]:
    """Return why a draft cannot be held, or its element as text."""
    if draft.kind not in HELD:
        return Problem("type", N_("Moodle has no questions of this kind.")), ""
    plain = _as_text(_with_files(_element(draft, ""), pictures))
    found = read(f"{_HEAD}{plain}{_TAIL}".encode())
    if {each.digest for each in found.pictures} != set(digests(texts_in(draft.content))):
        return Problem("stem", N_("The pictures of this question are not written into the file.")), ""
    items = found.items
    native = items[0].draft if len(items) == 1 else None
    if native is None or native.kind is not draft.kind:
        return Problem("stem", N_("Moodle would read this question as another one.")), ""
    beside = json.dumps(carried(draft, native.content), ensure_ascii=False, separators=(",", ":"))
    # the JSON stands in a comment of HTML inside XML, which neither may end
    comment = beside.replace("--", "-\\u002d").replace(">", "\\u003e").replace("<", "\\u003c")
    comment = _NOT_IN_XML.sub(lambda sign: f"\\u{ord(sign[0]):04x}", comment)
    return None, _as_text(_with_files(_element(draft, f"{_OWN}{comment}-->"), pictures))


def _with_files(question: Any, pictures: Album) -> Any:
    """Put the pictures that texts in HTML name beside them, as Moodle keeps them."""
    for element in question.iter():
        text = element.find("text")
        if element.get("format") != "html" or text is None or not text.text:
            continue
        shown, own, carried_ = text.text.partition(_OWN)
        found = {digest: picture for digest in digests([shown]) if (picture := pictures(digest)) is not None}
        names = {digest: file_name(picture) for digest, picture in found.items()}
        text.text = PICTURE.sub(lambda named: _image(named, names), shown) + own + carried_  # noqa: B023 -- used at once
        for digest, picture in found.items():
            file = etree.SubElement(element, "file", name=names[digest], path="/", encoding="base64")
            file.text = b64encode(picture.data).decode()
    return question


def _image(named: re.Match[str], names: Mapping[str, str]) -> str:
    alt, digest = named[1].replace('"', "&quot;"), named[2]
    return f'<img src="@@PLUGINFILE@@/{names[digest]}" alt="{alt}">' if digest in names else named[0]


def _as_text(element: Any) -> str:
    etree.indent(element)
    return str(etree.tostring(element, encoding="unicode")) + "\n"


def _category(draft: Draft) -> str:
    steps = [PLACES.get(draft.topic, draft.topic), *([draft.subtopic] if draft.subtopic else [])]
    return "/".join(["$course$", "top", *(step.replace("/", "//") for step in steps)])


def _category_text(category: str) -> str:
    question = etree.Element("question", type="category")
    _child(question, "category", category)
    return _as_text(question)


def _child(parent: Any, name: str, text: str, *, html: bool = False, **attributes: str) -> Any:
    """Add an element with its text in a ``text`` child; ``html``: the text is HTML."""
    made = etree.SubElement(parent, name, **({"format": "html"} if html else {}), **attributes)
    etree.SubElement(made, "text").text = _NOT_IN_XML.sub("", text)
    return made


def _html(text: str) -> str:
    """Return a text of ours as HTML."""
    return _BOLD.sub(r"<b>\1</b>", escape(text, quote=False)).replace("\n", "<br>")


def _element(draft: Draft, comment: str) -> Any:
    """Return the whole element; ``comment`` goes behind the explanation."""
    content = draft.content
    type_, stem = _type_and_stem(content)
    question = etree.Element("question", type=type_)
    _child(question, "name", draft.code)
    _child(question, "questiontext", stem, html=True)
    _child(question, "generalfeedback", _html(content.explanation) + comment, html=True)
    for name, value in (
        ("defaultgrade", f"{draft.marks:f}"),
        ("penalty", "0"),
        ("hidden", "0"),
        ("idnumber", draft.code),
    ):
        etree.SubElement(question, name).text = value
    _answers(question, content)
    tags = etree.SubElement(question, "tags")
    for tag in (PLACES.get(draft.topic, draft.topic), f"难度{int(draft.difficulty)}", draft.kind.chinese):
        _child(tags, "tag", tag)
    return question


def _type_and_stem(content: Content) -> tuple[str, str]:
    """Return Moodle's name of the type and the stem as HTML; several blanks are fields in the text."""
    if isinstance(content, FillBlankContent) and len(content.answers) > 1:
        fields = iter(content.answers)
        text = BLANK.sub(lambda blank: _field(next(fields, ()), blank[0]), content.stem)
        return "cloze", _html(text)
    types: dict[Kind, str] = {
        Kind.SINGLE_CHOICE: "multichoice",
        Kind.MULTIPLE_CHOICE: "multichoice",
        Kind.TRUE_FALSE: "truefalse",
        Kind.FILL_BLANK: "shortanswer",
        Kind.NUMERIC: "numerical",
        Kind.ORDERING: "ordering",
        Kind.MATCHING: "matching",
        Kind.SHORT_ANSWER: "essay",
    }
    return types[content.kind], _html(content.stem)


def _field(forms: tuple[str, ...], otherwise: str) -> str:
    answers = "~".join("=" + _IN_CLOZE.sub(r"\\\g<0>", form) for form in forms)
    return f"{{1:SHORTANSWER:{answers}}}" if forms else otherwise


def _answers(question: Any, content: Content) -> None:
    """Add the answers and what else the type has."""
    if isinstance(content, ChoiceContent):
        _options(question, content)
    elif isinstance(content, TrueFalseContent):
        for word, right in (("true", content.answer), ("false", not content.answer)):
            _child(question, "answer", word, fraction="100" if right else "0", format="moodle_auto_format")
    elif isinstance(content, FillBlankContent) and len(content.answers) == 1:
        etree.SubElement(question, "usecase").text = "0"
        for form in content.answers[0]:
            _child(question, "answer", form, fraction="100", format="moodle_auto_format")
    elif isinstance(content, NumericContent):
        _number(question, content)
    elif isinstance(content, OrderingContent):
        _steps(question, content)
    elif isinstance(content, MatchingContent):
        _pairs(question, content)
    elif isinstance(content, ShortAnswerContent):
        etree.SubElement(question, "responseformat").text = "plain"
        _child(question, "graderinfo", _html(content.reference), html=True)


def _options(question: Any, content: ChoiceContent) -> None:
    """Several right ones share the marks; a wrong one then costs all, as with us."""
    several = isinstance(content, MultipleChoiceContent)
    etree.SubElement(question, "single").text = "false" if several else "true"
    etree.SubElement(question, "shuffleanswers").text = "true"
    etree.SubElement(question, "answernumbering").text = "ABCD"
    share = f"{(_HUNDRED / max(len(content.right), 1)).quantize(Decimal('0.00001')).normalize():f}"
    for option in content.options:
        fraction = share if option.key in content.right else "-100" if several else "0"
        _child(question, "answer", _html(option.text), html=True, fraction=fraction)


def _number(question: Any, content: NumericContent) -> None:
    answer = _child(question, "answer", written(content.answer), fraction="100", format="moodle_auto_format")
    etree.SubElement(answer, "tolerance").text = written(content.tolerance)
    if content.unit:
        unit = etree.SubElement(etree.SubElement(question, "units"), "unit")
        etree.SubElement(unit, "multiplier").text = "1"
        etree.SubElement(unit, "unit_name").text = content.unit


def _steps(question: Any, content: OrderingContent) -> None:
    """The answers stand in their right order, as Moodle keeps them."""
    for name, value in (
        ("layouttype", "VERTICAL"),
        ("selecttype", "ALL"),
        ("gradingtype", "RELATIVE_NEXT_EXCLUDE_LAST"),
    ):
        etree.SubElement(question, name).text = value
    texts = {item.key: item.text for item in content.items}
    for place, key in enumerate(content.answer, 1):
        _child(question, "answer", _html(texts.get(key, "")), html=True, fraction=str(place))


def _pairs(question: Any, content: MatchingContent) -> None:
    etree.SubElement(question, "shuffleanswers").text = "true"
    texts = {row.key: row.text for row in content.right}
    rows = [(row.text, texts.get(content.pairs.get(row.key, ""), "")) for row in content.left]
    rows += [("", text) for key, text in texts.items() if key not in content.pairs.values()]
    for left, right in rows:
        _child(_child(question, "subquestion", _html(left), html=True), "answer", right)
