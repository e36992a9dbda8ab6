"""A real server on a county without stops, and a real Chromium. Nothing is replaced."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from exam import audit, database, schema
from exam.cli.demo.county import PASSWORD, settle
from exam.papers.operations import install_standard
from question_bank import content
from tests.conventions.catalogue import translated
from tests.servers import Server
from tests.shared import made_once

WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]


def midday_zone() -> str:
    """A time zone in which it is about noon now, so that an afternoon fits into the day whenever the test runs."""
    shift = 12 - datetime.now(UTC).hour  # noqa: TID251 -- the real server reads the real clock
    return f"Etc/GMT{-shift:+d}"


@dataclass(frozen=True)
class County:
    """The running site: its address, database and data folder."""

    url: str
    database_url: str
    data: Path


def _settled(folder: Path) -> None:
    url = f"sqlite:///{folder}/liangjuan.db"
    at = datetime.now(UTC)  # noqa: TID251
    schema.upgrade(url, folder, at=at)
    engine = database.open_engine(url)
    with database.writing(engine) as session:
        _, _, events = content.install(session, demo=True, by=None, at=at)
        audit.note(session, events, by=None, at=at)
        install_standard(session, by=None, at=at)
        settle(session, at=at)
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """云川县 with its people, the question bank and the standard specifications; no tour yet. Each file has its own."""
    data = tmp_path_factory.mktemp("county")
    url = f"sqlite:///{data}/liangjuan.db"
    shutil.copyfile(made_once(tmp_path_factory, "settled", _settled) / "liangjuan.db", data / "liangjuan.db")
    server = Server.serving(data, url)
    server.environment["LIANGJUAN_TIMEZONE"] = midday_zone()
    with server:
        yield County(f"http://127.0.0.1:{server.port}", url, data)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("LIANGJUAN_BROWSER", "/usr/bin/chromium"), args=CHROMIUM
        )
        yield browser
        browser.close()


class Desk:
    """One person at one device; the words are those of the page, by their English message ids."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console", lambda line: self.errors.append(line.text) if "Content Security Policy" in line.text else None
        )
        self.words = translated()

    def word(self, message: str, **values: object) -> str:
        text = self.words.get(message) or message
        return text % values if values else text

    def go(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"

    def press(self, message: str, **values: object) -> None:
        """Press the button or follow the link that begins with these words."""
        name = self.word(message, **values)
        self.page.get_by_role("button", name=name, exact=True).or_(
            self.page.get_by_role("link", name=name, exact=True)
        ).first.click()
        self.page.wait_for_load_state()

    def press_confirmed(self, message: str) -> None:
        """Press a button and say yes where the page asks."""
        self.page.get_by_role("button", name=self.word(message), exact=True).first.click()
        yes = self.page.locator("dialog[open] .btn-primary, dialog[open] .btn-danger")
        if yes.count():
            yes.first.click()
        self.page.wait_for_load_state()

    def sign_in(self, user: str) -> None:
        self.go("/account/sign-in")
        self.page.fill("[name=username]", user)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(self.url + "/")

    def sign_in_by_ticket(self, ticket: str) -> None:
        self.go("/account/ticket")
        self.page.fill("[name=code]", ticket)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**/sitting/**")

    def shot(self, name: str) -> None:
        """Keep a picture where LIANGJUAN_PICTURES names a folder."""
        folder = os.environ.get("LIANGJUAN_PICTURES")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def desks(chromium: Browser, county: County) -> Iterator[object]:
    """`desks("phone")` or `desks("desk")`: a new device of that width."""
    contexts: list[BrowserContext] = []
    opened: list[Desk] = []

    def open_desk(width: str) -> Desk:
        size = WIDTHS[width]
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=width == "phone", accept_downloads=True
        )
        contexts.append(context)
        opened.append(Desk(context, county.url))
        return opened[-1]

    yield open_desk
    errors = [error for desk in opened for error in desk.errors]
    for context in contexts:
        context.close()
    assert errors == []
