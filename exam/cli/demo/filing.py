"""What the demo's office has made of its results: a filed bulletin, a draft, results open to everybody."""

from datetime import datetime, timedelta, tzinfo

from sqlalchemy.orm import Session

from exam.accounts.roles import Role
from exam.cli.demo.county import County
from exam.reports import bulletins
from exam.reports.operations import release_results
from exam.reports.releasing import Openness
from exam.sittings.queries import sittings_of
from exam.tours.models import Stop

COPIES = "县委办公室，县人大常委会办公室，县政府办公室，县政协办公室，县纪委监委机关，县委组织部"
NUMBER = "云招办〔{year}〕6号"


def file_results(session: Session, county: County, stops: list[Stop], *, at: datetime, zone: tzinfo) -> None:
    """`stops` are those with released results, in time: the first is opened to everybody, the tour has its bulletin."""
    if not stops:
        return
    organiser, leader = county.staff[Role.ORGANISER][0].id, county.staff[Role.LEADER][0].id
    everybody = Openness(public=True, names=True)
    for sitting in sittings_of(session, stops[0].id):
        release_results(session, sitting, by=organiser, at=at - timedelta(hours=3), to=everybody)
    subject = bulletins.subject_of(session, tour_id=stops[0].tour_id)
    filed = bulletins.draft(session, subject, by=organiser, at=at - timedelta(hours=2), zone=zone)
    bulletins.edit(
        session,
        filed,
        seen=filed.lock,
        by=organiser,
        at=at - timedelta(hours=1),
        names_public=True,
        document_number=NUMBER.format(year=at.astimezone(zone).year),
        copies=COPIES,
    )
    bulletins.finalise(session, filed, by=leader, at=at - timedelta(minutes=30), zone=zone)
    bulletins.publish(session, filed, to_public=True, by=leader, at=at - timedelta(minutes=29))
    last = bulletins.subject_of(session, stop_id=stops[-1].id)
    bulletins.draft(session, last, by=organiser, at=at - timedelta(minutes=20), zone=zone)
