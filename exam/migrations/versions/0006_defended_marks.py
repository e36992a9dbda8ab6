"""marking by several people, scores kept, corrections, appeals, make-up stops, rules of results, bulletins"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SOURCES = ("rule", "suggestion", "marker", "agreed", "adjudicator", "appeal", "correction")
RULES = (
    "exact",
    "all_or_nothing",
    "half_if_incomplete",
    "per_option",
    "fixed_if_incomplete",
    "proportional",
    "right_minus_wrong",
    "wrong_deducts",
    "with_correction",
    "per_blank",
    "tolerance",
    "accepted_orders",
    "adjacent_pairs",
    "pair_share",
    "longest_prefix",
    "per_pair",
    "per_pair_less_wrong",
    "key_points",
)
PERSONAL = "(source IN ('marker', 'adjudicator', 'appeal')) = (marker_id IS NOT NULL)"
BATCH = 1_000


def known(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _corrections()
    _marking()
    _machines()
    _appeals()
    _scores()
    _results()
    _people()
    _marks()
    _keep_scores()


def _corrections() -> None:
    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_version_id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('policy', known('new_key', 'accept_both', 'full_marks', 'void_rescale', 'new_rule', name='policy_known'), nullable=False),
    sa.Column('change', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('reason', sa.String(length=1000), nullable=False),
    sa.Column('status', known('proposed', 'confirmed', 'done', 'withdrawn', name='status_known'), nullable=False),
    sa.Column('preview', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('outcome', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name=op.f('ck_correction_done_has_a_time')),
    sa.CheckConstraint("status NOT IN ('confirmed', 'done') OR confirmed_by IS NOT NULL", name=op.f('ck_correction_confirmed_before_done')),
    sa.CheckConstraint('(confirmed_by IS NULL) = (confirmed_at IS NULL)', name=op.f('ck_correction_confirmed_by_somebody')),
    sa.CheckConstraint('confirmed_by <> proposed_by', name=op.f('ck_correction_two_people')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_correction_confirmed_by_person')),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_correction_proposed_by_person')),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_correction_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_correction_stop_id_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    with op.batch_alter_table('correction') as batch:
        batch.create_index(op.f('ix_correction_confirmed_by'), ['confirmed_by'])
        batch.create_index(op.f('ix_correction_proposed_by'), ['proposed_by'])
        batch.create_index(op.f('ix_correction_question_version_id'), ['question_version_id'])
        batch.create_index(op.f('ix_correction_stop_id'), ['stop_id'])
        batch.create_index('uq_correction_under_way', ['question_version_id'], unique=True, sqlite_where=sa.text("status IN ('proposed', 'confirmed')"), postgresql_where=sa.text("status IN ('proposed', 'confirmed')"))


def _marking() -> None:
    op.create_table('marking_plan',
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('double', sa.Boolean(), nullable=False),
    sa.Column('third_above', sa.SmallInteger(), nullable=False),
    sa.Column('accept_from', sa.SmallInteger(), nullable=True),
    sa.Column('audit_share', sa.SmallInteger(), nullable=False),
    sa.Column('appeal_days', sa.SmallInteger(), nullable=False),
    sa.Column('by_hand', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=True),
    sa.Column('lock', sa.Integer(), nullable=False),
    sa.CheckConstraint('accept_from BETWEEN 0 AND 100', name=op.f('ck_marking_plan_accept_from_is_a_share')),
    sa.CheckConstraint('appeal_days BETWEEN 0 AND 60', name=op.f('ck_marking_plan_appeal_days_in_reason')),
    sa.CheckConstraint('audit_share BETWEEN 0 AND 100', name=op.f('ck_marking_plan_audit_share_is_a_share')),
    sa.CheckConstraint('third_above BETWEEN 0 AND 100', name=op.f('ck_marking_plan_third_above_is_a_share')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_marking_plan_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('sitting_id', name=op.f('pk_marking_plan'))
    )
    op.create_table('marking',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('paper_item_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=40), nullable=False),
    sa.Column('round', known('first', 'second', 'third', 'audit', name='round_known'), nullable=False),
    sa.Column('marker_id', sa.Integer(), nullable=False),
    sa.Column('awarded', sa.Integer(), nullable=False),
    sa.Column('detail', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('awarded >= 0', name=op.f('ck_marking_awarded_not_negative')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_marking_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['marker_id'], ['person.id'], name=op.f('fk_marking_marker_id_person')),
    sa.ForeignKeyConstraint(['paper_item_id'], ['paper_item.id'], name=op.f('fk_marking_paper_item_id_paper_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_marking')),
    sa.UniqueConstraint('attempt_id', 'paper_item_id', 'part', 'marker_id', name=op.f('uq_marking_attempt_id_paper_item_id_part_marker_id')),
    sa.UniqueConstraint('attempt_id', 'paper_item_id', 'part', 'round', name=op.f('uq_marking_attempt_id_paper_item_id_part_round'))
    )
    with op.batch_alter_table('marking') as batch:
        batch.create_index(op.f('ix_marking_marker_id'), ['marker_id'])
        batch.create_index(op.f('ix_marking_paper_item_id'), ['paper_item_id'])


def _machines() -> None:
    op.create_table('rubric_calibration',
    sa.Column('question_version_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=40), nullable=False),
    sa.Column('human_marks', sa.Integer(), nullable=False),
    sa.Column('agreement', sa.SmallInteger(), nullable=True),
    sa.Column('curve', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('human_marks >= 0', name=op.f('ck_rubric_calibration_human_marks_not_negative')),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_rubric_calibration_question_version_id_question_version')),
    sa.PrimaryKeyConstraint('question_version_id', 'part', name=op.f('pk_rubric_calibration'))
    )
    op.create_table('second_opinion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('paper_item_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=40), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.Column('prompt', sa.Text(), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('marks', sa.Integer(), nullable=True),
    sa.Column('failure', sa.String(length=400), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_second_opinion_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['paper_item_id'], ['paper_item.id'], name=op.f('fk_second_opinion_paper_item_id_paper_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_opinion')),
    sa.UniqueConstraint('attempt_id', 'paper_item_id', 'part', name=op.f('uq_second_opinion_attempt_id_paper_item_id_part'))
    )
    with op.batch_alter_table('second_opinion') as batch:
        batch.create_index(op.f('ix_second_opinion_paper_item_id'), ['paper_item_id'])


def _appeals() -> None:
    op.create_table('appeal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('paper_item_id', sa.Integer(), nullable=False),
    sa.Column('status', known('open', 'changed', 'upheld', 'withdrawn', name='status_known'), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name=op.f('ck_appeal_decided_when_closed')),
    sa.CheckConstraint("(status IN ('changed', 'upheld')) = (decided_by IS NOT NULL)", name=op.f('ck_appeal_decider_named')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_appeal_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_appeal_decided_by_person')),
    sa.ForeignKeyConstraint(['paper_item_id'], ['paper_item.id'], name=op.f('fk_appeal_paper_item_id_paper_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal'))
    )
    with op.batch_alter_table('appeal') as batch:
        batch.create_index(op.f('ix_appeal_attempt_id'), ['attempt_id'])
        batch.create_index(op.f('ix_appeal_decided_by'), ['decided_by'])
        batch.create_index(op.f('ix_appeal_paper_item_id'), ['paper_item_id'])
        batch.create_index('uq_appeal_open', ['attempt_id', 'paper_item_id'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))


def _scores() -> None:
    op.create_table('score',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('marks', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('sections', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('topics', sa.JSON(none_as_null=True), server_default='{}', nullable=False),
    sa.Column('equated', sa.Integer(), nullable=True),
    sa.Column('equated_error', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(equated IS NOT NULL) OR (equated_error IS NULL)', name=op.f('ck_score_no_error_without_a_score')),
    sa.CheckConstraint('equated BETWEEN 0 AND 10000', name=op.f('ck_score_equated_on_a_hundred')),
    sa.CheckConstraint('marks >= 0 AND marks <= total', name=op.f('ck_score_marks_within_total')),
    sa.CheckConstraint('waiting >= 0', name=op.f('ck_score_waiting_not_negative')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_score_attempt_id_attempt')),
    sa.PrimaryKeyConstraint('attempt_id', name=op.f('pk_score'))
    )
    op.create_table('score_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.Integer(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.Column('cause', known('handed_in', 'marked', 'appeal', 'correction', name='cause_known'), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=True),
    sa.Column('appeal_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeal.id'], name=op.f('fk_score_change_appeal_id_appeal')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_score_change_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['correction_id'], ['correction.id'], name=op.f('fk_score_change_correction_id_correction')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_change'))
    )
    with op.batch_alter_table('score_change') as batch:
        batch.create_index(op.f('ix_score_change_appeal_id'), ['appeal_id'])
        batch.create_index(op.f('ix_score_change_attempt_id'), ['attempt_id'])
        batch.create_index(op.f('ix_score_change_correction_id'), ['correction_id'])


def _results() -> None:
    op.create_table('result_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_result_rule'))
    )
    op.create_table('bulletin',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('tour_id', sa.Integer(), nullable=True),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('scope', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('document_number', sa.String(length=80), nullable=False),
    sa.Column('issuer', sa.String(length=120), nullable=False),
    sa.Column('opening', sa.String(length=2000), nullable=False),
    sa.Column('closing', sa.String(length=2000), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('status', known('draft', 'final', 'replaced', name='status_known'), nullable=False),
    sa.Column('names_public', sa.Boolean(), nullable=False),
    sa.Column('to_public', sa.Boolean(), nullable=False),
    sa.Column('rule', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('figures', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('final_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('final_by', sa.Integer(), nullable=True),
    sa.Column('lock', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'draft') = (final_at IS NULL)", name=op.f('ck_bulletin_final_has_a_time')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_bulletin_version_from_one')),
    sa.ForeignKeyConstraint(['correction_id'], ['correction.id'], name=op.f('fk_bulletin_correction_id_correction')),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_bulletin_stop_id_stop')),
    sa.ForeignKeyConstraint(['tour_id'], ['tour.id'], name=op.f('fk_bulletin_tour_id_tour')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletin')),
    sa.UniqueConstraint('series', 'version', name=op.f('uq_bulletin_series_version'))
    )
    with op.batch_alter_table('bulletin') as batch:
        batch.create_index(op.f('ix_bulletin_correction_id'), ['correction_id'])
        batch.create_index(op.f('ix_bulletin_stop_id'), ['stop_id'])
        batch.create_index(op.f('ix_bulletin_tour_id'), ['tour_id'])
    with op.batch_alter_table('release') as batch:
        batch.add_column(sa.Column('to_persons', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch.add_column(sa.Column('to_units', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch.add_column(sa.Column('to_public', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column('names_public', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column('note', sa.String(length=500), server_default='', nullable=False))
        batch.add_column(sa.Column('correction_id', sa.Integer(), nullable=True))
        batch.create_index(op.f('ix_release_correction_id'), ['correction_id'])
        batch.create_foreign_key(op.f('fk_release_correction_id_correction'), 'correction', ['correction_id'], ['id'])
        batch.create_check_constraint(op.f("ck_release_names_only_in_public"), "to_public OR NOT names_public")


def _people() -> None:
    with op.batch_alter_table('roster_entry') as batch:
        batch.add_column(sa.Column('absence_reason', sa.String(length=200), server_default='', nullable=False))
        batch.add_column(sa.Column('makes_up_id', sa.Integer(), nullable=True))
        batch.create_unique_constraint(op.f('uq_roster_entry_makes_up_id'), ['makes_up_id'])
        batch.create_foreign_key(op.f('fk_roster_entry_makes_up_id_roster_entry'), 'roster_entry', ['makes_up_id'], ['id'])
        batch.drop_constraint(op.f("ck_roster_entry_absence_known"), type_="check")
        batch.create_check_constraint(
            op.f("ck_roster_entry_absence_known"), sa.column("absence").in_(("none", "leave", "absent", "exempt"))
        )
    with op.batch_alter_table('stop') as batch:
        batch.add_column(sa.Column('purpose', known('regular', 'make_up', name='purpose_known'), server_default='regular', nullable=False))


def _marks() -> None:
    with op.batch_alter_table("mark") as batch:
        batch.add_column(sa.Column("confidence", sa.SmallInteger(), nullable=True))
        batch.add_column(sa.Column("correction_id", sa.Integer(), nullable=True))
        batch.create_index(op.f("ix_mark_correction_id"), ["correction_id"])
        batch.create_foreign_key(op.f("fk_mark_correction_id_correction"), "correction", ["correction_id"], ["id"])
        for name in ("awarded_within_maximum", "source_known", "marker_named"):
            batch.drop_constraint(op.f(f"ck_mark_{name}"), type_="check")
        batch.create_check_constraint(
            op.f("ck_mark_awarded_within_maximum"), "awarded >= -maximum AND awarded <= maximum"
        )
        batch.create_check_constraint(op.f("ck_mark_source_known"), sa.column("source").in_(SOURCES))
        batch.create_check_constraint(op.f("ck_mark_marker_named"), PERSONAL)
        batch.create_check_constraint(op.f("ck_mark_confidence_is_a_share"), "confidence BETWEEN 0 AND 10000")
    with op.batch_alter_table("paper_item") as batch:
        batch.add_column(sa.Column("rule_options", sa.JSON(none_as_null=True), nullable=False, server_default="{}"))
        batch.drop_constraint(op.f("ck_paper_item_rule_known"), type_="check")
        batch.create_check_constraint(op.f("ck_paper_item_rule_known"), sa.column("rule").in_(RULES))


def _keep_scores() -> None:
    """Count what every attempt marked so far has earned; nothing deducted or was void until now."""
    bind = op.get_bind()
    score = sa.table(
        "score",
        *(sa.column(name) for name in ("attempt_id", "marks", "total", "waiting", "sections", "topics")),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    at = datetime.now(UTC)
    topics = _by_topic(bind)
    shared = {"at": at.replace(tzinfo=None) if bind.dialect.name == "sqlite" else at}
    rows = [{**row, "topics": json.dumps(topics.get(row["attempt_id"], {})), **shared} for row in _scored(bind)]
    for start in range(0, len(rows), BATCH):
        bind.execute(sa.insert(score), rows[start : start + BATCH])


COUNTS = (
    " NOT EXISTS (SELECT 1 FROM mark AS later WHERE later.attempt_id = mark.attempt_id"
    " AND later.paper_item_id = mark.paper_item_id AND later.part = mark.part AND later.sequence > mark.sequence)"
)


def _by_topic(bind: sa.Connection) -> dict[object, dict[str, list[int]]]:
    """By attempt and root topic what was earned of what; nobody teaches what a 问题会诊 asks."""
    found = bind.execute(
        sa.text(
            "SELECT mark.attempt_id, COALESCE(root.code, topic.code), sum(mark.awarded), sum(mark.maximum)"
            " FROM mark JOIN paper_item ON paper_item.id = mark.paper_item_id"
            " JOIN question_version ON question_version.id = paper_item.question_version_id"
            " JOIN question ON question.id = question_version.question_id AND question.form <> 'diagnosis'"
            " JOIN topic ON topic.id = question.topic_id LEFT JOIN topic AS root ON root.id = topic.parent_id"
            f" WHERE {COUNTS} GROUP BY mark.attempt_id, COALESCE(root.code, topic.code)"
        )
    )
    topics: dict[object, dict[str, list[int]]] = {}
    for attempt_id, code, awarded, maximum in found:
        topics.setdefault(attempt_id, {})[code] = [int(awarded), int(maximum)]
    return topics


def _scored(bind: sa.Connection) -> Iterator[dict[str, object]]:
    found = bind.execute(
        sa.text(
            "SELECT mark.attempt_id, paper_item.section, sum(mark.awarded), sum(mark.maximum),"
            " sum(CASE WHEN mark.source = 'suggestion' THEN 1 ELSE 0 END)"
            " FROM mark JOIN paper_item ON paper_item.id = mark.paper_item_id"
            f" WHERE {COUNTS}"
            " GROUP BY mark.attempt_id, paper_item.section ORDER BY mark.attempt_id, paper_item.section"
        )
    ).all()
    for attempt_id, sections in groupby(found, key=lambda row: row[0]):
        each = [(int(awarded), int(maximum), int(waiting)) for _, _, awarded, maximum, waiting in sections]
        yield {
            "attempt_id": attempt_id,
            "marks": sum(awarded for awarded, _, _ in each),
            "total": sum(maximum for _, maximum, _ in each),
            "waiting": sum(waiting for _, _, waiting in each),
            "sections": json.dumps([f"{awarded // 100}.{awarded % 100:02}" for awarded, _, _ in each]),
        }
