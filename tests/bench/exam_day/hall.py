"""A hall to be driven: persons with tickets, each with a paper of fifty shipped questions, signed in and waiting."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha1
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.orm import Session

from exam import clock, database, schema, tables
from exam.accounts.models import Login, Person
from exam.accounts.secrets import new_ticket, new_token, token_hash
from exam.papers.models import BankSnapshot, Paper, PaperItem, PaperSet, Specification, SpecificationStatus
from exam.papers.specification import Plan, Section, plan_hash
from exam.sittings import queries
from exam.sittings.models import Assignment, Attempt, Response
from exam.tours.models import RosterEntry
from question_bank.content import shipped
from question_bank.drafts import Draft
from question_bank.enums import Audience, Kind, PaperKind, TextForm, default_rule
from question_bank.kinds import Content, parse, public_view, shuffle
from question_bank.orm import Base
from tests.factories.accounts import make_unit
from tests.factories.papers import MADE, NO_BANK, make_version
from tests.factories.sittings import make_sitting
from tests.factories.tours import make_stop

MIX: tuple[tuple[Kind, int, str], ...] = (
    (Kind.SINGLE_CHOICE, 20, "1"),
    (Kind.MULTIPLE_CHOICE, 10, "2"),
    (Kind.TRUE_FALSE, 10, "1"),
    (Kind.FILL_BLANK, 4, "2"),
    (Kind.ORDERING, 1, "5"),
    (Kind.MATCHING, 1, "5"),
    (Kind.NUMERIC, 2, "5"),
    (Kind.SHORT_ANSWER, 2, "10"),
)
"""Kind, questions and marks each: the business paper as it is shipped, fifty questions."""

SECRET = "test"
TEXT = "区位交通便利，产业配套齐全，要素价格较低；帮办代办，容缺受理，三个月内可以开工。"

BANK = 3
"""Times as many questions of each kind as a paper has, so that papers share them as drawn ones do."""


@dataclass(frozen=True)
class Candidate:
    """One person at the door: what their browser shows for a login and against forgery, and whose paper is whose."""

    cookie: str
    token: str
    entry_id: int
    sitting_id: int
    paper_id: int

    @property
    def begin(self) -> str:
        return f"/sitting/places/{self.entry_id}/sittings/{self.sitting_id}/start"


@dataclass(frozen=True)
class Question:
    """One question of the bank of the hall; `slots` is how many blanks it has."""

    version_id: int
    content: Content


def furnish(url: str, *, people: int, seed: int = 7) -> list[Candidate]:
    """Make the tables and the hall at `url`: one open sitting, `people` of them with a paper each."""
    engine = database.open_engine(url)
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        schema.mark_current(connection)
    at = clock.now()
    with database.writing(engine) as session:
        drafts = [each for each in shipped(demo=True) if (each.form or TextForm.ORDINARY) is TextForm.ORDINARY]
        bank = {
            kind: _bank(session, [each for each in drafts if each.kind is kind][: count * BANK])
            for kind, count, _ in MIX
        }
        made = _paper_set(session)
        sitting = make_sitting(session, stop=make_stop(session, starts_at=at - timedelta(minutes=5)), minutes=300)
        _people(session, sitting.stop_id, people, at)
        entries = session.execute(select(RosterEntry.id, RosterEntry.person_id).order_by(RosterEntry.id)).all()
        tokens = _sign_in(session, entries, at)
        papers = _papers(session, made.id, people, bank, seed)
        seats = [
            {"sitting_id": sitting.id, "roster_entry_id": entry_id, "paper_id": paper_id}
            for (entry_id, _), paper_id in zip(entries, papers, strict=True)
        ]
        session.execute(insert(Assignment), seats)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return [
        Candidate(*_browser(token), seat["roster_entry_id"], seat["sitting_id"], seat["paper_id"])
        for token, seat in zip(tokens, seats, strict=True)
    ]


def _browser(token: str) -> tuple[str, str]:
    """Cookie and anti-forgery token of a browser that has seen the waiting room."""
    raw = sha1(token.encode(), usedforsecurity=False).hexdigest()
    signer = Flask("signer")
    signer.secret_key = SECRET
    serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
    assert serializer is not None
    cookie = serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw, "_permanent": True})
    return str(cookie), str(URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw))


def begin(url: str, candidates: Sequence[Candidate], *, answered: bool) -> list[str]:
    """Begin their papers without the server, and with `answered` store an answer to every question; the keys."""
    engine = database.open_engine(url)
    at = clock.now()
    with database.writing(engine) as session:
        wanted = select(Assignment.id, Assignment.paper_id).where(
            Assignment.paper_id.in_([each.paper_id for each in candidates])
        )
        places = {paper_id: assignment_id for assignment_id, paper_id in session.execute(wanted)}
        keys = [str(uuid.uuid4()) for _ in candidates]
        session.execute(
            insert(Attempt),
            [
                {
                    "key": key,
                    "assignment_id": places[each.paper_id],
                    "started_at": at,
                    "deadline": at + timedelta(minutes=120),
                    "device": "bench",
                }
                for key, each in zip(keys, candidates, strict=True)
            ],
        )
        if answered:
            ids = dict(session.execute(select(Attempt.key, Attempt.id)).tuples().all())
            for key, each in zip(keys, candidates, strict=True):
                session.execute(insert(Response), _answers(session, ids[key], each.paper_id, at))
    engine.dispose()
    return keys


def _answers(session: Session, attempt_id: int, paper_id: int, at: datetime) -> list[dict[str, object]]:
    return [
        {
            "attempt_id": attempt_id,
            "paper_item_id": item.item_id,
            "revision": 1,
            "operation": f"given-{item.item_id:08d}",
            "value": parse(item.content, item.order, value_of(item)).model_dump(mode="json"),
            "flagged": False,
            "received_at": at,
            "device": "bench",
        }
        for item in queries.frozen_items(session, paper_id)
    ]


def papers_of(url: str, candidates: Sequence[Candidate]) -> list[list[tuple[int, Any]]]:
    """By candidate the items of the paper with an answer to each, as the page would send it."""
    engine = database.open_engine(url)
    with database.reading(engine) as session:
        found = [
            [(item.item_id, value_of(item)) for item in queries.frozen_items(session, each.paper_id)]
            for each in candidates
        ]
    engine.dispose()
    return found


def value_of(item: queries.FrozenItem) -> Any:
    """An answer of the right shape, in the labels of the paper."""
    view = public_view(item.content, item.order)
    kind = item.content.kind
    if kind is Kind.MATCHING:
        return {left.label: right.label for left, right in zip(view.left, view.right, strict=False)}
    if kind is Kind.ORDERING:
        return [option.label for option in view.options]
    if kind is Kind.MULTIPLE_CHOICE:
        return [option.label for option in view.options[:2]]
    if kind in {Kind.SINGLE_CHOICE, Kind.TRUE_FALSE}:
        return view.options[0].label
    if kind is Kind.FILL_BLANK:
        return ["安全生产"] * (view.slots or 1)
    return "96" if kind is Kind.NUMERIC else TEXT


def fill(url: str, answers: int) -> None:
    """Store `answers` more of other people, fifty each, so that the tables are as large as after many stops.

    They are copies of the first row of each table; a paper with answers to all its questions has to be there.
    """
    engine = database.open_engine(url)
    with engine.begin() as connection:
        for table, changed in COPIED:
            _copy(connection, table, changed, -(-answers // 50))
        names, values = _selected(Response, {"attempt_id": f"{FAR} + i", "id": f"{FAR} + i * 50 + place"})
        source = select(PaperItem.paper_id).order_by(PaperItem.id).limit(1)
        paper_id = connection.scalar(source)
        connection.execute(
            text(
                f"INSERT INTO response ({names}) SELECT {values} FROM (SELECT response.*, p.position - 1 AS place"
                " FROM response JOIN paper_item p ON p.id = response.paper_item_id"
                f" WHERE p.paper_id = :paper AND response.revision = 1) AS source CROSS JOIN {NUMBERS} AS numbers"
            ),
            {"paper": paper_id, "people": -(-answers // 50)},
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


FAR = 10_000_000
"""Copies bear numbers from here on."""

NUMBERS = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people) SELECT i FROM n)"

COPIED: tuple[tuple[type[Base], dict[str, str]], ...] = (
    (Person, {"code": "'X' || i"}),
    (RosterEntry, {"person_id": f"{FAR} + i", "seat": f"{FAR} + i", "ticket": "'X' || i"}),
    (Paper, {"position": f"{FAR} + i", "code": "'X' || i"}),
    (Assignment, {"roster_entry_id": f"{FAR} + i", "paper_id": f"{FAR} + i"}),
    (Attempt, {"key": "'X' || i", "assignment_id": f"{FAR} + i"}),
)


def _selected(table: type[Base], changed: dict[str, str]) -> tuple[str, str]:
    names = [column.name for column in table.__table__.columns]
    return ", ".join(names), ", ".join(changed.get(name, f"source.{name}") for name in names)


def _copy(connection: Connection, table: type[Base], changed: dict[str, str], people: int) -> None:
    names, values = _selected(table, {"id": f"{FAR} + i", **changed})
    name = table.__tablename__
    first = f"(SELECT * FROM {name} ORDER BY id LIMIT 1)"
    connection.execute(
        text(f"INSERT INTO {name} ({names}) SELECT {values} FROM {first} AS source CROSS JOIN {NUMBERS} AS numbers"),
        {"people": people},
    )


def _bank(session: Session, drafts: Sequence[Draft]) -> list[Question]:
    dumped = [each.content.model_dump(mode="json") for each in drafts]
    versions = [make_version(session, data, "1") for data in dumped]
    return [Question(made.id, each.content) for made, each in zip(versions, drafts, strict=True)]


def _paper_set(session: Session) -> PaperSet:
    sections = tuple(
        Section(title=kind.chinese, kinds=(kind,), count=count, marks_each=Decimal(marks)) for kind, count, marks in MIX
    )
    total = sum((section.total for section in sections), Decimal(0))
    plan = Plan(sections=sections, minutes=120, total=total, pass_marks=total * 6 / 10)
    specification = Specification(
        code="bench",
        name="演示规格",
        paper_kind=PaperKind.BUSINESS,
        audience=Audience.TOWN,
        minutes=plan.minutes,
        total=total,
        pass_marks=plan.pass_marks,
        plan=plan.model_dump(mode="json"),
        plan_hash=plan_hash(plan),
        status=SpecificationStatus.FROZEN,
    )
    session.add_all([specification, BankSnapshot(hash=NO_BANK, questions=[])])
    session.flush()
    made = PaperSet(
        specification_id=specification.id,
        seed=1,
        bank_hash=NO_BANK,
        papers_hash="0" * 64,
        figures={},
        made_at=MADE,
    )
    session.add(made)
    session.flush()
    return made


def _people(session: Session, stop_id: int, count: int, at: datetime) -> None:
    unit = make_unit(session)
    rows = [
        {"code": f"P{number:05d}", "name": f"考生{number:05d}", "unit_id": unit.id, "audience": Audience.TOWN}
        for number in range(count)
    ]
    session.execute(insert(Person), rows)
    ids = session.scalars(select(Person.id).order_by(Person.id)).all()
    session.execute(
        insert(RosterEntry),
        [
            {
                "stop_id": stop_id,
                "person_id": person_id,
                "unit_id": unit.id,
                "name": row["name"],
                "audience": Audience.TOWN,
                "seat": seat,
                "ticket": new_ticket(),
                "checked_in_at": at,
            }
            for seat, (person_id, row) in enumerate(zip(ids, rows, strict=True), 1)
        ],
    )


def _sign_in(session: Session, entries: Sequence[Any], at: datetime) -> list[str]:
    tokens = [new_token() for _ in entries]
    session.execute(
        insert(Login),
        [
            {
                "token_hash": token_hash(token),
                "person_id": person_id,
                "roster_entry_id": entry_id,
                "began_at": at,
                "expires_at": at + timedelta(hours=12),
                "device": "bench",
            }
            for token, (entry_id, person_id) in zip(tokens, entries, strict=True)
        ],
    )
    return tokens


def _papers(session: Session, set_id: int, count: int, bank: dict[Kind, list[Question]], seed: int) -> Sequence[int]:
    session.execute(
        insert(Paper),
        [
            {"paper_set_id": set_id, "position": number, "code": f"B{number:05d}", "items_hash": "0" * 64}
            for number in range(1, count + 1)
        ],
    )
    ids = session.scalars(select(Paper.id).order_by(Paper.id)).all()
    chance = random.Random(seed)
    for paper_id in ids:
        session.execute(insert(PaperItem), _items(paper_id, bank, chance))
    return ids


def _items(paper_id: int, bank: dict[Kind, list[Question]], chance: random.Random) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for section, (kind, count, marks) in enumerate(MIX, 1):
        for question in chance.sample(bank[kind], count):
            order = shuffle(question.content, chance.randrange(2**31))
            rows.append(
                {
                    "paper_id": paper_id,
                    "position": len(rows) + 1,
                    "section": section,
                    "question_version_id": question.version_id,
                    "order": order.model_dump(mode="json"),
                    "rule": default_rule(kind),
                    "marks": Decimal(marks),
                }
            )
    return rows
