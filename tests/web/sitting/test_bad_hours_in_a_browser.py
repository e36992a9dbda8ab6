"""The candidate's page when things go wrong: no network, time running out, other pages, no mouse. In a real Chromium.

Minutes pass by the page's own timers and clock, wound forward (`page.clock`); network, server and its time are real. Where
the server has to see a deadline as past, the deadline is moved, not the time.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from axe_core_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from exam import clock, database, keys
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.sittings import operations, timing
from exam.sittings.models import Attempt
from question_bank.enums import Kind
from tests.factories.accounts import begin_login, make_person, session_cookie
from tests.servers import Server
from tests.web.sitting.conftest import PHONE, Desk, seated

pytestmark = pytest.mark.browser
House = tuple[Server, Engine]
OPEN = ".question:not([hidden])"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; HLK-AL00 Build/HONORHLK-AL00; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/86.0.4240.99 XWEB/4313 MMWEBSDK/20220805 Mobile Safari/537.36 MMWEBID/2041 "
    "MicroMessenger/8.0.27.2220(0x28001B37) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)


@contextmanager
def wound(browser: Any, house: House, *, ends_in: timedelta | None = None, **more: Any) -> Iterator[Desk]:
    """A phone whose page's time can be wound forward, ready to seal a rescue file."""
    with database.writing(house[1]) as session:
        keys.rescue_key(session, at=clock.now())
    with seated(browser, house, ends_in=ends_in, **more) as desk:
        desk.page.on("dialog", lambda dialog: dialog.accept())
        desk.page.clock.install()
        desk.page.reload()
        desk.page.clock.run_for(3500)
        expect(desk.page.locator("script[src*=qrcode]")).to_have_count(1)
        desk.page.wait_for_load_state("networkidle")
        yield desk


@contextmanager
def staff(browser: Any, house: House) -> Iterator[Page]:
    server, engine = house
    with database.writing(engine) as session:
        person = make_person(session, roles=[Role.ORGANISER])
        token = begin_login(session, person.id, device="office", at=clock.now())
    base = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(base_url=base, locale="zh-CN")
    context.add_cookies([{"name": "session", "value": session_cookie(token), "url": base}])
    yield context.new_page()
    context.close()


def wind(page: Page, *, shown: bool) -> None:
    """Let time pass in steps, each with room for an answer of the server, until the pause is shown, or no longer."""
    for _ in range(15):
        page.clock.run_for(4000)
        page.wait_for_timeout(400)
        if page.is_visible("#pause") is shown:
            return


def stop_of(desk: Desk) -> int:
    with database.reading(desk.engine) as session:
        return session.get_one(Attempt, desk.attempt_id).assignment.entry.stop_id


def choose(desk: Desk, number: int, text: str) -> None:
    desk.go(number)
    desk.page.tap(f"{OPEN} .option:has-text('{text}')")


def write(desk: Desk, text: str) -> None:
    desk.go(8)
    desk.page.fill(f"{OPEN} textarea", text)


def test_three_minutes_without_network_and_a_reload_in_them_lose_nothing(browser: Any, house: House) -> None:
    with wound(browser, house) as desk:
        page = desk.page
        choose(desk, 1, "开工建设前")
        desk.saved()
        desk.context.set_offline(True)
        choose(desk, 3, "正确")
        write(desk, "断网三分钟里写的答案")
        page.clock.run_for(180_000)
        assert "2道题未保存" in page.inner_text("#banner")
        with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            page.reload()  # over plain HTTP nothing can bring the page up again until the network is back
        assert set(desk.answers()) == {Kind.SINGLE_CHOICE}
        desk.context.set_offline(False)
        page.goto(desk.address + "#8")
        assert page.input_value("#q-8 textarea") == "断网三分钟里写的答案"
        desk.saved()
        expect(page.locator("#banner")).to_be_hidden()
        expect(page.locator("[data-card-counts]")).to_have_text("已答 3/10")
        assert set(desk.answers()) == {Kind.SINGLE_CHOICE, Kind.TRUE_FALSE, Kind.SHORT_ANSWER}


