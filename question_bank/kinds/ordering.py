"""Ordering: 排序题. Put steps into an accepted order."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise, permutations
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
    Part,
    Response,
    Text,
    decided,
    part,
)
from question_bank.kinds.checking import check_explanation, check_keys, check_texts
from question_bank.kinds.partial_orders import pairs_of
from question_bank.kinds.reading import arranged, read_keys
from question_bank.kinds.shuffling import derived_seed, letters, permuted
from question_bank.kinds.views import KeyView, Labelled, PublicView
from question_bank.scoring import RuleOptions

Sequence = Annotated[tuple[Key, ...], Field(max_length=MAX_OPTIONS)]
_DRAWS = 50


class Item(Frozen):
    """One step to be put in its place."""

    key: Key
    text: Text


class OrderingContent(Content):
    """``answer`` is the order to show in the key; ``accepted_orders`` lists all that are right, as written."""

    kind: Literal[Kind.ORDERING] = Kind.ORDERING
    items: Annotated[tuple[Item, ...], Field(min_length=2, max_length=MAX_OPTIONS)]
    answer: Sequence
    accepted_orders: Annotated[tuple[Sequence, ...], Field(max_length=200)] = ()

    @property
    def accepted(self) -> tuple[tuple[str, ...], ...]:
        """All right orders, the answer first, none twice."""
        return tuple(dict.fromkeys((self.answer, *self.accepted_orders)))


class OrderingResponse(Response):
    """Keys from first to last; shorter than the items when some were left out."""

    kind: Literal[Kind.ORDERING] = Kind.ORDERING
    sequence: Sequence = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing was placed."""
        return not self.sequence


def adjacent_share(sequence: tuple[str, ...], accepted: tuple[str, ...]) -> Fraction:
    """Return the share of neighbouring pairs of ``accepted`` that are neighbours in ``sequence`` too, in that order."""
    wanted = set(pairwise(accepted))
    return Fraction(len(wanted & set(pairwise(sequence))), len(wanted)) if wanted else Fraction(0)


@lru_cache(maxsize=4_096)
def fixed_pairs(accepted: tuple[tuple[str, ...], ...]) -> frozenset[tuple[str, str]] | None:
    """Return the pairs (first, then) that say all about ``accepted``: on which all its orders agree.

    None where they do not say all: an order that keeps them is still not accepted (AB-CD and BA-DC, but not BA-CD).
    """
    if pairs_of(accepted) is None:
        return None
    return frozenset.intersection(*(frozenset(combinations(order, 2)) for order in accepted))


def pair_share(sequence: tuple[str, ...], accepted: tuple[tuple[str, ...], ...]) -> Fraction:
    """Return the share of the pairs whose order is fixed that ``sequence`` has in that order.

    Pairs that the accepted orders leave open neither earn nor cost. Where orders are accepted that no fixed pairs
    describe, the best share over them counts, each fixing every pair. A pair of which a step is missing is not right.
    """
    given = frozenset(combinations(sequence, 2))
    fixed = fixed_pairs(accepted)
    orders = [fixed] if fixed else [frozenset(combinations(order, 2)) for order in accepted]
    return max(Fraction(len(pairs & given), len(pairs)) for pairs in orders)


def prefix_share(sequence: tuple[str, ...], accepted: tuple[str, ...]) -> Fraction:
    """Return the share of ``accepted`` that ``sequence`` has right from the first step on without a break."""
    right = 0
    for given, wanted in zip(sequence, accepted, strict=False):
        if given != wanted:
            break
        right += 1
    return Fraction(right, len(accepted)) if accepted else Fraction(0)


def nearest(sequence: tuple[str, ...], content: OrderingContent) -> tuple[str, ...]:
    """Return the accepted order with most places as in ``sequence``; the first of equals."""
    return max(content.accepted, key=lambda order: sum(a == b for a, b in zip(sequence, order, strict=False)))


