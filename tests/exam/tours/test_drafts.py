"""A draft calendar: opened from the stops, worked on, published as a version with its changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.audit import AuditEvent
from exam.tours import arranging, drafting, drafts, operations, publishing, versions
from exam.tours.checking import ConflictKind
from exam.tours.flow import StopStatus
from exam.tours.models import Lecture, Placement, Stop, Tour, TourDraft, Venue
from exam.tours.planning_rules import Availability, PlanRules, Span
from question_bank.errors import Conflict, Invalid, NotAllowed
from question_bank.orm import Base
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.numbering import numbers
from tests.factories.tours import make_entry, make_stop, make_tour

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
LATER = datetime(2027, 3, 9, 5, 40, tzinfo=UTC)
"""Tuesday 9 March 2027, 13:40 in the county."""
LENGTH = timedelta(minutes=220)
BY = {"by": None, "at": NOON}


def _venue(session: Session, stop: Stop, **values: object) -> Venue:
    return operations.create_venue(
        session, **({"name": f"会议室{next(numbers)}", "unit": stop.unit, "capacity": 60} | values), **BY
    )


def _lecture(session: Session) -> Lecture:
    number = next(numbers)
    lecturer = operations.register_lecturer(
        session, code=f"L{number}", person=make_person(session), title="业务骨干", field="光伏", **BY
    )
    return operations.create_lecture(session, lecturer, title=f"讲题{number}", **BY)


def _stop(session: Session, tour: Tour, *, number: int, starts_at: datetime = LATER, **values: object) -> Stop:
    stop = make_stop(session, tour=tour, number=number, starts_at=starts_at, ends_at=starts_at + LENGTH)
    stop.status = StopStatus.PLANNED
    stop.venue, stop.lecture = _venue(session, stop), _lecture(session)
    for name, value in values.items():
        setattr(stop, name, value)
    session.flush()
    return stop


def _draft(session: Session, tour: Tour) -> tuple[TourDraft, list[Placement]]:
    draft = drafts.open_draft(session, tour, **BY)
    return draft, drafting.placements_of(session, draft)


def _place(session: Session, placement: Placement, starts_at: datetime, **values: object) -> Placement:
    plan = {"ends_at": starts_at + LENGTH, "venue": placement.venue, "lecture": placement.lecture} | values
    return drafts.place(session, placement, starts_at=starts_at, zone=ZONE, **plan, **BY)


def _changed(version: Base) -> list[tuple[str, int]]:
    return [(each["kind"], each["stop_id"]) for each in version.changes["changes"]]


def _kinds(refused: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {each.where for each in refused.value.problems}


def test_a_draft_begins_with_the_stops_as_they_stand(session: Session) -> None:
    tour = make_tour(session)
    later, first = _stop(session, tour, number=1, starts_at=LATER + timedelta(1)), _stop(session, tour, number=2)
    _stop(session, tour, number=3, status=StopStatus.CANCELLED)
    draft, placements = _draft(session, tour)
    assert [each.stop_id for each in placements] == [first.id, later.id]
    assert drafts.open_draft(session, tour, **BY) is draft


def test_nothing_of_a_draft_counts_until_it_is_published(session: Session) -> None:
    tour = make_tour(session)
    stop = _stop(session, tour, number=1)
    draft, (placement,) = _draft(session, tour)
    _place(session, placement, LATER + timedelta(1))
    assert stop.starts_at == LATER
    version = drafts.publish(session, draft, note="让开会议", zone=ZONE, **BY)
    assert stop.starts_at == LATER + timedelta(1)
    assert drafting.draft_of(session, tour) is None
    assert (version.number, version.note, versions.latest(session, tour)) == (1, "让开会议", version)
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))
    assert list(actions)[-2:] == ["stop.changed", "tour.published"]


def test_an_entry_keeps_its_name_and_counts_its_changes(session: Session) -> None:
    tour = make_tour(session)
    moved, kept, dropped = (
        _stop(session, tour, number=number, starts_at=LATER + timedelta(number)) for number in range(3)
    )
    draft, _ = _draft(session, tour)
    first = drafts.publish(session, draft, zone=ZONE, **BY)
    assert [each["sequence"] for each in first.stops["stops"]] == [0, 0, 0]
    draft, placements = _draft(session, tour)
    there = {each.stop_id: each for each in placements}
    _place(session, there[moved.id], LATER + timedelta(7))
    drafts.drop(session, there[dropped.id], **BY)
    upcoming = publishing.upcoming_changes(session, draft, zone=ZONE)
    second = drafts.publish(session, draft, zone=ZONE, **BY)
    entries = {each["stop_id"]: each for each in second.stops["stops"]}
    assert {each: entries[each]["sequence"] for each in entries} == {moved.id: 1, kept.id: 0, dropped.id: 1}
    assert {each: entries[each]["uid"] for each in entries} == {each.id: each.uid for each in (moved, kept, dropped)}
    assert entries[dropped.id]["status"] == "cancelled"
    assert dropped.status is StopStatus.CANCELLED
    assert sorted(_changed(second)) == sorted([("moved", moved.id), ("cancelled", dropped.id)])
    assert sorted((each["kind"], each["stop_id"]) for each in upcoming) == sorted(_changed(second))
    sentence = next(each for each in second.changes["changes"] if each["kind"] == "moved")
    assert sentence["template"] % sentence["params"] == (
        f"No. {moved.number}, {moved.unit.name}: moved from 2027-03-09 13:40–17:20 to 2027-03-16 13:40–17:20."
    )


def test_a_stop_that_was_cancelled_stays_in_later_versions_as_it_was_last_told(session: Session) -> None:
    tour = make_tour(session)
    gone, other = _stop(session, tour, number=1), _stop(session, tour, number=2)
    publishing.announce(session, tour, zone=ZONE, **BY)
    operations.move(session, gone, StopStatus.CANCELLED, reason="暴雪", **BY)
    publishing.announce(session, tour, zone=ZONE, **BY)
    operations.change_stop(session, other, seen=other.lock, label="改名", **BY)
    third = publishing.announce(session, tour, zone=ZONE, **BY)
    entries = {each["stop_id"]: (each["status"], each["sequence"]) for each in third.stops["stops"]}
    assert entries == {gone.id: ("cancelled", 1), other.id: ("confirmed", 1)}
    assert _changed(third) == [("details", other.id)]


def test_a_calendar_that_differs_in_nothing_is_not_published(session: Session) -> None:
    tour = make_tour(session)
    _stop(session, tour, number=1)
    publishing.announce(session, tour, zone=ZONE, **BY)
    draft, _ = _draft(session, tour)
    with pytest.raises(NotAllowed):
        drafts.publish(session, draft, zone=ZONE, **BY)


def test_two_stops_change_places(session: Session) -> None:
    tour = make_tour(session)
    one, other = _stop(session, tour, number=1), _stop(session, tour, number=2, starts_at=LATER + timedelta(1))
    other.venue, other.lecture = one.venue, one.lecture
    draft, (first, second) = _draft(session, tour)
    drafts.unplace(session, first, **BY)
    _place(session, second, LATER)
    with pytest.raises(Invalid) as refused:
        drafts.publish(session, draft, zone=ZONE, **BY)
    assert _kinds(refused) == {"waiting"}
    _place(session, first, LATER + timedelta(1))
    drafts.publish(session, draft, zone=ZONE, **BY)
    assert (one.starts_at, other.starts_at) == (LATER + timedelta(1), LATER)


def test_a_stop_to_come_gets_its_number_when_it_is_published(session: Session) -> None:
    tour = make_tour(session)
    _stop(session, tour, number=7)
    draft, _ = _draft(session, tour)
    unit = make_unit(session)
    new, waiting = drafts.add(session, draft, unit, **BY), drafts.add(session, draft, make_unit(session), **BY)
    with pytest.raises(NotAllowed):
        drafts.add(session, draft, unit, **BY)
    _place(session, new, LATER + timedelta(1))
    version = drafts.publish(session, draft, zone=ZONE, **BY)
    assert [each["number"] for each in version.stops["stops"]] == [7, 8]
    assert [each.id for each in drafting.placements_of(session, draft)] == [waiting.id]
    again, placements = _draft(session, tour)
    assert again is draft
    assert len(placements) == 3
    drafts.withdraw(session, waiting, **BY)
    assert len(drafting.placements_of(session, draft)) == 2


def test_an_edit_is_refused_with_every_hard_conflict_by_name(session: Session) -> None:
    tour = make_tour(session)
    one, other = _stop(session, tour, number=1), _stop(session, tour, number=2, starts_at=LATER + timedelta(1))
    other.lecture = one.lecture
    for _ in range(3):
        make_entry(session, other)
    small = _venue(session, one, capacity=2)
    one.venue = small
    lecturer = one.lecture.lecturer
    arranging.send_away(session, lecturer, first=date(2027, 3, 9), last=date(2027, 3, 9), **BY)
    rules = PlanRules(blackout=(Span(first=date(2027, 3, 8), last=date(2027, 3, 9)),), most_per_day=1)
    arranging.set_rules(session, tour, rules, **BY)
    draft, placements = _draft(session, tour)
    placement = next(each for each in placements if each.stop_id == other.id)
    with pytest.raises(Invalid) as refused:
        _place(session, placement, LATER, venue=small)
    assert _kinds(refused) == {"away", "blackout", "day_full", "capacity", "venue", "lecturer"}
    assert placement.starts_at == LATER + timedelta(1)
    assert session.get_one(TourDraft, draft.id).placements


def test_soft_costs_are_told_and_let_through(session: Session) -> None:
    tour = make_tour(session)
    stop = _stop(session, tour, number=1)
    arranging.set_industries(session, stop.unit, ["INDUSTRY-光伏"], **BY)
    arranging.set_topics(session, stop.lecture, ["PROC"], **BY)
    _, (placement,) = _draft(session, tour)
    plan = {"starts_at": LATER, "ends_at": LATER + LENGTH, "venue": stop.venue, "lecture": stop.lecture}
    weak = {stop.unit_id: ("LAW", "ETIQ")}
    found = drafts.weighed(session, placement, **plan, zone=ZONE, at=NOON, weak=weak)
    assert [(each.kind, each.hard, each.cost) for each in found] == [
        (ConflictKind.INDUSTRY, False, 40),
        (ConflictKind.WEAK, False, 30),
    ]
    drafts.place(session, placement, **plan, zone=ZONE, **BY)


@pytest.mark.parametrize("status", [StopStatus.RUNNING, StopStatus.FINISHED])
def test_what_has_been_held_is_not_moved(session: Session, status: StopStatus) -> None:
    tour = make_tour(session)
    _stop(session, tour, number=1, status=status)
    _, (placement,) = _draft(session, tour)
    for edit in (
        lambda: _place(session, placement, LATER + timedelta(1)),
        lambda: drafts.drop(session, placement, **BY),
        lambda: drafts.unplace(session, placement, **BY),
    ):
        with pytest.raises(NotAllowed):
            edit()


def test_the_other_tours_lecturers_and_venues_are_taken(session: Session) -> None:
    tour = make_tour(session)
    elsewhere = _stop(session, make_tour(session), number=1)
    stop = _stop(session, tour, number=1, starts_at=LATER + timedelta(1))
    _, (placement,) = _draft(session, tour)
    with pytest.raises(Invalid) as refused:
        _place(session, placement, LATER, venue=elsewhere.venue, lecture=elsewhere.lecture)
    assert _kinds(refused) == {"venue", "lecturer"}
    assert placement.starts_at == stop.starts_at


def test_an_edit_at_the_stop_itself_comes_before_the_draft(session: Session) -> None:
    tour = make_tour(session)
    stop = _stop(session, tour, number=1)
    draft, (placement,) = _draft(session, tour)
    _place(session, placement, LATER + timedelta(1))
    operations.change_stop(
        session, stop, seen=stop.lock, starts_at=LATER + timedelta(2), ends_at=LATER + timedelta(2) + LENGTH, **BY
    )
    assert placement.starts_at == LATER + timedelta(2)
    drafts.discard(session, draft, **BY)
    assert drafting.draft_of(session, tour) is None


def test_a_lecturers_time_and_a_venues_place_are_kept_with_what_is_odd_refused(session: Session) -> None:
    stop = _stop(session, make_tour(session), number=1)
    able = Availability(away=(Span(first=date(2027, 3, 1), last=date(2027, 3, 5)),), most_per_week=2)
    arranging.set_availability(session, stop.lecture.lecturer, able, **BY)
    arranging.set_place(session, stop.venue, address="石桥镇人民路1号", latitude=33.5, longitude=117.9, **BY)
    session.expire_all()
    assert Availability.model_validate(stop.lecture.lecturer.availability) == able
    assert (stop.venue.latitude, stop.venue.address) == (33.5, "石桥镇人民路1号")
    for place in ((None, 117.9), (91.0, 117.9)):
        with pytest.raises(NotAllowed):
            arranging.set_place(session, stop.venue, address="", latitude=place[0], longitude=place[1], **BY)


def test_a_group_of_changes_that_cannot_stand_together_is_refused(session: Session) -> None:
    tour = make_tour(session)
    one, other = _stop(session, tour, number=1), _stop(session, tour, number=2, starts_at=LATER + timedelta(1))
    plan = {"starts_at": LATER + timedelta(2), "ends_at": LATER + timedelta(2) + LENGTH, "venue": one.venue}
    with pytest.raises(Conflict):
        operations.change_stops(session, [(one, plan), (other, plan)], **BY)
