"""Papers that have been printed: from then on no others take their place."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.papers.models import Paper, PaperSet
from question_bank.queries import batches


def note_printed(
    session: Session, paper_ids: Iterable[int], *, what: Sequence[str], by: int | None, at: datetime, **detail: Any
) -> list[PaperSet]:
    """Write down that something of these papers (`what`) has left the system; returns their sets.

    The first time is kept on the set; every time leaves an audit row, with `detail`.
    """
    counted: Counter[int] = Counter()
    for batch in batches(sorted(set(paper_ids))):
        counted.update(session.scalars(select(Paper.paper_set_id).where(Paper.id.in_(batch))))
    sets = session.scalars(select(PaperSet).where(PaperSet.id.in_(counted)).order_by(PaperSet.id)).all()
    for made in sets:
        if made.printed_at is None:
            made.printed_at = at
        told = {"what": list(what), "papers": counted[made.id]} | detail
        audit.record(session, "papers.printed", f"paper_set:{made.id}", by=by, at=at, detail=told)
    session.flush()
    return list(sets)
