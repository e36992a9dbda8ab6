"""What every engine of a process shares in the tests: statements are compiled once, not once for every database.

A running product has one engine for all its days; the tests make one for each of some thousand databases, and compiled
every statement again for each.
"""

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

from exam import database

_dialects: dict[tuple[str, str], Dialect] = {}
_statements: dict[tuple[str, str], LRUCache] = {}
_prepare = database.prepare


def share_what_is_compiled() -> None:
    """From now on `database.prepare` gives engines of one kind the same dialect and the same compiled statements."""
    database.prepare = _prepare_and_share


def _prepare_and_share(engine: Engine) -> None:
    _prepare(engine)
    own, kind = engine.dialect, (engine.dialect.name, engine.dialect.driver)
    engine.dialect = shared = _dialects.setdefault(kind, own)
    engine.pool._dialect = shared
    engine._compiled_cache = _statements.setdefault(kind, LRUCache(4000))

    def tell(*connected: Any) -> None:
        """The engine that connects first has asked the server about itself; the shared dialect learns it from there."""
        if getattr(shared, "server_version_info", None) is None:
            shared.__dict__.update(own.__dict__)

    if own is not shared:
        event.listen(engine, "connect", tell)
