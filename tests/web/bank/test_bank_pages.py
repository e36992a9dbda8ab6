"""The pages of the question bank."""

import io
import json

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from exam import audit
from exam.accounts.roles import Role, Viewer
from exam.extensions import db, writing
from exam.web.bank import area
from question_bank.enums import Kind, Status
from question_bank.exchange.formats import FORMATS
from question_bank.exchange.shape import document_of
from question_bank.models import Question
from question_bank.queries import question_by_code
from tests.factories.bank import make_draft, make_question

pytestmark = pytest.mark.db


@pytest.fixture
def put(app: Flask):
    """Put a question into the bank; returns its id."""

    def one(**values) -> int:
        with app.app_context(), writing() as session:
            return make_question(session, **values).id

    return one


def status_of(app: Flask, question_id: int) -> Status:
    with app.app_context():
        return db.session.get_one(Question, question_id).status


def count(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Question.id)).all())


def send(client: FlaskClient, data: bytes, name: str = "题库.json", **values: str):
    return client.post("/bank/import", data={"file": (io.BytesIO(data), name), **values})


def as_json(*drafts) -> bytes:
    return json.dumps(document_of(drafts)).encode()


def test_nobody_else_sees_the_bank(client: FlaskClient, enter) -> None:
    addresses = ("/bank/", "/bank/documents", "/bank/import", "/bank/questions.xlsx", "/bank/template.xlsx")
    for role in (Role.CANDIDATE, Role.LEADER, Role.UNIT_CONTACT, Role.MARKER, Role.LECTURER):
        enter(role)
        assert [client.get(address).status_code for address in addresses] == [403] * len(addresses)


def test_a_question_does_not_exist_for_a_candidate(client: FlaskClient, enter, put) -> None:
    question = put()
    enter(Role.CANDIDATE)
    assert [client.get(f"/bank/questions/{question}{rest}").status_code for rest in ("", "/phone")] == [404, 404]


def test_a_ticket_opens_no_question_even_for_a_reviewer() -> None:
    came_with_a_ticket = Viewer(1, "某某", 1, frozenset({Role.REVIEWER, Role.AUTHOR}), login_id=1, roster_entry_id=1)
    assert [
        rule(came_with_a_ticket, None) for rule in (area.reads, area.brings, area.writes, area.reviews, area.withdraws)
    ] == [False] * 5


def test_the_list_shows_what_passes_the_filters(client: FlaskClient, enter, put) -> None:
    put(code="AAA1", topic="LAW")
    put(code="BBB1", topic="PROC", status=Status.DRAFT)
    enter(Role.REVIEWER)
    page = client.get("/bank/?topic=LAW").text
    assert "AAA1" in page
    assert "BBB1" not in page


def test_an_address_nobody_can_read_shows_a_list_all_the_same(client: FlaskClient, enter, put) -> None:
    put()
    enter(Role.AUTHOR)
    for query in (
        "kind=song",
        "difficulty=x",
        "document=9999",
        "page=0",
        "page=x",
        "sort=zz",
        "topic=%27",
        "text=%25_%5C",
    ):
        assert (query, client.get(f"/bank/?{query}").status_code) == (query, 200)


def test_an_empty_bank_says_what_to_do_first(client: FlaskClient, enter) -> None:
    enter(Role.AUTHOR)
    assert "/bank/import" in client.get("/bank/").text


def test_the_export_holds_exactly_what_the_list_shows(client: FlaskClient, enter, put) -> None:
    put(code="AAA1", topic="LAW")
    put(code="BBB1", topic="PROC")
    enter(Role.ORGANISER)
    for name in ("json", "xlsx"):
        answer = client.get(f"/bank/questions.{name}?topic=LAW")
        assert [draft.code for draft in FORMATS[name].read(answer.data).drafts] == ["AAA1"]
    assert client.get("/bank/questions.doc").status_code == 404


