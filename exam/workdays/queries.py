"""Reads: the days that differ from the week, the county's own before the shipped ones."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.workdays.counting import Workdays
from exam.workdays.models import SpecialDay
from exam.workdays.shipped import Special, days


def arranged(session: Session, *, year: int | None = None) -> list[Special]:
    """Every day that differs from the week, in order, of one year or of all.

    For a year that the county has entered anything for, only what it has entered counts.
    """
    own = [
        Special(each.day, off=each.off, name=each.name, source=each.source)
        for each in session.scalars(select(SpecialDay))
    ]
    entered = {each.day.year for each in own}
    every = own + [each for each in days() if each.day.year not in entered]
    return sorted((each for each in every if year in {None, each.day.year}), key=lambda each: each.day)


def workdays(session: Session) -> Workdays:
    """By what working days are counted."""
    return Workdays({each.day: each.off for each in arranged(session)})