def rescued(desk: Desk) -> bytes:
    """Out of network past deadline and grace: the file the page makes; its QR codes carry the same."""
    page = desk.page
    choose(desk, 1, "开工建设前")
    desk.saved()
    desk.context.set_offline(True)
    write(desk, "只在手机里的答案")
    page.wait_for_selector("[data-save-line][data-state=offline]")
    page.clock.run_for(60_000)
    assert page.is_disabled("#q-8 textarea")
    assert "1道题的答案尚未送达" in page.inner_text("#banner")
    assert page.is_hidden("#rescue")
    page.clock.run_for(62_000)
    assert page.inner_text("#rescue h1") == "未交卷——答案已存本机"
    with page.expect_download() as download:
        page.tap("[data-rescue-save]")
    content = Path(download.value.path()).read_bytes()
    assert "只在手机里的答案".encode() not in content
    page.tap("[data-rescue-codes]")
    assert scanned(page) == content
    return content


def scanned(page: Page) -> bytes:
    """What another phone reads off the screen, code by code."""
    pieces: dict[int, str] = {}
    while True:
        picture = Image.open(BytesIO(page.locator("[data-rescue-code]").screenshot()))
        [code] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        number, count, _, text = code.text.partition("#")[2].split(".")
        pieces[int(number)] = text
        if len(pieces) == int(count):
            joined = "".join(pieces[each] for each in sorted(pieces))
            return base64.urlsafe_b64decode(joined + "=" * (-len(joined) % 4))
        page.tap("[data-rescue-next]")


def test_a_deadline_without_network_ends_in_a_rescue_file_that_two_people_decide(browser: Any, house: House) -> None:
    with wound(browser, house, ends_in=timedelta(minutes=1), device_scale_factor=3) as desk:
        content = rescued(desk)
        with database.writing(desk.engine) as session:
            ended = session.get_one(Attempt, desk.attempt_id)
            ended.started_at, ended.deadline = clock.now() - timedelta(hours=1), clock.now() - timedelta(seconds=61)
            session.flush()
            operations.submit(session, ended, at=clock.now())  # as the sweep does for whoever stayed away
        with staff(browser, house) as first:
            first.goto(f"/hall/{stop_of(desk)}/late")
            upload = {"name": "a.rescue", "mimeType": "application/octet-stream", "buffer": content}
            first.set_input_files("#rescue-file", upload)
            first.click(".rescue-in button[type=submit]")
            assert "只在手机里的答案" in first.inner_text("main")
            claim = first.url
            first.check("[name=accept][value=yes]")
            first.fill("[name=reason]", "监考人在场，确为网络中断。")
            first.click("form[action$=proposal] button[type=submit]")
            assert first.locator("input[name=agree][value=yes]").count() == 0
        assert Kind.SHORT_ANSWER not in desk.answers()
        with staff(browser, house) as second:
            second.goto(claim)
            second.click("form:has([name=agree][value=yes]) button")
            second.click("dialog[open] .btn-primary, dialog[open] .btn-danger")
            expect(second.locator(".notice-success").first).to_be_visible()
        assert desk.answers()[Kind.SHORT_ANSWER].text == "只在手机里的答案"


def test_of_two_pages_of_one_browser_one_writes(desk: Desk) -> None:
    page = desk.page
    choose(desk, 1, "开工建设前")
    desk.saved()
    second = desk.context.new_page()
    second.goto(desk.address)
    expect(second.locator("#banner")).to_contain_text("另一个页面")
    assert second.is_disabled(f"{OPEN} input >> nth=0")
    second.tap("[data-take-over]")
    expect(second.locator("#banner")).to_be_hidden()
    expect(page.locator("#banner")).to_contain_text("另一个页面")
    assert page.is_disabled(f"{OPEN} input >> nth=0")
    second.tap(f"{OPEN} .option:has-text('竣工')")
    expect(second.locator("[data-save-line]")).to_have_attribute("data-state", "saved")
    page.tap("[data-take-over]")
    expect(second.locator("#banner")).to_be_visible()
    expect(page.locator(f"{OPEN} .option:has(:checked)")).to_contain_text("竣工")
    second.close()


