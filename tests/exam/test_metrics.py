"""What a node tells of itself: counted by several processes, summed, and told only to those who may know."""

import dataclasses
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from werkzeug.test import Client

from exam import front, logs, metrics
from exam.metrics import Counters, Sum
from question_bank.errors import NotFound
from tests.servers import free_port

ANSWER = "乙、丙，因为土地已经批准"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/attempts/k/answers", "save"),
        ("/api/v1/attempts/k/submission", "submit"),
        ("/api/v1/attempts/k/pulse", "pulse"),
        ("/api/v1/attempts/k", "state"),
        ("/sitting/attempts/k", "page"),
        ("/static/css/a.css", "static"),
        ("/account/ticket", "door"),
        ("/healthz", "other"),
    ],
)
def test_requests_are_counted_by_what_they_ask_for(path: str, kind: str) -> None:
    assert metrics.kind_of(path) == kind


def test_counts_of_several_processes_are_summed_and_outlive_them(tmp_path: Path) -> None:
    first, second = Counters(tmp_path, "front-1"), Counters(tmp_path, "front-2")
    first.count("save", 200, 0.003)
    first.count("save", 503, 6.0)
    second.count("save", 200, 0.02)
    del first
    found = Sum(tmp_path)
    assert list(found.outcomes()) == [("save", "ok", 2.0), ("save", "busy", 1.0)]
    [(kind, classes, seconds)] = found.times()
    assert (kind, dict(classes)["0.005"], dict(classes)["0.025"], classes[-1]) == ("save", 1.0, 2.0, ("+Inf", 3.0))
    assert seconds == pytest.approx(6.023)


def test_a_node_begins_with_no_counts_and_counts_processes_begun_again(tmp_path: Path) -> None:
    Counters(tmp_path / metrics.FOLDER, "front-1").count("save", 200, 0.1)
    metrics.begin(tmp_path)
    for name in ("office", "office", "jobs"):
        metrics.begun_again(tmp_path, name)
    found = Sum(tmp_path / metrics.FOLDER)
    assert (list(found.outcomes()), found.again) == ([], {"jobs": 1, "office": 2})


def test_the_door_counts_what_it_answers(app: APIFlask, tmp_path: Path) -> None:
    door = front.Front(app.wsgi_app, f"http://127.0.0.1:{free_port()}", Counters(tmp_path, "front-1"))
    Client(door).get("/healthz")
    Client(door).get("/api/v1/attempts/none")
    assert list(Sum(tmp_path).outcomes()) == [("state", "refused", 1.0), ("other", "ok", 1.0)]


def test_prometheus_reads_what_was_counted(client: FlaskClient, tmp_path: Path) -> None:
    Counters(tmp_path / metrics.FOLDER, "front-1").count("save", 200, 0.003)
    text = client.get("/metrics").text
    assert 'liangjuan_requests_total{kind="save",outcome="ok"} 1.0' in text
    assert 'liangjuan_request_seconds_bucket{kind="save",le="0.005"} 1.0' in text
    assert "liangjuan_ready 1.0" in text


@pytest.mark.parametrize("token", ["", "secret"])
def test_figures_are_for_the_machine_itself_or_with_the_token(app: APIFlask, token: str) -> None:
    app.extensions["liangjuan"] = dataclasses.replace(app.extensions["liangjuan"], metrics_token=token)
    client, away = app.test_client(), {"REMOTE_ADDR": "10.0.0.9"}
    assert client.get("/metrics", environ_base=away).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}, environ_base=away).status_code == 404
    sent = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}, environ_base=away)
    assert sent.status_code == (200 if token else 404)


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Reads what the log has written; set up as in a serving process."""
    before = list(logging.getLogger().handlers)
    logs.log._writer = None
    logs.set_up()
    yield lambda: capsys.readouterr().err
    logging.getLogger().handlers = before
    logs.log._writer = None


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"invalid literal: {ANSWER}"),
        KeyError(ANSWER),
        NotFound("No such thing: %(what)s", what=ANSWER),
        IntegrityError(f"INSERT '{ANSWER}'", {"value": ANSWER}, Exception(f"Key (value)=({ANSWER}) already exists")),
    ],
)
def test_what_somebody_has_written_never_gets_into_the_log(written: Callable[[], str], error: Exception) -> None:
    def failing(answer: str) -> None:
        raise error

    try:
        failing(ANSWER)
    except Exception:
        logs.log.exception("job failed", job=7)
        logging.getLogger("library").exception("Exception on %s", ANSWER)
    text = written()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines] == ["job failed", "Exception on %s"]
    assert "乙" not in text
    assert lines[0]["job"] == 7
    assert lines[0]["error"].endswith(type(error).__qualname__)
    assert lines[0]["places"][-1].endswith("failing")


def test_a_failing_page_is_logged_without_what_was_sent(
    app: APIFlask, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    monkeypatch.setattr(app.logger, "handlers", [])  # those that pytest's own log has been given

    def fails() -> str:
        raise KeyError(ANSWER)

    monkeypatch.setitem(app.view_functions, "web.healthz", fails)
    assert app.test_client().get(f"/healthz?answer={ANSWER}").status_code == 500
    text = written()
    assert "builtins.KeyError" in text
    assert "%E4%B9" not in text
    assert "乙" not in text
