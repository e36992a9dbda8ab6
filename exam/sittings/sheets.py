"""The papers of a stop as they are printed: whose they are, in the order in which they are handed out."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam.papers.models import Paper
from exam.papers.queries import sheets
from exam.papers.transcript import Holder, Sheet
from exam.sittings.models import Assignment, Sitting, SittingPaperSet
from exam.sittings.queries import sittings_of
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import PaperKind


def sheets_of(
    session: Session, stop: Stop, kinds: Sequence[PaperKind] = tuple(PaperKind), *, with_key: bool = False
) -> list[Sheet]:
    """Every paper made for the sittings of `stop`: by sitting in the order of the day, by seat, the spare ones last.

    Empty when no papers have been issued.
    """
    heading = f"{stop.tour.name}　第{stop.number}场　{stop.unit.name}"
    found: list[Sheet] = []
    for sitting in sittings_of(session, stop.id):
        if sitting.paper_kind in kinds:
            holders = _holders(session, stop, sitting)
            papers = [*holders, *_spares(session, sitting, given=holders)]
            printed = sheets(session, papers, with_key=with_key, heading=heading)
            found += [replace(printed[each], holder=holders.get(each, Holder())) for each in papers]
    return found


def _holders(session: Session, stop: Stop, sitting: Sitting) -> dict[int, Holder]:
    """By paper id whose paper it is, in the order of seats."""
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.entry)
        .where(Assignment.sitting_id == sitting.id)
        .options(joinedload(Assignment.entry).joinedload(RosterEntry.unit))
        .order_by(RosterEntry.seat)
    )
    return {row.paper_id: _holder(stop, row.entry) for row in rows}


def _holder(stop: Stop, entry: RosterEntry) -> Holder:
    # 考号 is stop and seat: the ticket code signs its holder in and has no place on a paper that is handed around.
    return Holder(
        name=entry.name, unit=entry.unit.name, number=f"{stop.number:03d}{entry.seat:03d}", seat=str(entry.seat)
    )


def _spares(session: Session, sitting: Sitting, *, given: dict[int, Holder]) -> list[int]:
    """The sitting's papers that nobody holds, in the order of their sets."""
    made = session.scalars(
        select(Paper.id)
        .join(SittingPaperSet, SittingPaperSet.paper_set_id == Paper.paper_set_id)
        .where(SittingPaperSet.sitting_id == sitting.id)
        .order_by(Paper.paper_set_id, Paper.position)
    )
    return [paper_id for paper_id in made if paper_id not in given]
