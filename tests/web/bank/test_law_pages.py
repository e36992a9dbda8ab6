"""The pages of the register, of what falls, of reviewing, comparing and solving without the key."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from exam.accounts.roles import Role
from exam.extensions import db, writing
from question_bank import lawbook, legislation, operations, readings
from question_bank.drafts import DraftCitation
from question_bank.enums import Finding, Kind, Status
from question_bank.models import Document, Question
from tests.conftest import NOON
from tests.factories.accounts import make_person, sign_in
from tests.factories.bank import CONFIRMED, make_draft, make_question

pytestmark = pytest.mark.db

LAW = str(CONFIRMED["document"])
OPTIONS = [{"key": key, "text": f"{key}项"} for key in "ABC"]


@pytest.fixture
def enter(app: Flask, client: FlaskClient) -> Callable[..., int]:
    """Sign the client in as somebody with these roles; returns the person's id."""

    def as_one_with(*roles: Role) -> int:
        with app.app_context(), writing() as session:
            person = make_person(session, roles=roles).id
        sign_in(client, app, person)
        return person

    return as_one_with


@pytest.fixture
def put(app: Flask) -> Callable[..., int]:
    def one(**values) -> int:
        with app.app_context(), writing() as session:
            return make_question(session, **values).id

    return one


@pytest.fixture
def law(app: Flask, put) -> int:
    """The id of the document that a published question T cites."""
    put(code="T")
    with app.app_context():
        return lawbook.document_named(db.session(), LAW).id


def found(app: Flask, model: type, key: int):
    with app.app_context():
        return db.session.get_one(model, key)


def status(app: Flask, code: str) -> Status:
    with app.app_context():
        return db.session.query(Question).filter_by(code=code).one().status


def fields(document: Document, **changes: str) -> dict[str, str]:
    values = {"title": document.title, "in_force": document.in_force, "lock": str(document.lock)}
    return values | changes


def test_the_office_reads_the_register_and_only_reviewers_and_organisers_keep_it(client, enter, law: int) -> None:
    enter(Role.AUTHOR)
    reading = ["/bank/documents", "/bank/documents/due", f"/bank/documents/{law}", "/bank/review", "/bank/topics"]
    keeping = ["edit", "articles/new", "amend", "repeal", "supersede"]
    assert [client.get(address).status_code for address in reading] == [200] * len(reading)
    assert [client.get(f"/bank/documents/{law}/{each}").status_code for each in keeping] == [404] * len(keeping)
    assert client.get("/bank/documents/new").status_code == 403
    assert client.post(f"/bank/documents/{law}/repeal").status_code == 404
    for role in (Role.REVIEWER, Role.ORGANISER):
        enter(role)
        assert [client.get(f"/bank/documents/{law}/{each}").status_code for each in keeping] == [200] * len(keeping)
    enter(Role.CANDIDATE)
    assert {client.get(address).status_code for address in reading} == {403, 404}


def test_the_list_is_filtered_by_words_and_status(client, enter, law: int) -> None:
    enter(Role.REVIEWER)
    assert LAW in client.get("/bank/documents?text=核准").text
    assert LAW not in client.get("/bank/documents?text=没有的词").text
    assert LAW not in client.get("/bank/documents?status=repealed").text
    assert LAW in client.get("/bank/documents?status=song").text
    assert LAW not in client.get("/bank/documents?due=soon").text


def test_two_people_editing_a_document_both_see_both_texts(app: Flask, client, enter, law: int) -> None:
    enter(Role.REVIEWER)
    seen = found(app, Document, law)
    assert client.post(f"/bank/documents/{law}/edit", data=fields(seen, note="第一人")).status_code == 302
    second = client.post(f"/bank/documents/{law}/edit", data=fields(seen, note="第二人"))
    assert second.status_code == 409
    assert "第一人" in second.text
    assert "第二人" in second.text
    assert found(app, Document, law).note == "第一人"
    assert client.post(f"/bank/documents/{law}/edit", data=fields(seen, edition="去年")).status_code == 400


