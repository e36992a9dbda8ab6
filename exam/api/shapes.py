"""The JSON of the candidate's page: what it sends and what it is answered. Times are milliseconds since 1970, UTC."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from exam.sittings.models import AttemptStatus
from exam.sittings.revisions import BATCH, Reason, SaveOperation


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CurrentAnswer(Shape):
    """The answer that counts for one item; `value` in the labels of this paper, null for nothing given."""

    item: int
    revision: int
    value: Any
    flagged: bool


class AttemptState(Shape):
    """Where an attempt stands. `receipt` is empty until it has been handed in."""

    status: AttemptStatus
    receipt: str
    server_time: int
    deadline: int
    answers: list[CurrentAnswer]
    csrf_token: str


class SaveRequest(Shape):
    """Answers to store. `device` is a random name of the browser, the same from visit to visit."""

    device: Annotated[str, Field(max_length=40)]
    operations: Annotated[list[SaveOperation], Field(min_length=1, max_length=BATCH)]


class Accepted(Shape):
    """Stored for good. `current` is the revision of the item that counts now (another device may be ahead)."""

    op: str
    item: int
    revision: int
    current: int


class Rejected(Shape):
    """Not stored, with the reason as a word and as a sentence. `standing` is what counts instead."""

    op: str
    item: int
    revision: int
    reason: Reason
    message: str
    standing: CurrentAnswer | None = None


class SaveReceipt(Shape):
    """Sent after the commit: every operation of the request is in one of the two lists."""

    accepted: list[Accepted]
    rejected: list[Rejected]
    status: AttemptStatus
    server_time: int
    deadline: int


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
