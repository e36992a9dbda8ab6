"""Answers open to everybody, each with its law; an entry whose law has changed since says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from exam.ledger.flow import CaseStatus
from exam.ledger.models import Asker, Case, CaseAnswer, CaseCitation
from question_bank.models import Document
from question_bank.queries import stands


@dataclass(frozen=True)
class Entry:
    """One question with the answer that counts. `askers` asked it; `fallen` are documents that no longer stand."""

    case: Case
    answer: CaseAnswer
    askers: int
    fallen: tuple[Document, ...]


def entries(session: Session, *, text: str = "", topic: str = "", fallen_only: bool = False) -> list[Entry]:
    """Every published answer, the newest first; four queries."""
    later = aliased(CaseAnswer)
    newest = select(func.max(later.number)).where(later.case_id == Case.id).correlate(Case).scalar_subquery()
    askers = select(func.count(Asker.id)).where(Asker.case_id == Case.id).correlate(Case).scalar_subquery()
    wanted = (
        select(Case, CaseAnswer, askers)
        .join(CaseAnswer, (CaseAnswer.case_id == Case.id) & (CaseAnswer.number == newest))
        .where(Case.public, Case.status == CaseStatus.CLOSED)
        .options(joinedload(Case.owner), selectinload(CaseAnswer.citations).joinedload(CaseCitation.document))
        .order_by(Case.closed_at.desc(), Case.id.desc())
    )
    if topic:
        wanted = wanted.where(Case.topic == topic)
    if text:
        like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        wanted = wanted.where(
            or_(*(each.ilike(like, escape="\\") for each in (Case.title, Case.text, CaseAnswer.text)))
        )
    found = [Entry(case, answer, count, fallen(answer)) for case, answer, count in session.execute(wanted)]
    return [each for each in found if each.fallen] if fallen_only else found


def fallen(answer: CaseAnswer) -> tuple[Document, ...]:
    """Documents of an answer that were replaced, amended or repealed."""
    return tuple(cited.document for cited in answer.citations if not stands(cited.document))


def in_need_of_review(found: Sequence[Entry]) -> int:
    """How many entries rest on law that no longer stands."""
    return sum(bool(each.fallen) for each in found)
