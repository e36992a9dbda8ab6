"""The questions that are shipped, as data: ``national`` (laws, procedures, industries), ``demo`` (the invented county).

``documents.json`` is the register of what they cite: number, issuer, first day in force, date of the edition held, when
to look at it again, what to beware of, and the acts that no longer stand with what replaced them. ``articles.json`` is
what their articles say, fact by fact. ``readers.json`` is who solved which wording without seeing its key.
``enemies.json`` is which questions give each other away and never stand in one paper.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from question_bank import operations, pairing, reviewing
from question_bank.enums import DocumentStatus
from question_bank.exchange.shape import drafts_of
from question_bank.registry import ArticleEntry, DocumentEntry, Registry
from question_bank.reviewing import Reading

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


def documents(demo: bool = True) -> list[DocumentEntry]:
    """Return the register of documents the shipped questions may cite; without ``demo`` nothing invented."""
    entries = [_document(entry) for entry in _json(FOLDER / "documents.json")["documents"]]
    return [entry for entry in entries if demo or not entry.demo]


def _document(entry: dict[str, Any]) -> DocumentEntry:
    review_on, status = entry.get("review_on"), entry.get("status", DocumentStatus.IN_FORCE.value)
    dated = {"review_on": date.fromisoformat(review_on) if review_on else None}
    known = next(member for member in DocumentStatus if member.value == status)
    return DocumentEntry(**{**entry, **dated, "status": known})


def articles() -> list[ArticleEntry]:
    """Return what the documents say, fact by fact."""
    return [ArticleEntry(**entry) for entry in _json(FOLDER / "articles.json")["articles"]]


def readings() -> list[Reading]:
    """Return who solved which wording blind, and whether the answer was the key."""
    return [Reading(**entry) for entry in _json(FOLDER / "readers.json")["readings"]]


def enemies() -> list[tuple[str, str]]:
    """Return the pairs of codes that are kept out of one paper, though no comparison of their wordings tells them."""
    return [(one, two) for one, two in _json(FOLDER / "enemies.json")["pairs"]]


def install(
    session: Session, *, demo: bool, by: int | None, at: datetime
) -> tuple[ImportResult, Publication, list[BankEvent]]:
    """Import the shipped questions with their documents and publish them; doing it again changes nothing.

    A question that a person has taken out of use stays out of use; one that was edited is brought back to what is
    shipped only by a new version; what a person has decided of a pair of questions stands.
    """
    registry = Registry(session)
    registry.enter(documents(demo))
    registry.enter_articles(articles())
    result, events = operations.import_drafts(session, shipped(demo), by=by, at=at)
    taken = [step.draft.code for step in result.steps if step.taken]
    publication, published = operations.publish(session, taken, by=by, at=at)
    read = reviewing.enter_readings(session, readings(), at=at)
    apart = pairing.enter_enemies(session, enemies(), at=at)
    return result, publication, [*registry.events(), *events, *published, *read, *apart]


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
