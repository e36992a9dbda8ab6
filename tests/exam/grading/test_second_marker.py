"""The second marker: a stub server on the loopback that speaks the chat-completions protocol."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from exam import audit, config, database
from exam.grading import second_opinions
from exam.grading.marking import Source
from exam.grading.models import Mark, SecondOpinion
from exam.grading.second_marker import Endpoint, NoOpinion, Opinion, ask, lowered, prompt_of
from exam.jobs.models import Job
from exam.jobs.worker import Work
from exam.tours.models import RosterEntry
from question_bank.enums import Kind
from question_bank.kinds import content_of
from tests.factories.marks import hand_in_paper
from tests.factories.papers import SHORT_ANSWER
from tests.factories.sittings import make_attempt

CONTENT = content_of(Kind.SHORT_ANSWER, SHORT_ANSWER)


@dataclass
class Model:
    """What the stub says next, and what it was asked."""

    said: str = '{"marks": 4, "points": [], "reason": "要点二未答"}'
    status: int = 200
    raw: bytes | None = None
    wait: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def endpoint(self, **changes: Any) -> Endpoint:
        return Endpoint(**({"url": self.url, "key": "sk-secret", "model": "stub-1", "seconds": 5.0} | changes))


@pytest.fixture
def model() -> Iterator[Model]:
    state = Model()
    leave = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append({"path": self.path, "key": self.headers["Authorization"], **body})
            leave.wait(state.wait)
            choice = {"index": 0, "message": {"role": "assistant", "content": state.said}, "finish_reason": "stop"}
            reply = {"id": "chatcmpl-1", "object": "chat.completion", "model": body["model"], "choices": [choice]}
            sent = state.raw if state.raw is not None else json.dumps(reply).encode()
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # a caller that has given up
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    leave.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_model_is_asked_in_its_own_protocol_and_its_marks_are_read(model: Model) -> None:
    prompt = prompt_of(CONTENT, "我镇交通便利。", Decimal(10), names=())
    found = ask(model.endpoint(), prompt, Decimal(10))
    assert found == Opinion(Decimal("4.00"), model.said)
    [asked] = model.asked
    assert (asked["path"], asked["key"], asked["model"]) == ("/v1/chat/completions", "Bearer sk-secret", "stub-1")
    assert (asked["temperature"], asked["messages"]) == (0, json.loads(prompt))
    assert [each["role"] for each in asked["messages"]] == ["system", "user"]


@pytest.mark.parametrize(
    "said", ['{"marks": 4}', '```json\n{"marks": "4.0"}\n```', '得分如下：{"marks": 4, "points": []}']
)
def test_marks_are_found_however_they_are_wrapped(model: Model, said: str) -> None:
    model.said = said
    assert ask(model.endpoint(), "[]", Decimal(10)).marks == 4


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": 500}, "status 500"),
        ({"status": 401, "raw": b"{}"}, "status 401"),
        ({"raw": b"<html>"}, "no chat completion"),
        ({"raw": b'{"choices": []}'}, "no chat completion"),
        ({"said": "我给四分"}, "holds no marks"),
        ({"said": '{"marks": 11}'}, "gave 11 of 10"),
        ({"said": '{"marks": -1}'}, "gave -1 of 10"),
        ({"said": '{"marks": "NaN"}'}, "holds no marks"),
    ],
)
def test_what_is_no_opinion_is_a_failure_with_its_reason(model: Model, changes: dict[str, Any], reason: str) -> None:
    for name, value in changes.items():
        setattr(model, name, value)
    with pytest.raises(NoOpinion, match=reason):
        ask(model.endpoint(), "[]", Decimal(10))


def test_a_model_that_is_silent_or_away_is_a_failure(model: Model) -> None:
    model.wait = 5.0
    with pytest.raises(NoOpinion, match="could not be reached"):
        ask(model.endpoint(seconds=0.1), "[]", Decimal(10))
    with pytest.raises(NoOpinion, match="could not be reached"):
        ask(Endpoint("http://127.0.0.1:1/v1", "", "stub-1"), "[]", Decimal(10))
    with pytest.raises(NoOpinion, match="must begin with"):
        ask(Endpoint("file:///etc/passwd", "", "stub-1"), "[]", Decimal(10))


def test_no_names_are_sent() -> None:
    prompt = prompt_of(CONTENT, "我是张三丰，在白塔镇工作，张三丰。", Decimal(10), names=("张三丰", "白塔镇"))
    assert "张三丰" not in prompt
    assert "白塔镇" not in json.loads(prompt)[1]["content"].rpartition("【作答】")[2]


def test_disagreement_lowers_the_confidence_and_agreement_never_raises_it() -> None:
    ten = Decimal(10)
    assert [lowered(9000, Decimal(5), Decimal(other), ten) for other in (5, 6, 7, 8, 2)] == [
        9000,
        9000,
        7200,
        4500,
        4500,
    ]


@pytest.mark.db
def test_an_opinion_is_kept_with_its_prompt_and_is_never_the_mark(session: Session, model: Model) -> None:
    attempt = make_attempt(session, contents=((SHORT_ANSWER, 10),))
    name = session.get_one(RosterEntry, attempt.assignment.roster_entry_id).name
    [mark] = hand_in_paper(session, attempt, given=lambda item: f"我叫{name}。我镇区位交通便利。").values()
    before = mark.confidence
    assert before is not None
    [mark_id] = second_opinions.waiting(session)
    want = second_opinions.wanted(session, mark_id)
    assert want is not None
    assert name not in want.prompt
    model.said = '{"marks": 9}'
    found = ask(model.endpoint(), want.prompt, want.maximum)
    second_opinions.keep_opinion(
        session, mark_id, endpoint=model.endpoint(), prompt=want.prompt, found=found, at=mark.at
    )
    kept = session.scalars(select(SecondOpinion)).one()
    assert (kept.marks, kept.prompt, kept.model, kept.failure) == (9, want.prompt, "stub-1", "")
    session.refresh(mark)
    assert (mark.awarded, mark.source, mark.confidence) == (5, Source.SUGGESTION, before // 2)
    assert session.scalars(select(Mark)).all() == [mark]
    assert second_opinions.waiting(session) == []
    assert "sk-secret" not in want.prompt + kept.reply
    assert audit.verify(session) is None


@pytest.mark.db
def test_a_job_asks_for_what_waits_once_and_leaves_a_model_that_fails(engine: Engine, tmp_path, model: Model) -> None:
    with database.writing(engine) as session:
        hand_in_paper(session, make_attempt(session, contents=((SHORT_ANSWER, 10),) * 5))
    second_opinions.ask_for_waiting(engine)
    second_opinions.ask_for_waiting(engine)
    with database.reading(engine) as session:
        assert session.scalars(select(Job.name)).all() == [second_opinions.JOB]
    told: list[tuple[int, int]] = []
    work = Work(1, {}, None, engine, tmp_path, lambda done, of: told.append((done, of)))
    model.status = 503
    assert second_opinions.job(work, endpoint=model.endpoint()) == {"asked": 3, "failed": 3, "stopped": True}
    model.status = 200
    assert second_opinions.job(work, endpoint=model.endpoint()) == {"asked": 2, "failed": 0, "stopped": False}
    assert second_opinions.job(work, endpoint=model.endpoint()) == {"asked": 0, "failed": 0, "stopped": False}
    assert told == [(1, 5), (2, 5), (3, 5), (1, 2), (2, 2)]
    with database.reading(engine) as session:
        kept = session.scalars(select(SecondOpinion).order_by(SecondOpinion.id)).all()
        assert [each.marks for each in kept] == [None, None, None, 4, 4]


@pytest.mark.db
def test_a_failure_is_kept_and_changes_nothing(session: Session, model: Model) -> None:
    [mark] = hand_in_paper(session, make_attempt(session, contents=((SHORT_ANSWER, 10),))).values()
    before = mark.confidence
    failure = NoOpinion("The second marker answered with status %(status)s.", status=500)
    second_opinions.keep_opinion(session, mark.id, endpoint=model.endpoint(), prompt="[]", found=failure, at=mark.at)
    kept = session.scalars(select(SecondOpinion)).one()
    assert (kept.marks, kept.failure, mark.confidence) == (None, "The second marker answered with status 500.", before)


def test_the_second_marker_is_off_until_it_is_set_up_and_its_key_is_never_shown(tmp_path, monkeypatch) -> None:
    assert config.load(tmp_path).second_marker == config.SecondMarker()
    monkeypatch.setenv("LIANGJUAN_SECOND_MARKER_URL", "https://user:pass@model.example/v1")
    with pytest.raises(config.ConfigError):
        config.load(tmp_path)
    monkeypatch.setenv("LIANGJUAN_SECOND_MARKER_KEY", "sk-secret")
    monkeypatch.setenv("LIANGJUAN_SECOND_MARKER_MODEL", "m")
    shown = config.load(tmp_path).shown()
    assert shown["LIANGJUAN_SECOND_MARKER_URL"] == "https://***@model.example/v1"
    assert (shown["LIANGJUAN_SECOND_MARKER_KEY"], shown["LIANGJUAN_SECOND_MARKER_MODEL"]) == ("***", "m")
    assert "secret" not in json.dumps(shown).replace("SECRET_KEY", "")
