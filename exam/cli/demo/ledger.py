"""The demo's 台账: cases in every state over the departments, some overdue, answers for everybody."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role
from exam.cli.demo.county import County
from exam.ledger import collecting, drawing_up, following, merging, operations, papers, reminding
from exam.ledger.collecting import Told
from exam.ledger.flow import CaseStatus, Hand, Urgency
from exam.ledger.models import Asker, Case
from exam.ledger.operations import Law
from exam.tours.models import Stop
from question_bank import lawbook, legislation
from question_bank.enums import Kind

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "ledger.json").read_text(encoding="utf-8"))["cases"]
FALLEN = "云川县标准厂房租金补助办法（演示）"
"""A document that is repealed after an answer cited it, so that the FAQ has an entry to be checked."""
FROM_PAPERS = 3
"""The practical papers of so many stops are taken onto the ledger."""
WAY = (
    *(CaseStatus.SORTED, CaseStatus.CLASSIFIED, CaseStatus.ASSIGNED),
    *(CaseStatus.ANSWERED, CaseStatus.FOLLOWED_UP, CaseStatus.CLOSED),
)


@dataclass
class Office:
    """Who acts in the demo, and by what days."""

    session: Session
    county: County
    at: datetime
    zone: tzinfo

    @property
    def organiser(self) -> Hand:
        person = self.county.staff[Role.ORGANISER][0]
        return _hand(person, Role.ORGANISER)

    def by_day(self, moment: datetime) -> datetime:
        """The same day within office hours, and not before it has come."""
        local = moment.astimezone(self.zone)
        opens, ends = local.replace(hour=9, minute=10), local.replace(hour=17, minute=30)
        return min(self.at, max(opens, min(local, ends)))

    def answerer(self, unit: Unit | None) -> Hand:
        people = self.county.staff[Role.ANSWERER]
        return _hand(next(each for each in people if unit is not None and each.unit_id == unit.id), Role.ANSWERER)


def _hand(person: Person, role: Role) -> Hand:
    return Hand(person_id=person.id, unit_id=person.unit_id, roles=frozenset({role}))


def fill_ledger(session: Session, county: County, stops: list[Stop], *, at: datetime, zone: tzinfo) -> None:
    """`stops` lie behind, in time: what was asked there, how far it is, and what is told of due dates today."""
    if not stops:
        return
    office = Office(session, county, at, zone)
    _register(session, at=stops[0].ends_at)
    made: list[Case] = []
    for number, planned in enumerate(CASES):
        made.append(_case(office, planned, stops[min(planned["stop"], len(stops) - 1)], number, made))
    _repeal(session, at=at - timedelta(hours=5))
    for stop in stops[-FROM_PAPERS:]:
        papers.collect_from_papers(session, at=min(at, stop.ends_at + timedelta(minutes=10)), stop_id=stop.id)
    reminding.remind(session, at=at, zone=zone)


def _register(session: Session, *, at: datetime) -> None:
    values = {
        "title": FALLEN,
        "number": "云政办发（演示）3号",
        "issuer": "云川县人民政府办公室",
        "in_force": "2025-01-01",
    }
    _, events = legislation.register(session, values)
    audit.note(session, events, by=None, at=at)


def _repeal(session: Session, *, at: datetime) -> None:
    document = lawbook.document_named(session, FALLEN)
    _, events = legislation.repeal(session, document, reason="公平竞争审查清理（演示）", by=None, at=at)
    audit.note(session, events, by=None, at=at)


def _case(office: Office, planned: dict[str, Any], stop: Stop, number: int, made: list[Case]) -> Case:
    asked = office.by_day(office.at - timedelta(days=planned["ago"], hours=3))
    began = max(stop.ends_at - timedelta(minutes=20), asked)
    asker = _ask(office, planned, stop, number, at=began)
    case = office.session.get_one(Case, asker.case_id)
    soon = max(began, office.by_day(began + (office.at - began) / 20))
    if planned["status"] == CaseStatus.SET_ASIDE.value:
        return operations.set_aside(office.session, case, why=planned["why"], hand=office.organiser, at=soon)
    if planned["status"] == CaseStatus.MERGED.value:
        merging.merge(office.session, case, made[planned["into"]], hand=office.organiser, at=soon)
        return case
    _go(office, case, planned, asker, began=began)
    return case


def _ask(office: Office, planned: dict[str, Any], stop: Stop, number: int, *, at: datetime) -> Asker:
    """Every third asks unnamed, enterprises by their name, the others are cadres of the host unit."""
    code = next(code for code, unit in office.county.units.items() if unit.id == stop.unit_id)
    cadres = office.county.cadres[code]
    enterprise = planned.get("enterprise", "")
    named = not enterprise and number % 3 != 2
    told = Told(
        text=planned["text"],
        person_id=cadres[number % len(cadres)].id if named else None,
        unit_id=stop.unit_id if named else None,
        anonymous=not named and not enterprise,
        enterprise=bool(enterprise),
        name=enterprise,
        token=sha256(f"demo/{number}".encode()).hexdigest()[:32],
    )
    return collecting.ask(office.session, stop, told, at=at)


def _go(office: Office, case: Case, planned: dict[str, Any], asker: Asker, *, began: datetime) -> None:
    """The way to the planned status, the answer at half of the time there was."""
    wanted = next((each for each in WAY if each.value == planned["status"]), None)
    if wanted is None:
        return
    span = office.at - began
    for step in WAY[: WAY.index(wanted) + 1]:
        share = {CaseStatus.ANSWERED: 0.3, CaseStatus.FOLLOWED_UP: 0.5, CaseStatus.CLOSED: 0.6}.get(step, 0.0)
        moment = began + max(span * share, min(timedelta(hours=2), span / 20))
        _step(office, case, step, planned, asker, at=max(began, office.by_day(moment)))
    _afterwards(office, case, planned, asker)


def _step(office: Office, case: Case, to: CaseStatus, planned: dict[str, Any], asker: Asker, *, at: datetime) -> None:
    session, who = office.session, office.organiser
    if to is CaseStatus.SORTED:
        operations.sort(session, case, title=case.title, text=case.text, hand=who, at=at)
    elif to is CaseStatus.CLASSIFIED:
        urgency = next((each for each in Urgency if each.value == planned.get("urgency")), Urgency.ORDINARY)
        operations.classify(session, case, topic=planned["topic"], urgency=urgency, hand=who, at=at)
    elif to is CaseStatus.ASSIGNED:
        owner = office.county.units[planned["to"]]
        operations.assign(session, case, owner_id=owner.id, hand=who, at=at, zone=office.zone)
    elif to is CaseStatus.ANSWERED:
        laws = [Law(*each) for each in planned["law"]]
        operations.answer(session, case, text=planned["answer"], laws=laws, hand=office.answerer(case.owner), at=at)
    elif to is CaseStatus.FOLLOWED_UP:
        following.helped(session, asker, said="问清楚了，谢谢。", at=at)
    else:
        operations.close(session, case, hand=who, at=at)


def _afterwards(office: Office, case: Case, planned: dict[str, Any], asker: Asker) -> None:
    """Published, made a question, or not what the asker needed."""
    session, who, at = office.session, office.organiser, office.at
    if planned.get("public"):
        operations.publish(session, case, on=True, hand=who, at=at - timedelta(hours=8))
    if planned.get("question"):
        kind = next(each for each in Kind if each.value == planned["question"])
        drawing_up.draw_up(session, case, kind=kind, hand=who, at=at - timedelta(hours=7))
    if planned.get("reopen"):
        following.object_to(session, asker, said=planned["reopen"], at=at - timedelta(hours=30), zone=office.zone)
