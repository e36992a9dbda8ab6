"""A stop that is held away from the county: prepared there, sat on a laptop's site through the real operations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.config import Settings
from exam.grading import operations as grading
from exam.grading import queries as marks
from exam.papers.models import Paper
from exam.sittings import incidents
from exam.sittings.day import IdentityMethod, IncidentKind, Origin
from exam.sittings.day_models import Claim, IdentityCheck, LateAnswer, Pause, TimeGrant
from exam.sittings.models import Attempt, Sitting, SittingStatus
from exam.sittings.operations import close_sitting, open_sitting, start
from exam.sittings.queries import FrozenItem
from exam.tours.flow import Absence
from exam.tours.models import RosterEntry, Stop
from exam.tours.rosters import add_walk_in, check_in, set_absence
from question_bank.kinds import key_view
from tests.factories.accounts import make_person, make_unit
from tests.factories.marks import answer_paper
from tests.factories.papers import SHORT_ANSWER, SINGLE, TRUE_FALSE, Contents, make_paper_set
from tests.factories.sittings import link_set, make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop
from tests.question_bank.samples import full_answer

CONTENTS: Contents = ((SINGLE, 40), (TRUE_FALSE, 40), (SHORT_ANSWER, 20))
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Prepared:
    """The county's stop by what both sites know: its number here, its uid, and the codes of people."""

    stop_id: int
    uid: str
    marker: str
    guest: str


def prepare_stop(session: Session, *, people: int = 4) -> Prepared:
    """A stop with its roster, one paper each and two to spare, a marker, and somebody of the unit who is not expected."""
    unit = make_unit(session, code="T01", name="石桥镇")
    stop = make_stop(session, unit=unit)
    entries = [make_entry(session, stop, person=make_person(session, unit=unit)) for _ in range(people)]
    sitting = make_sitting(session, stop=stop, status=SittingStatus.PLANNED)
    made = make_paper_set(session, CONTENTS, papers=people, spares=2)
    link_set(session, sitting, made, entries[0])
    for entry, paper in zip(entries, made.papers, strict=False):  # type: ignore[attr-defined]
        make_assignment(session, sitting, entry, paper=paper)
    marker = make_person(session, unit=make_unit(session), roles=[Role.MARKER])
    guest = make_person(session, unit=unit, name="临时到场")
    make_person(session, unit=make_unit(session), name="外人")
    session.flush()
    return Prepared(stop.id, stop.uid, marker.code, guest.code)


def settings_of(folder: Path) -> Settings:
    """A laptop's settings: SQLite in its own folder."""
    folder.mkdir(exist_ok=True)
    return Settings(
        data=folder, database_url=f"sqlite:///{(folder / 'liangjuan.db').as_posix()}", secret_key="hall", zone=ZONE
    )


def hold(session: Session, prepared: Prepared) -> None:
    """The day itself: one is absent, a guest walks in, a pause, a grant, an incident, marks by rule and by a person."""
    stop = session.scalars(select(Stop).where(Stop.uid == prepared.uid)).one()
    sitting = session.scalars(select(Sitting).where(Sitting.stop_id == stop.id)).one()
    at = sitting.opens_at
    open_sitting(session, sitting, by=None, at=at)
    *present, absent = session.scalars(
        select(RosterEntry).where(RosterEntry.stop_id == stop.id).order_by(RosterEntry.seat)
    ).all()
    for entry in present:
        check_in(session, entry, by=None, at=at)
    set_absence(session, absent, Absence.ABSENT, reason="未到场", by=None, at=at)
    guest = session.scalars(select(Person).where(Person.code == prepared.guest)).one()
    present.append(_walk_in(session, stop, sitting, guest))
    attempts = [start(session, entry, sitting, device="phone", at=at) for entry in present]
    _happenings(session, stop, sitting, attempts[0])
    for number, attempt in enumerate(attempts):
        answer_paper(session, attempt, given=_first(number), at=at + timedelta(minutes=5))
        grading.hand_in(session, attempt, at=at + timedelta(minutes=20 + number))
    marker = session.scalars(select(Person).where(Person.code == prepared.marker)).one()
    _mark(session, attempts[1], marker)
    close_sitting(session, sitting, by=marker.id, at=at + timedelta(hours=1))


def _walk_in(session: Session, stop: Stop, sitting: Sitting, guest: Person) -> RosterEntry:
    entry = add_walk_in(session, stop, guest, by=None, at=sitting.opens_at)
    in_set = select(Paper).where(Paper.paper_set_id == sitting.paper_sets[0].paper_set_id, Paper.spare)
    make_assignment(session, sitting, entry, paper=session.scalars(in_set.order_by(Paper.position)).first())
    return entry


def _first(number: int) -> Callable[[FrozenItem], Any]:
    """The first person answers one question, the second two, and so on."""
    return lambda item: full_answer(key_view(item.content, item.order)) if item.position <= number + 1 else None


def _happenings(session: Session, stop: Stop, sitting: Sitting, attempt: Attempt) -> None:
    at = sitting.opens_at + timedelta(minutes=2)
    for _ in range(2):  # two alike in one second are two
        incidents.of_attempt(session, attempt, IncidentKind.LEFT_PAGE, detail={"seconds": 4}, at=at)
    noted = incidents.record(session, IncidentKind.NOTE, stop_id=stop.id, note="停电三分钟", by=None, at=at)
    noted.detail = {"minutes": 3}
    session.add(Pause(sitting_id=sitting.id, began_at=at, ended_at=at + timedelta(minutes=3), reason="停电"))
    session.add(TimeGrant(sitting_id=sitting.id, assignment_id=attempt.assignment_id, seconds=60, reason="换机", at=at))
    session.add(
        IdentityCheck(
            roster_entry_id=attempt.assignment.roster_entry_id, method=IdentityMethod.SEEN, at=at, photo=b"\x00\xff"
        )
    )
    claim = Claim(attempt_id=attempt.id, origin=Origin.LATE, received_at=at + timedelta(hours=1))
    session.add(claim)
    session.flush()
    item = attempt.assignment.paper.items[2]
    session.add(
        LateAnswer(
            claim_id=claim.id,
            paper_item_id=item.id,
            revision=1,
            operation="late",
            value=None,
            received_at=claim.received_at,
        )
    )
    session.flush()


def _mark(session: Session, attempt: Attempt, marker: Person) -> None:
    """A person changes one mark by a rule."""
    (item_id, part), mark = next(iter(sorted(marks.marks_of(session, attempt.id).items())))
    at = attempt.ended_at
    assert at is not None
    grading.award(
        session,
        attempt_id=attempt.id,
        paper_item_id=item_id,
        part=part,
        marks=mark.maximum / 2,
        marker_id=marker.id,
        reason="答案部分正确",
        at=at,
    )
