"""Finding questions: by their author, by their use, and by filters kept under a name."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from exam.accounts.models import SavedFilter
from exam.accounts.roles import Role
from exam.accounts.saved_filters import MOST
from exam.extensions import db, writing
from exam.sittings.models import SittingStatus
from exam.sittings.use import Use, times_used
from question_bank import operations
from question_bank.models import Question, Topic
from tests.conftest import NOON
from tests.factories.accounts import make_person
from tests.factories.bank import make_draft, make_question
from tests.factories.sittings import link_set, make_attempt

pytestmark = pytest.mark.db


@pytest.fixture
def used(app: Flask) -> dict[str, list[str]]:
    """Codes of questions: never used, used at one sitting that is over, and in the papers of one still to come."""
    with app.app_context(), writing() as session:
        codes: dict[str, list[str]] = {"never": [make_question(session, code="NIE").code]}
        for name, status in (("once", SittingStatus.CLOSED), ("waiting", SittingStatus.OPEN)):
            attempt = make_attempt(session)
            paper = attempt.assignment.paper
            link_set(session, attempt.assignment.sitting, paper.paper_set, attempt.assignment.entry)
            attempt.assignment.sitting.status = status
            ids = [item.version.question_id for item in paper.items]
            codes[name] = list(session.scalars(select(Question.code).where(Question.id.in_(ids))))
        return codes


def listed(client: FlaskClient, codes: dict[str, list[str]], query: str) -> set[str]:
    """Of which groups of questions the list shows all, and of the others none."""
    page = client.get(f"/bank/?{query}").text
    return {name for name, group in codes.items() if all(f">{code}</a>" in page for code in group)}


def test_an_organiser_finds_questions_by_their_use(client: FlaskClient, enter, used) -> None:
    enter(Role.ORGANISER)
    assert listed(client, used, "use=never") == {"never", "waiting"}
    assert listed(client, used, "use=used") == listed(client, used, "use=once") == {"once"}
    assert listed(client, used, "use=waiting") == {"waiting"}
    assert listed(client, used, "use=repeatedly") == set()


def test_what_candidates_are_still_to_be_asked_is_told_to_organisers_only(client: FlaskClient, enter, used) -> None:
    for role in (Role.AUTHOR, Role.REVIEWER, Role.ADMINISTRATOR):
        enter(role)
        page = client.get("/bank/?use=waiting").text
        assert "待考试卷中" not in page
        assert "未按其筛选" in page
        assert listed(client, used, "use=waiting") == {"never", "once", "waiting"}
        assert listed(client, used, "use=never") == {"never", "waiting"}


def test_a_question_is_used_once_for_every_sitting_that_is_over(app: Flask, used) -> None:
    with app.app_context():
        ids = {code: id_ for id_, code in db.session.execute(select(Question.id, Question.code))}
        found = times_used(db.session(), ids.values())
    assert found == {ids[code]: 1 for code in used["once"]}


def test_an_author_is_chosen_by_name(app: Flask, client: FlaskClient, enter) -> None:
    me = enter(Role.AUTHOR)
    with app.app_context(), writing() as session:
        other = make_person(session, name="钱多", roles=(Role.AUTHOR,)).id
        for code, by in (("MINE", me), ("THEIRS", other), ("NOBODYS", None)):
            operations.create_question(session, make_draft(code=code), by=by, at=NOON)
    codes = {code: [code] for code in ("MINE", "THEIRS", "NOBODYS")}
    assert "钱多" in client.get("/bank/").text
    assert listed(client, codes, f"author={other}") == {"THEIRS"}
    assert listed(client, codes, "author=me") == {"MINE"}


def kept(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(row.name, row.query) for row in db.session.scalars(select(SavedFilter).order_by(SavedFilter.id))]


def test_filters_are_kept_under_a_name_applied_with_one_click_renamed_and_deleted(
    app: Flask, client: FlaskClient, enter
) -> None:
    with app.app_context(), writing() as session:
        make_question(session, topic="LAW")
    enter(Role.REVIEWER)
    asked = {
        "name": " 法律  较难 ",
        "query": "topic=LAW&difficulty=4&sort=-changed&page=7&song=1",
        "back": "/bank/?topic=LAW",
    }
    assert client.post("/bank/filters", data=asked).location == "/bank/?topic=LAW"
    assert kept(app) == [("法律 较难", "topic=LAW&difficulty=4&sort=-changed")]
    page = client.get("/bank/").text
    assert 'href="/bank/?topic=LAW&amp;difficulty=4&amp;sort=-changed"' in page
    assert 'aria-current="true"' in client.get("/bank/?topic=LAW&difficulty=4&sort=-changed").text
    client.post("/bank/filters", data=asked | {"query": "topic=LAW"})
    assert kept(app) == [("法律 较难", "topic=LAW")]
    client.post("/bank/filters/1/rename", data={"name": "法律"})
    client.post("/bank/filters/1/rename", data={"name": "  "})
    assert kept(app) == [("法律", "topic=LAW")]
    client.post("/bank/filters/1/delete")
    assert kept(app) == []


def test_nothing_is_no_filter_names_are_not_given_twice_and_nobody_keeps_hundreds(
    app: Flask, client: FlaskClient, enter
) -> None:
    enter(Role.AUTHOR)
    client.post("/bank/filters", data={"name": "空", "query": "kind=song"})
    assert kept(app) == []
    for number in range(MOST + 2):
        client.post("/bank/filters", data={"name": f"第{number}个", "query": "kind=case"})
    assert len(kept(app)) == MOST
    assert "请先删除不用的" in client.get("/bank/").text
    client.post("/bank/filters/1/rename", data={"name": "第2个"})
    assert kept(app)[0][0] == "第0个"


def test_the_filters_of_another_person_do_not_exist(app: Flask, client: FlaskClient, enter) -> None:
    enter(Role.AUTHOR)
    client.post("/bank/filters", data={"name": "我的", "query": "kind=case"})
    enter(Role.AUTHOR)
    assert [
        client.post(f"/bank/filters/1/{verb}", data={"name": "x"}).status_code for verb in ("rename", "delete")
    ] == [
        404,
        404,
    ]
    assert 'href="/bank/?kind=case"' not in client.get("/bank/").text
    assert len(kept(app)) == 1


def test_a_kept_filter_whose_topic_is_gone_says_so_and_shows_the_list(app: Flask, client: FlaskClient, enter) -> None:
    with app.app_context(), writing() as session:
        topic = make_question(session, code="DA", topic="LAW", subtopic="").topic
        gone = Topic(code="LAW-099", name="旧类", parent_id=topic.id)
        session.add(gone)
    enter(Role.REVIEWER)
    client.post("/bank/filters", data={"name": "旧", "query": "topic=LAW-099"})
    with app.app_context(), writing() as session:
        session.delete(session.scalars(select(Topic).where(Topic.code == "LAW-099")).one())
    page = client.get("/bank/?topic=LAW-099").text
    assert "部分筛选条件已略去" in page
    assert "LAW-099" in page
    assert ">DA</a>" in page


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_the_list_asks_the_database_equally_often_however_much_it_shows(
    app: Flask, client: FlaskClient, enter, used
) -> None:
    enter(Role.ORGANISER)
    with statements(app) as few:
        client.get("/bank/?use=once")
    with app.app_context(), writing() as session:
        for _ in range(12):
            make_question(session)
    client.post("/bank/filters", data={"name": "一", "query": "kind=case"})
    client.post("/bank/filters", data={"name": "二", "query": "kind=numeric"})
    with statements(app) as many:
        client.get("/bank/?use=never")
    assert len(few) == len(many)


def test_every_use_has_its_chinese_on_the_page(client: FlaskClient, enter) -> None:
    enter(Role.ORGANISER)
    page = client.get("/bank/").text
    assert [use.chinese for use in Use if use.chinese not in page] == []
