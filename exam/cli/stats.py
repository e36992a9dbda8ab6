"""`liangjuan stats`: figures of questions from a file (`items`), and alarms of leaks (`leaks`)."""

from typing import Any

import click

from exam import clock
from exam.cli.item_statistics import items
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db, writing
from exam.reports import alarms, watching
from exam.reports.alarms import Shown
from exam.reports.models import AlarmStatus
from question_bank.calibration import UNIT


@click.group("stats")
def stats() -> None:
    """What the answers say of the questions."""


stats.add_command(items)


@stats.command("leaks")
@click.option("--refresh", is_flag=True, help="Work figures and alarms out from all answers first.")
@json_option
@with_app
def leaks(*, refresh: bool, as_json: bool) -> None:
    """Questions that have grown easier from stop to stop beyond chance; status 1 while alarms wait for a decision."""
    raised = _refreshed() if refresh else []
    session = db.session()
    found = alarms.alarms(session)
    data = {
        "kept_at": watching.kept_at(session),
        "raised": raised,
        "alarms": [_alarm(each) for each in found],
    }
    waiting = [each for each in found if each.alarm.status is AlarmStatus.OPEN]
    answer(data, [_line(each) for each in found] or ["没有泄题预警"], as_json=as_json, findings=bool(waiting))


def _refreshed() -> list[int]:
    """Ids of the alarms newly raised."""
    picture = watching.look(db.session())
    with writing() as session:
        return [alarm.id for alarm in watching.keep(session, picture, by=None, at=clock.now()).raised]


def _alarm(shown: Shown) -> dict[str, Any]:
    """Shares between 0 and 1."""
    alarm, seen = shown.alarm, shown.alarm.evidence
    return {
        "alarm": alarm.id,
        "question": shown.question.code,
        "version": alarm.version_number,
        "status": alarm.status.value,
        "supported": seen["alarm"],
        "probability": seen["probability"] / UNIT,
        "chance": seen["chance"],
        "known": seen["known"] / UNIT,
        "after_stop": seen["after_stop"]["stop"],
        "before": _share(seen["before"]),
        "since": _share(seen["since"]),
        "stops": [{"stop": each["stop"], "number": each["number"], **_share(each)} for each in seen["stops"]],
        "raised_at": alarm.raised_at,
        "decided_at": alarm.decided_at,
        "reason": alarm.reason,
    }


def _share(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "answers": found["answers"],
        "facility": found["earned"] / UNIT,
        "expected": found["expected"] / UNIT,
    }


def _line(shown: Shown) -> str:
    seen = shown.alarm.evidence
    before, since, due = (
        round(part / UNIT * 100)
        for part in (seen["before"]["earned"], seen["since"]["earned"], seen["since"]["expected"])
    )
    return (
        f"{shown.alarm.status.chinese} {shown.question.code} 第{seen['after_stop']['number']}场之后"
        f"得分率由{before}%升至{since}%（应得{due}%），泄题可能性{round(seen['probability'] / UNIT * 100)}%"
    )
