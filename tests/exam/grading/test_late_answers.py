"""Answers that came too late, in rescue files and on paper: kept apart, decided by two people, marked once accepted."""

import base64
import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from nacl.public import PublicKey, SealedBox
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit, keys
from exam.grading import late_answers, operations
from exam.grading.models import Mark, Score
from exam.sittings import claims, on_paper, queries
from exam.sittings.day import ClaimStatus, Origin
from exam.sittings.day_models import Claim
from exam.sittings.models import Attempt, AttemptStatus, Response, SittingStatus
from exam.sittings.operations import release, save
from exam.sittings.rescue import open_rescue
from exam.sittings.rescue_file import BadRescueFile, chain_of
from exam.sittings.revisions import Saved, SaveOperation
from exam.sittings.seals import seal
from question_bank.errors import Conflict, Invalid, NotAllowed
from tests.factories.papers import TRUE_FALSE
from tests.factories.sittings import make_attempt

pytestmark = pytest.mark.db
MINUTE = timedelta(minutes=1)
RIGHT, WRONG = "√", "×"
ONE, TWO, THREE = 101, 102, 103


def begun(session: Session) -> tuple[Attempt, list[int]]:
    attempt = make_attempt(session, contents=[(TRUE_FALSE, 10)] * 2)
    return attempt, [item.item_id for item in queries.frozen_items(session, attempt.assignment.paper_id)]


def answer(item: int, value: str, *, revision: int = 1, op: str = "operation-1") -> SaveOperation:
    return SaveOperation(op=op, item=item, revision=revision, value=value, flagged=False, made_ms=1)


def marks(session: Session, attempt: Attempt) -> Decimal:
    return session.get_one(Score, attempt.id, populate_existing=True).marks


def sealed_rows(session: Session, attempt: Attempt) -> list[int]:
    """How many rows of answers each event of the audit chain seals."""
    events = reversed(audit.history(session, f"attempt:{attempt.id}"))
    return [event.detail["log"]["rows"] for event in events if "log" in event.detail]


def late(session: Session, attempt: Attempt, *answers: SaveOperation) -> Claim:
    save(session, attempt, answers, device="phone", tab="1", at=attempt.deadline + 10 * MINUTE)
    return session.scalars(select(Claim).order_by(Claim.id.desc())).first()  # type: ignore[return-value]


def accept(session: Session, claim: Claim) -> None:
    at = claim.received_at
    if claim.status is ClaimStatus.WAITING:
        claims.propose(session, claim, accept=True, reason="停电所致", by=ONE, at=at)
    late_answers.decide(session, claim, agree=True, by=TWO, at=at)


def test_late_answers_count_once_two_people_agree_and_the_paper_is_marked_again(session: Session) -> None:
    attempt, (first, second) = begun(session)
    save(session, attempt, [answer(first, WRONG)], at=attempt.started_at)
    operations.hand_in(session, attempt, at=attempt.deadline + 5 * MINUTE)
    assert marks(session, attempt) == 0
    claim = late(
        session, attempt, answer(first, RIGHT, revision=2, op="operation-2"), answer(second, RIGHT, op="o-000003")
    )
    assert [
        (each.number, each.stands and each.stands.value, each.late.value, each.counts)
        for each in claims.compared(session, claim)
    ] == [
        (1, WRONG, RIGHT, True),
        (2, None, RIGHT, True),
    ]
    assert len(queries.current_answers(session, attempt.id)) == 1
    claims.propose(session, claim, accept=True, reason="停电所致", by=ONE, at=claim.received_at)
    with pytest.raises(NotAllowed):
        late_answers.decide(session, claim, agree=True, by=ONE, at=claim.received_at)
    late_answers.decide(session, claim, agree=True, by=TWO, at=claim.received_at)
    assert (claim.status, marks(session, attempt)) == (ClaimStatus.ACCEPTED, 20)
    sequences = session.scalars(select(Mark.sequence).where(Mark.attempt_id == attempt.id).order_by(Mark.id)).all()
    assert sequences == [1, 1, 2, 2]
    again = save(session, attempt, [answer(second, RIGHT, op="o-000003")], at=attempt.deadline + 20 * MINUTE)
    assert again == [Saved("o-000003", second, 1, 1)]
    assert sealed_rows(session, attempt) == [1, 3]
    assert audit.verify(session) is None


def test_refused_answers_change_nothing_and_a_proposal_can_be_sent_back(session: Session) -> None:
    attempt, (first, _) = begun(session)
    operations.hand_in(session, attempt, at=attempt.deadline + 5 * MINUTE)
    claim = late(session, attempt, answer(first, RIGHT))
    claims.propose(session, claim, accept=True, reason="网络", by=ONE, at=claim.received_at)
    late_answers.decide(session, claim, agree=False, by=TWO, at=claim.received_at)
    assert (claim.status, claim.proposed_by) == (ClaimStatus.WAITING, None)
    claims.propose(session, claim, accept=False, reason="无故逾时", by=TWO, at=claim.received_at)
    late_answers.decide(session, claim, agree=True, by=THREE, at=claim.received_at)
    assert (claim.status, marks(session, attempt)) == (ClaimStatus.REFUSED, 0)
    assert session.scalars(select(Response)).all() == []
    with pytest.raises(NotAllowed):
        claims.propose(session, claim, accept=True, reason="反悔", by=ONE, at=claim.received_at)


