"""Fill in the blanks: 填空题. Blanks are runs of two or more underscores in the stem."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from question_bank.enums import Kind, ScoringRule
from question_bank.errors import N_, ParseError, Problem
from question_bank.kinds.base import (
    MAX_TEXT,
    Content,
    Decision,
    KindRules,
    Order,
    Response,
    Text,
    decided,
    part,
)
from question_bank.kinds.checking import BLANK, check_explanation, repeated
from question_bank.kinds.numeric import within
from question_bank.kinds.reading import read_list, read_text
from question_bank.kinds.views import KeyView, PublicView
from question_bank.normalise import canonical, folded, in_unit, mistyped, quantity, same
from question_bank.scoring import RuleOptions, WrongCharacters

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BLANKS = 20
MISTYPED = N_("One wrong character of the same sound")
# 12.5±0.1万元: a number with its tolerance and its unit, both in that unit
_TOLERANCE = re.compile(r"(?P<value>-?\d{1,12}(?:\.\d{1,8})?)±(?P<by>\d{1,12}(?:\.\d{1,8})?)(?P<unit>[^\d±]*)")
Forms = Annotated[tuple[Text, ...], Field(min_length=1, max_length=50)]


class FillBlankContent(Content):
    """``answers`` holds, for each blank in order, the accepted forms, the first being the one shown in the key.

    A form such as 12.5±0.1万元 accepts every quantity within the tolerance, in any unit of the same measure.
    With ``any_order`` the blanks may be filled in any order, each answer counting once. ``normal_form_note`` is the
    author's remark on what is tolerated; the tolerance itself is ``question_bank.normalise`` for every question.
    """

    kind: Literal[Kind.FILL_BLANK] = Kind.FILL_BLANK
    answers: Annotated[tuple[Forms, ...], Field(min_length=1, max_length=MAX_BLANKS)]
    any_order: bool = False
    keep_book_marks: bool = False
    normal_form_note: Annotated[str, Field(max_length=500)] = ""


class FillBlankResponse(Response):
    """One text per blank; empty where nothing was written."""

    kind: Literal[Kind.FILL_BLANK] = Kind.FILL_BLANK
    texts: tuple[Annotated[str, Field(max_length=MAX_TEXT)], ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether every blank is empty."""
        return not any(text.strip() for text in self.texts)


Places = list[tuple[int, Fraction] | None]
"""For each text the answer it earns and the share of that blank, or None."""


def placed(
    texts: tuple[str, ...], content: FillBlankContent, policy: WrongCharacters = WrongCharacters.STRICT
) -> Places:
    """Return for each text the index of the answer it earns and its share of it, or None. No answer is earned twice.

    Free order is a maximum matching of texts and answers (Kuhn's augmenting paths), so that a text which fits two
    answers never takes the only place of another. ``policy`` says what a text is worth that fits but for a wrong
    character; in free order such texts share what the right ones leave.
    """
    rows = [[_worth(text, forms, content, policy) for forms in content.answers] for text in texts]
    if not content.any_order:
        return [(index, row[index]) if row[index] else None for index, row in enumerate(rows)]
    holder: dict[int, int] = {}
    for fits in ([_where(row, lambda worth: worth == 1) for row in rows], [_where(row, bool) for row in rows]):
        for index in range(len(texts)):
            if index not in holder.values():
                _seat(index, fits, holder, set())
    earned = {text: (answer, rows[text][answer]) for answer, text in holder.items()}
    return [earned.get(index) for index in range(len(texts))]


def _where(row: list[Fraction], counts: Callable[[Fraction], bool]) -> list[int]:
    return [index for index, worth in enumerate(row) if counts(worth)]


def fitting(text: str, forms: tuple[str, ...], *, keep_book_marks: bool = False) -> str | None:
    """Return the accepted form that ``text`` is the same as, or within whose tolerance it lies (12±0.5万元)."""
    return next((each for each in forms if _fits(text, each, keep_book_marks=keep_book_marks)), None)


def _fits(text: str, form: str, *, keep_book_marks: bool) -> bool:
    if same(text, form, keep_book_marks=keep_book_marks):
        return True
    measured = _TOLERANCE.fullmatch(folded(form).replace(",", ""))
    given = quantity(text) if measured else None
    value = in_unit(given, measured["unit"]) if measured and given else None
    return value is not None and within(value, Decimal(measured["value"]), Decimal(measured["by"]))  # type: ignore[index]


