"""Reads on channels and messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.models import Person
from exam.notices.flow import ChannelKind, MessageStatus
from exam.notices.models import Channel, Message
from question_bank.errors import N_, NotFound

PAGE = 50


@dataclass(frozen=True)
class MessageFilter:
    """What a list of messages is narrowed to; empty fields narrow nothing."""

    status: MessageStatus | None = None
    kind: str = ""
    about: str = ""
    text: str = ""


@dataclass(frozen=True)
class Found:
    """One page of a list of messages."""

    messages: tuple[Message, ...]
    total: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return self.first + len(self.messages) - 1 if self.total else 0


def channel_by_id(session: Session, channel_id: int) -> Channel:
    """Raises NotFound."""
    found = session.get(Channel, channel_id)
    if found is None:
        raise NotFound(N_("There is no such channel."))
    return found


def channels(session: Session) -> list[Channel]:
    """All of them, those in use first."""
    return list(session.scalars(select(Channel).order_by(Channel.active.desc(), Channel.id)))


def robots(session: Session) -> list[Channel]:
    """The groups' robots in use."""
    return list(
        session.scalars(select(Channel).where(Channel.active, Channel.kind != ChannelKind.EMAIL).order_by(Channel.id))
    )


def robots_posted(session: Session, *, since: datetime) -> list[tuple[Channel, int]]:
    """Robots in use with what they have posted since, and are posting now."""
    posted = dict(
        session.execute(
            select(Message.channel_id, func.count())
            .where(or_(Message.sent_at >= since, Message.status == MessageStatus.SENDING))
            .group_by(Message.channel_id)
        ).all()
    )
    return [(robot, posted.get(robot.id, 0)) for robot in robots(session)]


def mail_channel(session: Session) -> Channel | None:
    """The mail server that takes what names no channel: the first one in use."""
    return session.scalar(
        select(Channel).where(Channel.active, Channel.kind == ChannelKind.EMAIL).order_by(Channel.id).limit(1)
    )


def message_by_id(session: Session, message_id: int) -> Message:
    """Raises NotFound."""
    found = session.scalar(_messages().where(Message.id == message_id))
    if found is None:
        raise NotFound(N_("There is no such message."))
    return found


def message_by_key(session: Session, key: str) -> Message | None:
    return session.scalar(select(Message).where(Message.key == key))


def keys_that_exist(session: Session, keys: Sequence[str]) -> frozenset[str]:
    """Which of `keys` were queued already."""
    return frozenset(session.scalars(select(Message.key).where(Message.key.in_(keys)))) if keys else frozenset()


def messages_about(session: Session, about: str) -> list[Message]:
    """What was queued about one object, the newest first."""
    return list(session.scalars(_messages().where(Message.about == about).order_by(Message.id.desc())))


def messages(session: Session, wanted: MessageFilter, *, page: int = 1) -> Found:
    """One page, the newest first."""
    query = _messages().outerjoin(Person, Person.id == Message.person_id)
    conditions = _conditions(wanted)
    total = (
        session.scalar(
            select(func.count(Message.id)).outerjoin(Person, Person.id == Message.person_id).where(*conditions)
        )
        or 0
    )
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        query.where(*conditions).order_by(Message.id.desc()).offset((page - 1) * PAGE).limit(PAGE)
    ).all()
    return Found(tuple(rows), total, page, pages)


def counts(session: Session) -> dict[MessageStatus, int]:
    """How many messages there are of each status, zeros included."""
    found = dict(session.execute(select(Message.status, func.count()).group_by(Message.status)).all())
    return {status: found.get(status, 0) for status in MessageStatus}


def due(at: datetime) -> ColumnElement[bool]:
    """Messages somebody may take up at `at`: those whose time has come, and those whose sender has fallen silent."""
    return or_(
        and_(Message.status == MessageStatus.WAITING, Message.next_try_at <= at),
        and_(Message.status == MessageStatus.SENDING, Message.claimed_until < at),
    )


def anything_due(session: Session, *, at: datetime) -> bool:
    """Whether a look by a sender would find something to do."""
    return session.scalar(select(Message.id).where(due(at), sendable(session)).limit(1)) is not None


def sendable(session: Session) -> ColumnElement[bool]:
    """Messages for which a channel is set up and in use."""
    active = Message.channel_id.in_(select(Channel.id).where(Channel.active))
    return or_(active, Message.channel_id.is_(None)) if mail_channel(session) is not None else active


def _messages() -> Select[Message]:
    return select(Message).options(joinedload(Message.channel), joinedload(Message.person).joinedload(Person.unit))


def _conditions(wanted: MessageFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(Message.status == wanted.status)
    if wanted.kind:
        conditions.append(Message.kind == wanted.kind)
    if wanted.about:
        conditions.append(Message.about == wanted.about)
    if wanted.text:
        conditions.append(
            or_(
                Message.subject.contains(wanted.text, autoescape=True),
                Message.address.contains(wanted.text, autoescape=True),
                Person.name.contains(wanted.text, autoescape=True),
            )
        )
    return conditions