def test_nobody_decides_about_their_own_answers_nor_after_the_release(session: Session) -> None:
    attempt, (first, _) = begun(session)
    operations.hand_in(session, attempt, at=attempt.deadline + 5 * MINUTE)
    claim, own = late(session, attempt, answer(first, RIGHT)), attempt.assignment.entry.person_id
    with pytest.raises(NotAllowed):
        claims.propose(session, claim, accept=True, reason="网络", by=own, at=claim.received_at)
    claims.propose(session, claim, accept=True, reason="网络", by=ONE, at=claim.received_at)
    with pytest.raises(NotAllowed):
        late_answers.decide(session, claim, agree=True, by=own, at=claim.received_at)
    attempt.assignment.sitting.status = SittingStatus.CLOSED
    release(session, attempt.assignment.sitting, by=None, at=claim.received_at)
    with pytest.raises(NotAllowed):
        late_answers.decide(session, claim, agree=True, by=TWO, at=claim.received_at)


def test_who_goes_on_on_paper_has_one_score_from_phone_and_paper(session: Session) -> None:
    attempt, (first, second) = begun(session)
    save(session, attempt, [answer(first, RIGHT)], at=attempt.started_at)
    late_answers.switch_to_paper(session, attempt, reason="手机没电", by=ONE, at=attempt.started_at + MINUTE)
    assert (attempt.status, marks(session, attempt)) == (AttemptStatus.ON_PAPER, 10)
    with pytest.raises(Invalid):
        on_paper.type_in(session, attempt, {second: "也许"}, by=ONE, at=attempt.deadline)
    claim = on_paper.type_in(session, attempt, {second: RIGHT}, by=ONE, at=attempt.deadline)
    assert (claim.origin, claim.status) == (Origin.PAPER, ClaimStatus.PROPOSED)
    with pytest.raises(NotAllowed):
        on_paper.type_in(session, attempt, {second: WRONG}, by=ONE, at=attempt.deadline)
    with pytest.raises(NotAllowed):
        late_answers.decide(session, claim, agree=True, by=ONE, at=attempt.deadline)
    accept(session, claim)
    assert marks(session, attempt) == 20
    changed = on_paper.type_in(session, attempt, {first: WRONG}, by=TWO, at=attempt.deadline)
    late_answers.decide(session, changed, agree=True, by=ONE, at=attempt.deadline)
    assert marks(session, attempt) == 10
    assert sealed_rows(session, attempt) == [1, 2, 3]


def sealed(session: Session, attempt_: Attempt, *answers: SaveOperation, **other: Any) -> bytes:
    """A rescue file as the candidate's page makes it (decision 33)."""
    texts = [json.dumps(each.model_dump() | {"after": ""}, ensure_ascii=False) for each in answers]
    receipt = seal("secret", attempt_.key, [], previous="", at_ms=7)
    inside = {
        "format": "rescue/1",
        "attempt": attempt_.key,
        "paper_hash": attempt_.assignment.paper.items_hash,
        "device": "phone",
        "tab": "1",
        "made_ms": 9,
        "sure": True,
        "seal": receipt,
        "operations": texts,
        "chain": chain_of(receipt, texts),
    } | other
    public = keys.rescue_public(session, at=attempt_.started_at)
    return SealedBox(PublicKey(bytes.fromhex(public))).encrypt(json.dumps(inside, ensure_ascii=False).encode())


def test_a_rescue_file_is_opened_once_and_decided_by_two(session: Session) -> None:
    attempt, (first, second) = begun(session)
    save(session, attempt, [answer(first, RIGHT)], at=attempt.started_at)
    box = sealed(session, attempt, answer(first, RIGHT), answer(second, RIGHT, op="operation-2"))
    at = attempt.deadline + 30 * MINUTE
    operations.hand_in(session, attempt, at=at)
    as_text = base64.urlsafe_b64encode(box).rstrip(b"=")
    claim = open_rescue(session, as_text, secret="secret", by=ONE, at=at)
    assert (claim.origin, claim.digest) == (Origin.RESCUE, hashlib.sha256(box).hexdigest())
    assert [each.operation for each in claim.answers] == ["operation-2"]
    assert (claim.detail["receipt_ms"], claim.detail["made_ms"], claim.detail["unreadable"]) == (7, 9, 0)
    with pytest.raises(Conflict):
        open_rescue(session, box, secret="secret", by=ONE, at=at)
    with pytest.raises(NotAllowed):
        open_rescue(
            session, sealed(session, attempt, answer(second, RIGHT, op="operation-2")), secret="", by=ONE, at=at
        )
    accept(session, claim)
    assert marks(session, attempt) == 20


@pytest.mark.parametrize(
    "altered",
    [
        {"chain": "00"},
        {"operations": ['{"op":"operation-1","item":1,"revision":1,"value":"×","flagged":false}']},
        {"seal": "8.x.y"},
        {"paper_hash": "f" * 64},
        {"attempt": "11111111-1111-1111-1111-111111111111"},
        {"format": "rescue/9"},
    ],
)
def test_an_altered_or_foreign_rescue_file_is_refused(session: Session, altered: dict[str, Any]) -> None:
    attempt, (first, _) = begun(session)
    box = sealed(session, attempt, answer(first, RIGHT), **altered)
    with pytest.raises(BadRescueFile):
        open_rescue(session, box, secret="secret", by=ONE, at=attempt.deadline)
    assert session.scalars(select(Claim)).all() == []


def test_a_file_with_one_bit_changed_or_sealed_for_another_site_is_not_opened(session: Session) -> None:
    attempt, (first, _) = begun(session)
    box = bytearray(sealed(session, attempt, answer(first, RIGHT)))
    box[len(box) // 2] ^= 1
    for found in (bytes(box), b"", b"rescue", bytes(200)):
        with pytest.raises(keys.NotOpened):
            open_rescue(session, found, secret="secret", by=ONE, at=attempt.deadline)
