"""Rows that came beside rows that stand here: the same is left, the missing is added, nothing is overwritten."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam.accounts.models import Person
from exam.evidence import shipments
from exam.evidence.carried import CARRIED, Carried, pointers, table_of
from exam.evidence.shipments import NotAPackage
from exam.grading.models import Mark
from exam.sittings.models import Attempt
from exam.tours.models import RosterEntry
from question_bank.errors import N_, Conflict, NotFound
from question_bank.queries import batches

Name = tuple[Any, ...]
"""The values of a row's key, and its place among rows of the same key."""

Values = dict[str, Any]

ATTEMPTS, MARKS, PERSONS, PLACES = (table_of(model).name for model in (Attempt, Mark, Person, RosterEntry))
OTHER_VERSION = N_("The file was written by another version of this program.")


@dataclass
class Merged:
    """What merging did: by table the ids here by the ids there, the counts of rows added and brought forward."""

    ids: dict[str, dict[int, int]] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    new_attempts: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)


def merge(session: Session, tables: Mapping[str, Any]) -> Merged:
    """Bring in the rows of every carried table, in its order.

    Raises NotAPackage for columns of another version, NotFound for what has to be here and is not, Conflict for a row
    that stands here with other values, or whose seat, ticket or paper is somebody else's here.
    """
    session.flush()
    done = Merged()
    for carried in CARRIED:
        told = tables.get(carried.name)
        if told is None or tuple(told["columns"]) != carried.read:
            raise NotAPackage(OTHER_VERSION)
        try:
            _merge_table(session, carried, told["rows"], done)
        except IntegrityError as error:
            template = N_("A seat, a ticket or a paper of the hall belongs to somebody else here (%(table)s).")
            raise Conflict(template, table=carried.name) from error
    session.expire_all()
    return done


def _merge_table(session: Session, carried: Carried, rows: Sequence[Sequence[Any]], done: Merged) -> None:
    translated = [_here(carried, row, done) for row in rows]
    came = dict(zip(_names(carried, translated), translated, strict=True))
    stands = _standing(session, carried, translated)
    missing = [name for name in came if name not in stands]
    if missing and carried.known:
        what = " ".join([carried.name, *(str(part) for part in missing[0][:-1])])
        raise NotFound(N_("The file names something that is not here: %(what)s."), what=what)
    moved = [name for name in came if name in stands and _brought_forward(session, carried, stands[name], came[name])]
    if missing:
        _add(session, carried, [came[name] for name in missing])
        stands = _standing(session, carried, translated)
        done.added[carried.name] = len(missing)
    if moved:
        done.moved[carried.name] = len(moved)
    done.ids[carried.name] = {row[0]: stands[name]["id"] for row, name in zip(rows, came, strict=True)}
    if carried.name == ATTEMPTS:
        done.new_attempts = {stands[name]["id"] for name in missing}
    if carried.name == MARKS:
        done.marked = {came[name]["attempt_id"] for name in missing}


def _here(carried: Carried, row: Sequence[Any], done: Merged) -> Values:
    """The row's values with the ids of this side."""
    columns = carried.table.c
    values = {name: shipments.read(columns[name], value) for name, value in zip(carried.read, row[1:], strict=True)}
    for name, target in pointers(carried):
        if values[name] is not None:
            values[name] = done.ids[target][values[name]]
    return values


def _names(carried: Carried, rows: Iterable[Mapping[str, Any]]) -> Iterator[Name]:
    """One name a row; rows that share a key (two alike notes of one second) are told apart by their order."""
    seen: Counter[Name] = Counter()
    for row in rows:
        name = tuple(_comparable(row[column]) for column in carried.key)
        yield (*name, seen[name])
        seen[name] += 1


def _comparable(value: Any) -> Any:
    return json.dumps(value, sort_keys=True, ensure_ascii=False) if isinstance(value, dict | list) else value


def _standing(session: Session, carried: Carried, rows: Sequence[Mapping[str, Any]]) -> dict[Name, Values]:
    """What stands here under the first column of the keys that came, by name."""
    first = carried.table.c[carried.key[0]]
    (identity,) = carried.table.primary_key.columns
    columns = [identity.label("id"), *(carried.table.c[name] for name in carried.read)]
    wanted = sorted({row[first.name] for row in rows if row[first.name] is not None})
    found: list[Values] = []
    for values in batches(wanted):
        query = select(*columns).where(first.in_(values)).order_by(identity)
        found += [dict(row) for row in session.execute(query).mappings()]
    return dict(zip(_names(carried, found), found, strict=True))


def _brought_forward(session: Session, carried: Carried, stands: Values, came: Values) -> bool:
    """Whether news was written over what stands here. Raises Conflict for what must be the same and is not."""
    newer = bool(carried.news) and carried.newer(stands, came)
    apart = [
        name
        for name in carried.same
        if not (newer and name in carried.news) and _comparable(stands[name]) != _comparable(came[name])
    ]
    if apart:
        what = " ".join([carried.name, *(str(came[name]) for name in carried.key), apart[0]])
        raise Conflict(N_("This stands differently here, and nothing is overwritten: %(what)s."), what=what)
    news = {name: came[name] for name in carried.news if _comparable(stands[name]) != _comparable(came[name])}
    if not newer or not news:
        return False
    table = carried.table
    (identity,) = table.primary_key.columns
    if "lock" in table.c:
        news["lock"] = table.c.lock + 1
    session.execute(update(table).where(identity == stands["id"]).values(**news))
    return True


def _add(session: Session, carried: Carried, rows: Sequence[Values]) -> None:
    if carried.name == PLACES:
        _seat(session, rows)
    for part in batches(rows):
        session.execute(carried.table.insert(), list(part))


def _seat(session: Session, rows: Sequence[Values]) -> None:
    """Give who came without being on the roster a free seat where theirs is taken here, and check who they are.

    Raises Conflict when the person with that staff number is called otherwise here.
    """
    places = RosterEntry
    stop_ids = {row["stop_id"] for row in rows}
    seats = session.execute(select(places.stop_id, places.seat).where(places.stop_id.in_(stop_ids)))
    taken = {(stop_id, seat) for stop_id, seat in seats}
    people = select(Person.id, Person.name).where(Person.id.in_([row["person_id"] for row in rows]))
    named: dict[int, str] = dict(iter(session.execute(people)))
    for row in rows:
        if named[row["person_id"]] != row["name"]:
            template = N_("%(hall)s of the hall has the staff number of %(here)s. Put one of them right first.")
            raise Conflict(template, hall=row["name"], here=named[row["person_id"]])
        if (row["stop_id"], row["seat"]) in taken:
            row["seat"] = 1 + max(seat for stop_id, seat in taken if stop_id == row["stop_id"])
        taken.add((row["stop_id"], row["seat"]))
