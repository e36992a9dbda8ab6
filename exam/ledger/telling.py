"""Who is told what about a case. Messages are queued with a key, so that nobody is told the same thing twice."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.ledger.due import height
from exam.ledger.flow import Level
from exam.ledger.models import Asker, Case
from exam.ledger.queries import answers_of, askers_of, holders
from exam.notices.operations import queue

KIND = "ledger"
_MAIL = re.compile(r"[^@\s,;，；]+@[^@\s,;，；]+\.[A-Za-z]{2,}")


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
    """Tell whoever sees to the case at its level: the department's answerers, above them contacts, office, leaders."""
    return _people(session, responsible(session, case), case, news, at=at, note=note, once=once)


def responsible(session: Session, case: Case) -> Sequence[Person]:
    """By the level of the case: 经办人; 部门负责人 besides; 县指挥部 besides; 县分管领导 besides."""
    found = [*holders(session, [Role.ANSWERER], unit_id=case.owner_id)]
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
        address = _MAIL.search(asker.contact)
        if asker.person is None and address is None:
            continue
        lines = [news.text, "", f"编号：{case.number}", f"您的问题：{asker.text}", *([note] if note else [])]
        lines += [f"答复：{answers[0].text}"] if answers else []
        lines += ["", f"查看办理情况：/ask/case/{asker.token}"]
        queue(
            session,
            key=f"ledger:{case.id}:{news.name}:{once}:asker{asker.id}",
            kind=KIND,
            about=f"case:{case.id}",
            person=asker.person,
            address="" if asker.person is not None or address is None else address.group(),
            subject=f"{news.subject}（{case.number}）",
            body="\n".join(lines),
            at=at,
        )
        told += 1
    return told


def _people(
    session: Session, people: Sequence[Person], case: Case, news: News, *, at: datetime, note: str, once: str
) -> int:
    body = "\n".join(_facts(case, news, note))
    for person in people:
        queue(
            session,
            key=f"ledger:{case.id}:{news.name}:{once or at.isoformat()}:{person.id}",
            kind=KIND,
            about=f"case:{case.id}",
            person=person,
            subject=f"{news.subject}（{case.number}）",
            body=body,
            at=at,
        )
    return len(people)


def _facts(case: Case, news: News, note: str) -> list[str]:
    lines = [news.text, "", f"编号：{case.number}", f"问题：{case.title}"]
    if case.owner is not None:
        lines.append(f"承办部门：{case.owner.name}")
    if case.due_on is not None:
        lines.append(f"办理期限：{case.due_on.year}年{case.due_on.month}月{case.due_on.day}日")
    if _LEVELS[case.level]:
        lines.append(f"调度层级：{_LEVELS[case.level]}")
    return [*lines, *([note] if note else []), "", f"查看：/ledger/cases/{case.id}"]
