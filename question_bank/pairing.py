"""Near-duplicates in the bank: finding them for drafts and for the whole bank, keeping them as suspected pairs.

A few drafts are looked for by pieces of their wording in the search's index, many by an index of their own over the
whole bank (``question_bank.neighbours``), which is made for it and thrown away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from question_bank.enums import Relation, Status
from question_bank.errors import N_, Invalid, NotFound, Problem
from question_bank.events import BankEvent, PairJudged
from question_bank.likeness import look_at, look_of
from question_bank.models import Citation, Document, Question, QuestionPair, QuestionVersion
from question_bank.queries import LATEST, batches
from question_bank.similarity import Look, Reason, judge
from question_bank.wordsearch import holding_piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from question_bank.drafts import Draft
    from question_bank.neighbours import Match

FEW = 12
"""So many drafts are looked for one by one."""
PIECE, STEP, MOST = 4, 3, 25
"""Characters of a piece of wording, characters from one to the next, questions taken for one piece."""
SHOWN = 600
PAGE_SIZE = 20


class Near(NamedTuple):
    """A question that is alike: its code, why, how much in percent, and its text for setting it beside."""

    code: str
    reason: Reason
    likeness: int
    text: str


class Held(NamedTuple):
    """A question of the bank as it is compared."""

    id: int
    code: str
    look: Look


def near(session: Session, drafts: Sequence[Draft], *, asked: Sequence[bool]) -> list[tuple[Near, ...]]:
    """Return for each draft its best match in the bank or among the other drafts; empty where ``asked`` is false.

    What the bank holds under the codes of ``drafts`` is passed over, for the drafts take its place; retired questions
    are too. Of two drafts that are alike, the later one is told.
    """
    codes = {draft.code for draft in drafts}
    if sum(asked) <= FEW:
        return [
            _nearest_by_pieces(session, draft, codes) if wanted else ()
            for draft, wanted in zip(drafts, asked, strict=True)
        ]
    order = sorted(range(len(drafts)), key=asked.__getitem__)  # what is not asked of comes first
    held = [each for each in _bank(session) if each.code not in codes]
    held += [Held(0, drafts[place].code, look_of(drafts[place])) for place in order]
    from question_bank.neighbours import Neighbours  # numpy: only where many are compared

    found = Neighbours([each.look.text for each in held], lambda place: held[place].look)
    start = len(held) - len(drafts)
    result: list[tuple[Near, ...]] = [()] * len(drafts)
    for offset, place in enumerate(order):
        if asked[place]:
            match = found.best(start + offset, before=start + offset)
            result[place] = (_near(held[match.place], match),) if match else ()
    return result


def _near(held: Held, match: Match) -> Near:
    return Near(held.code, match.likeness.reason, match.likeness.percent, shown(held.look))


def shown(look: Look) -> str:
    """What a person compares: the stem, its options or items, and the key."""
    lines = [look.stem, *look.options]
    if look.key and look.key != look.options:
        lines.append("→ " + "、".join(look.key))
    return "\n".join(lines)[:SHOWN]


def _nearest_by_pieces(session: Session, draft: Draft, codes: set[str]) -> tuple[Near, ...]:
    look, found = look_of(draft), list[Near]()
    for held in _looks(session, _candidates(session, look)):
        likeness = judge(look, held.look) if held.code not in codes else None
        if likeness is not None:
            found.append(Near(held.code, likeness.reason, likeness.percent, shown(held.look)))
    return tuple(sorted(found, key=lambda each: (-each.likeness, each.code))[:1])


def _candidates(session: Session, look: Look) -> list[int]:
    """Return ids of questions that hold seldom pieces of the wording, those with the most first."""
    counted: dict[int, int] = {}
    for text in (look.stem, *look.options, *look.key):
        for piece in _pieces(text):
            found = holding_piece(session, piece, most=MOST + 1)
            for id_ in found if len(found) <= MOST else ():
                counted[id_] = counted.get(id_, 0) + 1
    return sorted(counted, key=lambda id_: (-counted[id_], id_))[: 4 * MOST]


def _pieces(text: str) -> list[str]:
    """Pieces of a text that cross no punctuation, at most a few dozen."""
    words = [word for word in _split(text) if len(word) >= PIECE]
    return [word[at : at + PIECE] for word in words for at in range(0, len(word) - PIECE + 1, STEP)][:24]


def _split(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text.casefold()).split()


def _bank(session: Session) -> list[Held]:
    return _looks(session, None)


def _looks(session: Session, ids: Sequence[int] | None) -> list[Held]:
    """Return what is compared of these living questions, or of all, by their numbers."""
    basis: dict[int, list[tuple[str, str]]] = {}
    cited = (
        select(Question.id, Document.title, Citation.article)
        .join(QuestionVersion, LATEST)
        .join(Citation, Citation.version_id == QuestionVersion.id)
        .join(Document, Document.id == Citation.document_id)
    )
    rows = (
        select(Question.id, Question.code, Question.kind, QuestionVersion.content)
        .join(QuestionVersion, LATEST)
        .where(Question.status != Status.RETIRED)
        .order_by(Question.code)
    )
    if ids is not None:
        cited, rows = cited.where(Question.id.in_(ids)), rows.where(Question.id.in_(ids))
    for id_, title, article in session.execute(cited):
        basis.setdefault(id_, []).append((title, article))
    streamed = session.execute(rows.execution_options(yield_per=2_000))
    return [Held(id_, code, look_at(kind, content, basis.get(id_, ()))) for id_, code, kind, content in streamed]


def keep(session: Session, found: Iterable[tuple[str, Sequence[Near]]], *, at: datetime) -> int:
    """Keep what was found of questions that are in the bank now (by code) as suspected pairs; returns how many are new.

    A pair that is known keeps what a person decided of it.
    """
    told = [(code, each) for code, nears in found for each in nears]
    codes = sorted({code for code, _ in told} | {each.code for _, each in told})
    ids = {
        code: id_
        for batch in batches(codes)
        for code, id_ in session.execute(select(Question.code, Question.id).where(Question.code.in_(batch)))
    }
    wanted: dict[tuple[int, int], Near] = {}
    for code, each in told:
        if code in ids and each.code in ids and code != each.code:
            first, second = sorted((ids[code], ids[each.code]))
            wanted[first, second] = each
    known = _known(session, sorted({first for first, _ in wanted}))
    new = [
        QuestionPair(first_id=first, second_id=second, reason=each.reason.value, likeness=each.likeness, found_at=at)
        for (first, second), each in wanted.items()
        if (first, second) not in known
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def _known(session: Session, firsts: Sequence[int]) -> set[tuple[int, int]]:
    return {
        (first, second)
        for batch in batches(firsts)
        for first, second in session.execute(
            select(QuestionPair.first_id, QuestionPair.second_id).where(QuestionPair.first_id.in_(batch))
        )
    }


def look_again(session: Session, question: Question, draft: Draft, *, at: datetime) -> None:
    """After a question got this wording: forget what was only suspected of the one before, and look anew."""
    beside = or_(QuestionPair.first_id == question.id, QuestionPair.second_id == question.id)
    session.execute(delete(QuestionPair).where(beside, QuestionPair.relation == Relation.SUSPECTED))
    keep(session, [(draft.code, near(session, [draft], asked=[True])[0])], at=at)


def find_all(session: Session, *, at: datetime) -> int:
    """Look through the whole bank, each question against all others; returns how many pairs are new."""
    held = _bank(session)
    from question_bank.neighbours import Neighbours  # numpy: only where many are compared

    found = Neighbours([each.look.text for each in held], lambda place: held[place].look)
    matches = ((each, found.best(place)) for place, each in enumerate(held))
    return keep(session, [(each.code, [_near(held[match.place], match)]) for each, match in matches if match], at=at)


def judge_pair(
    session: Session, pair: QuestionPair, relation: Relation, *, by: int | None, at: datetime
) -> list[BankEvent]:
    """Write down how two questions that look alike stand to each other; no event when it was so already.

    Raises ``Invalid`` for suspicion, which only the comparison has.
    """
    if relation is Relation.SUSPECTED:
        raise Invalid([Problem("relation", N_("Decide whether the two may stand in one paper."))])
    if pair.relation is relation:
        return []
    detail = {"codes": [pair.first.code, pair.second.code], "before": pair.relation.value, "after": relation.value}
    pair.relation, pair.decided_by, pair.decided_at = relation, by, at
    session.flush()
    return [PairJudged(object_id=pair.id, detail=detail)]


def enter_enemies(session: Session, wanted: Iterable[tuple[str, str]], *, at: datetime) -> list[BankEvent]:
    """Keep pairs of codes that an editor found to give each other away as 不同卷; doing it again adds nothing.

    What a person has decided of a pair stands, and a code that the bank does not hold is passed over. A pair that no
    rule of ``question_bank.similarity`` tells has no reason and a likeness of 0.
    """
    told = [tuple(sorted(pair)) for pair in wanted]
    codes = sorted({code for pair in told for code in pair})
    ids = {
        code: id_
        for batch in batches(codes)
        for code, id_ in session.execute(select(Question.code, Question.id).where(Question.code.in_(batch)))
    }
    events: list[BankEvent] = []
    for one, two in told:
        if one in ids and two in ids and (pair := _undecided(session, *sorted((ids[one], ids[two])), at=at)):
            events += judge_pair(session, pair, Relation.ENEMIES, by=None, at=at)
    return events


def _undecided(session: Session, first: int, second: int, *, at: datetime) -> QuestionPair | None:
    """Return the pair of these two, made where there is none; None where somebody has decided of it."""
    beside = (QuestionPair.first_id == first, QuestionPair.second_id == second)
    pair = session.scalars(select(QuestionPair).where(*beside)).one_or_none()
    if pair is None:
        pair = QuestionPair(first_id=first, second_id=second, relation=Relation.SUSPECTED, found_at=at)
        session.add(pair)
        session.flush()
        session.refresh(pair)
    return pair if pair.decided_at is None else None


class Pair(NamedTuple):
    """Two questions that look alike, with their texts as a person compares them."""

    row: QuestionPair
    first: str
    second: str

    @property
    def reason(self) -> Reason | None:
        """Which rule found them."""
        return next((reason for reason in Reason if reason.value == self.row.reason), None)


class PairPage(NamedTuple):
    """One page of pairs, those most alike first; ``number`` counts from 1. ``counts`` has every relation."""

    pairs: tuple[Pair, ...]
    total: int
    number: int
    pages: int
    counts: dict[Relation, int]


def pairs(session: Session, relation: Relation, *, page: int = 1, size: int = PAGE_SIZE) -> PairPage:
    """Return a page of the pairs of that relation whose questions are both alive; ``page`` is brought into range."""
    one, two = aliased(Question), aliased(Question)
    alive = (one.status != Status.RETIRED, two.status != Status.RETIRED)
    query = select(QuestionPair).join(one, one.id == QuestionPair.first_id).join(two, two.id == QuestionPair.second_id)
    counting = (
        query.with_only_columns(QuestionPair.relation, func.count()).where(*alive).group_by(QuestionPair.relation)
    )
    counted = dict(session.execute(counting).all())
    counts = {each: counted.get(each, 0) for each in Relation}
    pages = max(1, -(-counts[relation] // size))
    number = min(max(page, 1), pages)
    shown_now = query.where(*alive, QuestionPair.relation == relation)
    shown_now = (
        shown_now.order_by(QuestionPair.likeness.desc(), QuestionPair.id).limit(size).offset((number - 1) * size)
    )
    rows = session.scalars(shown_now.options(joinedload(QuestionPair.first), joinedload(QuestionPair.second))).all()
    return PairPage(_with_texts(session, rows), counts[relation], number, pages, counts)


def pairs_of(session: Session, question_id: int) -> tuple[Pair, ...]:
    """Return the pairs of one question that are not said to differ, those most alike first."""
    beside = or_(QuestionPair.first_id == question_id, QuestionPair.second_id == question_id)
    rows = session.scalars(
        select(QuestionPair)
        .where(beside, QuestionPair.relation != Relation.DISTINCT)
        .order_by(QuestionPair.likeness.desc(), QuestionPair.id)
        .options(joinedload(QuestionPair.first), joinedload(QuestionPair.second))
    ).all()
    return _with_texts(session, rows)


def pair_by_id(session: Session, pair_id: int) -> QuestionPair:
    """Return the pair; raise ``NotFound``."""
    pair = session.get(QuestionPair, pair_id)
    if pair is None:
        raise NotFound(N_("There is no such pair of questions."))
    return pair


def _with_texts(session: Session, rows: Sequence[QuestionPair]) -> tuple[Pair, ...]:
    ids = sorted({id_ for row in rows for id_ in (row.first_id, row.second_id)})
    texts = {held.id: shown(held.look) for held in _looks(session, ids)} if ids else {}
    return tuple(Pair(row, texts.get(row.first_id, ""), texts.get(row.second_id, "")) for row in rows)
