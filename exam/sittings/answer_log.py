"""The op log of one attempt and its digest: what the audit chain keeps of it when the paper is handed in."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.sittings.models import Response


class Logged(NamedTuple):
    """One answer as it was received; `value` in the keys of the question."""

    item: int
    revision: int
    operation: str
    value: Any
    flagged: bool
    received_at: datetime
    device: str


def log_of(session: Session, attempt_id: int) -> list[Logged]:
    """Every answer ever received for an attempt, in the order of their storing; one query."""
    columns = (Response.paper_item_id, Response.revision, Response.operation, Response.value, Response.flagged)
    rows = session.execute(
        select(*columns, Response.received_at, Response.device)
        .where(Response.attempt_id == attempt_id)
        .order_by(Response.id)
    )
    return [Logged(*row) for row in rows]


def digest_of(log: Sequence[Logged]) -> str:
    """SHA-256 over the rows as canonical JSON, in hexadecimal."""
    rows = [[*each[:5], each.received_at.astimezone(UTC).isoformat(), each.device] for each in log]
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(log: Sequence[Logged]) -> dict[str, Any]:
    """What an audit event says of the log: how many rows there were, and their digest.

    Rows are only ever added, so that the first `rows` of them must give this digest for all time.
    """
    return {"rows": len(log), "sha256": digest_of(log)}
