"""Reads on results, and their release."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.roles import UnitCategory
from exam.reports import queries
from exam.reports.comparison import Measure
from exam.reports.models import Release
from exam.reports.operations import release_results
from exam.reports.queries import Scope
from exam.reports.statistics import Group
from exam.reports.topics import tie_breakers
from exam.sittings.models import Attempt, SittingStatus
from exam.tours.models import Absence, RosterEntry, Stop
from question_bank.enums import Audience, PaperKind
from question_bank.errors import NotAllowed
from question_bank.models import Question, Topic
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.marks import mark_by_hand
from tests.factories.papers import make_paper_set
from tests.factories.results import SIX_CHOICES, TEN_CHOICES, WITH_WRITTEN, make_sat_paper, released
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db

ORGANISER = Scope(released_only=False)


def entries(
    session: Session, stop: Stop, count: int, *, unit=None, audience: Audience = Audience.TOWN
) -> list[RosterEntry]:
    unit = unit or make_unit(session)
    return [
        make_entry(session, stop, person=make_person(session, unit=unit, audience=audience), audience=audience)
        for _ in range(count)
    ]


def two_papers(session: Session) -> tuple[Stop, list[RosterEntry]]:
    """Four people: both papers, only the business paper, on leave, absent."""
    stop = make_stop(session)
    both, one, leave, absent = people = entries(session, stop, 4)
    leave.absence = Absence.LEAVE
    absent.absence = Absence.ABSENT
    make_sat_paper(session, stop, {both: 80, one: 60, leave: None, absent: None})
    make_sat_paper(session, stop, {both: 70, one: None, leave: None, absent: None}, paper_kind=PaperKind.PRACTICAL)
    return stop, people


def test_one_paper_is_reported_with_absence_and_leave_on_their_own(session: Session) -> None:
    stop, _ = two_papers(session)
    [group] = queries.unit_figures(session, Scope(stop_id=stop.id, released_only=False), Measure.BUSINESS)
    found = group.figures
    assert (group.group, found.expected, found.sat, found.leave, found.absent) == (Group.TOWN, 4, 2, 1, 1)
    assert (found.attendance, found.mean, found.mean_with_absent) == (Decimal("0.5"), 70, Decimal("46.67"))


def test_the_overall_mark_takes_a_missed_paper_as_nought(session: Session) -> None:
    _, people = two_papers(session)
    report = queries.report(session, ORGANISER, Measure.OVERALL)
    results = {line.entry_id: (line.result.standing.value, line.result.score) for line in report.people}
    assert [results[entry.id] for entry in people] == [
        ("sat", Decimal("76.00")),
        ("absent", Decimal("36.00")),
        ("leave", Decimal(0)),
        ("absent", Decimal("0.00")),
    ]


def test_there_is_no_overall_mark_before_both_papers_are_over(session: Session) -> None:
    stop = make_stop(session)
    make_sat_paper(session, stop, dict.fromkeys(entries(session, stop, 2), 80), contents=SIX_CHOICES)
    assert queries.report(session, ORGANISER, Measure.OVERALL).people == ()
    assert len(queries.report(session, ORGANISER, Measure.BUSINESS).people) == 2


def test_leaders_see_released_results_only(session: Session) -> None:
    stop = make_stop(session)
    sitting = make_sat_paper(session, stop, dict.fromkeys(entries(session, stop, 2), 80), contents=SIX_CHOICES)
    assert queries.rows(session, Scope()) == []
    released(session, sitting)
    assert len(queries.rows(session, Scope())) == 2


def test_groups_are_never_ranked_together(session: Session) -> None:
    stop = make_stop(session)
    town = make_unit(session, name="石桥镇")
    office = make_unit(session, name="驻长三角招商分局", category=UnitCategory.RESIDENT_OFFICE)
    scores = {
        **dict.fromkeys(entries(session, stop, 5, unit=town), 60),
        **dict.fromkeys(entries(session, stop, 5, unit=town, audience=Audience.VILLAGE), 70),
        **dict.fromkeys(entries(session, stop, 5, unit=office), 90),
        **dict.fromkeys(entries(session, stop, 2, audience=Audience.DEPARTMENT), 100),
    }
    make_sat_paper(session, stop, scores)
    found = queries.unit_figures(session, ORGANISER, Measure.BUSINESS)
    assert [(each.group, [(unit.rank, unit.unit.figures.mean) for unit in each.units]) for each in found] == [
        (Group.VILLAGE, [(1, 70)]),
        (Group.TOWN, [(1, 60)]),
        (Group.DEPARTMENT, [(None, 100)]),
        (Group.RESIDENT, [(1, 90)]),
    ]


def test_a_villages_people_count_for_the_town_above_it(session: Session) -> None:
    stop = make_stop(session)
    town = make_unit(session, name="石桥镇")
    village = make_unit(session, name="石桥村", category=UnitCategory.VILLAGE, parent=town)
    people = entries(session, stop, 1, unit=village, audience=Audience.VILLAGE)
    make_sat_paper(session, stop, dict.fromkeys(people, 50))
    [row] = queries.rows(session, Scope(unit_id=town.id, released_only=False))
    assert (row.unit_id, row.unit_name) == (town.id, "石桥镇")
    assert queries.rows(session, Scope(unit_id=village.id, released_only=False)) == []


def test_topics_are_summed_by_group_as_the_questions_were_filed_when_they_were_marked(session: Session) -> None:
    stop = make_stop(session)
    people = entries(session, stop, 2)
    made = make_paper_set(session, TEN_CHOICES, papers=2, audience=None)
    proc = Topic(code="PROC", name="项目手续流程", position=4)
    session.add(proc)
    session.flush()
    sub = Topic(code="PROC-1", name="立项", parent_id=proc.id)
    session.add(sub)
    session.flush()
    half = session.scalars(select(Question).order_by(Question.id).limit(5)).all()
    for question in half:
        question.topic_id = sub.id
    session.flush()
    sitting = make_sat_paper(session, stop, dict(zip(people, (100, 50), strict=True)), made=made)
    for question in half:
        question.topic_id = session.scalars(select(Topic.id).where(Topic.code == "COUNTY")).one()
    session.flush()
    county, procedures = queries.report(session, ORGANISER, Measure.BUSINESS).topics
    assert (county.code, county.all_groups, county.shares[Group.TOWN]) == ("COUNTY", Decimal("0.5"), Decimal("0.5"))
    assert (procedures.code, procedures.name, procedures.all_groups) == ("PROC", "项目手续流程", 1)
    assert procedures.shares[Group.VILLAGE] is None
    sums = queries.topic_sums(session, queries.rows(session, Scope(sitting_id=sitting.id, released_only=False)))
    assert list(tie_breakers(sums, "PROC").values()) == [1]
    assert tie_breakers(sums, "") == {}


def queries_of(engine: Engine, session: Session) -> int:
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    queries.report(session, ORGANISER, Measure.OVERALL)
    return len(seen)


@pytest.mark.parametrize("stops", [1, 3])
def test_a_report_is_three_queries_however_many_stops(engine: Engine, session: Session, stops: int) -> None:
    for _ in range(stops):
        stop = make_stop(session)
        make_sat_paper(session, stop, dict.fromkeys(entries(session, stop, 2), 80), contents=SIX_CHOICES)
    assert queries_of(engine, session) == 3


def test_results_are_released_with_their_figures_frozen(session: Session) -> None:
    stop = make_stop(session)
    sitting = make_sat_paper(session, stop, dict(zip(entries(session, stop, 5), (50, 60, 70, 80, 90), strict=True)))
    made = release_results(session, sitting, by=None, at=NOON)
    assert (sitting.status, sitting.released_at, made.number) == (SittingStatus.RELEASED, NOON, 1)
    [group] = made.figures["groups"]
    assert (group["group"], group["figures"]["mean"], group["units"][0]["rank"]) == ("town", "70.00", 1)
    assert [person["score"] for person in made.figures["people"]] == ["90.00", "80.00", "70.00", "60.00", "50.00"]
    session.expire(made)
    assert session.get_one(Release, made.id).figures["topics"][0]["code"] == "COUNTY"
    assert audit.verify(session) is None


def test_nothing_is_released_while_answers_wait_or_the_sitting_is_open(session: Session) -> None:
    stop = make_stop(session)
    [entry] = entries(session, stop, 1)
    sitting = make_sat_paper(session, stop, {entry: 100}, contents=WITH_WRITTEN, close=False)
    with pytest.raises(NotAllowed):
        release_results(session, sitting, by=None, at=NOON)
    sitting.status = SittingStatus.CLOSED
    session.flush()
    with pytest.raises(NotAllowed, match="1 answers"):
        release_results(session, sitting, by=None, at=NOON)
    assert queries.report(session, ORGANISER, Measure.BUSINESS).waiting == 1
    mark_by_hand(session, session.scalars(select(Attempt)).one(), marker_id=make_person(session).id)
    release_results(session, sitting, by=None, at=NOON + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        release_results(session, sitting, by=None, at=NOON + timedelta(hours=2))


def test_everybodys_place_is_inside_the_group_and_only_the_best_fifth_is_named(session: Session) -> None:
    stop = make_stop(session)
    people = entries(session, stop, 6)
    make_sat_paper(session, stop, dict(zip(people, (100, 90, 90, 40, 30, None), strict=True)), contents=TEN_CHOICES)
    found = queries.report(session, ORGANISER, Measure.BUSINESS).people
    assert [(line.place, line.among_best) for line in found] == [
        (1, True),
        (2, False),
        (2, False),
        (4, False),
        (5, False),
        (None, False),
    ]
