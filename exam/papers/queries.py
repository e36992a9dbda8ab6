"""Reads on specifications, sets of papers and papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from exam.papers.composition import Wording, sealed
from exam.papers.models import Paper, PaperItem, PaperSet, Specification, SpecificationStatus
from exam.papers.specification import Plan, digest, plan_of
from exam.papers.transcript import Line, Sheet, sections_of
from question_bank.enums import Audience, Band
from question_bank.errors import N_, NotFound
from question_bank.kinds import Content, Order, content_of
from question_bank.models import Citation, Question, QuestionVersion
from question_bank.queries import batches, drawable


@dataclass(frozen=True)
class Supply:
    """How many questions a bank holds for one row of a specification (a section, a topic margin or a band)."""

    name: str
    marks: Decimal
    questions: int


@dataclass(frozen=True)
class Stock:
    """What the bank holds beside what a specification asks for; `sections` counts in the unit of the section."""

    questions: int
    sections: tuple[Supply, ...]
    topics: tuple[Supply, ...]
    bands: tuple[Supply, ...]


@dataclass(frozen=True)
class SetSummary:
    """A set of papers in a list."""

    paper_set: PaperSet
    papers: int
    spares: int


def specification_by_id(session: Session, specification_id: int) -> Specification:
    found = session.get(Specification, specification_id)
    if found is None:
        raise NotFound(N_("There is no such specification."))
    return found


def specification_by_code(session: Session, code: str) -> Specification:
    """The newest specification of that code that is not retired. Raises NotFound."""
    found = session.scalar(
        select(Specification)
        .where(Specification.code == code, Specification.status != SpecificationStatus.RETIRED)
        .order_by(Specification.number.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound(N_("There is no specification %(code)s in use."), code=code)
    return found


def specifications(session: Session) -> list[tuple[Specification, int]]:
    """All specifications, those in use first, each with the number of sets drawn with it."""
    sets = select(PaperSet.specification_id, func.count().label("sets")).group_by(PaperSet.specification_id).subquery()
    rows = session.execute(
        select(Specification, func.coalesce(sets.c.sets, 0))
        .outerjoin(sets, sets.c.specification_id == Specification.id)
        .order_by(Specification.status == SpecificationStatus.RETIRED, Specification.id)
    )
    return list(rows.tuples())


def paper_set_by_id(session: Session, paper_set_id: int) -> PaperSet:
    found = session.get(PaperSet, paper_set_id, options=[joinedload(PaperSet.specification)])
    if found is None:
        raise NotFound(N_("There is no such set of papers."))
    return found


def paper_by_id(session: Session, paper_id: int) -> Paper:
    """The paper with its set and specification. Raises NotFound."""
    whole = joinedload(Paper.paper_set).joinedload(PaperSet.specification)
    found = session.get(Paper, paper_id, options=[whole])
    if found is None:
        raise NotFound(N_("There is no such paper."))
    return found


def sets_of(session: Session, specification_id: int) -> list[SetSummary]:
    """The sets drawn with one specification, the newest first."""
    spare = func.sum(func.cast(Paper.spare, PaperItem.position.type))
    counted = (
        select(Paper.paper_set_id, func.count().label("papers"), spare.label("spares"))
        .group_by(Paper.paper_set_id)
        .subquery()
    )
    rows = session.execute(
        select(PaperSet, counted.c.papers, counted.c.spares)
        .join(counted, counted.c.paper_set_id == PaperSet.id)
        .where(PaperSet.specification_id == specification_id)
        .order_by(PaperSet.id.desc())
    )
    return [SetSummary(each, papers - spares, spares) for each, papers, spares in rows]


def papers_of(session: Session, paper_set_id: int) -> Sequence[Paper]:
    """The papers of a set in the order of seats, spares last."""
    return session.scalars(select(Paper).where(Paper.paper_set_id == paper_set_id).order_by(Paper.position)).all()


def stock(session: Session, specification: Specification, *, on: date, audience: Audience | None = None) -> Stock:
    """What the bank holds today for a specification, questions of single units left out."""
    plan = plan_of(specification.plan)
    bank = drawable(
        session,
        paper_kind=specification.paper_kind,
        on=on,
        audience=audience or specification.audience,
        host_unit_code=None,
    )
    fitting = {
        index: [each for each in bank if each.kind in section.kinds and each.form in section.forms]
        for index, section in enumerate(plan.sections)
        if not section.fixed
    }
    useful = {each.code: each for found in fitting.values() for each in found}.values()
    bands = plan.band_marks()
    return Stock(
        questions=len(useful),
        sections=tuple(
            Supply(section.title, section.total, len(fitting.get(index, ())))
            for index, section in enumerate(plan.sections)
        ),
        topics=tuple(
            Supply(group, marks, sum(plan.groups.get(each.topic) == group for each in useful))
            for group, marks in plan.topic_marks.items()
        ),
        bands=tuple(
            Supply(band, bands[band], sum(each.band is band for each in useful)) for band in Band if band in bands
        ),
    )


def wordings(session: Session, version_ids: Sequence[int]) -> dict[int, Wording]:
    """The versions by id with their contents read."""
    found: dict[int, Wording] = {}
    for batch in batches(version_ids):
        rows = session.execute(
            select(QuestionVersion, Question.kind, Question.code)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(QuestionVersion.id.in_(batch))
        )
        for version, kind, code in rows:
            found[version.id] = Wording(version.id, code, version.content_hash, content_of(kind, version.content))
    return found


def sheets(
    session: Session, paper_ids: Sequence[int], *, with_key: bool = False, heading: str = ""
) -> dict[int, Sheet]:
    """Printable papers by paper id, without holder (`dataclasses.replace` puts one in).

    Answers, key points and citations are read only `with_key`; that is for organisers and markers.
    """
    papers: dict[int, Paper] = {}
    lines: dict[int, list[Line]] = {}
    contents: dict[int, Content] = {}
    cited: dict[int, tuple[tuple[str, str], ...]] = {}
    whole = joinedload(Paper.paper_set).joinedload(PaperSet.specification)
    for batch in batches(paper_ids):
        for paper in session.scalars(select(Paper).where(Paper.id.in_(batch)).options(whole)):
            papers[paper.id] = paper
        items = session.scalars(
            select(PaperItem).where(PaperItem.paper_id.in_(batch)).order_by(PaperItem.position)
        ).all()
        needed = sorted({item.question_version_id for item in items} - contents.keys())
        contents |= {version: wording.content for version, wording in wordings(session, needed).items()}
        if with_key:
            cited |= _citations(session, needed)
        for item in items:
            lines.setdefault(item.paper_id, []).append(_line(item, contents, cited))
    return {
        paper_id: _sheet(papers[paper_id], lines[paper_id], with_key=with_key, heading=heading)
        for paper_id in paper_ids
        if paper_id in papers
    }


def _line(item: PaperItem, contents: Mapping[int, Content], cited: Mapping[int, tuple[tuple[str, str], ...]]) -> Line:
    return Line(
        item_id=item.id,
        section=item.section - 1,
        content=contents[item.question_version_id],
        order=Order.model_validate(item.order),
        rule=item.rule,
        marks=item.marks,
        citations=cited.get(item.question_version_id, ()),
    )


def _sheet(paper: Paper, lines: Sequence[Line], *, with_key: bool, heading: str) -> Sheet:
    specification = paper.paper_set.specification
    plan: Plan = plan_of(specification.plan)
    return Sheet(
        title=specification.name,
        code=paper.code,
        total=specification.total,
        minutes=specification.minutes,
        open_book=plan.open_book,
        sections=sections_of(plan, lines, with_key=with_key),
        heading=heading,
        spare=paper.spare,
    )


def _citations(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """By version id the documents and articles cited."""
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for batch in batches(version_ids):
        rows = session.scalars(
            select(Citation)
            .where(Citation.version_id.in_(batch))
            .options(joinedload(Citation.document))
            .order_by(Citation.version_id, Citation.position)
        )
        for citation in rows:
            title = citation.document.title
            named = title if title.startswith("《") else f"《{title}》"
            found[citation.version_id] = (*found.get(citation.version_id, ()), (named, citation.article))
    return found


def kept_hashes(session: Session, paper_set_id: int) -> dict[int, str]:
    """By paper id the hash over the items as they lie in the database now."""
    rows = session.execute(
        select(PaperItem, Question.code, QuestionVersion.content_hash)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Paper.paper_set_id == paper_set_id)
        .order_by(PaperItem.paper_id, PaperItem.position)
    )
    kept: dict[int, list[object]] = {}
    for item, code, hashed in rows:
        order = Order.model_validate(item.order)
        row = sealed(item.section - 1, code, hashed, order=order, rule=item.rule, marks=item.marks)
        kept.setdefault(item.paper_id, []).append(row)
    return {paper_id: digest(items) for paper_id, items in kept.items()}
