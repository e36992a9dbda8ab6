"""The pages of alarms, the decisions on them, and reserve questions."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.reports.models import AlarmStatus, LeakAlarm
from exam.reports.watching import keep
from question_bank import reserves
from question_bank.enums import Status
from question_bank.measuring import Measured
from question_bank.models import Question
from tests.conftest import NOON
from tests.factories.accounts import make_person, sign_in
from tests.factories.bank import make_question
from tests.factories.leak_alarms import evidence, make_alarm, picture
from tests.factories.papers import make_paper_set
from tests.factories.sittings import link_set, make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


@pytest.fixture
def enter(app: Flask, client: FlaskClient) -> Callable[..., None]:
    def as_one_with(*roles: Role) -> None:
        with app.app_context(), writing() as session:
            person = make_person(session, roles=roles).id
        sign_in(client, app, person)

    return as_one_with


@pytest.fixture
def alarm(app: Flask) -> dict[str, int]:
    """An open alarm on question T, and R held in reserve for it."""
    with app.app_context(), writing() as session:
        lost, spare = make_question(session, code="T"), make_question(session, code="R")
        reserves.hold_back(session, [spare.id], at=NOON)
        return {"id": make_alarm(session, lost).id, "question": lost.id, "reserve": spare.id}


def one(app: Flask, model: type, key: int):
    with app.app_context():
        return db.session.get_one(model, key)


def test_the_list_says_what_happened_in_words_and_authors_may_read_but_not_decide(client, enter, app, alarm) -> None:
    enter(Role.AUTHOR)
    page = client.get("/bank/leaks").text
    assert "第3场（演示镇3）之后，得分率由55%（36人次）升至92%（24人次）" in page
    assert "立即计算" not in page
    assert client.post(f"/bank/leaks/{alarm['id']}/confirm", data={"reason": "x"}).status_code == 404
    assert "泄题预警（1）" in client.get("/bank/").text
    with app.app_context(), writing() as session:
        question = session.get_one(Question, alarm["question"])
        keep(session, picture((question, evidence(alarm=False, probability=200))), by=None, at=NOON)
    assert "最新作答已不再支持" in client.get(f"/bank/leaks/{alarm['id']}").text


def test_a_confirmed_leak_leaves_the_draw_and_its_reserve_comes_in(client, enter, app, alarm) -> None:
    enter(Role.ORGANISER)
    assert f'value="{alarm["reserve"]}" checked' in client.get(f"/bank/leaks/{alarm['id']}").text
    done = client.post(
        f"/bank/leaks/{alarm['id']}/confirm",
        data={"reason": "群里有人晒题", "ids": [alarm["reserve"]]},
        follow_redirects=True,
    )
    assert "1道备用题已启用" in done.text
    assert one(app, Question, alarm["question"]).status is Status.QUARANTINED
    assert not one(app, Question, alarm["reserve"]).reserve
    assert "疑似泄题：群里有人晒题" in client.get(f"/bank/questions/{alarm['question']}").text


def test_a_decision_without_a_reason_is_asked_again(client, enter, app, alarm) -> None:
    enter(Role.REVIEWER)
    for verb in ("confirm", "dismiss"):
        answer = client.post(f"/bank/leaks/{alarm['id']}/{verb}", data={"reason": " "})
        assert (answer.status_code, "请说明理由" in answer.text) == (400, True)
    client.post(f"/bank/leaks/{alarm['id']}/dismiss", data={"reason": "刚讲过"})
    assert one(app, LeakAlarm, alarm["id"]).status is AlarmStatus.DISMISSED
    late = client.post(f"/bank/leaks/{alarm['id']}/confirm", data={"reason": "泄题"})
    assert (late.status_code, "其他人已经处理" in late.text) == (400, True)
    assert "刚讲过" in client.get("/bank/leaks").text


def test_the_question_says_in_words_what_candidates_made_of_it_as_last_worked_out(client, enter, app) -> None:
    with app.app_context(), writing() as session:
        met, unmet = make_question(session).id, make_question(session).id
        keep(session, picture(measured={met: Measured(63, 7_120, 3_100, 0, 1)}), by=None, at=NOON)
    enter(Role.AUTHOR)
    page = client.get(f"/bank/questions/{met}").text
    assert "答过63人次，得分率71%" in page
    assert "区分度0.31" in page
    assert "尚无作答统计" in client.get(f"/bank/questions/{unmet}").text
    enter(Role.ORGANISER)
    assert "没有新的预警" in client.post("/bank/leaks/look", follow_redirects=True).text
    assert "尚无作答统计" in client.get(f"/bank/questions/{met}").text  # worked out anew, from no answers at all


def test_questions_are_held_in_reserve_and_called_in_one_or_many(client, enter, app) -> None:
    with app.app_context(), writing() as session:
        ids = [make_question(session, code=f"V{number}").id for number in range(3)]
    enter(Role.ORGANISER)
    client.post(f"/bank/questions/{ids[0]}/reserve", data={"reserve": "hold"})
    client.post("/bank/reserve", data={"ids": ids, "reserve": "hold", "back": "/bank/"})
    assert [one(app, Question, each).reserve for each in ids] == [True] * 3
    listed = client.get("/bank/?reserve=yes").text
    assert [f"V{number}" in listed for number in range(3)] == [True] * 3
    client.post("/bank/reserve", data={"ids": ids[1:], "reserve": "call", "back": "/bank/"})
    assert [one(app, Question, each).reserve for each in ids] == [True, False, False]
    enter(Role.AUTHOR)
    assert client.post("/bank/reserve", data={"ids": ids, "reserve": "hold"}).status_code == 403


def test_which_papers_hold_a_leaked_question_is_told_to_organisers_only(client, enter, app, alarm) -> None:
    with app.app_context(), writing() as session:
        stop = make_stop(session)
        made = make_paper_set(session, papers=1)
        sitting = make_sitting(session, stop=stop)
        entry = make_entry(session, stop)
        make_assignment(session, sitting, entry, paper=made.papers[0])
        link_set(session, sitting, made, entry)
        version = made.papers[0].items[0].version
        there = make_alarm(session, session.get_one(Question, version.question_id)).id
    enter(Role.ORGANISER)
    assert "已组好的试卷仍含有该题" in client.get(f"/bank/leaks/{there}").text
    enter(Role.REVIEWER)
    assert "组织人员可查看具体场次" in client.get(f"/bank/leaks/{there}").text
