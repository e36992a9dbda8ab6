"""Alembic's environment: the connection is given by `exam.schema` (or by Flask-Migrate while developing)."""

import exam.tables  # noqa: F401 -- the metadata is complete once this is imported
from alembic import context
from question_bank.orm import Base

config = context.config


def run() -> None:
    """Migrate on the connection handed in."""
    connection = config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
