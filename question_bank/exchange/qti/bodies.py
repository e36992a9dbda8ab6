"""The content of a question → declarations, body and rules of a QTI item, in plain names (camelCase, no namespace).

One builder a kind; ``names`` of a version turn what is built here into 2.1, 2.2 or 3.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from question_bank.exchange.qti.parts import PART
from question_bank.exchange.qti.values import plain
from question_bank.kinds import Content
from question_bank.kinds.blank import FillBlankContent
from question_bank.kinds.case import CaseContent
from question_bank.kinds.checking import BLANK
from question_bank.kinds.choice import MultipleChoiceContent, SingleChoiceContent
from question_bank.kinds.matching import MatchingContent
from question_bank.kinds.numeric import NumericContent
from question_bank.kinds.ordering import OrderingContent
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.kinds.true_false import RIGHT, WRONG, TrueFalseContent
from question_bank.richtext import Shown, pieces

EXPLANATION = "EXPLANATION"
PICTURE_SOURCE = "picture:"

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IDENTIFIER = re.compile(r"[^\w.-]", re.ASCII)


def element(tag: str, *children: Any, **attributes: str) -> Any:
    """Return an element; children are elements or texts."""
    made = etree.Element(tag, {name: _clean(value) for name, value in attributes.items()})
    for child in children:
        if not isinstance(child, str):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + _clean(child)
        else:
            made.text = (made.text or "") + _clean(child)
    return made


def identifier(text: str) -> str:
    """Return a text as an identifier of QTI: letters, digits, ``_ - .``, not a digit first."""
    safe = _NOT_IDENTIFIER.sub("_", text)
    return safe if safe[:1].isalpha() or safe[:1] == "_" else f"Q{safe}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def inline(text: str) -> list[Any]:
    """Return one line of our text as texts and elements: bold words, pictures (``img``, the digest as source)."""
    found: list[Any] = []
    for piece in pieces(text):
        if isinstance(piece, Shown):
            found.append(element("img", src=f"{PICTURE_SOURCE}{piece.digest}", alt=piece.alt))
        else:
            found.append(element("strong", piece.text) if piece.bold else piece.text)
    return found


def lines(text: str) -> list[Any]:
    """Return a text as paragraphs, one a line."""
    return [element("p", *(inline(line) or [element("br")])) for line in text.split("\n")]


@dataclass
class Built:
    """An item as it grows: declarations, what to add to the score, body."""

    declarations: list[Any] = field(default_factory=list)
    rules: list[Any] = field(default_factory=list)
    body: list[Any] = field(default_factory=list)

    def response(self, name: str, cardinality: str, base_type: str, values: Iterable[str], *more: Any) -> None:
        """Declare a response with its right values."""
        right = element("correctResponse", *(element("value", value) for value in values))
        content = [right] if len(right) else []
        self.declarations.append(
            element(
                "responseDeclaration", *content, *more, identifier=name, cardinality=cardinality, baseType=base_type
            )
        )

    def score_if(self, test: Any, points: Decimal) -> None:
        """Add points when a test holds."""
        adding = element("setOutcomeValue", _sum(_value("float", plain(points))), identifier="SCORE")
        self.rules.append(element("responseCondition", element("responseIf", test, adding)))

    def matches(self, name: str, points: Decimal) -> None:
        """Add points when a response is what was declared right."""
        test = element("match", element("variable", identifier=name), element("correct", identifier=name))
        self.score_if(test, points)


def build(content: Content, marks: Decimal) -> Built:
    """Return the parts of an item for a content with its marks."""
    built = Built()
    _BUILDERS[type(content)](built, content, marks, "RESPONSE")
    return built


def _sum(value: Any) -> Any:
    return element("sum", element("variable", identifier="SCORE"), value)


def _value(base_type: str, text: str) -> Any:
    return element("baseValue", text, baseType=base_type)


def _choice(built: Built, content: SingleChoiceContent | MultipleChoiceContent, marks: Decimal, name: str) -> None:
    single = isinstance(content, SingleChoiceContent)
    right = [option.key for option in content.options if option.key in content.right]
    built.response(name, "single" if single else "multiple", "identifier", map(identifier, right))
    options = [
        element("simpleChoice", *_flow(o.text), identifier=identifier(o.key), **({"fixed": "true"} if o.pinned else {}))
        for o in content.options
    ]
    most = "1" if single else "0"
    built.body += lines(content.stem)
    built.body.append(element("choiceInteraction", *options, responseIdentifier=name, shuffle="true", maxChoices=most))
    built.matches(name, marks)


def _true_false(built: Built, content: TrueFalseContent, marks: Decimal, name: str) -> None:
    built.response(name, "single", "identifier", ["true" if content.answer else "false"])
    options = [
        element("simpleChoice", shown.text, identifier=word) for word, shown in (("true", RIGHT), ("false", WRONG))
    ]
    built.body += lines(content.stem)
    built.body.append(element("choiceInteraction", *options, responseIdentifier=name, shuffle="false", maxChoices="1"))
    built.matches(name, marks)


def _blanks(built: Built, content: FillBlankContent, marks: Decimal, name: str) -> None:
    names = [name] if len(content.answers) == 1 else [f"{name}_B{n}" for n in range(1, len(content.answers) + 1)]
    share = marks / len(names)
    for each, forms in zip(names, content.answers, strict=True):
        entries = [element("mapEntry", mapKey=form, mappedValue=plain(_rounded(share))) for form in forms]
        built.response(each, "single", "string", forms[:1], element("mapping", *entries, defaultValue="0"))
        adding = element("setOutcomeValue", _sum(element("mapResponse", identifier=each)), identifier="SCORE")
        built.rules.append(adding)
    left = iter(names)
    for line in content.stem.split("\n"):
        shown: list[Any] = []
        for number, text in enumerate(BLANK.split(line)):
            blank = next(left, None) if number else None
            shown += [element("textEntryInteraction", responseIdentifier=blank)] if blank else []
            shown += inline(text)
        built.body.append(element("p", *(shown or [element("br")])))


def _rounded(share: Decimal) -> Decimal:
    return share.quantize(Decimal("0.0001"))


def _numeric(built: Built, content: NumericContent, marks: Decimal, name: str) -> None:
    built.response(name, "single", "float", [plain(content.answer)])
    test = element(
        "equal",
        element("variable", identifier=name),
        element("correct", identifier=name),
        toleranceMode="absolute",
        tolerance=f"{plain(content.tolerance)} {plain(content.tolerance)}",
    )
    built.body += lines(content.stem)
    entry = element("textEntryInteraction", responseIdentifier=name)
    built.body.append(element("p", entry, *([f" {content.unit}"] if content.unit else [])))
    built.score_if(test, marks)


def _ordering(built: Built, content: OrderingContent, marks: Decimal, name: str) -> None:
    built.response(name, "ordered", "identifier", map(identifier, content.answer))
    items = [element("simpleChoice", *_flow(item.text), identifier=identifier(item.key)) for item in content.items]
    built.body += lines(content.stem)
    built.body.append(element("orderInteraction", *items, responseIdentifier=name, shuffle="true"))
    built.matches(name, marks)


def _matching(built: Built, content: MatchingContent, marks: Decimal, name: str) -> None:
    pairs = [f"L{identifier(left)} R{identifier(right)}" for left, right in content.pairs.items()]
    built.response(name, "multiple", "directedPair", pairs)
    columns = [
        element(
            "simpleMatchSet",
            *(
                element(
                    "simpleAssociableChoice", *_flow(row.text), identifier=side + identifier(row.key), matchMax=most
                )
                for row in rows
            ),
        )
        for side, rows, most in (("L", content.left, "1"), ("R", content.right, "0"))
    ]
    built.body += lines(content.stem)
    built.body.append(
        element(
            "matchInteraction",
            *columns,
            responseIdentifier=name,
            shuffle="true",
            maxAssociations=str(len(content.left)),
        )
    )
    built.matches(name, marks)


def _short_answer(built: Built, content: ShortAnswerContent, marks: Decimal, name: str) -> None:
    del marks  # a person gives them
    built.response(name, "single", "string", [content.reference] if content.reference else [])
    built.body += lines(content.stem)
    built.body.append(element("extendedTextInteraction", responseIdentifier=name))
    if content.rubric:
        points = [element("li", *inline(f"{point.point}（{plain(point.marks)}分）")) for point in content.rubric]
        built.body.append(element("rubricBlock", element("ul", *points), view="scorer"))


def _case(built: Built, content: CaseContent, marks: Decimal, name: str) -> None:
    del marks  # each sub-question has its own
    built.body.append(element("div", *lines(content.stem)))
    for number, sub in enumerate(content.subquestions, 1):
        part = Built()
        _BUILDERS[type(sub.content)](part, sub.content, sub.marks, f"{name}_{number}")
        built.declarations += part.declarations
        built.rules += part.rules
        built.body.append(element("div", *part.body, **{"class": PART}))


def _flow(text: str) -> Sequence[Any]:
    return lines(text) if "\n" in text else inline(text)


_BUILDERS: dict[type[Content], Callable[[Built, Any, Decimal, str], None]] = {
    SingleChoiceContent: _choice,
    MultipleChoiceContent: _choice,
    TrueFalseContent: _true_false,
    FillBlankContent: _blanks,
    NumericContent: _numeric,
    OrderingContent: _ordering,
    MatchingContent: _matching,
    ShortAnswerContent: _short_answer,
    CaseContent: _case,
}


def item_of(code: str, title: str, content: Content, marks: Decimal) -> Any:
    """Return a whole ``assessmentItem`` in plain names."""
    built = build(content, marks)
    outcomes = [
        _outcome("SCORE", "float", "0"),
        _outcome("MAXSCORE", "float", plain(marks)),
    ]
    feedback: list[Any] = []
    rules = list(built.rules)
    if content.explanation:
        outcomes.append(_outcome("FEEDBACK", "identifier", ""))
        rules.append(element("setOutcomeValue", _value("identifier", EXPLANATION), identifier="FEEDBACK"))
        feedback.append(
            element(
                "modalFeedback",
                element("div", *lines(content.explanation)),
                outcomeIdentifier="FEEDBACK",
                identifier=EXPLANATION,
                showHide="show",
            )
        )
    processing = [element("responseProcessing", *rules)] if rules else []
    return element(
        "assessmentItem",
        *built.declarations,
        *outcomes,
        element("itemBody", *built.body),
        *processing,
        *feedback,
        identifier=code,
        title=title,
        adaptive="false",
        timeDependent="false",
    )


def _outcome(name: str, base_type: str, default: str) -> Any:
    value = [element("defaultValue", element("value", default))] if default else []
    return element("outcomeDeclaration", *value, identifier=name, cardinality="single", baseType=base_type)
