"""From the lines of a file to entries on a roster."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role, UnitCategory
from exam.tours import queries
from exam.tours.enrolment import Enrolled, enrol, preview
from exam.tours.flow import StopStatus
from exam.tours.models import Stop
from exam.tours.roster import RosterRow
from question_bank.enums import Audience
from question_bank.errors import NotAllowed
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


@pytest.fixture
def town(session: Session) -> Unit:
    return make_unit(session, code="U01", name="石桥镇")


@pytest.fixture
def stop(session: Session, town: Unit) -> Stop:
    return make_stop(session, unit=town, status=StopStatus.PLANNED)


def _row(line: int = 2, name: str = "王演示", **values: object) -> RosterRow:
    return RosterRow(line=line, name=name, **values)


def _wrong(session: Session, stop: Stop, *rows: RosterRow, within: int | None = None) -> list[tuple[int, str]]:
    return [(each.line, each.column) for each in preview(session, stop, rows, within=within).problems]


def test_people_are_known_by_staff_number_else_by_name_and_unit(session: Session, stop: Stop, town: Unit) -> None:
    village = make_unit(session, category=UnitCategory.VILLAGE, parent=town, name="石桥村")
    bureau = make_unit(session, category=UnitCategory.BUREAU, name="县商务局")
    by_code = make_person(session, name="王演示", code="G1", unit=bureau, audience=None)
    by_name = make_person(session, name="李演示", unit=town, audience=None)
    in_village = make_person(session, name="赵演示", unit=village, audience=None)
    rows = [
        _row(2, code="G1", unit="石桥镇"),
        _row(3, name="李演示"),
        _row(4, name="赵演示", unit="石桥村"),
    ]
    plan = preview(session, stop, rows)
    assert [(match.person, match.audience) for match in plan.matches] == [
        (by_code, Audience.DEPARTMENT),
        (by_name, Audience.TOWN),
        (in_village, Audience.VILLAGE),
    ]
    assert plan.problems == ()


def test_the_audience_of_the_file_goes_before_that_of_the_person(session: Session, stop: Stop, town: Unit) -> None:
    make_person(session, name="王演示", unit=town, audience=Audience.TOWN)
    enrol(session, stop, [_row(audience=Audience.DEPARTMENT)], create_unknown=False, by=None, at=NOON)
    assert [entry.audience for entry in queries.roster_of(session, stop.id)] == [Audience.DEPARTMENT]


def test_what_is_in_the_way_is_named_by_line_and_column(session: Session, stop: Stop, town: Unit) -> None:
    make_person(session, name="王演示", code="G1", unit=town)
    make_person(session, name="重名", unit=town)
    make_person(session, name="重名", unit=town)
    make_person(session, name="离岗", unit=town).active = False
    make_entry(session, stop, seat=5)
    session.flush()
    assert _wrong(
        session,
        stop,
        _row(2, name="李演示", code="G1"),
        _row(3, name="重名"),
        _row(4, name="离岗"),
        _row(5, name="新人", unit="没有的镇"),
        _row(6, code="G1"),
        _row(7),
        _row(8, name="新人", seat=5),
        _row(9, name="第三人", seat=6),
        _row(10, name="又一人", seat=6),
    ) == [(2, "工号"), (3, "姓名"), (4, "姓名"), (5, "单位"), (7, "姓名"), (8, "座位"), (10, "座位")]


def test_two_villages_of_one_name_are_told_apart_by_the_host(session: Session, stop: Stop, town: Unit) -> None:
    other = make_unit(session, name="白塔镇")
    own = make_unit(session, category=UnitCategory.VILLAGE, parent=town, name="新河村")
    make_unit(session, category=UnitCategory.VILLAGE, parent=other, name="新河村")
    make_unit(session, category=UnitCategory.VILLAGE, parent=other, name="远村")
    make_unit(session, category=UnitCategory.VILLAGE, parent=other, name="远村")
    plan = preview(session, stop, [_row(2, unit="新河村"), _row(3, name="乙", unit="远村")])
    assert [match.unit for match in plan.matches] == [own]
    assert [(each.line, each.column) for each in plan.problems] == [(3, "单位")]


def test_the_unknown_are_created_only_when_that_is_wanted(session: Session, stop: Stop, town: Unit) -> None:
    make_person(session, name="旧人", unit=town)
    rows = [_row(2, name="旧人"), _row(3, name="新人", post="招商员"), _row(4, name="又一人", code="G9")]
    assert enrol(session, stop, rows, create_unknown=False, by=None, at=NOON) == Enrolled(1, 0, 0)
    assert enrol(session, stop, rows, create_unknown=True, by=None, at=NOON) == Enrolled(2, 2, 1)
    new = session.scalars(select(Person).where(Person.name == "新人")).one()
    assert (new.code, new.post, new.unit_id, [grant.role for grant in new.grants]) == (
        "U01-001",
        "招商员",
        town.id,
        [Role.CANDIDATE],
    )
    assert [entry.name for entry in queries.roster_of(session, stop.id)] == ["旧人", "新人", "又一人"]


def test_the_same_file_twice_changes_nothing(session: Session, stop: Stop) -> None:
    rows = [_row(2, seat=3), _row(3, name="李演示", code="G2")]
    enrol(session, stop, rows, create_unknown=True, by=None, at=NOON)
    before = [(entry.id, entry.seat, entry.ticket) for entry in queries.roster_of(session, stop.id)]
    people = session.scalar(select(func.count()).select_from(Person))
    assert enrol(session, stop, rows, create_unknown=True, by=None, at=NOON) == Enrolled(0, 0, 2)
    assert [(entry.id, entry.seat, entry.ticket) for entry in queries.roster_of(session, stop.id)] == before
    assert session.scalar(select(func.count()).select_from(Person)) == people
    assert [seat for _, seat, _ in before] == [1, 3]


def test_a_contact_enrols_people_of_the_own_unit_only(session: Session, stop: Stop, town: Unit) -> None:
    village = make_unit(session, category=UnitCategory.VILLAGE, parent=town, name="石桥村")
    foreign = make_person(session, name="外人", code="G7", unit=make_unit(session, name="白塔镇"))
    rows = [
        _row(2, name="村里人", unit="石桥村"),
        _row(3, name="外人", code=foreign.code),
        _row(4, name="新外人", unit="白塔镇"),
    ]
    assert _wrong(session, stop, *rows, within=town.id) == [(3, "单位"), (4, "单位")]
    assert enrol(session, stop, rows, create_unknown=True, within=town.id, by=None, at=NOON).added == 1
    assert [entry.unit_id for entry in queries.roster_of(session, stop.id)] == [village.id]


def test_a_file_with_nobody_usable_is_refused(session: Session, stop: Stop) -> None:
    with pytest.raises(NotAllowed):
        enrol(session, stop, [_row(name="新人")], create_unknown=False, by=None, at=NOON)


def test_a_free_number_is_found_beside_those_in_use(session: Session, stop: Stop, town: Unit) -> None:
    make_person(session, unit=town, code="U01-001")
    rows = [_row(2, name="甲"), _row(3, name="乙", code="U01-002"), _row(4, name="丙")]
    enrol(session, stop, rows, create_unknown=True, by=None, at=NOON)
    assert [entry.person.code for entry in queries.roster_of(session, stop.id)] == ["U01-003", "U01-002", "U01-004"]