def test_warnings_time_given_and_a_pause_are_told_in_words(browser: Any, house: House) -> None:
    with wound(browser, house, ends_in=timedelta(minutes=6)) as desk:
        page, note = desk.page, desk.page.locator("[data-note-text]")
        desk.context.set_offline(True)  # else the server's clock would put the page's right again
        page.clock.run_for(62_000)
        expect(note).to_have_text("距离结束还有5分钟。")
        page.clock.run_for(240_000)
        expect(note).to_have_text("距离结束还有1分钟，到时自动交卷。")
        desk.context.set_offline(False)
        with database.writing(desk.engine) as session:
            sitting = session.get_one(Attempt, desk.attempt_id).assignment.sitting
            by = session.get_one(Attempt, desk.attempt_id).assignment.entry.person_id
            timing.pause(session, sitting, reason="停电", by=by, at=clock.now())
        wind(page, shown=True)
        expect(page.locator("#pause")).to_contain_text("原因：停电")
        expect(page.locator("[data-countdown-text]")).to_have_text("暂停中")
        assert page.is_hidden(OPEN)
        with database.writing(desk.engine) as session:
            sitting = session.get_one(Attempt, desk.attempt_id).assignment.sitting
            timing.resume(session, sitting, reason="来电", by=by, at=clock.now())
            timing.extend(session, sitting, seconds=600, reason="停电", by=by, at=clock.now())
        wind(page, shown=False)
        expect(page.locator("#pause")).to_be_hidden()
        expect(note).to_contain_text("考试继续")


def keys_only(page: Page) -> None:
    """Answer the first question and hand in without touching anything."""
    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("document.activeElement.type") == "radio":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("[data-save-line]")).to_have_attribute("data-state", "saved")
    page.focus("[data-open-card]")
    page.keyboard.press("Enter")
    for _ in range(30):
        if page.evaluate("'handIn' in document.activeElement.dataset"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for name in ("ask", "submit"):
        for _ in range(20):
            if page.evaluate("name => name in document.activeElement.dataset", name):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")


def test_in_wechat_without_indexeddb_an_elder_writes_by_keyboard_alone(browser: Any, house: House) -> None:
    with seated(browser, house, user_agent=WECHAT) as desk:
        with database.writing(desk.engine) as session:
            entry = session.get_one(Attempt, desk.attempt_id).assignment.entry
            session.get_one(Person, entry.person_id).elder_mode = True
        desk.context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
        page = desk.page
        page.reload()
        assert page.evaluate("getComputedStyle(document.querySelector('.q-stem')).fontSize") == "24px"
        small = page.evaluate(
            """[...document.querySelectorAll('.question:not([hidden]) .option, .bottom-bar button, .flag')]
               .map((each) => each.getBoundingClientRect()).filter((box) => box.width && box.height < 59.5).length"""
        )
        assert small == 0
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        keys_only(page)
        assert set(desk.answers()) == {Kind.SINGLE_CHOICE}


def serious(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page)["violations"]
    return [(each["id"], each["nodes"][0]["html"][:160]) for each in found if each["impact"] in {"serious", "critical"}]


def test_axe_finds_nothing_serious_on_any_page_of_a_candidate(browser: Any, house: House) -> None:
    with wound(browser, house, ends_in=timedelta(minutes=30)) as desk:
        page, found = desk.page, {}
        show = "hidden => document.querySelectorAll('.question').forEach((q, at) => { q.hidden = hidden && at > 0; })"
        page.evaluate(show, arg=False)  # all ten at once
        found["questions"] = serious(page)
        page.evaluate(show, arg=True)
        page.tap("[data-open-card]")
        found["answer card"] = serious(page)
        page.tap("#answer-card [data-hand-in]")
        found["check"] = serious(page)
        page.tap("[data-ask]")
        found["confirm"] = serious(page)
        page.keyboard.press("Escape")
        page.tap("[data-back]")
        other = browser.new_context(storage_state={"cookies": desk.context.cookies(), "origins": []}, **PHONE)
        choose(desk, 1, "开工建设前")
        desk.saved()
        tablet = other.new_page()
        tablet.goto(page.url.split("#")[0])
        tablet.wait_for_selector("#banner:not([hidden])")
        found["other device"] = serious(tablet)
        for path in ("/sitting/", "/account/ticket"):
            tablet.goto(page.url.split("/sitting/")[0] + path)
            found[path] = serious(tablet)
        other.close()
        desk.context.set_offline(True)
        write(desk, "断网")
        page.clock.fast_forward(31 * 60_000 + 5_000)
        page.clock.run_for(1_000)
        page.tap("[data-rescue-codes]")
        found["rescue"] = serious(page)
        desk.context.set_offline(False)
        with database.writing(desk.engine) as session:
            operations.submit(session, session.get_one(Attempt, desk.attempt_id), at=clock.now())
        page.wait_for_url("**/receipt")  # by itself, as soon as it hears of it
        found["receipt"] = serious(page)
    assert {name: each for name, each in found.items() if each} == {}
