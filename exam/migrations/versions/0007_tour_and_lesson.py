"""planning with drafts and versions, calendars, messages, lessons, quizzes, the ledger, trainings, special days"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def known(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _files_and_days()
    _sending()
    _planning()
    _lessons()
    _ledger()
    _reports()
    _additions()
    _marking()
    _name_stops()


def _files_and_days() -> None:
    op.create_table('special_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('off', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_special_day'))
    )
    op.create_table('stored_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('size > 0', name=op.f('ck_stored_file_not_empty')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('digest', name=op.f('uq_stored_file_digest'))
    )


def _sending() -> None:
    op.create_table('channel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', known('email', 'wecom', 'dingtalk', name='kind_known'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('address', sa.String(length=400), nullable=False),
    sa.Column('username', sa.String(length=120), nullable=False),
    sa.Column('secret', sa.String(length=200), nullable=False),
    sa.Column('sender', sa.String(length=120), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('lock', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channel')),
    sa.UniqueConstraint('name', name=op.f('uq_channel_name'))
    )
    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('identity', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('about', sa.String(length=60), nullable=False),
    sa.Column('channel_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('calendar', sa.Text(), nullable=False),
    sa.Column('extra', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('status', known('waiting', 'sending', 'sent', 'given_up', 'withdrawn', name='status_known'), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('useful_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=400), nullable=False),
    sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f('ck_message_sent_has_a_time')),
    sa.CheckConstraint('tries >= 0', name=op.f('ck_message_tries_not_negative')),
    sa.ForeignKeyConstraint(['channel_id'], ['channel.id'], name=op.f('fk_message_channel_id_channel')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_message_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('identity', name=op.f('uq_message_identity')),
    sa.UniqueConstraint('key', name=op.f('uq_message_key'))
    )
    with op.batch_alter_table('message') as batch:
        batch.create_index(op.f('ix_message_about'), ['about'])
        batch.create_index(op.f('ix_message_channel_id'), ['channel_id'])
        batch.create_index('ix_message_next', ['status', 'next_try_at'])
        batch.create_index(op.f('ix_message_person_id'), ['person_id'])


def _planning() -> None:
    op.create_table('tour_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tour_id', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=True),
    sa.Column('lock', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tour_id'], ['tour.id'], name=op.f('fk_tour_draft_tour_id_tour')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tour_draft')),
    sa.UniqueConstraint('tour_id', name=op.f('uq_tour_draft_tour_id'))
    )
    op.create_table('tour_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tour_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('stops', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('changes', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('number >= 1', name=op.f('ck_tour_version_number_from_one')),
    sa.ForeignKeyConstraint(['tour_id'], ['tour.id'], name=op.f('fk_tour_version_tour_id_tour')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tour_version')),
    sa.UniqueConstraint('tour_id', 'number', name=op.f('uq_tour_version_tour_id_number'))
    )
    op.create_table('feed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('kind', known('person', 'lecturer', 'unit', 'tour', name='kind_known'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('lecturer_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('tour_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(kind = 'lecturer') = (lecturer_id IS NOT NULL)", name=op.f('ck_feed_of_a_lecturer')),
    sa.CheckConstraint("(kind = 'person') = (person_id IS NOT NULL)", name=op.f('ck_feed_of_a_person')),
    sa.CheckConstraint("(kind = 'tour') = (tour_id IS NOT NULL)", name=op.f('ck_feed_of_a_tour')),
    sa.CheckConstraint("(kind = 'unit') = (unit_id IS NOT NULL)", name=op.f('ck_feed_of_a_unit')),
    sa.ForeignKeyConstraint(['lecturer_id'], ['lecturer.id'], name=op.f('fk_feed_lecturer_id_lecturer')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feed_person_id_person')),
    sa.ForeignKeyConstraint(['tour_id'], ['tour.id'], name=op.f('fk_feed_tour_id_tour')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_feed_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed')),
    sa.UniqueConstraint('token', name=op.f('uq_feed_token'))
    )
    with op.batch_alter_table('feed') as batch:
        batch.create_index(op.f('ix_feed_lecturer_id'), ['lecturer_id'])
        batch.create_index(op.f('ix_feed_person_id'), ['person_id'])
        batch.create_index(op.f('ix_feed_tour_id'), ['tour_id'])
        batch.create_index(op.f('ix_feed_unit_id'), ['unit_id'])
    op.create_table('placement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('venue_id', sa.Integer(), nullable=True),
    sa.Column('lecture_id', sa.Integer(), nullable=True),
    sa.Column('day_order', known('paper_first', 'lecture_first', name='day_order_known'), nullable=False),
    sa.Column('fixed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('dropped', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.CheckConstraint('(starts_at IS NULL) = (ends_at IS NULL)', name=op.f('ck_placement_times_whole')),
    sa.CheckConstraint('NOT dropped OR stop_id IS NOT NULL', name=op.f('ck_placement_only_a_stop_is_dropped')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_placement_times_in_order')),
    sa.ForeignKeyConstraint(['draft_id'], ['tour_draft.id'], name=op.f('fk_placement_draft_id_tour_draft')),
    sa.ForeignKeyConstraint(['lecture_id'], ['lecture.id'], name=op.f('fk_placement_lecture_id_lecture')),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_placement_stop_id_stop')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_placement_unit_id_unit')),
    sa.ForeignKeyConstraint(['venue_id'], ['venue.id'], name=op.f('fk_placement_venue_id_venue')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement')),
    sa.UniqueConstraint('draft_id', 'stop_id', name=op.f('uq_placement_draft_id_stop_id'))
    )
    with op.batch_alter_table('placement') as batch:
        batch.create_index(op.f('ix_placement_lecture_id'), ['lecture_id'])
        batch.create_index(op.f('ix_placement_stop_id'), ['stop_id'])
        batch.create_index(op.f('ix_placement_unit_id'), ['unit_id'])
        batch.create_index(op.f('ix_placement_venue_id'), ['venue_id'])
    op.create_table('stop_department',
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_stop_department_stop_id_stop')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_stop_department_unit_id_unit')),
    sa.PrimaryKeyConstraint('stop_id', 'unit_id', name=op.f('pk_stop_department'))
    )
    with op.batch_alter_table('stop_department') as batch:
        batch.create_index(op.f('ix_stop_department_unit_id'), ['unit_id'])


def _lessons() -> None:
    op.create_table('quiz',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lecture_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['lecture_id'], ['lecture.id'], name=op.f('fk_quiz_lecture_id_lecture')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz')),
    sa.UniqueConstraint('lecture_id', 'number', name=op.f('uq_quiz_lecture_id_number'))
    )
    op.create_table('feedback',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('lecture_id', sa.Integer(), nullable=False),
    sa.Column('giver', sa.String(length=64), nullable=False),
    sa.Column('useful', sa.Integer(), nullable=False),
    sa.Column('clear', sa.Integer(), nullable=False),
    sa.Column('fitting', sa.Integer(), nullable=False),
    sa.Column('comment', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('useful BETWEEN 1 AND 5 AND clear BETWEEN 1 AND 5 AND fitting BETWEEN 1 AND 5', name=op.f('ck_feedback_scores')),
    sa.ForeignKeyConstraint(['lecture_id'], ['lecture.id'], name=op.f('fk_feedback_lecture_id_lecture')),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_feedback_stop_id_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
    sa.UniqueConstraint('stop_id', 'giver', name=op.f('uq_feedback_stop_id_giver'))
    )
    with op.batch_alter_table('feedback') as batch:
        batch.create_index(op.f('ix_feedback_lecture_id'), ['lecture_id'])
    op.create_table('material',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lecture_id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_material_file_id_stored_file')),
    sa.ForeignKeyConstraint(['lecture_id'], ['lecture.id'], name=op.f('fk_material_lecture_id_lecture')),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_material_stop_id_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_material'))
    )
    with op.batch_alter_table('material') as batch:
        batch.create_index(op.f('ix_material_file_id'), ['file_id'])
        batch.create_index(op.f('ix_material_lecture_id'), ['lecture_id'])
        batch.create_index(op.f('ix_material_stop_id'), ['stop_id'])
    op.create_table('quiz_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('question_version_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_quiz_item_question_version_id_question_version')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_quiz_item_quiz_id_quiz')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_item')),
    sa.UniqueConstraint('quiz_id', 'position', name=op.f('uq_quiz_item_quiz_id_position')),
    sa.UniqueConstraint('quiz_id', 'question_version_id', name=op.f('uq_quiz_item_quiz_id_question_version_id'))
    )
    with op.batch_alter_table('quiz_item') as batch:
        batch.create_index(op.f('ix_quiz_item_question_version_id'), ['question_version_id'])
    op.create_table('quiz_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('phase', known('before', 'after', 'later', name='phase_known'), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('closed_at IS NULL OR opened_at <= closed_at', name=op.f('ck_quiz_round_times_in_order')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_quiz_round_quiz_id_quiz')),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_quiz_round_stop_id_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_round')),
    sa.UniqueConstraint('stop_id', 'phase', name=op.f('uq_quiz_round_stop_id_phase'))
    )
    with op.batch_alter_table('quiz_round') as batch:
        batch.create_index(op.f('ix_quiz_round_quiz_id'), ['quiz_id'])
    op.create_table('quiz_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('roster_entry_id', sa.Integer(), nullable=False),
    sa.Column('handed_in_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['roster_entry_id'], ['roster_entry.id'], name=op.f('fk_quiz_sheet_roster_entry_id_roster_entry')),
    sa.ForeignKeyConstraint(['round_id'], ['quiz_round.id'], name=op.f('fk_quiz_sheet_round_id_quiz_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_sheet')),
    sa.UniqueConstraint('round_id', 'roster_entry_id', name=op.f('uq_quiz_sheet_round_id_roster_entry_id'))
    )
    with op.batch_alter_table('quiz_sheet') as batch:
        batch.create_index(op.f('ix_quiz_sheet_roster_entry_id'), ['roster_entry_id'])
    op.create_table('quiz_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('quiz_item_id', sa.Integer(), nullable=False),
    sa.Column('given', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.CheckConstraint('share BETWEEN 0 AND 100', name=op.f('ck_quiz_answer_share_of_one')),
    sa.ForeignKeyConstraint(['quiz_item_id'], ['quiz_item.id'], name=op.f('fk_quiz_answer_quiz_item_id_quiz_item')),
    sa.ForeignKeyConstraint(['sheet_id'], ['quiz_sheet.id'], name=op.f('fk_quiz_answer_sheet_id_quiz_sheet')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_answer')),
    sa.UniqueConstraint('sheet_id', 'quiz_item_id', name=op.f('uq_quiz_answer_sheet_id_quiz_item_id'))
    )
    with op.batch_alter_table('quiz_answer') as batch:
        batch.create_index(op.f('ix_quiz_answer_quiz_item_id'), ['quiz_item_id'])


def _ledger() -> None:
    op.create_table('ledger_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('status', known('collected', 'sorted', 'classified', 'assigned', 'answered', 'followed_up', 'closed', 'merged', 'set_aside', name='status_known'), nullable=False),
    sa.Column('source', known('floor', 'paper', 'organiser', 'enterprise', name='source_known'), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.Column('urgency', known('ordinary', 'urgent', 'pressing', name='urgency_known'), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('level', known('desk', 'head', 'headquarters', 'county', name='level_known'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('question_id', sa.Integer(), nullable=True),
    sa.Column('lock', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_ledger_case_closed_has_a_time')),
    sa.CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name=op.f('ck_ledger_case_merged_into_another')),
    sa.CheckConstraint("status NOT IN ('assigned', 'answered', 'followed_up', 'closed') OR (owner_id IS NOT NULL AND due_on IS NOT NULL)", name=op.f('ck_ledger_case_assigned_to_somebody')),
    sa.CheckConstraint('merged_into_id <> id', name=op.f('ck_ledger_case_not_merged_into_itself')),
    sa.CheckConstraint('reopened >= 0', name=op.f('ck_ledger_case_reopened_not_negative')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['ledger_case.id'], name=op.f('fk_ledger_case_merged_into_id_ledger_case')),
    sa.ForeignKeyConstraint(['owner_id'], ['unit.id'], name=op.f('fk_ledger_case_owner_id_unit')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_ledger_case_question_id_question')),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_ledger_case_stop_id_stop')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_ledger_case_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_case')),
    sa.UniqueConstraint('number', name=op.f('uq_ledger_case_number'))
    )
    with op.batch_alter_table('ledger_case') as batch:
        batch.create_index(op.f('ix_ledger_case_due_on'), ['due_on'])
        batch.create_index(op.f('ix_ledger_case_merged_into_id'), ['merged_into_id'])
        batch.create_index(op.f('ix_ledger_case_owner_id'), ['owner_id'])
        batch.create_index(op.f('ix_ledger_case_question_id'), ['question_id'])
        batch.create_index(op.f('ix_ledger_case_status'), ['status'])
        batch.create_index(op.f('ix_ledger_case_stop_id'), ['stop_id'])
        batch.create_index(op.f('ix_ledger_case_unit_id'), ['unit_id'])
    op.create_table('case_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['ledger_case.id'], name=op.f('fk_case_answer_case_id_ledger_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_answer')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_case_answer_case_id_number'))
    )
    op.create_table('case_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('before', known('collected', 'sorted', 'classified', 'assigned', 'answered', 'followed_up', 'closed', 'merged', 'set_aside', name='before_known'), nullable=True),
    sa.Column('after', known('collected', 'sorted', 'classified', 'assigned', 'answered', 'followed_up', 'closed', 'merged', 'set_aside', name='after_known'), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('level', known('desk', 'head', 'headquarters', 'county', name='level_known'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['ledger_case.id'], name=op.f('fk_case_step_case_id_ledger_case')),
    sa.ForeignKeyConstraint(['owner_id'], ['unit.id'], name=op.f('fk_case_step_owner_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_step'))
    )
    with op.batch_alter_table('case_step') as batch:
        batch.create_index(op.f('ix_case_step_case_id'), ['case_id'])
        batch.create_index(op.f('ix_case_step_owner_id'), ['owner_id'])
    op.create_table('case_citation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('article', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['case_answer.id'], name=op.f('fk_case_citation_answer_id_case_answer')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_case_citation_document_id_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_citation')),
    sa.UniqueConstraint('answer_id', 'position', name=op.f('uq_case_citation_answer_id_position'))
    )
    with op.batch_alter_table('case_citation') as batch:
        batch.create_index(op.f('ix_case_citation_document_id'), ['document_id'])
    op.create_table('asker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('came_with_id', sa.Integer(), nullable=True),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('attempt_id', sa.Integer(), nullable=True),
    sa.Column('paper_item_id', sa.Integer(), nullable=True),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('enterprise', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('contact', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('satisfied', sa.Boolean(), nullable=True),
    sa.Column('said', sa.String(length=400), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("NOT anonymous OR (person_id IS NULL AND name = '')", name=op.f('ck_asker_anonymous_has_no_name')),
    sa.CheckConstraint('(satisfied IS NULL) = (said_at IS NULL)', name=op.f('ck_asker_satisfied_at_a_time')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_asker_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['came_with_id'], ['ledger_case.id'], name=op.f('fk_asker_came_with_id_ledger_case')),
    sa.ForeignKeyConstraint(['case_id'], ['ledger_case.id'], name=op.f('fk_asker_case_id_ledger_case')),
    sa.ForeignKeyConstraint(['paper_item_id'], ['paper_item.id'], name=op.f('fk_asker_paper_item_id_paper_item')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_asker_person_id_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_asker_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asker')),
    sa.UniqueConstraint('attempt_id', 'paper_item_id', name=op.f('uq_asker_attempt_id_paper_item_id')),
    sa.UniqueConstraint('token', name=op.f('uq_asker_token'))
    )
    with op.batch_alter_table('asker') as batch:
        batch.create_index(op.f('ix_asker_came_with_id'), ['came_with_id'])
        batch.create_index(op.f('ix_asker_case_id'), ['case_id'])
        batch.create_index(op.f('ix_asker_paper_item_id'), ['paper_item_id'])
        batch.create_index(op.f('ix_asker_person_id'), ['person_id'])
        batch.create_index(op.f('ix_asker_unit_id'), ['unit_id'])
    op.create_table('ledger_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rules', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_rule'))
    )


def _reports() -> None:
    op.create_table('external_training',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('organiser', sa.String(length=120), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('certificate', sa.String(length=80), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('status', known('reported', 'confirmed', 'refused', name='status_known'), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.CheckConstraint("(status = 'reported') = (decided_at IS NULL)", name=op.f('ck_external_training_decided_has_a_time')),
    sa.CheckConstraint("status <> 'refused' OR reason <> ''", name=op.f('ck_external_training_refused_with_a_reason')),
    sa.CheckConstraint('hours > 0', name=op.f('ck_external_training_hours_positive')),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_external_training_dates_in_order')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_external_training_file_id_stored_file')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_external_training_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_external_training'))
    )
    with op.batch_alter_table('external_training') as batch:
        batch.create_index(op.f('ix_external_training_file_id'), ['file_id'])
        batch.create_index(op.f('ix_external_training_person_id'), ['person_id'])
    op.create_table('brief',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stop_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=False),
    sa.ForeignKeyConstraint(['stop_id'], ['stop.id'], name=op.f('fk_brief_stop_id_stop')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brief')),
    sa.UniqueConstraint('stop_id', 'number', name=op.f('uq_brief_stop_id_number'))
    )
    with op.batch_alter_table('bulletin') as batch:
        batch.add_column(sa.Column('recipients', sa.String(length=400), server_default='', nullable=False))
        batch.add_column(sa.Column('copies', sa.String(length=400), server_default='', nullable=False))


def _additions() -> None:
    with op.batch_alter_table('lecture') as batch:
        batch.add_column(sa.Column('topics', sa.JSON(none_as_null=True), server_default='[]', nullable=False))
    with op.batch_alter_table('lecturer') as batch:
        batch.add_column(sa.Column('availability', sa.JSON(none_as_null=True), server_default='{}', nullable=False))
    with op.batch_alter_table('person') as batch:
        batch.add_column(sa.Column('email', sa.String(length=120), server_default='', nullable=False))
    with op.batch_alter_table('tour') as batch:
        batch.add_column(sa.Column('rules', sa.JSON(none_as_null=True), server_default='{}', nullable=False))
        batch.add_column(sa.Column('reminders', sa.JSON(none_as_null=True), server_default='[72, 24]', nullable=False))
        batch.add_column(sa.Column('hours', sa.JSON(none_as_null=True), server_default='{}', nullable=False))
    with op.batch_alter_table('unit') as batch:
        batch.add_column(sa.Column('industries', sa.JSON(none_as_null=True), server_default='[]', nullable=False))
    with op.batch_alter_table('venue') as batch:
        batch.add_column(sa.Column('address', sa.String(length=200), server_default='', nullable=False))
        batch.add_column(sa.Column('latitude', sa.Double(), nullable=True))
        batch.add_column(sa.Column('longitude', sa.Double(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_venue_place_whole"), "(latitude IS NULL) = (longitude IS NULL)"
        )


def _marking() -> None:
    """Plans kept so far go on counting Saturdays and Sundays only as free."""
    with op.batch_alter_table('marking_plan') as batch:
        batch.add_column(sa.Column('holidays_free', sa.Boolean(), server_default=sa.false(), nullable=False))
    policies = ('new_key', 'accept_both', 'full_marks', 'void_rescale', 'new_rule', 'new_rubric')
    with op.batch_alter_table('correction') as batch:
        batch.drop_constraint(op.f('ck_correction_policy_known'), type_='check')
        batch.create_check_constraint(op.f('ck_correction_policy_known'), sa.column('policy').in_(policies))


def _name_stops() -> None:
    """Give every stop a name for calendars that stays the same."""
    with op.batch_alter_table("stop") as batch:
        batch.add_column(sa.Column("uid", sa.String(length=36), nullable=True))
    bind = op.get_bind()
    for (stop_id,) in bind.execute(sa.text("SELECT id FROM stop")).all():
        bind.execute(sa.text("UPDATE stop SET uid = :uid WHERE id = :id"), {"uid": str(uuid4()), "id": stop_id})
    with op.batch_alter_table("stop") as batch:
        batch.alter_column("uid", existing_type=sa.String(length=36), nullable=False)
        batch.create_unique_constraint(op.f("uq_stop_uid"), ["uid"])
