"""What people may ask for, what is deleted after its days, and the mark that exports bear."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts import operations, privacy
from exam.accounts.exports import Stamp, watermarked
from exam.accounts.models import Login, Person
from exam.accounts.roles import RequestStatus
from exam.evidence import own_data, retention
from exam.evidence.retention import Kept
from exam.sittings.day import IdentityMethod
from exam.sittings.day_models import IdentityCheck
from exam.sittings.models import Response, Sitting, SittingStatus
from exam.tours.models import RosterEntry
from question_bank.errors import DomainError, NotAllowed
from tests.conftest import NOON
from tests.factories.accounts import make_person

LATER = NOON + timedelta(days=400)


@pytest.fixture
def candidate(session: Session) -> Person:
    return session.get_one(Person, session.scalars(select(RosterEntry.person_id).order_by(RosterEntry.id)).first())


@pytest.mark.db
def test_people_get_their_answers_but_no_mark_before_its_release(session: Session, candidate: Person) -> None:
    told = json.loads(own_data.as_file(session, candidate, at=NOON))
    (paper,) = told["stops"][0]["papers"]
    assert len(paper["answers"]) > 20
    assert paper["score"] == "not released to the persons yet"
    assert "ticket" not in told["stops"][0]
    session.scalars(select(Sitting)).one().status = SittingStatus.OPEN
    session.flush()
    (paper,) = json.loads(own_data.as_file(session, candidate, at=NOON))["stops"][0]["papers"]
    assert paper["answers"] == "told when the sitting is over"


@pytest.mark.db
def test_what_is_past_its_days_goes_and_the_rest_stays(session: Session, candidate: Person) -> None:
    answers = session.scalar(select(func.count()).select_from(Response))
    entry_id = session.scalars(select(RosterEntry.id)).first()
    photo = IdentityCheck(roster_entry_id=entry_id, method=IdentityMethod.PHOTO, at=NOON, by=None, photo=b"x")
    session.add(photo)
    closed = make_person(session)
    operations.change_person(session, closed, phone="13800138000", by=None, at=NOON)
    operations.deactivate(session, closed, by=None, at=NOON)
    operations.begin_login(session, candidate.id, device="phone", at=NOON)
    operations.begin_login(session, candidate.id, device="phone", at=LATER - timedelta(hours=1))
    assert retention.apply(session, by=None, at=NOON + timedelta(days=6)).total == 0
    removed = retention.apply(session, by=None, at=LATER)
    assert removed.counts == {Kept.PHOTOS: 1, Kept.LOGINS: 1, Kept.CONTACTS: 1}
    session.expire_all()
    assert (photo.photo, closed.phone, closed.name) == (None, "", closed.name)
    assert session.scalar(select(func.count()).select_from(Login)) == 1
    assert session.scalar(select(func.count()).select_from(Response)) == answers
    assert retention.apply(session, by=None, at=LATER).total == 0
    told = retention.last(session)
    assert told is not None
    assert told.detail == {"photos": 1, "logins": 1, "contacts": 1}
    assert audit.verify(session) is None


def test_the_periods_are_an_administrators(session: Session) -> None:
    assert retention.set_days(session, {Kept.PHOTOS: 7}, by=None, at=NOON)
    assert not retention.set_days(session, {Kept.PHOTOS: 7}, by=None, at=NOON)
    assert retention.days(session)[Kept.PHOTOS] == 7
    with pytest.raises(DomainError):
        retention.set_days(session, {Kept.PHOTOS: 1}, by=None, at=NOON)


def test_a_request_is_answered_once_and_the_notice_read_once(session: Session, candidate: Person) -> None:
    asked = privacy.ask(session, candidate, text="姓名应为王敏", at=NOON)
    with pytest.raises(NotAllowed):
        privacy.ask(session, candidate, text="还有职务", at=NOON)
    privacy.answer(session, asked, status=RequestStatus.DONE, text="已改", by=None, at=NOON)
    with pytest.raises(NotAllowed):
        privacy.answer(session, asked, status=RequestStatus.REFUSED, text="不改", by=None, at=NOON)
    assert not privacy.has_read(session, candidate.id)
    for _ in range(2):
        privacy.read_notice(session, candidate.id, at=NOON)
    assert privacy.has_read(session, candidate.id)


def test_an_exported_workbook_says_who_made_it_and_keeps_its_cells() -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("甲").write_string(0, 0, "王敏")
        footed = book.add_worksheet("乙")
        footed.set_landscape()
        footed.set_footer("&C第&P页")
    marked = watermarked(file.getvalue(), Stamp("李组织 & 王", NOON, ZoneInfo("Asia/Shanghai")))
    with zipfile.ZipFile(BytesIO(marked)) as found:
        assert found.testzip() is None
        first, second = (found.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
        assert "导出：李组织 &amp;&amp; 王 2027-03-02 12:00" in first
        assert second.count("<headerFooter") == 1
        assert "第&amp;P页" in second
        assert "李组织" in second
        assert "导出：李组织 &amp; 王" in found.read("docProps/core.xml").decode()
    assert CalamineWorkbook.from_filelike(BytesIO(marked)).get_sheet_by_name("甲").to_python() == [["王敏"]]
