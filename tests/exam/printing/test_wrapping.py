import itertools

from hypothesis import given
from hypothesis import strategies as st

from exam.printing import fonts
from exam.printing.layout import wrapped
from exam.printing.wrapping import NOT_FIRST, NOT_LAST, lines

EMS: dict[str, float] = {}
TEXT = st.text(alphabet="招商引资项目备案，。；：（）《》“”ab12 、", max_size=120)


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    found = lines("企业应当在开工建设前告知备案机关。《条例》第十三条规定（见附件）。", EMS, 11)
    assert found == ("企业应当在开工建设前告", "知备案机关。《条例》第", "十三条规定（见附件）。")


def test_a_closing_mark_takes_the_character_before_it_along() -> None:
    assert lines("一二三四五。六七", EMS, 5) == ("一二三四", "五。六七")


def test_words_and_numbers_stay_whole() -> None:
    assert lines("固定资产投资12000万元", EMS, 8) == ("固定资产投资", "12000万元")


def test_a_run_longer_than_the_line_is_torn_after_all() -> None:
    assert lines("_" * 12, EMS, 5) == ("_____", "_____", "__")


def test_an_empty_bracket_stays_whole_and_with_its_text() -> None:
    assert lines("企业应当依照规定延期（　　）。", EMS, 12) == ("企业应当依照规定延", "期（　　）。")


def test_a_line_break_of_the_author_is_kept() -> None:
    assert lines("甲\n\n乙", EMS, 5) == ("甲", "", "乙")


def test_the_first_line_may_be_shorter() -> None:
    assert lines("一二三四五六七", EMS, 4, 2) == ("一二", "三四五六", "七")


@given(text=TEXT, room=st.integers(3, 30))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, room: int) -> None:
    found = lines(text, EMS, room)
    assert "".join(found).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert max(map(len, found)) <= room


@given(text=st.text(alphabet="招商引资项目备案，。（》", max_size=120))
def test_the_rules_hold_wherever_they_can(text: str) -> None:
    found = lines(text, EMS, 30)
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
    assert wrapped("招商引资", fonts.BODY, 10, 21, 21) == ("招商", "引资")


def test_rare_characters_of_names_are_there_and_what_is_not_is_named() -> None:
    assert fonts.missing("㛃𬭎龑翀喆堃镕") == ()
    assert fonts.missing_in(["张𠮷", "𠮷"]) == ["𠮷 U+20BB7"]
    assert fonts.suited("堎", fonts.HEAD) == fonts.BODY
    assert fonts.suited("业务卷", fonts.HEAD) == fonts.HEAD
