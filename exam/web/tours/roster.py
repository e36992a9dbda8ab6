"""A stop's roster: the list, one entry with leave and absence, and taking somebody off."""

from dataclasses import dataclass
from enum import StrEnum

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import db
from exam.tours import operations, queries
from exam.tours.flow import ATTENDED, Absence, StopStatus
from exam.tours.models import RosterEntry, Stop
from exam.tours.queries import Place
from exam.web.access import access, viewer
from exam.web.tours.area import Page, attempt, blueprint, may_run_place, may_run_stop, organises_place
from exam.web.tours.forms import AbsenceForm, ReasonForm

SHORT = 4
"""A number of fewer digits is looked for among the seats only, not in every staff number that holds it."""


class Show(StrEnum):
    """Which part of a roster is listed."""

    ALL = ""
    MISSING = "missing"
    THERE = "there"
    ABSENT = "absent"
    WALK_IN = "walk_in"

    def takes(self, entry: RosterEntry) -> bool:
        there, away = entry.checked_in_at is not None, entry.absence is not Absence.NONE
        return {
            Show.ALL: True,
            Show.MISSING: not there and not away,
            Show.THERE: there,
            Show.ABSENT: away,
            Show.WALK_IN: entry.walk_in,
        }[self]


@dataclass(frozen=True)
class Found:
    """The entries listed, and how many each filter would list."""

    entries: tuple[RosterEntry, ...]
    show: Show
    counts: dict[str, int]
    done: RosterEntry | None


def _fits(entry: RosterEntry, wanted: str) -> bool:
    """A short number is a seat; anything else a part of name, unit or staff number."""
    if wanted.isdecimal() and len(wanted) < SHORT:
        return int(wanted) == entry.seat
    return any(wanted in text.casefold() for text in (entry.name, entry.unit.name, entry.person.code))


def found_in(entries: list[RosterEntry], *, text: str, show: str, done: int | None) -> Found:
    """The entries whose name, unit, staff number or seat fits `text`, of the part `show`."""
    part = next((each for each in Show if each.value == show), Show.ALL)
    listed = tuple(entry for entry in entries if part.takes(entry) and _fits(entry, text.casefold()))
    counts = {each.value: sum(each.takes(entry) for entry in entries) for each in Show}
    return Found(listed, part, counts, next((entry for entry in entries if entry.id == done), None))


@blueprint.get("/stops/<int:stop_id>/roster")
@access(may_run_stop, of=queries.stop_by_id)
def roster(stop: Stop) -> Page:
    """The roster by seat, with search, check-in and counts."""
    text = request.args.get("q", "").strip()
    entries = queries.roster_of(db.session(), stop.id)
    found = found_in(entries, text=text, show=request.args.get("show", ""), done=request.args.get("done", type=int))
    return render_template(
        "tours/roster.html",
        stop=stop,
        found=found,
        q=text,
        total=len(entries),
        heads=queries.attendance(db.session(), [stop.id])[stop.id],
        attended=stop.status in ATTENDED,
        open=stop.status in {StopStatus.PLANNED, StopStatus.ROSTERED},
    )


@blueprint.get("/stops/<int:stop_id>/roster/<int:entry_id>")
@access(may_run_place, of=queries.place_by_id)
def entry(place: Place) -> Page:
    """One entry: what was frozen, leave or absence, and how to take it off."""
    return _entry_page(place, AbsenceForm(formdata=None, data=_present(place.entry)))


def _present(entry: RosterEntry) -> dict[str, object]:
    return {"absence": entry.absence, "reason": entry.absence_reason}


def _offered(form: AbsenceForm, entry: RosterEntry) -> AbsenceForm:
    return form.offer(entry.absence, exempts=viewer().has(Role.ORGANISER))


def _entry_page(place: Place, form: AbsenceForm, message: str = "") -> str:
    return render_template(
        "tours/entry.html",
        stop=place.stop,
        entry=place.entry,
        form=_offered(form, place.entry),
        message=message,
        organises=viewer().has(Role.ORGANISER),
        attended=place.stop.status in ATTENDED,
        strikable=place.stop.status is StopStatus.ROSTERED and place.entry.checked_in_at is None,
    )


@blueprint.post("/stops/<int:stop_id>/roster/<int:entry_id>/absence")
@access(may_run_place, of=queries.place_by_id)
def set_absence(place: Place) -> Page:
    """Record leave, exemption or absence, or lift it."""
    form, entry_id = _offered(AbsenceForm(), place.entry), place.entry.id
    done, message = attempt(form, lambda session: _absent(session, entry_id, form))
    if done is None:
        return _entry_page(place, form, message), 400
    flash(gettext("Saved: %(name)s.", name=place.entry.name), "success")
    return redirect(url_for("tours.roster", stop_id=place.stop.id))


def _absent(session: Session, entry_id: int, form: AbsenceForm) -> RosterEntry:
    return operations.set_absence(
        session,
        queries.entry_by_id(session, entry_id),
        form.absence.data,
        reason=form.reason.data or "",
        by=viewer().person_id,
        at=clock.now(),
    )


@blueprint.get("/stops/<int:stop_id>/roster/<int:entry_id>/strike")
@access(organises_place, of=queries.place_by_id)
def striking(place: Place) -> Page:
    """What taking somebody off the roster means, and the field for the reason."""
    return render_template(
        "tours/strike.html", stop=place.stop, entry=place.entry, form=ReasonForm(formdata=None), message=""
    )


@blueprint.post("/stops/<int:stop_id>/roster/<int:entry_id>/strike")
@access(organises_place, of=queries.place_by_id)
def strike(place: Place) -> Page:
    """Take a wrongly entered person off the roster."""
    form, entry_id, name = ReasonForm(), place.entry.id, place.entry.name
    done, message = attempt(form, lambda session: _struck(session, entry_id, form.reason.data))
    if done is None:
        return render_template("tours/strike.html", stop=place.stop, entry=place.entry, form=form, message=message), 400
    flash(gettext("%(name)s is no longer on the roster.", name=name), "success")
    return redirect(url_for("tours.roster", stop_id=place.stop.id))


def _struck(session: Session, entry_id: int, reason: str) -> bool:
    operations.strike(
        session, queries.entry_by_id(session, entry_id), reason=reason, by=viewer().person_id, at=clock.now()
    )
    return True
