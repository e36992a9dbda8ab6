"""The tour and the lesson from end to end: plan, publish, move; check in, quiz, ask; answer, confirm, a new question."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import expect
from sqlalchemy import select

from exam import database
from exam.accounts.models import Person, Unit
from exam.lessons import quizzing
from exam.tours import operations
from exam.tours.flow import StopStatus
from exam.tours.models import Lecture, Placement, RosterEntry, Stop
from tests.journeys.conftest import County, Desk, midday_zone

pytestmark = [pytest.mark.browser]

Open = Callable[[str], Desk]
QUESTION = "企业备案之后想把厂房再加一层，要不要重新备案，去哪个窗口办？"
ANSWER = "建设规模发生较大变化的，应当通过在线平台变更备案信息，由县行政审批局投资项目科办理，当场办结。"
LAW = "企业投资项目核准和备案管理条例"


@dataclass(frozen=True)
class Tour:
    """What stands when the journey begins: a stop under way and one a week from now, by the same lecturer."""

    tour_id: int
    running: int
    later: int
    ticket: str
    later_day: datetime


@pytest.fixture(scope="module")
def tour(county: County) -> Tour:
    """Planned through the real operations: the first stop begins now, its lecture has a quiz."""
    zone = ZoneInfo(midday_zone())
    now = datetime.now(zone)  # noqa: TID251 -- the real server reads the real clock
    engine = database.open_engine(county.database_url)
    with database.writing(engine) as session:
        found = operations.create_tour(
            session,
            code="T1",
            name="两卷一课巡讲",
            starts_on=now.date(),
            ends_on=(now + timedelta(days=40)).date(),
            by=None,
            at=now,
        )
        lecture = session.scalars(select(Lecture).where(Lecture.title.startswith("立项范围"))).one()
        lecture.topics = ["PROC"]
        towns = {unit.name: unit for unit in session.scalars(select(Unit).where(Unit.name.in_(("石桥镇", "临河镇"))))}
        stops = []
        for number, (name, starts) in enumerate((("石桥镇", now), ("临河镇", _next_tuesday(now))), start=1):
            stops.append(
                operations.plan_stop(
                    session,
                    found,
                    number=number,
                    unit=towns[name],
                    lecture=lecture,
                    starts_at=starts,
                    ends_at=starts + timedelta(minutes=200),
                    by=None,
                    at=now,
                )
            )
        people = list(session.scalars(select(Person).where(Person.unit_id == towns["石桥镇"].id).limit(6)))
        operations.freeze_roster(session, stops[0], people, by=None, at=now)
        operations.move(session, stops[0], StopStatus.RUNNING, by=None, at=now)
        quizzing.make_quiz(session, lecture, seed=7, on=now.date(), by=None, at=now)
        ticket = session.scalars(select(RosterEntry.ticket).where(RosterEntry.stop_id == stops[0].id).limit(1)).one()
        made = Tour(found.id, stops[0].id, stops[1].id, ticket, stops[1].starts_at)
    engine.dispose()
    return made


def _next_tuesday(now: datetime) -> datetime:
    """At 13:40, a week ahead at least."""
    day = now + timedelta(days=7 + (1 - now.weekday()) % 7)
    return day.replace(hour=13, minute=40, second=0, microsecond=0)


def test_a_stop_is_planned_published_moved_and_the_lecturer_s_calendar_follows(
    desks: Open, county: County, tour: Tour
) -> None:
    organiser, lecturer = desks("desk"), desks("phone")
    organiser.sign_in("organiser1")
    organiser.go(f"/planning/{tour.tour_id}")
    organiser.press("Open a draft with %(count)s stops", count=2)
    publish(organiser, tour, 1)
    lecturer.sign_in("lecturer04")
    lecturer.go("/calendars")
    address = feed_of(lecturer)
    first = event_in(lecturer, address, "临河镇")
    assert first.start == tour.later_day

    moved = tour.later_day + timedelta(days=1)
    organiser.go(f"/planning/{tour.tour_id}")
    organiser.press("Open a draft with %(count)s stops", count=2)
    organiser.go(f"/planning/placements/{placement_of(county, tour.later)}")
    organiser.page.fill("[name=day]", f"{moved.astimezone(ZoneInfo(midday_zone())):%Y-%m-%d}")
    organiser.press("Place it there")
    organiser.shot("planning-moved-1280")
    publish(organiser, tour, 2)
    second = event_in(lecturer, address, "临河镇")
    assert (second.uid, second.start) == (first.uid, moved)
    assert second.sequence > first.sequence


def placement_of(county: County, stop_id: int) -> int:
    """Where a stop lies in the draft."""
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        found = session.scalars(select(Placement.id).where(Placement.stop_id == stop_id)).one()
    engine.dispose()
    return found


def publish(organiser: Desk, tour: Tour, number: int) -> None:
    organiser.go(f"/planning/{tour.tour_id}/changes")
    organiser.press("Publish version %(number)s", number=number)
    expect(organiser.page.locator("main")).not_to_contain_text(organiser.word("Please check the following"))


def feed_of(lecturer: Desk) -> str:
    """The address of the lecturer's own calendar, as the page gives it."""
    lecturer.page.get_by_role("button", name=lecturer.word("Give it an address")).last.click()
    lecturer.page.wait_for_load_state()
    return lecturer.page.locator(".feed-address").last.inner_text().strip()


@dataclass(frozen=True)
class Event:
    uid: str
    sequence: int
    start: datetime


