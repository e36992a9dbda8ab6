"""Pure: what a message can be and become, and when it is tried again."""

from datetime import timedelta

from question_bank.enums import NamedEnum
from question_bank.errors import N_, NotAllowed


class ChannelKind(NamedEnum):
    EMAIL = "email", N_("E-mail"), "电子邮件"
    WECOM = "wecom", N_("WeCom group robot"), "企业微信群机器人"
    DINGTALK = "dingtalk", N_("DingTalk group robot"), "钉钉群机器人"


class MessageStatus(NamedEnum):
    WAITING = "waiting", N_("Waiting to be sent"), "待发送"
    SENDING = "sending", N_("Being sent"), "发送中"
    SENT = "sent", N_("Sent"), "已发送"
    GIVEN_UP = "given_up", N_("Could not be sent"), "未能送达"
    WITHDRAWN = "withdrawn", N_("Withdrawn before sending"), "已撤回"


TRANSITIONS: dict[MessageStatus, frozenset[MessageStatus]] = {
    MessageStatus.WAITING: frozenset({MessageStatus.SENDING, MessageStatus.WITHDRAWN}),
    MessageStatus.SENDING: frozenset(
        {
            MessageStatus.SENDING,  # taken up by another after the first one's hold has run out
            MessageStatus.SENT,
            MessageStatus.WAITING,
            MessageStatus.GIVEN_UP,
        }
    ),
    MessageStatus.SENT: frozenset(),
    MessageStatus.GIVEN_UP: frozenset({MessageStatus.WAITING}),
    MessageStatus.WITHDRAWN: frozenset(),
}
"""Nothing leads out of SENT: what the other side has acknowledged is never sent again."""

FIRST_PAUSES = (1, 2, 5, 10, 20, 40, 60, 120)
"""Minutes."""

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (*FIRST_PAUSES, *[240] * 23))
"""How long to wait after the first, second, … try that failed: four days in all, as RFC 5321 (4.5.4.1) asks of mail."""

TRIES = len(PAUSES) + 1

HOLD = timedelta(minutes=10)
"""So long a message belongs to whoever took it up."""

LONGEST_TRY = timedelta(minutes=2)
"""A try is broken off after so long, and not begun when less than this is left of the hold."""

ROBOT_MESSAGES = 18
"""What one robot may post in a minute; both services stop robots that post more than 20."""


def advance(status: MessageStatus, to: MessageStatus) -> MessageStatus:
    """`to`, if the table has that step; NotAllowed if it has not."""
    if to not in TRANSITIONS[status]:
        raise NotAllowed(N_("A message that is “%(status)s” cannot become “%(to)s”."), status=status, to=to)
    return to


def leads_to(to: MessageStatus) -> tuple[MessageStatus, ...]:
    """The statuses from which one step leads to `to`, in the order of MessageStatus."""
    return tuple(status for status in MessageStatus if to in TRANSITIONS[status])


def pause(tries: int) -> timedelta | None:
    """How long to wait after the try with this number (from 1) has failed; None: it was the last one."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None
