"""What operations of the bank report upward. The caller writes each one into its audit log in the same transaction.

An event names one object by type and id and carries a JSON-able ``detail``; it holds no time and no person,
because the bank knows neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEvent:
    """Something changed in the bank: ``action`` happened to the ``object_type`` with id ``object_id``."""

    action: ClassVar[str]
    object_type: ClassVar[str]
    object_id: int
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCreated(BankEvent):
    """A topic or subtopic was added. Detail: code, parent code."""

    action: ClassVar[str] = "topic.created"
    object_type: ClassVar[str] = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCreated(BankEvent):
    """A question was written or imported. Detail: code, kind, source."""

    action: ClassVar[str] = "question.created"
    object_type: ClassVar[str] = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAdded(BankEvent):
    """A question got a new version. Detail: code, number, content hash."""

    action: ClassVar[str] = "question.version_added"
    object_type: ClassVar[str] = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionEdited(BankEvent):
    """What stands beside the versions changed (topic, difficulty, audience …). Detail: field → [before, after]."""

    action: ClassVar[str] = "question.edited"
    object_type: ClassVar[str] = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(BankEvent):
    """A question took a step of its life. Detail: code, before, after, reason."""

    action: ClassVar[str] = "question.status_changed"
    object_type: ClassVar[str] = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureAdded(BankEvent):
    """A picture was kept. Detail: digest, bytes."""

    action: ClassVar[str] = "picture.added"
    object_type: ClassVar[str] = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCreated(BankEvent):
    """A law or policy was registered. Detail: title, number, in-force date."""

    action: ClassVar[str] = "document.created"
    object_type: ClassVar[str] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEdited(BankEvent):
    """A document's own record changed. Detail: field → [before, after]."""

    action: ClassVar[str] = "document.edited"
    object_type: ClassVar[str] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSuperseded(BankEvent):
    """A document was replaced by another. Detail: by (id), quarantined (question ids)."""

    action: ClassVar[str] = "document.superseded"
    object_type: ClassVar[str] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFallen(BankEvent):
    """A document was amended or repealed without a successor. Detail: status, reason, quarantined (codes)."""

    action: ClassVar[str] = "document.fallen"
    object_type: ClassVar[str] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChecked(BankEvent):
    """A document that had fallen carries questions again. Detail: before, edition."""

    action: ClassVar[str] = "document.checked"
    object_type: ClassVar[str] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDue(BankEvent):
    """A document's review date drew near and people were told. Detail: title, review_on."""

    action: ClassVar[str] = "document.due"
    object_type: ClassVar[str] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChanged(BankEvent):
    """An article was added, changed or taken out. Detail: label, before, after (texts)."""

    action: ClassVar[str] = "document.article_changed"
    object_type: ClassVar[str] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReviewed(BankEvent):
    """A reader said something of a version. Detail: code, version, finding, comment."""

    action: ClassVar[str] = "question.reviewed"
    object_type: ClassVar[str] = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEdited(BankEvent):
    """How many reviewers a topic needs was changed. Detail: code, reviewers_needed ([before, after])."""

    action: ClassVar[str] = "topic.edited"
    object_type: ClassVar[str] = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairJudged(BankEvent):
    """Somebody decided how two questions that look alike stand to each other. Detail: codes, before, after."""

    action: ClassVar[str] = "question.pair_judged"
    object_type: ClassVar[str] = "question_pair"
