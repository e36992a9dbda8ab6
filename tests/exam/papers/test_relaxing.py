"""A county that has only just begun: national questions, none of its own."""

from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam.papers import drawing, queries
from exam.papers.assembly import CellShortage
from exam.papers.operations import assemble
from exam.papers.relaxing import Gap, gap_of, select_or_relax
from exam.papers.standard import STANDARD
from question_bank.enums import Audience, Kind, Status
from question_bank.models import Question, Topic
from tests.conftest import NOON
from tests.factories.drawing import MARCH, make_drawable, shipped_bank

VILLAGE = next(each for each in STANDARD if each.code == "business-village")


def national() -> list:
    bank = shipped_bank(VILLAGE.paper_kind, Audience.VILLAGE, None)
    return [each for each in bank if each.topic != "COUNTY"]


def test_without_county_questions_its_marks_go_to_the_topics_named_and_the_figures_say_so() -> None:
    found = select_or_relax(VILLAGE.plan, national(), papers=4, seed=7)
    assert found.relaxation is not None
    assert found.relaxation.figures() == {
        "topic": "COUNTY",
        "wanted": "20",
        "kept": "0",
        "given": [{"topic": "WORK", "marks": "7"}, {"topic": "PROC", "marks": "7"}, {"topic": "POLICY", "marks": "6"}],
    }
    assert (
        found.relaxation.chinese
        == "县情题未备齐：应有20分，现有0分，暂以招商工作要求7分、项目手续流程7分、政策与红线6分代替"
    )
    assert found.selection.topic_marks["WORK"] == VILLAGE.plan.topic_marks["WORK"] + 7
    assert sum(found.selection.topic_marks.values()) == VILLAGE.plan.total
    assert len(found.selection.papers) == 4


def test_as_many_county_marks_stay_as_its_own_questions_carry() -> None:
    own = [make_drawable(kind=Kind.SINGLE_CHOICE, topic="COUNTY") for _ in range(4)]
    found = select_or_relax(VILLAGE.plan, [*national(), *own], papers=2, seed=7)
    assert found.relaxation is not None
    assert 0 < found.relaxation.kept <= 8
    assert found.relaxation.kept + sum(found.relaxation.given.values()) == found.relaxation.wanted == Decimal(20)
    assert found.selection.topic_marks["COUNTY"] == found.relaxation.kept


def test_nothing_gives_way_where_the_county_is_there_or_something_else_is_missing() -> None:
    whole = shipped_bank(VILLAGE.paper_kind, Audience.VILLAGE, None)
    assert select_or_relax(VILLAGE.plan, whole, papers=1, seed=7).relaxation is None
    bare = [each for each in national() if each.kind is not Kind.SHORT_ANSWER]
    with pytest.raises(CellShortage):
        select_or_relax(VILLAGE.plan, bare, papers=1, seed=7)


def test_what_is_missing_is_said_in_words() -> None:
    gap = gap_of(VILLAGE.code, "业务卷（村级）", VILLAGE.plan, national())
    assert gap.assembles
    assert gap.lines
    assert all(line.startswith("业务卷（村级）缺县情概况") and line.endswith(("道", "空）")) for line in gap.lines)
    empty = Gap("x", "卷", gap.missing, None)
    assert not empty.assembles


@pytest.mark.db
def test_a_county_without_questions_of_its_own_draws_papers_that_verify(session: Session) -> None:
    roots = select(Topic.id).where(Topic.code.startswith("COUNTY"))
    session.execute(update(Question).where(Question.topic_id.in_(roots)).values(status=Status.RETIRED))
    gaps = {gap.code: gap for gap in queries.gaps(session, on=MARCH)}
    assert all(gap.assembles for gap in gaps.values())
    assert {code for code, gap in gaps.items() if gap.relaxation} == {f"business-{each}" for each in Audience}
    specification = queries.specification_by_code(session, "business-town")
    wanted = {"host_unit_code": None, "audience": Audience.TOWN, "on": MARCH, "by": None, "at": NOON}
    made = assemble(session, specification, count=2, spares=0, seed=5, **wanted)
    assert made.figures["relaxed"]["kept"] == "0"
    assert drawing.verify(session, made).same
