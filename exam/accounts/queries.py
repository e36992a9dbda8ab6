"""Reads on units, persons and logins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from exam.accounts.models import Credential, Login, Person, RoleGrant, Unit
from exam.accounts.passwords import clean_username
from exam.accounts.roles import Role, Viewer
from exam.accounts.secrets import token_hash
from exam.database import by_columns
from question_bank.errors import N_, NotFound

PAGE = 50


_LOGIN = (
    select(Login.id, Login.person_id, Login.roster_entry_id, Credential.must_change)
    .add_columns(Person.name, Person.unit_id, Person.language, Person.elder_mode)
    .join(Person, Person.id == Login.person_id)
    .outerjoin(Credential, Credential.person_id == Login.person_id)
    .where(Login.token_hash == bindparam("token"), Login.ended_at.is_(None), Login.expires_at > bindparam("at"))
    .where(Person.active)
)
_ROLES = select(RoleGrant.role).where(RoleGrant.person_id == bindparam("person"))


def viewer_by_token(session: Session, token: str, *, at: datetime) -> Viewer | None:
    """The person whose live login `token` is; None when it has ended, expired or the person is inactive.

    Every request begins with it: one query by columns for a ticket, a second one for the roles of who has a password.
    """
    connection = by_columns(session)  # by columns, so without the session's way from rows to objects
    found = connection.execute(_LOGIN, {"token": token_hash(token), "at": at}).one_or_none()
    if found is None:
        return None
    login_id, person_id, entry_id, must_change, name, unit_id, language, elder_mode = found
    by_ticket = entry_id is not None
    roles = () if by_ticket else connection.scalars(_ROLES, {"person": person_id})
    return Viewer(
        person_id=person_id,
        name=name,
        unit_id=unit_id,
        roles=frozenset({Role.CANDIDATE} if by_ticket else roles),
        login_id=login_id,
        roster_entry_id=entry_id,
        language=language,
        elder_mode=elder_mode,
        must_change=bool(must_change) and not by_ticket,
    )


def credential_by_username(session: Session, username: str) -> Credential | None:
    """The account of a user name as typed, with person, unit and roles."""
    return session.scalar(
        select(Credential)
        .where(Credential.username == clean_username(username))
        .options(joinedload(Credential.person).options(joinedload(Person.unit), selectinload(Person.grants)))
    )


def person_by_id(session: Session, person_id: int) -> Person:
    """The person with unit and roles. Raises NotFound."""
    person = session.scalar(
        select(Person).where(Person.id == person_id).options(joinedload(Person.unit), selectinload(Person.grants))
    )
    if person is None:
        raise NotFound(N_("There is no such person."))
    return person


def person_named(session: Session, name: str) -> Person:
    """The person of that staff number or exact name. Raises NotFound, also for a name that several persons bear."""
    either = select(Person).where(or_(Person.code == name, Person.name == name))
    found = session.scalars(either.order_by((Person.code == name).desc()).limit(2)).all()
    exact = [person for person in found if person.code == name] or list(found)
    if not exact:
        raise NotFound(N_("There is no such person."))
    if len(exact) > 1:
        raise NotFound(N_("Several persons are called %(name)s; use the staff number."), name=name)
    return exact[0]


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Name by person id, in one query."""
    wanted = [each for each in ids if each is not None]
    return dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all())


def unit_by_id(session: Session, unit_id: int) -> Unit:
    """Raises NotFound."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound(N_("There is no such unit."))
    return unit


def logins_of(session: Session, person_id: int, *, at: datetime) -> Sequence[Login]:
    """The browsers in which a person is signed in at the moment `at`, newest first."""
    return session.scalars(
        select(Login)
        .where(Login.person_id == person_id, Login.ended_at.is_(None), Login.expires_at > at)
        .order_by(Login.began_at.desc(), Login.id.desc())
    ).all()


def credential_of(session: Session, person_id: int) -> Credential | None:
    """The person's account; None for somebody who comes in with a ticket only."""
    return session.get(Credential, person_id)


def guesses_about(session: Session, person: Person) -> list[str]:
    """What somebody who knows the person would try as a password."""
    credential = credential_of(session, person.id)
    return [person.name, person.code, person.phone, person.unit.name, credential.username if credential else ""]


