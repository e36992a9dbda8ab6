"""All that a stop's prints are made from, read at one moment, and a fingerprint that tells whether it has changed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam.printing.rows import Attendee, Cover, Label, Occasion, Ticket
from exam.printouts.choice import Choice, What
from exam.scanning.sheet import VERSION
from exam.sittings.handouts import attendees_of, covers_of, labels_of, occasion_of, tickets_of
from exam.sittings.sheets import Copy, copies_of
from exam.tours.models import Stop
from question_bank.enums import PaperKind


@dataclass(frozen=True)
class Material:
    """`copies` are all papers of the stop; what a choice leaves out is left out when it is drawn."""

    occasion: Occasion
    copies: tuple[Copy, ...]
    tickets: tuple[Ticket, ...]
    labels: tuple[Label, ...]
    attendees: tuple[Attendee, ...]
    covers: tuple[tuple[PaperKind, Cover], ...]

    def copies_for(self, choice: Choice) -> list[Copy]:
        """The papers that are to be printed."""
        return [copy for copy in self.copies if copy.kind in choice.kinds] if choice.of_papers else []

    def covers_for(self, choice: Choice) -> list[Cover]:
        """The covers of their envelopes."""
        return [cover for kind, cover in self.covers if kind in choice.kinds]

    def fingerprint(self, choice: Choice) -> str:
        """SHA-256 over the choice and everything that would be printed: with the same one, the bytes are the same."""
        parts: dict[What, Sequence[Any]] = {
            What.TICKETS: self.tickets,
            What.LABELS: self.labels,
            What.ATTENDANCE: self.attendees,
            What.COVER: self.covers_for(choice),
        }
        plain = {
            "version": VERSION,
            "choice": choice.model_dump(mode="json"),
            "occasion": asdict(self.occasion),
            "copies": [(copy.paper_id, copy.seat, *asdict(copy.holder).values()) for copy in self.copies_for(choice)],
            "rows": [[asdict(row) for row in parts[what]] for what in choice.of_stop],
        }
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def counts(self) -> dict[What, int]:
        """How many of each thing there are."""
        papers = len(self.copies)
        return {
            What.COVER: len(self.covers),
            What.ATTENDANCE: len(self.attendees),
            What.TICKETS: len(self.tickets),
            What.LABELS: len(self.labels),
            What.PAPER: papers,
            What.SHEET: papers,
            What.MARKING: papers,
            What.KEY: papers,
        }


def material_of(session: Session, stop: Stop, *, zone: ZoneInfo, address: str) -> Material:
    """Read it. `address` is where tickets lead: the code of each is put behind it."""
    return Material(
        occasion=occasion_of(stop, zone),
        copies=tuple(copies_of(session, stop)),
        tickets=tuple(tickets_of(session, stop, zone=zone, address=lambda code: address + code)),
        labels=tuple(labels_of(session, stop)),
        attendees=tuple(attendees_of(session, stop)),
        covers=tuple(
            (kind, cover) for kind in PaperKind for cover in covers_of(session, stop, zone=zone, kinds=(kind,))
        ),
    )
