"""documents know whether they stand and what their articles say; who read a version; questions that look alike; pictures"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def known(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    with op.batch_alter_table("topic") as batch:
        batch.add_column(sa.Column("reviewers_needed", sa.SmallInteger(), nullable=False, server_default="1"))
        batch.create_check_constraint(op.f("ck_topic_some_reviewers"), "reviewers_needed BETWEEN 1 AND 5")
    with op.batch_alter_table("document") as batch:
        status = known("in_force", "amended", "repealed", name="status_known")
        batch.add_column(sa.Column("status", status, nullable=False, server_default="in_force"))
        batch.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("note", sa.String(length=1000), nullable=False, server_default=""))
        batch.add_column(sa.Column("lock", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("certainty", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_article_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("document_id", "position", name=op.f("uq_article_document_id_position")),
    )
    op.create_index(op.f("ix_article_document_id"), "article", ["document_id"])
    op.create_index(op.f("ix_article_fact"), "article", ["fact"])
    _readers()
    _pairs()
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_picture_has_a_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("digest", name=op.f("uq_picture_digest")),
    )


def _readers() -> None:
    findings = ("approved", "returned", "comment", "solved_alike", "solved_otherwise")
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("finding", known(*findings, name="finding_known"), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=True),
        sa.Column("signed", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reader IS NOT NULL OR signed <> ''", name=op.f("ck_review_signed_by_somebody")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_review_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_version_id"), "review", ["version_id"])


def _pairs() -> None:
    relation = known("suspected", "enemies", "distinct", name="relation_known")
    op.create_table(
        "question_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("relation", relation, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("likeness", sa.SmallInteger(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_question_pair_smaller_first")),
        sa.CheckConstraint("likeness BETWEEN 0 AND 100", name=op.f("ck_question_pair_likeness_in_percent")),
        sa.ForeignKeyConstraint(["first_id"], ["question.id"], name=op.f("fk_question_pair_first_id_question")),
        sa.ForeignKeyConstraint(["second_id"], ["question.id"], name=op.f("fk_question_pair_second_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_pair")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_question_pair_first_id_second_id")),
    )
    op.create_index(op.f("ix_question_pair_first_id"), "question_pair", ["first_id"])
    op.create_index(op.f("ix_question_pair_second_id"), "question_pair", ["second_id"])


def downgrade() -> None:
    raise NotImplementedError("a backup is restored instead")
