"""units and persons bear a code and a name; a login by ticket points to its roster entry; a set of papers knows its audience"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("unit", "person"):
        with op.batch_alter_table(table) as batch:
            batch.create_check_constraint(op.f(f"ck_{table}_named"), "code <> '' AND name <> ''")
    with op.batch_alter_table("login") as batch:
        batch.create_foreign_key(op.f("fk_login_roster_entry_id_roster_entry"), "roster_entry", ["roster_entry_id"], ["id"])
        batch.create_index(op.f("ix_login_roster_entry_id"), ["roster_entry_id"])
    audience = sa.Enum("town", "village", "department", name="audience_known", native_enum=False, create_constraint=True, length=40)
    with op.batch_alter_table("paper_set") as batch:
        batch.add_column(sa.Column("audience", audience, nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a backup is restored instead")
