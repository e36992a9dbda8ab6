"""Reading the bank: one question and its versions, and the questions an assembly may draw.

Lists, statistics and the check of the whole bank are in ``question_bank.listing`` and ``question_bank.stocktaking``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, or_, select
from sqlalchemy.orm import aliased, defer, selectinload

from question_bank import kinds
from question_bank.calibration import Observed, Priors, figures_of, priors_of
from question_bank.drafts import Draft, DraftCitation
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Difficulty, DocumentStatus, Kind, PaperKind, Relation, Status, TextForm
from question_bank.errors import N_, NotFound, Problem
from question_bank.models import (
    Article,
    Citation,
    Document,
    ItemStatistic,
    Question,
    QuestionPair,
    QuestionVersion,
    StoredPicture,
    Topic,
)
from question_bank.pictures import Picture
from question_bank.taxonomy import root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

T = TypeVar("T")
BATCH = 500
"""Values in one IN list: below every engine's limit."""

LATEST = (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.latest_number)


class DocumentUse(NamedTuple):
    """A document of the register and how many questions rest on it in their latest version."""

    document: Document
    questions: int


class _Beside(NamedTuple):
    """What a draw knows beside the questions: enemies by code, what was earned by id, what labels mean."""

    enemies: dict[str, frozenset[str]]
    earned: dict[int, Observed]
    priors: Priors


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces short enough for one statement."""
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def question_by_id(session: Session, question_id: int) -> Question:
    """Return the question with its topic; raise ``NotFound``."""
    question = session.get(Question, question_id)
    if question is None:
        raise NotFound(N_("There is no such question."))
    return question


def questions_by_id(session: Session, ids: Iterable[int]) -> list[Question]:
    """Return the questions of ``ids``, by code; those nobody knows are missing."""
    found: list[Question] = []
    for batch in batches(sorted(set(ids))):
        found += session.scalars(select(Question).where(Question.id.in_(batch))).all()
    return sorted(found, key=lambda question: question.code)


def question_by_code(session: Session, code: str) -> Question | None:
    """Return the question of that code, None if there is none."""
    return session.scalar(select(Question).where(Question.code == code))


def versions_of(session: Session, question_id: int) -> list[QuestionVersion]:
    """Return all versions with their citations and documents, the newest first."""
    query = (
        select(QuestionVersion)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.number.desc())
        .options(selectinload(QuestionVersion.citations).joinedload(Citation.document))
    )
    return list(session.scalars(query))


def latest_version(session: Session, question: Question) -> QuestionVersion:
    """Return the newest version of ``question``; raise ``NotFound`` if it has none."""
    version = session.scalar(
        select(QuestionVersion).where(
            QuestionVersion.question_id == question.id, QuestionVersion.number == question.latest_number
        )
    )
    if version is None:
        raise NotFound(N_("%(code)s has no version."), code=question.code)
    return version


def with_versions() -> Select[Question, QuestionVersion]:
    """Select questions with their latest versions, citations and documents in a fixed number of statements."""
    return (
        select(Question, QuestionVersion)
        .join(QuestionVersion, LATEST)
        .options(
            selectinload(Question.topic),
            selectinload(QuestionVersion.citations).selectinload(Citation.document),
        )
    )


def latest_versions(session: Session, codes: Iterable[str]) -> list[tuple[Question, QuestionVersion]]:
    """Return the questions of ``codes`` (at most ``BATCH``) with their latest versions, sorted by code."""
    rows = session.execute(with_versions().where(Question.code.in_(list(codes))).order_by(Question.code))
    return list(rows)


def versions_by_id(session: Session, ids: Iterable[int]) -> list[tuple[Question, QuestionVersion]]:
    """Return the questions of ``ids`` (at most ``BATCH``) with their latest versions, sorted by code."""
    return list(session.execute(with_versions().where(Question.id.in_(list(ids))).order_by(Question.code)))


def draft_of(question: Question, version: QuestionVersion) -> Draft:
    """Return a version with all that stands beside it as the draft that would write it again."""
    root = root_of(question.topic.code)
    papers = {PaperKind.BUSINESS: question.for_business, PaperKind.PRACTICAL: question.for_practical}
    return Draft(
        code=question.code,
        content=kinds.content_of(question.kind, version.content),
        topic=root,
        subtopic="" if question.topic.code == root else question.topic.name,
        difficulty=Difficulty(question.difficulty),
        marks=version.marks,
        papers=tuple(paper for paper, is_for in papers.items() if is_for),
        audiences=audiences_of(question),
        unit_code=question.unit_code or "",
        citations=tuple(_citation(cited) for cited in version.citations),
        valid_to=question.valid_to,
        time_sensitive=question.time_sensitive,
        demo_only=question.demo,
        common_core=question.common_core,
        reviewer_note=question.note,
        scoring_note=version.scoring_note,
    )


def audiences_of(question: Question) -> tuple[Audience, ...]:
    """Return whom the question is for, in the order of ``Audience``; empty means everybody."""
    return tuple(audience for audience in Audience if audience.value in question.audiences)


def _citation(cited: Citation) -> DraftCitation:
    return DraftCitation(
        document=cited.document.title,
        article=cited.article,
        fact_id=cited.fact,
        status=cited.certainty,
        in_force=cited.in_force,
    )


def fallen(version: QuestionVersion) -> list[Problem]:
    """Return the documents a version cites that no longer carry it: amended and not checked, repealed or replaced."""
    documents = {cited.document_id: cited.document for cited in version.citations}
    return [_fallen(document) for document in documents.values() if not stands(document)]


def stands(document: Document) -> bool:
    """Whether questions may rest on it, its first day in force apart."""
    return document.status is DocumentStatus.IN_FORCE and document.superseded_by_id is None


def _fallen(document: Document) -> Problem:
    if document.superseded_by_id is not None:
        template = N_("“%(document)s” has been replaced.")
    elif document.status is DocumentStatus.AMENDED:
        template = N_("“%(document)s” has been amended and is not checked yet.")
    else:
        template = N_("“%(document)s” has been repealed.")
    return Problem("citations", template, {"document": document.title})


def drawable(
    session: Session, *, paper_kind: PaperKind, on: date, audience: Audience | None, host_unit_code: str | None
) -> list[Drawable]:
    """Return what a paper of that kind may draw on that day for that audience at that host, sorted by code.

    Published, within its days, no other unit's, and resting on documents that stand: in force, not superseded.
    ``audience`` None takes the questions of all audiences, ``host_unit_code`` None those of no unit only. A diagnosis
    is never drawn, nor a reserve question before it is called in. Each comes with the figures of its label and of what
    candidates have earned on it so far.
    """
    query = (
        select(Question, QuestionVersion, Topic.code, Topic.name)
        .join(QuestionVersion, LATEST)
        .join(Topic, Topic.id == Question.topic_id)
        .where(
            Question.status == Status.PUBLISHED,
            Question.form != TextForm.DIAGNOSIS,
            Question.reserve.is_(False),
            for_paper(paper_kind),
            or_(Question.valid_from.is_(None), Question.valid_from <= on),
            or_(Question.valid_to.is_(None), Question.valid_to >= on),
            or_(Question.unit_code.is_(None), Question.unit_code == host_unit_code),
            ~_rests_on_fallen(on),
        )
        .order_by(Question.code)
        .options(defer(Question.search_text), defer(QuestionVersion.stem))
    )
    if audience is not None:
        query = query.where(for_audience(audience))
    beside = _Beside(_enemies_by_code(session), *observed(session))
    return [_drawable(*row, beside) for row in session.execute(query)]


def observed(session: Session) -> tuple[dict[int, Observed], Priors]:
    """Return by question id what candidates earned, and what labels mean in this bank by all of that."""
    rows = session.execute(
        select(
            Question.id,
            Question.kind,
            Question.difficulty,
            ItemStatistic.responses,
            ItemStatistic.facility,
            ItemStatistic.ability,
        )
        .join(ItemStatistic, ItemStatistic.question_id == Question.id)
        .order_by(Question.code)
    ).all()
    by_id = {row[0]: Observed(*row[3:]) for row in rows}
    return by_id, priors_of((kind, Difficulty(difficulty), by_id[id_]) for id_, kind, difficulty, *_ in rows)


def for_paper(paper_kind: PaperKind) -> ColumnElement[bool]:
    """Whether a question may stand on papers of that kind."""
    return (Question.for_business if paper_kind is PaperKind.BUSINESS else Question.for_practical).is_(True)


def for_audience(audience: Audience) -> ColumnElement[bool]:
    """Whether a question is for that audience; no audience named means everybody."""
    named = cast(Question.audiences, String)
    return or_(named == "[]", named.contains(f'"{audience.value}"'))


def _rests_on_fallen(on: date) -> ColumnElement[bool]:
    """Whether a cited document is amended, repealed, replaced or not yet in force.

    Dates are ISO, whole or cut short, so text compares.
    """
    fallen = or_(
        Document.status != DocumentStatus.IN_FORCE,
        Document.superseded_by_id.is_not(None),
        func.substr(Document.in_force, 1, 10) > on.isoformat(),
    )
    return exists().where(Citation.version_id == QuestionVersion.id, Citation.document_id == Document.id, fallen)


def _drawable(
    question: Question,
    version: QuestionVersion,
    topic: str,
    name: str,
    beside: _Beside,
) -> Drawable:
    root, difficulty = root_of(topic), Difficulty(question.difficulty)
    return Drawable(
        version_id=version.id,
        question_id=question.id,
        code=question.code,
        kind=question.kind,
        form=question.form,
        topic=root,
        subtopic="" if topic == root else name,
        difficulty=difficulty,
        slots=_slots(question.kind, version.content),
        unit_code=question.unit_code,
        common_core=question.common_core,
        audiences=frozenset(audiences_of(question)),
        content_hash=version.content_hash,
        enemies=beside.enemies.get(question.code, frozenset()),
        figures=figures_of(question.kind, difficulty, beside.earned.get(question.id), priors=beside.priors),
    )


def _enemies_by_code(session: Session) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, two in enemies(session):
        found.setdefault(one, set()).add(two)
        found.setdefault(two, set()).add(one)
    return {code: frozenset(codes) for code, codes in found.items()}


def _slots(kind: Kind, content: dict[str, Any]) -> int:
    """Count the blanks or pairs; the other kinds have one slot and need not be read for it."""
    if kind not in {Kind.FILL_BLANK, Kind.MATCHING}:
        return 1
    return kinds.slots(kinds.content_of(kind, content))


def enemies(session: Session) -> frozenset[tuple[str, str]]:
    """Return the pairs of codes that somebody keeps out of one paper, the smaller code first in each."""
    one, two = aliased(Question), aliased(Question)
    rows = session.execute(
        select(one.code, two.code)
        .select_from(QuestionPair)
        .join(one, one.id == QuestionPair.first_id)
        .join(two, two.id == QuestionPair.second_id)
        .where(QuestionPair.relation == Relation.ENEMIES)
    )
    return frozenset((min(first, second), max(first, second)) for first, second in rows)


def documents(session: Session) -> list[DocumentUse]:
    """Return the register by title, each document with the number of questions that cite it now."""
    citing = (
        select(Citation.document_id, func.count(func.distinct(Question.id)).label("questions"))
        .join(QuestionVersion, QuestionVersion.id == Citation.version_id)
        .join(Question, LATEST)
        .group_by(Citation.document_id)
        .subquery()
    )
    rows = session.execute(
        select(Document, func.coalesce(citing.c.questions, 0))
        .outerjoin(citing, citing.c.document_id == Document.id)
        .order_by(Document.title)
    )
    return [DocumentUse(document, count) for document, count in rows]


def document_by_id(session: Session, document_id: int) -> Document:
    """Return the document; raise ``NotFound``."""
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound(N_("There is no such document."))
    return document


def picture_by_digest(session: Session, digest: str) -> StoredPicture:
    """Return the picture a text names; raise ``NotFound``."""
    picture = session.scalar(select(StoredPicture).where(StoredPicture.digest == digest))
    if picture is None:
        raise NotFound(N_("There is no such picture."))
    return picture


def pictures_by_digest(session: Session, digests: Sequence[str]) -> dict[str, Picture]:
    """Return by digest the pictures that are kept; those that are not are missing."""
    found: dict[str, Picture] = {}
    for batch in batches(digests):
        for row in session.scalars(select(StoredPicture).where(StoredPicture.digest.in_(batch))):
            found[row.digest] = Picture(row.digest, row.media_type, row.width, row.height, row.data)
    return found


def articles_of(session: Session, title: str) -> list[Article]:
    """Return the articles the register holds of the document of that title, in their order."""
    query = select(Article).join(Document, Document.id == Article.document_id).where(Document.title == title)
    return list(session.scalars(query.order_by(Article.position)))
