"""Who takes part in a stop and is told of it: contacts of the host, lecturer, answering departments, candidates."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Person, RoleGrant
from exam.accounts.roles import Role
from exam.tours.flow import Absence
from exam.tours.models import Lecturer, RosterEntry


class Staff:
    """The active people with an office at the stops of a tour, read once: contacts and answerers by unit, lecturers."""

    def __init__(self, session: Session) -> None:
        self.contacts = _by_unit(session, Role.UNIT_CONTACT)
        self.answerers = _by_unit(session, Role.ANSWERER)
        lecturers = select(Lecturer.id, Person).join(Person, Person.id == Lecturer.person_id).where(Person.active)
        self.lecturers: dict[int, Person] = dict(session.execute(lecturers).all())

    def at(self, *, unit_id: int, lecturer_id: int | None, departments: Collection[int]) -> list[Person]:
        """Everybody with an office at one stop, each once: contacts, then the lecturer, then those who answer."""
        found = [*self.contacts[unit_id]]
        if lecturer_id in self.lecturers:
            found.append(self.lecturers[lecturer_id])
        for department in departments:
            found += self.answerers[department]
        return list({person.id: person for person in found}.values())


def candidates_of(session: Session, stop_id: int) -> list[Person]:
    """Those on the roster who are expected: neither on leave nor exempt, their accounts open."""
    return list(
        session.scalars(
            select(Person)
            .join(RosterEntry, RosterEntry.person_id == Person.id)
            .where(
                RosterEntry.stop_id == stop_id,
                RosterEntry.absence.not_in((Absence.LEAVE, Absence.EXEMPT)),
                Person.active,
            )
            .order_by(RosterEntry.seat)
        )
    )


def _by_unit(session: Session, role: Role) -> defaultdict[int, list[Person]]:
    found = defaultdict(list)
    holders = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == role, Person.active)
        .order_by(Person.id)
    )
    for person in session.scalars(holders):
        found[person.unit_id].append(person)
    return found
