"""Pure: what a sitting can become, when a paper may be begun, and until when what arrives counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from question_bank.enums import NamedEnum
from question_bank.errors import N_, NotAllowed


class SittingStatus(NamedEnum):
    PLANNED = "planned", N_("Not open yet"), "未开放"
    OPEN = "open", N_("Open for candidates"), "开放中"
    CLOSED = "closed", N_("Closed"), "已截止"
    RELEASED = "released", N_("Results released"), "成绩已发布"


class AttemptStatus(NamedEnum):
    STARTED = "started", N_("Writing"), "作答中"
    SUBMITTED = "submitted", N_("Handed in"), "已交卷"
    CLOSED = "closed", N_("Time ran out"), "到时收卷"
    ON_PAPER = "on_paper", N_("Went on on paper"), "转纸质作答"


TRANSITIONS: dict[SittingStatus, frozenset[SittingStatus]] = {
    SittingStatus.PLANNED: frozenset({SittingStatus.OPEN}),
    SittingStatus.OPEN: frozenset({SittingStatus.CLOSED}),
    SittingStatus.CLOSED: frozenset({SittingStatus.RELEASED}),
    SittingStatus.RELEASED: frozenset(),
}

LATE_ENTRY = timedelta(minutes=10)
"""How long after the opening a candidate can begin and still have the paper's full time."""


def advance(status: SittingStatus, to: SittingStatus) -> SittingStatus:
    """`to`, if the table has that step; NotAllowed if it has not."""
    if to not in TRANSITIONS[status]:
        raise NotAllowed(N_("A sitting that is “%(status)s” cannot become “%(to)s”."), status=status, to=to)
    return to


@dataclass(frozen=True)
class Window:
    """Begun from `opens_at` on, handed in by `closes_at`; packets sent in time are accepted for `grace` longer."""

    opens_at: datetime
    closes_at: datetime
    grace: timedelta = timedelta(seconds=60)


def may_start(at: datetime, window: Window) -> bool:
    """Whether a paper may be begun at `at`."""
    return window.opens_at <= at < window.closes_at


def deadline_of(
    start: datetime, *, minutes: int, closes_at: datetime | None = None, hall: int = 0, person: int = 0
) -> datetime:
    """The paper's minutes after `start`, but never past the end of the sitting.

    `hall` are seconds given to everybody, `person` those given to this one, which may go past the end.
    """
    own = start + timedelta(minutes=minutes, seconds=hall)
    return (own if closes_at is None else min(own, closes_at)) + timedelta(seconds=person)


def accepts(at: datetime, *, deadline: datetime, grace: timedelta, paused_since: datetime | None = None) -> bool:
    """Whether what is received at `at` counts: up to and including `deadline` + `grace`.

    The page lets nothing be entered after the deadline; the grace is for what was on its way. While the sitting is
    paused its clock stands where the pause began, so that what was on its way when the power went is kept.
    """
    return standing(at, paused_since) <= deadline + grace


def standing(at: datetime, paused_since: datetime | None) -> datetime:
    """What the sitting's clock shows at `at`: it stands still from `paused_since` on."""
    return at if paused_since is None else min(at, paused_since)


def deadline_shown(deadline: datetime, *, at: datetime, paused_since: datetime | None) -> datetime:
    """The deadline as it would be if the pause ended at `at`: what remains until it does not change during a pause."""
    return deadline + (at - standing(at, paused_since))


def shifted(window: Window, to: datetime) -> Window:
    """The same window opening at `to`, as long as before."""
    return Window(to, window.closes_at + (to - window.opens_at), window.grace)
