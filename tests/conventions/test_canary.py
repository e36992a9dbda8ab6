"""Canary: unmistakable words stand in every key, explanation and rubric of a paper that is being written just now.

Every address of the site is then asked for, in the url map's own words so that a new route is asked too: as the
candidate, as a colleague, as a stranger, and as the staff of hall and reports; besides saves right and wrong, malformed
requests, unknown papers, figures for the monitoring and the log. None may hold a canary.
"""

import io
import json
import logging
import zipfile
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import writing
from exam.sittings.models import Attempt
from tests.conventions.test_key_secrecy import CANARY, secret_paper
from tests.factories.accounts import make_person, sign_in
from tests.factories.papers import Contents
from tests.factories.site import Site, make_site
from tests.factories.sittings import make_attempt

FORMS = (CANARY.encode(), json.dumps(CANARY).strip('"').encode(), CANARY.encode("utf-16-be"), CANARY.encode("gb18030"))
"""The canary as pages, JSON, PDF strings and tables for Excel would hold it."""

STAFF = {
    Role.ORGANISER: ("/hall/", "/reports", "/results", "/api/", "/lessons"),
    Role.LECTURER: ("/lessons", "/reports"),
    Role.ADMINISTRATOR: ("/metrics", "/hall/"),
}
"""What staff see while a sitting runs. The bank and the printed papers are for those who hold the keys anyway."""


@dataclass(frozen=True)
class Exam:
    """A site in which one paper with canaries is being written; `ids` are those of its candidate and stop, `rest` all others."""

    rest: dict[str, object]
    ids: dict[str, object]
    people: dict[Role, int]
    person_id: int
    entry_id: int
    items: tuple[int, ...]

    @property
    def key(self) -> str:
        return str(self.ids["key"])


def exam_with(app: APIFlask, contents: Contents, rest: dict[str, object]) -> Exam:
    with app.app_context(), writing() as session:
        attempt: Attempt = make_attempt(session, at=clock.now(), contents=contents)
        assignment, entry = attempt.assignment, attempt.assignment.entry
        items = assignment.paper.items
        ids: dict[str, object] = {
            "key": attempt.key,
            "attempt_id": attempt.id,
            "entry_id": entry.id,
            "person_id": entry.person_id,
            "unit_id": entry.unit_id,
            "stop_id": entry.stop_id,
            "sitting_id": assignment.sitting_id,
            "paper_id": assignment.paper_id,
            "item_id": items[0].id,
            "version_id": items[0].question_version_id,
            "uid": assignment.sitting.stop.uid,
            "format_name": "csv",
            "paper_set_id": assignment.paper.paper_set_id,
        }
        people = {role: make_person(session, unit=assignment.sitting.stop.unit, roles=(role,)).id for role in STAFF}
        return Exam(rest, ids, people, entry.person_id, entry.id, tuple(item.id for item in items))


def address(rule: Rule, exam: Exam) -> str:
    """The rule's address for the paper that is written, with the rest of the site's numbers where it has none."""
    found = rule.rule
    for name in rule.arguments:
        value = exam.ids.get(name, exam.rest.get(name))
        assert value is not None, f"{rule.rule}: no value for a new parameter; give it one in tests/factories/site.py"
        before, _, after = found.partition(f"{name}>")
        found = f"{before[: before.rindex('<')]}{value}{after}"
    return found


