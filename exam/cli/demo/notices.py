"""The demo's messages: everybody in office has an address, and a mail server that took some messages and refused one.

Nothing ever leaves the demo: no server is asked, and the channel is out of use when the county opens.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Credential, Person
from exam.accounts.operations import change_person
from exam.accounts.roles import Role
from exam.cli.demo.county import County
from exam.notices import channels, operations, queries
from exam.notices.models import Channel, ChannelKind
from exam.tours import feeds, reminding
from exam.tours.models import Lecturer, Tour

DOMAIN = "yunchuan.example"
"""Of the names kept for examples (RFC 2606): no mail can go there."""
SERVER = "smtp://mail.yunchuan.example:587"
FOR_GOOD = "550 5.1.1 mailbox unavailable"
NOT_NOW = "451 4.7.1 greylisted, try again later"
OFFICES = (Role.UNIT_CONTACT, Role.ANSWERER, Role.ORGANISER)


def give_addresses(session: Session, county: County, *, at: datetime) -> None:
    """An address for everybody in office, and a mail server for the county, before its calendar is published."""
    lecturers = list(session.scalars(select(Person).join(Lecturer, Lecturer.person_id == Person.id)))
    for person in [*lecturers, *(each for role in OFFICES for each in county.staff[role])]:
        name = session.get_one(Credential, person.id).username
        change_person(session, session.get_one(Person, person.id), email=f"{name}@{DOMAIN}", by=None, at=at)
    channels.set_up(
        session,
        kind=ChannelKind.EMAIL,
        name="县指挥部邮箱",
        address=SERVER,
        sender=f"云川县产业强县指挥部办公室 <notice@{DOMAIN}>",
        by=None,
        at=at,
    )


def post(session: Session, tour: Tour, *, zone: ZoneInfo, began: datetime, at: datetime) -> None:
    """What was sent until `at`: invitations to the published calendar, reminders of today and of the next stops."""
    _deliver(session, at=began + timedelta(days=1))
    for hours in (72, 26, 1):
        moment = at - timedelta(hours=hours)
        reminding.remind(session, zone=zone, at=moment)
        _deliver(session, at=moment + timedelta(minutes=2))
    feeds.give(session, session.scalars(select(Lecturer).order_by(Lecturer.id).limit(1)).one(), by=None, at=began)
    feeds.give(session, tour, by=None, at=began)


def close(session: Session, *, at: datetime) -> None:
    """Send what the last version of the calendar changed, and take the mail server out of use."""
    _deliver(session, at=at, last=True)
    channel = session.scalars(select(Channel)).one()
    channels.change(
        session,
        channel,
        seen=channel.lock,
        name=channel.name,
        address=channel.address,
        sender=channel.sender,
        active=False,
        by=None,
        at=at,
    )


def _deliver(session: Session, *, at: datetime, last: bool = False) -> None:
    """Settle what is due as a mail server would: nearly everything taken, one box unknown, and one not just now."""
    while taken := operations.claim(session, at=at, most=500):
        for each in taken:
            if each.address.startswith("contact07@"):
                operations.give_up(session, each, answer=FOR_GOOD, at=at)
            elif last and each is taken[-1]:
                operations.put_off(session, each, answer=NOT_NOW, at=at)
            else:
                operations.acknowledge(session, each, answer="250 2.0.0 Ok: queued", at=at)
    session.expire_all()
    assert queries.mail_channel(session) is not None
