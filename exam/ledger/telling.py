"""Who is told what about a case. Messages are queued with a key, so that nobody is told the same thing twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from exam.accounts.mail_addresses import MAIL
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.ledger.due import height
from exam.ledger.flow import Level
from exam.ledger.models import Asker, Case
from exam.ledger.queries import answers_of, askers_of, holders
from exam.notices.operations import queue
from exam.notices.queries import robots

KIND = "ledger"
FOR_A_DAY = timedelta(days=1)
"""A reminder of a due date is of no use later."""


@dataclass(frozen=True)
class News:
    """What is told: `name` is part of the key, `subject` its first words, `text` the sentence below."""

    name: str
    subject: str
    text: str


ASSIGNED = News("assigned", "问题已交办", "下列问题已交你单位办理，请在期限内反馈。")
HANDED_BACK = News("handed_back", "承办部门退回问题", "承办部门认为下列问题不属于本部门职责，请重新分派。")
EXTENDED = News("extended", "办理期限已调整", "下列问题的办理期限已调整。")
URGED = News("urged", "问题督办", "下列问题已列入督办，请抓紧办理。")
REOPENED = News("reopened", "问题重新办理", "提问人对答复不满意，下列问题重新办理，请在新的期限内反馈。")
SOON = News("soon", "问题即将到期", "下列问题即将到办理期限，请按时反馈。")
TODAY = News("today", "问题今日到期", "下列问题今日到期，请于今日内反馈。")
OVERDUE = News("overdue", "问题已逾期", "下列问题已超过办理期限，请立即办理。")
RAISED = News("raised", "逾期问题升级调度", "下列问题逾期未反馈，已升级调度。")
ANSWERED = News(
    "answered", "您的问题已有答复", "您提出的问题已有答复。请说明答复是否解决了问题；不满意的，将重新办理。"
)
CLOSED = News("closed", "您的问题已销号", "您提出的问题已办结销号。如仍未解决，可在规定期限内要求重新办理。")
SET_ASIDE = News("set_aside", "关于您提出的问题", "您提出的问题未列入台账办理，原因如下。")
JOINED = News(
    "joined", "您的问题已并入同类问题", "已有人提出相同的问题，两件并作一件办理，办理情况您同样会收到。您的原话已保留。"
)
PARTED = News("parted", "您的问题单独办理", "您提出的问题现单独办理。")
_LEVELS = {Level.DESK: "", Level.HEAD: "部门负责人", Level.HEADQUARTERS: "县指挥部", Level.COUNTY: "县分管领导"}


def department(session: Session, case: Case, news: News, *, at: datetime, note: str = "", once: str = "") -> int:
    """Tell whoever sees to the case at its level; of dates its answerers only.

    A case raised to headquarters is told in the robots' groups too. Returns how many messages that made.
    """
    people = desk(session, case) if news in {SOON, TODAY, OVERDUE} else responsible(session, case)
    told = _people(session, people, case, news, at=at, note=note, once=once)
    if news is RAISED and height(case.level) >= height(Level.HEADQUARTERS):
        body = "\n".join(_facts(case, news, note))
        for robot in robots(session):
            key = f"ledger:{case.id}:{news.name}:{once}:robot{robot.id}"
            told += _queued(session, case, key=key, subject=_subject(news, case), body=body, at=at, channel=robot)
    return told


def desk(session: Session, case: Case) -> Sequence[Person]:
    """经办人: the department's answerers."""
    return holders(session, [Role.ANSWERER], unit_id=case.owner_id)


def responsible(session: Session, case: Case) -> Sequence[Person]:
    """By the level of the case: 经办人; 部门负责人 besides; 县指挥部 besides; 县分管领导 besides."""
    found = [*desk(session, case)]
    if height(case.level) >= height(Level.HEAD):
        found += holders(session, [Role.UNIT_CONTACT], unit_id=case.owner_id)
    if height(case.level) >= height(Level.HEADQUARTERS):
        found += holders(session, [Role.ORGANISER])
    if height(case.level) >= height(Level.COUNTY):
        found += holders(session, [Role.LEADER])
    return list({person.id: person for person in found}.values())


def office(session: Session, case: Case, news: News, *, at: datetime, note: str = "", once: str = "") -> int:
    """Tell the organisers."""
    return _people(session, holders(session, [Role.ORGANISER]), case, news, at=at, note=note, once=once)


def askers(session: Session, case: Case, news: News, *, at: datetime, once: str, note: str = "") -> int:
    """Tell everybody who asked and can be reached; nobody learns who else did. How many were told."""
    return tell_askers(session, askers_of(session, case.id), case, news, at=at, once=once, note=note)


def tell_askers(
    session: Session, those: Iterable[Asker], case: Case, news: News, *, at: datetime, once: str, note: str = ""
) -> int:
    """The same for some of them."""
    answers = answers_of(session, case.id) if news in {ANSWERED, CLOSED, JOINED} else ()
    told = 0
    for asker in those:
        named = MAIL.search(asker.contact)
        if named is None and (asker.person is None or not asker.person.email):
            continue
        lines = [news.text, "", f"编号：{case.number}", f"您的问题：{asker.text}", *([note] if note else [])]
        lines += [f"答复：{answers[0].text}"] if answers else []
        lines += ["", f"查看办理情况：/ask/case/{asker.token}"]
        key = f"ledger:{case.id}:{news.name}:{once}:asker{asker.id}"
        told += _queued(
            session,
            case,
            key=key,
            subject=_subject(news, case),
            body="\n".join(lines),
            at=at,
            person=asker.person,
            address=named.group() if named else "",
        )
    return told


def _people(
    session: Session, people: Sequence[Person], case: Case, news: News, *, at: datetime, note: str, once: str
) -> int:
    body = "\n".join(_facts(case, news, note))
    until = at + FOR_A_DAY if news in {SOON, TODAY} else None
    told = 0
    for person in people:
        if not person.email:
            continue
        key = f"ledger:{case.id}:{news.name}:{once or at.isoformat()}:{person.id}"
        told += _queued(
            session, case, key=key, subject=_subject(news, case), body=body, at=at, person=person, useful_until=until
        )
    return told


def _queued(session: Session, case: Case, *, at: datetime, **message: Any) -> int:
    """1 for a message that is new, 0 for one there was or for somebody with no address."""
    made = queue(session, kind=KIND, about=f"case:{case.id}", at=at, **message)
    return int(made is not None and made.made_at == at)


def _subject(news: News, case: Case) -> str:
    return f"{news.subject}（{case.number}）"


def _facts(case: Case, news: News, note: str) -> list[str]:
    lines = [news.text, "", f"编号：{case.number}", f"问题：{case.title}"]
    if case.owner is not None:
        lines.append(f"承办部门：{case.owner.name}")
    if case.due_on is not None:
        lines.append(f"办理期限：{case.due_on.year}年{case.due_on.month}月{case.due_on.day}日")
    if _LEVELS[case.level]:
        lines.append(f"调度层级：{_LEVELS[case.level]}")
    return [*lines, *([note] if note else []), "", f"查看：/ledger/cases/{case.id}"]