def test_a_document_is_registered_with_its_articles(app: Flask, client, enter) -> None:
    enter(Role.ORGANISER)
    assert client.post("/bank/documents/new", data={"title": ""}).status_code == 400
    page = client.post("/bank/documents/new", data={"title": "新法", "review_on": "2028-01-01"}).location
    key = int(page.rsplit("/", 1)[1])
    assert client.post("/bank/documents/new", data={"title": "新法"}).status_code == 400
    article = {"label": "第一条", "text": "为了……", "certainty": "CONFIRMED"}
    assert client.post(f"{page}/articles/new", data=article).status_code == 302
    assert client.post(f"{page}/articles/new", data={"certainty": "CONFIRMED"}).status_code == 400
    with app.app_context():
        (held,) = lawbook.articles_of(db.session(), key)
    stale = client.post(f"/bank/articles/{held.id}/edit", data=article | {"text": "别的", "was": "old"})
    assert (stale.status_code, "为了……" in stale.text) == (409, True)
    was = client.get(f"/bank/articles/{held.id}/edit").text.split('name="was"')[1].split('value="')[1].split('"')[0]
    assert client.post(f"/bank/articles/{held.id}/edit", data=article | {"text": "别的", "was": was}).status_code == 302
    assert "别的" in client.get(page).text
    client.post(f"/bank/articles/{held.id}/remove")
    assert "别的" not in client.get(page).text.split('id="history-title"')[0]


def test_a_replacement_is_shown_before_it_is_done_and_its_questions_come_back_together(
    app: Flask, client, enter, law: int
) -> None:
    enter(Role.REVIEWER)
    with app.app_context(), writing() as session:
        successor, _ = legislation.register(session, {"title": "新条例"})
        key = successor.id
    preview = client.get(f"/bank/documents/{law}/supersede").text
    assert "新条例" in preview
    assert status(app, "T") is Status.PUBLISHED
    assert client.post(f"/bank/documents/{law}/supersede", data={"successor": "99"}).status_code == 400
    assert client.post(f"/bank/documents/{law}/supersede", data={"successor": key}).status_code == 302
    assert status(app, "T") is Status.QUARANTINED
    waiting = client.get("/bank/review?status=quarantined").text
    assert "被“新条例”替代" in waiting
    assert client.post(f"/bank/documents/{law}/amend").status_code == 400
    client.post(f"/bank/documents/{law}/check", data={"edition": "2027-01-01"})
    back = f"/bank/documents/{law}"
    ids = [found_id(app, "T")]
    assert client.post("/bank/publish", data={"ids": ids, "back": back}).location == back
    assert status(app, "T") is Status.PUBLISHED


def test_that_nothing_alike_was_found_is_said_once_and_articles_stand_in_their_order(
    app: Flask, client, enter, put, law: int
) -> None:
    put(code="U")
    enter(Role.REVIEWER)
    with app.app_context(), writing() as session:
        old = session.get_one(Document, law)
        for label in ("第十条", "第九条"):
            legislation.write_article(session, old, None, label=label, text="内容", fact="", certainty="")
        successor, _ = legislation.register(session, {"title": "新条例"})
        legislation.supersede(session, old, successor, by=None, at=NOON)
    page = client.get("/bank/review?status=quarantined").text
    assert page.count("没有找到相近条款") == 1
    assert page.count("没有相近条款") == 2
    shown = client.get(f"/bank/documents/{law}").text
    assert shown.index("<strong>第九条") < shown.index("<strong>第十条")


def found_id(app: Flask, code: str) -> int:
    with app.app_context():
        return db.session.query(Question).filter_by(code=code).one().id


def test_a_fallen_law_stands_in_the_way_on_the_page_of_the_question(app: Flask, client, enter, law: int) -> None:
    enter(Role.REVIEWER)
    client.post(f"/bank/documents/{law}/amend", data={"reason": "国务院令第900号"})
    refused = client.post(f"/bank/questions/{found_id(app, 'T')}/publish")
    assert refused.status_code == 400
    assert "已修改，尚未核对" in refused.text
    assert "国务院令第900号" in client.get(f"/bank/documents/{law}").text


