"""The hall at a glance: everybody expected at a sitting, where they stand, and when their page was last heard of.

As many queries however many people: an organiser's page asks every few seconds while five hundred write.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Select, Text, case, cast, exists, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from exam.accounts.models import Unit
from exam.papers.models import PaperItem
from exam.sittings.day import ClaimStatus, IdentityMethod, Judgement
from exam.sittings.day_models import Claim, IdentityCheck, Incident, Pause, Presence
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting
from exam.tours.flow import Absence
from exam.tours.models import RosterEntry
from question_bank.enums import Kind, NamedEnum
from question_bank.errors import N_
from question_bank.kinds import response_of

SILENT = timedelta(seconds=75)
"""A page tells of itself every 25 to 40 seconds; one that has missed two turns is offline."""

BLANKS_AT_MOST = 12
"""More blanks than this are in no question that is told apart from an answered one here."""


class State(NamedEnum):
    """Where somebody on the roster stands at one sitting."""

    OFFLINE = "offline", N_("Offline"), "离线"
    WRITING = "writing", N_("Writing"), "作答中"
    READY = "ready", N_("There, not begun"), "已到未开始"
    NO_PAPER = "no_paper", N_("There, no paper yet"), "已到无试卷"
    MISSING = "missing", N_("Not there yet"), "未到"
    AWAY = "away", N_("Not taking part"), "不参加"
    ON_PAPER = "on_paper", N_("Went on on paper"), "转纸质作答"
    HANDED_IN = "handed_in", N_("Handed in"), "已交卷"
    TIME_UP = "time_up", N_("Time ran out"), "到时收卷"


ENDED: dict[AttemptStatus, State] = {
    AttemptStatus.SUBMITTED: State.HANDED_IN,
    AttemptStatus.CLOSED: State.TIME_UP,
    AttemptStatus.ON_PAPER: State.ON_PAPER,
}
IN = frozenset({State.HANDED_IN, State.TIME_UP})
BEGUN = frozenset({State.WRITING, State.OFFLINE, State.ON_PAPER}) | IN


@dataclass(frozen=True, slots=True)
class Line:
    """One person. `heard`: when the page last said anything, `left`: the time that remains; None before the start."""

    entry_id: int
    seat: int
    name: str
    unit: str
    walk_in: bool
    absence: Absence
    checked_in_at: datetime | None
    identified: bool
    state: State
    started_at: datetime | None
    ended_at: datetime | None
    answered: int
    questions: int
    heard: datetime | None
    silent: timedelta
    unsaved: int
    hidden: bool
    left: timedelta | None
    incidents: int

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody should walk over, or decide something."""
        stuck = self.state in {State.OFFLINE, State.NO_PAPER}
        return stuck or self.incidents > 0 or (self.state is State.WRITING and self.unsaved > 0)


@dataclass(frozen=True)
class Board:
    """One sitting's hall at `at`, by seat. `pause` is the one that runs now."""

    sitting: Sitting | None
    at: datetime
    lines: tuple[Line, ...]
    pause: Pause | None
    claims: int
    incidents: int

    @cached_property
    def counts(self) -> Counter[State]:
        return Counter(line.state for line in self.lines)

    @property
    def expected(self) -> int:
        return len(self.lines) - self.counts[State.AWAY]

    @property
    def checked_in(self) -> int:
        return sum(line.checked_in_at is not None for line in self.lines)

    @property
    def begun(self) -> int:
        return sum(self.counts[state] for state in BEGUN)

    @property
    def writing(self) -> int:
        """Those whose paper is open, in touch or not."""
        return self.counts[State.WRITING] + self.counts[State.OFFLINE]

    @property
    def ended(self) -> int:
        return sum(self.counts[state] for state in IN)

    @property
    def looks(self) -> int:
        return sum(line.needs_a_look for line in self.lines)

    @property
    def last_deadline(self) -> timedelta | None:
        """How long the last of those who write still has."""
        return max((line.left for line in self.lines if line.left is not None), default=None)


