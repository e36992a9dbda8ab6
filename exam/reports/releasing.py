"""To whom released results are open: what the latest release of a sitting says.

Leaders and organisers see every release.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from exam.reports.models import Release
from exam.sittings.models import Sitting


class Recipient(StrEnum):
    """Beside leaders and organisers: each person, the contact of each unit, everybody who signs in."""

    PERSONS = "to_persons"
    UNITS = "to_units"
    PUBLIC = "to_public"
    NAMES = "names_public"
    """The best fifth by name, for everybody who signs in."""


@dataclass(frozen=True)
class Openness:
    """To whom a release is open; names only where the figures are public."""

    persons: bool = True
    units: bool = True
    public: bool = False
    names: bool = False

    @classmethod
    def of(cls, release: Release | None) -> "Openness":
        """As a release has it; the first one is open to persons and units."""
        if release is None:
            return cls()
        return cls(release.to_persons, release.to_units, release.to_public, release.names_public)

    def columns(self) -> dict[str, bool]:
        return {
            "to_persons": self.persons,
            "to_units": self.units,
            "to_public": self.public,
            "names_public": self.names and self.public,
        }


_other = aliased(Release)


def open_to(recipient: Recipient) -> ColumnElement[bool]:
    """On Sitting: whether its latest release is open to `recipient`."""
    latest = select(func.max(_other.number)).where(_other.sitting_id == Release.sitting_id).scalar_subquery()
    flag = getattr(Release, recipient.value)
    return Sitting.id.in_(select(Release.sitting_id).where(Release.number == latest, flag))


def open_among(session: Session, sitting_ids: Collection[int], recipient: Recipient) -> frozenset[int]:
    """Of these sittings those open to `recipient`; one query."""
    return frozenset(session.scalars(select(Sitting.id).where(Sitting.id.in_(sitting_ids), open_to(recipient))))


def releases_of(session: Session, sitting_ids: Collection[int]) -> dict[int, Sequence[Release]]:
    """By sitting its releases, the latest first; one query."""
    found: dict[int, list[Release]] = {each: [] for each in sitting_ids}
    rows = session.scalars(
        select(Release).where(Release.sitting_id.in_(sitting_ids)).order_by(Release.sitting_id, Release.number.desc())
    )
    for release in rows:
        found[release.sitting_id].append(release)
    return dict(found)