def holds_canary(body: bytes) -> bool:
    """Whether it is in there, also inside the parts of a packed file."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return any(holds_canary(parts.read(name)) for name in parts.namelist())
    return any(form in body for form in FORMS)


def crawl(app: APIFlask, client: FlaskClient, exam: Exam, prefixes: tuple[str, ...] = ("/",)) -> tuple[int, list[str]]:
    """How many answers of 200 came, and the addresses whose answer, whatever its status, holds a canary."""
    good, leaks = 0, []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.rule.startswith(prefixes) or rule.endpoint == "static":
            continue
        place = address(rule, exam)
        answer = client.get(place)
        good += answer.status_code == 200
        if holds_canary(answer.get_data() + repr(answer.headers).encode()):
            leaks.append(place)
        answer.close()
    return good, leaks


def signed_in(app: APIFlask, person_id: int, entry_id: int | None = None) -> FlaskClient:
    client = app.test_client()
    sign_in(client, app, person_id, entry_id)
    return client


def requests_of_a_page(client: FlaskClient, exam: Exam) -> list[str]:
    """What a candidate's page sends, right, wrong, malformed and for a stranger's paper; the calls whose answer leaks."""
    path = f"/api/v1/attempts/{exam.key}"
    values: list[Any] = ["B", ["A", "B"], "区位交通便利", {"x": []}]
    sent: list[tuple[str, Any]] = [
        (f"{path}/pulse", {"device": "d", "tab": "1", "unsaved": 0, "hidden": False, "events": []}),
        (f"{path}/writer", {"device": "d2", "tab": "2"}),
        (f"{path}/writer", {"device": "d", "tab": "1"}),
        (f"{path}/answers", {"device": "d"}),
        (f"{path}/answers", ["nothing"]),
        ("/api/v1/attempts/unknown/answers", {"device": "d", "tab": "1", "operations": []}),
        (f"{path}/submission", {"expected": {str(exam.items[0]): 99}}),
    ]
    for number, (item, value) in enumerate(product(exam.items, values)):
        operation = {
            "op": f"operation-{number}",
            "item": item,
            "revision": number + 1,
            "value": value,
            "flagged": False,
        }
        sent.append((f"{path}/answers", {"device": "d", "tab": "1", "operations": [operation]}))
    answers = [(address, client.post(address, json=body)) for address, body in sent]
    assert sum(answer.status_code == 200 for _, answer in answers) > len(exam.items)
    return [address for address, answer in answers if holds_canary(answer.get_data() + repr(answer.headers).encode())]


def test_no_address_of_the_site_shows_a_key_while_its_paper_is_written(
    app: APIFlask, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    site: Site = make_site(app)
    exam = exam_with(app, secret_paper(), site.here.ids)
    with caplog.at_level(logging.DEBUG):
        candidate = signed_in(app, exam.person_id, exam.entry_id)
        assert requests_of_a_page(candidate, exam) == []
        seen = {
            "candidate": crawl(app, candidate, exam),
            "colleague": crawl(app, signed_in(app, site.here.candidate_id), exam, ("/sitting", "/api/", "/reports")),
            "stranger": crawl(app, app.test_client(), exam, ("/hall/", "/api/", "/sitting", "/metrics", "/healthz")),
        }
        for role, pages in STAFF.items():
            seen[role.value] = crawl(app, signed_in(app, exam.people[role]), exam, pages)
        assert candidate.post(f"/api/v1/attempts/{exam.key}/submission", json={"expected": {}}).status_code == 200
        seen["handed in"] = crawl(app, candidate, exam, ("/sitting", "/api/", "/reports", "/results", "/grading"))
    assert {who: leaks for who, (_, leaks) in seen.items() if leaks} == {}
    assert seen["candidate"][0] >= 15
    assert seen["organiser"][0] >= 25
    written = capfd.readouterr()
    assert not holds_canary((caplog.text + written.out + written.err).encode())


@pytest.mark.parametrize("part", ["stem", "text"])
def test_the_crawl_finds_a_leak_that_was_planted(app: APIFlask, part: str) -> None:
    """The same canary where candidates do see it, in the question or in an option, is found on page and in nothing secret."""
    content = {
        "kind": "single_choice",
        "stem": f"{CANARY}题干" if part == "stem" else "题干",
        "options": [{"key": "A", "text": f"{CANARY}甲" if part == "text" else "甲"}, {"key": "B", "text": "乙"}],
        "answer": "B",
        "explanation": "无",
    }
    exam = exam_with(app, [(content, 1)], {})
    _, leaks = crawl(app, signed_in(app, exam.person_id, exam.entry_id), exam, ("/sitting",))
    assert f"/sitting/attempts/{exam.key}" in leaks
