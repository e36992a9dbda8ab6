"""`liangjuan ledger list | remind`: the cases, and telling people what is due."""

from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app
from sqlalchemy.orm import Session

from exam import clock
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db, writing
from exam.ledger import register, reminding
from exam.ledger.register import Filters, Line, Show, Sight
from exam.ledger.reminding import Reminded


@click.group("ledger")
def ledger() -> None:
    """Questions and problems from the halls, each with a department and a due date."""


@ledger.command("list")
@click.argument("text", default="")
@click.option("--show", type=click.Choice([each.value for each in Show]), default=Show.OPEN.value, show_default=True)
@click.option("--owner", type=int, help="Id of the department in charge.")
@json_option
@with_app
def list_(text: str, show: str, owner: int | None, *, as_json: bool) -> None:
    """Cases by their due date, or those with TEXT in number, title or question. Ends with 1 where some are overdue."""
    session: Session = db.session()
    asked = Filters(show=next(each for each in Show if each.value == show), text=text, owner_id=owner)
    lines = register.everything(session, Sight(everything=True), asked, today=clock.today(_zone()))
    late = sum(line.late > 0 for line in lines)
    data = {"cases": [_case(line) for line in lines], "count": len(lines), "overdue": late}
    answer(data, [_words(line) for line in lines] or ["没有条目"], as_json=as_json, findings=late > 0)


@ledger.command("remind")
@json_option
@with_app
def remind(*, as_json: bool) -> None:
    """Queue what is to be told of due dates today and raise what nobody answers. Repeating it tells nothing twice."""
    at = clock.now()
    with writing() as session:
        found = reminding.remind(session, at=at, zone=_zone())
    data = {
        "cases": [_reminded(each) for each in found],
        "messages": sum(each.told for each in found),
        "raised": sum(each.raised for each in found),
    }
    lines = [f"{each.number} {each.timing.chinese} {each.level.chinese} 通知{each.told}" for each in found]
    answer(data, lines or ["没有需要提醒的条目"], as_json=as_json)


def _zone() -> ZoneInfo:
    zone: ZoneInfo = current_app.extensions["liangjuan"].zone
    return zone


def _case(line: Line) -> dict[str, Any]:
    case = line.case
    return {
        "number": case.number,
        "status": case.status.value,
        "title": case.title,
        "source": case.source.value,
        "unit": case.unit.name if case.unit else None,
        "owner": case.owner.name if case.owner else None,
        "urgency": case.urgency.value,
        "level": case.level.value,
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "overdue_days": line.late,
        "askers": line.askers,
        "reopened": case.reopened,
        "raised_at": case.raised_at.isoformat(),
    }


def _words(line: Line) -> str:
    case = line.case
    due = f" {case.due_on.isoformat()}" if case.due_on else ""
    late = f" 逾期{line.late}个工作日" if line.late else ""
    return f"{case.number} {case.status.chinese} {case.owner.name if case.owner else '—'}{due}{late} {case.title}"


def _reminded(each: Reminded) -> dict[str, Any]:
    return {
        "number": each.number,
        "timing": each.timing.value,
        "overdue_days": each.late,
        "level": each.level.value,
        "raised": each.raised,
        "messages": each.told,
    }
