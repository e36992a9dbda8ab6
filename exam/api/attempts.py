"""What the candidate's page talks to: the state of an attempt, saving, handing in.

Signed in by the session's cookie; every POST carries X-CSRFToken. A candidate reaches only their own attempt.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from exam import clock, keys
from exam.api import errors
from exam.api.errors import UNKNOWN, UNSAFE, described
from exam.api.shapes import (
    Accepted,
    AttemptState,
    CurrentAnswer,
    Elsewhere,
    Missing,
    PulseReceipt,
    PulseRequest,
    Rejected,
    SaveReceipt,
    SaveRequest,
    StateQuery,
    SubmitReceipt,
    SubmitRequest,
    WriterRequest,
    milliseconds,
)
from exam.extensions import db, writing
from exam.grading.operations import hand_in
from exam.sittings import operations, presence, queries, seals, writers
from exam.sittings.locking import Held
from exam.sittings.models import Attempt, AttemptStatus
from exam.sittings.queries import Whose
from exam.sittings.revisions import Entry, Refused, Saved
from exam.sittings.window import deadline_shown
from exam.sittings.writers import OtherWriter, device_of, holder, page_name
from exam.web.access import access
from exam.web.errors import sentence
from exam.web.sitting.rules import own_answers, own_attempt
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
@blueprint.input(StateQuery, location="query")
@blueprint.output(AttemptState)
@blueprint.doc(operation_id="attempt_state", responses=UNKNOWN | {400: described("A parameter that is not described")})
def state(attempt: Attempt, query_data: StateQuery) -> AttemptState:
    """Where the attempt stands: status, times, who may write, and the answers that count."""
    return state_of(attempt, page_name(query_data.device, query_data.tab))


@blueprint.post("/attempts/<key>/answers")
@access(own_answers, of=queries.whose_attempt)
@blueprint.input(SaveRequest)
@blueprint.output(SaveReceipt)
@blueprint.doc(
    operation_id="save_answers",
    responses={**UNSAFE, 409: described("Another page holds the writing", Elsewhere), 410: GONE},
)
def save(whose: Whose, json_data: SaveRequest) -> tuple[SaveReceipt, int] | Response:
    """Store answers; send the same again, with the same `op`, until it is answered."""
    at, asked = clock.now(), json_data
    try:
        with writing() as session:
            held, results = operations.store(
                session,
                whose.attempt_id,
                asked.operations,
                device=asked.device,
                tab=asked.tab,
                leftover=asked.leftover,
                at=at,
            )
            rejected = [_rejected(session, held.attempt, result) for result in results if isinstance(result, Refused)]
    except OtherWriter as error:
        return _elsewhere(error)
    accepted = [result for result in results if isinstance(result, Saved)]
    return _receipt(held, json_data, accepted, rejected), 200 if held.writing else 410


def _receipt(held: Held, asked: SaveRequest, accepted: Sequence[Saved], rejected: list[Rejected]) -> SaveReceipt:
    now = clock.now()
    secret: str = current_app.config["SECRET_KEY"]
    at_ms = milliseconds(now)
    return SaveReceipt(
        accepted=[_accepted(result) for result in accepted],
        rejected=rejected,
        status=held.attempt.status,
        server_time=at_ms,
        deadline=_deadline(held.attempt, now, held.paused_since),
        paused=held.paused_since is not None,
        writer=holder(held.attempt, page_name(asked.device, asked.tab)),
        seal=seals.seal(secret, held.attempt.key, accepted, previous=asked.seal, at_ms=at_ms),
    )


def _elsewhere(error: OtherWriter) -> Response:
    since = 0 if error.since is None else milliseconds(error.since)
    answer = jsonify(message=sentence(error), reason="writer", since=since)
    answer.status_code = 409
    return answer


@blueprint.post("/attempts/<key>/writer")
@access(own_attempt, of=queries.attempt_in_brief)
@blueprint.input(WriterRequest)
@blueprint.output(AttemptState)
@blueprint.doc(
    operation_id="take_over",
    responses={**UNSAFE, 403: described('The hall asks for the invigilator\'s code; `reason` is "code"')},
)
def write_here(attempt: Attempt, json_data: WriterRequest) -> AttemptState | Response:
    """Let this page write from now on, instead of the one that did."""
    at, attempt_id = clock.now(), attempt.id
    with writing() as session:
        let = writers.take_over(session, session.get_one(Attempt, attempt_id), **json_data.model_dump(), at=at)
    if let:
        return state_of(db.session().get_one(Attempt, attempt_id), page_name(json_data.device, json_data.tab))
    answer = jsonify(message=gettext("Ask the invigilator for a code to go on with this device."), reason="code")
    answer.status_code = 403
    return answer


@blueprint.post("/attempts/<key>/pulse")
@access(own_attempt, of=queries.attempt_in_brief)
@blueprint.input(PulseRequest)
@blueprint.output(PulseReceipt)
@blueprint.doc(operation_id="pulse", responses=UNSAFE)
def pulse(attempt: Attempt, json_data: PulseRequest) -> PulseReceipt:
    """Tell that a page lives, every half a minute and when something happens to it."""
    at, attempt_id = clock.now(), attempt.id
    with writing() as session:
        own = session.get_one(Attempt, attempt_id)
        told = json_data.model_dump(exclude={"events"})
        found = presence.pulse(session, own, **told, events=json_data.events, at=at)
        pause = queries.pause_of(session, own.assignment.sitting_id)
    return PulseReceipt(
        status=own.status,
        server_time=milliseconds(at),
        deadline=_deadline(own, at, pause.began_at if pause else None),
        paused=pause is not None,
        writer=found,
    )


def state_of(attempt: Attempt, page: str) -> AttemptState:
    """The attempt as it stands now, for one of its pages."""
    session, at = db.session(), clock.now()
    pause = queries.pause_of(session, attempt.assignment.sitting_id)
    return AttemptState(
        status=attempt.status,
        receipt=attempt.receipt or "",
        server_time=milliseconds(at),
        deadline=_deadline(attempt, at, pause.began_at if pause else None),
        grace=attempt.assignment.sitting.grace_seconds,
        paused=pause is not None,
        pause_reason=pause.reason if pause else "",
        writer=holder(attempt, page),
        same_device=bool(attempt.writer) and device_of(attempt.writer) == device_of(page),
        rescue_key=keys.known(session, keys.RESCUE) or "",
        paper_hash=attempt.assignment.paper.items_hash,
        answers=[_current(answer) for answer in queries.shown_answers(session, attempt)],
        csrf_token=generate_csrf(),
    )


def _deadline(attempt: Attempt, at: datetime, paused_since: datetime | None) -> int:
    return milliseconds(deadline_shown(attempt.deadline, at=at, paused_since=paused_since))


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
        kept=result.kept,
        standing=None if standing is None else _current(queries.shown_answer(session, attempt, standing)),
    )


def _current(answer: Entry) -> CurrentAnswer:
    return CurrentAnswer(item=answer.item, revision=answer.revision, value=answer.value, flagged=answer.flagged)
