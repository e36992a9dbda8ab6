"""The list of questions: filters, sorting, paging, counts, and exactly what is shown as drafts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from question_bank.digests import searchable
from question_bank.enums import Audience, Difficulty, Kind, NamedEnum, PaperKind, Status, TextForm
from question_bank.errors import N_
from question_bank.models import Citation, ItemStatistic, Question, QuestionVersion, Topic
from question_bank.queries import LATEST, draft_of, for_audience, for_paper, with_versions
from question_bank.signs import BANDS, ENOUGH, HARD, WEAK, Sign
from question_bank.wordsearch import occurring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from question_bank.drafts import Draft

PAGE_SIZE = 30
MANY = 2_000
"""Of so many the first page stands so near that reading text after text finds it at once."""


class Sort(NamedEnum):
    """How the list may be sorted."""

    CODE = "code", N_("Question number"), "编号"
    CHANGED = "changed", N_("Last changed"), "最近修改"
    TOPIC = "topic", N_("Topic"), "知识点"
    DIFFICULTY = "difficulty", N_("Difficulty"), "难度"


@dataclass(frozen=True, eq=False)
class Among:
    """Questions whose ids a statement selects (none of them null), or, not ``within``, all but those."""

    ids: Select[int]
    within: bool = True


@dataclass(frozen=True)
class Filters:
    """What is looked for; None or empty leaves that side open. ``topic`` is the code of a root or a subtopic.

    ``unit_code`` finds the questions of that unit. ``text`` is words that must all occur in number, wording,
    options, subtopic or document. ``author_id`` is who wrote the latest version. ``among`` is for what the bank does
    not know itself, such as the papers on which a question stood. ``reserve`` finds those held back from the draw,
    ``sign`` those whose figures call for another look.
    """

    text: str = ""
    kind: Kind | None = None
    topic: str = ""
    difficulty: int | None = None
    status: Status | None = None
    paper: PaperKind | None = None
    audience: Audience | None = None
    unit_code: str = ""
    document_id: int | None = None
    author_id: int | None = None
    among: Among | None = None
    reserve: bool = False
    sign: Sign | None = None

    def active(self) -> dict[str, Any]:
        """Return the filters that are set, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name)}


class Row(NamedTuple):
    """One line of the list. ``subtopic`` is empty for a question that hangs on a root."""

    id: int
    code: str
    kind: Kind
    form: TextForm
    status: Status
    topic: str
    topic_name: str
    subtopic: str
    difficulty: int
    stem: str
    marks: Decimal
    version: int
    changed_at: datetime
    reserve: bool = False


class Page(NamedTuple):
    """One page of the list; ``number`` counts from 1. ``by_status`` counts under all filters but the status."""

    rows: tuple[Row, ...]
    total: int
    number: int
    pages: int
    by_status: dict[Status, int]


class TopicEntry(NamedTuple):
    """A topic of the tree; ``parent`` is the code of its root, empty for a root."""

    code: str
    name: str
    parent: str


