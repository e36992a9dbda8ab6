"""The papers of a stop as they are printed: whose they are, in the order in which they are handed out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam.papers.models import Paper
from exam.papers.queries import sheets
from exam.papers.transcript import Holder, Sheet
from exam.sittings.models import Assignment, Sitting, SittingPaperSet
from exam.sittings.queries import sittings_of
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import PaperKind


class Copy(NamedTuple):
    """A paper of a stop and who gets it; a spare one nobody has taken yet has no seat and no holder."""

    paper_id: int
    kind: PaperKind
    seat: int | None = None
    holder: Holder = Holder()


def copies_of(session: Session, stop: Stop, kinds: Sequence[PaperKind] = tuple(PaperKind)) -> list[Copy]:
    """Every paper made for the sittings of `stop`: by sitting in the order of the day, by seat, the spare ones last.

    Empty when no papers have been issued.
    """
    found: list[Copy] = []
    for sitting in sittings_of(session, stop.id):
        if sitting.paper_kind in kinds:
            given = _given(session, stop, sitting)
            found += [*given, *_spares(session, sitting, {copy.paper_id for copy in given})]
    return found


def sheets_for(session: Session, stop: Stop, copies: Sequence[Copy], *, with_key: bool = False) -> list[Sheet]:
    """These copies as they are printed, in the same order."""
    heading = f"{stop.tour.name}　第{stop.number}场　{stop.unit.name}"
    printed = sheets(session, [copy.paper_id for copy in copies], with_key=with_key, heading=heading)
    return [replace(printed[copy.paper_id], holder=copy.holder) for copy in copies]


def sheets_of(
    session: Session, stop: Stop, kinds: Sequence[PaperKind] = tuple(PaperKind), *, with_key: bool = False
) -> list[Sheet]:
    """All papers of a stop as they are printed."""
    return sheets_for(session, stop, copies_of(session, stop, kinds), with_key=with_key)


def number_of(stop: Stop, seat: int) -> str:
    """考号: stop and seat. The ticket code signs its holder in and has no place on a paper that is handed around."""
    return f"{stop.number:03d}{seat:03d}"


def _given(session: Session, stop: Stop, sitting: Sitting) -> list[Copy]:
    """The papers that somebody has, in the order of seats."""
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.entry)
        .where(Assignment.sitting_id == sitting.id)
        .options(joinedload(Assignment.entry).joinedload(RosterEntry.unit))
        .order_by(RosterEntry.seat)
    )
    return [Copy(row.paper_id, sitting.paper_kind, row.entry.seat, _holder(stop, row.entry)) for row in rows]


def _holder(stop: Stop, entry: RosterEntry) -> Holder:
    return Holder(name=entry.name, unit=entry.unit.name, number=number_of(stop, entry.seat), seat=str(entry.seat))


def _spares(session: Session, sitting: Sitting, given: set[int]) -> list[Copy]:
    """The sitting's papers that nobody holds, in the order of their sets."""
    made = session.scalars(
        select(Paper.id)
        .join(SittingPaperSet, SittingPaperSet.paper_set_id == Paper.paper_set_id)
        .where(SittingPaperSet.sitting_id == sitting.id)
        .order_by(Paper.paper_set_id, Paper.position)
    )
    return [Copy(paper_id, sitting.paper_kind) for paper_id in made if paper_id not in given]
