"""Verbs on channels: set one up, change it, take it out of use, try it. Secrets go in and never come out."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.mail_addresses import is_mail_address
from exam.accounts.models import Person
from exam.notices import addresses, operations
from exam.notices.flow import ChannelKind
from exam.notices.models import Channel, Message
from exam.notices.ways import Way
from question_bank.errors import N_, Conflict, Invalid, NotAllowed, Problem

TEST = "test"
"""The kind of a test message."""


def set_up(
    session: Session,
    *,
    kind: ChannelKind,
    name: str,
    address: str,
    username: str = "",
    secret: str = "",
    sender: str = "",
    by: int | None,
    at: datetime,
) -> Channel:
    """Add a channel, in use at once. Raises Invalid for an address it cannot be, Conflict for a name that is taken."""
    channel = Channel(kind=kind, name=name, address=address, username=username, secret=secret, sender=sender)
    _check(session, channel)
    session.add(channel)
    session.flush()
    _note(session, channel, "channel.set_up", by=by, at=at)
    return channel


def change(
    session: Session,
    channel: Channel,
    *,
    seen: int,
    name: str,
    address: str = "",
    username: str = "",
    secret: str = "",
    sender: str = "",
    active: bool = True,
    by: int | None,
    at: datetime,
) -> Channel:
    """Change a channel; an empty secret stays as it is, and so does an empty address of a robot.

    Another mail server takes the old one's secret only if it is typed again. `seen` is the `lock` it was read with.
    Raises Conflict when somebody else was first.
    """
    if channel.lock != seen:
        raise Conflict(N_("Somebody else has changed this channel since you opened it."))
    before = (channel.address, channel.username)
    channel.name, channel.sender, channel.active = name, sender, active
    channel.address, channel.username = address or channel.address, username
    if secret or (channel.address, channel.username) != before:
        channel.secret = secret
    with session.no_autoflush:
        _check(session, channel)
    session.flush()
    _note(session, channel, "channel.changed", by=by, at=at)
    return channel


def send_test(
    session: Session, channel: Channel, *, person: Person, subject: str, body: str, by: int | None, at: datetime
) -> Message:
    """Queue a message to `person`, or to the robot's group. Raises NotAllowed without an address or out of use."""
    if not channel.active:
        raise NotAllowed(N_("This channel is not in use."))
    queued = operations.queue(
        session,
        key=f"channel:{channel.id}:test:{at.isoformat()}",
        kind=TEST,
        about=f"channel:{channel.id}",
        person=person if channel.kind is ChannelKind.EMAIL else None,
        subject=subject,
        body=body,
        at=at,
        channel=channel,
    )
    if queued is None or (channel.kind is ChannelKind.EMAIL and not is_mail_address(queued.address)):
        raise NotAllowed(N_("%(name)s has no e-mail address."), name=person.name)
    audit.record(session, "channel.tried", f"channel:{channel.id}", by=by, at=at)
    return queued


def _check(session: Session, channel: Channel) -> None:
    problems = addresses.address_problems(channel.kind, channel.address)
    if channel.kind is ChannelKind.EMAIL and not is_mail_address(_way(channel).envelope):
        problems.append(Problem("sender", N_("The sender has to be an e-mail address.")))
    if problems:
        raise Invalid(problems)
    taken = session.scalar(select(Channel.id).where(Channel.name == channel.name, Channel.id != (channel.id or 0)))
    if taken is not None:
        raise Conflict(N_("There is a channel called %(name)s."), name=channel.name)


def _way(channel: Channel) -> Way:
    return Way(channel.id or 0, channel.kind, channel.address, channel.username, channel.secret, channel.sender)


def _note(session: Session, channel: Channel, action: str, *, by: int | None, at: datetime) -> None:
    shown = addresses.shown(channel.kind, channel.address)
    detail = {"name": channel.name, "kind": channel.kind.value, "address": shown, "active": channel.active}
    audit.record(session, action, f"channel:{channel.id}", by=by, at=at, detail=detail)
