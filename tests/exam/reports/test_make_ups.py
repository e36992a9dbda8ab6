"""Make-ups: marked in the lists, counted only where the rule says so."""

from decimal import Decimal

from exam.reports.comparison import Line, Measure, Row, compare, counted, lines
from exam.reports.statistics import Group, Standing
from question_bank.enums import PaperKind


def row(entry: int, marks: int | None, **values: object) -> Row:
    told = {"sitting_id": 1, "stop_id": 1, "person_id": entry, "makes_up": None} | values
    return Row(
        stop_number=1,
        paper_kind=PaperKind.BUSINESS,
        entry_id=entry,
        name=f"演示{entry}",
        unit_id=1,
        unit_name="石桥镇",
        group=Group.TOWN,
        on_leave=False,
        marks=None if marks is None else Decimal(marks),
        total=Decimal(100),
        pass_marks=Decimal(60),
        waiting=0,
        attempt_key=None,
        **told,
    )


def found() -> list[Line]:
    """One passed, one failed and one stayed away; both make it up at stop 2, one of them stays away again."""
    first = [row(1, 80), row(2, 40), row(3, None)]
    second = [row(4, 75, stop_id=2, person_id=2, makes_up=2), row(5, None, stop_id=2, person_id=3, makes_up=3)]
    return lines([*first, *second], Measure.BUSINESS)


def test_figures_and_places_rest_on_first_sittings() -> None:
    [group] = compare(found())
    assert (group.figures.expected, group.figures.sat, group.figures.mean) == (3, 2, Decimal("60.00"))
    assert {line.entry_id: line.place for line in found()} == {1: 1, 2: 2, 3: None, 4: None, 5: None}


def test_where_make_ups_count_what_was_sat_takes_the_place_of_the_first_result() -> None:
    again = {line.entry_id: line.result for line in counted(found(), make_up=True)}
    assert (again[2].score, again[3].standing, sorted(again)) == (75, Standing.ABSENT, [1, 2, 3])


def test_a_make_up_stop_by_itself_has_figures_of_its_own() -> None:
    alone = [line for line in found() if line.stop_id == 2]
    assert [line.entry_id for line in counted(alone)] == [4, 5]
