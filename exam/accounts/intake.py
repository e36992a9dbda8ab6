"""Pure: what lines of units and persons would change, decided before anything is written.

`plan` takes the lines of a file and what the county already has, and says for every line whether it is new, changes
something or nothing, or cannot be: with the sheet, line, column, what stands there and why. Doing what a plan says
and planning again finds nothing left to do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from exam.accounts import identity_numbers
from exam.accounts.mail_addresses import is_mail_address
from exam.accounts.passwords import clean_username, is_username
from exam.accounts.roles import Role, UnitCategory
from exam.accounts.sheets import PERSON_COLUMNS, PERSONS, UNIT_COLUMNS, UNITS, Line, Rows
from exam.accounts.words import audience_of, category_by_name, category_of, name_key, roles_of
from question_bank.enums import Audience
from question_bank.errors import N_

LONGEST: Mapping[str, int] = {
    "code": 40, "name": 80, "focus": 200, "carrier": 200, "duties": 400, "post": 80, "phone": 20, "email": 120,
}  # fmt: skip
_HEADS = {
    UNITS: {column.field: column.head for column in UNIT_COLUMNS},
    PERSONS: {column.field: column.head for column in PERSON_COLUMNS},
}


class Change(StrEnum):
    """What a line does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class KnownUnit:
    """A unit, as it stands or as it will stand."""

    code: str
    name: str
    category: UnitCategory
    parent: str | None = None
    focus: str = ""
    carrier: str = ""
    duties: str = ""


@dataclass(frozen=True)
class KnownPerson:
    """A person, as it stands or as it will stand; units by code."""

    code: str
    name: str
    unit: str
    audience: Audience | None = None
    post: str = ""
    phone: str = ""
    email: str = ""
    roles: frozenset[Role] = frozenset()
    username: str = ""


@dataclass(frozen=True)
class Known:
    """What the county has before the file."""

    units: tuple[KnownUnit, ...] = ()
    persons: tuple[KnownPerson, ...] = ()


@dataclass(frozen=True)
class UnitStep:
    """What one line makes of a unit."""

    line: int
    change: Change
    unit: KnownUnit


