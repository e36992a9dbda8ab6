"""From the lines of a roster file to entries on a stop's roster: who is meant, what is in the way, and the deed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam.accounts import operations as accounts
from exam.accounts.models import Person, Unit
from exam.accounts.roles import Role
from exam.tours import queries
from exam.tours.flow import audience_of
from exam.tours.models import Stop
from exam.tours.operations import Expected, freeze_roster
from exam.tours.roster import RosterRow, RowProblem
from question_bank.enums import Audience
from question_bank.errors import N_, NotAllowed


@dataclass(frozen=True)
class Match:
    """A line and whom it means. `person` is None for somebody new, who then belongs to `unit`."""

    row: RosterRow
    person: Person | None
    unit: Unit
    audience: Audience
    enrolled: bool

    @property
    def is_new(self) -> bool:
        return self.person is None


@dataclass(frozen=True)
class Preview:
    """What enrolling would do: matches in the order of the file, and the lines that cannot be used."""

    matches: tuple[Match, ...]
    problems: tuple[RowProblem, ...]

    @property
    def to_add(self) -> tuple[Match, ...]:
        """Known persons who are not on the roster yet."""
        return tuple(match for match in self.matches if not match.is_new and not match.enrolled)

    @property
    def strangers(self) -> tuple[Match, ...]:
        """Persons the system does not know."""
        return tuple(match for match in self.matches if match.is_new)

    @property
    def unchanged(self) -> tuple[Match, ...]:
        """Persons on the roster already; they keep seat, ticket and audience."""
        return tuple(match for match in self.matches if match.enrolled)


@dataclass(frozen=True)
class Enrolled:
    """Counts of what was done."""

    added: int
    created: int
    unchanged: int


class _Wrong(Exception):  # noqa: N818 -- never leaves this module
    """Why a line cannot be used."""

    def __init__(self, column: str, found: str, reason: str, advice: str, **params: object) -> None:
        super().__init__(reason)
        self.column, self.found, self.reason, self.advice, self.params = column, found, reason, advice, params

    def at(self, line: int) -> RowProblem:
        return RowProblem(line, self.column, self.found, self.reason, self.advice, self.params)


class _Directory:
    """The units and persons a file can mean, read in two queries however long the file is."""

    def __init__(self, session: Session, stop: Stop, rows: Sequence[RosterRow], within: int | None) -> None:
        self.stop = stop
        self.within = within
        units = session.scalars(select(Unit).order_by(Unit.code)).all()
        self.units = {unit.id: unit for unit in units}
        self.named: dict[str, list[Unit]] = {}
        for unit in units:
            for name in {unit.name, unit.code}:
                self.named.setdefault(name, []).append(unit)
        codes, names = {row.code for row in rows if row.code}, {row.name for row in rows}
        persons = session.scalars(
            select(Person)
            .where(Person.code.in_(codes) | Person.name.in_(names))
            .options(joinedload(Person.unit))
            .order_by(Person.id)
        ).all()
        self.coded = {person.code: person for person in persons}
        self.called: dict[str, list[Person]] = {}
        for person in persons:
            self.called.setdefault(person.name, []).append(person)

    def unit(self, row: RosterRow) -> Unit:
        """The unit a line names, the host's own villages first; without a name the host unit."""
        if not row.unit:
            return self.stop.unit
        found = self.named.get(row.unit, [])
        own = [unit for unit in found if self.stop.unit_id in {unit.id, unit.parent_id}]
        if len(own or found) != 1:
            raise _Wrong(
                "单位",
                row.unit,
                N_("There is no unit of this name.") if not found else N_("More than one unit has this name."),
                N_("Write the unit's full name or its code as it stands in the list of units."),
            )
        return (own or found)[0]

    def person(self, row: RosterRow) -> Person | None:
        """Whom a line means: by staff number, else by name and unit; None for somebody unknown."""
        if row.code and row.code in self.coded:
            return self._of_that_name(self.coded[row.code], row)
        unit = self.unit(row)
        called = [
            person for person in self.called.get(row.name, []) if unit.id in {person.unit_id, person.unit.parent_id}
        ]
        if row.code:
            called = []  # a staff number nobody has is a new person, whatever the name
        if len(called) > 1:
            raise _Wrong(
                "姓名",
                row.name,
                N_("%(count)s persons have this name there."),
                N_("Enter the staff number (工号) so that the right one is meant."),
                count=len(called),
            )
        return called[0] if called else None

    def _of_that_name(self, person: Person, row: RosterRow) -> Person:
        if person.name != row.name:
            raise _Wrong(
                "工号",
                row.code,
                N_("This staff number belongs to %(name)s, not to %(given)s."),
                N_("Correct the staff number or the name."),
                name=person.name,
                given=row.name,
            )
        return person

    def refuse_foreign(self, unit: Unit, row: RosterRow) -> None:
        if self.within is not None and self.within not in {unit.id, unit.parent_id}:
            raise _Wrong(
                "单位",
                unit.name,
                N_("%(name)s does not belong to your unit."),
                N_("Delete the line, or ask the organiser to add this person."),
                name=row.name,
            )


