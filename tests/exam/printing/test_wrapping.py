"""Lines of Chinese text."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exam.printing import fonts
from exam.printing.layout import wrapped
from exam.printing.wrapping import CLOSING, GAP, NOT_FIRST, NOT_LAST, SPREAD, Set, lines, shifts_of

EMS: dict[str, float] = {}
LATIN = dict.fromkeys("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.%_ ", 0.5)
TEXT = st.text(alphabet="招商引资项目备案，。；：（）《》“”ab12 、", max_size=120)


def texts(text: str, room: float, first: float | None = None) -> tuple[str, ...]:
    return tuple(line.text for line in lines(text, EMS, room, first))


def taken(line: Set) -> float:
    """How wide a line is in ems, every character being one."""
    between = sum(shift for _, shift in line.shifts) + line.spread * (len(line.text) - 1)
    return line.lead + len(line.text) + between


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    found = texts("企业应当在开工建设前告知备案机关。《条例》第十三条规定（见附件）。", 11)
    assert found == ("企业应当在开工建设前告", "知备案机关。《条例》", "第十三条规定（见附件）。")


def test_a_closing_mark_is_drawn_in_where_its_empty_half_hangs_over() -> None:
    assert texts("一二三四五。六七八", 5.5) == ("一二三四五。", "六七八")


def test_a_closing_mark_is_drawn_in_where_other_marks_give_way() -> None:
    found = lines("一，二、三四。五六七", EMS, 6)
    assert [line.text for line in found] == ["一，二、三四。", "五六七"]
    assert found[0].shifts == ((1, -0.25), (3, -0.25))


def test_a_closing_mark_else_takes_the_character_before_it_along() -> None:
    found = lines("一二三四五六七八九十一二三四五六。一二", EMS, 16)
    assert [line.text for line in found] == ["一二三四五六七八九十一二三四五", "六。一二"]
    assert taken(found[0]) == pytest.approx(16)


def test_empty_halves_of_marks_do_not_add_up() -> None:
    marks = "：《条例》。（见？）"
    steps = [1.0] * len(marks)
    assert shifts_of(marks, steps) == [-0.5, 0, 0, 0, -0.5, -0.5, 0, 0, -0.5, 0]


def test_a_little_room_stands_between_chinese_and_digits() -> None:
    assert shifts_of("共20题", [1, 0.5, 0.5, 1]) == [GAP, 0, GAP, 0]


def test_an_opening_mark_at_the_beginning_of_a_line_loses_its_empty_half() -> None:
    assert [line.lead for line in lines("一二三四五（六七八九）", EMS, 5)] == [0, -0.5]


def test_words_and_numbers_stay_whole_and_with_their_units() -> None:
    assert [line.text for line in lines("固定资产投资总额为12000万元", LATIN, 11)] == [
        "固定资产投资总额为",
        "12000万元",
    ]
    assert [line.text for line in lines("本决定自作出之日起30日内送达", LATIN, 10)] == [
        "本决定自作出之日起",
        "30日内送达",
    ]


def test_a_run_longer_than_the_line_is_torn_after_all() -> None:
    assert texts("_" * 12, 5) == ("_____", "_____", "__")


def test_an_empty_bracket_stays_whole_and_with_its_text() -> None:
    assert texts("企业应当依照规定延期（　　）。", 12) == ("企业应当依照规定延", "期（　　）。")


def test_no_paragraph_ends_with_a_line_of_one_character() -> None:
    assert texts("一二三四五六七八九十一二三四五六七八九。", 18) == ("一二三四五六七八九十一二三四五六七", "八九。")


def test_a_line_break_of_the_author_is_kept() -> None:
    assert texts("甲\n\n乙", 5) == ("甲", "", "乙")


def test_the_first_line_may_be_shorter() -> None:
    assert texts("一二三四五六七八", 4, 2) == ("一二", "三四五六", "七八")


@given(text=TEXT, room=st.integers(3, 30))
@example(text="（（（（。。。。", room=3)
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, room: int) -> None:
    found = lines(text, EMS, room)
    assert "".join(line.text for line in found).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    for line in found:
        hangs = 0.5 if line.text[-1:] in CLOSING else 0.0
        assert taken(line) <= room + hangs + 1e-6 or len(line.text) == 1
        assert 0 <= line.spread <= SPREAD


@given(text=st.text(alphabet="招商引资项目备案，。（》", max_size=120))
def test_the_rules_hold_wherever_they_can(text: str) -> None:
    found = texts(text, 30)
    for before, after in itertools.pairwise(found):
        torn = [place for place in range(1, len(before)) if _allowed(before[place - 1], before[place])]
        if torn:
            assert after[0] not in NOT_FIRST
            assert before[-1] not in NOT_LAST


def _allowed(before: str, after: str) -> bool:
    return after not in NOT_FIRST and before not in NOT_LAST


def test_widths_come_from_the_face() -> None:
    assert fonts.width("招商", fonts.BODY, 10.5) == 21.0
    assert 0 < fonts.width("12", fonts.BODY, 10) < 15
    assert [line.runs[0][1] for line in wrapped("招商引资", fonts.BODY, 10, 21, 21)] == ["招商", "引资"]


def test_runs_of_underscores_are_rules() -> None:
    (line,) = wrapped("坚持____的原则", fonts.BODY, 10, 200, 200)
    assert [run[1] for run in line.runs] == ["坚持", "的原则"]
    ((begin, end),) = line.rules
    assert begin == 2.0
    assert end == line.runs[1][0]
