"""The main job from end to end, as people do it: bank, stop, papers, two phones, marking, results, print."""

import io
import re
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from exam import database
from exam.papers.models import Paper
from exam.sittings.models import Assignment, Sitting
from exam.tours.models import RosterEntry
from question_bank.enums import Kind, PaperKind
from tests.journeys.conftest import County, Desk, midday_zone
from tests.journeys.phone import Phone

pytestmark = [pytest.mark.browser]

AWAY = 60
"""Seconds without a network."""
HEADINGS = (
    "编号",
    "题型",
    "题目",
    "选项A",
    "选项B",
    "选项C",
    "选项D",
    "正确答案",
    "解析",
    "知识点",
    "难度",
    "依据文件",
    "条款",
    "依据状态",
)
LAW = ("企业投资项目核准和备案管理条例", "第十三条", "CONFIRMED")
ROWS = (
    (
        "XC01",
        "单选",
        "备案类项目的企业应当通过什么渠道把项目信息告知备案机关？",
        "口头告知",
        "在线平台",
        "信函",
        "不必告知",
        "B",
        "通过在线平台告知。",
        "项目手续流程",
        1,
        *LAW,
    ),
    (
        "XC02",
        "判断",
        "备案类项目应当在开工建设前告知备案机关。",
        "",
        "",
        "",
        "",
        "对",
        "开工建设前告知。",
        "PROC",
        1,
        *LAW,
    ),
    ("XC03", "单选", "这一行缺少正确答案。", "甲", "乙", "丙", "丁", "", "", "PROC", 1, *LAW),
)

Open = Callable[[str], Desk]


def question_file(folder: Path) -> Path:
    """A workbook as an office keeps it: a title above the headings, headings of its own, one row not finished."""
    file = folder / "招商题库.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet("题库")
        sheet.write(0, 0, "云川县招商业务题库（现场新增）")
        for number, row in enumerate((HEADINGS, *ROWS), start=2):
            sheet.write_row(number, 0, row)
    return file


def test_an_author_brings_in_an_excel_file_and_a_reviewer_publishes(desks: Open, tmp_path: Path) -> None:
    author = desks("desk")
    author.sign_in("author1")
    author.go("/bank/import")
    author.page.set_input_files("input[type=file]", question_file(tmp_path))
    author.page.locator("main form button[type=submit]").last.click()
    author.page.wait_for_url(re.compile(r"/bank/import/\w"))
    expect(author.page.locator("main")).to_contain_text("XC03")  # the row without an answer, by its line
    author.shot("bank-import-1280")
    author.page.locator("main form.panel button[type=submit]").click()
    expect(author.page.locator("main")).to_contain_text(author.word("Unchanged"))

    author.go("/bank/?text=XC01")
    author.page.locator("main table a", has_text="XC01").first.click()
    if author.page.get_by_role("button", name=author.word("Hand in for review")).count():
        for code in ("XC01", "XC02"):
            author.go(f"/bank/?text={code}")
            author.page.locator("main table a", has_text=code).first.click()
            author.press("Hand in for review")

    reviewer = desks("desk")
    reviewer.sign_in("reviewer1")
    for code in ("XC01", "XC02"):
        reviewer.go(f"/bank/?text={code}")
        reviewer.page.locator("main table a", has_text=code).first.click()
        reviewer.press("Approve for publication")
        expect(reviewer.page.locator("main")).to_contain_text(reviewer.word("Published"))
    reviewer.shot("bank-question-1280")


