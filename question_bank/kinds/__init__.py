"""The nine kinds of question as pure rules: one module a kind, and here what holds for all of them.

``content_of`` and ``response_of`` read JSON; the other functions dispatch on the kind of the content. Candidates speak
in labels (A, B, C … as displayed under an ``Order``), everything stored speaks in the keys of the content.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from question_bank.enums import Kind, ScoringRule, default_rule
from question_bank.errors import N_, Invalid, Problem
from question_bank.kinds.base import AnyRules, Content, Order, Response, Verdict
from question_bank.kinds.case import PART_RULES, CaseContent, CaseRules, PartContent, check_rubric_marks
from question_bank.kinds.case import part_marks as case_part_marks
from question_bank.kinds.views import KeyView, PublicView
from question_bank.scoring import PLAIN, RuleOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AnyContent",
    "Content",
    "KeyView",
    "Order",
    "PublicView",
    "Response",
    "Verdict",
    "check",
    "content_of",
    "key_view",
    "parse",
    "part_marks",
    "plain_order",
    "public_view",
    "response_of",
    "rules_of",
    "shuffle",
    "slots",
    "verdict",
]

AnyContent = Annotated[PartContent | CaseContent, Field(discriminator="kind")]

_CASE = CaseRules()
_RULES: dict[Kind, AnyRules] = {**PART_RULES, Kind.CASE: _CASE}
_CONTENT: TypeAdapter[Any] = TypeAdapter(AnyContent)

_REASONS = {
    "missing": N_("This is missing."),
    "extra_forbidden": N_("This field is not known (found: %(found)s)."),
    "string_type": N_("A text was expected (found: %(found)s)."),
    "string_too_short": N_("This is empty."),
    "string_too_long": N_("This is too long (found: %(found)s)."),
    "tuple_type": N_("A list was expected (found: %(found)s)."),
    "dict_type": N_("An object was expected (found: %(found)s)."),
    "model_type": N_("An object was expected (found: %(found)s)."),
    "bool_type": N_("True or false was expected (found: %(found)s)."),
    "bool_parsing": N_("True or false was expected (found: %(found)s)."),
    "decimal_type": N_("A number was expected (found: %(found)s)."),
    "decimal_parsing": N_("A number was expected (found: %(found)s)."),
    "enum": N_("This is not one of the words allowed (found: %(found)s)."),
    "date_from_datetime_parsing": N_("A date such as 2027-12-31 was expected (found: %(found)s)."),
    "too_short": N_("There are too few entries (found: %(found)s)."),
    "too_long": N_("There are too many entries."),
}


def rules_of(kind: Kind) -> AnyRules:
    """Return the rules of ``kind``."""
    return _RULES[kind]


def content_of(kind: Kind, data: Mapping[str, object]) -> Content:
    """Read the content of a question from its JSON object (``kind`` may be left out of it).

    Raises ``Invalid`` naming every field that does not fit.
    """
    try:
        content: Content = _CONTENT.validate_python({**data, "kind": kind})
    except ValidationError as error:
        raise Invalid(problems_of(error)) from error
    return content


def response_of(kind: Kind, data: Mapping[str, object]) -> Response:
    """Read a response as ``Response.model_dump(mode="json")`` wrote it; raise ``Invalid`` if it does not fit."""
    try:
        response: Response = rules_of(kind).response_type.model_validate({**data, "kind": kind})
    except ValidationError as error:
        raise Invalid(problems_of(error)) from error
    return response


def problems_of(error: ValidationError) -> list[Problem]:
    """Turn pydantic's errors into problems; the path leaves out the names of the alternatives it tried."""
    kinds = {str(kind) for kind in Kind}
    return [
        Problem(
            ".".join(str(step) for step in entry["loc"] if str(step) not in kinds),
            _REASONS.get(entry["type"], N_("%(reason)s (found: %(found)s)")),
            {"reason": entry["msg"], "found": _short(entry.get("input"))},
        )
        for entry in error.errors(include_url=False)
    ]


def _short(found: object, limit: int = 80) -> str:
    text = repr(found)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def shuffle(content: Content, seed: int) -> Order:
    """Return the order of display for ``seed``: the same on every machine; empty parts for kinds without one."""
    return rules_of(content.kind).shuffle(content, seed)


def plain_order(content: Content) -> Order:
    """Return the order in which the author wrote it."""
    return rules_of(content.kind).plain_order(content)


def public_view(
    content: Content,
    order: Order,
    marks: Decimal | None = None,
    *,
    rule: ScoringRule | None = None,
    options: RuleOptions = PLAIN,
) -> PublicView:
    """Return what a candidate may see. ``marks`` of the item scale the marks shown at a case's sub-questions.

    ``rule`` and ``options`` of the section say whether a false statement is to be corrected, and whether one option
    or more may be right.
    """
    if marks is not None and isinstance(content, CaseContent):
        return _CASE.public_view_out_of(content, order, case_part_marks(content, marks))
    view = rules_of(content.kind).public_view(content, order)
    asked = {"corrects": rule is ScoringRule.WITH_CORRECTION, "uncertain": options.uncertain}
    return view.model_copy(update=asked) if any(asked.values()) else view


def parse(content: Content, order: Order, raw: object) -> Response:
    """Read the JSON value sent by the candidate's page, in labels; raise ``ParseError`` if it cannot be read."""
    response: Response = rules_of(content.kind).parse(content, order, raw)
    return response


def verdict(
    content: Content, response: Response, rule: ScoringRule | None, marks: Decimal, options: RuleOptions = PLAIN
) -> Verdict:
    """Mark ``response`` out of ``marks`` by ``rule`` (None: the default of the kind) with its ``options``.

    Raises ``Invalid`` for a rule that cannot mark the kind, a negative ``marks`` or a response of another kind.
    """
    if response.kind != content.kind:
        template = N_("A response of the kind “%(found)s” does not answer a question of the kind “%(kind)s”.")
        raise Invalid([Problem("kind", template, {"found": response.kind.label, "kind": content.kind.label})])
    return rules_of(content.kind).verdict(content, response, rule or default_rule(content.kind), marks, options)


def key_view(content: Content, order: Order, marks: Decimal | None = None) -> KeyView:
    """Return the correct answer in labels with all that explains it; ``marks`` as in ``public_view``."""
    if marks is not None and isinstance(content, CaseContent):
        return _CASE.key_view_out_of(content, order, case_part_marks(content, marks))
    return rules_of(content.kind).key_view(content, order)


def check(content: Content, marks: Decimal | None = None) -> list[Problem]:
    """Return what is wrong with a question beyond the shape of its data; ``marks`` as its author suggests them."""
    problems = rules_of(content.kind).check(content)
    if marks is None:
        return problems
    if isinstance(content, CaseContent):
        return problems + _check_case_marks(content, marks)
    return problems + check_rubric_marks("", content, marks)


def _check_case_marks(content: CaseContent, marks: Decimal) -> list[Problem]:
    total = sum((sub.marks for sub in content.subquestions), Decimal(0))
    if total == marks:
        return []
    template = N_("The sub-questions add up to %(sum)s, but the question has %(marks)s marks.")
    return [Problem("subquestions", template, {"sum": str(total), "marks": str(marks)})]


def slots(content: Content) -> int:
    """Return how many things are to be filled in: blanks of a fill_blank, pairs of a matching, else 1."""
    return rules_of(content.kind).slots(content)


def part_marks(content: Content, marks: Decimal) -> dict[str, Decimal]:
    """Return the marks of each sub-question of a case out of the marks of the item; empty for other kinds."""
    return case_part_marks(content, marks) if isinstance(content, CaseContent) else {}