@dataclass(frozen=True)
class PeopleFilter:
    """What a list of people is narrowed by.

    `unit_id` stands for that unit and all below it; `within` is the unit that somebody may not look beyond, but for
    the units right below it (a town's villages).
    """

    text: str = ""
    unit_id: int | None = None
    role: Role | None = None
    inactive: bool = False
    within: int | None = None


@dataclass(frozen=True)
class PeoplePage:
    """One page of people: persons with unit and roles, user names by person id, the count of all that match."""

    persons: Sequence[Person]
    usernames: dict[int, str]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.total)


def people(session: Session, wanted: PeopleFilter, *, page: int) -> PeoplePage:
    """Page number `page` (from 1) of the people that `wanted` leaves, by unit and staff number; four queries."""
    total = session.scalar(select(func.count()).select_from(_matching(wanted).subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE)))
    persons = session.scalars(_in_order(wanted).limit(PAGE).offset((page - 1) * PAGE)).all()
    named = select(Credential.person_id, Credential.username).where(Credential.person_id.in_([p.id for p in persons]))
    return PeoplePage(persons, dict(session.execute(named).all()), total, page)


def all_people(session: Session, wanted: PeopleFilter) -> tuple[Sequence[Person], dict[int, str]]:
    """Everybody that `wanted` leaves, in the order of the pages, and the user names by person id; three queries."""
    named = select(Credential.person_id, Credential.username).where(Credential.person_id.in_(_matching(wanted)))
    return session.scalars(_in_order(wanted)).all(), dict(session.execute(named).all())


def _in_order(wanted: PeopleFilter) -> Select[Person]:
    return (
        select(Person)
        .where(Person.id.in_(_matching(wanted)))
        .join(Unit, Unit.id == Person.unit_id)
        .options(joinedload(Person.unit), selectinload(Person.grants))
        .order_by(Unit.code, Person.code)
    )


def _matching(wanted: PeopleFilter) -> Select[int]:
    found = select(Person.id).where(Person.active.is_(not wanted.inactive))
    if wanted.text:
        like = "%" + wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        account = select(Credential.person_id).where(Credential.username.ilike(like, escape="\\"))
        columns = (Person.name, Person.code, Person.post, Person.phone)
        found = found.where(or_(*(column.ilike(like, escape="\\") for column in columns), Person.id.in_(account)))
    if wanted.unit_id is not None:
        tree = select(Unit.id).where(Unit.id == wanted.unit_id).cte("tree", recursive=True)
        tree = tree.union(select(Unit.id).where(Unit.parent_id == tree.c.id))
        found = found.where(Person.unit_id.in_(select(tree.c.id)))
    if wanted.within is not None:
        near = select(Unit.id).where(or_(Unit.id == wanted.within, Unit.parent_id == wanted.within))
        found = found.where(Person.unit_id.in_(near))
    if wanted.role is not None:
        found = found.where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == wanted.role)))
    return found


def units(session: Session) -> Sequence[Unit]:
    """All units by code."""
    return session.scalars(select(Unit).order_by(Unit.code)).all()


@dataclass(frozen=True)
class Branch:
    """A unit in the tree: how deep it stands and how many active people it has, its own and below it."""

    unit: Unit
    depth: int
    people: int
    below: int


def unit_tree(session: Session) -> list[Branch]:
    """All units, each followed by those below it; two queries."""
    counts = dict(
        session.execute(select(Person.unit_id, func.count()).where(Person.active).group_by(Person.unit_id)).all()
    )
    children: dict[int | None, list[Unit]] = {}
    for unit in units(session):
        children.setdefault(unit.parent_id, []).append(unit)
    branches: list[Branch] = []

    def walk(parent: int | None, depth: int) -> int:
        total = 0
        for unit in children.get(parent, []):
            place = len(branches)
            own = counts.get(unit.id, 0)
            branches.append(Branch(unit, depth, own, own))
            below = own + walk(unit.id, depth + 1)
            branches[place] = Branch(unit, depth, own, below)
            total += below
        return total

    walk(None, 0)
    return branches
