"""The ledger over HTTP: a question from a phone to its closing, and who sees what."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from exam import clock
from exam.accounts.roles import Role, UnitCategory
from exam.extensions import db, writing
from exam.ledger.models import Asker, Case
from exam.tours.models import Stop
from question_bank.enums import Status
from question_bank.models import Question
from tests.factories.accounts import make_person, make_unit, sign_in
from tests.factories.bank import CONFIRMED, make_question
from tests.factories.cases import ask as collected
from tests.factories.tours import make_stop

TEXT = "标准厂房用电增容要等多久？企业设备进不了场。"
ANSWER = "供电方案答复不超过10个工作日，可以先办临时用电。"


@dataclass
class Hall:
    """A stop that ends today, and the people of the ledger by role."""

    app: APIFlask
    token: str
    stop_id: int
    people: dict[str, int]
    department: int

    def browser(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.app, self.people[who])
        return client

    def case(self) -> Case:
        with self.app.app_context():
            return db.session.scalars(select(Case).order_by(Case.id)).first()

    def asker(self) -> Asker:
        with self.app.app_context():
            return db.session.scalars(select(Asker).order_by(Asker.id.desc())).first()

    def step(self, who: str, act: str, **fields: object) -> int:
        case = self.case()
        sent = {"act": act, "seen": case.lock, **fields}
        return self.browser(who).post(f"/ledger/cases/{case.id}", data=sent).status_code


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    with app.app_context(), writing() as session:
        unit, department = (
            make_unit(session, name="石桥镇"),
            make_unit(session, name="供电公司", category=UnitCategory.DEPARTMENT),
        )
        department.duties = "用电报装、外线工程"
        elsewhere = make_unit(session, name="水利局", category=UnitCategory.DEPARTMENT)
        stop = make_stop(session, unit=unit, starts_at=clock.now() - timedelta(hours=4))
        people = {
            "organiser": make_person(session, roles=(Role.ORGANISER,), name="组织员甲"),
            "leader": make_person(session, roles=(Role.LEADER,)),
            "answerer": make_person(session, unit=department, roles=(Role.ANSWERER,)),
            "stranger": make_person(session, unit=elsewhere, roles=(Role.ANSWERER,)),
            "contact": make_person(session, unit=unit, roles=(Role.UNIT_CONTACT,)),
            "candidate": make_person(session, unit=unit, name="提问的考生"),
        }
        make_question(session)
        found = {name: person.id for name, person in people.items()}
        return Hall(app, session.get_one(Stop, stop.id).uid, stop.id, found, department.id)


def test_a_question_goes_from_a_phone_to_its_closing_and_into_the_bank(hall: Hall) -> None:
    candidate = hall.browser("candidate")
    assert "提问的考生" in candidate.get(f"/ask/{hall.token}").get_data(as_text=True)
    sent = candidate.post(f"/ask/{hall.token}", data={"text": TEXT})
    assert sent.status_code == 302
    follow = sent.headers["Location"].partition("?")[0]
    assert TEXT in candidate.get(f"{follow}?new=1").get_data(as_text=True)
    assert hall.case().number in candidate.get("/ledger/mine").get_data(as_text=True)
    assert hall.step("organiser", "sort", title="用电增容多久", text="标准厂房用电增容要多久？") == 302
    assert hall.step("organiser", "classify", topic="SERVICE", urgency="urgent") == 302
    assert hall.step("organiser", "assign", owner=hall.department, note="请尽快") == 302
    assert hall.step("stranger", "answer", text=ANSWER) == 404
    law = {"document-0": CONFIRMED["document"], "article-0": CONFIRMED["article"]}
    assert hall.step("answerer", "answer", text=ANSWER, **law | {"document-1": "没有的文件"}) == 400
    assert hall.step("answerer", "answer", text=ANSWER, **law) == 302
    page = candidate.get(follow).get_data(as_text=True)
    assert ANSWER in page
    assert CONFIRMED["document"] in page
    assert candidate.post(follow, data={"verdict": "not", "said": ""}).status_code == 400
    assert candidate.post(follow, data={"verdict": "helped"}).status_code == 302
    assert hall.step("organiser", "close") == 302
    assert hall.step("organiser", "publish") == 302
    assert ANSWER in hall.app.test_client().get("/faq?q=增容").get_data(as_text=True)
    assert hall.step("organiser", "draw_up", kind="short_answer") == 302
    with hall.app.app_context():
        assert db.session.get(Question, hall.case().question_id).status is Status.DRAFT
    page = hall.browser("organiser").get(f"/ledger/cases/{hall.case().id}").get_data(as_text=True)
    assert "提问的考生" in page


def test_a_stranger_asks_unnamed_and_has_it_reopened(hall: Hall) -> None:
    phone = hall.app.test_client()
    assert phone.post(f"/ask/{hall.token}", data={"text": "？"}).status_code == 400
    sent = phone.post(f"/ask/{hall.token}", data={"text": TEXT, "enterprise": "y", "contact": "139"})
    follow = sent.headers["Location"].partition("?")[0]
    asker = hall.asker()
    assert (asker.anonymous, asker.enterprise, asker.person_id) == (True, True, None)
    for act, fields in (
        ("sort", {"title": "用电增容多久", "text": TEXT}),
        ("classify", {"topic": "SERVICE"}),
        ("assign", {"owner": hall.department}),
    ):
        assert hall.step("organiser", act, **fields) == 302
    assert hall.step("answerer", "answer", text=ANSWER) == 302
    assert phone.post(follow, data={"verdict": "not", "said": "没说找谁"}).status_code == 302
    page = hall.browser("answerer").get(f"/ledger/cases/{hall.case().id}").get_data(as_text=True)
    assert "没说找谁" in page
    assert "139" not in page
    assert phone.get("/ask/case/nobody").status_code == 404
    assert phone.get("/ask/nowhere").status_code == 404


def test_everybody_sees_the_cases_of_their_own_and_no_others(hall: Hall) -> None:
    hall.app.test_client().post(f"/ask/{hall.token}", data={"text": TEXT})
    path = f"/ledger/cases/{hall.case().id}"
    seen = {who: hall.browser(who).get(path).status_code for who in hall.people}
    assert seen == {"organiser": 200, "leader": 200, "contact": 200, "answerer": 404, "stranger": 404, "candidate": 404}
    boards = {who: hall.browser(who).get("/ledger?show=all") for who in hall.people}
    assert {who: (page.status_code, TEXT[:12] in page.get_data(as_text=True)) for who, page in boards.items()} == {
        **dict.fromkeys(("organiser", "leader", "contact"), (200, True)),
        **dict.fromkeys(("answerer", "stranger"), (200, False)),
        "candidate": (403, False),
    }
    assert hall.browser("contact").post(path, data={"act": "urge", "note": "快"}).status_code == 404
    assert hall.browser("leader").post(path, data={"act": "urge", "note": "请本周内答复"}).status_code == 302
    assert (
        hall.browser("leader").post(path, data={"act": "sort", "title": "改成别的", "text": "改成别的"}).status_code
        == 400
    )
    assert hall.browser("organiser").get(f"/ledger/find?number={hall.case().number}").headers["Location"].endswith(path)


def test_triage_gives_many_away_merges_and_sets_aside_at_once(hall: Hall) -> None:
    organiser = hall.browser("organiser")
    with hall.app.app_context(), writing() as session:
        ids = [collected(session, f"{TEXT}第{number}次问", at=clock.now()).case_id for number in range(4)]
        other = collected(session, "企业招工难，能否组织专场招聘？", at=clock.now()).case_id
    page = organiser.get("/ledger/triage").get_data(as_text=True)
    assert page.count("供电公司") > 1
    post = {"do": "merge", "ids": ids}
    assert organiser.post("/ledger/triage", data=post).status_code == 302
    assert (
        organiser.post("/ledger/triage", data={"do": "assign", "ids": [ids[0]], "owner": "suggested"}).status_code
        == 400
    )
    give = {"do": "assign", "ids": [ids[0]], "owner": "suggested", "topic": "SERVICE", "urgency": "urgent"}
    assert organiser.post("/ledger/triage", data=give).status_code == 302
    assert organiser.post("/ledger/triage", data={"do": "set_aside", "ids": [other]}).status_code == 400
    assert (
        organiser.post("/ledger/triage", data={"do": "set_aside", "ids": [other], "note": "不属于本台账"}).status_code
        == 302
    )
    assert organiser.post("/ledger/triage", data={"do": "assign"}).status_code == 400
    case = hall.case()
    assert (case.id, case.owner_id, case.urgency.value) == (ids[0], hall.department, "urgent")
    assert "TZ" not in organiser.get("/ledger/triage").get_data(as_text=True).replace("TZ2027-0001", "")


def test_files_hold_exactly_what_the_page_shows(hall: Hall) -> None:
    with hall.app.app_context(), writing() as session:
        collected(session, "=1+1 这样的问题也要收下", at=clock.now())
        collected(session, TEXT, at=clock.now())
    organiser = hall.browser("organiser")
    book = CalamineWorkbook.from_filelike(BytesIO(organiser.get("/ledger/register.xlsx?q=增容").data))
    rows = book.get_sheet_by_name("问题台账").to_python(skip_empty_area=False)
    assert [row[6] for row in rows[2:]] == [TEXT]
    lines = organiser.get("/ledger/register.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "'=1+1" in lines[1]
    assert TEXT in organiser.get("/ledger/print").get_data(as_text=True)
    assert "增容" not in hall.browser("stranger").get("/ledger/register.csv?show=all").data.decode("utf-8-sig")


def test_a_flood_of_questions_is_slowed_down(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    from exam.ledger import flood

    monkeypatch.setattr(flood, "ADDRESS", flood.Policy(free=2, waits=flood.WAITS))
    phone = hall.app.test_client()
    answers = [phone.post(f"/ask/{hall.token}", data={"text": f"{TEXT}{number}"}).status_code for number in range(4)]
    assert answers == [302, 302, 302, 400]


def test_the_organiser_sets_the_days_and_prints_the_code_of_a_stop(hall: Hall) -> None:
    organiser = hall.browser("organiser")
    days = {
        "ordinary": 4,
        "urgent": 2,
        "pressing": 1,
        "before": 2,
        "head": 2,
        "headquarters": 4,
        "county": 6,
        "reopen": 5,
    }
    assert organiser.post("/ledger/rules", data=days | {"county": 3}).status_code == 400
    assert organiser.post("/ledger/rules", data=days).status_code == 302
    assert hall.browser("leader").post("/ledger/rules", data=days).status_code == 403
    assert 'value="4"' in hall.browser("leader").get("/ledger/rules").get_data(as_text=True)
    assert f"/ask/{hall.token}" in organiser.get(f"/ledger/stops/{hall.stop_id}").get_data(as_text=True)
    assert organiser.get(f"/ledger/stops/{hall.stop_id}/ask.svg").mimetype == "image/svg+xml"
    assert f"/ledger/stops/{hall.stop_id}" in organiser.get(f"/tours/stops/{hall.stop_id}").get_data(as_text=True)


def test_the_office_writes_down_what_reached_it(hall: Hall) -> None:
    organiser = hall.browser("organiser")
    assert organiser.get("/ledger/new").status_code == 200
    assert organiser.post("/ledger/new", data={"text": TEXT}).status_code == 400
    sent = {"text": TEXT, "source": "enterprise", "name": "某某食品公司", "contact": "boss@factory.cn"}
    assert organiser.post("/ledger/new", data=sent).status_code == 302
    assert (hall.case().source.value, hall.asker().enterprise) == ("enterprise", True)


def test_lists_ask_the_database_as_often_for_many_cases_as_for_one(hall: Hall) -> None:
    counts = []
    for many in (1, 12):
        with hall.app.app_context(), writing() as session:
            for number in range(many):
                collected(session, f"{TEXT}第{number}个{many}", at=clock.now())
        counts.append(
            [
                _queries(hall, path)
                for path in (
                    "/ledger",
                    "/ledger/triage",
                    "/ledger/overview",
                    "/ledger/print",
                    "/ledger/register.csv",
                    "/faq",
                )
            ]
        )
    assert counts[0] == counts[1]


def _queries(hall: Hall, path: str) -> int:
    client, told = hall.browser("organiser"), []
    client.get(path)
    with hall.app.app_context():
        engine = db.engine

    def count(*args: object) -> None:
        told.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    assert client.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", count)
    return len([each for each in told if str(each).startswith("SELECT")])


def test_an_empty_ledger_says_what_it_is_for(hall: Hall) -> None:
    for who, path in (
        *(("organiser", path) for path in ("/ledger", "/ledger/triage", "/ledger/overview", "/ledger/print", "/faq")),
        ("candidate", "/ledger/mine"),
        ("answerer", "/ledger"),
        ("answerer", "/faq"),
    ):
        assert hall.browser(who).get(path).status_code == 200


def test_the_years_holidays_are_pasted_from_the_notice(hall: Hall) -> None:
    with hall.app.app_context(), writing() as session:
        hall.people["administrator"] = make_person(session, roles=(Role.ADMINISTRATOR,)).id
    admin = hall.browser("administrator")
    sent = {"year": 2027, "source": "国办发明电〔2026〕1号", "days": "一、元旦：1月1日（周五）至3日放假，共3天。"}
    assert admin.post("/admin/holidays", data=sent | {"days": "13月1日放假"}).status_code == 400
    assert admin.post("/admin/holidays", data=sent | {"source": ""}).status_code == 400
    assert admin.post("/admin/holidays", data=sent).status_code == 302
    page = hall.browser("organiser").get("/admin/holidays?year=2027").get_data(as_text=True)
    assert "国办发明电〔2026〕1号" in page
    assert hall.browser("organiser").post("/admin/holidays", data=sent).status_code == 403
