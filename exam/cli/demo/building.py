"""The demo's folder: made once for a day, kept on the next start, made anew when the day has changed."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from exam import audit, config, database, schema
from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role
from exam.cli.demo import briefs, marking, notices, planning, stops, villages
from exam.cli.demo.county import PASSWORD, STAFF, County, Planned, plan_tour, settle
from exam.cli.demo.filing import file_results
from exam.cli.demo.ledger import fill_ledger
from exam.cli.demo.lessons import give_lessons, report_trainings
from exam.papers.operations import install_standard
from exam.reports import equated, question_tally, watching
from exam.sittings import queries
from exam.sittings.models import SittingStatus
from exam.tours.models import RosterEntry, Stop, StopStatus, Tour
from question_bank import content, reserves
from question_bank.enums import Status
from question_bank.errors import N_, DomainError
from question_bank.events import BankEvent
from question_bank.models import Question

MARK = "demo.json"
UNFINISHED = ""
UNMARKED = 1
"""Of the finished stops the latest ones still wait for markers."""
RESERVE = "W009"
"""A question held back, which can take the place of one that leaks."""
LEAK_AFTER = 4
"""After so many stops some questions get out."""

Say = Callable[[str], None]


class NotADemo(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The folder holds a real site, which the demo never touches."""


def prepare(settings: config.Settings, *, at: datetime, say: Say) -> dict[str, Any]:
    """Make sure that the folder holds the demo county of the day of `at`; returns what the command prints.

    Raises NotADemo for a folder with a database that no demo made.
    """
    kept = settings.data / MARK
    today = at.astimezone(settings.zone).date().isoformat()
    if kept.exists():
        facts: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if facts["day"] == today:
            schema.upgrade(settings.database_url, settings.data, at=at)
            return facts
        say("演示数据不是今天的，或上次没有生成完，现在按今天重新生成")
        _clear(settings)
    elif settings.database_file.exists():
        raise NotADemo(
            N_("%(folder)s holds a real site; the demo needs a folder of its own."), folder=str(settings.data)
        )
    _keep(kept, {"day": UNFINISHED})  # whoever interrupts us has a demo that is made anew, not a site that is refused
    facts = {"day": today, **_build(settings, at=at, say=say)}
    _keep(kept, facts)
    return facts


def _keep(file: Path, facts: dict[str, Any]) -> None:
    file.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")


def _clear(settings: config.Settings) -> None:
    for each in settings.data.iterdir():
        if each.name != "secret_key":
            shutil.rmtree(each) if each.is_dir() else each.unlink()


def _build(settings: config.Settings, *, at: datetime, say: Say) -> dict[str, Any]:
    began = at - timedelta(days=40)
    schema.upgrade(settings.database_url, settings.data, at=at)
    engine = database.open_engine(settings.database_url)
    try:
        with database.writing(engine) as session:
            say("题库：导入并发布 …")
            _, _, events = content.install(session, demo=True, by=None, at=began)
            audit.note(session, [*events, *_held_back(session, at=began)], by=None, at=began)
            install_standard(session, by=None, at=began)
            say("单位与人员 …")
            county = settle(session, at=began)
            notices.give_addresses(session, county, at=began)
            planned = plan_tour(session, county, zone=settings.zone, at=at)
            villages.settle_villages(session, county, at=began)
            planning.arrange(session, county, planned, at=began)
            planning.announce(session, planned[0].stop.tour, county, zone=settings.zone, at=began)
            _freeze_rosters(session, county, planned, at=began)
        _run(engine, county, planned, zone=settings.zone, at=at, say=say)
        with database.reading(engine) as session:
            return _facts(session, planned)
    finally:
        engine.dispose()


def _held_back(session: Session, *, at: datetime) -> list[BankEvent]:
    wanted = session.scalars(select(Question.id).where(Question.code == RESERVE))
    return reserves.hold_back(session, wanted, at=at)[1]


def _freeze_rosters(session: Session, county: County, planned: list[Planned], *, at: datetime) -> None:
    codes = {unit.id: code for code, unit in county.units.items()}
    for each in planned:
        if each.offset <= stops.FROZEN_AHEAD:
            stops.freeze_roster(session, county, each.stop, codes[each.stop.unit_id], at=at)


