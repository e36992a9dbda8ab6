"""papers with certificates, versions of specifications, statistics of items, alarms of leaks, saved filters"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def known(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _bank()
    _papers()
    _alarms()
    _answer_sheets()
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_filter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_filter_person_id_name")),
    )


def _bank() -> None:
    op.create_index(op.f("ix_question_version_written_by"), "question_version", ["written_by"])
    op.add_column("question", sa.Column("reserve", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "item_statistic",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("facility", sa.SmallInteger(), nullable=False),
        sa.Column("discrimination", sa.SmallInteger(), nullable=True),
        sa.Column("ability", sa.SmallInteger(), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("responses >= 0", name=op.f("ck_item_statistic_responses_not_negative")),
        sa.CheckConstraint("facility BETWEEN 0 AND 10000", name=op.f("ck_item_statistic_facility_is_a_share")),
        sa.CheckConstraint(
            "discrimination BETWEEN -10000 AND 10000", name=op.f("ck_item_statistic_discrimination_is_a_correlation")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_item_statistic_question_id_question")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_item_statistic")),
    )


def _papers() -> None:
    with op.batch_alter_table("specification") as batch:
        batch.add_column(sa.Column("made_from_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("changed_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("lock", sa.Integer(), nullable=False, server_default="1"))
        batch.create_foreign_key(
            op.f("fk_specification_made_from_id_specification"), "specification", ["made_from_id"], ["id"]
        )
        batch.create_index(op.f("ix_specification_made_from_id"), ["made_from_id"])
        batch.create_check_constraint(op.f("ck_specification_number_from_one"), "number >= 1")
    with op.batch_alter_table("paper_set") as batch:
        batch.add_column(sa.Column("method", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("circumstances", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("certificate", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(op.f("ck_paper_set_method_from_one"), "method >= 1")
    op.create_table(
        "sitting_specification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("audience", known("town", "village", "department", name="audience_known"), nullable=False),
        sa.Column("specification_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_specification_sitting_id_sitting")),
        sa.ForeignKeyConstraint(
            ["specification_id"],
            ["specification.id"],
            name=op.f("fk_sitting_specification_specification_id_specification"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_specification")),
        sa.UniqueConstraint("sitting_id", "audience", name=op.f("uq_sitting_specification_sitting_id_audience")),
    )
    op.create_index(op.f("ix_sitting_specification_specification_id"), "sitting_specification", ["specification_id"])


def _answer_sheets() -> None:
    op.create_table(
        "sheet_geometry",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("layout", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_sheet_geometry_version_from_one")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sheet_geometry")),
    )
    op.create_table(
        "answer_sheet",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("geometry_hash", sa.String(length=64), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_answer_sheet_paper_id_paper")),
        sa.ForeignKeyConstraint(
            ["geometry_hash"], ["sheet_geometry.hash"], name=op.f("fk_answer_sheet_geometry_hash_sheet_geometry")
        ),
        sa.PrimaryKeyConstraint("paper_id", "geometry_hash", name=op.f("pk_answer_sheet")),
    )
    op.create_index(op.f("ix_answer_sheet_geometry_hash"), "answer_sheet", ["geometry_hash"])


def _alarms() -> None:
    op.create_table(
        "leak_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("status", known("open", "confirmed", "dismissed", name="status_known"), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name=op.f("ck_leak_alarm_decided_when_closed")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_leak_alarm_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leak_alarm")),
    )
    op.create_index(op.f("ix_leak_alarm_question_id"), "leak_alarm", ["question_id"])
    op.create_index(
        "uq_leak_alarm_open",
        "leak_alarm",
        ["question_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
