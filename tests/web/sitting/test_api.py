"""The JSON of the candidate's page over HTTP. Times are the real clock's, so attempts begin now."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update

from exam import clock
from exam.accounts.models import Login
from exam.extensions import db, writing
from exam.sittings import hall_rules, operations, queries, seals, timing, writers
from exam.sittings.models import Attempt, SittingStatus
from question_bank.enums import Kind
from tests.factories.accounts import sign_in
from tests.factories.sittings import make_attempt

pytestmark = pytest.mark.db


@dataclass(frozen=True)
class Desk:
    """A candidate's browser and what it needs to know."""

    client: FlaskClient
    key: str
    attempt_id: int
    items: dict[Kind, int]

    def save(self, kind: Kind, value: object, *, revision: int = 1, op: str = "operation-1", **more: Any) -> Any:
        operation = {"op": op, "item": self.items[kind], "revision": revision, "value": value, "flagged": False} | more
        return self.client.post(
            f"/api/v1/attempts/{self.key}/answers", json={"device": "test", "operations": [operation]}
        )

    def state(self) -> Any:
        return self.client.get(f"/api/v1/attempts/{self.key}")

    def submit(self, expected: dict[int, int] | None = None) -> Any:
        return self.client.post(f"/api/v1/attempts/{self.key}/submission", json={"expected": expected or {}})


@pytest.fixture
def desk(app: APIFlask, client: FlaskClient) -> Desk:
    return desk_of(app, client)


def desk_of(app: APIFlask, client: FlaskClient) -> Desk:
    with app.app_context(), writing() as session:
        attempt = make_attempt(session, at=clock.now())
        found = queries.frozen_items(session, attempt.assignment.paper_id)
        items = {item.content.kind: item.item_id for item in reversed(found)}
        entry = attempt.assignment.entry
    sign_in(client, app, entry.person_id, entry.id)
    return Desk(client, attempt.key, attempt.id, items)


def test_a_saved_answer_comes_back_in_the_state(desk: Desk) -> None:
    answer = desk.save(Kind.MULTIPLE_CHOICE, ["B", "A"])
    item = desk.items[Kind.MULTIPLE_CHOICE]
    assert answer.status_code == 200
    assert answer.json["accepted"] == [{"op": "operation-1", "item": item, "revision": 1, "current": 1}]
    state = desk.state().json
    assert state["answers"] == [{"item": item, "revision": 1, "value": ["A", "B"], "flagged": False}]
    assert (state["status"], state["receipt"]) == ("started", "")
    assert 0 < state["deadline"] - state["server_time"] <= 60 * 60 * 1000


def test_what_cannot_be_read_is_rejected_with_its_reason(desk: Desk) -> None:
    answer = desk.save(Kind.NUMERIC, "很多")
    assert answer.status_code == 200
    assert (answer.json["accepted"], answer.json["rejected"][0]["reason"]) == ([], "unreadable")
    assert "很多" in answer.json["rejected"][0]["message"]


def test_a_conflict_shows_what_stands(desk: Desk) -> None:
    desk.save(Kind.TRUE_FALSE, "√")
    answer = desk.save(Kind.TRUE_FALSE, "×", op="operation-2")
    assert answer.json["rejected"][0]["standing"]["value"] == "√"


MALFORMED: list[object] = [
    {},
    {"device": "x", "operations": []},
    {"device": "x", "operations": [{"op": "operation-1", "item": 1, "revision": 1, "value": "√"}]},
    {"device": "x", "operations": [{"op": "operation-1", "item": 1, "value": "√", "flagged": False}]},
    {"device": "x", "operations": [{"op": "o", "item": 1, "revision": 1, "value": None, "flagged": False}]},
    {"device": "x", "operations": [{"op": "operation-1", "item": 1, "revision": 0, "value": 1, "flagged": False}]},
    {"device": "x", "operations": "many"},
    [],
]


def test_a_request_that_lacks_anything_is_refused_whole(desk: Desk) -> None:
    address = f"/api/v1/attempts/{desk.key}/answers"
    for body in MALFORMED:
        answer = desk.client.post(address, json=body)
        assert (answer.status_code, answer.json["reason"]) == (400, "shape"), body


