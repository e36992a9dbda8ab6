"""What an import would do with a file, item by item: what the page and the command show before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from question_bank.comparison import AT_ONCE, Outcome, Step, compare
from question_bank.enums import NamedEnum
from question_bank.errors import N_
from question_bank.exchange.columns import heading_of
from question_bank.exchange.reading import Fault
from question_bank.pausing import collector_paused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from question_bank.drafts import Draft
    from question_bank.errors import Problem
    from question_bank.exchange.reading import FileReading, Item
    from question_bank.pairing import Near


class Fate(NamedEnum):
    """What becomes of an item of a file."""

    ACCEPTED = "accepted", N_("Accepted"), "新增"
    UPDATED = "updated", N_("Updated"), "更新"
    UNCHANGED = "unchanged", N_("Unchanged"), "无变化"
    DUPLICATE = "duplicate", N_("Duplicate"), "重复"
    REJECTED = "rejected", N_("Rejected"), "不能接收"
    UNSUPPORTED = "unsupported", N_("Not supported"), "不支持"

    @property
    def failed(self) -> bool:
        """Whether somebody has to mend the item before it can be taken."""
        return self in {Fate.DUPLICATE, Fate.REJECTED, Fate.UNSUPPORTED}


# where a comparison finds fault, as a field of a row
_FIELDS = {"id": "code", "type": "kind"}
_FATES = {
    Outcome.NEW: Fate.ACCEPTED,
    Outcome.CHANGED: Fate.UPDATED,
    Outcome.UNCHANGED: Fate.UNCHANGED,
    Outcome.DUPLICATE: Fate.DUPLICATE,
    Outcome.REFUSED: Fate.REJECTED,
}


@dataclass(frozen=True)
class Entry:
    """One item with its fate. ``step`` is None for what could not be read."""

    item: Item
    fate: Fate
    step: Step | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why it is not taken; empty when it is."""
        if self.item.faults or self.step is None or self.step.reason is None:
            return self.item.faults
        reason = self.step.reason
        column = heading_of(_FIELDS.get(reason.where, reason.where)) if self.item.sheet else reason.where
        return (Fault(column, str(reason.params.get(reason.where, self.item.name)), reason),)

    @property
    def near(self) -> tuple[Near, ...]:
        """What asks nearly the same, in the bank or earlier in the file."""
        return self.step.near if self.step else ()

    @property
    def attention(self) -> tuple[Problem, ...]:
        """What should be looked at although it is taken; those that stand in the way of publishing come first."""
        return (*self.step.obstacles, *self.item.cautions, *self.step.cautions) if self.step else ()


@dataclass(frozen=True)
class Preview:
    """Everything a file held with its fate, in its order."""

    reading: FileReading
    entries: tuple[Entry, ...]

    @property
    def counts(self) -> dict[Fate, int]:
        """How many items have each fate, all fates named."""
        counted = Counter(entry.fate for entry in self.entries)
        return {fate: counted[fate] for fate in Fate}

    def of(self, *fates: Fate) -> list[Entry]:
        """Return the entries of these fates."""
        return [entry for entry in self.entries if entry.fate in fates]

    @property
    def attention(self) -> list[Entry]:
        """Entries that are taken but should be looked at."""
        return [entry for entry in self.entries if entry.step and entry.step.taken and entry.attention]

    @property
    def alike(self) -> list[Entry]:
        """Entries that are taken although another question asks nearly the same."""
        return [entry for entry in self.entries if entry.near]

    @property
    def near(self) -> dict[str, tuple[Near, ...]] | None:
        """What asks nearly the same, by the codes of the drafts, for the import; None where it was not looked for."""
        if len(self.drafts) > AT_ONCE:
            return None
        return {entry.step.draft.code: entry.near for entry in self.alike if entry.step}

    @property
    def failed(self) -> list[Entry]:
        """Entries somebody has to mend."""
        return [entry for entry in self.entries if entry.fate.failed]

    @property
    def drafts(self) -> list[Draft]:
        """What an import is to be given."""
        return self.reading.drafts


def preview(session: Session, reading: FileReading) -> Preview:
    """Compare what was read with the bank; nothing is written."""
    with collector_paused():
        steps = iter(compare(session, reading.drafts))
        return Preview(reading, tuple(_entry(item, next(steps) if item.draft else None) for item in reading.items))


def _entry(item: Item, step: Step | None) -> Entry:
    if step is not None:
        return Entry(item, _FATES[step.outcome], step)
    return Entry(item, Fate.UNSUPPORTED if item.unsupported else Fate.REJECTED)
