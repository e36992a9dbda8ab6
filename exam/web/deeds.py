"""One operation of a form or a button, and the county's time, for the areas that plan and run the day."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import current_app, flash
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam.extensions import db, writing
from exam.tours.operations import Overtaken
from exam.web.errors import sentence
from exam.web.forms import Form
from question_bank.errors import DomainError

T = TypeVar("T")

Page = str | tuple[str, int] | Response


def zone() -> ZoneInfo:
    """The county's time zone."""
    found: ZoneInfo = current_app.extensions["liangjuan"].zone
    return found


def moment(day: date, clock: time) -> datetime:
    """A day and a time of day in the county as a moment."""
    return datetime.combine(day, clock, tzinfo=zone())


def attempt(form: Form, deed: Callable[[Session], T]) -> tuple[T | None, str]:
    """Run one operation for a valid form: its result, or None and the sentence of the refusal ("" for field errors)."""
    if not form.validate_on_submit():
        return None, ""
    try:
        with writing() as session:
            return deed(session), ""
    except Overtaken:
        raise
    except DomainError as error:
        return None, sentence(error)


def act(deed: Callable[[Session], object], done: str, *, first: Callable[[Session], object] | None = None) -> bool:
    """Run one operation of a button: flashes `done`, or the sentence of the refusal.

    `first` is the long part of the work that only reads; it runs before the writing transaction begins.
    """
    try:
        if first is not None:
            first(db.session())
        with writing() as session:
            deed(session)
    except DomainError as error:
        flash(sentence(error), "danger")
        return False
    if done:
        flash(done, "success")
    return True
