"""an index of neighbouring characters, so that words are found in a large bank without reading it"""

from alembic import op

from question_bank import wordsearch

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    for statement in wordsearch.statements(connection.dialect.name):
        op.execute(statement)
    wordsearch.refill(connection)


def downgrade() -> None:
    raise NotImplementedError("a backup is restored instead")
