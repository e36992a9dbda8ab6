"""The official notice of a year's holidays, pasted as it was published."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam.workdays.pasted import read, written
from exam.workdays.shipped import Special, days
from question_bank.errors import Invalid

NOTICE_2026 = """
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
"""


def test_the_notice_of_2026_reads_as_what_is_shipped_of_it() -> None:
    shipped = sorted((each.day, each.off) for each in days() if each.day.year == 2026)
    found = read(NOTICE_2026, 2026, source="国办通知")
    assert [(each.day, each.off) for each in found] == shipped
    assert {each.name for each in found if each.off} == {
        *("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"),
    }
    assert {each.source for each in found} == {"国办通知"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-02-05至2027-02-06放假", [(5, True), (6, True)]),
        ("春节：2027/2/5 放假\n2027/2/6上班", [(5, True), (6, False)]),
        ("2月5日、6日放假", [(5, True), (6, True)]),
        ("祝大家节日快乐。", []),
    ],
)
def test_other_ways_of_writing_days_are_read_too(text: str, expected: list[tuple[int, bool]]) -> None:
    assert [(each.day.day, each.off) for each in read(text, 2027, source="x")] == expected


@pytest.mark.parametrize("text", ["2月30日放假", "2月5日", "2月5日至1月3日放假", "5日放假", "3月1日至5月1日放假"])
def test_what_is_not_understood_is_named_and_nothing_is_guessed(text: str) -> None:
    with pytest.raises(Invalid):
        read(text, 2027, source="x")


@given(st.sets(st.dates(date(2027, 1, 1), date(2027, 12, 31)), max_size=30), st.data())
def test_what_is_written_is_read_again(some: set[date], data: st.DataObject) -> None:
    names = st.sampled_from(["春节", "国庆节"])
    given_days = []
    for day in sorted(some):
        off, name = data.draw(st.booleans()), data.draw(names)
        given_days.append(Special(day, off=off, name=name if off else f"{name}调休", source="通知"))
    found = read(written(given_days), 2027, source="通知")
    assert [(each.day, each.off, each.name) for each in found] == [
        (each.day, each.off, each.name) for each in given_days
    ]
