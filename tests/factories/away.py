"""A stop that is held away from the county: prepared there, sat on a laptop's site through the real operations."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role
from exam.config import Settings
from exam.grading import operations as grading
from exam.grading import queries as marks
from exam.sittings.day import IdentityMethod, IncidentKind
from exam.sittings.day_models import IdentityCheck, Incident, Pause, TimeGrant
from exam.sittings.models import Assignment, Attempt, Sitting, SittingStatus
from exam.sittings.operations import close_sitting, open_sitting, start
from exam.sittings.window import AttemptStatus
from exam.tours import operations as tours
from exam.tours.flow import Absence
from exam.tours.models import RosterEntry, Stop
from exam.tours.rosters import add_walk_in
from tests.factories.accounts import make_person, make_unit
from tests.factories.marks import answer_paper
from tests.factories.papers import SHORT_ANSWER, SINGLE, TRUE_FALSE, Contents, make_paper_set
from tests.factories.sittings import link_set, make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

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
        tours.check_in(session, entry, by=None, at=at)
    absent.absence, absent.absence_reason = Absence.ABSENT, "未到场"
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
    if session.scalar(select(Assignment.id).where(Assignment.roster_entry_id == entry.id)) is None:
        paper_set = sitting.paper_sets[0].paper_set
        spare = next(paper for paper in _papers(session, paper_set.id) if paper.spare)
        make_assignment(session, sitting, entry, paper=spare)
    return entry


def _papers(session: Session, paper_set_id: int) -> list:
    from exam.papers.models import Paper

    return list(session.scalars(select(Paper).where(Paper.paper_set_id == paper_set_id).order_by(Paper.position)))
