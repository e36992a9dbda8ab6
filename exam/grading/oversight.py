"""Reads for the organiser: how far the marking of a sitting is, how markers agree, how strict they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import Session, aliased

from exam.accounts.models import Person
from exam.grading.agreement import Agreement, Pair, agreement
from exam.grading.marking import Source
from exam.grading.models import Mark, Marking, MarkingPlan
from exam.grading.pace import pace, time_left
from exam.grading.queries import Progress, QuestionLine, plan_of, questions, together
from exam.grading.rounds import Round, name_of
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Attempt

_first = aliased(Mark)
Slot = tuple[int, int, str]


@dataclass(frozen=True)
class Act:
    """One person's marks for one part. `round` is None for who marked alone; `suggested` None without a suggestion."""

    slot: Slot
    question: str
    round: Round | None
    marker_id: int
    awarded: Decimal
    maximum: Decimal
    suggested: Decimal | None
    at: datetime


@dataclass(frozen=True)
class QuestionWatch:
    """One question as the organiser sees it. `firsts`, `seconds`, `thirds` count markings made in those rounds.

    `between` compares the two blind markers, `with_suggestion` people and the suggestion, `audit` those drawn blind.
    """

    line: QuestionLine
    firsts: int
    seconds: int
    thirds: int
    audits: int
    between: Agreement | None
    with_suggestion: Agreement | None
    audit: Agreement | None
    by_hand: bool


@dataclass(frozen=True)
class MarkerWatch:
    """One marker at one sitting. `severity` is the mean of their marks minus the other blind marker's, `beside` minus
    the suggestion's, both as shares of the maximum: below 0 is strict.
    """

    person_id: int
    name: str
    markings: int
    pace: timedelta | None
    last: datetime
    severity: Agreement | None
    beside: Agreement | None


@dataclass(frozen=True)
class PairWatch:
    """Two markers on the answers both have marked blind; `found.bias` is the first minus the second."""

    one: str
    two: str
    found: Agreement


@dataclass(frozen=True)
class Watch:
    """Everything on the page. `left` is the time the known markers need for the `to_do` markings that are missing."""

    plan: MarkingPlan | None
    whole: Progress
    to_do: int
    left: timedelta | None
    questions: Sequence[QuestionWatch]
    markers: Sequence[MarkerWatch]
    pairs: Sequence[PairWatch]
    between: Agreement | None
    with_suggestion: Agreement | None


def watch(session: Session, sitting_id: int) -> Watch:
    """The marking of one sitting; six queries however many answers there are."""
    plan = plan_of(session, sitting_id)
    lines = questions(session, sitting_id)
    acts = _acts(session, sitting_id)
    whole = together(lines)
    markers = _markers(session, acts)
    to_do = 2 * whole.waiting - _begun(acts) - whole.thirds if plan and plan.double else whole.waiting
    return Watch(
        plan=plan,
        whole=whole,
        to_do=to_do,
        left=time_left(to_do, {each.person_id: each.pace for each in markers}),
        questions=[_question(line, [act for act in acts if act.question == _name(line)], plan) for line in lines],
        markers=markers,
        pairs=_pairs(acts, {each.person_id: each.name for each in markers}),
        between=agreement(_blind(acts)),
        with_suggestion=agreement(_beside(acts)),
    )


def _begun(acts: Sequence[Act]) -> int:
    """How many answers have a first marking and no second."""
    made = Counter(act.round for act in acts)
    return made[Round.FIRST] - made[Round.SECOND]


def _name(line: QuestionLine) -> str:
    return name_of(line.version_id, line.part)


def _question(line: QuestionLine, acts: Sequence[Act], plan: MarkingPlan | None) -> QuestionWatch:
    made = Counter(act.round for act in acts)
    return QuestionWatch(
        line=line,
        firsts=made[Round.FIRST],
        seconds=made[Round.SECOND],
        thirds=made[Round.THIRD],
        audits=made[Round.AUDIT],
        between=agreement(_blind(acts)),
        with_suggestion=agreement(_beside(act for act in acts if act.round is not Round.THIRD)),
        audit=agreement(_beside(act for act in acts if act.round is Round.AUDIT)),
        by_hand=plan is not None and _name(line) in plan.by_hand,
    )


def _beside(acts: Iterable[Act]) -> list[Pair]:
    """What people gave beside what was suggested."""
    return [Pair(act.awarded, act.suggested, act.maximum) for act in acts if act.suggested is not None]


