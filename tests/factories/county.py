"""A whole county with results, written row by row into the tables: for what takes thousands of people, or thirty fast.

Everybody sits a paper of their own drawn by chance; answers follow one ability a person and one difficulty an item.
Marks and scores are those that the real operations would keep: a test holds them against each other.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from exam.accounts.models import Person, Unit
from exam.accounts.roles import UnitCategory
from exam.grading.marking import Source
from exam.grading.models import Mark, Score
from exam.papers.models import Paper, PaperItem, PaperSet
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting, SittingStatus
from exam.tours.models import RosterEntry, StopStatus, Tour
from question_bank.enums import Audience, PaperKind, Status, TextForm, default_rule
from question_bank.kinds import content_of, plain_order, shuffle
from question_bank.models import Question, QuestionVersion, Topic
from tests.factories.papers import MADE, SINGLE, make_paper_set
from tests.factories.tours import STARTS, make_stop, make_tour

_numbers = count(1)
TOPICS = {
    "COUNTY": "县情概况",
    "WORK": "招商工作要求",
    "POLICY": "政策与红线",
    "PROC": "项目手续流程",
    "LAW": "法律法规",
    "INDUSTRY": "重点产业",
    "ETIQ": "礼仪谈判与廉洁",
    "SERVICE": "营商服务",
}


@dataclass(frozen=True)
class County:
    """What was made, by id. `ability` and `marks` by attempt in the order of `attempts`."""

    tour: Tour
    units: tuple[int, ...]
    stops: tuple[int, ...]
    sittings: tuple[int, ...]
    questions: tuple[int, ...]
    attempts: tuple[int, ...]
    marks: tuple[Decimal, ...]


def make_county(
    session: Session,
    *,
    units: int = 18,
    people: int = 36,
    items: int = 4,
    bank: int = 8,
    kind: PaperKind = PaperKind.BUSINESS,
    status: SittingStatus = SittingStatus.RELEASED,
    answered: bool = False,
    seed: int = 1,
) -> County:
    """One tour with a stop at each of `units` towns; `people` in turn, each given `items` of `bank` single choices.

    `answered`: with the responses too. Every paper has 100 marks.
    """
    chance = np.random.default_rng(seed)
    tour, towns, stops = _tour(session, units)
    made = make_paper_set(session, ((SINGLE, 100),), papers=0, paper_kind=kind, audience=None)
    versions = _bank(session, bank)
    sittings = [_sitting(session, stop, kind, status) for stop in stops]
    entries = _roster(session, towns, stops, people)
    papers = _papers(session, made, versions, people, items, chance)
    attempts = _attempts(session, sittings, entries, papers)
    ability, hardness = chance.normal(0.3, 0.8, people), chance.normal(-0.5, 1, bank)
    ability += chance.normal(0, 0.3, units)[np.arange(people) % units]
    marks = _marks(session, attempts, papers, ability, hardness, chance, answered=answered)
    return County(
        tour,
        tuple(town.id for town in towns),
        tuple(stop.id for stop in stops),
        tuple(sitting.id for sitting in sittings),
        tuple(version.question_id for version in versions),
        tuple(attempts),
        marks,
    )


def _tour(session: Session, units: int) -> tuple[Tour, list[Unit], list[Any]]:
    tour = make_tour(session)
    towns = [
        Unit(code=f"V{next(_numbers)}", name=f"演示{number}镇", category=UnitCategory.TOWN)
        for number in range(1, units + 1)
    ]
    session.add_all(towns)
    session.flush()
    stops = [
        make_stop(
            session,
            tour=tour,
            unit=town,
            number=number,
            starts_at=STARTS + timedelta(days=number - 1),
            status=StopStatus.FINISHED,
        )
        for number, town in enumerate(towns, 1)
    ]
    return tour, towns, stops


def _bank(session: Session, size: int) -> list[QuestionVersion]:
    known = {topic.code: topic for topic in session.query(Topic)}
    for place, (code, name) in enumerate(TOPICS.items(), 1):
        known.setdefault(code, Topic(code=code, name=name, position=place))
    session.add_all(known.values())
    session.flush()
    ids = [known[code].id for code in TOPICS]
    questions = [
        Question(
            code=f"V{next(_numbers)}",
            kind=content_of(SINGLE["kind"], SINGLE).kind,
            form=TextForm.ORDINARY,
            status=Status.PUBLISHED,
            topic_id=ids[number % len(ids)],
            difficulty=1 + number % 5,
            for_practical=True,
            latest_number=1,
            created_at=MADE,
            changed_at=MADE,
        )
        for number in range(size)
    ]
    session.add_all(questions)
    session.flush()
    versions = [
        QuestionVersion(
            question_id=question.id,
            number=1,
            stem=f"{question.code}：{SINGLE['stem']}",
            content={**SINGLE, "stem": f"{question.code}：{SINGLE['stem']}"},
            marks=Decimal(1),
            content_hash=f"{question.id:064d}",
            written_at=MADE,
        )
        for question in questions
    ]
    session.add_all(versions)
    session.flush()
    return versions


def _sitting(session: Session, stop: Any, kind: PaperKind, status: SittingStatus) -> Sitting:
    closes = stop.starts_at + timedelta(minutes=70)
    sitting = Sitting(stop_id=stop.id, paper_kind=kind, opens_at=stop.starts_at, closes_at=closes, status=status)
    sitting.released_at = closes if status is SittingStatus.RELEASED else None
    session.add(sitting)
    session.flush()
    return sitting


def _ids(session: Session, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert and give the ids in the order of the rows."""
    return list(session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows))


