"""Which rows of a stop travel from the hall to the county, by what both sides know them, and what of them is news.

Numbers (ids) differ between two sites as soon as one of them goes on, so every row has a name made of columns both
sides share. What a hall cannot make (papers, questions, units) has to be there already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, Table, select

from exam.accounts.models import Person, Unit
from exam.grading.models import Correction, Mark, Marking, Score
from exam.papers.models import Paper, PaperItem
from exam.sittings.day import ClaimStatus, Judgement
from exam.sittings.day_models import Claim, IdentityCheck, Incident, LateAnswer, Pause, TimeGrant
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting, SittingStatus
from exam.tours.models import Absence, RosterEntry, Stop, StopStatus, Team
from question_bank.models import Question, QuestionVersion
from question_bank.orm import Base

Row = Mapping[str, Any]
Newer = Callable[[Row, Row], bool]
"""Whether what came says more than what stands here: (what stands, what came)."""


def _never(stands: Row, came: Row) -> bool:
    del stands, came
    return False


@dataclass(frozen=True)
class Carried:
    """One table. A row is known by the columns of `key`; `of_stop` selects the ids of a stop's rows by the stop's id.

    Without `of_stop` a row travels where another one points to it. `same` must be equal on both sides. What is missing
    is added with all `columns`, unless `known`: then it must be there. `news` replaces what stands where `newer` says
    so. `people` are columns that hold persons' ids without saying so to the database.
    """

    table: Table
    key: tuple[str, ...]
    of_stop: Callable[[int], Select[Any]] | None = None
    columns: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    known: bool = False
    news: tuple[str, ...] = ()
    newer: Newer = _never
    people: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that travel, the key's first."""
        return tuple(dict.fromkeys((*self.key, *self.columns, *self.same, *self.news)))


