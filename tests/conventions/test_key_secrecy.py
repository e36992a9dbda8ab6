"""The answer key never leaves the server before the results are released."""

import copy
import json
import re
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from exam import clock
from exam.extensions import writing
from exam.sittings.models import Attempt
from tests.factories.accounts import sign_in
from tests.factories.papers import NINE_KINDS
from tests.factories.sittings import make_attempt

pytestmark = pytest.mark.db
CANARY = "金丝雀"
SECRET_FIELDS = {"explanation", "reference", "point", "feedback"}


def marked(value: Any, name: str = "", number: list[int] | None = None) -> Any:
    """The same content with an unmistakable word in everything a candidate may not see."""
    number = number if number is not None else [0]
    if isinstance(value, dict):
        return {key: marked(each, key, number) for key, each in value.items()}
    if isinstance(value, list):
        return [marked(each, name, number) for each in value]
    if isinstance(value, str) and name in SECRET_FIELDS | {"keyword_groups"}:
        number[0] += 1
        return f"{CANARY}{number[0]}"
    return value


def secret_paper() -> list[tuple[dict[str, Any], int | str]]:
    contents = []
    for content, marks in NINE_KINDS:
        secret = marked(copy.deepcopy(content))
        if secret["kind"] == "fill_blank":
            secret["answers"] = [[f"{CANARY}答案"], [f"{CANARY}答案"]]
        contents.append((secret, marks))
    return contents


def candidate_of(app: APIFlask, contents: Any) -> tuple[FlaskClient, str]:
    with app.app_context(), writing() as session:
        attempt: Attempt = make_attempt(session, at=clock.now(), contents=contents)
        entry = attempt.assignment.entry
        key, person_id, entry_id = attempt.key, entry.person_id, entry.id
    client = app.test_client()
    sign_in(client, app, person_id, entry_id)
    return client, key


def pages(client: FlaskClient, key: str) -> dict[str, str]:
    """Every address a candidate can reach by following links and by the page's own calls."""
    seen: dict[str, str] = {}
    waiting = [
        "/",
        "/sitting/",
        f"/sitting/attempts/{key}",
        f"/api/v1/attempts/{key}",
        f"/sitting/attempts/{key}/receipt",
        "/reports/me",
    ]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        answer = client.get(address, follow_redirects=True)
        seen[address] = answer.get_data(as_text=True) + json.dumps(dict(answer.headers))
        for part in seen[address].split('href="')[1:]:
            link = part.split('"')[0].split("#")[0]
            if link.startswith("/") and not link.startswith("/static"):
                waiting.append(link)
    return seen


def test_nothing_secret_reaches_a_candidate_before_or_after_handing_in(app: APIFlask) -> None:
    client, key = candidate_of(app, secret_paper())
    before = pages(client, key)
    assert len(before[f"/sitting/attempts/{key}"]) > 2000
    assert client.post(f"/api/v1/attempts/{key}/submission", json={"expected": {}}).status_code == 200
    for seen in (before, pages(client, key)):
        leaks = [address for address, text in seen.items() if CANARY in text]
        assert leaks == []


VARIABLE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w.-]{40,}|演示\w*|\d+")
"""Names of attempts, tokens, invented names, numbers and times."""


def test_the_page_is_the_same_whatever_the_key_is(app: APIFlask) -> None:
    """Two papers that differ only in the key of their question: page and state are the same, letter by letter."""
    first, second = (copy.deepcopy(NINE_KINDS[0][0]) for _ in range(2))
    second["answer"] = "C"
    seen = []
    for content in (first, second):
        client, key = candidate_of(app, [(content, 1)])
        bodies = [
            client.get(address).get_data(as_text=True)
            for address in (f"/sitting/attempts/{key}", f"/api/v1/attempts/{key}")
        ]
        seen.append([VARIABLE.sub("#", body) for body in bodies])
    assert seen[0] == seen[1]
