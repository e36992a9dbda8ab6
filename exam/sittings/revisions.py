"""Pure: what becomes of an answer that arrives, in any order and any number of times.

Every answer bears an operation id (the same however often it is sent) and a revision of its item
(the client gives max(known) + 1). The first answer under an operation id or under a revision stays;
of all revisions of an item the highest counts. So the result does not depend on the order in which
different revisions arrive, nor on how often.

What a page sends after another one has taken over the writing gives way to what the new one has written since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

BATCH = 50
"""Most operations in one request."""


class SaveOperation(BaseModel):
    """One answer as the candidate's page sends it; `value` in labels, null for nothing. No field may be missing.

    `made_ms` is when the page thinks it was given, by the server's clock: kept beside answers that came too late.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    op: Annotated[str, Field(min_length=8, max_length=36, pattern=r"^[0-9a-zA-Z-]+$")]
    item: Annotated[int, Field(ge=1, le=2**31 - 1)]
    revision: Annotated[int, Field(ge=1, le=1_000_000)]
    value: Any
    flagged: bool
    made_ms: Annotated[int, Field(ge=0, le=2**53)] | None = None


@dataclass(frozen=True)
class Entry:
    """One answer as it is stored; `value` in the keys of the question."""

    op: str
    item: int
    revision: int
    value: Any
    flagged: bool


class Placing(StrEnum):
    """How an arriving answer relates to what is stored."""

    NEW = "new"
    REPLAY = "replay"
    CONFLICT = "conflict"


class Reason(StrEnum):
    """Why an answer was not stored."""

    OVER = "over"
    LATE = "late"
    UNKNOWN_ITEM = "unknown_item"
    UNREADABLE = "unreadable"
    CONFLICT = "conflict"
    TAKEN_OVER = "taken_over"


@dataclass(frozen=True)
class Saved:
    """The answer is stored (now, or when it first came). `current` is the item's revision that counts."""

    op: str
    item: int
    revision: int
    current: int


@dataclass(frozen=True)
class Refused:
    """The answer is not stored. `template` and `params` say why; `standing` is what counts instead, if anything.

    `kept`: it came too late, and stands beside the others until two people have decided about it.
    """

    op: str
    item: int
    revision: int
    reason: Reason
    template: str
    params: dict[str, object]
    standing: Entry | None = None
    kept: bool = False


def place(arriving: Entry, stored: Iterable[Entry]) -> Placing:
    """Compare one answer with those of the same attempt."""
    placing = Placing.NEW
    for earlier in stored:
        if earlier.op == arriving.op:
            return Placing.REPLAY
        if (earlier.item, earlier.revision) == (arriving.item, arriving.revision):
            same = (earlier.value, earlier.flagged) == (arriving.value, arriving.flagged)
            placing = Placing.REPLAY if same else Placing.CONFLICT
    return placing


def standing(stored: Iterable[Entry]) -> dict[int, Entry]:
    """The answer that counts for each item: its highest revision."""
    counts: dict[int, Entry] = {}
    for entry in stored:
        if entry.item not in counts or entry.revision > counts[entry.item].revision:
            counts[entry.item] = entry
    return counts
