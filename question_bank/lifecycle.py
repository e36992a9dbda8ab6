"""The life of a question as a table. Publishing is the only way into a paper."""

from __future__ import annotations

from question_bank.enums import Status
from question_bank.errors import N_, NotAllowed

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.IN_REVIEW}),
    Status.IN_REVIEW: frozenset({Status.DRAFT, Status.PUBLISHED}),
    Status.PUBLISHED: frozenset({Status.QUARANTINED, Status.RETIRED}),
    Status.QUARANTINED: frozenset({Status.IN_REVIEW, Status.PUBLISHED, Status.RETIRED}),
    Status.RETIRED: frozenset(),
}


def allowed_from(status: Status) -> tuple[Status, ...]:
    """Return the statuses reachable in one step, in the order of ``Status``."""
    return tuple(to for to in Status if to in TRANSITIONS[status])


def advance(status: Status, to: Status) -> Status:
    """Return ``to`` if the table has that step; raise ``NotAllowed`` if it has not."""
    if to not in TRANSITIONS[status]:
        raise NotAllowed(
            N_("A question that is “%(status)s” cannot become “%(to)s”."),
            status=status.label,
            to=to.label,
        )
    return to
