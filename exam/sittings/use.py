"""Where questions have been used: at sittings that are over, and in papers still to be sat.

The latter is secret: only who draws papers may ask for it.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from exam.papers.models import Paper, PaperItem
from exam.sittings.models import Assignment, Sitting, SittingPaperSet, SittingStatus
from question_bank.enums import NamedEnum
from question_bank.errors import N_
from question_bank.listing import Among
from question_bank.models import QuestionVersion
from question_bank.queries import batches

OVER = (SittingStatus.CLOSED, SittingStatus.RELEASED)
AHEAD = (SittingStatus.PLANNED, SittingStatus.OPEN)
REPEATEDLY = 2


class Use(NamedEnum):
    """How the list of questions may be narrowed. A question is used at a sitting when somebody there was given it."""

    NEVER = "never", N_("Never used"), "从未用过"
    USED = "used", N_("Used at a sitting that is over"), "已结束场次用过"
    ONCE = "once", N_("Used once"), "用过1次"
    REPEATEDLY = "repeatedly", N_("Used twice or more"), "用过2次及以上"
    WAITING = "waiting", N_("In papers not yet sat"), "待考试卷中"

    @property
    def is_secret(self) -> bool:
        """Whether it tells what candidates are still to be asked."""
        return self is Use.WAITING


def among(use: Use) -> Among:
    """The questions of which `use` holds, as a filter of the list; use at sittings counts those that are over only."""
    if use is Use.WAITING:
        return Among(_waiting())
    if use in {Use.NEVER, Use.USED}:
        return Among(_given().distinct(), within=use is Use.USED)
    times = func.count(Assignment.sitting_id.distinct())
    counted = _given().group_by(QuestionVersion.question_id)
    return Among(counted.having(times == 1 if use is Use.ONCE else times >= REPEATEDLY))


def times_used(session: Session, question_ids: Iterable[int]) -> dict[int, int]:
    """By question id at how many sittings that are over it was given; questions never given are missing."""
    found: dict[int, int] = {}
    for batch in batches(sorted(set(question_ids))):
        times = func.count(Assignment.sitting_id.distinct())
        wanted = _given().add_columns(times).where(QuestionVersion.question_id.in_(batch))
        found |= dict(_pairs(session, wanted.group_by(QuestionVersion.question_id)))
    return found


def _pairs(session: Session, wanted: Select[int, int]) -> Iterator[tuple[int, int]]:
    yield from session.execute(wanted)


def _given() -> Select[int]:
    """Ids of the questions on papers that belonged to somebody at a sitting that is over, one for every paper."""
    return (
        select(QuestionVersion.question_id)
        .join(PaperItem, PaperItem.question_version_id == QuestionVersion.id)
        .join(Assignment, Assignment.paper_id == PaperItem.paper_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(Sitting.status.in_(OVER))
    )


def _waiting() -> Select[int]:
    """Ids of the questions on the papers, spares too, of sittings that are not over."""
    return (
        select(QuestionVersion.question_id)
        .join(PaperItem, PaperItem.question_version_id == QuestionVersion.id)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .join(SittingPaperSet, SittingPaperSet.paper_set_id == Paper.paper_set_id)
        .join(Sitting, Sitting.id == SittingPaperSet.sitting_id)
        .where(Sitting.status.in_(AHEAD))
        .distinct()
    )
