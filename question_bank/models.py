"""The bank's tables. A version never changes once written; what is edited becomes the next version."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    event,
    false,
    inspect,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session, relationship

from question_bank.enums import DocumentStatus, Finding, Kind, Relation, Status, TextForm
from question_bank.orm import Base, enum_column


class Topic(Base):
    """知识点: a tree; the eight roots have the codes of the taxonomy."""

    __tablename__ = "topic"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        CheckConstraint("reviewers_needed BETWEEN 1 AND 5", name="some_reviewers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    # so many people other than the author must approve a version; a subtopic follows its root
    reviewers_needed: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")


class Document(Base):
    """文件: a law or policy, with its number and dates as far as they are known (`2022-11` is a date too)."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("superseded_by_id IS NULL OR superseded_by_id <> id", name="not_its_own_successor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300), unique=True)
    number: Mapped[str] = mapped_column(String(100), default="")
    issuer: Mapped[str] = mapped_column(String(100), default="")
    in_force: Mapped[str] = mapped_column(String(40), default="")
    edition: Mapped[str] = mapped_column(String(10), default="")
    status: Mapped[DocumentStatus] = mapped_column(
        enum_column(DocumentStatus, "status_known"),
        default=DocumentStatus.IN_FORCE,
        server_default=DocumentStatus.IN_FORCE.value,
    )
    review_on: Mapped[date | None]
    reminded_on: Mapped[date | None]  # the review date people were last reminded of
    note: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    lock: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class Article(Base):
    """条款: what one article of a document says, as far as the register holds it."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("document_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    fact: Mapped[str] = mapped_column(String(40), default="", index=True)
    certainty: Mapped[str] = mapped_column(String(40), default="")


class Question(Base):
    """试题: what stays the same over its versions, and where it stands in its life."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty_one_to_five"),
        CheckConstraint("for_business OR for_practical", name="for_some_paper"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name="valid_in_order"),
        Index("ix_question_draw", "status", "kind", "topic_id", "difficulty"),
        # what a search counts by, without reading the texts
        Index("ix_question_counted", "id", "status", "kind", "difficulty", "topic_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[Kind] = mapped_column(enum_column(Kind, "kind_known"))
    form: Mapped[TextForm] = mapped_column(enum_column(TextForm, "form_known"), default=TextForm.ORDINARY)
    status: Mapped[Status] = mapped_column(enum_column(Status, "status_known"), default=Status.DRAFT)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    difficulty: Mapped[int] = mapped_column(SmallInteger)
    for_business: Mapped[bool] = mapped_column(default=True)
    for_practical: Mapped[bool] = mapped_column(default=False)
    audiences: Mapped[list[str]] = mapped_column(JSON, default=list)  # values of Audience; empty = everybody
    unit_code: Mapped[str | None] = mapped_column(String(40), index=True)  # drawn only where this unit is host
    common_core: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False, index=True)
    time_sensitive: Mapped[bool] = mapped_column(default=False)
    reserve: Mapped[bool] = mapped_column(default=False, server_default=false())  # kept out of the draw until needed
    note: Mapped[str] = mapped_column(String(2000), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(Text, default="")
    fingerprint: Mapped[str] = mapped_column(String(64), index=True, default="")  # the same for the same wording
    latest_number: Mapped[int] = mapped_column(default=0)
    lock: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    topic: Mapped[Topic] = relationship()

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class ItemStatistic(Base):
    """What the answers so far say of a question, over all its versions whose key is the same; written by the reports.

    Shares in ten-thousandths: `facility` is the mean share of full marks, `discrimination` the correlation of an item
    with the rest of the paper, None where too few have answered. `ability` is the mean ability of those who answered,
    in thousandths of a logit from the county's mean.
    """

    __tablename__ = "item_statistic"
    __table_args__ = (
        CheckConstraint("responses >= 0", name="responses_not_negative"),
        CheckConstraint("facility BETWEEN 0 AND 10000", name="facility_is_a_share"),
        CheckConstraint("discrimination BETWEEN -10000 AND 10000", name="discrimination_is_a_correlation"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    responses: Mapped[int]
    facility: Mapped[int] = mapped_column(SmallInteger)
    discrimination: Mapped[int | None] = mapped_column(SmallInteger)
    ability: Mapped[int] = mapped_column(SmallInteger, default=0)
    from_number: Mapped[int]  # the first version it is about
    updated_at: Mapped[datetime]


class QuestionVersion(Base):
    """版本: one wording with its key. Immutable; papers point here."""

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("marks > 0", name="marks_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    stem: Mapped[str] = mapped_column(Text)
    marks: Mapped[Decimal]
    scoring_note: Mapped[str] = mapped_column(String(500), default="")
    written_by: Mapped[int | None] = mapped_column(index=True)
    written_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200), default="")

    question: Mapped[Question] = relationship()
    citations: Mapped[list["Citation"]] = relationship(order_by="Citation.position")


class Citation(Base):
    """依据: the article of a document on which one version rests."""

    __tablename__ = "citation"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    position: Mapped[int]
    article: Mapped[str] = mapped_column(String(300), default="")
    in_force: Mapped[str] = mapped_column(String(40), default="")  # as the author wrote it
    fact: Mapped[str] = mapped_column(String(40), default="")
    certainty: Mapped[str] = mapped_column(String(40), default="")

    document: Mapped[Document] = relationship()


class Review(Base):
    """审题: what one reader said of one version. Append-only; ``signed`` names a reader who has no login here."""

    __tablename__ = "review"
    __table_args__ = (CheckConstraint("reader IS NOT NULL OR signed <> ''", name="signed_by_somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    finding: Mapped[Finding] = mapped_column(enum_column(Finding, "finding_known"))
    comment: Mapped[str] = mapped_column(String(2000), default="")
    reader: Mapped[int | None]
    signed: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime]

    version: Mapped[QuestionVersion] = relationship()


class QuestionPair(Base):
    """相近题: two questions that look alike, and what a person decided. ``first_id`` is the smaller id."""

    __tablename__ = "question_pair"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="smaller_first"),
        CheckConstraint("likeness BETWEEN 0 AND 100", name="likeness_in_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    relation: Mapped[Relation] = mapped_column(enum_column(Relation, "relation_known"), default=Relation.SUSPECTED)
    reason: Mapped[str] = mapped_column(String(40), default="")  # which rule found them, see question_bank.similarity
    likeness: Mapped[int] = mapped_column(SmallInteger, default=0)
    found_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]

    first: Mapped[Question] = relationship(foreign_keys=[first_id])
    second: Mapped[Question] = relationship(foreign_keys=[second_id])


class StoredPicture(Base):
    """图片: what texts mean by ``![…](picture:<digest>)``; the same bytes are kept once."""

    __tablename__ = "picture"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="has_a_size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[int | None]
    added_at: Mapped[datetime]


class VersionIsFixed(RuntimeError):  # noqa: N818 - the name is the sentence a reader sees
    """Something tried to change or delete a version or its citations: a programming error, never a user's."""


def _refuse_change(mapper: Mapper[Any], connection: object, target: object) -> None:
    """Stop a flush that would rewrite what papers may already point at."""
    del mapper, connection
    session = object_session(target)
    if session is not None and not session.is_modified(target, include_collections=False):
        return
    message = f"{type(target).__name__} {inspect(target).identity} is never changed; write the next version"
    raise VersionIsFixed(message)


def _refuse_deletion(mapper: Mapper[Any], connection: object, target: object) -> None:
    """Stop a flush that would delete history."""
    del mapper, connection
    message = f"{type(target).__name__} {inspect(target).identity} is never deleted"
    raise VersionIsFixed(message)


for _fixed in (QuestionVersion, Citation, Review, StoredPicture):
    event.listen(_fixed, "before_update", _refuse_change)
    event.listen(_fixed, "before_delete", _refuse_deletion)