def test_what_is_not_json_is_refused_and_no_error_of_ours(desk: Desk) -> None:
    address = f"/api/v1/attempts/{desk.key}/answers"
    for body in ("", "{", "[" * 100_000, '"' + "\\ud800" + '"', "NaN"):
        assert desk.client.post(address, data=body, content_type="application/json").status_code == 400


def test_no_value_makes_the_server_fail(desk: Desk) -> None:
    revision = 0
    for kind in Kind:
        for value in ({"a": {"b": []}}, [[[1]]], 1e308, "\u0000", "\ud800", True, "x" * 20_000):
            revision += 1
            answer = desk.save(kind, value, revision=revision, op=f"operation-{revision}")
            assert answer.status_code == 200, (kind, value)
    assert desk.state().status_code == 200


def test_handing_in_gives_one_receipt_and_closes_the_paper(desk: Desk) -> None:
    desk.save(Kind.TRUE_FALSE, "√")
    first, second = desk.submit({desk.items[Kind.TRUE_FALSE]: 1}), desk.submit()
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json == second.json
    late = desk.save(Kind.TRUE_FALSE, "×", revision=2, op="operation-2")
    assert (late.status_code, late.json["rejected"][0]["reason"]) == (410, "over")
    again = desk.save(Kind.TRUE_FALSE, "√")
    assert (again.status_code, again.json["accepted"][0]["revision"]) == (410, 1)
    assert desk.state().json["receipt"] == first.json["receipt"]


def test_handing_in_waits_for_answers_that_have_not_arrived(desk: Desk) -> None:
    item = desk.items[Kind.TRUE_FALSE]
    answer = desk.submit({item: 2})
    assert (answer.status_code, answer.json["items"]) == (409, [item])
    assert desk.state().json["status"] == "started"


def test_after_deadline_and_grace_nothing_is_accepted(app: APIFlask, desk: Desk) -> None:
    _end(app, desk, seconds_ago=61)
    answer = desk.save(Kind.TRUE_FALSE, "√")
    assert (answer.status_code, answer.json["rejected"][0]["reason"]) == (200, "late")
    assert desk.submit().json["status"] == "closed"


def test_within_the_grace_what_was_on_its_way_is_accepted(app: APIFlask, desk: Desk) -> None:
    _end(app, desk, seconds_ago=30)
    assert desk.save(Kind.TRUE_FALSE, "√").json["accepted"] != []


def _end(app: APIFlask, desk: Desk, *, seconds_ago: int) -> None:
    with app.app_context(), writing() as session:
        attempt = session.get_one(Attempt, desk.attempt_id)
        attempt.started_at = clock.now() - timedelta(hours=1)
        attempt.deadline = clock.now() - timedelta(seconds=seconds_ago)


def test_another_candidates_paper_does_not_exist(app: APIFlask, desk: Desk) -> None:
    other = desk_of(app, app.test_client())
    for answer in (
        desk.client.get(f"/api/v1/attempts/{other.key}"),
        desk.client.post(f"/api/v1/attempts/{other.key}/answers", json={"device": "", "operations": [_operation(1)]}),
        desk.client.post(f"/api/v1/attempts/{other.key}/submission", json={"expected": {}}),
        desk.client.get("/api/v1/attempts/11111111-1111-1111-1111-111111111111"),
    ):
        assert (answer.status_code, answer.is_json) == (404, True)
    with app.app_context():
        assert queries.current_answers(db.session(), other.attempt_id) == {}


def _operation(item: int) -> dict[str, Any]:
    return {"op": "operation-1", "item": item, "revision": 1, "value": None, "flagged": False}