def content_of_each_kind() -> list[tuple[Kind, dict]]:
    options = [{"key": key, "text": f"第{key}项"} for key in "ABC"]
    rubric = [{"id": "k1", "point": "要点一", "marks": 2, "keyword_groups": [["词一"]]}]
    short = {"stem": "简述？", "reference": "词一", "rubric": rubric}
    return [
        (Kind.SINGLE_CHOICE, {"options": options, "answer": "C"}),
        (Kind.MULTIPLE_CHOICE, {"options": options, "answer": ["A", "C"]}),
        (Kind.TRUE_FALSE, {"answer": False}),
        (Kind.FILL_BLANK, {"stem": "管____必须管____。", "answers": [["行业"], ["安全"]]}),
        (Kind.NUMERIC, {"answer": "12", "unit": "万元", "common_errors": [{"value": "3", "feedback": "忘乘四"}]}),
        (
            Kind.ORDERING,
            {"items": options, "answer": ["C", "A", "B"], "accepted_orders": [["C", "A", "B"], ["A", "C", "B"]]},
        ),
        (Kind.MATCHING, {"left": options[:2], "right": options, "pairs": {"A": "C", "B": "A"}}),
        (Kind.SHORT_ANSWER, short),
        (
            Kind.CASE,
            {"stem": "材料", "subquestions": [{"id": "1", "marks": 2, "content": {"kind": "short_answer", **short}}]},
        ),
    ]


def test_every_kind_has_a_page_and_a_preview_on_the_phone(client: FlaskClient, enter, put) -> None:
    enter(Role.REVIEWER)
    for kind, content in content_of_each_kind():
        question = put(kind=kind, content={"explanation": "只给审题人看的解析", **content}, status=Status.IN_REVIEW)
        page, phone = client.get(f"/bank/questions/{question}"), client.get(f"/bank/questions/{question}/phone")
        assert (kind, page.status_code, phone.status_code) == (kind, 200, 200)
        assert "只给审题人看的解析" in page.text
        assert "只给审题人看的解析" not in phone.text


def test_an_author_hands_in_and_a_reviewer_publishes(app: Flask, client: FlaskClient, enter, put) -> None:
    question = put(status=Status.DRAFT)
    author = enter(Role.AUTHOR)
    assert client.post(f"/bank/questions/{question}/publish").status_code == 404
    assert client.post(f"/bank/questions/{question}/hand-in").status_code == 302
    reviewer = enter(Role.REVIEWER)
    assert client.post(f"/bank/questions/{question}/publish").status_code == 302
    assert status_of(app, question) is Status.PUBLISHED
    with app.app_context():
        history = audit.history(db.session, f"question:{question}")  # type: ignore[arg-type]
    taken = [(row.by, row.detail["after"]) for row in history if "after" in row.detail]
    assert taken == [(reviewer, "published"), (author, "in_review")]


def test_giving_back_needs_a_reason(app: Flask, client: FlaskClient, enter, put) -> None:
    question = put(status=Status.IN_REVIEW)
    enter(Role.REVIEWER)
    assert client.post(f"/bank/questions/{question}/give-back", data={"reason": " "}).status_code == 400
    assert status_of(app, question) is Status.IN_REVIEW
    client.post(f"/bank/questions/{question}/give-back", data={"reason": "干扰项有歧义"})
    assert status_of(app, question) is Status.DRAFT
    assert "干扰项有歧义" in client.get(f"/bank/questions/{question}").text


def test_what_may_not_be_published_is_refused_with_the_reason(app: Flask, client: FlaskClient, enter, put) -> None:
    question = put(status=Status.IN_REVIEW, citations=[])
    enter(Role.REVIEWER)
    answer = client.post(f"/bank/questions/{question}/publish")
    assert answer.status_code == 400
    assert "未注明依据文件" in answer.text
    assert status_of(app, question) is Status.IN_REVIEW


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ORGANISER])
def test_a_published_question_can_be_suspended_and_retired(
    app: Flask, client: FlaskClient, enter, put, role: Role
) -> None:
    question = put()
    enter(role)
    client.post(f"/bank/questions/{question}/suspend", data={"reason": "法条修订"})
    assert status_of(app, question) is Status.QUARANTINED
    client.post(f"/bank/questions/{question}/retire", data={"reason": "不再适用"})
    assert status_of(app, question) is Status.RETIRED
    assert client.post(f"/bank/questions/{question}/reopen").status_code == 400


def test_many_are_published_at_once_and_the_others_are_named(app: Flask, client: FlaskClient, enter, put) -> None:
    good, bad, draft = (
        put(status=Status.IN_REVIEW),
        put(status=Status.IN_REVIEW, citations=[], code="BAD"),
        put(status=Status.DRAFT),
    )
    enter(Role.REVIEWER)
    answer = client.post("/bank/publish", data={"ids": [good, bad, draft, "x"], "back": "/bank/?status=in_review"})
    assert answer.location == "/bank/?status=in_review"
    assert [status_of(app, each) for each in (good, bad, draft)] == [Status.PUBLISHED, Status.IN_REVIEW, Status.DRAFT]
    assert "BAD: 未注明依据文件" in client.get(answer.location).text


