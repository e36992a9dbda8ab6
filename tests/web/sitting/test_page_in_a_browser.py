"""The candidate's page in a real Chromium at 390 px, by touch, against the real server."""

import gzip
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from exam import database
from exam.sittings import queries
from exam.sittings.models import Attempt, AttemptStatus
from question_bank.enums import Kind
from question_bank.kinds import verdict
from tests.servers import Server
from tests.web.sitting.conftest import PHONE, Desk, seated

pytestmark = pytest.mark.browser
FIRST_LOAD = 60_000


def tap_text(page: Page, text: str) -> None:
    page.tap(f".question:not([hidden]) .option:has-text('{text}')")


def sort(page: Page, wanted: list[str]) -> None:
    """Bring the steps into the wanted order with the arrows alone."""
    rows = ".question:not([hidden]) .order li"
    for place, text in enumerate(wanted):
        for _ in wanted:
            shown = [each.strip() for each in page.locator(f"{rows} .order-text").all_inner_texts()]
            if shown[place] == text:
                break
            page.tap(f"{rows}:has-text('{text}') [data-move=up]")


def answer_everything(desk: Desk) -> None:
    page, open_ = desk.page, ".question:not([hidden])"
    tap_text(page, "开工建设前")
    desk.go(2)
    for text in ("按地方留成返还税收", "约定零地价供地", "电价补贴"):
        tap_text(page, text)
    desk.go(3)
    tap_text(page, "正确")
    desk.go(4)
    page.fill(f"{open_} input >> nth=0", "安全")
    page.fill(f"{open_} input >> nth=1", "安 全")
    desk.go(5)
    page.fill(f"{open_} input", "９６万元")
    desk.go(6)
    sort(page, ["项目备案", "建设用地规划许可", "建设工程规划许可", "建筑工程施工许可"])
    desk.go(7)
    for row, office in enumerate(("生态环境局", "住房和城乡建设局", "市场监督管理局")):
        select = page.locator(f"{open_} select >> nth={row}")
        select.select_option(label=next(o for o in select.locator("option").all_inner_texts() if o.endswith(office)))
    desk.go(8)
    page.fill(f"{open_} textarea", "区位交通便利，\n产业配套齐全。")
    desk.go(9)
    tap_text(page, "不得未批先建")
    page.fill(f"{open_} textarea", "帮办代办，容缺受理。")
    desk.go(10)
    for number, text in enumerate(("用工不足", "县人社局", "招聘会", "订单培训")):
        page.fill(f"{open_} textarea >> nth={number}", text)
    desk.saved()


def test_all_nine_kinds_are_answered_by_touch_and_handed_in(desk: Desk) -> None:
    answer_everything(desk)
    found = desk.answers()
    assert set(found) == {*Kind, "diagnosis"}
    with database.reading(desk.engine) as session:
        paper = session.get_one(Attempt, desk.attempt_id).assignment.paper_id
        for item in queries.frozen_items(session, paper):
            if not item.content.kind.is_written:
                assert verdict(item.content, found[item.content.kind], item.rule, item.marks).marks == item.marks
    assert found["diagnosis"].fields["planned"] == "订单培训"
    page = desk.page
    page.tap(".bottom-bar [data-hand-in]")
    assert page.inner_text("[data-open-summary]") == "全部题目都已作答。"
    page.tap("[data-ask]")
    page.tap("[data-submit]")
    page.wait_for_url("**/receipt")
    assert re.fullmatch(r"[0-9A-Z]{4} [0-9A-Z]{4} \d{2}", page.inner_text(".receipt-number"))
    assert page.evaluate("Object.keys(localStorage).filter((key) => /^sitting:.*:/.test(key))") == []
    page.goto(desk.address)
    assert page.url.endswith("/receipt")


def test_without_network_answers_stay_on_the_device_and_are_sent_when_it_is_back(desk: Desk) -> None:
    page = desk.page
    desk.context.set_offline(True)
    tap_text(page, "开工建设前")
    page.wait_for_selector("[data-save-line][data-state=offline]")
    assert page.inner_text("[data-save-line]").strip() == "未保存——答案已存本机，网络断开"
    desk.go(4)
    page.fill(".question:not([hidden]) input >> nth=0", "安全")
    page.wait_for_selector("#banner:not([hidden])")
    assert "2道题未保存" in page.inner_text("#banner")
    page.wait_for_timeout(3000)
    assert desk.answers() == {}
    desk.context.set_offline(False)
    desk.saved()
    page.wait_for_selector("#banner", state="hidden")
    assert set(desk.answers()) == {Kind.SINGLE_CHOICE, Kind.FILL_BLANK}


