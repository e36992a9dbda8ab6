"""Alembic's environment: the connection is given by `exam.schema` (or by Flask-Migrate while developing)."""

from typing import Literal

from alembic import context

from exam import tables  # the metadata is complete once this is imported
from question_bank.orm import Hundredths, UtcDateTime

config = context.config


def plain_type(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    """Migrations name the database's own types, so that later changes of ours cannot change the past."""
    del autogen_context
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Hundredths):
        return "sa.Integer()"
    return False


def run() -> None:
    """Migrate on the connection handed in."""
    connection = config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        include_object=tables.is_compared,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=plain_type,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
