"""Verbs on the bank. Each flushes, never commits, and returns what happened as events for the caller's audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from question_bank import measuring, pairing
from question_bank.comparison import DETAILS, Outcome, Step, compare, details_of, with_near
from question_bank.digests import content_hash, fingerprint, search_text
from question_bank.enums import Status, TextForm
from question_bank.errors import N_, Conflict, NotAllowed
from question_bank.events import BankEvent, PictureAdded, QuestionCreated, QuestionEdited, VersionAdded
from question_bank.kinds import content_of
from question_bank.models import Citation, Question, QuestionVersion, StoredPicture
from question_bank.pausing import collector_paused
from question_bank.queries import (
    batches,
    latest_version,
    question_by_code,
)
from question_bank.registry import DocumentEntry, Registry
from question_bank.richtext import digests, texts_in
from question_bank.steps import Publication, advance, advance_many, back_to_review, hand_in, publish, quarantine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from question_bank.drafts import Draft
    from question_bank.pairing import Near
    from question_bank.pictures import Picture

__all__ = [
    "ImportResult",
    "Publication",
    "add_version",
    "advance",
    "advance_many",
    "create_question",
    "edit_details",
    "hand_in",
    "import_drafts",
    "keep_picture",
    "publish",
    "quarantine",
]


class ImportResult(NamedTuple):
    """What became of each draft, in the order given."""

    steps: tuple[Step, ...]

    def codes(self, outcome: Outcome) -> list[str]:
        """Return the codes of the drafts with that outcome."""
        return [step.draft.code for step in self.steps if step.outcome is outcome]


def create_question(
    session: Session, draft: Draft, *, by: int | None, at: datetime
) -> tuple[Question, list[BankEvent]]:
    """Write a new question as a draft with its first version.

    Raises ``Conflict`` when the code is taken, ``Invalid`` for an unknown topic.
    """
    if question_by_code(session, draft.code) is not None:
        raise Conflict(N_("There is a question %(code)s already."), code=draft.code)
    registry = Registry(session)
    question = _created(session, registry, draft, at=at)
    session.flush()
    version = _written(session, registry, question, draft, by=by, at=at, reason="")
    session.flush()
    pairing.look_again(session, question, draft, at=at)
    return question, [*registry.events(), *_birth(question, version)]


def keep_picture(
    session: Session, picture: Picture, *, by: int | None, at: datetime
) -> tuple[StoredPicture, list[BankEvent]]:
    """Keep ``picture`` where texts find it by its digest; the same pixels are kept once, without another event."""
    known = session.scalar(select(StoredPicture).where(StoredPicture.digest == picture.digest))
    if known is not None:
        return known, []
    row = StoredPicture(
        digest=picture.digest,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        data=picture.data,
        added_by=by,
        added_at=at,
    )
    session.add(row)
    session.flush()
    detail = {"digest": row.digest, "bytes": len(row.data)}
    return row, [PictureAdded(object_id=row.id, detail=detail)]


def add_version(
    session: Session, question: Question, draft: Draft, *, by: int | None, at: datetime, reason: str = ""
) -> tuple[QuestionVersion, list[BankEvent]]:
    """Write the next version; versions already there never change.

    What is published or quarantined goes back into review, because a paper may only hold what was reviewed.
    Raises ``Conflict`` when nothing differs or the kind does, ``NotAllowed`` for a retired question.
    """
    if content_hash(draft) == latest_version(session, question).content_hash:
        raise Conflict(N_("Nothing was changed in %(code)s."), code=question.code)
    if draft.kind is not question.kind:
        raise Conflict(N_("%(code)s is of another kind; write a new question."), code=question.code)
    if question.status is Status.RETIRED:
        raise NotAllowed(N_("%(code)s is retired and is not changed any more."), code=question.code)
    before = content_of(question.kind, latest_version(session, question).content)
    registry = Registry(session)
    version = _written(session, registry, question, draft, by=by, at=at, reason=reason)
    session.flush()
    measuring.forget_if_changed(session, question, before, draft.content)
    pairing.look_again(session, question, draft, at=at)
    return version, [*registry.events(), _version_added(question, version), *back_to_review(question, at=at)]


def edit_details(session: Session, question: Question, draft: Draft, *, at: datetime) -> list[BankEvent]:
    """Bring what stands beside the versions (topic, difficulty, audience, validity …) in line with ``draft``.

    Returns no event when nothing differs. Raises ``Invalid`` for an unknown topic.
    """
    registry = Registry(session)
    event = _edited(registry, question, draft, at=at)
    session.flush()
    return [*registry.events(), *event]


def import_drafts(
    session: Session,
    drafts: Sequence[Draft],
    *,
    by: int | None,
    at: datetime,
    documents: Iterable[DocumentEntry] = (),
    near: Mapping[str, Sequence[Near]] | None = None,
    pictures: Iterable[Picture] = (),
) -> tuple[ImportResult, list[BankEvent]]:
    """Bring ``drafts`` into the bank: new ones are created, changed ones get a version, equal ones are left alone.

    The code identifies a question. ``documents`` completes the register. Duplicates and what cannot be taken are in
    the result with their reasons; nothing is raised for them. Importing twice changes nothing.
    ``near`` is what a preview of the same drafts found, by code, so that it is not looked for again; what is nearly
    the same as another question is written and kept as a suspected pair. Of the ``pictures`` a file brought, those
    are kept that a written draft names.
    """
    with collector_paused():
        steps = compare(session, drafts, judged=False)
        if near is None:
            steps = with_near(session, steps)
            near = {step.draft.code: step.near for step in steps}
        registry = Registry(session)
        registry.enter(documents)
        registry.meet(step.draft for step in steps if step.taken)
        events: list[BankEvent] = []
        for batch in batches(steps):
            events += _new_questions(session, registry, [s for s in batch if s.outcome is Outcome.NEW], by=by, at=at)
            for step in batch:
                if step.outcome is Outcome.CHANGED:
                    events += _revised(session, registry, step, by=by, at=at)
        session.flush()
        written = [step.draft for step in steps if step.taken]
        pairing.keep(session, ((draft.code, near.get(draft.code, ())) for draft in written), at=at)
        events += _pictured(session, written, pictures, by=by, at=at)
    return ImportResult(tuple(steps)), [*registry.events(), *events]


def _pictured(
    session: Session, drafts: Iterable[Draft], pictures: Iterable[Picture], *, by: int | None, at: datetime
) -> list[BankEvent]:
    """Keep the pictures that ``drafts`` name."""
    brought = {picture.digest: picture for picture in pictures}
    named = {digest for draft in drafts for digest in digests(texts_in(draft.content))} if brought else set()
    return [
        event
        for digest in sorted(named & brought.keys())
        for event in keep_picture(session, brought[digest], by=by, at=at)[1]
    ]


def _new_questions(
    session: Session, registry: Registry, steps: list[Step], *, by: int | None, at: datetime
) -> list[BankEvent]:
    """Create a batch with two flushes rather than two for each question."""
    questions = [_created(session, registry, step.draft, at=at) for step in steps]
    session.flush()
    versions = [
        _written(session, registry, question, step.draft, by=by, at=at, reason="", print_=step.fingerprint)
        for question, step in zip(questions, steps, strict=True)
    ]
    session.flush()
    return [event for question, version in zip(questions, versions, strict=True) for event in _birth(question, version)]


def _revised(session: Session, registry: Registry, step: Step, *, by: int | None, at: datetime) -> list[BankEvent]:
    question = session.get_one(Question, step.question_id)
    events = _edited(registry, question, step.draft, at=at)
    if step.wording_changed:
        before = content_of(question.kind, latest_version(session, question).content)
        version = _written(session, registry, question, step.draft, by=by, at=at, reason="")
        session.flush()
        measuring.forget_if_changed(session, question, before, step.draft.content)
        events += [_version_added(question, version), *back_to_review(question, at=at)]
    return events


def _created(session: Session, registry: Registry, draft: Draft, *, at: datetime) -> Question:
    topic = registry.topic(draft.topic, draft.subtopic)
    question = Question(
        code=draft.code,
        kind=draft.kind,
        status=Status.DRAFT,
        topic_id=topic.id,
        latest_number=0,
        created_at=at,
        changed_at=at,
        **details_of(draft),
    )
    session.add(question)
    return question


def _written(
    session: Session,
    registry: Registry,
    question: Question,
    draft: Draft,
    *,
    by: int | None,
    at: datetime,
    reason: str,
    print_: str = "",
) -> QuestionVersion:
    """Add the next version with its citations, and what a search and a comparison need at the question.

    ``print_`` is the fingerprint of ``draft`` where it is known already.
    """
    question.latest_number += 1
    question.changed_at = at
    question.form = draft.form or TextForm.ORDINARY
    question.search_text = search_text(draft)
    question.fingerprint = print_ or fingerprint(draft.content)
    citations = [
        Citation(
            document_id=registry.document(cited.document, cited.in_force).id,
            position=position,
            article=cited.article,
            in_force=cited.in_force,
            fact=cited.fact_id,
            certainty=cited.status,
        )
        for position, cited in enumerate(draft.citations)
    ]
    version = QuestionVersion(
        question_id=question.id,
        number=question.latest_number,
        content=draft.content.model_dump(mode="json"),
        content_hash=content_hash(draft),
        stem=draft.content.stem,
        marks=draft.marks,
        scoring_note=draft.scoring_note,
        written_by=by,
        written_at=at,
        reason=reason,
        citations=citations,
    )
    session.add(version)
    return version


def _edited(registry: Registry, question: Question, draft: Draft, *, at: datetime) -> list[BankEvent]:
    topic = registry.topic(draft.topic, draft.subtopic)
    wanted = details_of(draft) | {"topic_id": topic.id}
    before = {name: getattr(question, name) for name in (*DETAILS, "topic_id")}
    changes = {name: [_shown(before[name]), _shown(value)] for name, value in wanted.items() if before[name] != value}
    if not changes:
        return []
    for name in changes:
        setattr(question, name, wanted[name])
    question.changed_at = at
    question.search_text = search_text(draft)
    return [QuestionEdited(object_id=question.id, detail=changes)]


def _shown(value: object) -> object:
    """Make a value fit for a JSON column."""
    return value if isinstance(value, (bool, int, list)) or value is None else str(value)


def _birth(question: Question, version: QuestionVersion) -> list[BankEvent]:
    detail = {"code": question.code, "kind": question.kind}
    return [QuestionCreated(object_id=question.id, detail=detail), _version_added(question, version)]


def _version_added(question: Question, version: QuestionVersion) -> VersionAdded:
    detail = {"code": question.code, "number": version.number, "hash": version.content_hash}
    return VersionAdded(object_id=question.id, detail=detail)
