"""A wrong key found after the release: previewed, proposed by one, confirmed by another, marked anew by the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import database
from exam.accounts.queries import credential_by_username
from exam.grading import sat as where
from exam.reports import bulletins
from exam.reports.comparison import Measure
from exam.reports.models import Bulletin, Release
from exam.sittings.models import Sitting
from exam.tours.models import RosterEntry
from tests.factories.corrections import attempts_at, sit, version_of
from tests.journeys.conftest import County, Desk

pytestmark = [pytest.mark.browser]

Open = Callable[[str], Desk]
REASON = "第二项与条例原文不符，正确答案应为C"


@dataclass
class Stop:
    """A released stop: its id, the code of the wrong question, a candidate who lost by it with the scorecard's key."""

    number: int
    code: str
    ticket: str
    key: str
    bulletin: int


@pytest.fixture
def stop(county: County) -> Stop:
    """Twelve people sat the business paper; five answered C and lost half of the marks."""
    engine = database.open_engine(county.database_url)
    with database.writing(engine) as session:
        host = credential_by_username(session, "organiser1")
        assert host is not None
        sitting = sit(session, ["B"] * 6 + ["C"] * 5 + [None], units=[host.person.unit])
        version = where.version_by_id(session, version_of(session, sitting))
        loser = attempts_at(session, sitting)[6]
        entry = session.get_one(RosterEntry, loser.assignment.roster_entry_id)
        filed = file_bulletin(session, sitting)
        found = Stop(sitting.stop_id, version.question.code, entry.ticket, loser.key, filed.id)
    engine.dispose()
    return found


def file_bulletin(session: Session, sitting: Sitting) -> Bulletin:
    """The bulletin of the stop as it was filed before anybody knew."""
    subject = bulletins.subject_of(session, stop_id=sitting.stop_id)
    words = {"by": None, "at": sitting.closes_at, "zone": UTC}
    return bulletins.finalise(session, bulletins.draft(session, subject, measure=Measure.BUSINESS, **words), **words)


def test_a_wrong_key_is_repaired_by_two_people_and_the_old_figures_stay_readable(
    desks: Open, county: County, stop: Stop
) -> None:
    organiser, reviewer, candidate = desks("desk"), desks("desk"), desks("phone")
    candidate.sign_in_by_ticket(stop.ticket)
    candidate.go(f"/reports/papers/{stop.key}")
    expect(candidate.page.locator(".tile-value").first).to_contain_text("50")
    propose(organiser, stop)
    confirm(reviewer, organiser.page.url.removeprefix(county.url))
    candidate.go(f"/reports/papers/{stop.key}")
    expect(candidate.page.locator(".tile-value").first).to_contain_text("100")
    expect(candidate.page.locator("main")).to_contain_text(REASON)
    expect(candidate.page.locator("main")).to_contain_text("50 → 100")
    candidate.shot("corrected-scorecard-390")
    read_old_figures(organiser, county, stop)
    issue_again(reviewer, organiser, county, stop)


def propose(organiser: Desk, stop: Stop) -> None:
    """From the stop's results to the question, the preview, the proposal."""
    organiser.sign_in("organiser1")
    organiser.go(f"/reports/stops/{stop.number}")
    organiser.press("A question was wrong")
    row = organiser.page.get_by_role("row").filter(has_text=stop.code)
    row.get_by_role("link", name=organiser.word("It was wrong")).click()
    page = organiser.page
    page.check("[name=policy][value=new_key]")
    page.check("[name=key][value=C]")
    page.fill("[name=reason]", REASON)
    organiser.shot("correct-1280")
    organiser.press("Show what would change")
    expect(page.locator("#preview")).to_contain_text(organiser.word("%(count)s fail now", count=6))
    organiser.shot("correct-preview-1280")
    organiser.press("Propose this correction")
    expect(page.locator("main")).to_contain_text(organiser.word("nobody yet"))
    assert page.get_by_role("button", name=organiser.word("Confirm and mark anew")).count() == 0
    organiser.shot("correction-proposed-1280")


def confirm(reviewer: Desk, path: str) -> None:
    """Another person looks at both keys and agrees; the worker marks while the page waits."""
    reviewer.sign_in("reviewer1")
    reviewer.go("/grading/corrections")
    reviewer.shot("corrections-1280")
    reviewer.go(path)
    reviewer.shot("correction-to-confirm-1280")
    reviewer.press("Confirm and mark anew")
    finished = reviewer.page.get_by_role("heading", name=reviewer.word("Released again"), exact=True)
    finished.or_(reviewer.page.get_by_role("link", name=reviewer.word("Show the result"))).first.wait_for(
        timeout=60_000
    )
    reviewer.go(path)
    expect(finished).to_be_visible()
    reviewer.shot("correction-done-1280")


def read_old_figures(organiser: Desk, county: County, stop: Stop) -> None:
    """Both versions are there; the first says what was said then."""
    organiser.go(f"/reports/stops/{stop.number}")
    organiser.press("Version %(number)s", number=1)
    expect(organiser.page.locator("main")).to_contain_text(organiser.word("Replaced by a later version"))
    organiser.shot("release-version-1-1280")
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        first, second = session.scalars(select(Release).order_by(Release.number)).all()
        means = [release.figures["groups"][0]["figures"]["mean"] for release in (first, second)]
        assert (means, REASON in second.note) == (["75.00", "70.83"], True)
    engine.dispose()


def issue_again(reviewer: Desk, organiser: Desk, county: County, stop: Stop) -> None:
    """The correction left a draft of the bulletin's next version; made final it replaces the first, which stays."""
    organiser.go(reviewer.page.url.removeprefix(county.url))
    organiser.page.locator("[aria-labelledby=bulletins-title] a").click()
    expect(organiser.page.locator("main")).to_contain_text(REASON)
    expect(organiser.page.locator("main")).to_contain_text("70.8")
    organiser.press_confirmed("Make final")
    expect(organiser.page.locator(".notice-success")).to_be_visible()
    organiser.shot("bulletin-version-2-1280")
    organiser.go(f"/reports/bulletins/{stop.bulletin}")
    expect(organiser.page.locator("main")).to_contain_text(
        organiser.word("A later version is in force. This one stays as it was filed.")
    )
    expect(organiser.page.locator("main")).to_contain_text("75.0")