def test_who_is_not_signed_in_is_asked_to_in_place(app: APIFlask, desk: Desk) -> None:
    stranger = app.test_client()
    answer = stranger.get(f"/api/v1/attempts/{desk.key}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.is_json) == (401, True)


def test_a_ticket_of_another_stop_does_not_open_this_paper(app: APIFlask, desk: Desk) -> None:
    with app.app_context(), writing() as session:
        entry = session.get_one(Attempt, desk.attempt_id).assignment.entry
        other = make_attempt(session, at=clock.now()).assignment.entry
    client = app.test_client()
    sign_in(client, app, entry.person_id, other.id)
    assert client.get(f"/api/v1/attempts/{desk.key}").status_code == 404


def test_a_post_without_its_token_is_refused(app: APIFlask, desk: Desk) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    refused = desk.save(Kind.TRUE_FALSE, "√")
    assert (refused.status_code, refused.json["reason"]) == (400, "csrf")
    token = desk.state().json["csrf_token"]
    accepted = desk.client.post(
        f"/api/v1/attempts/{desk.key}/answers",
        json={"device": "test", "operations": [_operation(desk.items[Kind.TRUE_FALSE])]},
        headers={"X-CSRFToken": token},
    )
    assert accepted.status_code == 200


def test_the_api_describes_every_status_and_its_body(client: FlaskClient) -> None:
    paths = client.get("/api/openapi.json").json["paths"]
    save = paths["/api/v1/attempts/{key}/answers"]["post"]
    assert set(save["responses"]) == {"200", "400", "401", "404", "409", "410", "422", "503"} - {"422"} | (
        {"422"} & set(save["responses"])
    )
    assert save["requestBody"]["required"] is True


def test_the_attempt_is_handed_in_through_the_marks(app: APIFlask, desk: Desk) -> None:
    desk.submit()
    with app.app_context():
        assert operations.overdue(db.session(), at=clock.now() + timedelta(days=1)) == []


def _as(desk: Desk, page: str, kind: Kind, value: object, **more: Any) -> Any:
    """Save from the page "device/tab"; `leftover` goes beside the operations."""
    device, tab = page.split("/")
    beside = {"leftover": more.pop("leftover")} if "leftover" in more else {}
    operation = {"item": desk.items[kind], "revision": 1, "value": value, "flagged": False} | more
    body = {"device": device, "tab": tab, "operations": [operation]} | beside
    return desk.client.post(f"/api/v1/attempts/{desk.key}/answers", json=body)


def _take_over(desk: Desk, page: str, **more: str) -> Any:
    device, tab = page.split("/")
    return desk.client.post(f"/api/v1/attempts/{desk.key}/writer", json={"device": device, "tab": tab} | more)


def test_only_the_page_that_holds_the_writing_saves(desk: Desk) -> None:
    first = _as(desk, "phone/1", Kind.TRUE_FALSE, "√", op="operation-1")
    assert (first.status_code, first.json["writer"]) == (200, "mine")
    second = _as(desk, "phone/2", Kind.NUMERIC, "7", op="operation-2")
    assert (second.status_code, second.json["reason"]) == (409, "writer")
    assert abs(second.json["since"] - first.json["server_time"]) < 5000
    assert len(desk.state().json["answers"]) == 1
    assert _take_over(desk, "phone/2").json["writer"] == "mine"
    assert _as(desk, "phone/2", Kind.NUMERIC, "7", op="operation-2").status_code == 200
    assert _as(desk, "phone/1", Kind.TRUE_FALSE, "×", op="operation-3", revision=2).status_code == 409
    query = f"/api/v1/attempts/{desk.key}?device=phone&tab=1"
    assert desk.client.get(query).json["writer"] == "other"


def test_what_a_page_has_left_over_fills_only_what_the_new_one_has_not_answered_since(desk: Desk) -> None:
    _as(desk, "phone/1", Kind.TRUE_FALSE, "√", op="operation-1")
    _take_over(desk, "tablet/1")
    _as(desk, "tablet/1", Kind.NUMERIC, "7", op="operation-2")
    filled = _as(desk, "phone/1", Kind.SHORT_ANSWER, "手机写的", op="operation-3", leftover=True)
    assert (filled.status_code, filled.json["writer"], len(filled.json["accepted"])) == (200, "other", 1)
    lost = _as(desk, "phone/1", Kind.NUMERIC, "8", op="operation-4", revision=2, leftover=True)
    assert [each["reason"] for each in lost.json["rejected"]] == ["taken_over"]
    answers = {each["item"]: each["value"] for each in desk.state().json["answers"]}
    assert answers[desk.items[Kind.NUMERIC]] == "7"
    assert answers[desk.items[Kind.SHORT_ANSWER]] == "手机写的"


def test_a_pulse_tells_the_time_and_whose_the_writing_is(desk: Desk) -> None:
    _as(desk, "phone/1", Kind.TRUE_FALSE, "√", op="operation-1")
    address = f"/api/v1/attempts/{desk.key}/pulse"
    left = {"kind": "left_page", "at_ms": desk.state().json["server_time"], "seconds": 12}
    body = {"device": "phone", "tab": "1", "unsaved": 3, "hidden": True, "events": [left]}
    for _ in range(2):
        answer = desk.client.post(address, json=body)
        assert (answer.status_code, answer.json["writer"], answer.json["paused"]) == (200, "mine", False)
    assert desk.client.post(address, json=body | {"tab": "2", "events": []}).json["writer"] == "other"


def test_late_answers_are_kept_beside_the_others(app: APIFlask, desk: Desk) -> None:
    _end(app, desk, seconds_ago=61)
    for _ in range(2):
        answer = desk.save(Kind.TRUE_FALSE, "√")
        assert [(each["reason"], each["kept"]) for each in answer.json["rejected"]] == [("late", True)]
    unreadable = desk.save(Kind.NUMERIC, "很多", op="operation-2")
    assert [each["kept"] for each in unreadable.json["rejected"]] == [False]
    assert desk.state().json["answers"] == []


def test_a_sign_in_that_has_ended_loses_nothing_and_the_same_page_goes_on(app: APIFlask, desk: Desk) -> None:
    assert _as(desk, "phone/1", Kind.TRUE_FALSE, "√", op="operation-1").status_code == 200
    with app.app_context(), writing() as session:
        session.execute(update(Login).values(expires_at=clock.now() - timedelta(seconds=1)))
        entry = session.get_one(Attempt, desk.attempt_id).assignment.entry
    refused = _as(desk, "phone/1", Kind.NUMERIC, "7", op="operation-2")
    assert (refused.status_code, refused.is_json) == (401, True)
    sign_in(desk.client, app, entry.person_id, entry.id)
    again = _as(desk, "phone/1", Kind.NUMERIC, "7", op="operation-2")
    assert (again.status_code, again.json["writer"], len(again.json["accepted"])) == (200, "mine", 1)
    assert len(desk.state().json["answers"]) == 2


def test_a_paused_sitting_says_so_and_keeps_what_arrives(app: APIFlask, desk: Desk) -> None:
    _end(app, desk, seconds_ago=30)
    began = clock.now() - timedelta(seconds=300)
    with app.app_context(), writing() as session:
        sitting = session.get_one(Attempt, desk.attempt_id).assignment.sitting
        sitting.status = SittingStatus.OPEN
        timing.pause(session, sitting, reason="停电", by=1, at=began)
    state = desk.state().json
    assert (state["paused"], state["pause_reason"], state["grace"]) == (True, "停电", 60)
    assert abs(state["deadline"] - state["server_time"] - 270_000) < 2000
    saved = desk.save(Kind.TRUE_FALSE, "√")
    assert (saved.json["paused"], len(saved.json["accepted"])) == (True, 1)


def test_where_the_hall_wants_a_code_a_second_device_is_told_so(app: APIFlask, desk: Desk) -> None:
    with app.app_context(), writing() as session:
        stop = session.get_one(Attempt, desk.attempt_id).assignment.sitting.stop
        hall_rules.change_rules(session, stop, hall_rules.Rules(second_device="code"), by=1, at=clock.now())
    _as(desk, "phone/1", Kind.TRUE_FALSE, "√", op="operation-1")
    refused = _take_over(desk, "tablet/1")
    assert (refused.status_code, refused.json["reason"]) == (403, "code")
    with app.app_context(), writing() as session:
        own = session.get_one(Attempt, desk.attempt_id)
        code = writers.issue_pass(session, own, by=1, at=clock.now()).code
    assert _take_over(desk, "tablet/1", code=code).json["writer"] == "mine"
    assert _as(desk, "phone/1", Kind.TRUE_FALSE, "×", op="operation-2", revision=2).status_code == 409


def test_a_seal_is_known_again_and_only_for_its_own_paper(desk: Desk) -> None:
    seal = desk.save(Kind.TRUE_FALSE, "√").json["seal"]
    when = seals.sealed_at("test", desk.key, seal)
    assert when is not None
    assert abs(when - desk.state().json["server_time"]) < 5000
    for secret, key, found in (("other", desk.key, seal), ("test", "another", seal), ("test", desk.key, seal[:-1])):
        assert seals.sealed_at(secret, key, found) is None
