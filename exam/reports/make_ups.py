"""Make-ups (补考): who failed or missed a paper on a tour and has not made up for it, and putting them on a roster.

Everybody makes up once only. The papers are new ones: what a person had before is kept out when they are drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam.reports import queries, rules
from exam.reports.comparison import Measure, Row, lines
from exam.reports.queries import Scope
from exam.tours.flow import Purpose
from exam.tours.models import RosterEntry, Stop
from exam.tours.operations import Expected, freeze_roster
from question_bank.enums import PaperKind
from question_bank.errors import N_, NotAllowed


@dataclass(frozen=True)
class Missed:
    """One paper that was failed, with its score out of 100, or missed (None)."""

    paper_kind: PaperKind
    score: Decimal | None
    on_leave: bool


@dataclass(frozen=True)
class Candidate:
    """Somebody who may make up. `suggested`: the overall result, or the only one there is, was not enough."""

    entry_id: int
    person_id: int
    name: str
    unit: str
    stop_number: int
    missed: tuple[Missed, ...]
    suggested: bool


def candidates(session: Session, stop: Stop) -> list[Candidate]:
    """Who of the tour may make up at `stop`, by unit: from results that are out, nobody twice, the exempt left out."""
    rule = rules.in_force(session)
    found = queries.rows(session, Scope(tour_id=stop.tour_id))
    first = [row for row in found if row.makes_up is None and not row.exempt]
    enough = {line.entry_id for line in lines(first, Measure.OVERALL, rule) if line.result.passed}
    done = set(session.scalars(select(RosterEntry.makes_up_id).where(RosterEntry.makes_up_id.is_not(None))))
    there = set(session.scalars(select(RosterEntry.person_id).where(RosterEntry.stop_id == stop.id)))
    by_entry: dict[int, list[Row]] = {}
    for row in first:
        if row.entry_id not in done and row.person_id not in there:
            by_entry.setdefault(row.entry_id, []).append(row)
    offered = [
        Candidate(
            entry_id=entry_id,
            person_id=rows[0].person_id,
            name=rows[0].name,
            unit=rows[0].unit_name,
            stop_number=rows[0].stop_number,
            missed=missed,
            suggested=entry_id not in enough,
        )
        for entry_id, rows in by_entry.items()
        if (missed := _missed(rows))
    ]
    return sorted(_once(offered), key=lambda each: (each.unit, each.name, each.entry_id))


def _missed(rows: Sequence[Row]) -> tuple[Missed, ...]:
    return tuple(
        Missed(row.paper_kind, None if row.marks is None else row.score, row.on_leave)
        for row in rows
        if row.marks is None or row.marks < row.pass_marks
    )


def _once(offered: Iterable[Candidate]) -> list[Candidate]:
    """A person who was on two rosters makes up for the later one."""
    return list({each.person_id: each for each in offered}.values())


def enrol(session: Session, stop: Stop, entry_ids: Iterable[int], *, by: int | None, at: datetime) -> list[RosterEntry]:
    """Put people on the roster of a make-up stop, each for the entry it is about; returns the whole roster.

    Raises NotAllowed at another kind of stop, for nobody, and for somebody who may not make up.
    """
    if stop.purpose is not Purpose.MAKE_UP:
        raise NotAllowed(N_("People make up for what they failed or missed at a make-up stop only."))
    wanted = set(entry_ids)
    allowed = {each.entry_id for each in candidates(session, stop)}
    if not wanted <= allowed:
        raise NotAllowed(N_("Somebody chosen has passed, is exempt, or makes up already. Look at the list again."))
    entries = session.scalars(
        select(RosterEntry)
        .where(RosterEntry.id.in_(wanted))
        .options(joinedload(RosterEntry.person))
        .order_by(RosterEntry.unit_id, RosterEntry.name, RosterEntry.id)
    )
    expected = [Expected(entry.person, entry.audience, makes_up_id=entry.id) for entry in entries]
    return freeze_roster(session, stop, expected, by=by, at=at)
