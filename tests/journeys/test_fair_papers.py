"""From a specification to papers of proven equal difficulty, as an organiser makes them."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument
from sqlalchemy import select

from exam import database
from exam.papers.models import Paper
from exam.sittings.models import Assignment, Sitting
from exam.tours.models import RosterEntry
from question_bank.enums import Kind, PaperKind
from tests.journeys.conftest import County, Desk
from tests.journeys.test_the_day import fill, plan_stop

pytestmark = [pytest.mark.browser]

Open = Callable[[str], Desk]
NAME = "石桥镇业务卷（短卷）"


def test_a_specification_is_built_mended_drawn_and_certified(desks: Open, county: County, tmp_path: Path) -> None:
    organiser = desks("desk")
    stop_path = plan_stop(organiser)
    build(organiser)
    take_the_way_out(organiser)
    make_papers(organiser, stop_path)
    certificate = read_certificate(organiser, tmp_path)
    assert "任意两人试卷的预计得分相差不超过" in certificate
    assert NAME in certificate
    walk_in(organiser, stop_path, county, tmp_path)


def build(organiser: Desk) -> None:
    """Twenty single choices and six calculations on law and procedures, more than the bank holds of the latter."""
    organiser.go("/papers/")
    organiser.press("New specification")
    page = organiser.page
    fill(organiser, name=NAME, minutes="30", total="50", pass_marks="30")
    fill(organiser, **{"sections-0-count": "20", "topics-3-marks": "20", "topics-4-marks": "20"})
    expect(page.locator("[data-held=sections-0]")).to_contain_text("份不重复的试卷")
    page.get_by_role("button", name=organiser.word("Add a section")).click()
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and "refresh" in (answer.request.post_data or "")
    ):
        page.select_option("#sections-1-kinds-0", Kind.NUMERIC.value)  # the server sends the rows anew
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')")
    fill(organiser, **{"sections-1-count": "6", "sections-1-marks_each": "5"})
    expect(page.locator("[data-sum=sections]").last).to_have_text(organiser.word("%(marks)s marks", marks="50"))
    expect(page.locator("#topics-say")).to_contain_text("10")
    fill(organiser, **{"topics-3-marks": "30"})
    expect(page.locator("#topics-say")).to_be_empty()
    organiser.shot("specification-form-1280")
    organiser.press("Check against the bank")


def take_the_way_out(organiser: Desk) -> None:
    """What is short is named; one press changes the draft; then it is put in use."""
    finding = organiser.page.locator("#finding")
    expect(finding).to_contain_text(organiser.word("Short is:"))
    expect(finding).to_contain_text(Kind.NUMERIC.chinese)
    organiser.shot("specification-short-1280")
    finding.get_by_role("button", name=organiser.word("Take this way")).first.click()
    expect(finding).to_contain_text(organiser.word("The bank can fill this specification"))
    expect(organiser.page.locator("#sections-1-count")).to_have_value("4")
    organiser.press("Cancel")
    organiser.press_confirmed("Put in use")
    expect(organiser.page.locator("main")).to_contain_text(organiser.word("In use"))


def make_papers(organiser: Desk, stop_path: str) -> None:
    """A roster of three; the stop takes the new specification for the audience of the host's village."""
    page = organiser.page
    organiser.go(stop_path)
    organiser.press("Make the roster")
    boxes = page.locator("[data-select-row]")
    for number in range(3, boxes.count()):
        boxes.nth(number).uncheck()
    organiser.press("Freeze the roster")
    organiser.go(stop_path)
    if page.get_by_role("button", name=organiser.word("Set the times of both papers")).count():
        organiser.press("Set the times of both papers")
    choices = page.locator("article.sitting", has_text=organiser.word("Business paper")).locator(
        ".specification-choice"
    )
    for number in range(choices.count()):
        choice = choices.nth(number)
        value = choice.locator("option", has_text=NAME).get_attribute("value")
        choice.locator("select").select_option(value)
        choice.get_by_role("button").click()
        page.wait_for_load_state()
    organiser.shot("stop-specification-1280")
    for _ in PaperKind:
        organiser.go(stop_path)
        organiser.press("Make the papers")
    organiser.go(stop_path)
    expect(page.locator("article.sitting", has_text=organiser.word("Business paper"))).to_contain_text(NAME)


def read_certificate(organiser: Desk, folder: Path) -> str:
    """The page in words, drawn again on the spot; the sheet to be filed. Returns the text of the sheet."""
    page = organiser.page
    business = page.locator("article.sitting", has_text=organiser.word("Business paper"))
    business.get_by_role("link", name=organiser.word("Certificate")).first.click()
    expect(page.locator(".certificate-first")).to_contain_text("任意两人试卷的预计得分相差不超过")
    organiser.press("Draw again and compare")
    expect(page.get_by_role("status")).to_contain_text(
        organiser.word("Drawn again from the same bank and seed: every paper is the same.")
    )
    organiser.shot("certificate-1280")
    with page.expect_download() as got:
        page.get_by_role("link", name=organiser.word("Print (PDF, one page)")).click()
    file = folder / "certificate.pdf"
    got.value.save_as(file)
    document = PdfDocument(io.BytesIO(file.read_bytes()))
    assert len(document) == 1
    return document[0].get_textpage().get_text_range().replace("\r\n", "")


def walk_in(organiser: Desk, stop_path: str, county: County, folder: Path) -> None:
    """Somebody who comes without being on the roster gets a spare paper, and it prints."""
    page = organiser.page
    organiser.go(stop_path)
    organiser.press_confirmed("Begin this stop")
    organiser.go(stop_path + "/walk-in?q=李")
    page.get_by_role("button", name=organiser.word("Add and check in")).first.click()
    page.wait_for_load_state()
    for _ in PaperKind:
        organiser.go(stop_path)
        more = page.get_by_role("button", name=organiser.word("Give papers to %(count)s more", count=1))
        if more.count():
            more.first.click()
            page.wait_for_load_state()
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        given = session.execute(
            select(RosterEntry.id, Paper.spare, Paper.code)
            .join(Assignment, Assignment.roster_entry_id == RosterEntry.id)
            .join(Paper, Paper.id == Assignment.paper_id)
            .join(Sitting, Sitting.id == Assignment.sitting_id)
            .where(RosterEntry.walk_in, Sitting.paper_kind == PaperKind.BUSINESS)
        ).all()
    engine.dispose()
    assert [row.spare for row in given] == [True]
    with page.expect_download() as got:
        page.evaluate(f"window.location.assign('{stop_path}/roster/{given[0].id}/papers.pdf')")
    file = folder / "walk-in.pdf"
    got.value.save_as(file)
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(io.BytesIO(file.read_bytes())))
    assert given[0].code in text.replace(" ", "")