class OrderingRules(KindRules[OrderingContent, OrderingResponse]):
    """排序题."""

    kind = Kind.ORDERING
    content_type = OrderingContent
    response_type = OrderingResponse

    def plain_order(self, content: OrderingContent) -> Order:
        """Return the items as written."""
        return Order(keys=tuple(item.key for item in content.items))

    def shuffle(self, content: OrderingContent, seed: int) -> Order:
        """Move the items so that the order shown is not itself an answer, unless every order is."""
        keys = self.plain_order(content).keys
        accepted = set(content.accepted)
        for draw in range(_DRAWS):
            shown = permuted(keys, seed if draw == 0 else derived_seed(seed, f"draw {draw}"))
            if shown not in accepted:
                return Order(keys=shown)
        others = (shown for shown in permutations(shown) if shown not in accepted)
        return Order(keys=next(others, shown))

    def _labels(self, content: OrderingContent, order: Order) -> dict[str, str]:
        return letters(arranged(self.plain_order(content).keys, order))

    def public_view(self, content: OrderingContent, order: Order) -> PublicView:
        """Show stem and lettered items."""
        texts = {item.key: item.text for item in content.items}
        shown = tuple(Labelled(label=label, text=texts[key]) for key, label in self._labels(content, order).items())
        return PublicView(kind=self.kind, stem=content.stem, options=shown)

    def parse(self, content: OrderingContent, order: Order, raw: object) -> OrderingResponse:
        """Read letters from first to last: ``["C", "A", "B"]`` or ``"CAB"``; some may be missing."""
        return OrderingResponse(sequence=read_keys(raw, self._labels(content, order)))

    def decide(
        self,
        content: OrderingContent,
        response: OrderingResponse,
        rule: ScoringRule,
        marks: Fraction,
        options: RuleOptions,
    ) -> Decision:
        """accepted_orders: all marks or none. adjacent_pairs, longest_prefix: the best share over accepted orders.

        pair_share: pairs whose order the accepted orders leave open neither earn nor cost anything.
        """
        del options
        given = response.sequence
        if given in content.accepted:
            share = Fraction(1)
        elif rule is ScoringRule.ADJACENT_PAIRS:
            share = max(adjacent_share(given, order) for order in content.accepted)
        elif rule is ScoringRule.PAIR_SHARE:
            share = pair_share(given, content.accepted)
        elif rule is ScoringRule.LONGEST_PREFIX:
            share = max(prefix_share(given, order) for order in content.accepted)
        else:
            share = Fraction(0)
        return decided(marks * share, parts=self._steps(content, given))

    def _steps(self, content: OrderingContent, given: tuple[str, ...]) -> tuple[Part, ...]:
        """Say for each step of the nearest accepted order whether it stands in its place; steps carry no marks."""
        places = dict(enumerate(given))
        return tuple(
            part(key, ok=places.get(place) == key, marks=Fraction(0), out_of=Fraction(0))
            for place, key in enumerate(nearest(given, content))
        )

    def key_view(self, content: OrderingContent, order: Order) -> KeyView:
        """Show the answer and the other accepted orders in letters."""
        labels = self._labels(content, order)
        orders = [tuple(labels[key] for key in keys if key in labels) for keys in content.accepted]
        return KeyView(
            kind=self.kind,
            answer=" / ".join("".join(letters_) for letters_ in orders),
            labels=orders[0],
            accepted=tuple(orders),
            explanation=content.explanation,
        )

    def check(self, content: OrderingContent) -> list[Problem]:
        """Check that every accepted order uses every item once and that the answer is among them."""
        keys = [item.key for item in content.items]
        problems = [
            *check_keys("items", keys),
            *check_texts("items", [item.text for item in content.items]),
            *check_explanation(content),
        ]
        template = N_("This order does not hold every item once.")
        named = [("answer", content.answer)]
        named += [(f"accepted_orders[{number}]", keys) for number, keys in enumerate(content.accepted_orders, 1)]
        problems += [Problem(where, template) for where, order in named if sorted(order) != sorted(keys)]
        if content.accepted_orders and content.answer not in content.accepted_orders:
            problems.append(Problem("answer", N_("The answer is not among the accepted orders.")))
        return problems
