"""Matching: 匹配题. Every row on the left has one partner on the right; the right column may be longer."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from question_bank.enums import Kind, ScoringRule
from question_bank.errors import N_, Problem
from question_bank.kinds.base import (
    MAX_OPTIONS,
    Content,
    Decision,
    Frozen,
    Key,
    KindRules,
    Order,
    Response,
    Text,
    decided,
)
from question_bank.kinds.base import part as part_of
from question_bank.kinds.checking import check_explanation, check_keys, check_texts
from question_bank.kinds.reading import arranged, read_key, read_mapping, read_text
from question_bank.kinds.shuffling import letters, permuted
from question_bank.kinds.views import KeyView, Labelled, PublicView
from question_bank.scoring import RuleOptions


class Row(Frozen):
    """One entry of either column."""

    key: Key
    text: Text


Column = Annotated[tuple[Row, ...], Field(min_length=1, max_length=MAX_OPTIONS)]


class MatchingContent(Content):
    """``pairs`` leads from every left key to its right key; two rows may share a partner."""

    kind: Literal[Kind.MATCHING] = Kind.MATCHING
    left: Column
    right: Column
    pairs: dict[Key, Key]


class MatchingResponse(Response):
    """Left key → right key for the rows that were matched."""

    kind: Literal[Kind.MATCHING] = Kind.MATCHING
    pairs: Annotated[dict[Key, Key], Field(max_length=MAX_OPTIONS, default_factory=dict)]

    @property
    def is_blank(self) -> bool:
        """Whether no row was matched."""
        return not self.pairs


class MatchingRules(KindRules[MatchingContent, MatchingResponse]):
    """匹配题."""

    kind = Kind.MATCHING
    content_type = MatchingContent
    response_type = MatchingResponse

    def slots(self, content: MatchingContent) -> int:
        """Count the pairs."""
        return len(content.left)

    def plain_order(self, content: MatchingContent) -> Order:
        """Return the right column as written."""
        return Order(keys=tuple(row.key for row in content.right))

    def shuffle(self, content: MatchingContent, seed: int) -> Order:
        """Move the right column."""
        return Order(keys=permuted(self.plain_order(content).keys, seed))

    def _left(self, content: MatchingContent) -> dict[str, str]:
        """Return left key → its number as text, from 1."""
        return {row.key: str(number) for number, row in enumerate(content.left, 1)}

    def _right(self, content: MatchingContent, order: Order) -> dict[str, str]:
        """Return right key → A, B, C … in the order of display."""
        return letters(arranged(self.plain_order(content).keys, order))

    def public_view(self, content: MatchingContent, order: Order) -> PublicView:
        """Show the left column numbered and the right column lettered."""
        numbers, texts = self._left(content), {row.key: row.text for row in content.right}
        return PublicView(
            kind=self.kind,
            stem=content.stem,
            slots=self.slots(content),
            left=tuple(Labelled(label=numbers[row.key], text=row.text) for row in content.left),
            right=tuple(Labelled(label=label, text=texts[key]) for key, label in self._right(content, order).items()),
        )

    def parse(self, content: MatchingContent, order: Order, raw: object) -> MatchingResponse:
        """Read ``{"1": "C", "2": "A"}``; a row left out, null or empty is not matched."""
        numbers, labels = self._left(content), self._right(content, order)
        given = {
            read_key(number, numbers): read_key(label, labels)
            for number, label in read_mapping(raw).items()
            if read_text(label).strip()
        }
        return MatchingResponse(pairs={row.key: given[row.key] for row in content.left if row.key in given})

    def decide(
        self,
        content: MatchingContent,
        response: MatchingResponse,
        rule: ScoringRule,
        marks: Fraction,
        options: RuleOptions,
    ) -> Decision:
        """per_pair: an equal share for each right pair. all_or_nothing: all marks when every pair is right.

        per_pair_less_wrong: each wrong pair takes the penalty off the shares; a row left open costs nothing.
        """
        share = marks / self.slots(content)
        right = {row.key: self._is_right(content, response, row.key) for row in content.left}
        parts = tuple(
            part_of(key, ok=ok, marks=share if ok else Fraction(0), out_of=share) for key, ok in right.items()
        )
        earned = share * sum(right.values())
        if rule is ScoringRule.ALL_OR_NOTHING:
            earned = marks if all(right.values()) else Fraction(0)
        elif rule is ScoringRule.PER_PAIR_LESS_WRONG:
            wrong = sum(key in response.pairs and not ok for key, ok in right.items())
            earned = max(Fraction(0), earned - wrong * Fraction(options.penalty))
        return decided(earned, parts=parts)

    def _is_right(self, content: MatchingContent, response: MatchingResponse, key: str) -> bool:
        return key in response.pairs and response.pairs[key] == content.pairs.get(key)

    def key_view(self, content: MatchingContent, order: Order) -> KeyView:
        """Show each number with its letter."""
        numbers, labels = self._left(content), self._right(content, order)
        partners = tuple(labels.get(content.pairs.get(row.key, ""), "") for row in content.left)
        shown = zip(numbers.values(), partners, strict=True)
        return KeyView(
            kind=self.kind,
            answer="，".join(f"{number}—{label}" for number, label in shown),
            labels=partners,
            explanation=content.explanation,
        )

    def check(self, content: MatchingContent) -> list[Problem]:
        """Check that every left row has a partner that exists."""
        left, right = [row.key for row in content.left], [row.key for row in content.right]
        problems = [
            *check_keys("left", left),
            *check_keys("right", right),
            *check_texts("left", [row.text for row in content.left]),
            *check_texts("right", [row.text for row in content.right]),
            *check_explanation(content),
        ]
        missing, unknown = N_("“%(key)s” has no partner."), N_("“%(key)s” is not in the column.")
        problems += [Problem("pairs", missing, {"key": key}) for key in left if key not in content.pairs]
        strangers = [key for key in content.pairs if key not in left]
        strangers += [key for key in content.pairs.values() if key not in right]
        return problems + [Problem("pairs", unknown, {"key": key}) for key in strangers]
