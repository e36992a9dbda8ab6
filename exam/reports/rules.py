"""The rule by which results are counted, in rows that are only ever added: reading it, changing it with a reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.reports.models import ResultRule
from exam.reports.ruling import STANDARD, Ruling
from question_bank.errors import N_, Conflict, Invalid, Problem

UNCHANGED = N_("This is the rule already in force.")


def in_force(session: Session) -> Ruling:
    """The latest rule; the scheme's own as long as nobody has changed it. One query."""
    row = latest(session)
    return STANDARD if row is None else Ruling.model_validate(row.plan)


def latest(session: Session) -> ResultRule | None:
    """The row in force."""
    return session.scalar(select(ResultRule).order_by(ResultRule.id.desc()).limit(1))


def history(session: Session) -> Sequence[ResultRule]:
    """Every rule there ever was, the latest first."""
    return session.scalars(select(ResultRule).order_by(ResultRule.id.desc())).all()


def change_rule(
    session: Session, rule: Ruling, *, reason: str, by: int | None, at: datetime, seen: int | None = None
) -> ResultRule:
    """From now on results are counted so; released ones keep the figures they were released with.

    `seen` is the id of the rule the person had before them (0: none). Raises Invalid without a reason or without a
    change, Conflict when somebody else has changed the rule in the meantime.
    """
    before = latest(session)
    if seen is not None and seen != (0 if before is None else before.id):
        raise Conflict(N_("Somebody else has changed the rule in the meantime."))
    if not reason.strip():
        raise Invalid([Problem("reason", N_("Say why; the reason is kept."))])
    old = STANDARD if before is None else Ruling.model_validate(before.plan)
    changed = {name: value for name, value in rule.kept().items() if value != old.kept()[name]}
    if not changed:
        raise Invalid([Problem("reason", UNCHANGED)])
    row = ResultRule(plan=rule.kept(), made_at=at, made_by=by, reason=reason.strip()[:400])
    session.add(row)
    session.flush()
    detail = {"changed": changed, "reason": row.reason}
    audit.record(session, "result_rule.changed", f"result_rule:{row.id}", by=by, at=at, detail=detail)
    return row
