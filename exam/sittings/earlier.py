"""What papers are made to keep clear of: what the tour has used before, and what each person has had."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from exam.papers.circumstances import Circumstances
from exam.papers.models import Paper, PaperItem
from exam.sittings.models import Assignment, Sitting, SittingPaperSet
from exam.tours.models import RosterEntry, Stop
from question_bank.models import Question, QuestionVersion
from question_bank.queries import batches

Had = Mapping[int, Collection[str]]
"""Roster entry's id → codes of questions."""


def circumstances_of(
    session: Session, sitting: Sitting, entries: Sequence[RosterEntry], *, today: Had | None = None
) -> Circumstances:
    """Read them for the papers of `entries`, in the order of seats.

    A question is used as often as it stands on papers made for sittings of earlier stops of the tour. A person has had
    what stood on papers assigned to him for sittings that open before this one, on whatever tour. `today`: what the
    same entries get at sittings of this very stop that are drawn together with this one, instead of what is assigned.
    """
    used = session.execute(
        select(Question.code, func.count())
        .select_from(PaperItem)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .join(SittingPaperSet, SittingPaperSet.paper_set_id == Paper.paper_set_id)
        .join(Sitting, Sitting.id == SittingPaperSet.sitting_id)
        .join(Stop, Stop.id == Sitting.stop_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Stop.tour_id == sitting.stop.tour_id, Stop.id != sitting.stop_id, Sitting.opens_at < sitting.opens_at)
        .group_by(Question.code)
    )
    return Circumstances(used=dict(iter(used)), had=_had(session, sitting, entries, today))


def _had(
    session: Session, sitting: Sitting, entries: Sequence[RosterEntry], today: Had | None
) -> dict[int, tuple[str, ...]]:
    earlier: list[ColumnElement[bool]] = [Sitting.opens_at < sitting.opens_at]
    if today is not None:
        earlier.append(Sitting.stop_id != sitting.stop_id)
    codes: dict[int, set[str]] = {}
    for batch in batches([entry.person_id for entry in entries]):
        rows = session.execute(
            select(RosterEntry.person_id, Question.code)
            .select_from(Assignment)
            .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
            .join(Sitting, Sitting.id == Assignment.sitting_id)
            .join(PaperItem, PaperItem.paper_id == Assignment.paper_id)
            .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(RosterEntry.person_id.in_(batch), *earlier)
        )
        for person, code in rows:
            codes.setdefault(person, set()).add(code)
    found = {}
    for seat, entry in enumerate(entries):
        had = codes.get(entry.person_id, set()) | set((today or {}).get(entry.id, ()))
        if had:
            found[seat] = tuple(sorted(had))
    return found
