"""exam day: pauses, time given, late answers, devices, incidents, identity; teams; keys and transfers; personal data"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def known(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.add_column('audit_event', sa.Column('body', sa.String(length=64), nullable=True))
    _people()
    _keys()
    _hall()
    _time()
    _incidents()
    _late()
    _teams()
    _attempts()
    _tallies()


def _people() -> None:
    op.create_table('retention_rule',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('days > 0', name=op.f('ck_retention_rule_days_positive')),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_retention_rule'))
    )
    op.create_table('data_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', known('open', 'done', 'refused', name='status_known'), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'open') = (answered_at IS NULL)", name=op.f('ck_data_request_answered_when_over')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_data_request_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_request'))
    )
    with op.batch_alter_table('data_request') as batch:
        batch.create_index(op.f('ix_data_request_person_id'), ['person_id'])
    op.create_table('notice_read',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_read_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', 'version', name=op.f('pk_notice_read'))
    )


def _keys() -> None:
    op.create_table('site_key',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('public', sa.String(length=64), nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_site_key'))
    )
    op.create_table('trusted_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('public', sa.String(length=64), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trusted_key')),
    sa.UniqueConstraint('public', name=op.f('uq_trusted_key_public'))
    )
    op.create_table('stop_transfer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('direction', known('out', 'in', name='direction_known'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('detail', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('package', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_stop_transfer_stop_id_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stop_transfer')),
    sa.UniqueConstraint('direction', 'digest', name=op.f('uq_stop_transfer_direction_digest'))
    )
    with op.batch_alter_table('stop_transfer') as batch:
        batch.create_index(op.f('ix_stop_transfer_stop_id'), ['stop_id'])


def _hall() -> None:
    op.create_table('hall_rules',
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('rules', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('lock', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_hall_rules_stop_id_stop')),
    sa.PrimaryKeyConstraint('stop_id', name=op.f('pk_hall_rules'))
    )
    op.create_table('phone_trial',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('found', sa.JSON(none_as_null=True), nullable=False),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_phone_trial_stop_id_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_trial')),
    sa.UniqueConstraint('token', name=op.f('uq_phone_trial_token'))
    )
    with op.batch_alter_table('phone_trial') as batch:
        batch.create_index(op.f('ix_phone_trial_at'), ['at'])
        batch.create_index(op.f('ix_phone_trial_stop_id'), ['stop_id'])
    op.create_table('identity_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('roster_entry_id', sa.Integer(), nullable=False),
    sa.Column('method', known('ticket', 'code_word', 'photo', 'seen', name='method_known'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('photo', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['roster_entry_id'], ['roster_entry.id'], name=op.f('fk_identity_check_roster_entry_id_roster_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_check'))
    )
    with op.batch_alter_table('identity_check') as batch:
        batch.create_index(op.f('ix_identity_check_roster_entry_id'), ['roster_entry_id'])
    op.create_table('device_pass',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('made_at < expires_at', name=op.f('ck_device_pass_times_in_order')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_device_pass_attempt_id_attempt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_pass'))
    )
    with op.batch_alter_table('device_pass') as batch:
        batch.create_index(op.f('ix_device_pass_attempt_id'), ['attempt_id'])
    op.create_table('presence',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('unsaved', sa.Integer(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('device', sa.String(length=40), nullable=False),
    sa.CheckConstraint('unsaved >= 0', name=op.f('ck_presence_unsaved_not_negative')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_presence_attempt_id_attempt')),
    sa.PrimaryKeyConstraint('attempt_id', name=op.f('pk_presence'))
    )


def _time() -> None:
    op.create_table('sitting_pause',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('began_by', sa.Integer(), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('ended_at IS NULL OR began_at <= ended_at', name=op.f('ck_sitting_pause_times_in_order')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_sitting_pause_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting_pause'))
    )
    with op.batch_alter_table('sitting_pause') as batch:
        batch.create_index(op.f('ix_sitting_pause_sitting_id'), ['sitting_id'])
        batch.create_index('uq_sitting_pause_running', ['sitting_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('time_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.CheckConstraint('seconds > 0', name=op.f('ck_time_grant_seconds_positive')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_time_grant_assignment_id_assignment')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_time_grant_sitting_id_sitting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_grant'))
    )
    with op.batch_alter_table('time_grant') as batch:
        batch.create_index(op.f('ix_time_grant_assignment_id'), ['assignment_id'])
        batch.create_index(op.f('ix_time_grant_sitting_id'), ['sitting_id'])


def _incidents() -> None:
    op.create_table('incident',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=True),
    sa.Column('attempt_id', sa.Integer(), nullable=True),
    sa.Column('roster_entry_id', sa.Integer(), nullable=True),
    sa.Column('kind', known('left_page', 'second_device', 'taken_over', 'too_fast', 'alike', 'clock', 'identity', 'note', name='kind_known'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('detail', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=True),
    sa.Column('judgement', known('open', 'harmless', 'noted', 'serious', name='judgement_known'), nullable=False),
    sa.Column('judged_by', sa.Integer(), nullable=True),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('judged_note', sa.String(length=500), nullable=False),
    sa.CheckConstraint("(judgement = 'open') = (judged_at IS NULL)", name=op.f('ck_incident_judged_when_said')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_incident_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['roster_entry_id'], ['roster_entry.id'], name=op.f('fk_incident_roster_entry_id_roster_entry')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_incident_sitting_id_sitting')),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_incident_stop_id_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident'))
    )
    with op.batch_alter_table('incident') as batch:
        batch.create_index(op.f('ix_incident_attempt_id'), ['attempt_id'])
        batch.create_index(op.f('ix_incident_roster_entry_id'), ['roster_entry_id'])
        batch.create_index(op.f('ix_incident_sitting_id'), ['sitting_id'])
        batch.create_index('ix_incident_stop', ['stop_id', 'at'])


def _late() -> None:
    op.create_table('late_claim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('origin', known('late', 'rescue', 'paper', name='origin_known'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('detail', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('status', known('waiting', 'proposed', 'accepted', 'refused', name='status_known'), nullable=False),
    sa.Column('accept', sa.Boolean(), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lock', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status IN ('accepted', 'refused')) = (decided_at IS NOT NULL)", name=op.f('ck_late_claim_decided_when_over')),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> proposed_by', name=op.f('ck_late_claim_two_people')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_late_claim_attempt_id_attempt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late_claim'))
    )
    with op.batch_alter_table('late_claim') as batch:
        batch.create_index(op.f('ix_late_claim_attempt_id'), ['attempt_id'])
        batch.create_index(op.f('ix_late_claim_status'), ['status'])
        batch.create_index('uq_late_claim_digest', ['digest'], unique=True, sqlite_where=sa.text("digest <> ''"), postgresql_where=sa.text("digest <> ''"))
    op.create_table('late_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('paper_item_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('operation', sa.String(length=36), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('flagged', sa.Boolean(), nullable=False),
    sa.Column('made_ms', sa.BigInteger(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('revision >= 1', name=op.f('ck_late_answer_revision_from_one')),
    sa.ForeignKeyConstraint(['claim_id'], ['late_claim.id'], name=op.f('fk_late_answer_claim_id_late_claim')),
    sa.ForeignKeyConstraint(['paper_item_id'], ['paper_item.id'], name=op.f('fk_late_answer_paper_item_id_paper_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late_answer')),
    sa.UniqueConstraint('claim_id', 'operation', name=op.f('uq_late_answer_claim_id_operation'))
    )
    with op.batch_alter_table('late_answer') as batch:
        batch.create_index(op.f('ix_late_answer_paper_item_id'), ['paper_item_id'])


def _teams() -> None:
    op.create_table('team',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_team_stop_id_stop')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_team_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('stop_id', 'name', name=op.f('uq_team_stop_id_name'))
    )
    with op.batch_alter_table('team') as batch:
        batch.create_index(op.f('ix_team_unit_id'), ['unit_id'])
    with op.batch_alter_table('roster_entry') as batch:
        batch.add_column(sa.Column('team_id', sa.Integer(), nullable=True))
        batch.create_index(op.f('ix_roster_entry_team_id'), ['team_id'])
        batch.create_foreign_key(op.f('fk_roster_entry_team_id_team'), 'team', ['team_id'], ['id'])
    with op.batch_alter_table('stop') as batch:
        batch.drop_constraint(op.f("ck_stop_purpose_known"), type_="check")
        batch.create_check_constraint(
            op.f("ck_stop_purpose_known"), sa.column("purpose").in_(("regular", "make_up", "final"))
        )


def _attempts() -> None:
    with op.batch_alter_table('attempt') as batch:
        batch.add_column(sa.Column('writer', sa.String(length=40), server_default='', nullable=False))
        batch.add_column(sa.Column('writer_since', sa.DateTime(timezone=True), nullable=True))
        batch.drop_constraint(op.f("ck_attempt_status_known"), type_="check")
        batch.create_check_constraint(
            op.f("ck_attempt_status_known"), sa.column("status").in_(("started", "submitted", "closed", "on_paper"))
        )


def _tallies() -> None:
    op.create_table('question_tally',
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('scores', sa.Integer(), nullable=False),
    sa.Column('newest', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tally', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_question_tally_sitting_id_sitting')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_question_tally_unit_id_unit')),
    sa.PrimaryKeyConstraint('sitting_id', 'unit_id', name=op.f('pk_question_tally'))
    )
    with op.batch_alter_table('question_tally') as batch:
        batch.create_index(op.f('ix_question_tally_unit_id'), ['unit_id'])
