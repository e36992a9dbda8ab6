"""Accepted orders from the rules an author can say, and back."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from question_bank.kinds.partial_orders import MOST, exchanged, extensions, groups_of, pairs_of

STEPS = tuple("ABCDE")
pairs = st.sets(st.tuples(st.sampled_from(STEPS), st.sampled_from(STEPS)).filter(lambda pair: pair[0] < pair[1]))
groups = st.lists(st.frozensets(st.sampled_from(STEPS), min_size=2, max_size=3), max_size=3)


@given(pairs)
def test_exactly_the_orders_that_keep_every_pair_are_accepted(before: set[tuple[str, str]]) -> None:
    found = extensions(STEPS, before)
    wanted = {order for order in permutations(STEPS) if all(order.index(a) < order.index(b) for a, b in before)}
    assert set(found) == wanted
    assert found[0] == STEPS
    assert len(set(found)) == len(found)


@given(pairs)
def test_the_pairs_are_found_again_and_no_more_than_needed(before: set[tuple[str, str]]) -> None:
    orders = extensions(STEPS, before)
    found = pairs_of(orders)
    assert found is not None
    assert set(extensions(STEPS, found)) == set(orders)
    assert len(found) <= len(before)


@given(groups)
def test_exchanged_steps_are_found_again(chosen: list[frozenset[str]]) -> None:
    orders = exchanged(STEPS, chosen)
    assert orders[0] == STEPS
    found = groups_of(orders)
    assert found is not None
    assert set(exchanged(STEPS, found)) == set(orders)


def test_a_circle_leaves_no_order_and_too_many_orders_are_cut_off() -> None:
    assert extensions(("A", "B"), [("A", "B"), ("B", "A")]) == ()
    assert len(extensions(tuple("ABCDEFGH"), [])) == MOST + 1
    assert len(exchanged(tuple("ABCDEFGH"), [frozenset("ABCDEFGH")])) == MOST + 1


def test_orders_no_rule_gives_are_left_as_a_list() -> None:
    orders = (("A", "B", "C"), ("B", "C", "A"))
    assert (groups_of(orders), pairs_of(orders)) == (None, None)
