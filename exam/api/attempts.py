"""What the candidate's page talks to: the state of an attempt, saving, handing in.

Signed in by the session's cookie; every POST carries X-CSRFToken. A candidate reaches only their own attempt.
"""

from collections.abc import Mapping

from apiflask import APIBlueprint
from flask import Response, jsonify, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from exam import clock
from exam.api import errors
from exam.api.errors import UNKNOWN, UNSAFE, described
from exam.api.shapes import (
    Accepted,
    AttemptState,
    CurrentAnswer,
    Missing,
    Rejected,
    SaveReceipt,
    SaveRequest,
    SubmitReceipt,
    SubmitRequest,
    milliseconds,
)
from exam.extensions import db, writing
from exam.grading.operations import hand_in
from exam.sittings import operations, queries
from exam.sittings.models import Attempt, AttemptStatus
from exam.sittings.revisions import Entry, Refused, Saved
from exam.web.access import access
from exam.web.errors import sentence
from exam.web.sitting.rules import own_attempt
from question_bank.errors import N_, DomainError

RECEIPT = {"application/json": {"schema": {"$ref": "#/components/schemas/SaveReceipt"}}}
GONE = {"description": "The paper is handed in: only what was stored before is accepted", "content": RECEIPT}

blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Attempts")
errors.register(
    blueprint,
    {401: N_("Please sign in again with your ticket."), 404: N_("This paper does not exist, or it is not yours.")},
)


@blueprint.get("/attempts/<key>")
@access(own_attempt, of=queries.attempt_in_brief)
@blueprint.output(AttemptState)
@blueprint.doc(operation_id="attempt_state", responses=UNKNOWN)
def state(attempt: Attempt) -> AttemptState:
    """Where the attempt stands: status, times, and the answers that count."""
    return AttemptState(
        status=attempt.status,
        receipt=attempt.receipt or "",
        server_time=milliseconds(clock.now()),
        deadline=milliseconds(attempt.deadline),
        answers=[_current(answer) for answer in queries.shown_answers(db.session(), attempt)],
        csrf_token=generate_csrf(),
    )


@blueprint.post("/attempts/<key>/answers")
@access(own_attempt, of=queries.attempt_in_brief)
@blueprint.input(SaveRequest)
@blueprint.output(SaveReceipt)
@blueprint.doc(
    operation_id="save_answers",
    responses={**UNSAFE, 410: GONE},
)
def save(attempt: Attempt, json_data: SaveRequest) -> tuple[SaveReceipt, int]:
    """Store answers; send the same again, with the same `op`, until it is answered."""
    at, attempt_id = clock.now(), attempt.id
    with writing() as session:
        own = session.get_one(Attempt, attempt_id)
        results = operations.save(session, own, json_data.operations, device=json_data.device, at=at)
        rejected = [_rejected(session, own, result) for result in results if isinstance(result, Refused)]
    receipt = SaveReceipt(
        accepted=[_accepted(result) for result in results if isinstance(result, Saved)],
        rejected=rejected,
        status=own.status,
        server_time=milliseconds(clock.now()),
        deadline=milliseconds(own.deadline),
    )
    return receipt, 200 if own.status is AttemptStatus.STARTED else 410


@blueprint.post("/attempts/<key>/submission")
@access(own_attempt, of=queries.attempt_in_brief)
@blueprint.input(SubmitRequest)
@blueprint.output(SubmitReceipt)
@blueprint.doc(
    operation_id="hand_in",
    responses={**UNSAFE, 409: described("Answers are missing here; send them first", Missing)},
)
def submit(attempt: Attempt, json_data: SubmitRequest) -> SubmitReceipt | Response:
    """Hand the paper in; called again it gives the same receipt."""
    at, attempt_id = clock.now(), attempt.id
    with writing() as session:
        own = session.get_one(Attempt, attempt_id)
        missing = _missing(session, own, json_data.expected)
        if missing:
            return _behind(missing)
        receipt = hand_in(session, own, at=at)
    address = url_for("sitting.receipt", key=own.key)
    ended = milliseconds(own.ended_at or at)
    return SubmitReceipt(receipt=receipt, status=own.status, ended_at=ended, address=address)


def _missing(session: Session, attempt: Attempt, expected: Mapping[int, int]) -> list[int]:
    """The items of which the page knows a later revision than the server; none once the attempt is over."""
    if attempt.status is not AttemptStatus.STARTED:
        return []
    held = queries.current_answers(session, attempt.id)
    return sorted(item for item, revision in expected.items() if held.get(item, (0,))[0] < revision)


def _behind(missing: list[int]) -> Response:
    answer = jsonify(message=gettext("Some answers have not arrived yet."), items=missing)
    answer.status_code = 409
    return answer


def _accepted(result: Saved) -> Accepted:
    return Accepted(op=result.op, item=result.item, revision=result.revision, current=result.current)


def _rejected(session: Session, attempt: Attempt, result: Refused) -> Rejected:
    standing = result.standing
    return Rejected(
        op=result.op,
        item=result.item,
        revision=result.revision,
        reason=result.reason,
        message=sentence(DomainError(result.template, **result.params)),
        standing=None if standing is None else _current(queries.shown_answer(session, attempt, standing)),
    )


def _current(answer: Entry) -> CurrentAnswer:
    return CurrentAnswer(item=answer.item, revision=answer.revision, value=answer.value, flagged=answer.flagged)