def preview(session: Session, stop: Stop, rows: Sequence[RosterRow], *, within: int | None = None) -> Preview:
    """Whom the lines mean and what is in the way; nothing is changed.

    `within` limits the roster to people of that unit and the units below it.
    """
    directory = _Directory(session, stop, rows, within)
    roster = queries.roster_of(session, stop.id)
    enrolled = {entry.person_id: entry.seat for entry in roster}
    seats = {entry.seat for entry in roster}
    matches: list[Match] = []
    problems: list[RowProblem] = []
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        try:
            match = _match(directory, row, enrolled)
            _refuse_twice(match, seen)
            if not match.enrolled:
                _refuse_seat(row, seats)
        except _Wrong as wrong:
            problems.append(wrong.at(row.line))
        else:
            matches.append(match)
    return Preview(tuple(matches), tuple(problems))


def _match(directory: _Directory, row: RosterRow, enrolled: dict[int, int]) -> Match:
    person = directory.person(row)
    unit = directory.unit(row) if person is None else directory.units[person.unit_id]
    directory.refuse_foreign(unit, row)
    if person is not None and not person.active:
        raise _Wrong(
            "姓名",
            row.name,
            N_("%(name)s is no longer active."),
            N_("Delete the line, or have the account opened again."),
            name=row.name,
        )
    own = row.audience or (None if person is None else person.audience)
    return Match(row, person, unit, audience_of(own, unit.category), person is not None and person.id in enrolled)


def _refuse_twice(match: Match, seen: dict[tuple[object, ...], int]) -> None:
    row = match.row
    key = ("new", row.code or (row.name, match.unit.id)) if match.person is None else ("known", match.person.id)
    if key in seen:
        raise _Wrong(
            "姓名",
            row.name,
            N_("This is the person of line %(line)s again."),
            N_("Delete one of the two lines, or enter different staff numbers."),
            line=seen[key],
        )
    seen[key] = row.line


def _refuse_seat(row: RosterRow, seats: set[int]) -> None:
    if row.seat is None:
        return
    if row.seat in seats:
        raise _Wrong(
            "座位",
            str(row.seat),
            N_("This seat is taken already."),
            N_("Enter another number, or leave it empty for the next free seat."),
        )
    seats.add(row.seat)


def enrol(
    session: Session,
    stop: Stop,
    rows: Sequence[RosterRow],
    *,
    create_unknown: bool,
    within: int | None = None,
    by: int | None,
    at: datetime,
) -> Enrolled:
    """Put the persons the lines mean on the stop's roster, creating unknown ones as candidates where allowed.

    The same lines twice change nothing. Lines with problems are left out, as the preview said. Raises
    NotAllowed when nobody remains, or when the stop's roster is closed.
    """
    plan = preview(session, stop, rows, within=within)
    strangers = plan.strangers if create_unknown else ()
    if not plan.to_add and not strangers:
        if plan.unchanged:
            return Enrolled(0, 0, len(plan.unchanged))
        raise NotAllowed(N_("Nobody in this file can be put on the roster."))
    codes = _new_codes(session, strangers)
    created = {id(match): _create(session, match, codes, by=by, at=at) for match in strangers}
    new = [match for match in plan.matches if not match.enrolled and (match.person or id(match) in created)]
    expected = [Expected(match.person or created[id(match)], match.audience, match.row.seat) for match in new]
    freeze_roster(session, stop, expected, by=by, at=at)
    return Enrolled(len(new), len(created), len(plan.unchanged))


def _create(session: Session, match: Match, codes: dict[int, str], *, by: int | None, at: datetime) -> Person:
    return accounts.create_person(
        session,
        code=match.row.code or codes[match.row.line],
        name=match.row.name,
        unit_id=match.unit.id,
        audience=match.row.audience,
        post=match.row.post,
        roles=[Role.CANDIDATE],
        by=by,
        at=at,
    )


def _new_codes(session: Session, strangers: Iterable[Match]) -> dict[int, str]:
    """A free staff number by line for those whose line has none: the unit's code and a running number."""
    codes: dict[int, str] = {}
    for match in strangers:
        if match.row.code:
            continue
        prefix = f"{match.unit.code}-"
        taken = set(session.scalars(select(Person.code).where(Person.code.startswith(prefix, autoescape=True))))
        taken |= {other.row.code for other in strangers if other.row.code} | set(codes.values())
        number = next(each for each in range(1, len(taken) + 2) if f"{prefix}{each:03d}" not in taken)
        codes[match.row.line] = f"{prefix}{number:03d}"
    return codes