def test_an_author_who_reviews_does_not_approve_the_own_question(app: Flask, client, enter) -> None:
    both = enter(Role.AUTHOR, Role.REVIEWER)
    with app.app_context(), writing() as session:
        question, _ = operations.create_question(session, make_draft(code="MINE"), by=both, at=NOON)
        operations.advance(session, question, Status.IN_REVIEW, by=both, at=NOON)
        key = question.id
    assert client.post(f"/bank/questions/{key}/publish").status_code == 400
    client.post("/bank/publish", data={"ids": [key]})
    assert status(app, "MINE") is Status.IN_REVIEW
    enter(Role.REVIEWER)
    client.post(f"/bank/questions/{key}/publish", data={"reason": "表述清楚"})
    assert status(app, "MINE") is Status.PUBLISHED
    assert "表述清楚" in client.get(f"/bank/questions/{key}").text


def test_a_topic_that_needs_two_readers_waits_for_the_second(app: Flask, client, enter, put) -> None:
    key = put(code="TWO", status=Status.IN_REVIEW)
    with app.app_context():
        topic = next(each.id for each in readings.roots(db.session()) if each.code == "PROC")
    enter(Role.REVIEWER)
    assert client.post(f"/bank/topics/{topic}/reviewers", data={"needed": 2}).status_code == 404
    enter(Role.ADMINISTRATOR)
    client.post(f"/bank/topics/{topic}/reviewers", data={"needed": 9})
    client.post(f"/bank/topics/{topic}/reviewers", data={"needed": 2})
    for expected in (Status.IN_REVIEW, Status.PUBLISHED):
        enter(Role.REVIEWER)
        client.post("/bank/publish", data={"ids": [key]})
        assert status(app, "TWO") is expected


def test_comments_stand_as_a_thread(client, enter, put) -> None:
    key = put(status=Status.IN_REVIEW)
    enter(Role.AUTHOR)
    client.post(f"/bank/questions/{key}/comment", data={"reason": "已按意见核对条文"})
    client.post(f"/bank/questions/{key}/comment", data={"reason": " "})
    assert client.get(f"/bank/questions/{key}").text.count("已按意见核对条文") == 1


def test_versions_are_compared_in_words(app: Flask, client, enter) -> None:
    with app.app_context(), writing() as session:
        question = make_question(session, code="V", content={"stem": "应当在十日内申报吗？", "answer": "A"})
        again = make_draft(code="V", content={"stem": "应当在十五日内申报吗？", "answer": "B"})
        operations.add_version(session, question, again, by=None, at=NOON)
        key = question.id
    enter(Role.AUTHOR)
    page = client.get(f"/bank/questions/{key}/compare?from=1&to=2").text
    assert "<ins>五</ins>" in page
    assert "is-key-change" in page
    assert client.get(f"/bank/questions/{key}/compare").status_code == 200
    assert client.get(f"/bank/questions/{key}/compare?from=1&to=9").status_code == 404


