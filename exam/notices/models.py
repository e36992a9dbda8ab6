"""Ways out of the house, and the messages that go through them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam.accounts.models import Person
from exam.notices.flow import ChannelKind, MessageStatus
from question_bank.orm import Base, enum_column

__all__ = ["Channel", "ChannelKind", "Message", "MessageStatus"]


class Channel(Base):
    """发送渠道: a mail server (`smtp://host:port`, `smtps://…`) or a robot's address. `secret` is never shown again."""

    __tablename__ = "channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ChannelKind] = mapped_column(enum_column(ChannelKind, "kind_known"))
    name: Mapped[str] = mapped_column(String(80), unique=True)
    address: Mapped[str] = mapped_column(String(400))
    username: Mapped[str] = mapped_column(String(120), default="")
    secret: Mapped[str] = mapped_column(String(200), default="")
    sender: Mapped[str] = mapped_column(String(120), default="")
    active: Mapped[bool] = mapped_column(default=True)
    lock: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": lock}  # noqa: RUF012 -- SQLAlchemy's own spelling


class Message(Base):
    """消息: one thing for one receiver. `key` says what it is, so that it is queued only once.

    Without a channel it is a mail for whichever mail server is set up. `identity` (the Message-ID of a mail) stays the
    same over every try; `about` names its object, as `stop:12`; after `useful_until` it is not sent any more.
    `tries` counts the times it was taken up; `claimed_until` is the end of the hold of whoever sends it.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_time"),
        Index("ix_message_next", "status", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    identity: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(60), index=True)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str] = mapped_column(Text, default="")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[MessageStatus] = mapped_column(
        enum_column(MessageStatus, "status_known"), default=MessageStatus.WAITING
    )
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    useful_until: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(400), default="")

    channel: Mapped[Channel | None] = relationship()
    person: Mapped[Person | None] = relationship()