def board_of(session: Session, stop_id: int, sitting: Sitting | None, *, at: datetime) -> Board:
    """The hall of a stop, for the paper that is shown; without one (no papers planned yet) only who is there."""
    pause = None if sitting is None else running_pause(session, sitting.id)
    sitting_id = None if sitting is None else sitting.id
    seen = _Seen(
        at=at,
        now=at if pause is None else min(at, pause.began_at),
        questions=_questions(session, sitting_id),
        work=_work(session, sitting_id),
        incidents=_incidents(session, stop_id),
        identified=_identified(session, stop_id),
    )
    lines = tuple(_line(row, seen) for row in session.execute(_people(stop_id, sitting_id)))
    return Board(sitting, at, lines, pause, _claims(session, stop_id), _open_incidents(session, stop_id))


def running_pause(session: Session, sitting_id: int) -> Pause | None:
    """The pause in which a sitting stands still now."""
    return session.scalar(select(Pause).where(Pause.sitting_id == sitting_id, Pause.ended_at.is_(None)))


def _people(stop_id: int, sitting_id: int | None) -> Select[Any]:
    """A row for everybody on the roster, with the paper, the attempt and the pulse where there are any."""
    attempt = (Attempt.id, Attempt.status, Attempt.started_at, Attempt.deadline, Attempt.ended_at)
    pulse = (Presence.seen_at, Presence.unsaved, Presence.hidden)
    return (
        select(
            RosterEntry.id.label("entry_id"),
            RosterEntry.seat,
            RosterEntry.name,
            Unit.name.label("unit"),
            RosterEntry.walk_in,
            RosterEntry.absence,
            RosterEntry.checked_in_at,
            Assignment.paper_id,
            attempt[0].label("attempt_id"),
            *attempt[1:],
            *pulse,
        )
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .outerjoin(Assignment, (Assignment.roster_entry_id == RosterEntry.id) & (Assignment.sitting_id == sitting_id))
        .outerjoin(Attempt, Attempt.assignment_id == Assignment.id)
        .outerjoin(Presence, Presence.attempt_id == Attempt.id)
        .where(RosterEntry.stop_id == stop_id)
        .order_by(RosterEntry.seat)
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What else is known: questions by paper, answers given and last save by attempt, incidents by roster entry.

    `now` is the moment the clocks of the papers show; in a pause they stand still.
    """

    at: datetime
    now: datetime
    questions: Mapping[int, int]
    work: Mapping[int, tuple[int, datetime]]
    incidents: Mapping[int, int]
    identified: frozenset[int]


def _questions(session: Session, sitting_id: int | None) -> dict[int, int]:
    papers = select(Assignment.paper_id).where(Assignment.sitting_id == sitting_id)
    counted = select(PaperItem.paper_id, func.count()).where(PaperItem.paper_id.in_(papers))
    return dict(iter(session.execute(counted.group_by(PaperItem.paper_id))))


def _work(session: Session, sitting_id: int | None) -> dict[int, tuple[int, datetime]]:
    """By attempt how many questions have an answer that counts and is not blank, and when the last one came."""
    later = aliased(Response)
    superseded = exists().where(
        later.attempt_id == Response.attempt_id,
        later.paper_item_id == Response.paper_item_id,
        later.revision > Response.revision,
    )
    attempts = select(Attempt.id).join(Attempt.assignment).where(Assignment.sitting_id == sitting_id)
    given = case((cast(Response.value, Text).in_(BLANK), 0), else_=1)
    counted = select(Response.attempt_id, func.sum(given), func.max(Response.received_at)).where(
        Response.attempt_id.in_(attempts), ~superseded
    )
    rows = session.execute(counted.group_by(Response.attempt_id))
    return {attempt_id: (int(answers), last) for attempt_id, answers, last in rows}


def _blank_values() -> tuple[str, ...]:
    """What a blank answer looks like where it is stored, kind by kind: told apart in the database, 25,000 at a time."""
    bare = [response_of(kind, {}).model_dump(mode="json") for kind in Kind]
    open_blanks = [{"kind": Kind.FILL_BLANK.value, "texts": [""] * slots} for slots in range(1, BLANKS_AT_MOST + 1)]
    return tuple(json.dumps(each) for each in (*bare, *open_blanks))


BLANK = _blank_values()


def _incidents(session: Session, stop_id: int) -> dict[int, int]:
    """By roster entry how many incidents nobody has looked at."""
    counted = select(Incident.roster_entry_id, func.count()).where(
        Incident.stop_id == stop_id, Incident.judgement == Judgement.OPEN, Incident.roster_entry_id.is_not(None)
    )
    rows = session.execute(counted.group_by(Incident.roster_entry_id))
    return {entry_id: number for entry_id, number in rows if entry_id is not None}


def _open_incidents(session: Session, stop_id: int) -> int:
    counted = select(func.count()).where(Incident.stop_id == stop_id, Incident.judgement == Judgement.OPEN)
    return session.scalar(counted) or 0


def _identified(session: Session, stop_id: int) -> frozenset[int]:
    """Whose identity has been checked beyond the ticket."""
    checked = (
        select(IdentityCheck.roster_entry_id)
        .join(RosterEntry, RosterEntry.id == IdentityCheck.roster_entry_id)
        .where(RosterEntry.stop_id == stop_id, IdentityCheck.method != IdentityMethod.TICKET)
    )
    return frozenset(session.scalars(checked))


def _claims(session: Session, stop_id: int) -> int:
    """How many late answers of a stop wait for a decision."""
    waiting = (
        select(func.count(Claim.id))
        .join(Attempt, Attempt.id == Claim.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(Sitting.stop_id == stop_id, Claim.status.in_((ClaimStatus.WAITING, ClaimStatus.PROPOSED)))
    )
    return session.scalar(waiting) or 0


def _line(row: Any, seen: _Seen) -> Line:
    answered, saved = seen.work.get(row.attempt_id, (0, None))
    heard = max((each for each in (row.seen_at, saved, row.started_at) if each is not None), default=None)
    silent = timedelta(0) if heard is None else max(seen.at - heard, timedelta(0))
    state = state_of(row, silent)
    writes = state in {State.WRITING, State.OFFLINE}
    return Line(
        entry_id=row.entry_id,
        seat=row.seat,
        name=row.name,
        unit=row.unit,
        walk_in=row.walk_in,
        absence=row.absence,
        checked_in_at=row.checked_in_at,
        identified=row.entry_id in seen.identified,
        state=state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        answered=answered,
        questions=seen.questions.get(row.paper_id, 0),
        heard=heard,
        silent=silent,
        unsaved=(row.unsaved or 0) if writes else 0,
        hidden=bool(row.hidden) and state is State.WRITING,
        left=max(row.deadline - seen.now, timedelta(0)) if writes else None,
        incidents=seen.incidents.get(row.entry_id, 0),
    )


def state_of(row: Any, silent: timedelta) -> State:
    """Where somebody stands; what the paper says comes before what the roster says."""
    if row.status is not None and row.status is not AttemptStatus.STARTED:
        return ENDED[row.status]
    if row.status is AttemptStatus.STARTED:
        return State.OFFLINE if silent > SILENT else State.WRITING
    if row.absence is not Absence.NONE:
        return State.AWAY
    if row.checked_in_at is None:
        return State.MISSING
    return State.READY if row.paper_id is not None else State.NO_PAPER


def incidents_of(session: Session, stop_id: int, *, entry_id: int | None = None) -> list[Incident]:
    """The incidents of a stop (of one person), the latest first, with the people they are about."""
    wanted = select(Incident).where(Incident.stop_id == stop_id).options(joinedload(Incident.entry))
    if entry_id is not None:
        wanted = wanted.where(Incident.roster_entry_id == entry_id)
    return list(session.scalars(wanted.order_by(Incident.at.desc(), Incident.id.desc())))


def attempts_of(session: Session, entry_id: int) -> dict[int, Attempt]:
    """By sitting the attempts of one person at a stop."""
    wanted = (
        select(Attempt)
        .join(Attempt.assignment)
        .where(Assignment.roster_entry_id == entry_id)
        .options(contains_eager(Attempt.assignment))
    )
    return {attempt.assignment.sitting_id: attempt for attempt in session.scalars(wanted)}