def test_what_was_typed_without_network_outlives_a_reload(desk: Desk) -> None:
    page = desk.page
    page.route("**/api/v1/**", lambda route: route.abort())
    desk.go(8)
    page.fill(".question:not([hidden]) textarea", "断网时写的答案")
    page.wait_for_selector("[data-save-line][data-state=offline]")
    assert desk.answers() == {}
    page.unroute("**/api/v1/**")
    page.reload()
    assert page.input_value("#q-8 textarea") == "断网时写的答案"
    desk.saved()
    assert desk.answers()[Kind.SHORT_ANSWER].text == "断网时写的答案"


def test_another_device_goes_on_where_the_first_one_stopped(desk: Desk, browser: Any) -> None:
    answer_everything(desk)
    second = browser.new_context(
        base_url=desk.page.url, **PHONE, storage_state={"cookies": desk.context.cookies(), "origins": []}
    )
    page = second.new_page()
    page.goto(desk.page.url)
    page.tap("[data-open-card]")
    assert page.inner_text("[data-count=answered]") == "10"
    page.tap(".card-cell[data-number='6']")
    steps = page.locator(".question:not([hidden]) .order-text").all_inner_texts()
    assert steps == ["项目备案", "建设用地规划许可", "建设工程规划许可", "建筑工程施工许可"]
    second.close()


@pytest.mark.parametrize(("keep", "counts"), [("mine", (2, "平板写的")), ("theirs", (1, "手机写的"))])
def test_two_devices_that_disagree_let_the_candidate_decide(
    desk: Desk, browser: Any, keep: str, counts: tuple[int, str]
) -> None:
    state = {"cookies": desk.context.cookies(), "origins": []}
    tablet = browser.new_context(storage_state=state, **PHONE)
    page = tablet.new_page()
    page.goto(desk.page.url.split("#")[0] + "#8")
    page.wait_for_load_state("networkidle")
    tablet.set_offline(True)
    page.fill(".question:not([hidden]) textarea", "平板写的")
    page.wait_for_selector("[data-save-line][data-state=offline]")
    desk.go(8)
    desk.page.fill(".question:not([hidden]) textarea", "手机写的")
    desk.saved()
    tablet.set_offline(False)
    page.wait_for_selector(".question:not([hidden]) [data-conflict]:not([hidden])")
    assert page.inner_text(".question:not([hidden]) [data-theirs]") == "手机写的"
    assert page.get_attribute("[data-save-line]", "data-state") == "refused"
    page.tap("[data-take-over]")
    page.tap(f".question:not([hidden]) [data-keep={keep}]")
    page.wait_for_selector("[data-save-line][data-state=saved]")
    assert page.input_value(".question:not([hidden]) textarea") == counts[1]
    tablet.close()
    with database.reading(desk.engine) as session:
        [(revision, value, _)] = queries.current_answers(session, desk.attempt_id).values()
    assert (revision, value["text"]) == counts


def test_handing_in_lists_what_is_open_incomplete_and_flagged(desk: Desk) -> None:
    page = desk.page
    page.tap(".question:not([hidden]) [data-flag]")
    desk.go(4)
    page.fill(".question:not([hidden]) input >> nth=0", "安全")
    desk.go(3)
    tap_text(page, "正确")
    desk.saved()
    page.tap("[data-open-card]")
    page.tap("#answer-card [data-hand-in]")
    listed = page.locator("[data-open-list] a").all_inner_texts()
    assert len(listed) == 9
    assert listed[0].split() == ["第1题", "未答、已标记"]
    assert listed[2].split() == ["第4题", "未答完"]
    page.tap("[data-open-list] a >> nth=2")
    assert page.get_attribute(".question:not([hidden])", "data-number") == "4"


def test_what_cannot_be_read_is_never_called_saved(desk: Desk) -> None:
    desk.go(5)
    desk.page.fill(".question:not([hidden]) input", "很多")
    desk.page.wait_for_selector("[data-save-line][data-state=refused]")
    assert "很多" in desk.page.inner_text("[data-save-line]")
    desk.page.fill(".question:not([hidden]) input", "96")
    desk.saved()


