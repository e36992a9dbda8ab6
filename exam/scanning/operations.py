"""Verbs on answer sheets: keep what was printed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.scanning.models import AnswerSheet, SheetGeometry
from exam.scanning.sheet import SheetLayout
from question_bank.queries import batches


def remember(session: Session, layouts: Mapping[int, SheetLayout], *, at: datetime) -> None:
    """Keep by paper id the geometry in which its answer sheet was printed; printed again, the time is renewed."""
    by_digest = {layout.digest: layout for layout in layouts.values()}
    known = set(session.scalars(select(SheetGeometry.hash).where(SheetGeometry.hash.in_(by_digest))))
    for digest, layout in by_digest.items():
        if digest not in known:
            session.add(SheetGeometry(hash=digest, version=layout.version, layout=layout.model_dump(mode="json")))
    session.flush()
    kept = {
        (each.paper_id, each.geometry_hash): each
        for batch in batches(sorted(layouts))
        for each in _kept(session, batch)
    }
    for paper_id, layout in layouts.items():
        row = kept.get((paper_id, layout.digest))
        if row is None:
            session.add(AnswerSheet(paper_id=paper_id, geometry_hash=layout.digest, printed_at=at))
        else:
            row.printed_at = at
    session.flush()


def _kept(session: Session, paper_ids: Sequence[int]) -> list[AnswerSheet]:
    return list(session.scalars(select(AnswerSheet).where(AnswerSheet.paper_id.in_(paper_ids))))
