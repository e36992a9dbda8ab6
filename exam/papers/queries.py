"""Reads on specifications, sets of papers and papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from exam.papers.composition import Wording, sealed
from exam.papers.coverage import Coverage, coverage_of
from exam.papers.models import Paper, PaperItem, PaperSet, Specification, SpecificationStatus
from exam.papers.relaxing import Gap, gap_of
from exam.papers.specification import Plan, digest, plan_of
from exam.papers.supply import Stock, stock_of
from exam.papers.transcript import Line, Pictures, Sheet, sections_of
from question_bank.drawable import Drawable
from question_bank.enums import Audience, PaperKind
from question_bank.errors import N_, NotFound
from question_bank.kinds import Content, Order, content_of
from question_bank.models import Citation, Question, QuestionVersion
from question_bank.queries import batches, drawable, pictures_by_digest
from question_bank.richtext import digests, texts_in
from question_bank.scoring import options_in


@dataclass(frozen=True)
class SpecificationLine:
    """A specification in the list."""

    specification: Specification
    plan: Plan
    stock: Stock
    sets: int


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
    """The newest version of that code in use. Raises NotFound."""
    found = session.scalar(
        select(Specification)
        .where(Specification.code == code, Specification.status == SpecificationStatus.FROZEN)
        .order_by(Specification.number.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound(N_("There is no specification %(code)s in use."), code=code)
    return found


def newest_of(session: Session, code: str) -> Specification:
    """The latest version of that code, whatever its status; there must be one."""
    latest = select(Specification).where(Specification.code == code).order_by(Specification.number.desc()).limit(1)
    return session.scalars(latest).one()


def versions_of(session: Session, code: str) -> Sequence[Specification]:
    """Every version of that code, the latest first."""
    wanted = select(Specification).where(Specification.code == code).order_by(Specification.number.desc())
    return session.scalars(wanted).all()


def plan_in(specification: Specification) -> Plan:
    """The plan of a specification as a value."""
    return plan_of(specification.plan)


def specifications(session: Session) -> list[tuple[Specification, int]]:
    """All specifications, those in use first, each with the number of sets drawn with it."""
    sets = select(PaperSet.specification_id, func.count().label("sets")).group_by(PaperSet.specification_id).subquery()
    rows = session.execute(
        select(Specification, func.coalesce(sets.c.sets, 0))
        .outerjoin(sets, sets.c.specification_id == Specification.id)
        .order_by(Specification.status == SpecificationStatus.RETIRED, Specification.id)
    )
    return [(specification, count) for specification, count in rows]


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


def offers(session: Session, *, on: date) -> dict[PaperKind, list[Drawable]]:
    """What the bank offers on day `on` to each kind of paper, for every audience, no unit's own questions."""
    return {kind: drawable(session, paper_kind=kind, on=on, audience=None, host_unit_code=None) for kind in PaperKind}


def stock(session: Session, specification: Specification, *, on: date) -> Stock:
    """What the bank holds on day `on` beside each row of one specification."""
    bank = drawable(session, paper_kind=specification.paper_kind, on=on, audience=None, host_unit_code=None)
    return stock_of(plan_of(specification.plan), bank, specification.audience)


def offered_to(session: Session, paper_kind: PaperKind, audience: Audience | None, *, on: date) -> list[Drawable]:
    """What the bank offers on day `on` to such a paper, no unit's own questions."""
    return drawable(session, paper_kind=paper_kind, on=on, audience=audience, host_unit_code=None)


def gaps(session: Session, *, on: date) -> list[Gap]:
    """What each specification in use lacks on day `on`, and how it gives way until that is there."""
    found = []
    for specification, _ in specifications(session):
        if specification.status is not SpecificationStatus.RETIRED:
            kind, audience = specification.paper_kind, specification.audience
            bank = drawable(session, paper_kind=kind, on=on, audience=audience, host_unit_code=None)
            found.append(gap_of(specification.code, specification.name, plan_of(specification.plan), bank))
    return found


