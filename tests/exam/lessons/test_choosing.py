"""Which five questions a quiz asks."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from exam.lessons.choosing import Offered, choose, teaches


def bank(*topics: str, enemies: dict[int, frozenset[str]] | None = None) -> list[Offered]:
    return [
        Offered(number, f"Q{number:03d}", topic, 1 + number % 5, (enemies or {}).get(number, frozenset()))
        for number, topic in enumerate(topics)
    ]


quickly = settings(max_examples=40, deadline=None)
BANKS = st.lists(st.sampled_from("甲乙丙丁"), min_size=5, max_size=30).map(lambda topics: bank(*topics))


@quickly
@given(BANKS, st.integers(0, 2**31))
def test_five_different_questions_the_same_for_the_same_seed(offered: list[Offered], seed: int) -> None:
    chosen = choose(offered, seed=seed)
    assert len({each.code for each in chosen}) == 5
    assert chosen == choose(list(reversed(offered)), seed=seed)


@quickly
@given(BANKS, st.integers(0, 2**31))
def test_topics_take_turns_as_far_as_they_have_questions(offered: list[Offered], seed: int) -> None:
    asked, there = Counter(each.topic for each in choose(offered, seed=seed)), Counter(each.topic for each in offered)
    for one in there:
        for other in there:
            assert asked[one] <= asked[other] + 1 or asked[other] == there[other]


def test_enemies_never_stand_together() -> None:
    offered = bank(*"甲" * 6, enemies={0: frozenset({"Q001"}), 3: frozenset({"Q002"})})
    assert all(
        {"Q000", "Q001"} - {each.code for each in choose(offered, seed=seed, count=4)}
        and {"Q002", "Q003"} - {each.code for each in choose(offered, seed=seed, count=4)}
        for seed in range(40)
    )


def test_what_is_kept_stays_first_and_is_not_asked_twice() -> None:
    offered = bank(*"甲乙丙丁甲乙")
    kept = [offered[4], offered[1]]
    chosen = choose(offered, seed=3, kept=kept)
    assert chosen[:2] == tuple(kept)
    assert len({each.code for each in chosen}) == 5


def test_a_topic_includes_what_hangs_below_it_and_nothing_that_only_begins_alike() -> None:
    assert teaches(["PROC"], "PROC-012")
    assert teaches(["PROC-012"], "PROC", "PROC-012")
    assert not teaches(["PROC"], "PROCUREMENT")
    assert not teaches(["PROC-012"], "PROC")