def test_the_day_at_shiqiao(desks: Open, county: County, tmp_path: Path) -> None:
    organiser = desks("desk")
    stop_path = plan_stop(organiser)
    tickets = prepare_stop(organiser, county, stop_path)

    first, second = (Phone(desks("phone")) for _ in range(2))
    for phone, ticket in zip((first, second), tickets, strict=True):
        phone.desk.sign_in_by_ticket(ticket)
    sit_without_network(first)
    sit_with_reload(second)
    assert first.kinds | second.kinds >= {kind.value for kind in Kind} - {Kind.CASE.value}

    organiser.go(stop_path)
    close_and_open(organiser, PaperKind.PRACTICAL)
    for phone in (first, second):
        phone.desk.go("/sitting/")
        phone.begin()
        for _ in phone.numbers():
            phone.answer()
        phone.saved()
        phone.hand_in()
    assert first.kinds | second.kinds == {kind.value for kind in Kind}
    papers_differ(county)

    organiser.go(stop_path)
    close(organiser, PaperKind.PRACTICAL)
    organiser.press_confirmed("Finish this stop")
    mark_everything(desks("desk"))
    for _ in PaperKind:
        organiser.go(stop_path)
        organiser.press_confirmed("Release the results")

    compare_as_leader(desks("desk"), tmp_path)
    print_as_organiser(organiser, stop_path, county, tmp_path)
    first.desk.go("/reports/me")
    first.desk.shot("scorecard-390")


def plan_stop(organiser: Desk) -> str:
    """A tour and a stop at 石桥镇 whose practical paper opens about now."""
    organiser.sign_in("organiser1")
    now = datetime.now(ZoneInfo(midday_zone()))  # noqa: TID251 -- the real server reads the real clock
    organiser.go("/tours/new")
    fill(
        organiser,
        code="T1",
        name="两卷一课巡讲",
        starts_on=f"{now:%Y-%m-%d}",
        ends_on=f"{now + timedelta(days=30):%Y-%m-%d}",
    )
    organiser.page.locator("main form button[type=submit]").last.click()
    organiser.page.wait_for_load_state()
    organiser.go("/tours/1/stops/new")
    organiser.page.select_option("[name=unit]", label="石桥镇")
    starts = now - timedelta(minutes=156)
    fill(
        organiser,
        number="1",
        label="开局示范",
        day=f"{now:%Y-%m-%d}",
        starts=f"{starts:%H:%M}",
        ends=f"{starts + timedelta(minutes=220):%H:%M}",
    )
    organiser.page.locator("[name=day_order][value=paper_first]").check()
    organiser.page.locator("main form button[type=submit]").last.click()
    organiser.page.wait_for_url(re.compile(r"/tours/stops/\d+$"))
    return organiser.page.url.removeprefix(organiser.url)


def fill(desk: Desk, **values: str) -> None:
    for name, value in values.items():
        desk.page.fill(f"[name={name}]", value)


def prepare_stop(organiser: Desk, county: County, stop_path: str) -> list[str]:
    """Roster of one village and one town cadre, both papers, the stop begun, the business paper open; their tickets."""
    page = organiser.page
    organiser.press("Make the roster")
    boxes = page.locator("[data-select-row]")
    for number in range(boxes.count()):
        if number not in {0, boxes.count() - 1}:
            boxes.nth(number).uncheck()
    organiser.press("Freeze the roster")
    organiser.go(stop_path)
    if page.get_by_role("button", name=organiser.word("Set the times of both papers")).count():
        organiser.press("Set the times of both papers")
    for _ in PaperKind:
        organiser.go(stop_path)
        organiser.press("Make the papers")
    organiser.go(stop_path)
    organiser.shot("stop-ready-1280")
    organiser.press_confirmed("Begin this stop")
    organiser.go(stop_path)
    organiser.press_confirmed("Open the paper")
    organiser.shot("stop-running-1280")
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        found = list(session.scalars(select(RosterEntry.ticket).order_by(RosterEntry.seat)))
    engine.dispose()
    for ticket in found:
        organiser.go(stop_path + "/roster")
        page.fill("[name=ticket]", ticket)
        page.locator("[name=ticket]").press("Enter")
        page.wait_for_load_state()
    return found


def sit_without_network(phone: Phone) -> None:
    """The network goes for a minute in the middle; what was written meanwhile is sent afterwards."""
    phone.begin()
    for number in phone.numbers():
        phone.answer()
        if number == 8:
            phone.saved()
            phone.desk.context.set_offline(True)
            away = time.monotonic()
        if number == 12:
            expect(phone.page.locator("[data-save-line]")).to_have_attribute("data-state", "offline", timeout=20_000)
            phone.desk.shot("sitting-offline-390")
            time.sleep(max(0, AWAY - (time.monotonic() - away)))
            phone.desk.context.set_offline(False)
            phone.saved(seconds=60)
    phone.saved()
    phone.hand_in()
    phone.desk.shot("receipt-390")


