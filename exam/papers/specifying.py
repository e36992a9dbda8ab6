"""Verbs on specifications: draft, revise, copy, put in use, retire. What is in use is never altered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.papers import queries
from exam.papers.models import Specification, SpecificationStatus
from exam.papers.specification import Plan, plan_hash
from question_bank.enums import Audience, PaperKind
from question_bank.errors import N_, Conflict, NotAllowed

STEPS: Mapping[SpecificationStatus, frozenset[SpecificationStatus]] = {
    SpecificationStatus.DRAFT: frozenset({SpecificationStatus.FROZEN, SpecificationStatus.RETIRED}),
    SpecificationStatus.FROZEN: frozenset({SpecificationStatus.RETIRED}),
    SpecificationStatus.RETIRED: frozenset(),
}
"""草稿 → 已启用 → 已停用; what has been used is never a draft again."""

OWN_CODE = "spec-"
"""Codes of specifications that organisers make begin so; their numbers follow."""


@dataclass(frozen=True)
class Terms:
    """What an organiser decides about a specification; `audience` None means everybody."""

    name: str
    paper_kind: PaperKind
    audience: Audience | None
    plan: Plan


class Overtaken(Conflict):
    """Somebody else has saved the specification since the form was opened."""


def terms_of(specification: Specification) -> Terms:
    """A specification as it stands."""
    plan = queries.plan_in(specification)
    return Terms(specification.name, specification.paper_kind, specification.audience, plan)


def draft_specification(
    session: Session, terms: Terms, *, made_from: Specification | None = None, by: int | None, at: datetime
) -> Specification:
    """A new specification as a draft, under the next free code; `made_from` names the one it was copied from."""
    return _drafted(session, terms, code=_next_code(session), number=1, made_from=made_from, by=by, at=at)


def revise_specification(
    session: Session, specification: Specification, terms: Terms, *, seen: int, by: int | None, at: datetime
) -> Specification:
    """Change a draft, or make the next version of one in use as a draft; returns the one that holds the change.

    `seen` is the lock the form was opened with. Raises Overtaken when somebody else has saved meanwhile, NotAllowed
    for a retired specification and where a later version is a draft already.
    """
    if specification.lock != seen:
        raise Overtaken(N_("Somebody else has saved this specification meanwhile."))
    if specification.status is SpecificationStatus.RETIRED:
        raise NotAllowed(N_("The specification %(name)s is retired."), name=specification.name)
    if terms == terms_of(specification):
        return specification
    if specification.status is SpecificationStatus.FROZEN:
        return _next_version(session, specification, terms, by=by, at=at)
    before = specification.plan_hash
    _write(specification, terms)
    specification.changed_at, specification.changed_by = at, by
    session.flush()
    detail = {"name": terms.name, "hash_before": before, "hash": specification.plan_hash}
    audit.record(session, "specification.changed", f"specification:{specification.id}", by=by, at=at, detail=detail)
    return specification


def copy_specification(
    session: Session, specification: Specification, *, name: str, by: int | None, at: datetime
) -> Specification:
    """The same under a code of its own, as a draft called `name`."""
    old = terms_of(specification)
    terms = Terms(name, old.paper_kind, old.audience, old.plan)
    return draft_specification(session, terms, made_from=specification, by=by, at=at)


def freeze_specification(session: Session, specification: Specification, *, by: int | None, at: datetime) -> None:
    """Put a draft in use. Raises NotAllowed when it is no draft."""
    advance(session, specification, SpecificationStatus.FROZEN, by=by, at=at)


def retire_specification(session: Session, specification: Specification, *, by: int | None, at: datetime) -> None:
    """Take a specification out of use; papers drawn with it stay. Raises NotAllowed when it is retired already."""
    advance(session, specification, SpecificationStatus.RETIRED, by=by, at=at)


def advance(
    session: Session, specification: Specification, to: SpecificationStatus, *, by: int | None, at: datetime
) -> None:
    """Take one step of the table. Raises NotAllowed for any other."""
    if to not in STEPS[specification.status]:
        raise NotAllowed(
            N_("A specification that is %(status)s cannot become %(to)s."),
            status=specification.status,
            to=to,
        )
    before, specification.status = specification.status, to
    session.flush()
    detail = {"before": before, "after": to}
    audit.record(session, f"specification.{to.value}", f"specification:{specification.id}", by=by, at=at, detail=detail)


def _next_version(
    session: Session, specification: Specification, terms: Terms, *, by: int | None, at: datetime
) -> Specification:
    newest = queries.newest_of(session, specification.code)
    if newest.status is SpecificationStatus.DRAFT:
        raise NotAllowed(
            N_("Version %(number)s of this specification is a draft already: change that one."), number=newest.number
        )
    number = newest.number + 1
    return _drafted(session, terms, code=specification.code, number=number, made_from=specification, by=by, at=at)


def _drafted(
    session: Session,
    terms: Terms,
    *,
    code: str,
    number: int,
    made_from: Specification | None,
    by: int | None,
    at: datetime,
) -> Specification:
    made = Specification(code=code, number=number, status=SpecificationStatus.DRAFT)
    made.made_from_id = made_from.id if made_from else None
    made.changed_at, made.changed_by = at, by
    _write(made, terms)
    session.add(made)
    session.flush()
    detail = {"code": code, "number": number, "hash": made.plan_hash, "made_from": made.made_from_id}
    audit.record(session, "specification.drafted", f"specification:{made.id}", by=by, at=at, detail=detail)
    return made


def _write(specification: Specification, terms: Terms) -> None:
    plan = terms.plan
    specification.name, specification.paper_kind, specification.audience = terms.name, terms.paper_kind, terms.audience
    specification.minutes, specification.total, specification.pass_marks = plan.minutes, plan.total, plan.pass_marks
    specification.plan, specification.plan_hash = plan.model_dump(mode="json"), plan_hash(plan)


def _next_code(session: Session) -> str:
    known = session.scalars(select(Specification.code).where(Specification.code.startswith(OWN_CODE))).all()
    numbers = [int(rest) for code in known if (rest := code.removeprefix(OWN_CODE)).isdigit()]
    return f"{OWN_CODE}{max(numbers, default=0) + 1:02d}"
