import time

import pytest

from exam.accounts.passwords import (
    LONGEST,
    WeakPassword,
    check_password,
    clean_username,
    first_password,
    is_username,
)
from exam.accounts.secrets import HASHER, hash_password, password_fits

ABOUT = ("石桥镇", "演示甲", "zhao.bo", "P0001", "13900001111")


@pytest.mark.parametrize(
    "weak",
    [
        "short77",
        "x" * (LONGEST + 1),
        "12345678",
        "87654321",
        "88888888",
        "11223344",
        "abcd1234",
        "1q2w3e4r",
        "qwertyuiop",
        "asdfghjkl",
        "19850607",
        "07061985",
        "13812345678",
        "password1",
        "woaini520",
        "woaini1314!",
        "Woaini1314",
        "５２０woaini",
        "zhangwei88",
        "guanliyuan2026",
        "admin@2026",
        "石桥镇123456",
        "2026石桥镇88",
        "zhao.bo123",
        "P0001P0001",
        "13900001111a",
        "iloveyou",
    ],
)
def test_what_is_guessed_first_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(weak, about=ABOUT)


@pytest.mark.parametrize(
    "good", ["correct horse", "k7m3q9xt", "云川三月好春光啊", "石桥河上有座老水车", "x7" + "y2k9" * 31]
)
def test_a_sentence_or_something_random_may_be_chosen(good: str) -> None:
    check_password(good, about=ABOUT)


def test_first_passwords_are_strong_and_differ() -> None:
    made = {first_password() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        check_password(each, about=ABOUT)


def test_hashes_are_argon2id_with_the_recommended_cost_and_never_the_same_twice() -> None:
    first, second = hash_password("correct horse"), hash_password("correct horse")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert password_fits(first, "correct horse")
    assert not password_fits(first, "Correct horse")
    assert not password_fits(None, "nobody has this password")
    assert not password_fits("not a hash", "correct horse")
    assert HASHER.time_cost == 2


@pytest.mark.parametrize(("typed", "meant"), [(" ZHAO.bo ", "zhao.bo"), ("ｚｈａｏ", "zhao"), ("赵波", "赵波")])
def test_a_user_name_is_found_however_it_is_typed(typed: str, meant: str) -> None:
    assert clean_username(typed) == meant
    assert is_username(meant)


@pytest.mark.parametrize("name", ["", "x", "a b", "a" * 41, "<script>", "-dash", "a/b"])
def test_what_cannot_be_a_user_name(name: str) -> None:
    assert not is_username(name)


def test_an_unknown_user_costs_as_much_time_as_a_known_one() -> None:
    known = hash_password("correct horse")

    def cost(kept: str | None) -> float:
        began = time.process_time()
        password_fits(kept, "a wrong guess")
        return time.process_time() - began

    fastest = [min(cost(kept) for _ in range(7)) for kept in (known, None)]
    assert max(fastest) < 2 * min(fastest)
