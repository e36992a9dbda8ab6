"""Candidates' requests stay in the front process; all others go to the office's and come back as they are."""

import socket
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client

from exam import front
from exam.front import Front
from tests.servers import free_port


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def pages(name: str) -> Flask:
    app = Flask(name, static_folder=None)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def echo(path: str) -> tuple[str, int, dict[str, str]]:
        sender = request.headers.get("X-Forwarded-For", "")
        text = f"{name} {request.method} /{path} {request.query_string.decode()} {request.get_data(as_text=True)}"
        return text, 203, {"X-Sender": sender, "X-Host": request.host}

    return app


@pytest.fixture
def office() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, pages("office"), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/sitting", "/sitting/attempts/k", "/api/v1/attempts/k", "/static/a.css", "/healthz"])
def test_what_candidates_need_never_leaves_the_front(path: str) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert Client(Front(pages("front"), nowhere)).get(path).text.startswith(f"front GET {path}")


def test_other_pages_come_from_the_office_with_everything_that_was_sent(office: str) -> None:
    client = Client(Front(pages("front"), office))
    answer = client.post(
        "/bank/题库?q=用地",
        data="甲=乙",
        headers={"Host": "hall.example:8000", "X-Forwarded-For": "6.6.6.6"},
        environ_base={"REMOTE_ADDR": "192.168.1.7"},
    )
    assert answer.status_code == 203
    assert answer.text == "office POST /bank/题库 q=%E7%94%A8%E5%9C%B0 甲=乙"
    assert (answer.headers["X-Sender"], answer.headers["X-Host"]) == ("192.168.1.7", "hall.example:8000")


def test_an_office_that_is_away_is_said_to_be_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "PATIENCE", 0.0)
    answer = Client(Front(pages("front"), f"http://127.0.0.1:{free_port()}")).get("/bank/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "系统正忙" in answer.text


def test_more_requests_than_the_office_may_have_wait_for_nobody(monkeypatch: pytest.MonkeyPatch, office: str) -> None:
    monkeypatch.setattr(front, "PASSED_ON", 1)
    served = Front(pages("front"), office)
    assert served._places.acquire(blocking=False)
    assert Client(served).get("/bank/").status_code == 503
    served._places.release()
    assert [Client(served).get("/bank/").status_code for _ in range(3)] == [203, 203, 203]


def test_an_office_that_goes_away_before_it_answers_is_said_to_be_busy() -> None:
    with socket.socket() as office:
        office.bind(("127.0.0.1", 0))
        office.listen()

        def hang_up() -> None:
            for _ in range(2):  # the first connection only asks whether the office takes any
                office.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        answer = Client(Front(pages("front"), f"http://127.0.0.1:{office.getsockname()[1]}")).get("/bank/")
        thread.join()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
