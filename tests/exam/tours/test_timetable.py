"""The run sheet of a half day."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from exam.accounts.roles import UnitCategory
from exam.tours.flow import EDITABLE, FIELDS, TRANSITIONS, DayOrder, StopStatus, advance, allowed_from, audience_of
from exam.tours.seating import seats
from exam.tours.timetable import Part, run_sheet, weeks, windows
from question_bank.enums import Audience, PaperKind
from question_bank.errors import Conflict, NotAllowed

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2027, 3, 2, 13, 40, tzinfo=ZONE)
END = datetime(2027, 3, 2, 17, 20, tzinfo=ZONE)


def _shown(order: DayOrder) -> list[tuple[str, str, Part]]:
    return [(f"{slot.start:%H:%M}", f"{slot.end:%H:%M}", slot.what) for slot in run_sheet(START, END, order).slots]


def test_the_standard_afternoon_is_that_of_the_county() -> None:
    assert _shown(DayOrder.PAPER_FIRST) == [
        ("13:40", "14:00", Part.CHECK_IN),
        ("14:00", "14:05", Part.OPENING),
        ("14:05", "15:05", Part.BUSINESS),
        ("15:05", "15:50", Part.LECTURE),
        ("15:50", "16:15", Part.ANSWERS),
        ("16:15", "17:00", Part.PRACTICAL),
        ("17:00", "17:20", Part.CLOSING),
    ]


def test_with_the_lecture_first_both_papers_follow_it() -> None:
    assert _shown(DayOrder.LECTURE_FIRST) == [
        ("13:40", "14:00", Part.CHECK_IN),
        ("14:00", "14:05", Part.OPENING),
        ("14:05", "14:50", Part.LECTURE),
        ("14:50", "15:15", Part.ANSWERS),
        ("15:15", "16:15", Part.BUSINESS),
        ("16:15", "17:00", Part.PRACTICAL),
        ("17:00", "17:20", Part.CLOSING),
    ]


@pytest.mark.parametrize("order", DayOrder)
def test_the_sittings_have_the_slots_of_their_papers(order: DayOrder) -> None:
    slots = {slot.what: (slot.start, slot.end) for slot in run_sheet(START, END, order).slots}
    assert windows(START, END, order) == {
        PaperKind.BUSINESS: slots[Part.BUSINESS],
        PaperKind.PRACTICAL: slots[Part.PRACTICAL],
    }


def test_a_short_afternoon_says_by_how_much_it_overruns() -> None:
    sheet = run_sheet(START, START + timedelta(hours=3), DayOrder.PAPER_FIRST)
    assert sheet.overruns == timedelta(minutes=20)
    assert [slot.what for slot in sheet.slots][-1] is Part.PRACTICAL


def test_the_slot_that_is_on_is_found_and_there_is_none_before_and_after() -> None:
    sheet = run_sheet(START, END, DayOrder.PAPER_FIRST)
    assert sheet.at(START - timedelta(seconds=1)) is None
    assert sheet.at(START + timedelta(minutes=25)) == sheet.slots[2]
    assert sheet.at(END) is None


def test_weeks_are_those_of_the_county_not_of_utc() -> None:
    sunday_late = datetime(2027, 3, 7, 17, 0, tzinfo=UTC)  # Monday 01:00 in the county
    assert weeks([sunday_late, START], ZONE) == {date(2027, 3, 1): [START], date(2027, 3, 8): [sunday_late]}


@pytest.mark.parametrize("status", StopStatus)
def test_a_stop_takes_exactly_the_steps_of_the_table(status: StopStatus) -> None:
    for to in StopStatus:
        if to in TRANSITIONS[status]:
            assert advance(status, to) is to
        else:
            with pytest.raises(NotAllowed):
                advance(status, to)
    assert set(allowed_from(status)) == TRANSITIONS[status]


def test_less_of_a_stop_can_be_changed_the_further_it_is() -> None:
    order = [StopStatus.PLANNED, StopStatus.ROSTERED, StopStatus.RUNNING, StopStatus.FINISHED]
    assert EDITABLE[StopStatus.PLANNED] == set(FIELDS)
    assert all(EDITABLE[later] < EDITABLE[earlier] for earlier, later in pairwise(order))


@pytest.mark.parametrize(
    ("own", "category", "expected"),
    [
        (None, UnitCategory.TOWN, Audience.TOWN),
        (None, UnitCategory.SUBDISTRICT, Audience.TOWN),
        (None, UnitCategory.ZONE, Audience.TOWN),
        (None, UnitCategory.RESIDENT_OFFICE, Audience.TOWN),
        (None, UnitCategory.VILLAGE, Audience.VILLAGE),
        (None, UnitCategory.BUREAU, Audience.DEPARTMENT),
        (None, UnitCategory.DEPARTMENT, Audience.DEPARTMENT),
        (Audience.VILLAGE, UnitCategory.TOWN, Audience.VILLAGE),
        (Audience.TOWN, UnitCategory.BUREAU, Audience.TOWN),
    ],
)
def test_the_paper_follows_from_the_person_else_from_the_unit(
    own: Audience | None, category: UnitCategory, expected: Audience
) -> None:
    assert audience_of(own, category) is expected


def test_every_category_of_unit_has_its_paper() -> None:
    assert all(audience_of(None, category) in Audience for category in UnitCategory)


def test_seats_asked_for_are_kept_and_the_rest_fill_the_gaps() -> None:
    assert seats([None, 2, None, 7, None], taken={1, 4}) == [3, 2, 5, 7, 6]


@pytest.mark.parametrize(("asked", "taken"), [([3, 3], frozenset()), ([4], {4})])
def test_a_seat_is_given_once(asked: list[int], taken: set[int]) -> None:
    with pytest.raises(Conflict):
        seats(asked, taken=taken)
