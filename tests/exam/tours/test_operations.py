"""Planning stops, freezing rosters, checking people in."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.roles import Role, UnitCategory
from exam.audit import AuditEvent
from exam.tours import operations, queries
from exam.tours.flow import Absence, DayOrder, StopStatus
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Audience
from question_bank.errors import Conflict, NotAllowed, NotFound
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.tours import STARTS, make_entry, make_stop, make_tour

pytestmark = pytest.mark.db
ENDS = STARTS + timedelta(minutes=220)


def _actions(session: Session, subject: str) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).where(AuditEvent.subject == subject).order_by(AuditEvent.id)))


def _plan(session: Session, **values: object) -> Stop:
    tour = values.pop("tour", None) or make_tour(session)
    plan = {"number": 1, "unit": make_unit(session), "starts_at": STARTS, "ends_at": ENDS} | values
    return operations.plan_stop(session, tour, by=None, at=NOON, **plan)


def test_a_planned_stop_stands_on_the_board_and_in_the_audit(session: Session) -> None:
    stop = _plan(session, label="第1周 开局示范", day_order=DayOrder.LECTURE_FIRST)
    session.expire_all()
    (line,) = queries.board(session, stop.tour)
    assert (line.stop.label, line.stop.day_order, line.stop.status) == (
        "第1周 开局示范",
        DayOrder.LECTURE_FIRST,
        StopStatus.PLANNED,
    )
    assert line.attendance == queries.Attendance()
    assert _actions(session, f"stop:{stop.id}") == ["stop.planned"]


def test_a_number_is_used_once_in_a_tour(session: Session) -> None:
    stop = _plan(session)
    with pytest.raises(Conflict):
        _plan(session, tour=stop.tour)
    assert _plan(session).number == 1  # another tour


def test_a_stop_cannot_end_before_it_begins(session: Session) -> None:
    with pytest.raises(NotAllowed):
        _plan(session, ends_at=STARTS)


def test_a_venue_is_at_one_stop_at_a_time(session: Session) -> None:
    unit = make_unit(session)
    venue = operations.create_venue(session, name="镇政府三楼会议室", unit=unit, capacity=60, by=None, at=NOON)
    tour = make_tour(session)
    _plan(session, tour=tour, venue=venue)
    with pytest.raises(Conflict):
        _plan(
            session,
            tour=tour,
            number=2,
            venue=venue,
            starts_at=STARTS + timedelta(minutes=219),
            ends_at=ENDS + timedelta(1),
        )
    _plan(session, tour=tour, number=2, venue=venue, starts_at=ENDS, ends_at=ENDS + timedelta(hours=1))


def test_a_lecturer_is_at_one_stop_at_a_time(session: Session) -> None:
    person = make_person(session)
    lecturer = operations.register_lecturer(
        session, code="L1", person=person, title="演示", field="新能源", by=None, at=NOON
    )
    lectures = [
        operations.create_lecture(session, lecturer, title=title, by=None, at=NOON) for title in ("讲题一", "讲题二")
    ]
    tour = make_tour(session)
    first = _plan(session, tour=tour, lecture=lectures[0])
    with pytest.raises(Conflict):
        _plan(session, tour=tour, number=2, lecture=lectures[1])
    operations.move(session, first, StopStatus.CANCELLED, reason="暴雪", by=None, at=NOON)
    _plan(session, tour=tour, number=2, lecture=lectures[1])


def test_what_is_named_exists_once(session: Session) -> None:
    unit, person = make_unit(session), make_person(session)
    days = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 4, 10), "by": None, "at": NOON}
    operations.create_tour(session, code="2027-1", name="一", **days)
    operations.create_venue(session, name="大厅", unit=unit, capacity=1, by=None, at=NOON)
    lecturer = operations.register_lecturer(session, code="L1", person=person, title="", field="", by=None, at=NOON)
    operations.create_lecture(session, lecturer, title="讲题", by=None, at=NOON)
    with pytest.raises(Conflict):
        operations.create_tour(session, code="2027-1", name="二", **days)
    with pytest.raises(Conflict):
        operations.create_venue(session, name="大厅", unit=unit, capacity=2, by=None, at=NOON)
    with pytest.raises(Conflict):
        operations.register_lecturer(session, code="L2", person=person, title="", field="", by=None, at=NOON)
    with pytest.raises(Conflict):
        operations.create_lecture(session, lecturer, title="讲题", by=None, at=NOON)


def test_a_tour_cannot_end_before_it_begins(session: Session) -> None:
    with pytest.raises(NotAllowed):
        operations.create_tour(
            session, code="X", name="X", starts_on=date(2027, 3, 2), ends_on=date(2027, 3, 1), by=None, at=NOON
        )


def test_a_change_says_in_the_audit_what_was_and_what_is(session: Session) -> None:
    stop = _plan(session, label="旧")
    operations.change_stop(session, stop, seen=stop.lock, label="新", number=1, by=None, at=NOON)
    detail = session.scalar(select(AuditEvent.detail).where(AuditEvent.action == "stop.changed"))
    assert detail == {"before": {"label": "旧"}, "after": {"label": "新"}}
    assert stop.lock == 2


def test_equal_values_are_no_change(session: Session) -> None:
    stop = _plan(session, label="旧")
    operations.change_stop(session, stop, seen=stop.lock, label="旧", starts_at=STARTS, by=None, at=NOON)
    assert stop.lock == 1
    assert _actions(session, f"stop:{stop.id}") == ["stop.planned"]


def test_the_second_of_two_organisers_is_refused(session: Session) -> None:
    stop = _plan(session)
    seen = stop.lock
    operations.change_stop(session, stop, seen=seen, label="甲", by=None, at=NOON)
    with pytest.raises(Conflict):
        operations.change_stop(session, stop, seen=seen, label="乙", by=None, at=NOON)
    assert stop.label == "甲"


def test_a_venue_or_lecture_can_be_taken_away_again(session: Session) -> None:
    venue = operations.create_venue(session, name="大厅", unit=make_unit(session), capacity=9, by=None, at=NOON)
    stop = _plan(session, venue=venue)
    operations.change_stop(session, stop, seen=stop.lock, venue=None, by=None, at=NOON)
    session.expire_all()
    assert queries.stop_by_id(session, stop.id).venue is None


def test_a_frozen_roster_fixes_the_unit(session: Session) -> None:
    stop = make_stop(session, status=StopStatus.ROSTERED)
    with pytest.raises(NotAllowed):
        operations.change_stop(session, stop, seen=stop.lock, unit=make_unit(session), by=None, at=NOON)


def test_a_cancellation_needs_its_reason(session: Session) -> None:
    stop = make_stop(session)
    with pytest.raises(NotAllowed):
        operations.move(session, stop, StopStatus.CANCELLED, reason=" ", by=None, at=NOON)


def test_a_roster_freezes_name_unit_and_audience(session: Session) -> None:
    town = make_unit(session)
    village = make_unit(session, category=UnitCategory.VILLAGE, parent=town)
    cadre = make_person(session, unit=town, name="王演示", audience=None)
    secretary = make_person(session, unit=village, audience=None)
    guest = make_person(session, unit=town, audience=Audience.TOWN)
    stop = make_stop(session, unit=town, status=StopStatus.PLANNED)
    roster = operations.freeze_roster(session, stop, [cadre, secretary, (guest, Audience.DEPARTMENT)], by=None, at=NOON)
    assert [(each.seat, each.audience) for each in roster] == [
        (1, Audience.TOWN),
        (2, Audience.VILLAGE),
        (3, Audience.DEPARTMENT),
    ]
    assert stop.status is StopStatus.ROSTERED
    cadre.name, cadre.unit_id = "王改名", make_unit(session).id
    session.flush()
    session.expire_all()
    kept = queries.roster_of(session, stop.id)[0]
    assert (kept.name, kept.unit_id) == ("王演示", town.id)


def test_tickets_are_unlike_each_other(session: Session) -> None:
    stop = make_stop(session, status=StopStatus.PLANNED)
    unit = make_unit(session)
    roster = operations.freeze_roster(
        session, stop, [make_person(session, unit=unit) for _ in range(60)], by=None, at=NOON
    )
    assert len({entry.ticket for entry in roster}) == 60
    assert [entry.seat for entry in roster] == list(range(1, 61))
    assert queries.entry_by_ticket(session, f" {roster[7].ticket[:4].lower()}-{roster[7].ticket[4:]} ") == roster[7]


def test_the_same_roster_twice_changes_nothing(session: Session) -> None:
    stop = make_stop(session, status=StopStatus.PLANNED)
    persons = [make_person(session) for _ in range(3)]
    first = [(e.id, e.seat, e.ticket) for e in operations.freeze_roster(session, stop, persons, by=None, at=NOON)]
    lock = stop.lock
    again = [(e.id, e.seat, e.ticket) for e in operations.freeze_roster(session, stop, persons[::-1], by=None, at=NOON)]
    assert again == first
    assert stop.lock == lock
    assert _actions(session, f"stop:{stop.id}") == ["roster.frozen"]


def test_who_is_added_later_sits_behind_the_rest_and_nobody_falls_off(session: Session) -> None:
    stop = make_stop(session, status=StopStatus.PLANNED)
    first = make_person(session)
    operations.freeze_roster(session, stop, [first], by=None, at=NOON)
    late = make_person(session)
    roster = operations.freeze_roster(session, stop, [late], by=None, at=NOON)
    assert [(e.person_id, e.seat) for e in roster] == [(first.id, 1), (late.id, 2)]


def test_an_empty_roster_or_an_inactive_person_is_refused(session: Session) -> None:
    stop = make_stop(session, status=StopStatus.PLANNED)
    with pytest.raises(NotAllowed):
        operations.freeze_roster(session, stop, [], by=None, at=NOON)
    gone = make_person(session)
    gone.active = False
    with pytest.raises(NotAllowed):
        operations.freeze_roster(session, stop, [gone], by=None, at=NOON)


@pytest.mark.parametrize("status", [StopStatus.RUNNING, StopStatus.FINISHED, StopStatus.CANCELLED])
def test_the_roster_of_a_begun_stop_is_closed(session: Session, status: StopStatus) -> None:
    stop = make_stop(session, status=status)
    with pytest.raises(NotAllowed):
        operations.freeze_roster(session, stop, [make_person(session)], by=None, at=NOON)


def test_a_walk_in_gets_the_next_seat_and_is_marked(session: Session) -> None:
    stop = make_stop(session, status=StopStatus.RUNNING)
    make_entry(session, stop, seat=5)
    guest = make_person(session)
    entry = operations.add_walk_in(session, stop, guest, by=None, at=NOON)
    assert (entry.seat, entry.walk_in, entry.checked_in_at) == (6, True, NOON)
    with pytest.raises(Conflict):
        operations.add_walk_in(session, stop, guest, by=None, at=NOON)


def test_nobody_walks_into_a_stop_without_a_roster(session: Session) -> None:
    with pytest.raises(NotAllowed):
        operations.add_walk_in(
            session, make_stop(session, status=StopStatus.PLANNED), make_person(session), by=None, at=NOON
        )


def test_checking_in_twice_keeps_the_first_time_and_can_be_undone(session: Session) -> None:
    entry = make_entry(session, make_stop(session))
    operations.check_in(session, entry, by=None, at=NOON)
    operations.check_in(session, entry, by=None, at=NOON + timedelta(minutes=5))
    assert entry.checked_in_at == NOON
    operations.undo_check_in(session, entry, by=None, at=NOON)
    assert entry.checked_in_at is None
    assert _actions(session, f"roster_entry:{entry.id}") == ["entry.checked_in", "entry.check_in_undone"]


def test_who_comes_after_all_is_no_longer_on_leave(session: Session) -> None:
    entry = make_entry(session, make_stop(session))
    operations.set_absence(session, entry, Absence.LEAVE, reason="县委党校培训，王主任批", by=None, at=NOON)
    operations.check_in(session, entry, by=None, at=NOON)
    assert entry.absence is Absence.NONE


def test_leave_needs_a_reason_and_absence_an_empty_seat(session: Session) -> None:
    entry = make_entry(session, make_stop(session))
    with pytest.raises(NotAllowed):
        operations.set_absence(session, entry, Absence.LEAVE, reason=" ", by=None, at=NOON)
    operations.check_in(session, entry, by=None, at=NOON)
    with pytest.raises(NotAllowed):
        operations.set_absence(session, entry, Absence.ABSENT, by=None, at=NOON)


@pytest.mark.parametrize("status", [StopStatus.PLANNED, StopStatus.FINISHED, StopStatus.CANCELLED])
def test_checking_in_is_for_the_day_itself(session: Session, status: StopStatus) -> None:
    entry = make_entry(session, make_stop(session, status=status))
    with pytest.raises(NotAllowed):
        operations.check_in(session, entry, by=None, at=NOON)


def test_somebody_is_struck_off_only_with_a_reason_and_before_the_day(session: Session) -> None:
    stop = make_stop(session)
    entry, other = make_entry(session, stop), make_entry(session, stop)
    with pytest.raises(NotAllowed):
        operations.strike(session, entry, reason="", by=None, at=NOON)
    operations.strike(session, entry, reason="重名，录入有误", by=None, at=NOON)
    assert queries.roster_of(session, stop.id) == [other]
    assert _actions(session, f"roster_entry:{entry.id}") == ["roster.struck"]
    operations.check_in(session, other, by=None, at=NOON)
    with pytest.raises(NotAllowed):
        operations.strike(session, other, reason="不想考", by=None, at=NOON)


def test_attendance_counts_heads(session: Session) -> None:
    stop = make_stop(session, status=StopStatus.RUNNING)
    entries = [make_entry(session, stop) for _ in range(4)]
    operations.check_in(session, entries[0], by=None, at=NOON)
    operations.set_absence(session, entries[1], Absence.LEAVE, reason="公差", by=None, at=NOON)
    operations.set_absence(session, entries[2], Absence.ABSENT, by=None, at=NOON)
    operations.add_walk_in(session, stop, make_person(session), by=None, at=NOON)
    heads = queries.attendance(session, [stop.id])[stop.id]
    assert heads == queries.Attendance(expected=5, checked_in=2, walk_ins=1, leave=1, absent=1)
    assert heads.missing == 1


def test_coverage_tells_where_the_tour_has_been(session: Session) -> None:
    tour = make_tour(session)
    done, ahead, never = (make_unit(session) for _ in range(3))
    make_unit(session, category=UnitCategory.VILLAGE)
    make_stop(session, tour=tour, unit=done, status=StopStatus.FINISHED)
    make_stop(session, tour=tour, unit=ahead, status=StopStatus.PLANNED)
    make_stop(session, tour=tour, unit=never, status=StopStatus.CANCELLED)
    lines = queries.coverage(session, queries.stops_of(session, tour.id))
    assert [(line.unit, line.visited, len(line.stops)) for line in lines] == [
        (done, True, 1),
        (ahead, False, 1),
        (never, False, 0),
    ]


def test_an_unknown_stop_entry_or_tour_is_not_found(session: Session) -> None:
    for finder in (queries.stop_by_id, queries.entry_by_id, queries.tour_by_id):
        with pytest.raises(NotFound):
            finder(session, 404)
    assert queries.entry_by_ticket(session, "AAAAAAAA") is None


def test_the_candidates_of_a_town_are_also_those_of_its_villages(session: Session) -> None:
    town = make_unit(session)
    village = make_unit(session, category=UnitCategory.VILLAGE, parent=town)
    people = [make_person(session, unit=town), make_person(session, unit=village)]
    make_person(session)
    make_person(session, unit=town, roles=(Role.REVIEWER,))
    gone = make_person(session, unit=town)
    gone.active = False
    session.flush()
    assert queries.candidates_under(session, town.id) == people


def test_the_board_asks_the_database_as_often_for_three_stops_as_for_one(session: Session) -> None:
    from sqlalchemy import event  # only this test listens

    tour = make_tour(session)
    make_entry(session, make_stop(session, tour=tour))
    asked: list[str] = []
    event.listen(session.get_bind(), "after_cursor_execute", lambda *args: asked.append(args[2]))
    queries.board(session, tour)
    one = len(asked)
    make_stop(session, tour=tour)
    make_entry(session, make_stop(session, tour=tour))
    session.expunge_all()
    tour = queries.tour_by_id(session, tour.id)
    asked.clear()
    queries.board(session, tour)
    assert len(asked) == one == 2


def test_roster_entry_keeps_its_seat_to_itself(session: Session) -> None:
    stop = make_stop(session, status=StopStatus.PLANNED)
    people = [operations.Expected(make_person(session), seat=4), operations.Expected(make_person(session))]
    roster = operations.freeze_roster(session, stop, people, by=None, at=NOON)
    assert [entry.seat for entry in roster] == [1, 4]
    with pytest.raises(Conflict):
        operations.freeze_roster(session, stop, [operations.Expected(make_person(session), seat=4)], by=None, at=NOON)
    assert session.query(RosterEntry).count() == 2


def test_who_is_exempt_is_not_expected_and_the_reason_stands_on_the_roster(session: Session) -> None:
    stop = make_stop(session)
    entry, _ = make_entry(session, stop), make_entry(session, stop)
    with pytest.raises(NotAllowed):
        operations.set_absence(session, entry, Absence.EXEMPT, by=None, at=NOON)
    operations.set_absence(session, entry, Absence.EXEMPT, reason="临近退休，县委组织部批", by=None, at=NOON)
    heads = queries.attendance(session, [stop.id])[stop.id]
    assert (heads.expected, heads.exempt, heads.missing) == (1, 1, 1)
    assert entry.absence_reason == "临近退休，县委组织部批"
    operations.set_absence(session, entry, Absence.NONE, by=None, at=NOON)
    assert entry.absence_reason == ""
