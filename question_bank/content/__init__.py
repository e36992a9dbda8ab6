"""The questions that are shipped, as data: ``national`` (laws, procedures, industries), ``demo`` (the invented county).

``documents.json`` is the register of what they cite: number, issuer, first day in force, date of the edition held.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from question_bank import operations
from question_bank.exchange.shape import drafts_of
from question_bank.registry import DocumentEntry

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from question_bank.drafts import Draft
    from question_bank.events import BankEvent
    from question_bank.operations import ImportResult, Publication

FOLDER = Path(__file__).parent


def shipped(demo: bool) -> list[Draft]:
    """Return the national questions, and with ``demo`` those of the invented county too, in the order of the files.

    Raises ``ValueError`` for a file that does not read: a shipped file is never half right.
    """
    drafts: list[Draft] = []
    for folder in ("national", "demo") if demo else ("national",):
        for file in sorted((FOLDER / folder).glob("*.json")):
            reading = drafts_of(_json(file))
            if reading.rejected:
                message = f"{file.name}: {reading.rejected[0].item}: {reading.rejected[0].problems[0]}"
                raise ValueError(message)
            drafts += reading.drafts
    return drafts


def documents() -> list[DocumentEntry]:
    """Return the register of documents the shipped questions cite."""
    return [DocumentEntry(**entry) for entry in _json(FOLDER / "documents.json")["documents"]]


def install(
    session: Session, *, demo: bool, by: int | None, at: datetime
) -> tuple[ImportResult, Publication, list[BankEvent]]:
    """Import the shipped questions with their documents and publish them; doing it again changes nothing.

    A question that a person has taken out of use stays out of use; one that was edited is brought back to what is
    shipped only by a new version.
    """
    result, events = operations.import_drafts(session, shipped(demo), by=by, at=at, documents=documents())
    taken = [step.draft.code for step in result.steps if step.taken]
    publication, published = operations.publish(session, taken, by=by, at=at)
    return result, publication, [*events, *published]


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
