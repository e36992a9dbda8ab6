"""Every route × every role × own and other unit, against a table that is read by people.

`route_matrix.json` lists for each route who may reach the object of unit “here”: a role alone means from any unit,
`role:here` only the people of that unit. After a change on purpose: `LIANGJUAN_WRITE_MATRIX=1 ./run test tests/conventions/test_routes.py`,
then read the difference.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from exam.accounts.roles import Role, Viewer
from exam.extensions import db
from question_bank.errors import NotFound
from tests.factories.accounts import sign_in
from tests.factories.site import Place, Site, make_site

MATRIX = Path(__file__).parent / "route_matrix.json"
PUBLIC = {
    "static",
    "openapi.spec",
    "web.healthz",
    "web.metrics",
    "web.readyz",
    "account.sign_in",
    "account.sign_in_by_password",
    "account.ticket",
    "account.sign_in_by_ticket",
    "account.set_language",
    "door.enter",
    "hall.trial",
    "hall.count_trial",
    "lessons.come_in",
    "lessons.feedback",
    "lessons.give_feedback",
    "ledger.ask",
    "ledger.send_question",
    "ledger.follow",
    "ledger.say",
    "ledger.answers_for_all",
    "notices.feed",
}


@pytest.fixture
def site(app: APIFlask) -> Site:
    return make_site(app)


def rules(app: APIFlask) -> Iterator[Rule]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint not in PUBLIC:
            yield rule


def viewers(place: Place, where: str) -> dict[str, Viewer]:
    found = {
        f"{role.value}:{where}": Viewer(
            person_id=person_id, name="", unit_id=int(str(place.ids["unit_id"])), roles=frozenset({role}), login_id=1
        )
        for role, person_id in place.people.items()
    }
    found[f"ticket:{where}"] = Viewer(
        person_id=place.candidate_id,
        name="",
        unit_id=int(str(place.ids["unit_id"])),
        roles=frozenset({Role.CANDIDATE}),
        login_id=1,
        roster_entry_id=place.entry_id,
    )
    return found


def allowed(app: APIFlask, rule: Rule, site: Site) -> list[str]:
    view = app.view_functions[rule.endpoint]
    who = viewers(site.here, "here") | viewers(site.there, "there")
    parameters = {name: site.here.ids[name] for name in rule.arguments if name in site.here.ids}
    thing: Any = None
    finder = view.finder  # type: ignore[attr-defined]
    with app.app_context():
        if finder is not None:
            try:
                thing = finder(db.session(), **parameters)
            except NotFound:
                return ["(not found)"]
        passed = {name for name, viewer in who.items() if view.permission(viewer, thing)}  # type: ignore[attr-defined]
    merged = {
        name.split(":")[0]
        for name in passed
        if f"{name.split(':')[0]}:there" in passed and f"{name.split(':')[0]}:here" in passed
    }
    return sorted(merged | {name for name in passed if name.split(":")[0] not in merged})


def test_every_route_names_a_permission_or_is_on_the_short_public_list(app: APIFlask) -> None:
    bare = [
        rule.endpoint for rule in rules(app) if getattr(app.view_functions[rule.endpoint], "permission", None) is None
    ]
    assert bare == []


def test_the_matrix_of_routes_and_roles_is_the_one_we_decided(app: APIFlask, site: Site) -> None:
    found = {
        f"{'/'.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))} {rule.rule}": allowed(app, rule, site)
        for rule in rules(app)
    }
    if os.environ.get("LIANGJUAN_WRITE_MATRIX"):
        lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
        MATRIX.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    assert found == json.loads(MATRIX.read_text(encoding="utf-8"))


def test_the_guard_stands_before_the_view(app: APIFlask, site: Site) -> None:
    """Over HTTP: whom the matrix leaves out gets 403 or 404, the stranger the sign-in page or 401."""
    matrix = json.loads(MATRIX.read_text(encoding="utf-8"))
    for rule in rules(app):
        if "GET" not in rule.methods or not set(rule.arguments) <= set(site.here.ids):
            continue
        address = rule.rule
        for name in rule.arguments:
            for converter in (f"<int:{name}>", f"<{name}>"):
                address = address.replace(converter, str(site.here.ids[name]))
        assert app.test_client().get(address).status_code in {302, 401}, address
        names = matrix[f"GET {rule.rule}"]
        if "answerer" not in names and "answerer:there" not in names:
            client = app.test_client()
            sign_in(client, app, site.there.people[Role.ANSWERER])
            assert client.get(address).status_code in {403, 404}, address


def test_every_post_without_its_token_is_refused(app: APIFlask, site: Site) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    sign_in(client, app, site.here.people[Role.ADMINISTRATOR])
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            address = rule.rule
            for name in rule.arguments:
                for converter in (f"<int:{name}>", f"<{name}>"):
                    address = address.replace(converter, str(site.here.ids.get(name, 1)))
            assert client.post(address, json={} if address.startswith("/api/") else None).status_code == 400, address


def test_no_page_may_be_kept_by_a_cache_or_framed(client: FlaskClient) -> None:
    answer = client.get("/account/sign-in")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
