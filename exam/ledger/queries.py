"""Reads on single cases: the rules, one case with all that belongs to it, askers by their tokens, who is told."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from exam.accounts.models import Person, RoleGrant, Unit
from exam.accounts.roles import Role, UnitCategory
from exam.ledger.due import Rules
from exam.ledger.flow import CaseSource, CaseStatus
from exam.ledger.models import Asker, Case, CaseAnswer, CaseCitation, CaseStep, LedgerRule
from exam.tours.models import Stop
from exam.workdays.queries import workdays
from question_bank.errors import N_, NotFound

__all__ = ["workdays"]


def rules(session: Session) -> Rules:
    """The rules that count now."""
    kept = session.scalar(select(LedgerRule.rules).order_by(LedgerRule.id.desc()).limit(1))
    return Rules() if kept is None else Rules.model_validate(kept)


def day_of(at: datetime, zone: tzinfo) -> date:
    """The county's day of a moment."""
    return at.astimezone(zone).date()


def case_by_id(session: Session, case_id: int) -> Case:
    """The case with the units it names. Raises NotFound."""
    found = session.scalar(
        select(Case).where(Case.id == case_id).options(joinedload(Case.unit), joinedload(Case.owner))
    )
    if found is None:
        raise NotFound(N_("There is no such case."))
    return found


def case_by_number(session: Session, number: str) -> Case:
    """Raises NotFound."""
    found = session.scalar(select(Case).where(Case.number == number))
    if found is None:
        raise NotFound(N_("There is no case with the number %(number)s."), number=number)
    return found


def cases_by_id(session: Session, ids: Iterable[int]) -> Sequence[Case]:
    """Those of `ids` that there are, by id, with their units."""
    wanted = select(Case).where(Case.id.in_(list(ids))).order_by(Case.id)
    return session.scalars(wanted.options(joinedload(Case.unit), joinedload(Case.owner))).all()


def root_of(session: Session, case: Case) -> Case:
    """The case that stands for it: itself, or the one into which it was merged, however often."""
    while case.merged_into_id is not None:
        case = session.get_one(Case, case.merged_into_id)
    return case


def merged_into(session: Session, case_id: int) -> list[Case]:
    """Every case that was merged into it, directly or by way of another, by number."""
    found: list[Case] = []
    wanted = [case_id]
    while wanted:
        below = session.scalars(select(Case).where(Case.merged_into_id.in_(wanted))).all()
        found += below
        wanted = [each.id for each in below]
    return sorted(found, key=lambda each: each.number)


def steps_of(session: Session, case_ids: Collection[int]) -> Sequence[CaseStep]:
    """What happened to these cases, in order."""
    wanted = select(CaseStep).where(CaseStep.case_id.in_(case_ids)).options(joinedload(CaseStep.owner))
    return session.scalars(wanted.order_by(CaseStep.at, CaseStep.id)).all()


def answers_of(session: Session, case_id: int) -> Sequence[CaseAnswer]:
    """Every answer with its law, the one that counts first."""
    wanted = (
        select(CaseAnswer)
        .where(CaseAnswer.case_id == case_id)
        .options(selectinload(CaseAnswer.citations).joinedload(CaseCitation.document))
    )
    return session.scalars(wanted.order_by(CaseAnswer.number.desc())).all()


def askers_of(session: Session, case_id: int) -> Sequence[Asker]:
    """Everybody who follows the case, the first to ask first."""
    wanted = select(Asker).where(Asker.case_id == case_id).options(joinedload(Asker.person))
    return session.scalars(wanted.order_by(Asker.asked_at, Asker.id)).all()


def asker_by_token(session: Session, token: str) -> Asker:
    """Raises NotFound."""
    found = session.scalar(select(Asker).where(Asker.token == token).options(joinedload(Asker.person)))
    if found is None:
        raise NotFound(N_("There is no such question."))
    return found


def asked_by(session: Session, person_id: int) -> Sequence[tuple[Asker, Case]]:
    """What one person has asked, the latest first, with the case that stands for it now."""
    rows = session.execute(
        select(Asker, Case)
        .join(Case, Case.id == Asker.case_id)
        .where(Asker.person_id == person_id)
        .options(joinedload(Case.owner))
        .order_by(Asker.asked_at.desc(), Asker.id.desc())
    )
    return [(asker, case) for asker, case in rows]


def stop_by_token(session: Session, token: str) -> Stop:
    """The stop whose ask form has this address. Raises NotFound."""
    found = session.scalar(select(Stop).where(Stop.uid == token).options(joinedload(Stop.unit), joinedload(Stop.tour)))
    if found is None:
        raise NotFound(N_("There is no such stop."))
    return found


def departments(session: Session) -> Sequence[Unit]:
    """Who may be given a case: answering departments and the county's bureaus, by code."""
    able = Unit.category.in_([UnitCategory.DEPARTMENT, UnitCategory.BUREAU])
    return session.scalars(select(Unit).where(able).order_by(Unit.category.desc(), Unit.code)).all()


def unit_named(session: Session, unit_id: int) -> Unit:
    """Raises NotFound."""
    found = session.get(Unit, unit_id)
    if found is None:
        raise NotFound(N_("There is no such unit."))
    return found


def holders(session: Session, roles: Collection[Role], *, unit_id: int | None = None) -> Sequence[Person]:
    """Active people who hold any of `roles`, of one unit or of all."""
    wanted = select(Person).where(
        Person.active, Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role.in_(list(roles))))
    )
    if unit_id is not None:
        wanted = wanted.where(Person.unit_id == unit_id)
    return session.scalars(wanted.order_by(Person.id)).all()


def texts_of(session: Session) -> dict[int, str]:
    """What is asked in every case that may take in a look-alike."""
    standing = Case.status.not_in([CaseStatus.MERGED, CaseStatus.SET_ASIDE])
    rows = session.execute(select(Case.id, Case.source, Case.title, Case.text).where(standing))
    return {case_id: asked(source, title, text) for case_id, source, title, text in rows}


def asked(source: CaseSource, title: str, text: str) -> str:
    """By what a case is compared with others: of a paper's four boxes only the problem."""
    if source is CaseSource.PAPER:
        return text.splitlines()[0]
    return text if text.startswith(title.rstrip("…")) else f"{title}\n{text}"