def coverage(session: Session, specification: Specification, *, on: date) -> Coverage:
    """How far the bank reaches on day `on` for one specification; no unit's own questions are counted."""
    kind, audience = specification.paper_kind, specification.audience
    bank = drawable(session, paper_kind=kind, on=on, audience=audience, host_unit_code=None)
    return coverage_of(plan_of(specification.plan), bank)


def in_use(session: Session) -> list[Specification]:
    """The specifications that are not retired."""
    return [each for each, _ in specifications(session) if each.status is not SpecificationStatus.RETIRED]


def overview(session: Session, *, on: date) -> list[SpecificationLine]:
    """Every specification with its plan, its stock and its sets, in a fixed number of statements."""
    bank = offers(session, on=on)
    lines = []
    for specification, sets in specifications(session):
        plan = plan_of(specification.plan)
        found = stock_of(plan, bank[specification.paper_kind], specification.audience)
        lines.append(SpecificationLine(specification, plan, found, sets))
    return lines


def neighbours(session: Session, paper: Paper) -> tuple[int | None, int | None]:
    """Ids of the papers before and after this one in its set."""
    beside = (paper.position - 1, paper.position + 1)
    rows = session.execute(
        select(Paper.position, Paper.id).where(Paper.paper_set_id == paper.paper_set_id, Paper.position.in_(beside))
    )
    found: dict[int, int] = {row.position: row.id for row in rows}
    return found.get(beside[0]), found.get(beside[1])


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
    pictures: dict[int, Pictures] = {}
    whole = joinedload(Paper.paper_set).joinedload(PaperSet.specification)
    for batch in batches(paper_ids):
        for paper in session.scalars(select(Paper).where(Paper.id.in_(batch)).options(whole)):
            papers[paper.id] = paper
        items = session.scalars(
            select(PaperItem).where(PaperItem.paper_id.in_(batch)).order_by(PaperItem.position)
        ).all()
        needed = sorted({item.question_version_id for item in items} - contents.keys())
        read = {version: wording.content for version, wording in wordings(session, needed).items()}
        contents |= read
        pictures |= pictures_of(session, read)
        if with_key:
            cited |= citations(session, needed)
        for item in items:
            lines.setdefault(item.paper_id, []).append(_line(item, contents, cited, pictures))
    return {
        paper_id: _sheet(papers[paper_id], lines[paper_id], with_key=with_key, heading=heading)
        for paper_id in paper_ids
        if paper_id in papers
    }


def pictures_of(session: Session, contents: Mapping[int, Content]) -> dict[int, Pictures]:
    """By the same keys the pictures that each content names; contents without any are left out."""
    named = {key: digests(texts_in(content)) for key, content in contents.items()}
    kept = pictures_by_digest(session, sorted({each for found in named.values() for each in found}))
    return {key: {each: kept[each] for each in found if each in kept} for key, found in named.items() if found}


def _line(
    item: PaperItem,
    contents: Mapping[int, Content],
    cited: Mapping[int, tuple[tuple[str, str], ...]],
    pictures: Mapping[int, Pictures],
) -> Line:
    return Line(
        item_id=item.id,
        section=item.section - 1,
        content=contents[item.question_version_id],
        order=Order.model_validate(item.order),
        rule=item.rule,
        options=options_in(item.rule_options),
        marks=item.marks,
        citations=cited.get(item.question_version_id, ()),
        pictures=pictures.get(item.question_version_id, {}),
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
        rounding=plan.rounding,
        spare=paper.spare,
    )


def citations(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
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
        row = sealed(
            item.section - 1, code, hashed, order=order, rule=item.rule, marks=item.marks, options=item.rule_options
        )
        kept.setdefault(item.paper_id, []).append(row)
    return {paper_id: digest(items) for paper_id, items in kept.items()}
