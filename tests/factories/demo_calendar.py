"""The demo county's own tour as values, from what the demo itself sets up, with nothing planned yet."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from exam import database, tables
from exam.cli.demo import planning, villages
from exam.cli.demo.county import plan_tour, settle
from exam.tours import drafting
from exam.tours.planned import Calendar
from question_bank.models import Topic
from question_bank.taxonomy import ROOTS
from tests.factories.calendars import ZONE

TENTH = datetime(2027, 3, 23, 6, 10, tzinfo=UTC)
"""In the middle of the tenth stop of the county's calendar, 2 March to 8 April 2027."""
BEFORE = TENTH - timedelta(days=40)


def demo_calendar() -> Calendar:
    """Units, venues, lecturers, lectures and rules of the demo; no stop has a time, a venue or a lecture."""
    with tempfile.TemporaryDirectory() as folder:
        engine = database.open_engine(f"sqlite:///{(Path(folder) / 'demo.db').as_posix()}")
        tables.metadata.create_all(engine)
        try:
            with database.writing(engine) as session:
                roots = enumerate(ROOTS.items(), start=1)
                session.add_all(Topic(code=code, name=name, position=number) for number, (code, name) in roots)
                county = settle(session, at=BEFORE)
                planned = plan_tour(session, county, zone=ZONE, at=TENTH)
                villages.settle_villages(session, county, at=BEFORE)
                planning.arrange(session, county, planned, at=BEFORE)
                calendar = drafting.stops_calendar(session, planned[0].stop.tour, zone=ZONE, at=BEFORE)
        finally:
            engine.dispose()
    waiting = tuple(replace(each, starts_at=None, ends_at=None, venue=None, talk=None) for each in calendar.visits)
    return replace(calendar, visits=waiting)
