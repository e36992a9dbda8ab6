"""The index behind the search: which questions hold a word anywhere in their text, without reading the texts.

SQLite keeps it in an FTS5 table without content of its own, PostgreSQL in a table of whole numbers under a GIN index
(no extension is needed). Both have the name ``question_search`` and are derived from ``question.search_text``: every
flush that changes a text brings them in line, and ``refill`` makes them anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, DDL, Boolean, Integer, String, and_, event, inspect, literal, text, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from question_bank import grams
from question_bank.models import Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.orm import UOWTransaction

TABLE = "question_search"
BATCH = 2_000

_FTS5 = "fts5(grams, content='', contentless_delete=1, tokenize='ascii', detail='full')"
SQLITE = (f"CREATE VIRTUAL TABLE {TABLE} USING {_FTS5}",)
# Arrays stand out of line, so that what is read to count is small: the index alone decides.
_COLUMNS = "question_id INTEGER PRIMARY KEY, grams INTEGER[] NOT NULL"
POSTGRESQL = (
    f"CREATE TABLE {TABLE} ({_COLUMNS}) WITH (toast_tuple_target=128)",
    f"ALTER TABLE {TABLE} ALTER COLUMN grams SET STORAGE EXTERNAL",
    f"CREATE INDEX ix_{TABLE}_grams ON {TABLE} USING gin (grams)",
)
_WRITE = {
    "sqlite": f"INSERT OR REPLACE INTO {TABLE} (rowid, grams) VALUES (:id, :grams)",  # noqa: S608 -- our own names
    "postgresql": f"INSERT INTO {TABLE} (question_id, grams) VALUES (:id, :grams) "  # noqa: S608 -- our own names
    "ON CONFLICT (question_id) DO UPDATE SET grams = EXCLUDED.grams",
}


def statements(dialect: str) -> tuple[str, ...]:
    """The statements that make the index on ``dialect``; migrations execute them too."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL


for _dialect in ("sqlite", "postgresql"):
    for _statement in statements(_dialect):
        _made = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(Question.__table__, "after_create", _made.execute_if(dialect=_dialect))


def is_index(name: str) -> bool:
    """Whether a table belongs to the index (FTS5 keeps four of its own) and holds nothing that is not derived."""
    return name == TABLE or name.startswith(f"{TABLE}_")


def write(connection: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Bring the index in line with these (question id, search text)."""
    on_sqlite = connection.dialect.name == "sqlite"
    rows = [{"id": id_, "grams": grams.tokens(held) if on_sqlite else grams.codes(held)} for id_, held in texts]
    if rows:
        connection.execute(text(_WRITE[connection.dialect.name]), rows)


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


class _Holds(FunctionElement[bool]):
    """Arguments: id of the question, FTS5 expression, numbers of PostgreSQL, what remains to be verified there."""

    name = "holds_words"
    type = Boolean()
    inherit_cache = True


def holds(words: Sequence[str]) -> ColumnElement[bool]:
    """Whether all ``words`` (folded, not empty) occur somewhere in the text of a question."""
    numbers = sorted({number for word in words for number in grams.codes_of_word(word)})
    unsure = [Question.search_text.contains(word, autoescape=True) for word in words if not grams.is_exact(word)]
    return _Holds(
        Question.id,
        literal(" AND ".join(map(grams.phrase, words)), String()),
        literal(numbers, ARRAY(Integer)),
        and_(true(), *unsure),
    )


@compiles(_Holds, "sqlite")
def _on_sqlite(element: _Holds, compiler: Any, **kw: Any) -> str:
    id_, expression, _, _ = element.clauses
    found = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH {compiler.process(expression, **kw)}"  # noqa: S608
    return f"{compiler.process(id_, **kw)} IN ({found})"


@compiles(_Holds, "postgresql")
def _on_postgresql(element: _Holds, compiler: Any, **kw: Any) -> str:
    id_, _, numbers, sure = element.clauses
    found = f"SELECT question_id FROM {TABLE} WHERE grams @> {compiler.process(numbers, **kw)}"  # noqa: S608
    return f"({compiler.process(id_, **kw)} IN ({found}) AND {compiler.process(sure, **kw)})"
