"""The index behind the search: which questions hold a word anywhere in their text, without reading the texts.

SQLite keeps it in an FTS5 table without content of its own, PostgreSQL in a table of whole numbers under a GIN index
(no extension is needed). Both have the name ``question_search`` and are derived from ``question.search_text``: every
flush that changes a text brings them in line, and ``refill`` makes them anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    DDL,
    ColumnElement,
    Integer,
    and_,
    column,
    event,
    func,
    inspect,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from question_bank import grams
from question_bank.models import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection
    from sqlalchemy.orm import UOWTransaction

TABLE = "question_search"
BATCH = 2_000
MOST = 10_000
"""What more questions hold, PostgreSQL finds quicker by reading (SQLite never does)."""

_FTS5 = "fts5(grams, content='', contentless_delete=1, tokenize='ascii', detail='full')"
_COLUMNS = "question_id INTEGER PRIMARY KEY, grams INTEGER[] NOT NULL"
_FIND = f"SELECT question_id FROM {TABLE} WHERE grams @> $1"  # noqa: S608 -- our own name
# What a search reads must be small: the arrays stand out of line, and only the index looks into them. PostgreSQL moves
# them there from 2 KB on, therefore they are filled up; and it does not know what reading them costs, therefore the
# function keeps it from doing so.
_SETTINGS = "RETURNS SETOF INTEGER LANGUAGE sql STABLE ROWS 2000 SET enable_seqscan = off"
_FILLING = ["-1"] * 512  # two times U+FFFF, which is no character
_TABLE_FIRST = {
    "sqlite": (f"CREATE VIRTUAL TABLE {TABLE} USING {_FTS5}",),
    "postgresql": (
        f"CREATE TABLE {TABLE} ({_COLUMNS}) WITH (toast_tuple_target=128)",
        f"ALTER TABLE {TABLE} ALTER COLUMN grams SET STORAGE EXTERNAL",
    ),
}
_THEN_INDEX = {
    "sqlite": (),
    "postgresql": (
        f"CREATE INDEX ix_{TABLE}_grams ON {TABLE} USING gin (grams)",
        f"CREATE FUNCTION {TABLE}_find(wanted INTEGER[]) {_SETTINGS} AS '{_FIND}'",
    ),
}
_WRITE = {
    "sqlite": f"INSERT OR REPLACE INTO {TABLE} (rowid, grams) VALUES (:id, :grams)",  # noqa: S608 -- our own names
    "postgresql": f"INSERT INTO {TABLE} (question_id, grams) VALUES (:id, CAST(:grams AS INTEGER[])) "  # noqa: S608
    "ON CONFLICT (question_id) DO UPDATE SET grams = EXCLUDED.grams",
}

for _dialect in ("sqlite", "postgresql"):
    for _statement in (*_TABLE_FIRST[_dialect], *_THEN_INDEX[_dialect]):
        _made = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(Question.__table__, "after_create", _made.execute_if(dialect=_dialect))


def install(connection: Connection) -> None:
    """Make and fill the index in a database that has questions already, as a migration does."""
    for statement in _TABLE_FIRST[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    refill(connection)
    for statement in _THEN_INDEX[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def is_index(name: str) -> bool:
    """Whether a table belongs to the index (FTS5 keeps four of its own) and holds nothing that is not derived."""
    return name == TABLE or name.startswith(f"{TABLE}_")


def write(connection: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Bring the index in line with these (question id, search text)."""
    form = grams.tokens if connection.dialect.name == "sqlite" else _array
    rows = [{"id": id_, "grams": form(held)} for id_, held in texts]
    if rows:
        connection.execute(text(_WRITE[connection.dialect.name]), rows)


def _array(held: str) -> str:
    """The numbers as PostgreSQL writes an array, which is far quicker sent than a list of them."""
    found = grams.codes(held)
    return "{" + ",".join([*map(str, found), *_FILLING[len(found) :]]) + "}"


def refill(connection: Connection) -> None:
    """Make the index anew from what ``question`` holds, a batch at a time."""
    after = 0
    rows = text("SELECT id, search_text FROM question WHERE id > :after ORDER BY id LIMIT :most")
    while batch := connection.execute(rows, {"after": after, "most": BATCH}).all():
        write(connection, ((id_, held) for id_, held in batch))
        after = batch[-1][0]


@event.listens_for(Session, "after_flush")
def _follow(session: Session, context: UOWTransaction) -> None:
    """Write what this flush changed; attributes still tell what they were before it."""
    del context
    changed = [
        (each.id, each.search_text)
        for each in (*session.new, *session.dirty)
        if isinstance(each, Question) and _text_changed(each)
    ]
    if changed:
        write(session.connection(), changed)


def _text_changed(question: Question) -> bool:
    return bool(question.search_text) and bool(inspect(question).attrs.search_text.history.has_changes())


class Occurring(NamedTuple):
    """The same condition in two forms: by the index, and by reading text after text, which is quick to show many."""

    indexed: ColumnElement[bool]
    reading: ColumnElement[bool]


def occurring(session: Session, words: Sequence[str]) -> Occurring:
    """Whether all ``words`` (folded, not empty) occur somewhere in the text of a question: substrings, exactly."""
    reading = _reading(words)
    if session.get_bind().dialect.name == "sqlite":
        expression = " AND ".join(map(grams.phrase, words))
        found: Any = select(column("rowid")).select_from(table(TABLE)).where(column(TABLE).op("MATCH")(expression))
        return Occurring(Question.id.in_(found), reading)
    numbers = sorted({number for word in words for number in grams.codes(word)})
    named = select(func.question_search_find(literal(numbers, ARRAY(Integer))))
    capped = select(func.count()).select_from(named.limit(MOST + 1).subquery())
    if not numbers or session.scalar(capped) == MOST + 1:
        return Occurring(reading, reading)
    unsure = [word for word in words if not grams.is_exact(word)]
    return Occurring(and_(Question.id.in_(named), *(_contains(word) for word in unsure)), reading)


def holding_piece(session: Session, piece: str, *, most: int) -> list[int]:
    """Return the ids of at most ``most`` questions in whose text ``piece`` (folded, two characters or more) occurs.

    On PostgreSQL all pairs of the piece occur, not always beside each other.
    """
    if session.get_bind().dialect.name == "sqlite":
        query = text(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :piece LIMIT :most")  # noqa: S608 -- our own name
        return list(session.scalars(query, {"piece": grams.phrase(piece), "most": most}))
    named = func.question_search_find(literal(sorted(grams.codes(piece)), ARRAY(Integer)))
    return list(session.scalars(select(named).limit(most)))


def _contains(word: str) -> ColumnElement[bool]:
    return Question.search_text.contains(word, autoescape=True)


def _reading(words: Sequence[str]) -> ColumnElement[bool]:
    return and_(*map(_contains, words))
