from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.audit import AuditEvent
from exam.sittings import hall_rules, incidents, operations, presence, queries, writers
from exam.sittings.day import IncidentKind, Judgement
from exam.sittings.day_models import Incident, Presence
from exam.sittings.hall_rules import Rules
from exam.sittings.models import Attempt
from exam.sittings.presence import PageEvent
from exam.sittings.revisions import SaveOperation
from exam.sittings.writers import OtherWriter
from question_bank.errors import Conflict, NotAllowed
from tests.factories.papers import SHORT_ANSWER
from tests.factories.sittings import make_attempt

pytestmark = pytest.mark.db
MINUTE = timedelta(minutes=1)


def begun(session: Session, *, second_device: str = "takeover") -> Attempt:
    attempt = make_attempt(session, contents=[(SHORT_ANSWER, 10)])
    stop = attempt.assignment.sitting.stop
    rules = Rules.model_validate({"second_device": second_device})
    hall_rules.change_rules(session, stop, rules, by=1, at=attempt.started_at)
    return attempt


def save(session: Session, attempt: Attempt, device: str, tab: str, revision: int) -> None:
    [item] = queries.frozen_items(session, attempt.assignment.paper_id)
    operation = SaveOperation(
        op=f"operation-{revision}", item=item.item_id, revision=revision, value="甲", flagged=False
    )
    operations.save(session, attempt, [operation], device=device, tab=tab, at=attempt.started_at)


def kinds(session: Session) -> list[IncidentKind]:
    return list(session.scalars(select(Incident.kind).order_by(Incident.id)))


def test_another_tab_of_the_same_device_goes_on_without_a_word(session: Session) -> None:
    attempt = begun(session, second_device="code")
    save(session, attempt, "phone", "1", 1)
    with pytest.raises(OtherWriter):
        save(session, attempt, "phone", "2", 2)
    assert writers.take_over(session, attempt, device="phone", tab="2", at=attempt.started_at)
    save(session, attempt, "phone", "2", 2)
    assert kinds(session) == []


def test_another_device_takes_over_and_somebody_can_look_at_it(session: Session) -> None:
    attempt = begun(session)
    save(session, attempt, "phone", "1", 1)
    assert writers.take_over(session, attempt, device="tablet", tab="1", at=attempt.started_at)
    assert (attempt.writer, kinds(session)) == ("tablet/1", [IncidentKind.TAKEN_OVER])
    assert session.scalars(select(AuditEvent.action)).all()[-1] == "attempt.taken_over"


def test_where_the_hall_asks_for_a_code_it_works_once_and_for_ten_minutes(session: Session) -> None:
    attempt = begun(session, second_device="code")
    save(session, attempt, "phone", "1", 1)
    at = attempt.started_at
    code = writers.issue_pass(session, attempt, by=1, at=at).code

    def try_with(device: str, code: str, after: timedelta) -> bool:
        return writers.take_over(session, attempt, device=device, tab="1", code=code, at=at + after)

    assert not try_with("tablet", "", MINUTE)
    assert not try_with("tablet", "WRONG2", MINUTE)
    assert not try_with("tablet", code, 10 * MINUTE)
    assert try_with("tablet", f" {code.lower()} ", 9 * MINUTE)
    assert not try_with("laptop", code, 9 * MINUTE)
    assert attempt.writer == "tablet/1"
    assert kinds(session) == [IncidentKind.SECOND_DEVICE, IncidentKind.TAKEN_OVER, IncidentKind.SECOND_DEVICE]


def test_a_device_set_free_by_the_invigilator_leaves_the_writing_to_the_next(session: Session) -> None:
    attempt = begun(session, second_device="code")
    save(session, attempt, "phone", "1", 1)
    writers.free(session, attempt, by=1, at=attempt.started_at)
    save(session, attempt, "tablet", "1", 2)
    assert attempt.writer == "tablet/1"
    operations.submit(session, attempt, at=attempt.started_at)
    for verb in (writers.free, writers.issue_pass):
        with pytest.raises(NotAllowed):
            verb(session, attempt, by=1, at=attempt.started_at)


def test_rules_seen_before_somebody_else_changed_them_are_not_overwritten(session: Session) -> None:
    attempt = begun(session)
    stop, seen = attempt.assignment.sitting.stop, hall_rules.rules_of(session, attempt.assignment.sitting.stop_id)
    hall_rules.change_rules(session, stop, Rules(photo=True), seen=seen, by=1, at=attempt.started_at)
    with pytest.raises(Conflict):
        hall_rules.change_rules(session, stop, Rules(hand_over=True), seen=seen, by=2, at=attempt.started_at)
    assert hall_rules.rules_of(session, stop.id) == Rules(photo=True)


def test_what_a_page_tells_is_kept_once_and_only_of_the_page_that_writes(session: Session) -> None:
    attempt = begun(session)
    save(session, attempt, "phone", "1", 1)
    left = PageEvent(kind="left_page", at_ms=round(attempt.started_at.timestamp() * 1000) - 5000, seconds=12)
    told = {"unsaved": 2, "hidden": True, "events": [left], "at": attempt.started_at + MINUTE}
    for tab in ("1", "1", "2"):
        presence.pulse(session, attempt, device="phone", tab=tab, **told | {"unsaved": int(tab)})  # type: ignore[arg-type]
    seen = session.get_one(Presence, attempt.id, populate_existing=True)
    assert (seen.unsaved, seen.hidden, seen.seen_at) == (1, True, attempt.started_at + MINUTE)
    [incident] = session.scalars(select(Incident))
    assert (incident.kind, incident.at, incident.detail["seconds"]) == (IncidentKind.LEFT_PAGE, attempt.started_at, 12)
    operations.submit(session, attempt, at=attempt.started_at)
    presence.pulse(session, attempt, device="phone", tab="1", **told | {"unsaved": 0})  # type: ignore[arg-type]
    assert session.get_one(Presence, attempt.id, populate_existing=True).unsaved == 1


def test_an_incident_is_judged_by_a_person_and_pursued_only_with_words(session: Session) -> None:
    attempt = begun(session)
    incident = incidents.record(
        session,
        IncidentKind.NOTE,
        stop_id=attempt.assignment.sitting.stop_id,
        note="交头接耳",
        by=1,
        at=attempt.started_at,
    )
    for judgement in (Judgement.OPEN, Judgement.SERIOUS):
        with pytest.raises(NotAllowed):
            incidents.judge(session, incident, judgement, by=1, at=attempt.started_at)
    incidents.judge(session, incident, Judgement.SERIOUS, note="移交纪检", by=1, at=attempt.started_at)
    incidents.judge(session, incident, Judgement.HARMLESS, by=2, at=attempt.started_at)
    assert (incident.judgement, incident.judged_by) == (Judgement.HARMLESS, 2)
