"""What the page of a question is made of."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.queries import names_of
from exam.accounts.roles import Viewer
from exam.audit import AuditEvent
from exam.grading import affected, sat
from exam.reports.alarms import open_alarm_of
from exam.sittings.use import times_used
from exam.web.bank.area import say, why, withdraws, writes
from exam.web.bank.steps import steps_for
from question_bank import kinds, pairing, publishing, queries, readings
from question_bank.calibration import figures_of
from question_bank.enums import Difficulty, Status
from question_bank.measuring import statistic_of
from question_bank.models import Question, QuestionVersion
from question_bank.signs import signs_of
from question_bank.taxonomy import PLACES


def page_of(session: Session, question: Question, who: Viewer) -> dict[str, Any]:
    """Preview, key, documents, versions, history and steps, by their names in the template."""
    versions = queries.versions_of(session, question.id)
    draft = queries.draft_of(question, versions[0])
    judgement = publishing.judge(draft)
    order = kinds.plain_order(draft.content)
    history = audit.history(session, f"question:{question.id}")
    return {
        "question": question,
        "draft": draft,
        "version": versions[0],
        "versions": versions,
        "view": kinds.public_view(draft.content, order, draft.marks),
        "key": kinds.key_view(draft.content, order, draft.marks),
        "obstacles": [say(problem) for problem in (*judgement.obstacles, *queries.fallen(versions[0]))],
        "cautions": [say(problem) for problem in judgement.cautions],
        "history": history,
        "names": names_of(session, {row.by for row in history} | {version.written_by for version in versions}),
        "steps": steps_for(who, question),
        "may_write": writes(who, question),
        "why": why,
        **_reading(session, question, versions[0], history, who),
        "statuses": {status.value: status for status in Status},
        "topic_names": PLACES,
        "pairs": pairing.pairs_of(session, question.id),
        **_measured(session, question),
        "alarm": open_alarm_of(session, question.id),
        "may_hold": withdraws(who, question),
        **_corrected(session, versions, who),
    }


def _measured(session: Session, question: Question) -> dict[str, Any]:
    """What candidates made of it, what that calls for, how often it was given, and how hard the next papers take it."""
    known, difficulty = statistic_of(session, question.id), Difficulty(question.difficulty)
    by_id, priors = queries.observed(session)
    return {
        "statistic": known,
        "signs": ()
        if known is None
        else signs_of(
            difficulty,
            responses=known.responses,
            facility=known.facility,
            discrimination=known.discrimination,
        ),
        "given": times_used(session, [question.id]).get(question.id, 0),
        "taken_for": figures_of(question.kind, difficulty, by_id.get(question.id), priors=priors).middle,
    }


def _corrected(session: Session, versions: Sequence[QuestionVersion], who: Viewer) -> dict[str, Any]:
    """Whether anybody has sat it, so that marks can be corrected, and the correction that is under way."""
    under_way = [row for version in versions if (row := affected.under_way(session, version.id)) is not None]
    return {
        "sat": bool(sat.versions_sat(session, question_id=versions[0].question_id)),
        "correction": next(iter(under_way), None),
        "may_correct": withdraws(who, None),
    }


def _reading(
    session: Session, question: Question, version: QuestionVersion, history: list[AuditEvent], who: Viewer
) -> dict[str, Any]:
    """What was said of it, how far its reading is, and whether this person wrote what is to be approved."""
    said = readings.thread(session, question.id)
    writers = readings.writers_since(session, question.id, published_number(history))
    return {
        "thread": said,
        "readers": names_of(session, {each.reader for each in said}),
        "standing": readings.standing(session, question, version),
        "is_writer": who.person_id in writers,
    }


def published_number(history: Iterable[AuditEvent]) -> int:
    """The number of the version that was last published, by the question's history (newest first); 0 if none was."""
    for event in history:
        if event.action == "question.status_changed" and event.detail.get("after") == Status.PUBLISHED.value:
            return int(event.detail.get("version") or 0)
    return 0
