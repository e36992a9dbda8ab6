"""Deeds in the hall: each has a page that says what will happen, asks for what has to be said, and then does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam.sittings.models import Attempt, Sitting
from exam.sittings.queries import attempt_by_key
from exam.tours.models import Stop
from exam.tours.queries import Place, stop_by_id
from exam.web.deeds import Page, attempt
from exam.web.forms import Form

FormT = TypeVar("FormT", bound=Form)


@dataclass(frozen=True)
class Asked:
    """The page before a deed: its title, what will happen, the button's verb, and where it leads afterwards.

    `crumb` names the page one comes from.
    """

    title: str
    consequences: tuple[str, ...]
    verb: str
    stop: Stop
    crumb: str
    back: str
    tone: str = "primary"


@dataclass(frozen=True)
class Held:
    """An attempt with the place on the roster that it belongs to."""

    place: Place
    attempt: Attempt


def held_by_key(session: Session, key: str) -> Held:
    """An attempt by its name in addresses. Raises NotFound."""
    found = attempt_by_key(session, key)
    entry = found.assignment.entry
    return Held(Place(stop_by_id(session, entry.stop_id), entry), found)


def of_sitting(sitting: Sitting, title: str, *consequences: str, verb: str, tone: str = "primary") -> Asked:
    """A deed on a whole sitting; leads back to the board."""
    back = url_for("hall.board", stop_id=sitting.stop_id, sitting=sitting.id)
    return Asked(title, consequences, verb, sitting.stop, gettext("Live board"), back, tone)


def of_person(
    place: Place, title: str, *consequences: str, verb: str, sitting_id: int | None = None, tone: str = "primary"
) -> Asked:
    """A deed for one person; leads back to their page."""
    back = url_for("hall.person", stop_id=place.stop.id, entry_id=place.entry.id, sitting=sitting_id)
    return Asked(title, consequences, verb, place.stop, place.entry.name, back, tone)


def of_held(held: Held, title: str, *consequences: str, verb: str, tone: str = "primary") -> Asked:
    """A deed on somebody's paper; leads back to their page."""
    sitting_id = held.attempt.assignment.sitting_id
    return of_person(held.place, title, *consequences, verb=verb, sitting_id=sitting_id, tone=tone)


def ask(asked: Asked, form: Form, message: str = "") -> str:
    """The page before the deed."""
    return render_template("hall/deed.html", asked=asked, form=form, message=message)


def settle(asked: Asked, form: FormT, deed: Callable[[Session, FormT], object], done: str) -> Page:
    """Do it: back with `done`, or the page again with what is in the way."""
    result, message = attempt(form, lambda session: deed(session, form) or True)
    if result is None:
        return ask(asked, form, message), 400
    flash(done, "success")
    return redirect(asked.back)
