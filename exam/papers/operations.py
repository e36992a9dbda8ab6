"""Verbs on specifications and papers: install the standard ones, draw and freeze a set."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from secrets import choice

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.secrets import ALPHABET
from exam.papers.circumstances import NOTHING_BEFORE, Circumstances
from exam.papers.composition import ComposedPaper, bank_hash, snapshot
from exam.papers.drawing import METHOD, draw
from exam.papers.models import BankSnapshot, Paper, PaperItem, PaperSet, Specification, SpecificationStatus
from exam.papers.specification import plan_hash
from exam.papers.specifying import advance
from exam.papers.standard import DIAGNOSIS_CODE, STANDARD, Standard
from question_bank import operations as bank_operations
from question_bank.drafts import Draft
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Difficulty, PaperKind, Status, TextForm
from question_bank.errors import N_, NotAllowed
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.queries import question_by_code

CODE_LENGTH = 10
LARGEST_SEED = 2**63 - 1

DIAGNOSIS_STEM = (
    "请写出您本人在招商引资或项目服务工作中正在遇到的一个真实问题，说明责任部门、已经采取的措施和下一步拟采取的措施。"
    "所写问题将进入问题台账，由责任部门限时反馈。"
)


def install_standard(session: Session, *, by: int | None, at: datetime) -> list[Specification]:
    """Put the five standard specifications in use, and the question 问题会诊 that two of them carry.

    Idempotent: what is there already stays; a standard that has changed since becomes the next number of its code.
    """
    _install_diagnosis(session, by=by, at=at)
    return [_install(session, standard, by=by, at=at) for standard in STANDARD]


def _install(session: Session, standard: Standard, *, by: int | None, at: datetime) -> Specification:
    newest = session.scalar(
        select(Specification).where(Specification.code == standard.code).order_by(Specification.number.desc()).limit(1)
    )
    hashed = plan_hash(standard.plan)
    if newest is not None and newest.plan_hash == hashed:
        return newest
    made = Specification(
        code=standard.code,
        number=newest.number + 1 if newest else 1,
        name=standard.name,
        paper_kind=standard.paper_kind,
        audience=standard.audience,
        minutes=standard.plan.minutes,
        total=standard.plan.total,
        pass_marks=standard.plan.pass_marks,
        plan=standard.plan.model_dump(mode="json"),
        plan_hash=hashed,
        status=SpecificationStatus.DRAFT,
    )
    session.add(made)
    session.flush()
    detail = {"code": made.code, "number": made.number, "hash": hashed}
    audit.record(session, "specification.installed", f"specification:{made.id}", by=by, at=at, detail=detail)
    advance(session, made, SpecificationStatus.FROZEN, by=by, at=at)
    return made


def _install_diagnosis(session: Session, *, by: int | None, at: datetime) -> None:
    if question_by_code(session, DIAGNOSIS_CODE) is not None:
        return
    draft = Draft(
        code=DIAGNOSIS_CODE,
        content=ShortAnswerContent(stem=DIAGNOSIS_STEM, form=TextForm.DIAGNOSIS),
        topic="SERVICE",
        difficulty=Difficulty.APPLICATION,
        marks=Decimal(10),
        papers=(PaperKind.PRACTICAL,),
    )
    question, events = bank_operations.create_question(session, draft, by=by, at=at)
    for step in (Status.IN_REVIEW, Status.PUBLISHED):
        events = [*events, *bank_operations.advance(session, question, step, by=by, at=at)]
    audit.note(session, events, by=by, at=at)


def assemble(
    session: Session,
    specification: Specification,
    *,
    count: int,
    spares: int,
    seed: int,
    host_unit_code: str | None,
    audience: Audience | None,
    on: date,
    circumstances: Circumstances = NOTHING_BEFORE,
    by: int | None,
    at: datetime,
) -> PaperSet:
    """Draw `count` individual papers and `spares` more from what the bank offers on day `on`, and freeze them.

    The specification is frozen with its first set. Raises Shortage naming what the bank lacks (never a short paper),
    NotAllowed for a retired specification, Invalid for a count or seed out of range.
    """
    if specification.status is SpecificationStatus.RETIRED:
        raise NotAllowed(N_("The specification %(name)s is retired."), name=specification.name)
    drawn = draw(
        session,
        specification,
        count=count,
        spares=spares,
        seed=seed,
        host_unit_code=host_unit_code,
        audience=audience,
        on=on,
        circumstances=circumstances,
    )
    if specification.status is SpecificationStatus.DRAFT:
        advance(session, specification, SpecificationStatus.FROZEN, by=by, at=at)
    made = PaperSet(
        specification_id=specification.id,
        seed=seed,
        host_unit_code=host_unit_code,
        audience=audience,
        bank_hash=_kept_bank(session, drawn.bank),
        papers_hash=drawn.papers_hash,
        figures=drawn.figures,
        method=METHOD,
        circumstances=drawn.circumstances.written(),
        certificate=drawn.certificate.model_dump(mode="json"),
        made_at=at,
        made_by=by,
    )
    session.add(made)
    session.flush()
    _write_papers(session, made, drawn.papers, count=count)
    _note_set(session, specification, made, by=by, at=at)
    return made


def _kept_bank(session: Session, bank: Sequence[Drawable]) -> str:
    """Keep what the bank offered, once for all sets that met the same; returns its hash."""
    hashed = bank_hash(bank)
    if session.get(BankSnapshot, hashed) is None:
        session.add(BankSnapshot(hash=hashed, questions=snapshot(bank)))
        session.flush()
    return hashed


def _write_papers(session: Session, made: PaperSet, composed: Sequence[ComposedPaper], *, count: int) -> None:
    for position, paper in enumerate(composed, 1):
        session.add(
            Paper(
                paper_set_id=made.id,
                position=position,
                code=new_paper_code(),
                spare=position > count,
                items_hash=paper.items_hash,
                items=[
                    PaperItem(
                        position=place,
                        section=item.section + 1,
                        question_version_id=item.wording.version_id,
                        order=item.order.model_dump(mode="json"),
                        rule=item.rule,
                        rule_options=item.options.model_dump(mode="json"),
                        marks=item.marks,
                    )
                    for place, item in enumerate(paper.items, 1)
                ],
            )
        )
    session.flush()


def new_paper_code() -> str:
    """A printed code of ten unmistakable characters, 49 bits that nobody can guess from seat or seed."""
    return "".join(choice(ALPHABET) for _ in range(CODE_LENGTH))


def _note_set(session: Session, specification: Specification, made: PaperSet, *, by: int | None, at: datetime) -> None:
    detail = {
        "specification": specification.code,
        "number": specification.number,
        "papers": made.figures["papers"],
        "spares": made.figures["spares"],
        "seed": made.seed,
        "bank_hash": made.bank_hash,
        "specification_hash": specification.plan_hash,
        "papers_hash": made.papers_hash,
    }
    audit.record(session, "papers.assembled", f"paper_set:{made.id}", by=by, at=at, detail=detail)