def search(
    session: Session,
    filters: Filters,
    *,
    sort: Sort = Sort.CODE,
    descending: bool = False,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page:
    """Return a page of the questions that pass ``filters``, in two statements and one more where words are looked for.

    ``page`` is brought into range.
    """
    conditions, words = _conditions(filters), searchable(filters.text.split())
    held = occurring(session, words) if words else None
    by_status = _by_status(session, filters, [*conditions, held.indexed] if held else conditions)
    total = by_status.get(filters.status, 0) if filters.status else sum(by_status.values())
    pages = max(1, -(-total // size))
    number = min(max(page, 1), pages)
    if filters.status:
        conditions.append(Question.status == filters.status)
    if held:
        conditions.append(held.reading if total > MANY else held.indexed)
    on_page = _joined(select(Question.id), filters, sort).where(*conditions).order_by(*_order(sort, descending))
    query = _rows(on_page.limit(size).offset((number - 1) * size)).order_by(*_order(sort, descending))
    rows = tuple(Row(*values) for values in session.execute(query))
    return Page(rows, total, number, pages, by_status)


def found(
    session: Session, filters: Filters, *, sort: Sort = Sort.CODE, descending: bool = False
) -> Iterator[tuple[Question, Draft]]:
    """Yield everything the list shows under ``filters``, page after page, as question and draft."""
    conditions, words = _conditions(filters), searchable(filters.text.split())
    if words:
        conditions.append(occurring(session, words).indexed)
    if filters.status:
        conditions.append(Question.status == filters.status)
    query = with_versions().join(Topic, Topic.id == Question.topic_id).where(*conditions)
    for question, version in session.execute(query.order_by(*_order(sort, descending))):
        yield question, draft_of(question, version)


def topics(session: Session) -> list[TopicEntry]:
    """Return the tree, roots in their order, each followed by its subtopics."""
    parent = aliased(Topic)
    rows = session.execute(
        select(Topic.code, Topic.name, func.coalesce(parent.code, ""))
        .outerjoin(parent, parent.id == Topic.parent_id)
        .order_by(func.coalesce(parent.position, Topic.position), Topic.parent_id.is_not(None), Topic.position)
    )
    return [TopicEntry(*row) for row in rows]


def _rows(on_page: Select[Any]) -> Select[Any]:
    """Everything that is shown of the questions whose ids ``on_page`` names, which are few."""
    root = aliased(Topic)
    return (
        select(
            Question.id,
            Question.code,
            Question.kind,
            Question.form,
            Question.status,
            func.coalesce(root.code, Topic.code),
            func.coalesce(root.name, Topic.name),
            case((root.id.is_(None), ""), else_=Topic.name),
            Question.difficulty,
            QuestionVersion.stem,
            QuestionVersion.marks,
            QuestionVersion.number,
            Question.changed_at,
            Question.reserve,
        )
        .join(QuestionVersion, LATEST)
        .join(Topic, Topic.id == Question.topic_id)
        .outerjoin(root, root.id == Topic.parent_id)
        .where(Question.id.in_(on_page.subquery().select()))
    )


def _joined(query: Any, filters: Filters, sort: Sort = Sort.CODE) -> Any:
    """Join what the filters look at and no more: with nothing joined, 100,000 questions are counted in no time."""
    query = query.select_from(Question)
    if filters.document_id or filters.author_id:
        query = query.join(QuestionVersion, LATEST)
    if filters.topic or sort is Sort.TOPIC:
        query = query.join(Topic, Topic.id == Question.topic_id)
    return query


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """What a question must be, its words and its status apart."""
    wanted: list[ColumnElement[bool]] = []
    if filters.kind:
        wanted.append(Question.kind == filters.kind)
    if filters.topic:
        wanted.append(or_(Topic.code == filters.topic, Topic.code.startswith(f"{filters.topic}-", autoescape=True)))
    if filters.difficulty:
        wanted.append(Question.difficulty == filters.difficulty)
    if filters.paper:
        wanted.append(for_paper(filters.paper))
    if filters.audience:
        wanted.append(for_audience(filters.audience))
    if filters.unit_code:
        wanted.append(Question.unit_code == filters.unit_code)
    if filters.document_id:
        wanted.append(_cites(filters.document_id))
    return wanted + _set_apart(filters)


def _set_apart(filters: Filters) -> list[ColumnElement[bool]]:
    """What a question must be apart from topic, kind and use: who wrote it, whether it is held back."""
    wanted: list[ColumnElement[bool]] = []
    if filters.author_id:
        wanted.append(QuestionVersion.written_by == filters.author_id)
    if filters.reserve:
        wanted.append(Question.reserve.is_(True))
    if filters.sign:
        wanted.append(_signed(filters.sign))
    if filters.among:
        ids = filters.among.ids
        wanted.append(Question.id.in_(ids) if filters.among.within else Question.id.not_in(ids))
    return wanted


def _signed(sign: Sign) -> ColumnElement[bool]:
    """As ``signs.signs_of`` says of one question."""
    relation, facility = ItemStatistic.discrimination, ItemStatistic.facility
    taken = case(*((facility >= least, int(band)) for least, band in BANDS), else_=int(Difficulty.JUDGEMENT))
    known = ItemStatistic.responses >= ENOUGH
    shown = {
        Sign.KEY: relation < 0,
        Sign.WEAK: and_(relation >= 0, relation < WEAK),
        Sign.EASIER: and_(known, taken < Question.difficulty),
        Sign.HARDER: and_(known, taken > Question.difficulty),
        Sign.HARD: and_(known, facility < HARD),
    }[sign]
    return exists().where(ItemStatistic.question_id == Question.id, shown)


def author_ids(session: Session) -> list[int]:
    """Return the ids of the persons who wrote a version of any question."""
    wanted = select(QuestionVersion.written_by).where(QuestionVersion.written_by.is_not(None)).distinct()
    return [id_ for id_ in session.scalars(wanted) if id_ is not None]


def unit_codes(session: Session) -> list[str]:
    """Return the codes of the units that have questions of their own."""
    return [
        code for code in session.scalars(select(Question.unit_code).distinct().order_by(Question.unit_code)) if code
    ]


def _cites(document_id: int) -> ColumnElement[bool]:
    return exists().where(Citation.version_id == QuestionVersion.id, Citation.document_id == document_id)


def _by_status(session: Session, filters: Filters, conditions: list[ColumnElement[bool]]) -> dict[Status, int]:
    # the bare column would make SQLite go through an index in its order, whatever the other conditions say
    status = func.lower(cast(Question.status, String))
    query = _joined(select(status, func.count()), filters).where(*conditions).group_by(status)
    counts: dict[str, int] = dict(session.execute(query).all())
    return {each: counts[each.value] for each in Status if each.value in counts}


def _order(sort: Sort, descending: bool) -> list[Any]:
    """Sort by one column, ties by the number."""
    columns: dict[Sort, Any] = {
        Sort.CODE: Question.code,
        Sort.CHANGED: Question.changed_at,
        Sort.TOPIC: Topic.code,
        Sort.DIFFICULTY: Question.difficulty,
    }
    return [columns[sort].desc() if descending else columns[sort], Question.code]
