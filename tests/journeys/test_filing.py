"""The leader files the 通报 as PDF and Word; a unit's contact sees that unit alone, and what is published."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from docx import Document
from playwright.sync_api import expect
from sqlalchemy import select

from exam import database
from exam.accounts.models import Unit
from tests.factories.accounts import make_person
from tests.factories.results import TEN_CHOICES, make_sat_paper, released
from tests.factories.tours import make_entry, make_stop
from tests.journeys.conftest import County, Desk

pytestmark = [pytest.mark.browser]

Open = Callable[[str], Desk]
NUMBER = "云招办〔2027〕6号"


@pytest.fixture
def units(county: County) -> tuple[str, int]:
    """The unit of contact01 and another one, five people of each having sat the business paper, the results out."""
    engine = database.open_engine(county.database_url)
    at = datetime.now(UTC) - timedelta(hours=4)  # noqa: TID251 -- the real server reads the real clock
    with database.writing(engine) as session:
        own, other = (session.scalars(select(Unit).where(Unit.code == code)).one() for code in ("U01", "U02"))
        tour = None
        for unit, best in ((own, 90), (other, 80)):
            stop = make_stop(session, tour=tour, unit=unit, starts_at=at)
            tour = stop.tour
            entries = [make_entry(session, stop, person=make_person(session, unit=unit)) for _ in range(5)]
            scores = {entry: best - 10 * place for place, entry in enumerate(entries)}
            released(session, make_sat_paper(session, stop, scores, contents=TEN_CHOICES))
        session.flush()
        names = (own.name, other.id)
    engine.dispose()
    return names


def test_a_leader_files_the_bulletin_and_a_contact_sees_the_own_unit_only(desks: Open, units: tuple[str, int]) -> None:
    own, other = units
    leader = desks("desk")
    leader.sign_in("leader1")
    leader.go("/reports/bulletins")
    leader.page.select_option("[name=measure]", "business")
    leader.press("Draft a bulletin")
    leader.press("Edit the words")
    leader.page.fill("[name=document_number]", NUMBER)
    leader.press("Keep the words")
    leader.press_confirmed("Make final")
    expect(leader.page.locator(".notice-success")).to_be_visible()
    leader.shot("bulletin")
    assert [name in printed(leader) for name in (NUMBER, own)] == [True, True]
    assert any(own in cell for cell in written(leader))
    leader.press_confirmed("Publish")
    contact = desks("phone")
    contact.sign_in("contact01")
    contact.go("/reports/own-unit?measure=business")
    expect(contact.page.locator("h1")).to_contain_text(own)
    refused = contact.page.goto(f"{contact.url}/reports/units/{other}")
    assert refused is not None
    assert refused.status == 404
    contact.go("/results/")
    expect(contact.page.locator("main")).to_contain_text(NUMBER)
    assert leader.errors == contact.errors == []


def printed(desk: Desk) -> str:
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="PDF", exact=True).click()
    pages = pypdfium2.PdfDocument(download.value.path().read_bytes())
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def written(desk: Desk) -> list[str]:
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Word", exact=True).click()
    document = Document(io.BytesIO(download.value.path().read_bytes()))
    return [cell.text for table in document.tables for row in table.rows for cell in row.cells]
