"""The lesson brief on its pages: who may read it, what the wall holds back, the page before there is one."""

from datetime import timedelta

import pytest

from exam.accounts.models import Person
from exam.accounts.operations import grant_role
from exam.accounts.roles import Role, UnitCategory
from exam.extensions import writing
from exam.reports import briefing
from exam.reports.brief_content import BriefContent, Law, Point, Responsible, TopicLine, Wrong
from exam.reports.operations import release_results
from exam.sittings.queries import sitting_by_id
from exam.tours.models import Lecture, Lecturer, Stop, StopDepartment
from question_bank.enums import PaperKind
from tests.conftest import NOON
from tests.factories.accounts import make_unit

RIGHT = "收到全部信息即为备案"
POINT = Point(
    subject="立项",
    topic="项目手续流程",
    sure="clear",
    asked=30,
    missed="21人",
    misled="17人",
    earned=35,
    expected=70,
    county=65,
    wrongs=(
        Wrong(
            question_id=1, code="Q015", stem="备案须经审查批准。", believed="这句话正确", right=RIGHT, why="不是审批。"
        ),
    ),
    law=Law(document="企业投资项目核准和备案管理条例", article="第十三条", text="即为备案。"),
    ask="有人说：“备案须经审查批准。”这话对不对？依据是哪一条？",
    department=Responsible(unit_id=1, name="行政审批局", here=True),
)
CONTENT = BriefContent(
    sat=30,
    expected=31,
    waiting=4,
    topics=(TopicLine(name="项目手续流程", earned=50, expected=65, county=None, difference=-12),),
    points=(POINT,),
)


@pytest.fixture
def taught(app, hall) -> dict[str, int]:
    """The hall with a brief, a lecturer who also sits there, and a department that answers; ids."""
    with app.app_context(), writing() as session:
        stop = session.get_one(Stop, hall.stop)
        department = make_unit(session, name="行政审批局")
        department.category = UnitCategory.DEPARTMENT
        lecturer = Lecturer(code="L-1", person_id=hall.people[90], title="讲师", field="立项")
        session.add(lecturer)
        session.flush()
        lecture = Lecture(lecturer_id=lecturer.id, title="立项怎么答")
        session.add(lecture)
        session.flush()
        stop.lecture_id = lecture.id
        session.add(StopDepartment(stop_id=stop.id, unit_id=department.id))
        briefing.keep(session, stop.id, CONTENT, by=None, at=NOON)
        return {"department": department.id, "lecturer": lecturer.id}


def pages(hall) -> list[str]:
    base = f"/reports/stops/{hall.stop}/brief"
    return [base, f"{base}/wall", f"{base}.pdf"]


@pytest.mark.db
def test_organisers_leaders_and_departments_of_the_stop_read_it_and_others_do_not_know_of_it(
    hall, taught, browser
) -> None:
    readers = [
        browser(Role.ORGANISER),
        browser(Role.LEADER),
        browser(Role.ANSWERER, unit_id=taught["department"]),
    ]
    for reader in readers:
        assert [reader.get(page).status_code for page in pages(hall)] == [200, 200, 200]
    others = [
        browser(Role.ANSWERER, unit_id=hall.other_unit),
        browser(Role.LECTURER),
        browser(Role.MARKER),
        browser(Role.UNIT_CONTACT, unit_id=hall.unit),
        browser.of(hall.people[70]),
        browser.of(hall.people[70], hall.entries[70]),
    ]
    for other in others:
        assert [other.get(page).status_code for page in pages(hall)] == [404, 404, 404]


def test_a_lecturer_who_sits_there_too_waits_for_the_release(app, hall, taught, browser) -> None:
    with app.app_context(), writing() as session:
        lecturer = session.get_one(Lecturer, taught["lecturer"])
        own = session.get_one(Person, lecturer.person_id)
        grant_role(session, own, role=Role.LECTURER, by=None, at=NOON)
    client = browser.of(hall.people[90])
    assert client.get(pages(hall)[0]).status_code == 404
    with app.app_context(), writing() as session:
        sitting = sitting_by_id(session, hall.sittings[PaperKind.BUSINESS])
        release_results(session, sitting, by=None, at=sitting.closes_at)
    assert client.get(pages(hall)[0]).status_code == 200
    assert f'href="/reports/stops/{hall.stop}/brief"' in client.get("/").get_data(as_text=True)


def test_the_page_says_what_is_believed_what_is_right_the_law_and_who_answers(hall, taught, browser) -> None:
    page = browser(Role.ORGANISER).get(pages(hall)[0]).get_data(as_text=True)
    for words in ("立项", "21人", "17人", "35%", RIGHT, "第十三条", "行政审批局", POINT.ask.split("“")[0], "另有4道"):
        assert words in page


def test_the_wall_asks_first_and_holds_the_answer_back(hall, taught, browser) -> None:
    wall = browser(Role.ORGANISER).get(pages(hall)[1]).get_data(as_text=True)
    before, _, folded = wall.partition("<details>")
    assert "这话对不对" in before
    assert RIGHT not in before
    assert RIGHT in folded
    assert "21人" not in wall


def test_the_pdf_is_one_page(hall, taught, browser) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    answer = browser(Role.LEADER).get(pages(hall)[2])
    document = pypdfium2.PdfDocument(answer.get_data())
    assert len(document) == 1
    assert "授课提示单" in document[0].get_textpage().get_text_range()


def test_before_there_is_one_the_page_says_so_and_an_organiser_makes_it(hall, browser) -> None:
    organiser, leader = browser(Role.ORGANISER), browser(Role.LEADER)
    assert "尚未" not in leader.get(pages(hall)[0]).get_data(as_text=True)
    assert leader.get(pages(hall)[2]).status_code == 404
    assert leader.post(pages(hall)[0]).status_code == 404
    page = organiser.post(pages(hall)[0], follow_redirects=True).get_data(as_text=True)
    assert "notice-success" in page
    assert f'href="{pages(hall)[1]}"' in page


def test_a_stop_page_leads_to_the_brief(app, hall, taught, browser) -> None:
    with app.app_context(), writing() as session:
        stop = session.get_one(Stop, hall.stop)
        stop.status = type(stop.status).FINISHED
        stop.ends_at += timedelta(minutes=1)
    page = browser(Role.ANSWERER, unit_id=taught["department"]).get(f"/tours/stops/{hall.stop}").get_data(as_text=True)
    assert f'href="{pages(hall)[0]}"' in page
    other = browser(Role.ANSWERER, unit_id=hall.other_unit).get(f"/tours/stops/{hall.stop}").get_data(as_text=True)
    assert f'href="{pages(hall)[0]}"' not in other