def _roster(session: Session, towns: list[Unit], stops: list[Any], people: int) -> list[int]:
    places = [number % len(towns) for number in range(people)]
    codes = [f"V{next(_numbers)}" for _ in places]
    shared = {"audience": Audience.TOWN, "post": "", "phone": "", "active": True, "elder_mode": False, "lock": 1}
    persons = _ids(
        session,
        Person,
        [
            {"code": code, "name": f"演示{code}", "unit_id": towns[place].id} | shared
            for code, place in zip(codes, places, strict=True)
        ],
    )
    return _ids(
        session,
        RosterEntry,
        [
            {
                "stop_id": stops[place].id,
                "person_id": person,
                "unit_id": towns[place].id,
                "name": f"演示{code}",
                "audience": Audience.TOWN,
                "seat": 1 + number // len(towns),
                "ticket": code,
            }
            for number, (person, code, place) in enumerate(zip(persons, codes, places, strict=True))
        ],
    )


@dataclass(frozen=True)
class _Papers:
    """Ids of the papers; by paper the bank's places of its questions and the ids of its items."""

    ids: list[int]
    drawn: Any
    items: Any
    each: Decimal


def _papers(
    session: Session, made: PaperSet, versions: list[QuestionVersion], people: int, items: int, chance: Any
) -> _Papers:
    codes = [f"V{next(_numbers)}" for _ in range(people)]
    rows = [
        {"paper_set_id": made.id, "position": number, "code": code, "items_hash": "0" * 64}
        for number, code in enumerate(codes, 1)
    ]
    ids = _ids(session, Paper, rows)
    drawn = np.argsort(chance.random((people, len(versions))), axis=1)[:, :items]
    content = content_of(SINGLE["kind"], SINGLE)
    order, rule, each = plain_order(content), default_rule(content.kind), Decimal(100) / items
    kept = order.model_dump(mode="json") if hasattr(order, "model_dump") else shuffle(content, 1)
    flat = [
        {
            "paper_id": paper,
            "position": place + 1,
            "section": 1,
            "question_version_id": versions[question].id,
            "order": kept,
            "rule": rule,
            "marks": each,
        }
        for paper, questions in zip(ids, drawn.tolist(), strict=True)
        for place, question in enumerate(questions)
    ]
    return _Papers(ids, drawn, np.array(_ids(session, PaperItem, flat)).reshape(people, items), each)


def _attempts(session: Session, sittings: list[Sitting], entries: list[int], papers: _Papers) -> list[int]:
    where = [sittings[number % len(sittings)] for number in range(len(entries))]
    rows = [
        {"sitting_id": sitting.id, "roster_entry_id": entry, "paper_id": paper}
        for sitting, entry, paper in zip(where, entries, papers.ids, strict=True)
    ]
    assignments = _ids(session, Assignment, rows)
    return _ids(
        session,
        Attempt,
        [
            {
                "key": f"k{assignment}",
                "assignment_id": assignment,
                "status": AttemptStatus.SUBMITTED,
                "started_at": sitting.opens_at,
                "deadline": sitting.closes_at,
                "ended_at": sitting.opens_at + timedelta(minutes=40),
                "receipt": f"r{assignment}",
            }
            for assignment, sitting in zip(assignments, where, strict=True)
        ],
    )


def _marks(
    session: Session,
    attempts: list[int],
    papers: _Papers,
    ability: Any,
    hardness: Any,
    chance: Any,
    *,
    answered: bool,
) -> tuple[Decimal, ...]:
    """Right or wrong by chance; the marks, the scores and, where asked for, the responses."""
    likely = 1 / (1 + np.exp(hardness[papers.drawn] - ability[:, None]))
    right = chance.random(likely.shape) < likely
    at = datetime(2027, 6, 1, tzinfo=UTC)
    shared = {"maximum": papers.each, "source": Source.RULE, "detail": {}, "at": at, "sequence": 1, "part": ""}
    earned = (Decimal(0), papers.each)
    answer, wrong = SINGLE["answer"], [each["key"] for each in SINGLE["options"] if each["key"] != SINGLE["answer"]]
    marks, responses, scores = [], [], []
    totals = []
    for person, attempt in enumerate(attempts):
        mine, items = right[person].tolist(), papers.items[person].tolist()
        marks += [
            {"attempt_id": attempt, "paper_item_id": item, "awarded": earned[good]} | shared
            for item, good in zip(items, mine, strict=True)
        ]
        if answered:
            responses += [
                {
                    "attempt_id": attempt,
                    "paper_item_id": item,
                    "revision": 1,
                    "operation": f"o{item}",
                    "value": {"chosen": [answer if good else wrong[item % len(wrong)]]},
                    "received_at": at,
                }
                for item, good in zip(items, mine, strict=True)
            ]
        totals.append(papers.each * sum(mine))
        scores.append(_score(attempt, papers, person, mine, totals[-1], at))
    session.execute(insert(Mark), marks)
    if responses:
        session.execute(insert(Response), responses)
    session.execute(insert(Score), scores)
    session.flush()
    return tuple(totals)


def _score(
    attempt: int, papers: _Papers, person: int, mine: list[bool], total: Decimal, at: datetime
) -> dict[str, Any]:
    codes, topics = list(TOPICS), {}
    for question, good in zip(papers.drawn[person].tolist(), mine, strict=True):
        held = topics.setdefault(codes[question % len(codes)], [0, 0])
        held[0] += int(papers.each * 100) * good
        held[1] += int(papers.each * 100)
    return {
        "attempt_id": attempt,
        "marks": total,
        "total": Decimal(100),
        "waiting": 0,
        "sections": [f"{total:.2f}"],
        "topics": topics,
        "at": at,
    }
