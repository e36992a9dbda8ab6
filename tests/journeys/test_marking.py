"""From handed-in papers to marks by several people, and an appeal: by keyboard at the desk, by thumb on a phone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from exam import database
from exam.accounts.models import Person
from exam.cli.demo.county import PASSWORD
from exam.grading import queries
from exam.grading.marking import Source
from exam.grading.models import Mark
from exam.reports.operations import release_results
from exam.sittings.models import Sitting
from exam.sittings.operations import close_sitting
from tests.factories.accounts import make_account
from tests.factories.marking_hall import TEXTS, make_hall
from tests.journeys.conftest import County, Desk

pytestmark = [pytest.mark.browser]

Open = Callable[[str], Desk]
CANDIDATE = "appellant"


@pytest.fixture
def sitting(county: County) -> int:
    """A closed sitting of three written answers, two of which say the same; the id. One candidate has a password."""
    at = datetime.now(UTC)  # noqa: TID251 -- the real server reads the real clock
    engine = database.open_engine(county.database_url)
    with database.writing(engine) as session:
        hall = make_hall(session, starts_at=at - timedelta(hours=3))
        person = session.get_one(Person, hall.candidates[0])
        make_account(session, person, username=CANDIDATE, password=PASSWORD)
        close_sitting(session, hall.sitting, by=None, at=at)
        sitting_id = hall.sitting.id
    engine.dispose()
    return sitting_id


def test_two_markers_an_adjudicator_and_an_appeal(desks: Open, county: County, sitting: int) -> None:
    organiser = desks("desk")
    organiser.sign_in("organiser1")
    have_it_marked_by_two(organiser, sitting)
    one, two, three = (marker(desks, number) for number in (1, 2, 3))
    mark_by_keyboard(one, sitting, "Enter")
    mark_by_keyboard(two, sitting, "1", "Enter")
    expect_nothing_of_the_others(two, sitting)
    adjudicate(three, sitting)
    follow(organiser, sitting)
    assert sources(county) == {Source.ADJUDICATOR: len(TEXTS)}
    release(county, sitting)
    phone = desks("phone")
    phone.sign_in(CANDIDATE)
    ask_for_a_review(phone)
    decide(marker(desks, 4))
    read_the_answer(phone)


def marker(desks: Open, number: int) -> Desk:
    desk = desks("desk")
    desk.sign_in(f"marker{number}")
    return desk


def have_it_marked_by_two(organiser: Desk, sitting: int) -> None:
    organiser.go(f"/grading/sittings/{sitting}/plan")
    organiser.page.get_by_label(organiser.word("Two people mark each answer blind")).check()
    organiser.press("Keep the marking plan")
    expect(organiser.page.locator("#watch")).to_contain_text("20%")


def begin(desk: Desk) -> None:
    desk.page.locator(".row-action .btn-primary").first.click()
    desk.page.wait_for_url("**/answers/*")


def mark_by_keyboard(desk: Desk, sitting: int, *keys: str) -> None:
    """Everything the desk hands out, without a mouse: equal answers go together, so that two acts do for three."""
    desk.go(f"/grading/sittings/{sitting}")
    begin(desk)
    page = desk.page
    for _ in range(2):
        expect(page.locator(".mark-keys")).to_be_visible()
        desk.shot("marking-1280")
        here = page.url
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(lambda url, here=here: url != here)
        page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(desk.word("There is no other answer to this question left for you."))


def expect_nothing_of_the_others(desk: Desk, sitting: int) -> None:
    desk.go(f"/grading/sittings/{sitting}")
    expect(desk.page.locator("main")).to_contain_text(desk.word("Waits for others"))


def adjudicate(desk: Desk, sitting: int) -> None:
    """Whoever did neither sees both markings and decides each answer by itself."""
    desk.go(f"/grading/sittings/{sitting}")
    begin(desk)
    page = desk.page
    for _ in TEXTS:
        expect(page.locator(".mark-one")).to_have_count(2)
        desk.shot("adjudication-1280")
        here = page.url
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, here=here: url != here)
        page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(desk.word("Every written answer of this sitting is marked."))


def follow(organiser: Desk, sitting: int) -> None:
    organiser.go(f"/grading/sittings/{sitting}/progress")
    expect(organiser.page.locator("#watch")).to_contain_text(organiser.word("By pair of markers"))
    organiser.shot("progress-1280")


def sources(county: County) -> dict[Source, int]:
    """Who stands behind the marks that count."""
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        found = list(session.scalars(select(Mark.source).where(queries.counts())))
    engine.dispose()
    return {source: found.count(source) for source in found}


def release(county: County, sitting: int) -> None:
    at = datetime.now(UTC)  # noqa: TID251
    engine = database.open_engine(county.database_url)
    with database.writing(engine) as session:
        release_results(session, session.get_one(Sitting, sitting), by=None, at=at)
    engine.dispose()


def ask_for_a_review(phone: Desk) -> None:
    phone.go("/reports/me")
    phone.press("Scorecard")
    phone.press("Ask for a review")
    phone.page.get_by_label(phone.word("What do you think was marked wrongly?")).fill("答案写明了产业基础，请核对。")
    phone.shot("appeal-390")
    phone.press("Hand in the appeal")
    expect(phone.page.locator(".appeal")).to_contain_text("请核对")


def decide(desk: Desk) -> None:
    """Somebody who has had no hand in it, from the list on the desk."""
    desk.go("/grading/appeals")
    desk.press("Decide")
    page = desk.page
    page.locator("[name^=marks-]").fill("9.5")
    page.get_by_label(desk.word("Answer to the candidate")).fill("经复核，产业基础一点成立，予以加分。")
    desk.shot("appeal-case-1280")
    desk.press("Give these marks")
    expect(page.locator("main")).to_contain_text(desk.word("No appeal waits"))


def read_the_answer(phone: Desk) -> None:
    phone.page.reload()
    answer = phone.page.locator(".appeal")
    expect(answer).to_contain_text("予以加分")
    expect(answer).to_contain_text("9.5")
    phone.shot("appeal-answered-390")
    wide = phone.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
