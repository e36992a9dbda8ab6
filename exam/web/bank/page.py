"""What the page of a question is made of."""

from typing import Any

from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.queries import names_of
from exam.accounts.roles import Viewer
from exam.web.bank.area import say
from exam.web.bank.steps import steps_for
from question_bank import kinds, publishing, queries
from question_bank.enums import Status
from question_bank.models import Question
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
        "obstacles": [say(problem) for problem in judgement.obstacles],
        "cautions": [say(problem) for problem in judgement.cautions],
        "history": history,
        "names": names_of(session, {row.by for row in history} | {version.written_by for version in versions}),
        "steps": steps_for(who, question),
        "statuses": {status.value: status for status in Status},
        "topic_names": PLACES,
    }
