"""Phones on the candidate's page: a real Chromium and the real server, one of each for all tests of this folder."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright
from sqlalchemy import Engine

from exam import clock, database
from exam.sittings import queries
from exam.sittings.models import Attempt
from question_bank.enums import Kind
from tests.factories.accounts import begin_login, session_cookie
from tests.factories.sittings import make_attempt
from tests.servers import Server

BROWSER = os.environ.get("LIANGJUAN_BROWSER") or shutil.which("chromium")

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}


@dataclass
class Desk:
    """A candidate before their paper: the phone's page, and the database behind the server."""

    page: Page
    context: BrowserContext
    address: str
    attempt_id: int
    engine: Engine
    errors: list[str]
    ticket: str

    def answers(self) -> dict[Kind, Any]:
        """By kind what counts on the server, as responses."""
        with database.reading(self.engine) as session:
            paper = session.get_one(Attempt, self.attempt_id).assignment.paper_id
            items = {item.item_id: item for item in queries.frozen_items(session, paper)}
            held = queries.responses_of(session, self.attempt_id)
        found: dict[Any, Any] = {}
        for item, response in held.items():
            kind = "diagnosis" if getattr(items[item].content, "form", "") == "diagnosis" else response.kind
            found[kind] = response
        return found

    def go(self, number: int) -> None:
        self.page.tap("[data-open-card]")
        self.page.tap(f".card-cell[data-number='{number}']")

    def saved(self) -> None:
        self.page.wait_for_selector("[data-save-line][data-state=saved]")
        assert self.page.inner_text("[data-save-line]").strip().startswith("已保存")


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    if not BROWSER:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Engine]]:
    """One server for all tests of this file; every test brings a candidate of its own."""
    data = tmp_path_factory.mktemp("house")
    url = f"sqlite:///{shutil.copyfile(sqlite_template, data / 'liangjuan.db').as_posix()}"
    environment = {"LIANGJUAN_DATA": str(data), "DATABASE_URL": url, "SECRET_KEY": "test"}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "exam.app:create_app"]
    engine = database.open_engine(url)
    with Server([*command, "--blocking-threads", "4", "--log-level", "error", "--port"], environment) as server:
        yield server, engine
    engine.dispose()


@contextmanager
def seated(
    browser: Any, house: tuple[Server, Engine], *, ends_in: timedelta | None = None, **more: Any
) -> Iterator[Desk]:
    """A phone on the page of a paper just begun, which ends in an hour or in `ends_in`."""
    server, engine = house
    now = clock.now()
    with database.writing(engine) as session:
        attempt = make_attempt(session, at=now)
        if ends_in is not None:
            attempt.deadline = now + ends_in
        entry = attempt.assignment.entry
        token = begin_login(session, entry.person_id, device="phone", at=now, roster_entry_id=entry.id)
    base = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(base_url=base, **PHONE, **more)
    context.add_cookies([{"name": "session", "value": session_cookie(token), "url": base}])
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    desk = Desk(page, context, f"/sitting/attempts/{attempt.key}", attempt.id, engine, errors, entry.ticket)
    page.goto(desk.address)
    try:
        yield desk
        assert errors == []
    finally:
        context.close()


@pytest.fixture
def desk(browser: Any, house: tuple[Server, Engine]) -> Iterator[Desk]:
    with seated(browser, house) as desk:
        yield desk