def test_a_list_leads_back_to_lists_only(client: FlaskClient, enter, put) -> None:
    enter(Role.REVIEWER)
    assert client.post("/bank/publish", data={"back": "https://elsewhere.example/"}).location == "/bank/"


def test_a_file_is_shown_before_it_is_written(app: Flask, client: FlaskClient, enter) -> None:
    author = enter(Role.AUTHOR)
    draft = make_draft()
    preview = send(client, as_json(draft)).location
    assert draft.code in client.get(preview).text
    assert count(app) == 0
    assert client.post(preview, data={"submit_for_review": "y"}).location == preview
    with app.app_context():
        question = question_by_code(db.session, draft.code)  # type: ignore[arg-type]
        assert question is not None
        assert question.status is Status.IN_REVIEW
        by = {row.by for row in audit.history(db.session, f"question:{question.id}")}  # type: ignore[arg-type]
    assert by == {author}
    assert "题库中已全部具备" in client.get(preview).text


def test_what_is_imported_stays_a_draft_where_the_author_wants_so(app: Flask, client: FlaskClient, enter) -> None:
    enter(Role.AUTHOR)
    client.post(send(client, as_json(make_draft(code="D1"))).location, data={"csrf_token": "present in every form"})
    with app.app_context():
        assert question_by_code(db.session, "D1").status is Status.DRAFT  # type: ignore[arg-type, union-attr]


def test_an_excel_file_goes_the_same_way_and_its_failed_rows_come_back(app: Flask, client: FlaskClient, enter) -> None:
    enter(Role.AUTHOR)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "题型", "题干", "答案", "知识点"])
        sheet.write_row(1, 0, ["甲1", "判断", "备案不是审批。", "对", "PROC"])
        sheet.write_row(2, 0, ["甲2", "判断", "备案就是审批。", "也许", "PROC"])
    preview = send(client, file.getvalue(), "../../题库.xlsx").location
    assert "应为“对”或“错”" in client.get(preview).text
    assert count(app) == 0
    client.post(preview)
    assert count(app) == 1
    failed = FORMATS["xlsx"].read(client.get(f"{preview}/failed").data)
    assert [(item.name, item.faults[0].column, item.faults[0].found) for item in failed.items] == [
        ("甲2", "答案", "也许")
    ]


def test_rows_that_cannot_be_read_are_named_by_line_and_come_back(client: FlaskClient, enter) -> None:
    enter(Role.AUTHOR)
    preview = send(client, b'{"questions": [\n {"id": "B1", "type": "song"}]}').location
    page = client.get(preview).text
    assert "B1" in page
    assert "song" in page
    failed = client.get(f"{preview}/failed")
    assert json.loads(failed.data)["questions"][0]["id"] == "B1"


def test_what_is_no_file_of_questions_is_refused(client: FlaskClient, enter) -> None:
    enter(Role.AUTHOR)
    for data, name in ((b"", "x.xlsx"), (b"hello", "x.txt"), (b"PK\x03\x04 broken", "x.xlsx"), (b'{"a": 1}', "x.json")):
        assert send(client, data, name).status_code == 400
    assert client.post("/bank/import", data={}).status_code == 400


def test_nobody_sees_what_another_one_sent(app: Flask, client: FlaskClient, enter) -> None:
    enter(Role.AUTHOR)
    preview = send(client, as_json(make_draft())).location
    other = app.test_client()
    enter(Role.AUTHOR, browser=other)
    assert [
        other.get(preview).status_code,
        other.post(preview).status_code,
        other.get(f"{preview}/failed").status_code,
    ] == [404, 404, 404]
    assert client.get("/bank/import/..%2f..%2fsecret_key").status_code == 404
    assert client.get("/bank/import/" + "0" * 32).status_code == 404


def test_the_register_counts_the_questions_of_each_document(client: FlaskClient, enter, put) -> None:
    put()
    enter(Role.REVIEWER)
    assert "企业投资项目核准和备案管理条例" in client.get("/bank/documents").text