def event_in(desk: Desk, address: str, name: str) -> Event:
    """The event of a stop in a feed, fetched as a calendar would: without signing in."""
    answer = desk.context.request.get(address)
    assert answer.status == 200
    (found,) = [each for each in Calendar.from_ical(answer.text()).walk("VEVENT") if name in str(each["SUMMARY"])]
    return Event(str(found["UID"]), int(found["SEQUENCE"]), found["DTSTART"].dt)


def test_a_cadre_checks_in_answers_the_quiz_and_the_question_becomes_a_question(
    desks: Open, county: County, tour: Tour
) -> None:
    organiser, cadre = desks("desk"), desks("phone")
    organiser.sign_in("organiser1")
    check_in(organiser, cadre, tour)
    sit_the_quiz(organiser, cadre, tour)
    follow = ask(cadre, county, tour)
    case = give_to_department(organiser)
    department = desks("desk")
    department.sign_in(answerer_of(county, "行政审批局"))
    answer(department, case)
    cadre.go(follow)
    expect(cadre.page.locator("main")).to_contain_text(ANSWER)
    cadre.press("Yes, it is solved")
    cadre.shot("asker-confirms-390")
    code = close_and_draw_up(organiser, case)
    author = desks("desk")
    author.sign_in("author1")
    author.go(f"/bank/?text={code}")
    expect(author.page.locator("main table")).to_contain_text(code)
    author.page.locator("main table a", has_text=code).first.click()
    expect(author.page.locator("main")).to_contain_text("厂房再加一层")
    expect(author.page.locator("main")).to_contain_text(LAW)
    author.shot("draft-from-case-1280")


def check_in(organiser: Desk, cadre: Desk, tour: Tour) -> None:
    """With the ticket through the door, with the digits on the wall at the stop."""
    organiser.go(f"/hall/{tour.running}")
    digits = organiser.page.locator(".projector-digits").inner_text()
    cadre.sign_in_by_ticket(tour.ticket)
    cadre.page.fill("[name=digits]", digits)
    cadre.press("I am here")
    expect(cadre.page.locator("main")).to_contain_text(re.compile("已签到"))
    cadre.shot("checked-in-390")


def sit_the_quiz(organiser: Desk, cadre: Desk, tour: Tour) -> None:
    """The organiser opens the first round from the stop's page; the cadre answers five questions on one page."""
    organiser.go(f"/tours/stops/{tour.running}")
    organiser.press("Open the round")
    cadre.go("/sitting/")
    cadre.press("Quiz of the lecture: answer five questions")
    cadre.press("Answer five questions")
    questions = cadre.page.locator(".quiz-question")
    expect(questions).to_have_count(5)
    for question in questions.all():
        question.locator("label.option").first.tap()
    cadre.shot("quiz-390")
    cadre.press("Hand in the five answers")
    expect(cadre.page.locator(".notice-success")).to_be_visible()
    organiser.go(f"/lessons/stops/{tour.running}")
    expect(organiser.page.locator(".round").first).to_contain_text(organiser.word("%(count)s sheets", count=1))


def ask(cadre: Desk, county: County, tour: Tour) -> str:
    """From the code on the wall; returns the path of the page on which the case is followed."""
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        uid = session.get_one(Stop, tour.running).uid
    engine.dispose()
    cadre.go(f"/ask/{uid}")
    cadre.page.fill("[name=text]", QUESTION)
    cadre.shot("ask-390")
    cadre.press("Send the question")
    cadre.page.wait_for_url("**/ask/case/**")
    return cadre.page.url.removeprefix(cadre.url).split("?")[0]


def give_to_department(organiser: Desk) -> str:
    """Sorted out, classified and assigned on the case's page; returns its path."""
    organiser.go("/ledger/triage")
    organiser.page.locator("main .case-list tbody th a").first.click()
    organiser.page.wait_for_url("**/ledger/cases/*")
    path = organiser.page.url.removeprefix(organiser.url)
    organiser.press("Sort it out")
    organiser.page.select_option("[name=topic]", value="PROC")
    organiser.page.locator("form:has([name=topic]) button[type=submit]").first.click()
    organiser.page.wait_for_load_state()
    organiser.page.select_option("[name=owner]", label=owner_label(organiser))
    organiser.press("Give it to the department")
    organiser.shot("case-assigned-1280")
    return path


def owner_label(desk: Desk) -> str:
    """The option of the approval bureau, whatever stands beside its name."""
    options = desk.page.locator("[name=owner] option").all_inner_texts()
    return next(each for each in options if "行政审批局" in each)


def answerer_of(county: County, department: str) -> str:
    """The user name of the answerer of a department."""
    engine = database.open_engine(county.database_url)
    with database.reading(engine) as session:
        code = session.scalars(select(Unit.code).where(Unit.name.contains(department), Unit.code.like("D%"))).first()
    engine.dispose()
    assert code is not None
    return f"answerer{code[1:]}"


def answer(department: Desk, case: str) -> None:
    department.go(case)
    department.page.fill("#answer-text", ANSWER)
    department.page.fill("[name=document-0]", LAW)
    department.press("Send the answer")
    expect(department.page.locator("main")).to_contain_text(ANSWER)


def close_and_draw_up(organiser: Desk, case: str) -> str:
    """Closed, and made a draft question; returns the question's code."""
    organiser.go(case)
    organiser.press_confirmed("Close the case")
    organiser.go(case)
    organiser.press_confirmed("Make it a short answer")
    organiser.go(case)
    organiser.shot("case-closed-1280")
    shown = organiser.page.locator("main a[href*='/bank/']").last.inner_text()
    return shown.strip()
