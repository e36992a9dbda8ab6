"""Verbs on messages: queue one, withdraw it, try it again by hand; and what a sender does with them: take up, settle.

Queueing leaves no audit row of its own: the message is never deleted and says itself when it was made, sent and what
the other side answered. What people do to messages does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from exam import audit
from exam.accounts.mail_addresses import is_mail_address
from exam.accounts.models import Person
from exam.notices import queries
from exam.notices.flow import HOLD, ROBOT_MESSAGES, TRIES, MessageStatus, advance, leads_to, pause
from exam.notices.models import Channel, Message
from question_bank.errors import N_, NotAllowed

LONGEST_SUBJECT = 200
LONGEST_ANSWER = 400
MINUTE = timedelta(minutes=1)


def queue(
    session: Session,
    *,
    key: str,
    kind: str,
    about: str,
    subject: str,
    body: str,
    at: datetime,
    person: Person | None = None,
    address: str = "",
    calendar: str = "",
    channel: Channel | None = None,
    useful_until: datetime | None = None,
    extra: dict[str, Any] | None = None,
) -> Message | None:
    """Keep a message to be sent; it goes out once the caller's transaction has committed and a channel is set up.

    To `address`, else to the e-mail address of `person`; with a robot as `channel` to that robot's group, whoever is
    named (`extra["mobiles"]`: telephone numbers of those to be pointed at). `calendar` is an iCalendar object with a
    METHOD, for mails. The same `key` again changes nothing and returns the message there is. None when there is
    nowhere to send it: a person without an address and no robot.
    """
    known = queries.message_by_key(session, key)
    if known is not None:
        return known
    to = address or (person.email if person is not None else "")
    if channel is None and not is_mail_address(to):
        return None
    message = Message(
        key=key,
        identity=f"<{uuid5(NAMESPACE_URL, f'{key} {at.isoformat()}')}@messages.liangjuan>",
        kind=kind,
        about=about,
        channel_id=channel.id if channel is not None else None,
        person_id=person.id if person is not None else None,
        address=to,
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body=body,
        calendar=calendar,
        extra=extra or {},
        status=MessageStatus.WAITING,
        made_at=at,
        next_try_at=at,
        useful_until=useful_until,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:  # queued by somebody else since we looked
        return queries.message_by_key(session, key)
    return message


def withdraw(session: Session, *, about: str, kinds: Iterable[str], reason: str, by: int | None, at: datetime) -> int:
    """Take back what was queued about `about` and has not been sent; returns how many. What is being sent goes out."""
    taken = session.scalars(
        update(Message)
        .where(
            Message.about == about,
            Message.kind.in_(list(kinds)),
            Message.status.in_(leads_to(MessageStatus.WITHDRAWN)),
        )
        .values(status=MessageStatus.WITHDRAWN, answer=reason[:LONGEST_ANSWER])
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    if taken:
        session.expire_all()
        audit.record(session, "messages.withdrawn", about, by=by, at=at, detail={"count": len(taken)})
    return len(taken)


def resend(session: Session, message: Message, *, by: int | None, at: datetime) -> Message:
    """Try a message again that was given up, at the person's present address, with the same identity.

    Raises NotAllowed for one that was not given up, or that is of no use any more.
    """
    if message.status is not MessageStatus.GIVEN_UP:
        raise NotAllowed(N_("Only a message that could not be sent can be tried again."))
    if message.useful_until is not None and message.useful_until < at:
        raise NotAllowed(N_("It is too late for this message."))
    message.status, message.tries, message.next_try_at = advance(message.status, MessageStatus.WAITING), 0, at
    if message.person is not None and message.channel is None and message.person.email:
        message.address = message.person.email
    session.flush()
    audit.record(session, "message.resent", f"message:{message.id}", by=by, at=at, detail={"kind": message.kind})
    return message


@dataclass(frozen=True)
class Claim:
    """A message taken up by a sender, with all it needs to send it outside of any transaction."""

    message_id: int
    until: datetime
    tries: int
    channel_id: int
    key: str
    identity: str
    address: str
    name: str
    subject: str
    body: str
    calendar: str
    extra: dict[str, Any]
    made_at: datetime
    useful_until: datetime | None


def claim(session: Session, *, at: datetime, most: int = 20) -> tuple[Claim, ...]:
    """Take up to `most` messages that are due, the oldest first; nobody else sends them before `at` + HOLD.

    Those past their use are set aside instead, those taken up too often without an outcome given up. A robot is given
    no more than it may post in a minute; the rest waits another minute.
    """
    _leave_out(session, at)
    mail = queries.mail_channel(session)
    rows = session.scalars(
        select(Message)
        .where(queries.due(at), queries.sendable(session))
        .options(joinedload(Message.person))
        .order_by(Message.next_try_at, Message.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Message)
    ).all()
    room = {each.id: ROBOT_MESSAGES - posted for each, posted in queries.robots_posted(session, since=at - MINUTE)}
    claims = []
    for message in rows:
        channel_id = message.channel_id or (mail.id if mail is not None else None)
        if channel_id is None:
            continue
        if room.get(channel_id, 1) <= 0:
            message.next_try_at = at + MINUTE
            continue
        if channel_id in room:
            room[channel_id] -= 1
        message.status = advance(message.status, MessageStatus.SENDING)
        message.tries += 1
        message.claimed_until = at + HOLD
        claims.append(_claimed(message, channel_id, at + HOLD))
    session.flush()
    return tuple(claims)


def _claimed(message: Message, channel_id: int, until: datetime) -> Claim:
    return Claim(
        message_id=message.id,
        until=until,
        tries=message.tries,
        channel_id=channel_id,
        key=message.key,
        identity=message.identity,
        address=message.address,
        name=message.person.name if message.person is not None else "",
        subject=message.subject,
        body=message.body,
        calendar=message.calendar,
        extra=dict(message.extra),
        made_at=message.made_at,
        useful_until=message.useful_until,
    )


def _leave_out(session: Session, at: datetime) -> None:
    """Set aside what is due but of no use any more, and what ended its sender again and again."""
    late = update(Message).where(Message.status == MessageStatus.WAITING, Message.useful_until < at)
    session.execute(late.values(status=MessageStatus.WITHDRAWN, answer=TOO_LATE))
    lost = update(Message).where(
        Message.status == MessageStatus.SENDING, Message.claimed_until < at, Message.tries >= TRIES
    )
    session.execute(lost.values(status=MessageStatus.GIVEN_UP, claimed_until=None, answer=LOST))


TOO_LATE = N_("It was too late for this message before it could be sent.")
LOST = N_("Every try ended without an outcome.")
"""Our own reasons are kept as message ids and shown in the reader's language; the other side's as they came."""


def acknowledge(session: Session, taken: Claim, *, answer: str, at: datetime) -> None:
    """The other side has taken the message: it is never sent again, whoever holds it by now."""
    session.execute(
        update(Message)
        .where(Message.id == taken.message_id, Message.status != MessageStatus.SENT)
        .values(
            status=MessageStatus.SENT,
            sent_at=at,
            claimed_until=None,
            channel_id=taken.channel_id,
            answer=answer[:LONGEST_ANSWER],
        )
    )


def put_off(session: Session, taken: Claim, *, answer: str, at: datetime) -> None:
    """No outcome, or a refusal for the time being: again after a pause, until tries or usefulness are used up."""
    wait = pause(taken.tries)
    if wait is None or (taken.useful_until is not None and taken.useful_until < at + wait):
        give_up(session, taken, answer=answer, at=at)
    else:
        _settle(session, taken, status=MessageStatus.WAITING, next_try_at=at + wait, answer=answer[:LONGEST_ANSWER])


def let_go(session: Session, taken: Claim, *, at: datetime) -> None:
    """Give back what was taken up and not tried."""
    _settle(session, taken, status=MessageStatus.WAITING, next_try_at=at, tries=Message.tries - 1)


def give_up(session: Session, taken: Claim, *, answer: str, at: datetime) -> None:
    """Refused for good, or tried too often; the reason stays with the message."""
    if _settle(session, taken, status=MessageStatus.GIVEN_UP, answer=answer[:LONGEST_ANSWER]):
        detail = {"answer": answer[:LONGEST_ANSWER]}
        audit.record(session, "message.given_up", f"message:{taken.message_id}", by=None, at=at, detail=detail)


def _settle(session: Session, taken: Claim, **values: Any) -> bool:
    """Change the message if it is still held by this very claim."""
    changed = session.execute(
        update(Message)
        .where(
            Message.id == taken.message_id,
            Message.status == MessageStatus.SENDING,
            Message.claimed_until == taken.until,
        )
        .values(claimed_until=None, **values)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]
