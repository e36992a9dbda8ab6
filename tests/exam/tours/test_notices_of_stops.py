"""Invitations when a calendar is published, reminders before a stop, and the feeds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role, UnitCategory
from exam.notices.models import ChannelKind, Message, MessageStatus
from exam.tours import feeds, inviting, operations, publishing, reminding
from exam.tours.flow import Absence, StopStatus
from exam.tours.models import Stop, StopDepartment
from question_bank.errors import Invalid, NotFound
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.notices import make_channel
from tests.factories.numbering import numbers
from tests.factories.tours import make_entry, make_stop, make_tour

ZONE = ZoneInfo("Asia/Shanghai")
STARTS = datetime(2027, 3, 16, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BY = {"by": None, "at": NOON}


def _with_address(session: Session, **values: object) -> Person:
    person = make_person(session, **values)
    person.email = f"p{person.id}@example.gov.cn"
    return person


class Hall:
    """A stop in two weeks: host with a contact, lecturer, an answering department, two candidates with addresses."""

    def __init__(self, session: Session) -> None:
        self.unit = make_unit(session, name="石桥镇")
        self.contact = _with_address(session, unit=self.unit, roles=[Role.UNIT_CONTACT])
        self.speaker = _with_address(session, roles=[Role.LECTURER])
        self.office = make_unit(session, category=UnitCategory.DEPARTMENT)
        self.answerer = _with_address(session, unit=self.office, roles=[Role.ANSWERER])
        self.stop = make_stop(session, unit=self.unit, starts_at=STARTS, status=StopStatus.PLANNED)
        self.lecturer = operations.register_lecturer(
            session, code=f"L{next(numbers)}", person=self.speaker, title="业务骨干", field="光伏", **BY
        )
        self.stop.lecture = operations.create_lecture(session, self.lecturer, title="光伏产业链", **BY)
        session.add(StopDepartment(stop_id=self.stop.id, unit_id=self.office.id))
        self.candidates = [_with_address(session, unit=self.unit) for _ in range(2)]
        for each in self.candidates:
            make_entry(session, self.stop, person=each)
        session.flush()

    @property
    def staff(self) -> list[int]:
        return sorted(each.id for each in (self.contact, self.speaker, self.answerer))


def _messages(session: Session, kind: str) -> list[Message]:
    return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def _publish(session: Session, hall: Hall) -> list[Message]:
    known = len(_messages(session, inviting.INVITATION))
    publishing.announce(session, hall.stop.tour, zone=ZONE, **BY)
    return _messages(session, inviting.INVITATION)[known:]


def _read(message: Message) -> tuple[str, str, int, str]:
    calendar = icalendar.Calendar.from_ical(message.calendar)
    [event] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])


@pytest.mark.db
def test_publishing_invites_those_with_an_office_at_the_stop_and_tells_the_groups(session: Session) -> None:
    hall = Hall(session)
    make_channel(session)
    robot = make_channel(session, kind=ChannelKind.DINGTALK, address="https://oapi.example/robot/send?access_token=1")
    invitations = _publish(session, hall)
    assert sorted(each.person_id or 0 for each in invitations) == hall.staff
    assert {_read(each) for each in invitations} == {("REQUEST", hall.stop.uid, 0, "CONFIRMED")}
    assert "时间：2027年3月16日（周二）14:00–17:20" in invitations[0].body
    [told] = _messages(session, inviting.CHANGES)
    assert (told.channel, told.address) == (robot, "")
    assert "石桥镇" in told.body


def test_a_change_is_sent_with_the_same_uid_and_who_is_not_needed_any_more_is_told(session: Session) -> None:
    hall = Hall(session)
    make_channel(session)
    first = _publish(session, hall)
    other = _with_address(session, roles=[Role.LECTURER])
    lecturer = operations.register_lecturer(session, code="LX", person=other, title="专家", field="税费", **BY)
    hall.stop.lecture = operations.create_lecture(session, lecturer, title="税收优惠", **BY)
    second = _publish(session, hall)
    session.expire_all()
    assert {each.status for each in first} == {MessageStatus.WITHDRAWN}
    methods = {each.person_id: _read(each)[::2] for each in second}
    assert methods == {
        hall.contact.id: ("REQUEST", 1),
        hall.answerer.id: ("REQUEST", 1),
        other.id: ("REQUEST", 1),
        hall.speaker.id: ("CANCEL", 1),
    }
    operations.move(session, hall.stop, StopStatus.CANCELLED, reason="防汛", **BY)
    third = _publish(session, hall)
    assert {_read(each) for each in third} == {("CANCEL", hall.stop.uid, 2, "CANCELLED")}
    assert sorted(each.person_id or 0 for each in third) == sorted([hall.contact.id, hall.answerer.id, other.id])


def test_an_unchanged_stop_and_one_that_is_over_invite_nobody(session: Session) -> None:
    hall = Hall(session)
    make_channel(session)
    over = make_stop(session, tour=hall.stop.tour, unit=hall.unit, starts_at=NOON - 48 * HOUR)
    assert {each.about for each in _publish(session, hall)} == {f"stop:{hall.stop.id}"}
    over.label, over.venue = "补记", None
    assert _publish(session, hall) == []


def _remind(session: Session, at: datetime) -> list[int]:
    known = len(_messages(session, reminding.REMINDER))
    reminding.remind(session, zone=ZONE, at=at)
    return sorted(each.person_id or 0 for each in _messages(session, reminding.REMINDER)[known:])


@pytest.mark.db
def test_reminders_go_to_everybody_who_takes_part_once_at_each_of_the_hours_set(session: Session) -> None:
    hall = Hall(session)
    everybody = sorted([*hall.staff, *(each.id for each in hall.candidates)])
    assert _remind(session, STARTS - 73 * HOUR) == []
    assert _remind(session, STARTS - 72 * HOUR) == everybody
    assert _remind(session, STARTS - 71 * HOUR) == []
    late = _with_address(session, unit=hall.unit)
    make_entry(session, hall.stop, person=late)
    assert _remind(session, STARTS - 30 * HOUR) == [late.id]
    assert _remind(session, STARTS - 24 * HOUR) == sorted([*everybody, late.id])
    assert _remind(session, STARTS) == []
    assert {each.useful_until for each in _messages(session, reminding.REMINDER)} == {STARTS}


def test_a_stop_announced_late_reminds_once_and_not_of_the_days_gone_by(session: Session) -> None:
    Hall(session)
    assert len(_remind(session, STARTS - 5 * HOUR)) == 5
    assert _remind(session, STARTS - 4 * HOUR) == []


def test_those_on_leave_those_exempt_and_cancelled_stops_get_no_reminder(session: Session) -> None:
    hall = Hall(session)
    for entry, absence in zip(hall.stop.roster, (Absence.LEAVE, Absence.EXEMPT), strict=True):
        entry.absence = absence
    hall.contact.active = False
    assert _remind(session, STARTS - 24 * HOUR) == sorted([hall.speaker.id, hall.answerer.id])
    off = Hall(session)
    off.stop.status = StopStatus.CANCELLED
    assert _remind(session, STARTS - 23 * HOUR) == []


def test_the_organiser_sets_the_hours(session: Session) -> None:
    hall = Hall(session)
    reminding.set_reminders(session, hall.stop.tour, hours=[2, 48, 2], **BY)
    assert hall.stop.tour.reminders == [48, 2]
    assert _remind(session, STARTS - 49 * HOUR) == []
    assert len(_remind(session, STARTS - 48 * HOUR)) == 5
    for wrong in ([0], [337], [1, 2, 3, 4, 5]):
        with pytest.raises(Invalid):
            reminding.set_reminders(session, hall.stop.tour, hours=wrong, **BY)
    reminding.set_reminders(session, hall.stop.tour, hours=[], **BY)
    assert _remind(session, STARTS - HOUR) == []


def _moved(session: Session) -> list[tuple[int | None, str]]:
    return [(each.person_id, each.subject.partition("：")[0]) for each in _messages(session, reminding.MOVED)]


def _send(session: Session, at: datetime, *, but: int = 0) -> None:
    for each in _messages(session, reminding.REMINDER):
        if each.status is MessageStatus.WAITING and each.person_id != but:
            each.status, each.sent_at = MessageStatus.SENT, at
    session.flush()


@pytest.mark.db
def test_who_was_reminded_of_a_stop_that_moves_is_told_and_reminded_of_the_new_time(session: Session) -> None:
    hall = Hall(session)
    at = STARTS - 72 * HOUR
    _remind(session, at)
    first, second = hall.candidates
    _send(session, at, but=second.id)
    hall.stop.starts_at, hall.stop.ends_at = STARTS + 48 * HOUR, STARTS + 51 * HOUR
    assert reminding.anything_to_say(session, at=at + HOUR)
    assert _remind(session, at + HOUR) == []
    assert sorted(number or 0 for number, _ in _moved(session)) == sorted([*hall.staff, first.id])
    assert {subject for _, subject in _moved(session)} == {"改期"}
    [left] = [each for each in _messages(session, reminding.REMINDER) if each.person_id == second.id]
    session.refresh(left)
    assert left.status is MessageStatus.WITHDRAWN
    assert not reminding.anything_to_say(session, at=at + 2 * HOUR)
    assert _remind(session, at + 48 * HOUR) == sorted([*hall.staff, first.id, second.id])


def test_whom_the_published_calendar_has_told_is_not_told_twice(session: Session) -> None:
    hall = Hall(session)
    make_channel(session)
    at = STARTS - 72 * HOUR
    _remind(session, at)
    _send(session, at)
    operations.move(session, hall.stop, StopStatus.ROSTERED, by=None, at=at)
    hall.stop.starts_at, hall.stop.ends_at = STARTS + 48 * HOUR, STARTS + 51 * HOUR
    publishing.announce(session, hall.stop.tour, zone=ZONE, by=None, at=at + HOUR)
    _remind(session, at + 2 * HOUR)
    assert sorted(number or 0 for number, _ in _moved(session)) == sorted(each.id for each in hall.candidates)


def test_who_was_reminded_of_a_stop_that_is_cancelled_is_told_once(session: Session) -> None:
    hall = Hall(session)
    at = STARTS - 24 * HOUR
    _remind(session, at)
    _send(session, at)
    operations.move(session, hall.stop, StopStatus.CANCELLED, reason="防汛", by=None, at=at)
    for hours in (1, 2):
        _remind(session, at + hours * HOUR)
        assert len(_moved(session)) == 5
    assert {subject for _, subject in _moved(session)} == {"取消"}


def _stops(session: Session, whose: Person | Unit | object) -> list[str]:
    feed = feeds.give(session, whose, **BY)  # type: ignore[arg-type]
    return [each["uid"] for each in feeds.stops_in(session, feed, today=NOON.date())]


@pytest.mark.db
def test_every_feed_holds_the_published_stops_of_its_holder(session: Session) -> None:
    hall, other = Hall(session), Hall(session)
    assert _stops(session, hall.contact) == []  # nothing is published yet
    for each in (hall, other):
        _publish(session, each)
    own = [hall.stop.uid]
    holders = [hall.contact, hall.speaker, hall.answerer, hall.candidates[0], hall.lecturer, hall.unit, hall.office]
    assert [_stops(session, each) for each in [*holders, hall.stop.tour]] == [own] * 8
    assert _stops(session, make_person(session, unit=hall.unit)) == []


def test_a_feed_says_since_when_each_stop_stands_as_it_does(session: Session) -> None:
    hall = Hall(session)
    kept = make_stop(session, tour=hall.stop.tour, unit=hall.unit, starts_at=STARTS + 24 * HOUR)
    _publish(session, hall)
    hall.stop.label = "改名"
    publishing.announce(session, hall.stop.tour, zone=ZONE, by=None, at=NOON + HOUR)
    stops = feeds.published(session, since=NOON.date())
    assert [(each["uid"], each["published_at"]) for each in stops] == [
        (hall.stop.uid, NOON + HOUR),
        (kept.uid, NOON),
    ]


def test_a_revoked_feed_is_gone_and_a_renewed_one_has_another_address(session: Session) -> None:
    person = make_person(session)
    first = feeds.give(session, person, **BY)
    assert feeds.by_token(session, first.token) is feeds.give(session, person, **BY) is first
    second = feeds.renew(session, person, **BY)
    assert second.token != first.token
    with pytest.raises(NotFound):
        feeds.by_token(session, first.token)
    feeds.revoke(session, second, **BY)
    assert feeds.of(session, person) is None
    third = feeds.give(session, person, **BY)
    person.active = False
    with pytest.raises(NotFound):
        feeds.by_token(session, third.token)


def test_a_tour_says_of_itself_when_it_reminds(session: Session) -> None:
    session.expire(tour := make_tour(session))
    assert tour.reminders == [72, 24]
    assert isinstance(make_stop(session, tour=tour), Stop)
