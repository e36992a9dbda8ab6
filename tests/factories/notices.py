"""Channels and messages."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from exam.notices.models import Channel, ChannelKind, Message
from exam.notices.operations import queue
from tests.conftest import NOON
from tests.factories.numbering import numbers


def make_channel(
    session: Session,
    *,
    kind: ChannelKind = ChannelKind.EMAIL,
    address: str = "smtp://127.0.0.1:9",
    active: bool = True,
    secret: str = "",
) -> Channel:
    channel = Channel(
        kind=kind,
        name=f"渠道{next(numbers)}",
        address=address,
        sender="notice@example.gov.cn" if kind is ChannelKind.EMAIL else "",
        secret=secret,
        active=active,
    )
    session.add(channel)
    session.flush()
    return channel


def make_message(
    session: Session,
    *,
    key: str | None = None,
    address: str = "zhang@example.gov.cn",
    at: datetime = NOON,
    **values: Any,
) -> Message:
    """A mail that waits; `values` as `queue` takes them."""
    message = queue(
        session,
        key=key or f"演示:{next(numbers)}",
        address=address,
        at=at,
        **{"kind": "demo", "about": "stop:1", "subject": "场次提醒", "body": "请准时参加。"} | values,
    )
    assert message is not None
    return message
