"""The JSON of the candidate's page: what it sends and what it is answered. Times are milliseconds since 1970, UTC."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from exam.sittings.models import AttemptStatus
from exam.sittings.presence import PageEvent
from exam.sittings.revisions import BATCH, Reason, SaveOperation
from exam.sittings.seals import LONGEST
from exam.sittings.writers import DEVICE, TAB, Holder


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CurrentAnswer(Shape):
    """The answer that counts for one item; `value` in the labels of this paper, null for nothing given."""

    item: int
    revision: int
    value: Any
    flagged: bool


class AttemptState(Shape):
    """Where an attempt stands. `receipt` is empty until it has been handed in.

    While the sitting is `paused` the `deadline` moves with the time, so that what remains stays the same. `writer` says
    whose the writing is for the page that asked (query `device` and `tab`), and `same_device` whether it is on the same
    device. `grace` in seconds. `rescue_key` is the public key (X25519, hexadecimal) to which a rescue file is sealed,
    and `paper_hash` what it names its paper by.
    """

    status: AttemptStatus
    receipt: str
    server_time: int
    deadline: int
    grace: int
    paused: bool
    pause_reason: str
    writer: Holder
    same_device: bool
    rescue_key: str
    paper_hash: str
    answers: list[CurrentAnswer]
    csrf_token: str


Device = Annotated[str, Field(max_length=DEVICE, pattern=r"^[0-9a-zA-Z_-]*$")]
Tab = Annotated[str, Field(max_length=TAB, pattern=r"^[0-9a-zA-Z_-]*$")]


class StateQuery(Shape):
    """Which page asks."""

    device: Device = ""
    tab: Tab = ""


class SaveRequest(Shape):
    """Answers to store. `device` is a random name of the browser, the same from visit to visit; `tab` one of the page.

    `leftover`: what a page has left over from before another one took over. `seal`: the latest seal the page holds.
    """

    device: Device
    tab: Tab = ""
    operations: Annotated[list[SaveOperation], Field(min_length=1, max_length=BATCH)]
    leftover: bool = False
    seal: Annotated[str, Field(max_length=LONGEST)] = ""


class Accepted(Shape):
    """Stored for good. `current` is the revision of the item that counts now (another device may be ahead)."""

    op: str
    item: int
    revision: int
    current: int


class Rejected(Shape):
    """Not stored, with the reason as a word and as a sentence. `standing` is what counts instead.

    `kept`: it came too late and stands beside the others until two people have decided about it; do not send it again.
    """

    op: str
    item: int
    revision: int
    reason: Reason
    message: str
    standing: CurrentAnswer | None = None
    kept: bool = False


class SaveReceipt(Shape):
    """Sent after the commit: every operation of the request is in one of the two lists.

    Keep the latest `seal` and send it with the next request; it goes into a rescue file.
    """

    accepted: list[Accepted]
    rejected: list[Rejected]
    status: AttemptStatus
    server_time: int
    deadline: int
    paused: bool
    writer: Holder
    seal: str


class Elsewhere(Shape):
    """Nothing was stored: another page holds the writing since then. `reason` is "writer"."""

    message: str
    reason: str = "writer"
    since: int


class WriterRequest(Shape):
    """A page wants to write. `code`: the invigilator's, where another device asks in a hall that wants one."""

    device: Annotated[str, Field(min_length=1, max_length=DEVICE, pattern=r"^[0-9a-zA-Z_-]*$")]
    tab: Tab = ""
    code: Annotated[str, Field(max_length=20)] = ""


class PulseRequest(Shape):
    """A page lives: how many answers wait to be sent, whether it is hidden, and what happened since the last pulse."""

    device: Device
    tab: Tab = ""
    unsaved: Annotated[int, Field(ge=0, le=1000)]
    hidden: bool
    events: Annotated[list[PageEvent], Field(max_length=20)] = []


class PulseReceipt(Shape):
    """What a page has to know meanwhile; see AttemptState."""

    status: AttemptStatus
    server_time: int
    deadline: int
    paused: bool
    writer: Holder


class SubmitRequest(Shape):
    """`expected`: the revision of each item the page believes to be saved; checked before handing in."""

    expected: dict[int, int]


class SubmitReceipt(Shape):
    """The paper is handed in; `address` is the receipt's page."""

    receipt: str
    status: AttemptStatus
    ended_at: int
    address: str


class Missing(Shape):
    """Not handed in: the server holds older answers of these items than the page believes."""

    message: str
    items: list[int]


def milliseconds(moment: datetime) -> int:
    """A moment as the API states it."""
    return round(moment.timestamp() * 1000)
