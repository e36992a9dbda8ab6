"""`liangjuan tour ics`, `remind` and `send`: the published calendar as a file; reminders and messages by hand."""

from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select

from exam import clock
from exam.accounts.models import Unit
from exam.accounts.roles import Language
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db, writing
from exam.notices import queries as notices
from exam.notices import sending
from exam.tours import calendar, feeds, queries, reminding
from exam.tours.models import Tour
from exam.tours.phrases import words_in
from question_bank.errors import N_, NotFound

LANGUAGES = {"zh": Language.ZH, "en": Language.EN}


@click.command("ics")
@click.option("-o", "--output", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tour", "code", help="Code of the tour; default: the newest.")
@click.option("--unit", help="Only stops at this unit (its code), or where it answers.")
@click.option("--lang", type=click.Choice(sorted(LANGUAGES)), default="zh")
@json_option
@with_app
def ics(file: Path, *, code: str | None, unit: str | None, lang: str, as_json: bool) -> None:
    """Write the published stops of a tour as an iCalendar FILE."""
    session, zone = db.session(), current_app.extensions["liangjuan"].zone
    tour = queries.current_tour(session) if code is None else session.scalar(select(Tour).where(Tour.code == code))
    if tour is None:
        raise NotFound(N_("There is no such tour."))
    stops = feeds.published(session, since=tour.starts_on, tour_id=tour.id)
    if unit is not None:
        unit_id = session.scalar(select(Unit.id).where(Unit.code == unit))
        if unit_id is None:
            raise NotFound(N_("There is no such unit."))
        stops = [each for each in stops if unit_id == each["unit_id"] or unit_id in each["departments"]]
    text = calendar.feed(stops, name=tour.name, words=words_in(LANGUAGES[lang]), zone=zone)
    file.write_text(text, encoding="utf-8", newline="")
    data = {"file": str(file), "events": len(stops), "tour": tour.code}
    answer(data, [f"{file}  {len(stops)} events"], as_json=as_json)


@click.command("remind")
@json_option
@with_app
def remind(*, as_json: bool) -> None:
    """Queue the reminders of stops that are due; they are sent by the worker or by `tour send`."""
    zone = current_app.extensions["liangjuan"].zone
    with writing() as session:
        queued = reminding.remind(session, zone=zone, at=clock.now())
    channels = sum(each.active for each in notices.channels(db.session()))
    lines = [f"{queued} reminders queued", *([] if channels else ["no channel is set up: nothing is sent"])]
    answer({"queued": queued, "channels": channels}, lines, as_json=as_json, findings=not channels)


@click.command("send")
@json_option
@with_app
def send(*, as_json: bool) -> None:
    """Send the messages that are due now, as the worker does by itself."""
    done = sending.send_due(db.engine, site=current_app.extensions["liangjuan"].address)
    left = notices.counts(db.session())
    data = {
        "sent": done["sent"],
        "later": done["later"],
        "given_up": done["given_up"],
        "states": {status.value: count for status, count in left.items()},
    }
    lines = [f"sent {done['sent']}, again later {done['later']}, given up {done['given_up']}"]
    answer(data, lines, as_json=as_json, findings=bool(done["given_up"]))
