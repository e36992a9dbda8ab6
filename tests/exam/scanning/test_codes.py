"""The code of a printed page and the number that people type."""

import pytest

from exam.scanning.codes import DAMM, ForeignCode, PageCode, check_digit, key_of, read, read_typed, typed, written

KEY = key_of("the site's secret")


def test_a_code_names_its_page_again() -> None:
    assert read(written(PageCode(123, 2), KEY), KEY) == PageCode(123, 2)


def test_a_code_holds_only_what_a_dense_qr_code_can() -> None:
    longest = written(PageCode(9_999_999_999, 99), KEY)
    assert set(longest) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(longest) <= 35


def test_pages_of_another_site_are_foreign() -> None:
    with pytest.raises(ForeignCode):
        read(written(PageCode(123, 2), key_of("another secret")), KEY)


@pytest.mark.parametrize("text", ["", "KS1.1.1", "KS1.1.1.AAAAAAAAAAAAAAAA", "ks1.1.1.aaaaaaaaaaaaaaaa", "https://x"])
def test_what_we_did_not_seal_is_foreign(text: str) -> None:
    with pytest.raises(ForeignCode):
        read(text, KEY)


def test_a_code_moved_to_another_page_is_foreign() -> None:
    code = written(PageCode(123, 2), KEY)
    with pytest.raises(ForeignCode):
        read(code.replace("KS1.123.2.", "KS1.123.3."), KEY)


def test_a_page_that_no_paper_has_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="sealed"):
        written(PageCode(0, 1), KEY)


def test_a_typed_number_names_its_page_again() -> None:
    assert typed(PageCode(123, 2)).startswith("000123-2-")
    assert read_typed(f" {typed(PageCode(123, 2))} ") == PageCode(123, 2)
    assert read_typed(typed(PageCode(12_345_678, 12))) == PageCode(12_345_678, 12)


def test_a_wrong_digit_or_two_exchanged_ones_are_noticed() -> None:
    digits = "0001232"
    right = check_digit(digits)
    for place, digit in enumerate(digits):
        wrong = [digits[:place] + str(other) + digits[place + 1 :] for other in range(10) if str(other) != digit]
        assert right not in map(check_digit, wrong)
    for place in range(len(digits) - 1):
        if digits[place] != digits[place + 1]:
            exchanged = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            assert check_digit(exchanged) != right


def test_the_table_of_check_digits_is_totally_anti_symmetric() -> None:
    ten = range(10)
    assert all(DAMM[digit][digit] == 0 for digit in ten)
    assert all(DAMM[DAMM[c][x]][y] != DAMM[DAMM[c][y]][x] for c in ten for x in ten for y in ten if x != y)


def test_an_incomplete_number_is_refused() -> None:
    for text in ("", "000123-2", "000000-1-0", "abc"):
        with pytest.raises(ForeignCode):
            read_typed(text)