def _worth(text: str, forms: tuple[str, ...], content: FillBlankContent, policy: WrongCharacters) -> Fraction:
    """Return the share of a blank that ``text`` earns."""
    if fitting(text, forms, keep_book_marks=content.keep_book_marks) is not None:
        return Fraction(1)
    forgiven = {WrongCharacters.HALF: Fraction(1, 2), WrongCharacters.LENIENT: Fraction(1)}.get(policy, Fraction(0))
    return forgiven if forgiven and any(mistyped(text, form) for form in forms) else Fraction(0)


def _seat(text: int, fits: list[list[int]], holder: dict[int, int], tried: set[int]) -> bool:
    """Give ``text`` one of its answers, moving earlier texts to others of theirs where needed."""
    for answer in fits[text]:
        if answer in tried:
            continue
        tried.add(answer)
        if answer not in holder or _seat(holder[answer], fits, holder, tried):
            holder[answer] = text
            return True
    return False


class FillBlankRules(KindRules[FillBlankContent, FillBlankResponse]):
    """填空题."""

    kind = Kind.FILL_BLANK
    content_type = FillBlankContent
    response_type = FillBlankResponse

    def slots(self, content: FillBlankContent) -> int:
        """Count the blanks."""
        return len(content.answers)

    def public_view(self, content: FillBlankContent, order: Order) -> PublicView:
        """Show the stem, whole and cut at its blanks."""
        del order
        segments = tuple(BLANK.split(content.stem))
        return PublicView(kind=self.kind, stem=content.stem, slots=self.slots(content), segments=segments)

    def parse(self, content: FillBlankContent, order: Order, raw: object) -> FillBlankResponse:
        """Read one text per blank, missing ones at the end being empty; a bare text fills the only blank."""
        del order
        texts = [read_text(raw)] if isinstance(raw, str) else [read_text(entry) for entry in read_list(raw)]
        slots = self.slots(content)
        if len(texts) > slots:
            raise ParseError(N_("There are %(slots)s blanks, but more were filled."), slots=slots)
        return FillBlankResponse(texts=tuple(texts) + ("",) * (slots - len(texts)))

    def decide(
        self,
        content: FillBlankContent,
        response: FillBlankResponse,
        rule: ScoringRule,
        marks: Fraction,
        options: RuleOptions,
    ) -> Decision:
        """per_blank: an equal share for each right blank. all_or_nothing: all marks when every blank is right.

        A wrong character of the same sound costs what the options say; one that is forgiven leaves the blank right.
        """
        slots = self.slots(content)
        share = marks / slots
        found = placed(response.texts, content, options.wrong_characters)
        worth = [Fraction(0) if place is None else place[1] for place in found]
        worth += [Fraction(0)] * (slots - len(worth))
        parts = tuple(
            part(str(number), ok=each == 1, marks=share * each, out_of=share, note=MISTYPED if 0 < each < 1 else "")
            for number, each in enumerate(worth, 1)
        )
        if rule is ScoringRule.ALL_OR_NOTHING:
            return decided(marks if all(each == 1 for each in worth) else Fraction(0), parts=parts)
        return decided(share * sum(worth), parts=parts)

    def key_view(self, content: FillBlankContent, order: Order) -> KeyView:
        """Show the first form of each blank, and all forms."""
        del order
        first = tuple(forms[0] for forms in content.answers)
        return KeyView(
            kind=self.kind,
            answer="；".join(first),
            labels=first,
            accepted=content.answers,
            explanation=content.explanation,
        )

    def check(self, content: FillBlankContent) -> list[Problem]:
        """Check that blanks and answers agree in number and that no form is empty or shared in vain."""
        problems = check_explanation(content)
        blanks = len(BLANK.findall(content.stem))
        if blanks != self.slots(content):
            template = N_("The stem has %(blanks)s blanks, but there are answers for %(answers)s.")
            problems.append(Problem("stem", template, {"blanks": blanks, "answers": self.slots(content)}))
        for number, forms in enumerate(content.answers, 1):
            where = f"answers[{number}]"
            normal = [canonical(form, keep_book_marks=content.keep_book_marks) for form in forms]
            if not all(normal):
                problems.append(Problem(where, N_("An accepted answer is empty once spaces and marks are removed.")))
        shared = repeated(form for forms in content.answers for form in {canonical(form) for form in forms})
        if content.any_order and shared:
            template = N_("“%(text)s” is accepted in two blanks that may be filled in any order.")
            problems.append(Problem("answers", template, {"text": shared[0]}, warning=True))
        return problems
