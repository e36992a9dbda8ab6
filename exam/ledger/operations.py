"""Verbs of the office and of the departments on one case. Each takes one step of the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import audit
from exam.ledger import telling
from exam.ledger.due import Rules, due_on
from exam.ledger.flow import Act, CaseStatus, Hand, Level, Urgency
from exam.ledger.models import Asker, Case, CaseAnswer, CaseCitation, LedgerRule
from exam.ledger.queries import askers_of, day_of, rules, unit_named, workdays
from exam.ledger.recording import lock, take, words
from question_bank.errors import N_, Invalid, NotAllowed, Problem
from question_bank.models import Document
from question_bank.queries import stands
from question_bank.taxonomy import ROOTS

LEAST_ANSWER, LONGEST_ANSWER = 5, 4000
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Law:
    """A document of the register by its title, and the article of it."""

    document: str
    article: str = ""


def set_rules(session: Session, new: Rules, *, hand: Hand, at: datetime) -> LedgerRule:
    """By what cases are handled from now on; due dates that stand are left as they are."""
    before = rules(session)
    row = LedgerRule(rules=new.model_dump(), at=at, by=hand.person_id)
    session.add(row)
    session.flush()
    changed = {
        name: [getattr(before, name), value] for name, value in row.rules.items() if getattr(before, name) != value
    }
    audit.record(session, "ledger.rules_set", f"ledger_rule:{row.id}", by=hand.person_id, at=at, detail=changed)
    return row


def sort(
    session: Session, case: Case, *, title: str, text: str, hand: Hand, at: datetime, seen: int | None = None
) -> Case:
    """梳理: put the problem into plain words. What the askers wrote stays as it is. Raises Invalid without words."""
    lock(session, case, seen)
    problems = [
        Problem(where, N_("Write at least a few words."))
        for where, said in (("title", title), ("text", text))
        if len(said.strip()) < LEAST_ANSWER
    ]
    if problems:
        raise Invalid(problems)
    take(session, case, Act.SORT, hand=hand, at=at, title=title.strip()[:200], text=text.strip()[:LONGEST_TEXT])
    return case


def classify(
    session: Session,
    case: Case,
    *,
    topic: str,
    urgency: Urgency,
    hand: Hand,
    at: datetime,
    seen: int | None = None,
) -> Case:
    """分类: what it is about (one of the eight topics) and how urgent it is. Raises Invalid for another topic."""
    lock(session, case, seen)
    if topic not in ROOTS:
        raise Invalid([Problem("topic", N_("Choose what it is about."))])
    take(session, case, Act.CLASSIFY, hand=hand, at=at, topic=topic, urgency=urgency)
    return case


def assign(
    session: Session,
    case: Case,
    *,
    owner_id: int,
    hand: Hand,
    at: datetime,
    zone: tzinfo,
    note: str = "",
    seen: int | None = None,
) -> Case:
    """交办: give it to a department, which has the working days of its urgency from today; also 转办."""
    lock(session, case, seen)
    owner = unit_named(session, owner_id)
    if case.status is CaseStatus.ASSIGNED and case.owner_id == owner.id:
        raise NotAllowed(N_("%(unit)s has this case already."), unit=owner.name)
    due = _due(session, case, at=at, zone=zone)
    take(
        session,
        case,
        Act.ASSIGN,
        hand=hand,
        at=at,
        note=note,
        owner_id=owner.id,
        due_on=due,
        assigned_at=at,
        level=Level.DESK,
    )
    telling.department(session, case, telling.ASSIGNED, at=at)
    return case


def _due(session: Session, case: Case, *, at: datetime, zone: tzinfo) -> date:
    return due_on(rules(session), case.urgency, given=day_of(at, zone), workdays=workdays(session))


def bring_to_department(
    session: Session, case: Case, *, topic: str, urgency: Urgency, owner_id: int, hand: Hand, at: datetime, zone: tzinfo
) -> Case:
    """Sort, classify and assign in one go what needs no other words; each step is written down."""
    lock(session, case)
    if case.status is CaseStatus.COLLECTED:
        take(session, case, Act.SORT, hand=hand, at=at)
    classify(session, case, topic=topic, urgency=urgency, hand=hand, at=at)
    return assign(session, case, owner_id=owner_id, hand=hand, at=at, zone=zone)


def hand_back(session: Session, case: Case, *, why: str, hand: Hand, at: datetime, seen: int | None = None) -> Case:
    """退回: the department says that it is not for it to answer. Raises NotAllowed without a reason."""
    lock(session, case, seen)
    said = words(why)
    take(session, case, Act.HAND_BACK, hand=hand, at=at, note=said)
    case.owner_id, case.due_on, case.assigned_at, case.level = None, None, None, Level.DESK
    session.flush()
    telling.office(session, case, telling.HANDED_BACK, note=said, at=at)
    return case


def extend(
    session: Session, case: Case, *, until: date, why: str, hand: Hand, at: datetime, seen: int | None = None
) -> Case:
    """延期: a later due date, a working day, with a reason. Raises NotAllowed for another day."""
    lock(session, case, seen)
    said = words(why)
    if case.due_on is None or until <= case.due_on:
        raise NotAllowed(N_("The new due date has to lie after the old one."))
    if not workdays(session).worked(until):
        raise NotAllowed(N_("%(day)s is no working day."), day=until.isoformat())
    take(session, case, Act.EXTEND, hand=hand, at=at, note=said, due_on=until, level=Level.DESK)
    telling.department(session, case, telling.EXTENDED, note=said, at=at)
    return case


def urge(session: Session, case: Case, *, remark: str, hand: Hand, at: datetime) -> Case:
    """督办: tell whoever has the case that it is being watched, with a remark."""
    lock(session, case)
    take(session, case, Act.URGE, hand=hand, at=at, note=words(remark))
    if case.status is CaseStatus.ASSIGNED:
        telling.department(session, case, telling.URGED, note=remark, at=at)
    else:
        telling.office(session, case, telling.URGED, note=remark, at=at)
    return case


def answer(
    session: Session,
    case: Case,
    *,
    text: str,
    laws: Sequence[Law] = (),
    hand: Hand,
    at: datetime,
    seen: int | None = None,
) -> CaseAnswer:
    """反馈: the department's answer with the law it rests on; a later one replaces it and both are kept.

    All who asked are told and asked whether it helped. Raises Invalid without words or for an unknown document.
    """
    lock(session, case, seen)
    cited = _cited(session, laws)
    if not LEAST_ANSWER <= len(text.strip()) <= LONGEST_ANSWER:
        template = N_("Answer in a sentence at least, in %(most)s characters at most.")
        raise Invalid([Problem("text", template, {"most": LONGEST_ANSWER})])
    take(session, case, Act.ANSWER, hand=hand, at=at)
    last = session.scalar(select(func.max(CaseAnswer.number)).where(CaseAnswer.case_id == case.id)) or 0
    made = CaseAnswer(case_id=case.id, number=last + 1, text=text.strip(), at=at, by=hand.person_id, citations=cited)
    session.add(made)
    for asker in askers_of(session, case.id):
        _not_asked_yet(asker)
    session.flush()
    telling.askers(session, case, telling.ANSWERED, at=at, once=f"answer:{made.number}")
    return made


def _cited(session: Session, laws: Sequence[Law]) -> list[CaseCitation]:
    """Raises Invalid for titles that are not in the register, and for law that does not stand."""
    named = [law for law in laws if law.document.strip()]
    titles = [law.document.strip().strip("《》") for law in named]
    known = {row.title: row for row in session.scalars(select(Document).where(Document.title.in_(titles)))}
    missing = [title for title in titles if title not in known]
    if missing:
        template = N_("“%(title)s” is not in the register of documents.")
        raise Invalid([Problem("laws", template, {"title": title}) for title in missing])
    fallen = [title for title in titles if not stands(known[title])]
    if fallen:
        template = N_("“%(title)s” no longer stands. Cite what is in force now.")
        raise Invalid([Problem("laws", template, {"title": title}) for title in fallen])
    return [
        CaseCitation(document_id=known[title].id, position=position, article=law.article.strip()[:300])
        for position, (law, title) in enumerate(zip(named, titles, strict=True))
    ]


def _not_asked_yet(asker: Asker) -> None:
    """What they said of an earlier answer stands in the steps of the case."""
    asker.satisfied, asker.said, asker.said_at = None, "", None


def follow_up(session: Session, case: Case, *, how: str, hand: Hand, at: datetime, seen: int | None = None) -> Case:
    """回访: the office has spoken with who asked, and says how. Raises NotAllowed without words."""
    lock(session, case, seen)
    take(session, case, Act.FOLLOW_UP, hand=hand, at=at, note=words(how))
    return case


def close(session: Session, case: Case, *, note: str = "", hand: Hand, at: datetime, seen: int | None = None) -> Case:
    """销号: done with, after the follow-up."""
    lock(session, case, seen)
    take(session, case, Act.CLOSE, hand=hand, at=at, note=note)
    telling.askers(session, case, telling.CLOSED, at=at, once=f"closed:{case.reopened}")
    return case


def set_aside(session: Session, case: Case, *, why: str, hand: Hand, at: datetime, seen: int | None = None) -> Case:
    """不予受理: no case for the ledger; who asked reads the reason."""
    lock(session, case, seen)
    said = words(why)
    take(session, case, Act.SET_ASIDE, hand=hand, at=at, note=said)
    telling.askers(session, case, telling.SET_ASIDE, note=said, at=at, once=f"set_aside:{case.lock}")
    return case


def restore(session: Session, case: Case, *, why: str = "", hand: Hand, at: datetime, seen: int | None = None) -> Case:
    """Take up again what was set aside."""
    lock(session, case, seen)
    take(session, case, Act.RESTORE, hand=hand, at=at, note=why)
    return case


def publish(session: Session, case: Case, *, on: bool, hand: Hand, at: datetime, seen: int | None = None) -> Case:
    """Put question and answer of a closed case before everybody, or take them away again."""
    lock(session, case, seen)
    if case.public is not on:
        take(session, case, Act.PUBLISH if on else Act.WITHDRAW, hand=hand, at=at, public=on)
    return case


def escalate(session: Session, case: Case, level: Level, *, late: int, hand: Hand, at: datetime) -> Case:
    """四级调度: the next levels see to it, `late` working days after the due date."""
    lock(session, case)
    take(session, case, Act.ESCALATE, hand=hand, at=at, note=f"逾期{late}个工作日" if late else "", level=level)
    return case
