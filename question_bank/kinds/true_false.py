"""True or false: 判断题. Shown as √ and ×."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import Literal

from question_bank.enums import Kind, ScoringRule
from question_bank.errors import N_, ParseError, Problem
from question_bank.kinds.base import Content, Decision, KindRules, Order, Response, decided
from question_bank.kinds.checking import check_explanation
from question_bank.kinds.reading import read_text
from question_bank.kinds.views import KeyView, Labelled, PublicView

RIGHT = Labelled(label="√", text="正确")
WRONG = Labelled(label="×", text="错误")
_WORDS = dict.fromkeys(("√", "✓", "✔", "对", "正确", "TRUE", "T"), True) | dict.fromkeys(
    ("×", "✗", "✘", "X", "错", "错误", "FALSE", "F"), False
)


class TrueFalseContent(Content):
    """A statement; ``answer`` says whether it is true."""

    kind: Literal[Kind.TRUE_FALSE] = Kind.TRUE_FALSE
    answer: bool


class TrueFalseResponse(Response):
    """True, false or nothing."""

    kind: Literal[Kind.TRUE_FALSE] = Kind.TRUE_FALSE
    value: bool | None = None

    @property
    def is_blank(self) -> bool:
        """Whether neither was chosen."""
        return self.value is None


class TrueFalseRules(KindRules[TrueFalseContent, TrueFalseResponse]):
    """判断题."""

    kind = Kind.TRUE_FALSE
    content_type = TrueFalseContent
    response_type = TrueFalseResponse

    def public_view(self, content: TrueFalseContent, order: Order) -> PublicView:
        """Show the statement with √ and ×."""
        del order
        return PublicView(kind=self.kind, stem=content.stem, options=(RIGHT, WRONG))

    def parse(self, content: TrueFalseContent, order: Order, raw: object) -> TrueFalseResponse:
        """Read a JSON boolean, √ or ×, or a usual word for either."""
        del content, order
        if raw is None or isinstance(raw, bool):
            return TrueFalseResponse(value=raw)
        word = unicodedata.normalize("NFKC", read_text(raw)).strip().upper()
        if word and word not in _WORDS:
            raise ParseError(N_("Neither √ nor × was given."))
        return TrueFalseResponse(value=_WORDS.get(word))

    def decide(
        self, content: TrueFalseContent, response: TrueFalseResponse, rule: ScoringRule, marks: Fraction
    ) -> Decision:
        """Give all marks for the right judgement (rule: exact)."""
        del rule
        return decided(marks if response.value == content.answer else Fraction(0))

    def key_view(self, content: TrueFalseContent, order: Order) -> KeyView:
        """Name √ or ×."""
        del order
        label = (RIGHT if content.answer else WRONG).label
        return KeyView(kind=self.kind, answer=label, labels=(label,), explanation=content.explanation)

    def check(self, content: TrueFalseContent) -> list[Problem]:
        """Check the explanation; there is nothing else to go wrong."""
        return check_explanation(content)
