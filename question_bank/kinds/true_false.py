"""True or false: 判断题. Shown as √ and ×."""

from __future__ import annotations

import operator
import re
import unicodedata
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from question_bank.enums import Kind, ScoringRule
from question_bank.errors import N_, ParseError, Problem
from question_bank.kinds.base import MAX_TEXT, Content, Decision, KindRules, Order, Response, Text, decided
from question_bank.kinds.checking import check_explanation
from question_bank.kinds.reading import read_mapping, read_text
from question_bank.kinds.views import KeyView, Labelled, PublicView
from question_bank.normalise import canonical, same
from question_bank.rounding import HUNDREDTH, to_step
from question_bank.scoring import RuleOptions, judging_marks

RIGHT = Labelled(label="√", text="正确")
WRONG = Labelled(label="×", text="错误")
_WORDS = dict.fromkeys(("√", "✓", "✔", "对", "正确", "TRUE", "T"), True) | dict.fromkeys(
    ("×", "✗", "✘", "X", "错", "错误", "FALSE", "F"), False
)


class TrueFalseContent(Content):
    """A statement; ``answer`` says whether it is true.

    Of a false one ``wrong`` is the wording of the stem that makes it so, and ``corrections`` are what may stand in its
    place or for the whole statement, the first being the one shown in the key (改错).
    """

    kind: Literal[Kind.TRUE_FALSE] = Kind.TRUE_FALSE
    answer: bool
    wrong: Annotated[str, Field(max_length=MAX_TEXT, exclude_if=operator.not_)] = ""
    corrections: Annotated[tuple[Text, ...], Field(max_length=50, exclude_if=operator.not_)] = ()


class TrueFalseResponse(Response):
    """True, false or nothing, and what was written to put a false statement right."""

    kind: Literal[Kind.TRUE_FALSE] = Kind.TRUE_FALSE
    value: bool | None = None
    correction: Annotated[str, Field(max_length=MAX_TEXT, exclude_if=operator.not_)] = ""

    @property
    def is_blank(self) -> bool:
        """Whether neither was chosen and nothing was written."""
        return self.value is None and not self.correction.strip()

    @property
    def text(self) -> str:
        """What a person has to read: the judgement and the correction."""
        return f"{(RIGHT if self.value else WRONG).label} {self.correction}"

    @property
    def fields(self) -> dict[str, str]:
        """Boxes of its own it has none of."""
        return {}


_INSTEAD = r"(?:应当?|应该)?(?:改[为成]|更正为|[为是])|->|→"


def mends(text: str, content: TrueFalseContent) -> bool:
    """Whether ``text`` is an accepted correction: alone, as “A改为B”, or as the whole statement put right."""
    if any(same(text, form) for form in content.corrections):
        return True
    if not content.wrong:
        return False
    if any(same(text, content.stem.replace(content.wrong, form)) for form in content.corrections):
        return True
    given, wrong = canonical(text), re.escape(canonical(content.wrong))
    said = re.fullmatch(f"(?:将|把)?{wrong}(?:{_INSTEAD})(.+)", given)
    return said is not None and any(same(said[1], form) for form in content.corrections)


class TrueFalseRules(KindRules[TrueFalseContent, TrueFalseResponse]):
    """判断题."""

    kind = Kind.TRUE_FALSE
    content_type = TrueFalseContent
    response_type = TrueFalseResponse

    def public_view(self, content: TrueFalseContent, order: Order) -> PublicView:
        """Show the statement with √ and ×; whether it is to be corrected is its section's affair."""
        del order
        return PublicView(kind=self.kind, stem=content.stem, options=(RIGHT, WRONG))

    def parse(self, content: TrueFalseContent, order: Order, raw: object) -> TrueFalseResponse:
        """Read a JSON boolean, √ or ×, or a usual word for either; with a correction ``{"value", "correction"}``."""
        del content, order
        if not isinstance(raw, dict):
            return TrueFalseResponse(value=_judgement(raw))
        given = read_mapping(raw)
        if given.keys() - {"value", "correction"}:
            raise ParseError(N_("Neither √ nor × was given."))
        return TrueFalseResponse(value=_judgement(given.get("value")), correction=read_text(given.get("correction")))

    def decide(
        self,
        content: TrueFalseContent,
        response: TrueFalseResponse,
        rule: ScoringRule,
        marks: Fraction,
        options: RuleOptions,
    ) -> Decision:
        """Give all marks for the right judgement; wrong_deducts: take the penalty for the other one.

        with_correction: a false statement earns its marks in two parts. A correction that is none of the accepted ones
        is left to a person, for there are many ways to say the same.
        """
        if response.value != content.answer:
            loses = rule is ScoringRule.WRONG_DEDUCTS and response.value is not None
            return decided(-Fraction(options.penalty) if loses else Fraction(0))
        if rule is not ScoringRule.WITH_CORRECTION or content.answer or mends(response.correction, content):
            return decided(marks)
        judged = Fraction(judging_marks(options, to_step(marks, HUNDREDTH)))
        if not response.correction.strip():
            return decided(judged, note=N_("Not corrected"))
        note = N_("The correction is none of the accepted ones")
        return Decision(earned=judged, suggested=judged, needs_person=True, note=note)

    def key_view(self, content: TrueFalseContent, order: Order) -> KeyView:
        """Name √ or ×, with what puts a false statement right."""
        del order
        label = (RIGHT if content.answer else WRONG).label
        mended = f"（改正：{_mended(content)}）" if content.corrections else ""
        return KeyView(
            kind=self.kind,
            answer=f"{label}{mended}",
            labels=(label,),
            accepted=(content.corrections,) if content.corrections else (),
            explanation=content.explanation,
        )

    def check(self, content: TrueFalseContent) -> list[Problem]:
        """Check the explanation, and that a correction belongs to a false statement and to words of its own."""
        problems = check_explanation(content)
        if content.answer and (content.corrections or content.wrong):
            problems.append(Problem("corrections", N_("A true statement has nothing to correct.")))
        if content.wrong and content.wrong not in content.stem:
            problems.append(Problem("wrong", N_("These words do not stand in the statement.")))
        if content.wrong and not content.corrections:
            problems.append(Problem("corrections", N_("It is not said what is right instead.")))
        return problems


def _judgement(raw: object) -> bool | None:
    if raw is None or isinstance(raw, bool):
        return raw
    word = unicodedata.normalize("NFKC", read_text(raw)).strip().upper()
    if word and word not in _WORDS:
        raise ParseError(N_("Neither √ nor × was given."))
    return _WORDS.get(word)


def _mended(content: TrueFalseContent) -> str:
    first = content.corrections[0]
    return f"“{content.wrong}”改为“{first}”" if content.wrong else first
