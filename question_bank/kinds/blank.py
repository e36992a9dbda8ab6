"""Fill in the blanks: 填空题. Blanks are runs of two or more underscores in the stem."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from question_bank.enums import Kind, ScoringRule
from question_bank.errors import N_, ParseError, Problem
from question_bank.kinds.base import (
    MAX_TEXT,
    Content,
    Decision,
    KindRules,
    Order,
    Part,
    Response,
    Text,
    decided,
    part,
)
from question_bank.kinds.checking import BLANK, check_explanation, repeated
from question_bank.kinds.reading import read_list, read_text
from question_bank.kinds.views import KeyView, PublicView
from question_bank.normalise import canonical, same
from question_bank.scoring import RuleOptions

MAX_BLANKS = 20
Forms = Annotated[tuple[Text, ...], Field(min_length=1, max_length=50)]


class FillBlankContent(Content):
    """``answers`` holds, for each blank in order, the accepted forms, the first being the one shown in the key.

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


def placed(texts: tuple[str, ...], content: FillBlankContent) -> list[int | None]:
    """Return for each text the index of the answer it earns, or None. No answer is earned twice.

    Free order is a maximum matching of texts and answers (Kuhn's augmenting paths), so that a text which fits two
    answers never takes the only place of another.
    """
    fits = [[index for index, forms in enumerate(content.answers) if _fits(text, forms, content)] for text in texts]
    if not content.any_order:
        return [index if index in options else None for index, options in enumerate(fits)]
    holder: dict[int, int] = {}
    for index in range(len(texts)):
        _seat(index, fits, holder, set())
    earned = {text: answer for answer, text in holder.items()}
    return [earned.get(index) for index in range(len(texts))]


def _fits(text: str, forms: tuple[str, ...], content: FillBlankContent) -> bool:
    return any(same(text, form, keep_book_marks=content.keep_book_marks) for form in forms)


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
        """per_blank: an equal share for each right blank. all_or_nothing: all marks when every blank is right."""
        del options
        share = marks / self.slots(content)
        texts = response.texts
        right = [index is not None for index in placed(texts, content)]
        right += [False] * (self.slots(content) - len(right))
        parts = tuple(self._part(number, ok=ok, share=share) for number, ok in enumerate(right, 1))
        earned = share * sum(right)
        if rule is ScoringRule.ALL_OR_NOTHING:
            earned = marks if all(right) else Fraction(0)
        return decided(earned, parts=parts)

    def _part(self, number: int, *, ok: bool, share: Fraction) -> Part:
        return part(str(number), ok=ok, marks=share if ok else Fraction(0), out_of=share)

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