def test_when_time_is_up_nothing_can_be_entered_and_the_paper_is_handed_in(
    browser: Any, house: tuple[Server, Engine]
) -> None:
    with seated(browser, house, ends_in=timedelta(seconds=8)) as desk:
        assert re.fullmatch(r"00:0\d", desk.page.inner_text("[data-countdown-text]"))
        desk.go(8)
        desk.page.fill(".question:not([hidden]) textarea", "最后一秒的答案")
        desk.page.wait_for_url("**/receipt", timeout=20_000)
        assert desk.answers()[Kind.SHORT_ANSWER].text == "最后一秒的答案"
        with database.reading(desk.engine) as session:
            assert session.get_one(Attempt, desk.attempt_id).status is AttemptStatus.SUBMITTED


def test_the_countdown_does_not_ask_the_devices_clock(browser: Any, house: tuple[Server, Engine]) -> None:
    with seated(browser, house) as desk:
        script = "const real = Date; Date.now = () => real.UTC(2001, 0, 1) + performance.now();"
        desk.context.add_init_script(script)
        desk.page.reload()
        assert re.fullmatch(r"(59:[45]\d|1:00:00)", desk.page.inner_text("[data-countdown-text]"))


def test_an_ended_login_asks_for_the_ticket_in_the_page_and_keeps_the_answers(desk: Desk) -> None:
    page = desk.page
    desk.context.clear_cookies()
    tap_text(page, "开工建设前")
    page.wait_for_selector("[data-ticket-form]:not([hidden])")
    assert "重新输入准考证编码" in page.inner_text("#banner")
    assert desk.answers() == {}
    page.fill("#again-code", "ABCD-2345")
    page.press("#again-code", "Enter")
    page.wait_for_selector("[data-ticket-form] .form-error:has-text('没有')")
    page.fill("#again-code", desk.ticket)
    page.press("#again-code", "Enter")
    desk.saved()
    assert page.is_hidden("#banner")
    assert set(desk.answers()) == {Kind.SINGLE_CHOICE}


def test_every_target_is_large_enough_and_nothing_runs_off_the_screen(desk: Desk) -> None:
    page = desk.page
    for zoom in ("100%", "150%"):
        page.evaluate(f"document.documentElement.style.fontSize = '{zoom}'")
        for number in range(1, 11):
            desk.go(number)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (zoom, number)
            small = page.evaluate(
                """[...document.querySelectorAll('.question:not([hidden]), .bottom-bar')].flatMap((box) =>
                   [...box.querySelectorAll('button, .option, select, input[type=text], summary')])
                   .map((each) => [each.className || each.tagName, each.getBoundingClientRect()])
                   .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 43.5)).map(([name]) => name)"""
            )
            assert small == [], (zoom, number)


def test_the_first_load_stays_below_sixty_kilobytes(desk: Desk, browser: Any) -> None:
    answers: list[Any] = []
    state = {"cookies": desk.context.cookies(), "origins": []}
    context = browser.new_context(storage_state=state, **PHONE)  # nothing cached yet
    page = context.new_page()
    page.on("response", lambda response: answers.extend([response]))
    page.goto(desk.page.url)
    expect(page.locator("script[src*=qrcode]")).to_have_count(1)  # what is fetched once the page stands counts too
    page.wait_for_load_state("networkidle")
    counted = [each for each in answers if re.search(r"\.(css|js)(\?|$)|/sitting/attempts/", each.url)]
    sizes = {each.url: len(gzip.compress(each.body(), 6)) for each in counted}
    context.close()
    print(f"\nfirst load: {sum(sizes.values())} bytes gzipped in {len(sizes)} files")
    assert len(sizes) >= 15
    assert sum(sizes.values()) < FIRST_LOAD


def test_scripts_hold_to_what_old_phones_understand() -> None:
    for script in (Path(__file__).parents[3] / "static" / "js").glob("sitting*.js"):
        text = script.read_text(encoding="utf-8")
        assert (
            re.findall(
                r"\?\?|\?\.[a-zA-Z\[(]|\.flat\(|\.flatMap\(|\.matchAll\(|replaceAll|Object\.fromEntries|\bimport\b",
                text,
            )
            == []
        )
