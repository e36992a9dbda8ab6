"""What is printed for a stop."""

import pytest
from sqlalchemy.orm import Session

from exam.sittings.sheets import sheets_of
from exam.tours.models import Stop
from tests.factories.accounts import make_person, make_unit
from tests.factories.sittings import make_attempt
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


def test_nothing_is_printed_before_papers_are_made(session: Session) -> None:
    assert sheets_of(session, make_stop(session)) == []


def test_papers_come_by_seat_with_the_holder_on_them_and_never_the_ticket(session: Session) -> None:
    unit = make_unit(session, name="石桥镇")
    stop: Stop = make_stop(session, unit=unit, number=7)
    late = make_entry(session, stop, person=make_person(session, unit=unit, name="乙"), seat=12)
    early = make_entry(session, stop, person=make_person(session, unit=unit, name="甲"), seat=3)
    for entry in (late, early):
        make_attempt(session, entry=entry)
    found = [sheet for sheet in sheets_of(session, stop) if sheet.holder.name]
    assert [(sheet.holder.name, sheet.holder.seat, sheet.holder.number) for sheet in found] == [
        ("甲", "3", "007003"),
        ("乙", "12", "007012"),
    ]
    assert {sheet.holder.unit for sheet in found} == {"石桥镇"}
    assert all(entry.ticket not in repr(sheet) for sheet in found for entry in (late, early))


def test_the_key_is_there_only_when_asked_for(session: Session) -> None:
    stop = make_stop(session)
    make_attempt(session, entry=make_entry(session, stop))
    plain, keyed = sheets_of(session, stop)[0], sheets_of(session, stop, with_key=True)[0]
    assert all(item.key is None for section in plain.sections for item in section.items)
    assert all(item.key is not None for section in keyed.sections for item in section.items)
