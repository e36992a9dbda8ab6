"""Make-ups: marked in the lists, counted only where the rule says so."""

from decimal import Decimal

from exam.reports.comparison import Line, Measure, Row, compare, counted, lines
from exam.reports.ruling import STANDARD, MakeUp, Ruling
from exam.reports.statistics import Group, Standing
from question_bank.enums import PaperKind


def row(entry: int, marks: int | None, **values: object) -> Row:
    told = {"sitting_id": 1, "stop_id": 1, "person_id": entry, "paper_kind": PaperKind.BUSINESS} | values
    return Row(
        stop_number=1,
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


def found(rule: Ruling = STANDARD) -> list[Line]:
    """One passed, one failed and one stayed away; both make it up at stop 2, one of them stays away again."""
    first = [row(1, 80), row(2, 40), row(3, None)]
    second = [row(4, 75, stop_id=2, person_id=2, makes_up=2), row(5, None, stop_id=2, person_id=3, makes_up=3)]
    return lines([*first, *second], Measure.BUSINESS, rule)


def test_figures_and_places_rest_on_first_sittings() -> None:
    [group] = compare(found())
    assert (group.figures.expected, group.figures.sat, group.figures.mean) == (3, 2, Decimal("60.00"))
    assert {line.entry_id: line.place for line in found()} == {1: 1, 2: 2, 3: None, 4: None, 5: None}


def test_where_the_better_result_counts_it_stands_in_the_first_sittings_line() -> None:
    again = {line.entry_id: line for line in counted(found(Ruling(make_up=MakeUp.BEST)))}
    assert (again[2].result.score, again[2].made_up, again[2].stop_id, again[2].place) == (75, True, 1, 2)
    assert (again[3].result.standing, again[3].made_up, sorted(again)) == (Standing.ABSENT, False, [1, 2, 3])


def test_the_better_result_counts_paper_by_paper() -> None:
    kinds = {"paper_kind": PaperKind.PRACTICAL}
    rows = [row(1, 40), row(1, 70, **kinds), row(9, 90, makes_up=1), row(9, 60, **kinds, makes_up=1)]
    [line] = counted(lines(rows, Measure.OVERALL, Ruling(make_up=MakeUp.BEST)))
    assert line.result.score == Decimal("82.00")  # 60 % of 90 and 40 % of 70
    only = [row(1, None), row(1, 70, **kinds), row(9, 90, makes_up=1)]
    [line] = counted(lines(only, Measure.OVERALL, Ruling(make_up=MakeUp.BEST)))
    assert (line.result.standing, line.result.score) == (Standing.SAT, Decimal("82.00"))


def test_a_make_up_stop_by_itself_has_figures_of_its_own() -> None:
    alone = [line for line in found() if line.stop_id == 2]
    assert [line.entry_id for line in counted(alone)] == [4, 5]
