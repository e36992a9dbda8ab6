"""`liangjuan tour plan | publish`: fill or mend the draft of a tour's calendar, and make it the calendar."""

from datetime import date, datetime
from typing import Any

import click
from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import clock
from exam.cli.output import answer, json_option, progress, with_app
from exam.extensions import db, writing
from exam.reports.weak_topics import weak_topics
from exam.tours import arranging, drafts, proposing, queries
from exam.tours.infeasible import Explained
from exam.tours.models import Lecturer, Tour, TourDraft
from exam.tours.planned import Calendar
from exam.tours.planner import Proposal
from exam.tours.replanning import Mended
from question_bank.errors import N_, DomainError, Invalid, NotFound, fill

tour_option = click.option("--tour", "code", help="Code of the tour. Default: the one that begins last.")


def _day(_: object, __: object, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter("YYYY-MM-DD") from error


@click.command("plan")
@tour_option
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same calendar.")
@click.option("--keep", is_flag=True, help="Leave what is placed where it is; place only what waits.")
@click.option("--without", "lecturer", help="Code of a lecturer who drops out: mend, changing as few stops as can be.")
@click.option("--from", "first", callback=_day, help="Since when they are away (YYYY-MM-DD). Default: today.")
@click.option("--to", "last", callback=_day, help="Until when. Default: the tour's end.")
@click.option("--mend", is_flag=True, help="Mend what stands in conflict, changing as few stops as can be.")
@json_option
@with_app
def plan(
    code: str | None,
    seed: int,
    lecturer: str | None,
    first: date | None,
    last: date | None,
    *,
    keep: bool,
    mend: bool,
    as_json: bool,
) -> None:
    """Fill the draft of a tour's calendar, or mend it; nothing counts until `tour publish`. Status 1: some wait."""
    if keep and (mend or lecturer):
        raise click.UsageError("--keep goes with neither --mend nor --without: mending keeps whatever can stay.")
    if (first or last) and not lecturer:
        raise click.UsageError("--from and --to say when the lecturer of --without is away.")
    at, zone = clock.now(), current_app.extensions["liangjuan"].zone
    with writing() as session:
        tour = _tour(session, code)
        if lecturer:
            who = _lecturer(session, lecturer)
            since = first or at.astimezone(zone).date()
            arranging.send_away(session, who, first=since, last=last or max(since, tour.ends_on), by=None, at=at)
        draft_id = drafts.open_draft(session, tour, by=None, at=at).id
    # reckoned while nobody's writing waits, then written at once
    session = db.session()
    draft, weak = session.get_one(TourDraft, draft_id), weak_topics(session)
    seen = draft.lock
    if mend or lecturer:
        mended = proposing.mended(session, draft, zone=zone, at=at, weak=weak)
        _adopt(draft_id, mended.calendar, seen=seen, at=at)
        data, lines = _mended(mended)
        answer(data, lines, as_json=as_json, findings=bool(mended.left_out))
        return
    found, why = proposing.proposed(session, draft, seed=seed, zone=zone, at=at, keep=keep, weak=weak), None
    if found.left_out:
        progress("有场次排不下，正在找出相互冲突的要求 …")
        why = proposing.explained(session, draft, zone=zone, at=at, keep=keep)
    _adopt(draft_id, found.calendar, seen=seen, at=at)
    data, lines = _planned(found, why)
    answer(data, lines, as_json=as_json, findings=bool(found.left_out))


def _adopt(draft_id: int, calendar: Calendar, *, seen: int, at: datetime) -> None:
    with writing() as session:
        proposing.adopt(session, session.get_one(TourDraft, draft_id), calendar, seen=seen, by=None, at=at)


@click.command("publish")
@tour_option
@click.option("--note", default="", help="Why, for whoever reads the version.")
@json_option
@with_app
def publish(code: str | None, note: str, *, as_json: bool) -> None:
    """Make the draft the tour's calendar: stops are moved, added and cancelled, and a version is kept."""
    at, zone = clock.now(), current_app.extensions["liangjuan"].zone
    try:
        with writing() as session:
            draft = drafts.open_draft(session, _tour(session, code), by=None, at=at)
            version = drafts.publish(session, draft, note=note, zone=zone, by=None, at=at)
            changes = version.changes["changes"]
            data: dict[str, Any] = {"version": version.number, "stops": len(version.stops["stops"])}
    except Invalid as error:
        problems = "\n".join(_said(each.template, each.params) for each in error.problems)
        raise DomainError("%(problems)s", problems=problems) from error
    said = [_said(each["template"], each["params"]) for each in changes]
    data["changes"] = [{**each, "sentence": sentence} for each, sentence in zip(changes, said, strict=True)]
    answer(data, [f"第{data['version']}版，{data['stops']}场", *said], as_json=as_json)


def _tour(session: Session, code: str | None) -> Tour:
    found = queries.current_tour(session) if code is None else session.scalar(select(Tour).where(Tour.code == code))
    if found is None:
        raise NotFound(N_("There is no such tour."))
    return found


def _lecturer(session: Session, code: str) -> Lecturer:
    found = session.scalar(select(Lecturer).where(Lecturer.code == code))
    if found is None:
        raise NotFound(N_("There is no lecturer with the code %(code)s."), code=code)
    return found


def _said(template: str, params: Any) -> str:
    with force_locale("zh_Hans_CN"):
        shown = {name: getattr(value, "chinese", value) for name, value in params.items()}
        return fill(gettext(template), shown)


def _visits(calendar: Calendar) -> list[dict[str, Any]]:
    own = [each for each in calendar.visits if not each.foreign]
    own.sort(key=lambda each: (not each.placed, each.starts_at and each.span[0], each.key))
    return [
        {
            "placement": each.key,
            "unit": calendar.hosts[each.unit].name,
            "starts_at": each.starts_at and calendar.local(each.starts_at).isoformat(),
            "ends_at": each.ends_at and calendar.local(each.ends_at).isoformat(),
            "venue": None if each.venue is None else calendar.places[each.venue].name,
            "lecture": None if each.talk is None else calendar.talks[each.talk].title,
            "lecturer": None if (teacher := calendar.teacher_of(each)) is None else calendar.teachers[teacher].name,
        }
        for each in own
    ]


def _line(visit: dict[str, Any]) -> str:
    if visit["starts_at"] is None:
        return f"待排\t{visit['unit']}"
    when = visit["starts_at"][:16].replace("T", " ")
    return "\t".join([when, visit["unit"], visit["venue"] or "—", visit["lecture"] or "—", visit["lecturer"] or "—"])


def _planned(found: Proposal, why: Explained | None) -> tuple[dict[str, Any], list[str]]:
    visits = _visits(found.calendar)
    data: dict[str, Any] = {
        "stops": visits,
        "left_out": list(found.left_out),
        "cost": found.cost,
        "bound": found.bound,
        "gap": round(found.gap, 4),
        "proven": found.proven,
    }
    lines = [_line(each) for each in visits]
    if why is None:
        lines.append(f"代价 {found.cost} 分，下界 {found.bound} 分" + ("，已证明最优" if found.proven else ""))
    else:
        said = [_said(each.template, each.params) for each in why.wishes]
        data["conflict"] = {
            "wishes": said,
            "certain": why.certain,
            "stops": why.stops,
            "half_days": why.half_days,
        }
        lines.append(f"{len(found.left_out)} 场排不下（{why.stops} 场，{why.half_days} 个半天）。不能同时满足：")
        lines += [f"  {each}" for each in said] or ["  放弃所有要求仍排不下，须延长巡讲期间。"]
    return data, lines


def _mended(found: Mended) -> tuple[dict[str, Any], list[str]]:
    visits = {each["placement"]: each for each in _visits(found.calendar)}
    data = {
        "changed": [visits[key] for key in found.changed],
        "moved": list(found.moved),
        "left_out": list(found.left_out),
        "fewest": found.fewest,
        "proven": found.proven,
    }
    head = f"改动 {len(found.changed)} 场（其中改期 {len(found.moved)} 场），至少须改动 {found.fewest} 场"
    return data, [head, *(_line(visits[key]) for key in found.changed)]
