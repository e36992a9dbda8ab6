"""When two answers are the same, and what a number is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.homophones import syllable
from question_bank.normalise import canonical, folded, folded_with_positions, in_unit, mistyped, quantity, same
from question_bank.numerals import value_of, with_digits

texts = st.text(
    alphabet=st.sampled_from("三百二十万亿零〇两五点分之第条年，。、《》“” 12.,%-~Ａａ日内Ⅲ½"), max_size=30
) | st.text(max_size=30)
_DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """Write a number below 10^12 the way it is read aloud."""
    if number >= 10_000:
        for unit, char in ((10**8, "亿"), (10**4, "万")):
            if number >= unit:
                head, rest = divmod(number, unit)
                gap = "零" if 0 < rest < unit // 10 else ""
                return spoken(head) + char + gap + (spoken(rest) if rest else "")
    text, zero = "", False
    for unit, char in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + char
        zero = not digit if text else False
    return (text.removeprefix("一") if text.startswith("一十") else text) or "零"


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_a_number_read_aloud_is_the_number(number):
    assert value_of(spoken(number)) == number
    assert same(spoken(number), f"{number:,}")


@given(texts)
def test_the_normal_form_is_its_own_normal_form(text):
    assert canonical(canonical(text)) == canonical(text)


@given(texts)
def test_folding_keeps_track_of_where_each_character_came_from(text):
    plain, positions = folded_with_positions(text)
    assert len(plain) == len(positions)
    assert list(positions) == sorted(positions)
    assert plain == folded(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三百二十万元", "320万元"),
        ("320万", "3200000"),
        ("3,200,000", "三百二十万"),
        ("百分之五", "5％"),
        ("百分之十二点五", "12.5%"),
        ("千分之一", "1‰"),
        ("三分之二", "2/3"),
        ("两个月", "二个月"),
        ("二〇二六年", "2026年"),
        ("二零二六年", "2026 年"),
        ("2026年08月15日", "二〇二六年八月十五日"),
        ("第一百零七条", "第107条"),
        ("《长江保护法》", "长江保护法"),
        ("“负面清单”", "负面清单"),
        ("ＰＴＡ", "pta"),
        ("准入前 国民待遇。", "准入前国民待遇"),
        ("5～10日", "五-十日"),
        ("甲，乙", "甲、乙"),
        ("壹佰贰拾万元", "120万元"),
        ("一万五", "15000"),
        ("1.5亿", "一亿五千万"),
        ("三点二亿元", "3.2亿元"),
    ],
)
def test_ways_of_writing_the_same(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公平競爭審查條例", "《公平竞争审查条例》"),
        ("三佰贰拾萬", "3,200,000"),
        ("30畝", "2公顷"),
        ("15亩", "1公顷"),
        ("2万㎡", "2公顷"),
        ("1平方公里", "100公顷"),
        ("5‰", "0.5%"),
        ("千分之五", "0.5%"),
        ("三成", "30%"),
        ("三成五", "百分之三十五"),
        ("五成以上", "50%以上"),
        ("八折", "80%"),
        ("八五折", "8.5折"),
        ("2吨", "2000公斤"),
        ("8月15号", "8月15日"),
        ("2026/8/15", "二〇二六年八月十五日"),
        ("中华人民共和国公司法第三条", "《公司法》第3条"),
        ("《招投标法》", "中华人民共和国招标投标法"),
        ("环评法第二十条", "环境影响评价法第20条"),
    ],
)
def test_quantities_and_titles_that_say_the_same(one, other):
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1亩", "666.67平方米"),
        ("15亩", "15公顷"),
        ("3成立", "30%立"),
        ("5吨", "5克"),
        ("水法", "水污染防治法"),
        ("外资法", "外商投资法"),
        ("中华人民共和国", ""),
        ("9折页", "90%页"),
    ],
)
def test_quantities_and_titles_that_say_something_else(one, other):
    assert not same(one, other)


@pytest.mark.parametrize(("given_", "meant"), [("公平竟争", "公平竞争"), ("帐户", "账户"), ("招商引姿", "招商引资")])
def test_one_wrong_character_of_the_same_sound_is_told_from_another_word(given_, meant):
    assert mistyped(given_, meant)
    assert mistyped(meant, given_)


@pytest.mark.parametrize(
    ("given_", "meant"),
    [
        ("权力", "权利"),
        ("法人权力清单", "法人权利清单"),
        ("山日", "三日"),
        ("公平竞争", "公平竞争"),
        ("公开竞争", "公平竞争"),
        ("公坪竟争", "公平竞争"),
        ("公平竞争审查", "公平竞争"),
        ("已", "己"),
    ],
)
def test_what_is_no_slip_of_one_character(given_, meant):
    assert not mistyped(given_, meant)


@given(texts, texts)
def test_saying_the_same_goes_both_ways(one, other):
    assert same(one, other) == same(other, one)
    assert mistyped(one, other) == mistyped(other, one)


def test_everyday_characters_fall_into_as_many_syllables_as_the_standard_orders_them_by():
    assert syllable("啊") == 1
    assert syllable("座") == syllable("做") == 396
    assert syllable("驴") == syllable("吕") != syllable("卢")
    assert syllable("A") is syllable("。") is syllable("鑫") is None


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [("666.67平方米", "亩", "1.000005"), ("1亩", "平方米", "666.666666666667"), ("1.5吨", "公斤", "1500")],
)
def test_a_quantity_is_read_in_a_unit_of_the_same_measure(text, unit, value):
    assert in_unit(quantity(text), unit) == Decimal(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三百二十万", "32万"),
        ("5%", "5‰"),
        ("5%", "5"),
        ("二十日", "二十个工作日"),
        ("应当", "不应当"),
        ("一万零五", "一万五"),
        ("2026", "2027"),
        ("行业", "业行"),
        ("", ""),
        ("。", ""),
    ],
)
def test_ways_of_writing_something_else(one, other):
    assert not same(one, other)


def test_book_marks_can_be_required():
    assert not same("长江保护法", "《长江保护法》", keep_book_marks=True)


@pytest.mark.parametrize("text", ["千方百计", "百姓", "亿万", "九点三十分", "一二百"])
def test_words_that_only_look_like_numbers_are_left_alone(text):
    assert with_digits(text) == text


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12万元", "120000", "元"),
        ("-3.5", "-3.5", ""),
        ("负三", "-3", ""),
        ("百分之九十二", "92", "%"),
        ("400元/亩", "400", "元/亩"),
    ],
)
def test_a_quantity_has_a_value_and_a_unit(text, value, unit):
    found = quantity(text)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["", "无", "万元", "三分之一", "十" * 40])
def test_what_is_no_quantity(text):
    assert quantity(text) is None


@pytest.mark.parametrize("text", ["9" * 5000, "1," * 2500, "一" * 5000, "万" * 5000, "1.1" * 1600, "一分之" * 1600])
def test_a_long_row_of_numerals_takes_no_time(text):
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize("text", ["3.5点5", "3.0点5"])
def test_a_decimal_behind_a_decimal_is_no_number(text: str) -> None:
    assert canonical(text) == text