def table_of(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def pointers(carried: Carried) -> list[tuple[str, str]]:
    """The columns of a table that hold ids of another one, and that one's name."""
    found = [(name, table_of(Person).name) for name in carried.people]
    for name in carried.read:
        for key in carried.table.c[name].foreign_keys:
            found.append((name, key.column.table.name))  # noqa: PERF401 -- a column points to one table
    return found


def _stop(stop_id: int) -> Select[Any]:
    return select(Stop.id).where(Stop.id == stop_id)


def _entries(stop_id: int) -> Select[Any]:
    return select(RosterEntry.id).where(RosterEntry.stop_id == stop_id)


def _sittings(stop_id: int) -> Select[Any]:
    return select(Sitting.id).where(Sitting.stop_id == stop_id)


def attempts_of(stop_id: int) -> Select[Any]:
    """The ids of a stop's attempts."""
    assignments = select(Assignment.id).where(Assignment.sitting_id.in_(_sittings(stop_id)))
    return select(Attempt.id).where(Attempt.assignment_id.in_(assignments))


def _claims(stop_id: int) -> Select[Any]:
    return select(Claim.id).where(Claim.attempt_id.in_(attempts_of(stop_id)))


def _further(order: tuple[str, ...], column: str) -> Newer:
    """What came is newer when its status stands later in `order`."""

    def newer(stands: Row, came: Row) -> bool:
        return order.index(came[column]) > order.index(stands[column])

    return newer


def _first_word(stands: Row, came: Row) -> bool:
    """Attendance is news where nobody has said anything about it here."""
    del came
    return bool(stands["checked_in_at"] is None and stands["absence"] == Absence.NONE)


def _judged(stands: Row, came: Row) -> bool:
    return bool(stands["judgement"] == Judgement.OPEN and came["judgement"] != Judgement.OPEN)


def _typed_in(stands: Row, came: Row) -> bool:
    """What went on on paper is over when its answers have been typed in."""
    return bool(stands["status"] == AttemptStatus.ON_PAPER and came["status"] != AttemptStatus.ON_PAPER)


_STOPS = (StopStatus.PLANNED, StopStatus.ROSTERED, StopStatus.RUNNING, StopStatus.FINISHED, StopStatus.CANCELLED)
_SITTINGS = (SittingStatus.PLANNED, SittingStatus.OPEN, SittingStatus.CLOSED, SittingStatus.RELEASED)
_CLAIMS = (ClaimStatus.WAITING, ClaimStatus.PROPOSED, ClaimStatus.REFUSED, ClaimStatus.ACCEPTED)
_WHOLE_ATTEMPT = ("assignment_id", "status", "started_at", "deadline", "ended_at", "receipt")
_ANSWER = ("paper_item_id", "revision", "value", "flagged", "received_at")
_AWARDED = ("awarded", "maximum", "source", "marker_id", "confidence", "correction_id", "detail", "reason", "at")
_DECIDED = ("status", "accept", "proposed_by", "proposed_at", "reason", "decided_by", "decided_at")
_JUDGED = ("judgement", "judged_by", "judged_at", "judged_note")
_PLACE = ("unit_id", "name", "audience", "seat", "ticket", "walk_in", "checked_in_at", "absence", "absence_reason")

CARRIED: tuple[Carried, ...] = (
    Carried(table_of(Unit), ("code",), known=True),
    Carried(table_of(Person), ("code",), columns=("name", "unit_id", "audience", "post", "language", "elder_mode")),
    Carried(table_of(Stop), ("uid",), _stop, known=True, news=("status",), newer=_further(_STOPS, "status")),
    Carried(table_of(Question), ("code",), known=True),
    Carried(table_of(QuestionVersion), ("question_id", "number"), same=("content_hash",), known=True),
    Carried(table_of(Correction), ("question_version_id", "proposed_at"), known=True),
    Carried(table_of(Paper), ("code",), same=("items_hash",), known=True),
    Carried(table_of(PaperItem), ("paper_id", "position"), same=("question_version_id", "marks", "rule"), known=True),
    Carried(
        table_of(Team),
        ("stop_id", "name"),
        lambda stop_id: select(Team.id).where(Team.stop_id == stop_id),
        columns=("unit_id",),
    ),
    Carried(
        table_of(RosterEntry),
        ("stop_id", "person_id"),
        _entries,
        columns=(*_PLACE, "team_id"),
        news=("checked_in_at", "absence", "absence_reason", "ticket"),
        newer=_first_word,
    ),
    Carried(
        table_of(IdentityCheck),
        ("roster_entry_id", "method", "at"),
        lambda stop_id: select(IdentityCheck.id).where(IdentityCheck.roster_entry_id.in_(_entries(stop_id))),
        columns=("by", "photo"),
        people=("by",),
    ),
    Carried(
        table_of(Sitting),
        ("stop_id", "paper_kind"),
        _sittings,
        known=True,
        news=("opens_at", "closes_at", "grace_seconds", "status"),
        newer=_further(_SITTINGS, "status"),
    ),
    Carried(
        table_of(Pause),
        ("sitting_id", "began_at"),
        lambda stop_id: select(Pause.id).where(Pause.sitting_id.in_(_sittings(stop_id))),
        columns=("ended_at", "reason", "began_by", "ended_by"),
        people=("began_by", "ended_by"),
    ),
    Carried(
        table_of(Assignment),
        ("sitting_id", "roster_entry_id"),
        lambda stop_id: select(Assignment.id).where(Assignment.sitting_id.in_(_sittings(stop_id))),
        same=("paper_id",),
    ),
    Carried(
        table_of(TimeGrant),
        ("sitting_id", "assignment_id", "at", "seconds"),
        lambda stop_id: select(TimeGrant.id).where(TimeGrant.sitting_id.in_(_sittings(stop_id))),
        columns=("reason", "by"),
        people=("by",),
    ),
    Carried(
        table_of(Attempt),
        ("key",),
        attempts_of,
        columns=("device", "writer", "writer_since"),
        same=_WHOLE_ATTEMPT,
        news=("status", "ended_at", "receipt"),
        newer=_typed_in,
    ),
    Carried(
        table_of(Response),
        ("attempt_id", "operation"),
        lambda stop_id: select(Response.id).where(Response.attempt_id.in_(attempts_of(stop_id))),
        columns=("device",),
        same=_ANSWER,
    ),
    Carried(
        table_of(Claim),
        ("attempt_id", "origin", "digest", "received_at"),
        _claims,
        columns=("detail",),
        news=_DECIDED,
        newer=_further(_CLAIMS, "status"),
        people=("proposed_by", "decided_by"),
    ),
    Carried(
        table_of(LateAnswer),
        ("claim_id", "operation"),
        lambda stop_id: select(LateAnswer.id).where(LateAnswer.claim_id.in_(_claims(stop_id))),
        columns=("made_ms",),
        same=_ANSWER,
    ),
    Carried(
        table_of(Mark),
        ("attempt_id", "paper_item_id", "part", "sequence"),
        lambda stop_id: select(Mark.id).where(Mark.attempt_id.in_(attempts_of(stop_id))),
        same=_AWARDED,
    ),
    Carried(
        table_of(Marking),
        ("attempt_id", "paper_item_id", "part", "round"),
        lambda stop_id: select(Marking.id).where(Marking.attempt_id.in_(attempts_of(stop_id))),
        same=("marker_id", "awarded", "detail", "reason", "at"),
    ),
    Carried(
        table_of(Incident),
        ("stop_id", "sitting_id", "attempt_id", "roster_entry_id", "kind", "at", "detail", "note"),
        lambda stop_id: select(Incident.id).where(Incident.stop_id == stop_id),
        columns=("recorded_by",),
        news=_JUDGED,
        newer=_judged,
        people=("recorded_by", "judged_by"),
    ),
)
"""In the order in which they are taken over: what others point to comes first."""

SCORE = Carried(
    table_of(Score),
    ("attempt_id",),
    attempts_of,
    columns=("marks", "total", "waiting", "sections", "topics", "at"),
)
"""Counted from the marks on both sides; what came is compared with the count made here."""