@dataclass(frozen=True)
class PersonStep:
    """What one line makes of a person; `account` when a user name is new and needs a first password."""

    line: int
    change: Change
    person: KnownPerson
    account: bool


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be taken: `template` and `params` make the sentence."""

    sheet: str
    line: int
    column: str
    found: str
    template: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Everything a file would do; nothing may be done while there are faults. Units stand parents first."""

    units: tuple[UnitStep, ...] = ()
    persons: tuple[PersonStep, ...] = ()
    faults: tuple[Fault, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def unit_counts(self) -> dict[Change, int]:
        """How many lines of the sheet of units do what."""
        return {change: sum(step.change is change for step in self.units) for change in Change}

    @property
    def person_counts(self) -> dict[Change, int]:
        """How many lines of the sheet of persons do what."""
        return {change: sum(step.change is change for step in self.persons) for change in Change}

    @property
    def accounts(self) -> tuple[KnownPerson, ...]:
        """The people who get a first password."""
        return tuple(step.person for step in self.persons if step.account)

    @property
    def changes_nothing(self) -> bool:
        changes = {step.change for step in self.units} | {step.change for step in self.persons}
        return changes <= {Change.SAME}


def plan(rows: Rows, known: Known) -> Plan:
    """Decide what every line of a file does."""
    units = _Units(known.units)
    unit_steps = units.read(rows.units)
    persons = _Persons(known.persons, units)
    person_steps = persons.read(rows.persons)
    return Plan(tuple(unit_steps), tuple(person_steps), (*units.faults, *persons.faults), rows.ignored)


class _Reader:
    """What both sheets share: faults, and cells checked for length."""

    sheet: str

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def complain(self, line: Line, column: str, template: str, **params: object) -> None:
        head = _HEADS[self.sheet][column]
        self.faults.append(Fault(line.sheet, line.number, head, line.cells.get(column, ""), template, params))

    def fits(self, line: Line) -> bool:
        """Whether name and lengths are as the tables can hold them."""
        good = True
        if not line.cells.get("name"):
            self.complain(line, "name", N_("A name is needed."))
            good = False
        for column, longest in LONGEST.items():
            if len(line.cells.get(column, "")) > longest:
                self.complain(line, column, N_("At most %(count)s characters."), count=longest)
                good = False
        for column in [each for each, cell in line.cells.items() if identity_numbers.holds_one(cell)]:
            self.complain(line, column, identity_numbers.REFUSED)
            good = False
        return good


def _free_codes(prefix: str, taken: Iterable[str]) -> Iterator[str]:
    """Codes such as U01-001 that nobody has."""
    used = set(taken)
    return (code for number in count(1) if (code := f"{prefix}{number:03d}") not in used)


class _Units(_Reader):
    """The sheet of units; afterwards it finds any unit of file and county by code or name."""

    sheet = UNITS

    def __init__(self, known: Sequence[KnownUnit]) -> None:
        super().__init__()
        self.before = {unit.code: unit for unit in known}
        self.after = dict(self.before)
        self.seen: set[str] = set()
        self.without_code: set[str] = set()
        self.by_name: dict[str, list[str]] = {}
        for unit in known:
            self.by_name.setdefault(name_key(unit.name), []).append(unit.code)
        roots = [unit.code for unit in known if unit.category is UnitCategory.COUNTY]
        self.root = roots[0] if len(roots) == 1 else None

    def find(self, word: str) -> list[str]:
        """Codes of the units that a cell may mean: the one with this code, else all of this name."""
        return [word] if word in self.after else self.by_name.get(name_key(word), [])

    def read(self, lines: Sequence[Line]) -> list[UnitStep]:
        placed = [(line, code) for line in lines if self.fits(line) and (code := self._enter(line)) is not None]
        steps = [self._step(line, code) for line, code in placed]
        self._refuse_circles(placed)
        return sorted(steps, key=lambda step: (self._depth(step.unit.code), step.line))

    def _enter(self, line: Line) -> str | None:
        """Give the line its unit: an old one by code or name, else a new one; the parent is looked up later."""
        code, name = line.cells.get("code", ""), line.cells["name"]
        same_name = self.by_name.get(name_key(name), [])
        doubtful = len(same_name) > 1 or any(found not in self.before for found in same_name)
        if (not code and doubtful) or (code not in self.after and name_key(name) in self.without_code):
            self.complain(line, "code", N_("Several units have this name; give the code."))
            return None
        if not code:
            self.without_code.add(name_key(name))
            code = same_name[0] if same_name else next(_free_codes("D", self.after))
        if code in self.seen:
            self.complain(line, "code", N_("This unit stands in the sheet twice."))
            return None
        category = self._category(line, self.before.get(code))
        if category is None:
            return None
        self.seen.add(code)
        self._remember(line, code, category)
        return code

    def _category(self, line: Line, before: KnownUnit | None) -> UnitCategory | None:
        word = line.cells.get("category", "")
        category = category_of(word) if word else (before.category if before else category_by_name(line.cells["name"]))
        if category is None:
            reason = N_("Nobody knows this category.") if word else N_("The category cannot be told from the name.")
            self.complain(line, "category", reason)
        return category

    def _remember(self, line: Line, code: str, category: UnitCategory) -> None:
        before = self.before.get(code)
        kept = {
            column: line.cells.get(column) or (getattr(before, column) if before else "")
            for column in ("focus", "carrier", "duties")
        }
        parent = before.parent if before else None
        self.after[code] = KnownUnit(code, line.cells["name"], category, parent, **kept)
        codes = self.by_name.setdefault(name_key(line.cells["name"]), [])
        if code not in codes:
            codes.append(code)
        if self.root is None and category is UnitCategory.COUNTY:
            self.root = code

    def _step(self, line: Line, code: str) -> UnitStep:
        before, unit = self.before.get(code), self.after[code]
        parent = self._parent(line, unit, before)
        unit = self.after[code] = KnownUnit(
            code, unit.name, unit.category, parent, unit.focus, unit.carrier, unit.duties
        )
        change = Change.NEW if before is None else Change.SAME if before == unit else Change.CHANGED
        return UnitStep(line.number, change, unit)

    def _parent(self, line: Line, unit: KnownUnit, before: KnownUnit | None) -> str | None:
        word = line.cells.get("parent", "")
        if not word:
            if before is not None:
                return before.parent
            if unit.category is UnitCategory.VILLAGE:
                self.complain(line, "parent", N_("A village needs the town it belongs to."))
            return self.root if self.root != unit.code else None
        found = [code for code in self.find(word) if code != unit.code]
        if len(found) != 1:
            reason = N_("Several units have this name; give the code.") if found else N_("There is no such unit.")
            self.complain(line, "parent", reason)
            return None
        return found[0]

    def _depth(self, code: str | None) -> int:
        """How many units stand above; beyond the number of units there is a circle."""
        depth = 0
        while code is not None and depth <= len(self.after):
            code = self.after[code].parent if code in self.after else None
            depth += 1
        return depth

    def _refuse_circles(self, placed: Sequence[tuple[Line, str]]) -> None:
        for line, code in placed:
            if self._depth(code) > len(self.after):
                self.complain(line, "parent", N_("These units stand above each other in a circle."))


class _Persons(_Reader):
    """The sheet of persons."""

    sheet = PERSONS

    def __init__(self, known: Sequence[KnownPerson], units: _Units) -> None:
        super().__init__()
        self.units = units
        self.before = {person.code: person for person in known}
        self.codes = set(self.before)
        self.seen: set[str] = set()
        self.names = {person.username: person.code for person in known if person.username}
        self.by_place: dict[tuple[str, str], list[str]] = {}
        for person in known:
            self.by_place.setdefault((person.unit, name_key(person.name)), []).append(person.code)
        self.without_code: set[tuple[str, str]] = set()

    def read(self, lines: Sequence[Line]) -> list[PersonStep]:
        steps = (self._step(line) for line in lines if self.fits(line))
        return [step for step in steps if step is not None]

    def _step(self, line: Line) -> PersonStep | None:
        faults = len(self.faults)
        unit = self._unit(line)
        code = self._code(line, unit) if unit else None
        audience = self._word(line, "audience", audience_of, N_("Nobody knows this audience."))
        roles = self._roles(line)
        if line.cells.get("email") and not is_mail_address(line.cells["email"]):
            self.complain(line, "email", N_("This is not an e-mail address."))
        if unit is None or code is None or len(self.faults) > faults:
            return None
        before = self.before.get(code)
        username = self._username(line, code, before)
        if username is None:
            return None
        person = KnownPerson(
            code,
            line.cells["name"],
            unit,
            audience or (before.audience if before else None),
            line.cells.get("post") or (before.post if before else ""),
            line.cells.get("phone") or (before.phone if before else ""),
            line.cells.get("email") or (before.email if before else ""),
            before.roles | roles if before else roles or frozenset({Role.CANDIDATE}),
            username,
        )
        change = Change.NEW if before is None else Change.SAME if before == person else Change.CHANGED
        return PersonStep(line.number, change, person, bool(username) and (before is None or not before.username))

    def _unit(self, line: Line) -> str | None:
        found = self.units.find(line.cells.get("unit", ""))
        if len(found) == 1:
            return found[0]
        if found:
            self.complain(line, "unit", N_("Several units have this name; give the code."))
        elif line.cells.get("unit"):
            self.complain(line, "unit", N_("There is no such unit. Add it to the sheet of units."))
        else:
            self.complain(line, "unit", N_("A unit is needed."))
        return None

    def _code(self, line: Line, unit: str) -> str | None:
        code, place = line.cells.get("code", ""), (unit, name_key(line.cells["name"]))
        if not code:
            same = self.by_place.get(place, [])
            if len(same) > 1 or place in self.without_code:
                self.complain(line, "code", N_("Two people of this unit have this name; give their staff numbers."))
                return None
            self.without_code.add(place)
            code = same[0] if same else next(_free_codes(f"{unit}-", self.codes))
        if code in self.seen:
            self.complain(line, "code", N_("This staff number stands in the sheet twice."))
            return None
        self.seen.add(code)
        self.codes.add(code)
        return code

    def _word(self, line: Line, column: str, meaning: Callable[[str], Audience | None], reason: str) -> Audience | None:
        word = line.cells.get(column, "")
        found = meaning(word) if word else None
        if word and found is None:
            self.complain(line, column, reason)
        return found

    def _roles(self, line: Line) -> frozenset[Role]:
        found, unknown = roles_of(line.cells.get("roles", ""))
        if unknown:
            self.complain(line, "roles", N_("Nobody knows these roles: %(words)s"), words="、".join(unknown))
        return found

    def _username(self, line: Line, code: str, before: KnownPerson | None) -> str | None:
        """The user name the person will have, "" for none; None (and a fault) when it cannot be that one."""
        held = before.username if before else ""
        name = clean_username(line.cells.get("username", "")) or held
        if name == held:
            return held
        if not is_username(name):
            self.complain(line, "username", N_("A user name has 2 to 40 letters, digits or Chinese characters."))
        elif self.names.setdefault(name, code) != code:
            self.complain(line, "username", N_("Somebody else has this user name."))
        elif held:
            self.complain(line, "username", N_("This person's user name is %(name)s."), name=held)
        else:
            return name
        return None
