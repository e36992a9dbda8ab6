"""Which papers still to be sat hold certain questions: drawn and issued, begun by nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from exam.papers.models import Paper, PaperItem, PaperSet, Specification
from exam.sittings.models import Assignment, Attempt, Sitting, SittingPaperSet, SittingStatus
from exam.tours.models import Stop
from question_bank.models import Question, QuestionVersion
from question_bank.queries import batches


@dataclass(frozen=True)
class Affected:
    """So many papers of one specification at one sitting, spares among them, and the questions they hold."""

    sitting: Sitting
    specification: Specification
    papers: int
    codes: tuple[str, ...]

    @property
    def stop(self) -> Stop:
        """Where they are to be sat."""
        return self.sitting.stop


def affected(session: Session, question_ids: Iterable[int]) -> list[Affected]:
    """The papers that hold any version of those questions and may still be begun, by the time of their sitting.

    Sets that were exchanged for others belong to no sitting any more and are left out.
    """
    papers: dict[tuple[int, int], set[int]] = {}
    codes: dict[tuple[int, int], set[str]] = {}
    for batch in batches(sorted(set(question_ids))):
        for sitting_id, specification_id, paper_id, code in session.execute(_held(batch)):
            place = (sitting_id, specification_id)
            papers.setdefault(place, set()).add(paper_id)
            codes.setdefault(place, set()).add(code)
    whole = joinedload(Sitting.stop).joinedload(Stop.unit)
    wanted = select(Sitting).where(Sitting.id.in_({sitting for sitting, _ in papers})).options(whole)
    sittings = {each.id: each for each in session.scalars(wanted)}
    found = [
        Affected(sittings[place[0]], session.get_one(Specification, place[1]), len(held), tuple(sorted(codes[place])))
        for place, held in papers.items()
    ]
    return sorted(found, key=lambda each: (each.sitting.opens_at, each.sitting.id, -each.papers))


def _held(question_ids: Iterable[int]) -> Select[int, int, int, str]:
    return (
        select(Sitting.id, PaperSet.specification_id, Paper.id, Question.code)
        .select_from(PaperItem)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .join(PaperSet, PaperSet.id == Paper.paper_set_id)
        .join(SittingPaperSet, SittingPaperSet.paper_set_id == PaperSet.id)
        .join(Sitting, Sitting.id == SittingPaperSet.sitting_id)
        .outerjoin(Assignment, Assignment.paper_id == Paper.id)
        .outerjoin(Attempt, Attempt.assignment_id == Assignment.id)
        .where(
            Question.id.in_(list(question_ids)),
            Attempt.id.is_(None),
            Sitting.status.in_((SittingStatus.PLANNED, SittingStatus.OPEN)),
        )
        .distinct()
    )


def total(found: Iterable[Affected]) -> int:
    """All papers of `found`."""
    return sum(each.papers for each in found)