def _couples(acts: Iterable[Act]) -> list[tuple[Act, Act]]:
    """First and second marking of every answer that has both."""
    by_slot: dict[Slot, dict[Round | None, Act]] = defaultdict(dict)
    for act in acts:
        by_slot[act.slot][act.round] = act
    return [
        (found[Round.FIRST], found[Round.SECOND])
        for found in by_slot.values()
        if Round.FIRST in found and Round.SECOND in found
    ]


def _blind(acts: Iterable[Act]) -> list[Pair]:
    return [Pair(one.awarded, two.awarded, one.maximum) for one, two in _couples(acts)]


def _seen_by(marker_id: int, couples: Iterable[tuple[Act, Act]]) -> list[Pair]:
    """The marks of this marker first, those of the other second."""
    mine = []
    for one, two in couples:
        if marker_id == one.marker_id:
            mine.append(Pair(one.awarded, two.awarded, one.maximum))
        elif marker_id == two.marker_id:
            mine.append(Pair(two.awarded, one.awarded, one.maximum))
    return mine


def _markers(session: Session, acts: Sequence[Act]) -> list[MarkerWatch]:
    by_marker: dict[int, list[Act]] = defaultdict(list)
    for act in acts:
        by_marker[act.marker_id].append(act)
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(by_marker)))
    names: dict[int, str] = dict(iter(rows))
    couples = _couples(acts)
    found = [
        MarkerWatch(
            person_id=marker_id,
            name=names[marker_id],
            markings=len(mine),
            pace=pace([act.at for act in mine]),
            last=max(act.at for act in mine),
            severity=agreement(_seen_by(marker_id, couples)),
            beside=agreement(_beside(mine)),
        )
        for marker_id, mine in by_marker.items()
    ]
    return sorted(found, key=lambda each: (-each.markings, each.name))


def _pairs(acts: Sequence[Act], names: dict[int, str]) -> list[PairWatch]:
    couples = _couples(acts)
    people = sorted({act.marker_id for couple in couples for act in couple})
    found = []
    for one, two in combinations(people, 2):
        both = [couple for couple in couples if {couple[0].marker_id, couple[1].marker_id} == {one, two}]
        figures = agreement(_seen_by(one, both))
        if figures:
            found.append(PairWatch(names[one], names[two], figures))
    return found


def _acts(session: Session, sitting_id: int) -> list[Act]:
    """Every marking by a person at the sitting, those made alone and those that others do not see; two queries."""
    blind = session.execute(
        _of_sitting(
            select(Marking.attempt_id, Marking.paper_item_id, Marking.part, Marking.marker_id, Marking.awarded)
            .add_columns(Marking.at, Marking.round)
            .select_from(Marking),
            Marking,
            sitting_id,
        )
    )
    has_own = exists().where(
        Marking.attempt_id == Mark.attempt_id,
        Marking.paper_item_id == Mark.paper_item_id,
        Marking.part == Mark.part,
    )
    alone = session.execute(
        _of_sitting(
            select(Mark.attempt_id, Mark.paper_item_id, Mark.part, Mark.marker_id, Mark.awarded)
            .add_columns(Mark.at, Mark.maximum.is_(None))
            .select_from(Mark)
            .where(Mark.source == Source.MARKER, ~has_own),
            Mark,
            sitting_id,
        )
    )
    return [*(_act(row, row[6]) for row in blind), *(_act(row, None) for row in alone)]


def _of_sitting(query: Select[Any], table: Any, sitting_id: int) -> Select[Any]:
    """Add maximum, suggestion and question of each part, and keep those of the sitting."""
    same = and_(
        _first.attempt_id == table.attempt_id,
        _first.paper_item_id == table.paper_item_id,
        _first.part == table.part,
        _first.sequence == 1,
    )
    return (
        query.add_columns(_first.maximum, _first.awarded, _first.source, _first.detail, PaperItem.question_version_id)
        .join(_first, same)
        .join(PaperItem, PaperItem.id == table.paper_item_id)
        .join(Attempt, Attempt.id == table.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(Assignment.sitting_id == sitting_id)
    )


def _act(row: Any, round_: Round | None) -> Act:
    attempt_id, item_id, part, marker_id, awarded, at, _, maximum, suggested, source, detail, version_id = row
    rests = source is Source.SUGGESTION and bool(detail.get("parts"))
    return Act(
        slot=(attempt_id, item_id, part),
        question=name_of(version_id, part),
        round=round_,
        marker_id=marker_id,
        awarded=awarded,
        maximum=maximum,
        suggested=suggested if rests else None,
        at=at,
    )
