"""an index of neighbouring characters, so that words are found in a large bank without reading it"""

from alembic import op

from question_bank import wordsearch

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    wordsearch.install(op.get_bind())
    with op.batch_alter_table("question") as batch:
        batch.create_index("ix_question_counted", ["id", "status", "kind", "difficulty", "topic_id"])


def downgrade() -> None:
    raise NotImplementedError("a backup is restored instead")
