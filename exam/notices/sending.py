"""Sends what is due: takes a few messages up, tries each once outside of any transaction, settles it at once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import Engine

from exam import clock, database
from exam.jobs.worker import Work
from exam.notices import operations, queries
from exam.notices.due import RUN
from exam.notices.flow import LONGEST_TRY, ChannelKind
from exam.notices.mailing import Mailer
from exam.notices.models import Channel
from exam.notices.operations import Claim
from exam.notices.outcomes import Outcome, Unusable, Verdict
from exam.notices.robots import Robot
from exam.notices.ways import Way
from exam.notices.wording import reachable

Sender = Mailer | Robot
Told = Callable[[], datetime]


def job(work: Work, *, site: str) -> dict[str, object]:
    """The job: send for at most RUN; the chore asks for another where something is left."""
    return dict(send_due(work.engine, site=site))


def send_due(engine: Engine, *, site: str = "", now: Told = clock.now, seconds: float | None = None) -> Counter[str]:
    """Send what is due until nothing is, at most for RUN; how many were `sent`, put off (`later`) and `given_up`.

    `site`: the address that links to own pages begin with, if it is known. `seconds`: how long to wait for each answer
    of the other side.
    """
    done, until = Counter[str](), now() + RUN
    while now() < until:
        at = now()
        with database.reading(engine) as session:
            if not queries.anything_due(session, at=at):
                break
        with database.writing(engine) as session:
            taken = [replace(each, body=reachable(each.body, site)) for each in operations.claim(session, at=at)]
            ways = {each.id: way_of(each) for each in queries.channels(session)}
        if not taken:
            break
        for channel_id, claims in groupby(sorted(taken, key=lambda each: each.channel_id), lambda c: c.channel_id):
            done += _send_all(engine, ways[channel_id], list(claims), now, seconds)
    return done


def way_of(channel: Channel) -> Way:
    """What sending through a channel needs."""
    return Way(
        channel_id=channel.id,
        kind=channel.kind,
        address=channel.address,
        username=channel.username,
        secret=channel.secret,
        sender=channel.sender,
    )


def sender_of(way: Way, now: Told, seconds: float | None) -> Sender:
    """The sender that a channel's kind calls for."""
    waits = {} if seconds is None else {"seconds": seconds}
    if way.kind is ChannelKind.EMAIL:
        return Mailer(way, **waits)
    return Robot(way, now=now, **waits)


def _send_all(engine: Engine, way: Way, claims: list[Claim], now: Told, seconds: float | None) -> Counter[str]:
    done, trouble = Counter[str](), ""
    with sender_of(way, now, seconds) as sender:
        for taken in claims:
            if now() + LONGEST_TRY >= taken.until:
                with database.writing(engine) as session:
                    operations.let_go(session, taken, at=now())
                continue
            outcome = Outcome(Verdict.LATER, trouble)
            if not trouble:
                try:
                    outcome = _tried(sender, taken)
                except Unusable as error:
                    trouble = str(error)
                    outcome = Outcome(Verdict.LATER, trouble)
            _settle(engine, taken, outcome, way.without_secrets(outcome.answer), now())
            done[COUNTED[outcome.verdict]] += 1
    return done


COUNTED = {Verdict.ACCEPTED: "sent", Verdict.LATER: "later", Verdict.NEVER: "given_up"}


def _tried(sender: Sender, taken: Claim) -> Outcome:
    try:
        return sender.send(taken)
    except Unusable:
        raise
    except Exception as error:  # noqa: BLE001 -- a log with the frames' values would show the channel's secret
        return Outcome(Verdict.LATER, type(error).__name__)


def _settle(engine: Engine, taken: Claim, outcome: Outcome, answer: str, at: datetime) -> None:
    settle = {
        Verdict.ACCEPTED: operations.acknowledge,
        Verdict.LATER: operations.put_off,
        Verdict.NEVER: operations.give_up,
    }[outcome.verdict]
    with database.writing(engine) as session:
        settle(session, taken, answer=answer, at=at)
