"""The rule by which results are counted: what it may say, what follows from it, and how it is changed."""

from decimal import Decimal

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.reports import rules
from exam.reports.comparison import Measure, Row, basis_of, compare, lines
from exam.reports.ruling import STANDARD, MakeUp, Ruling, in_chinese
from exam.reports.scorecard import overall
from exam.reports.statistics import Basis, Flag, Group, Result, Standing, Unit, Unranked, figures, rank_units
from question_bank.enums import PaperKind
from question_bank.errors import Conflict, Invalid
from tests.conftest import NOON


def row(number: int, marks: int | None, *, kind: PaperKind = PaperKind.BUSINESS, **values: object) -> Row:
    standard = {
        "sitting_id": 1,
        "stop_id": 1,
        "stop_number": 1,
        "paper_kind": kind,
        "entry_id": number,
        "person_id": number,
        "name": f"演示{number}",
        "unit_id": 1,
        "unit_name": "石桥镇",
        "group": Group.TOWN,
        "on_leave": False,
        "marks": None if marks is None else Decimal(marks),
        "total": Decimal(100),
        "pass_marks": Decimal(60),
        "waiting": 0,
        "attempt_key": None,
    }
    return Row(**(standard | values))


@pytest.mark.parametrize(
    "values",
    [
        {"mean": 50},
        {"mean": 70, "attendance": 20},
        {"good": 55},
        {"excellent": 70},
        {"business": 101},
        {"rank_from": -1},
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(values: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Ruling(**values)


def test_the_rule_comes_back_from_json_as_it_was() -> None:
    rule = Ruling(business=70, passing=Decimal("62.5"), make_up=MakeUp.BEST, tie_breaker="")
    assert Ruling.model_validate(rule.kept()) == rule
    assert Ruling.model_validate({}) == STANDARD


def test_the_weights_of_both_papers_are_the_rules() -> None:
    assert overall(Decimal(80), Decimal(50)) == Decimal("68.00")
    assert overall(Decimal(80), Decimal(50), Ruling(business=50)) == Decimal("65.00")


def five(*scores: int, absent: int = 0) -> list[Result]:
    return [Result(Standing.SAT, Decimal(score), score >= 60) for score in scores] + [Result(Standing.ABSENT)] * absent


def test_a_unit_below_the_attendance_asked_for_has_a_score_and_no_rank() -> None:
    units = [
        Unit(1, "甲", figures(five(60, 60, 60, 60, 60))),
        Unit(2, "乙", figures(five(90, 90, 90, 90, 90, absent=2))),
    ]
    [first, second] = rank_units(units, Ruling(rank_from=80))
    assert [(each.unit.name, each.rank, each.unranked) for each in (first, second)] == [
        ("甲", 1, None),
        ("乙", None, Unranked.ATTENDANCE),
    ]
    assert second.score is not None
    assert second.flags == (Flag.ATTENDANCE,)
    assert [each.unit.name for each in rank_units(units)] == ["乙", "甲"]


def test_thresholds_are_reached_by_being_equal() -> None:
    exactly = figures(five(60, 60, 60, 60, absent=1))
    assert rank_units([Unit(1, "甲", exactly)])[0].flags == ()
    assert rank_units([Unit(1, "甲", exactly)], Ruling(flag_attendance=81))[0].flags == (Flag.ATTENDANCE,)


def test_the_finite_population_of_a_whole_unit_leaves_nothing_unsure() -> None:
    whole, more = five(50, 60, 70, 80, 90), five(50, 60, 70, 80, 90, absent=5)
    assert figures(whole, Ruling(whole_unit=True)).interval == (Decimal(70), Decimal(70))
    narrow, wide = figures(more, Ruling(whole_unit=True)).interval, figures(more).interval
    assert (wide[1] - wide[0]) / (narrow[1] - narrow[0]) == pytest.approx(Decimal(2).sqrt(), abs=Decimal("0.01"))


MIXED = [row(1, 80, specification="a"), row(2, 80, specification="b")]
EQUATED = [row(1, 80, specification="a", equated=Decimal(75)), row(2, 80, specification="b", equated=Decimal(85))]


def test_specifications_are_mixed_by_equated_score_only() -> None:
    rule = Ruling()
    assert basis_of(lines(MIXED[:1], Measure.BUSINESS), Measure.BUSINESS, rule) is Basis.RAW
    assert basis_of(lines(MIXED, Measure.BUSINESS), Measure.BUSINESS, rule) is Basis.NONE
    assert basis_of(lines(EQUATED, Measure.BUSINESS), Measure.BUSINESS, rule) is Basis.EQUATED
    no = Ruling(equate_across=False)
    assert basis_of(lines(EQUATED, Measure.BUSINESS), Measure.BUSINESS, no) is Basis.NONE


def test_units_that_sat_other_specifications_are_ranked_by_equated_means() -> None:
    rows = [row(n, 80, specification="a", equated=Decimal(70)) for n in range(5)]
    rows += [row(n, 80, specification="b", equated=Decimal(90), unit_id=2, unit_name="临河镇") for n in range(5, 10)]
    [board] = compare(lines(rows, Measure.BUSINESS), measure=Measure.BUSINESS)
    assert (board.basis, [each.unit.unit_id for each in board.units]) == (Basis.EQUATED, [2, 1])
    bare = [row(n, 80, specification="ab"[n % 2]) for n in range(5)]
    [board] = compare(lines(bare, Measure.BUSINESS), measure=Measure.BUSINESS)
    assert (board.basis, board.units[0].rank, board.units[0].unranked) == (Basis.NONE, None, Unranked.MIXED)


def test_the_rule_in_chinese_says_every_number() -> None:
    text = "".join(sentence for _, sentence in in_chinese(Ruling(business=70, rank_from=75, passing=Decimal("62.5"))))
    assert all(part in text for part in ("业务卷70%", "问题卷30%", "62.5分", "参考率低于75%的不排名", "优秀率10%"))


@pytest.mark.db
def test_a_change_is_a_new_row_with_its_reason_and_the_latest_counts(session: Session) -> None:
    assert rules.in_force(session) == STANDARD
    first = rules.change_rule(session, Ruling(business=70), reason="县委办会议纪要", by=None, at=NOON, seen=0)
    assert rules.in_force(session).business == 70
    rules.change_rule(session, STANDARD, reason="恢复", by=None, at=NOON, seen=first.id)
    assert [(each.plan["business"], each.reason) for each in rules.history(session)] == [
        (60, "恢复"),
        (70, "县委办会议纪要"),
    ]
    changed = session.scalars(select(audit.AuditEvent).where(audit.AuditEvent.action == "result_rule.changed")).all()
    assert [event.detail["changed"] for event in changed] == [{"business": 70}, {"business": 60}]


@pytest.mark.db
def test_a_change_needs_a_reason_a_difference_and_fresh_eyes(session: Session) -> None:
    with pytest.raises(Invalid):
        rules.change_rule(session, Ruling(business=70), reason=" ", by=None, at=NOON)
    with pytest.raises(Invalid):
        rules.change_rule(session, STANDARD, reason="无变化", by=None, at=NOON)
    rules.change_rule(session, Ruling(business=70), reason="会议纪要", by=None, at=NOON, seen=0)
    with pytest.raises(Conflict):
        rules.change_rule(session, Ruling(business=65), reason="另一人", by=None, at=NOON, seen=0)
