"""Verbs of the authors' forms: a number for a new question, one question written anew, many changed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError
from sqlalchemy import func, select

from question_bank.digests import content_hash
from question_bank.drafts import Draft
from question_bank.enums import Status
from question_bank.errors import N_, Conflict, Invalid, NotAllowed
from question_bank.kinds import problems_of
from question_bank.models import Question
from question_bank.operations import add_version, edit_details
from question_bank.queries import batches, draft_of, latest_version, versions_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from question_bank.events import BankEvent

MOST = 500
"""So many questions may be changed at once: what stands on a page before it is done can be read by a person."""
CHANGEABLE = (
    "topic",
    "subtopic",
    "difficulty",
    "papers",
    "audiences",
    "unit_code",
    "common_core",
    "time_sensitive",
    "valid_to",
)
"""What may be changed for many: what stands beside the wording. A wording is read by a person."""


class Planned(NamedTuple):
    """A question and what would change: for each field of ``CHANGEABLE`` that differs its value before and after."""

    question: Question
    changes: Mapping[str, tuple[object, object]]


def new_code(session: Session) -> str:
    """Return a number nobody has yet, for a question that is written here: A0001, A0002 …"""
    number = (session.scalar(select(func.max(Question.id))) or 0) + 1
    while session.scalar(select(Question.id).where(Question.code == f"A{number:04d}")) is not None:
        number += 1
    return f"A{number:04d}"


def revise(
    session: Session, question: Question, draft: Draft, *, by: int | None, at: datetime, reason: str = ""
) -> list[BankEvent]:
    """Bring ``question`` in line with ``draft``: its details, and the next version where the wording differs.

    Returns no event when nothing differs. Raises ``NotAllowed`` for a retired question, ``Conflict`` for another kind,
    ``Invalid`` for an unknown topic.
    """
    if question.status is Status.RETIRED:
        raise NotAllowed(N_("%(code)s is retired and is not changed any more."), code=question.code)
    if draft.kind is not question.kind:
        raise Conflict(N_("%(code)s is of another kind; write a new question."), code=question.code)
    events = edit_details(session, question, draft, at=at)
    if content_hash(draft) != latest_version(session, question).content_hash:
        _, written = add_version(session, question, draft, by=by, at=at, reason=reason)
        events += written
    return events


def overtaken(question: Question) -> Conflict:
    """Return the refusal of a form that was opened before somebody else saved."""
    return Conflict(N_("Somebody else has just saved %(code)s. Save again to see both texts."), code=question.code)


def planned(session: Session, ids: Iterable[int], change: Mapping[str, object]) -> list[Planned]:
    """Say for each question of ``ids``, by code, what ``change`` (of fields of ``CHANGEABLE``) would change in it.

    Retired questions are left out. Raises ``Invalid`` for values a question cannot have.
    """
    return [Planned(question, changes) for question, _, changes in _changed(session, ids, change)]


def change_many(
    session: Session, ids: Iterable[int], change: Mapping[str, object], *, at: datetime
) -> tuple[tuple[str, ...], list[BankEvent]]:
    """Change the same fields in every question of ``ids``; returns the codes of those that differ now, and the events.

    Raises as ``planned`` does; then nothing is changed.
    """
    codes: list[str] = []
    events: list[BankEvent] = []
    for question, draft, changes in _changed(session, ids, change):
        if changes:
            events += edit_details(session, question, draft, at=at)
            codes.append(question.code)
    return tuple(codes), events


def _changed(
    session: Session, ids: Iterable[int], change: Mapping[str, object]
) -> list[tuple[Question, Draft, dict[str, tuple[object, object]]]]:
    wanted = list(dict.fromkeys(ids))[:MOST]
    found = []
    for batch in batches(wanted):
        for question, version in versions_by_id(session, batch):
            if question.status is not Status.RETIRED:
                before = draft_of(question, version)
                after = _with(before, change)
                found.append((question, after, _differing(before, after)))
    return found


def _with(draft: Draft, change: Mapping[str, object]) -> Draft:
    """The draft with the change; another root without a subtopic leaves the old one behind."""
    values = {name: value for name, value in change.items() if name in CHANGEABLE}
    if values.get("topic", draft.topic) != draft.topic:
        values.setdefault("subtopic", "")
    try:
        return Draft.model_validate({**dict(draft), **values})
    except ValidationError as error:
        raise Invalid(problems_of(error)) from error


def _differing(before: Draft, after: Draft) -> dict[str, tuple[object, object]]:
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in CHANGEABLE}
    return {name: (was, now) for name, (was, now) in pairs.items() if _comparable(was) != _comparable(now)}


def _comparable(value: object) -> object:
    """Papers and audiences are sets, in whatever order they are named."""
    return frozenset(value) if isinstance(value, tuple) else value