def sit_with_reload(phone: Phone) -> None:
    """The page is loaded again in the middle; every answer given is still there."""
    phone.begin()
    for number in phone.numbers():
        phone.answer()
        if number == 10:
            phone.saved()
            phone.page.reload()
            phone.page.locator("[data-open-card]").first.tap()
            expect(phone.page.locator("#answer-card [data-count=answered]")).to_have_text("10")
            phone.desk.shot("answer-card-390")
            phone.page.locator("#answer-card [data-number='10']").tap()
    phone.saved()
    phone.hand_in()


def close_and_open(organiser: Desk, kind: PaperKind) -> None:
    close(organiser, PaperKind.BUSINESS)
    organiser.press_confirmed("Open the paper")
    del kind


def close(organiser: Desk, kind: PaperKind) -> None:
    del kind
    organiser.press_confirmed("Close the paper")


def papers_differ(county: County) -> None:
    """Each of the two had a business and a practical paper of their own."""
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        for kind in PaperKind:
            drawn = session.scalars(
                select(Paper.items_hash)
                .join(Assignment, Assignment.paper_id == Paper.id)
                .join(Sitting, Sitting.id == Assignment.sitting_id)
                .where(Sitting.paper_kind == kind)
            ).all()
            assert len(drawn) == len(set(drawn)) == 2
    engine.dispose()


def mark_everything(marker: Desk) -> None:
    """Question by question confirm the suggestion, and judge by hand where there is none."""
    marker.sign_in("marker1")
    marker.go("/grading/")
    sittings = [
        link.get_attribute("href") or "" for link in marker.page.locator("main a[href*='/grading/sittings/']").all()
    ]
    marker.shot("marking-desk-1280")
    for address in dict.fromkeys(sittings):
        marker.go(address)
        while (question := marker.page.locator("main a[href*='/next?']")).count():
            question.first.click()
            marker.page.wait_for_url("**/grading/answers/**")
            while "/grading/answers/" in marker.page.url:
                mark_one(marker)


def mark_one(marker: Desk) -> None:
    form = marker.page.locator("form[data-marking]")
    if not form.locator("#marks").input_value():
        form.locator("#marks").fill("20")
    marker.shot("marking-1280")
    here = marker.page.url
    form.locator("button.btn-primary").click()
    marker.page.wait_for_url(lambda url: url != here)


def compare_as_leader(leader: Desk, folder: Path) -> None:
    leader.sign_in("leader1")
    leader.go("/reports/")
    expect(leader.page.locator("main")).to_contain_text("石桥镇")
    leader.shot("comparison-one-1280")
    with leader.page.expect_download() as got:
        leader.page.locator("a[href*='results.xlsx']").first.click()
    file = folder / "results.xlsx"
    got.value.save_as(file)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
    cells = [
        str(cell)
        for name in workbook.sheet_names
        for row in workbook.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert any("石桥镇" in cell for cell in cells)


def print_as_organiser(organiser: Desk, stop_path: str, county: County, folder: Path) -> None:
    """The stop's papers as one PDF: both candidates' papers are in it, every font is embedded."""
    organiser.go(stop_path)
    organiser.page.locator(f"a[href$='{stop_path}/printing']").first.click()
    organiser.page.locator("input[name=what][value=cover]").uncheck()
    organiser.page.locator("form[data-once] button[type=submit]").last.click()
    ready = organiser.page.locator("a[href$='/file.pdf']")
    ready.wait_for(timeout=120_000)
    organiser.shot("printing-1280")
    with organiser.page.expect_download() as got:
        ready.click()
    file = folder / "papers.pdf"
    got.value.save_as(file)
    text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        codes = session.scalars(select(Paper.code).join(Assignment, Assignment.paper_id == Paper.id)).all()
    engine.dispose()
    assert len(codes) == 4
    assert [code for code in codes if code not in text.replace(" ", "")] == []
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all("TrueType" in line and re.search(r"\byes\s+yes\s+yes\b", line) for line in fonts), fonts
