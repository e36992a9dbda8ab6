"""A draft as the planner judges it: with what units know least, so that pages and planner count the same points."""

from datetime import datetime

from flask import g
from sqlalchemy.orm import Session

from exam.reports.weak_topics import weak_topics
from exam.tours import drafting
from exam.tours.drafting import Weak
from exam.tours.models import TourDraft
from exam.tours.planned import Calendar
from exam.web.deeds import zone


def calendar_of(session: Session, draft: TourDraft, *, at: datetime) -> Calendar:
    """The draft as values, on the county's clock. Weak topics are read once for each request."""
    return drafting.calendar_of(session, draft, zone=zone(), at=at, weak=known_least(session))


def known_least(session: Session) -> Weak:
    """What the people of each unit know least, from results that are out."""
    if "known_least" not in g:
        g.known_least = weak_topics(session)
    found: Weak = g.known_least
    return found