SHORT = {"stem": "简述？", "reference": "词一", "rubric": [{"id": "k1", "point": "要点一", "marks": 2, "keyword_groups": [["词一"]]}]}  # fmt: skip
SOLVABLE = [
    (Kind.SINGLE_CHOICE, {"options": OPTIONS, "answer": "C"}, {"answer": "C"}, {"answer": "A"}),
    (Kind.MULTIPLE_CHOICE, {"options": OPTIONS, "answer": ["A", "C"]}, {"answer": ["A", "C"]}, {"answer": ["A"]}),
    (Kind.TRUE_FALSE, {"answer": False}, {"answer": "×"}, {"answer": "√"}),
    (Kind.FILL_BLANK, {"stem": "管____管____。", "answers": [["行业"], ["安全"]]}, {"answer": ["行业", "安全"]}, {"answer": ["行业", "别的"]}),
    (Kind.NUMERIC, {"answer": "12", "unit": "万元"}, {"answer": "12"}, {"answer": "13"}),
    (Kind.ORDERING, {"items": OPTIONS, "answer": ["C", "A", "B"]}, {"answer": "CAB"}, {"answer": "ABC"}),
    (Kind.MATCHING, {"left": OPTIONS[:2], "right": OPTIONS, "pairs": {"A": "C", "B": "A"}}, {"answer-1": "C", "answer-2": "A"}, {"answer-1": "A", "answer-2": "C"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "right", "wrong"), SOLVABLE, ids=lambda each: getattr(each, "value", ""))
def test_a_reviewer_solves_without_the_key_and_the_finding_is_kept(
    app: Flask, client, enter, put, kind, content, right, wrong
) -> None:
    key = put(kind=kind, content={"explanation": "解析只在答后可见", **content}, status=Status.IN_REVIEW)
    enter(Role.REVIEWER)
    assert "解析只在答后可见" not in client.get(f"/bank/questions/{key}/solve").text
    assert client.post(f"/bank/questions/{key}/solve", data={}).status_code == 400
    for answer in (right, wrong):
        assert client.post(f"/bank/questions/{key}/solve", data=answer).status_code == 302
    with app.app_context():
        said = [each.finding for each in readings.thread(db.session(), key)]
    assert said == [Finding.SOLVED_ALIKE, Finding.SOLVED_OTHERWISE]


@pytest.mark.parametrize("kind", [Kind.SHORT_ANSWER, Kind.CASE])
def test_a_written_answer_is_judged_by_its_reader(app: Flask, client, enter, put, kind) -> None:
    parts = [{"id": "1", "marks": 2, "content": {"kind": "short_answer", **SHORT}}]
    content, name = ({"stem": "材料", "subquestions": parts}, "answer-1") if kind is Kind.CASE else (SHORT, "answer")
    key = put(kind=kind, content=content, status=Status.IN_REVIEW)
    enter(Role.REVIEWER)
    shown = client.post(f"/bank/questions/{key}/solve", data={name: "我的作答"})
    assert "我的作答" in shown.text
    assert "词一" in shown.text
    with app.app_context():
        assert readings.thread(db.session(), key) == []
    client.post(f"/bank/questions/{key}/solve", data={"alike": "yes"})
    with app.app_context():
        assert [each.finding for each in readings.thread(db.session(), key)] == [Finding.SOLVED_ALIKE]


def test_what_cannot_be_read_as_an_answer_is_said(client, enter, put) -> None:
    key = put(kind=Kind.NUMERIC, content={"answer": "12"}, status=Status.IN_REVIEW)
    enter(Role.REVIEWER)
    assert client.post(f"/bank/questions/{key}/solve", data={"answer": "许多"}).status_code == 400


def test_lists_ask_the_same_number_of_questions_however_long_they_are(app: Flask, client, enter, put) -> None:
    enter(Role.REVIEWER)
    counts: dict[str, list[int]] = {}
    for number in range(2):
        for each in range(1 + 2 * number):
            cited = [DraftCitation(**(CONFIRMED | {"document": f"法{number}{each}"}))]
            put(citations=cited)
            with app.app_context(), writing() as session:
                fallen = lawbook.document_named(session, f"法{number}{each}")
                legislation.write_article(session, fallen, None, label="第十三条", text="一", fact="", certainty="")
                successor, _ = legislation.register(session, {"title": f"新法{number}{each}"})
                legislation.supersede(session, fallen, successor, by=None, at=NOON)
        for address in ("/bank/documents", "/bank/review", "/bank/documents/due"):
            asked: list[str] = []
            with app.app_context():
                engine = db.engine

                def note(*given: object, asked: list[str] = asked) -> None:
                    asked.append(str(given[2]))

                event.listen(engine, "before_cursor_execute", note)
                assert client.get(address).status_code == 200
                event.remove(engine, "before_cursor_execute", note)
            counts.setdefault(address, []).append(len([each for each in asked if each.lstrip().startswith("SELECT")]))
    assert {address: len(set(found)) for address, found in counts.items()} == dict.fromkeys(counts, 1), counts
