"""Everything the page of one case shows to one viewer: what they may know, and what they may do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Unit
from exam.accounts.queries import names_of
from exam.accounts.roles import Role, UnitCategory
from exam.ledger import queries
from exam.ledger.due import Rules, Timing, overdue, timing
from exam.ledger.faq import fallen
from exam.ledger.flow import TABLE, Act, CaseSource, CaseStatus, Hand, may
from exam.ledger.likeness import Alike, Index
from exam.ledger.models import Asker, Case, CaseAnswer, CaseStep
from exam.ledger.routing import Department, suggested
from exam.tours.models import Stop
from question_bank.models import Document, Question


@dataclass(frozen=True)
class Voice:
    """One asker as the viewer may know them. `name` is empty for who stays unnamed, and for whoever wrote a paper."""

    asker: Asker
    name: str
    contact: str
    came_with: str


@dataclass(frozen=True)
class Moved:
    """A step with the name of who took it; empty for askers and for the system."""

    step: CaseStep
    act: Act
    name: str
    of: str


@dataclass(frozen=True)
class CaseView:
    """The page of a case. `root` is the case it was merged into; `alike` are cases that say nearly the same."""

    case: Case
    root: Case | None
    stop: Stop | None
    voices: tuple[Voice, ...]
    steps: tuple[Moved, ...]
    answers: tuple[CaseAnswer, ...]
    fallen: tuple[Document, ...]
    merged: tuple[Case, ...]
    alike: tuple[tuple[Case, int], ...]
    acts: frozenset[Act]
    timing: Timing | None
    late: int
    rules: Rules
    departments: Sequence[Unit]
    suggested_id: int | None
    question: Question | None


def case_view(session: Session, case: Case, hand: Hand, *, today: date) -> CaseView:
    """What `hand` sees of a case, with the steps that are open to it."""
    counted, known = queries.rules(session), queries.workdays(session)
    waits = case.due_on if case.status is CaseStatus.ASSIGNED else None
    organises = Role.ORGANISER in hand.roles
    merged = queries.merged_into(session, case.id)
    answers = tuple(queries.answers_of(session, case.id))
    departments = queries.departments(session) if organises else ()
    capacities = hand.capacities(case.owner_id)
    return CaseView(
        case=case,
        root=queries.root_of(session, case) if case.merged_into_id else None,
        stop=session.get(Stop, case.stop_id) if case.stop_id else None,
        voices=tuple(_voices(session, case, merged, organises=organises)),
        steps=tuple(_steps(session, case, merged)),
        answers=answers,
        fallen=fallen(answers[0]) if answers else (),
        merged=tuple(merged),
        alike=_alike(session, case) if organises and may(case.status, Act.MERGE, capacities) else (),
        acts=frozenset(act for act in TABLE if may(case.status, act, capacities)),
        timing=None if waits is None else timing(counted, waits, today=today, workdays=known),
        late=0 if waits is None else overdue(waits, today=today, workdays=known),
        rules=counted,
        departments=departments,
        suggested_id=suggested(f"{case.title}\n{case.text}", as_departments(departments)),
        question=session.get(Question, case.question_id) if case.question_id else None,
    )


def as_departments(units: Sequence[Unit]) -> list[Department]:
    """Units as the routing takes them, answering departments only."""
    return [Department(unit.id, unit.name, unit.duties) for unit in units if unit.category is UnitCategory.DEPARTMENT]


def _voices(session: Session, case: Case, merged: Sequence[Case], *, organises: bool) -> list[Voice]:
    numbers = {each.id: each.number for each in merged}
    found = []
    for asker in queries.askers_of(session, case.id):
        on_paper = asker.paper_item_id is not None or case.source is CaseSource.PAPER
        own = asker.name or (asker.person.name if asker.person else "")
        name = "" if asker.anonymous or on_paper else own
        contact = asker.contact if organises and not on_paper else ""
        found.append(Voice(asker, name, contact, numbers.get(asker.came_with_id or 0, "")))
    return found


def _steps(session: Session, case: Case, merged: Sequence[Case]) -> list[Moved]:
    """The steps of the case, and of those merged into it how they came in."""
    numbers = {each.id: each.number for each in merged}
    steps = queries.steps_of(session, [case.id, *numbers])
    names = names_of(session, [step.by for step in steps])
    acts = {act.value: act for act in Act}
    own = [each for each in steps if each.case_id == case.id or each.act == Act.COLLECT.value]
    return [Moved(step, acts[step.act], names.get(step.by or 0, ""), numbers.get(step.case_id, "")) for step in own]


def _alike(session: Session, case: Case) -> tuple[tuple[Case, int], ...]:
    texts = queries.texts_of(session)
    own = queries.asked(case.source, case.title, case.text)
    found = Index(texts).like(own, apart_from=[case.id])
    by_id = {each.id: each for each in queries.cases_by_id(session, [each.case_id for each in found])}
    return tuple((by_id[each.case_id], each.percent) for each in found)


@dataclass(frozen=True)
class TriageLine:
    """One case that nobody has yet: how many asked, which cases it is like, and for which department it seems to be."""

    case: Case
    askers: int
    alike: tuple[tuple[Case, int], ...]
    suggested: Unit | None


def triage(session: Session, waiting: Sequence[tuple[Case, int]], departments: Sequence[Unit]) -> list[TriageLine]:
    """The lines of the triage with look-alikes among everything on the ledger; two queries more."""
    texts = queries.texts_of(session)
    index = Index(texts)
    found: dict[int, list[Alike]] = {
        case.id: index.like(queries.asked(case.source, case.title, case.text), apart_from=[case.id])[:2]
        for case, _ in waiting
    }
    wanted = {each.case_id for line in found.values() for each in line}
    by_id = {each.id: each for each in queries.cases_by_id(session, wanted)}
    units = {unit.id: unit for unit in departments}
    able = as_departments(departments)
    return [
        TriageLine(
            case,
            askers,
            tuple((by_id[each.case_id], each.percent) for each in found[case.id]),
            units.get(suggested(f"{case.title}\n{case.text}", able) or 0),
        )
        for case, askers in waiting
    ]


def stop_cases(session: Session, stop_id: int) -> Sequence[Case]:
    """The cases raised at one stop, merged ones besides, by number."""
    return session.scalars(select(Case).where(Case.stop_id == stop_id).order_by(Case.id)).all()