def _run(engine: Engine, county: County, planned: list[Planned], *, zone: ZoneInfo, at: datetime, say: Say) -> None:
    behind = [each for each in planned if each.offset < 0]
    told: frozenset[int] = frozenset()
    for number, each in enumerate(behind, start=1):
        say(f"第 {number}/{len(behind)} 场：{each.stop.unit.name} …")
        with database.writing(engine) as session:
            there = Planned(session.get_one(Stop, each.stop.id), each.offset)
            mistaken = briefs.mistaken(session) if number == 1 else frozenset()
            stops.run_finished(
                session, county, there, marked=number <= len(behind) - UNMARKED, told=told, mistaken=mistaken
            )
            if number == LEAK_AFTER:
                told = stops.got_out(session)
            if number == len(behind) and number > UNMARKED:
                asked = session.get_one(Stop, behind[-1 - UNMARKED].stop.id)
                marking.ask_again(session, county, asked, out=asked.ends_at + stops.RELEASED)
                marking.begin_marking(session, county, there.stop)
        briefs.make_brief(engine, each.stop.id)
        # as the worker does after each release, so that the papers of the next stop rest on what was answered
        watching.watch(engine, at=each.stop.ends_at + stops.WORKED_OUT)
        equated.watch(engine, at=each.stop.ends_at + stops.WORKED_OUT)
    question_tally.watch(engine)
    with database.writing(engine) as session:
        today = next(each for each in planned if each.offset == 0)
        stops.run_today(session, county, Planned(session.get_one(Stop, today.stop.id), 0), at=at)
        released = [session.get_one(Stop, each.stop.id) for each in behind[: len(behind) - UNMARKED]]
        file_results(session, county, released, at=at, zone=zone)
        tour = session.get_one(Tour, today.stop.tour_id)
        notices.post(session, tour, zone=zone, began=at - timedelta(days=40), at=at)
        planning.change_later(session, tour, county, zone=zone, at=at)
        notices.close(session, at=at)
        finished = [session.get_one(Stop, each.stop.id) for each in behind]
        give_lessons(session, county, finished, session.get_one(Stop, today.stop.id), at=at)
        report_trainings(session, county, at=at, zone=zone)
        fill_ledger(session, county, finished, at=at, zone=zone)


def _facts(session: Session, planned: list[Planned]) -> dict[str, Any]:
    def count(what: Any, *where: Any) -> int:
        return session.scalar(select(func.count()).select_from(what).where(*where)) or 0

    largest = max(
        (each for each in planned if each.offset > 0),
        key=lambda each: each.stop.venue.capacity if each.stop.venue else 0,
    )
    today = next(each for each in planned if each.offset == 0)
    return {
        "logins": logins(session, today.stop.id),
        "questions": count(Question, Question.status == Status.PUBLISHED),
        "people": count(Person),
        "units": count(Unit, Unit.code.like("U%")),
        "stops": count(Stop),
        "largest_stop": largest.stop.id,
        "open_stop": today.stop.id,
    }


def logins(session: Session, stop_id: int) -> list[dict[str, str]]:
    """One of each role, and two candidates of the open stop who have not begun, by their tickets."""
    users = [(role, f"{user}1" if number > 1 else user) for role, user, number, _ in STAFF]
    users += [(Role.LECTURER, "lecturer01"), (Role.ANSWERER, "answerer01"), (Role.UNIT_CONTACT, "contact01")]
    found = [{"role": role.value, "user": user, "secret": PASSWORD} for role, user in users]
    entries = session.scalars(
        select(RosterEntry)
        .where(RosterEntry.stop_id == stop_id, RosterEntry.checked_in_at.is_not(None))
        .order_by(RosterEntry.seat.desc())
        .limit(2)
    )
    found += [{"role": Role.CANDIDATE.value, "user": entry.name, "secret": entry.ticket} for entry in entries]
    return found


def keep_open(engine: Engine, *, at: datetime) -> None:
    """The stop of today stays open: started again in the evening, its window moves to now."""
    with database.writing(engine) as session:
        stop = session.scalar(select(Stop).where(Stop.status == StopStatus.RUNNING))
        if stop is None:
            return
        late = [
            sitting
            for sitting in queries.sittings_of(session, stop.id)
            if sitting.status in {SittingStatus.PLANNED, SittingStatus.OPEN}
        ]
        if not late or late[0].closes_at > at + timedelta(minutes=30):
            return
        stop.starts_at, stop.ends_at = at - timedelta(minutes=30), at + timedelta(minutes=190)
        for sitting in late:
            length = sitting.closes_at - sitting.opens_at
            sitting.opens_at = at - timedelta(minutes=5) if sitting is late[0] else at + timedelta(minutes=125)
            sitting.closes_at = sitting.opens_at + length
        audit.record(session, "demo.window_moved", f"stop:{stop.id}", by=None, at=at)
