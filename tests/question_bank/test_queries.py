"""Reading the bank."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from question_bank import listing, operations, queries, stocktaking
from question_bank.enums import Audience, Kind, PaperKind, Status
from question_bank.listing import Filters, Sort
from question_bank.models import Document
from tests.conftest import NOON
from tests.factories.bank import CONFIRMED, make_question

pytestmark = pytest.mark.db

DAY = date(2027, 3, 2)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def _codes(session: Session, **filters) -> list[str]:
    return [row.code for row in listing.search(session, Filters(**filters)).rows]


def _drawn(session: Session, **values) -> list[str]:
    defaults = {"paper_kind": PaperKind.BUSINESS, "on": DAY, "audience": None, "host_unit_code": None}
    return [each.code for each in queries.drawable(session, **(defaults | values))]


def test_only_published_questions_of_the_paper_are_drawn(session: Session) -> None:
    make_question(session, code="A")
    make_question(session, code="B", status=Status.IN_REVIEW)
    make_question(session, code="C", papers=[PaperKind.PRACTICAL])
    make_question(session, code="D", papers=[PaperKind.PRACTICAL, PaperKind.BUSINESS])
    assert _drawn(session) == ["A", "D"]
    assert _drawn(session, paper_kind=PaperKind.PRACTICAL) == ["C", "D"]


def test_a_question_is_drawn_until_its_last_day(session: Session) -> None:
    make_question(session, code="A", valid_to=date(2027, 3, 2), time_sensitive=True)
    assert _drawn(session) == ["A"]
    assert _drawn(session, on=date(2027, 3, 3)) == []


def test_a_unit_draws_its_own_questions_and_no_other_units(session: Session) -> None:
    make_question(session, code="A")
    make_question(session, code="B", unit_code="U01")
    assert _drawn(session) == ["A"]
    assert _drawn(session, host_unit_code="U01") == ["A", "B"]
    assert _drawn(session, host_unit_code="U02") == ["A"]


def test_an_audience_draws_what_is_for_it_or_for_everybody(session: Session) -> None:
    make_question(session, code="A")
    make_question(session, code="B", audiences=[Audience.VILLAGE])
    make_question(session, code="C", audiences=[Audience.TOWN, Audience.DEPARTMENT])
    assert _drawn(session, audience=Audience.VILLAGE) == ["A", "B"]
    assert _drawn(session, audience=Audience.DEPARTMENT) == ["A", "C"]
    assert _drawn(session) == ["A", "B", "C"]


def test_a_question_is_drawn_only_while_its_documents_stand(session: Session) -> None:
    make_question(session, code="A", citations=[CONFIRMED])
    make_question(session, code="B", citations=[CONFIRMED | {"document": "新法", "in_force": "2027-06-01"}])
    make_question(session, code="C", citations=[CONFIRMED | {"document": "印发办法", "in_force": "2023-08印发"}])
    assert _drawn(session) == ["A", "C"]
    old = session.query(Document).filter_by(title=CONFIRMED["document"]).one()
    old.superseded_by_id = session.query(Document).filter_by(title="新法").one().id
    session.flush()
    assert _drawn(session, on=date(2027, 6, 1)) == ["B", "C"]


def test_a_drawable_says_how_many_things_are_to_be_filled_in(session: Session) -> None:
    make_question(session, kind=Kind.FILL_BLANK, content={"stem": "管____必须管____。", "answers": [["甲"], ["乙"]]})
    (drawable,) = queries.drawable(session, paper_kind=PaperKind.BUSINESS, on=DAY, audience=None, host_unit_code=None)
    assert (drawable.slots, drawable.topic, drawable.subtopic, drawable.form) == (2, "PROC", "立项-备案", "ordinary")


def test_words_are_found_in_wording_options_number_and_document(session: Session) -> None:
    make_question(session, code="ZX1", content={"stem": "项目备案的时点是哪一天？"})
    make_question(session, code="ZX2", citations=[CONFIRMED | {"document": "公平竞争审查条例"}])
    assert _codes(session, text="备案的时点") == ["ZX1"]
    assert _codes(session, text="公平 审查条例") == ["ZX2"]
    assert _codes(session, text="ｚｘ１") == ["ZX1"]
    assert _codes(session, text="100%_") == []


def test_filters_narrow_the_list(session: Session) -> None:
    make_question(session, code="A", topic="PROC", subtopic="备案", difficulty=1)
    make_question(session, code="B", topic="LAW", subtopic="", difficulty=4, unit_code="U01")
    make_question(session, code="C", topic="PROC", subtopic="用地", audiences=[Audience.VILLAGE], status=Status.DRAFT)
    assert _codes(session, topic="PROC") == ["A", "C"]
    assert _codes(session, topic="PROC-002") == ["C"]
    assert _codes(session, difficulty=4) == ["B"]
    assert _codes(session, unit_code="U01") == ["B"]
    assert _codes(session, audience=Audience.TOWN) == ["A", "B"]
    assert _codes(session, status=Status.DRAFT) == ["C"]
    assert _codes(session, kind=Kind.CASE) == []
    assert _codes(session, document_id=session.query(Document).one().id) == ["A", "B", "C"]


def test_a_page_says_how_many_there_are_in_each_status(session: Session) -> None:
    for number in range(3):
        make_question(session, code=f"P{number}")
    make_question(session, code="D", status=Status.DRAFT)
    page = listing.search(session, Filters(status=Status.PUBLISHED), page=9, size=2)
    assert (page.total, page.number, page.pages) == (3, 2, 2)
    assert [row.code for row in page.rows] == ["P2"]
    assert page.by_status == {Status.DRAFT: 1, Status.PUBLISHED: 3}


def test_the_list_can_be_sorted(session: Session) -> None:
    make_question(session, code="A", difficulty=3, topic="PROC")
    make_question(session, code="B", difficulty=1, topic="LAW")
    for sort, codes in ((Sort.CODE, ["A", "B"]), (Sort.DIFFICULTY, ["B", "A"]), (Sort.TOPIC, ["B", "A"])):
        assert [row.code for row in listing.search(session, Filters(), sort=sort).rows] == codes


@pytest.mark.parametrize("many", [1, 3])
def test_lists_take_the_same_number_of_statements_however_long_they_are(
    session: Session, engine: Engine, many: int
) -> None:
    for _ in range(many):
        make_question(session)
    session.commit()
    session.expire_all()
    with counted(engine) as statements:
        listing.search(session, Filters(text="企业"))
    assert len(statements) <= 3
    with counted(engine) as statements:
        assert len(list(listing.found(session, Filters()))) == many
    assert len(statements) == 4
    with counted(engine) as statements:
        queries.documents(session)
        listing.topics(session)
        stocktaking.stock(session)
    assert len(statements) <= 3


def test_the_stock_counts_what_is_published(session: Session) -> None:
    make_question(session, topic="PROC", difficulty=2)
    make_question(session, topic="PROC", subtopic="", difficulty=2)
    make_question(session, topic="LAW", difficulty=4)
    make_question(session, topic="LAW", status=Status.DRAFT)
    stock = stocktaking.stock(session)
    assert (stock.published, stock.by_status) == (3, {Status.DRAFT: 1, Status.PUBLISHED: 3})
    assert (stock.by_topic, stock.by_kind, stock.by_difficulty) == (
        {"LAW": 1, "PROC": 2},
        {Kind.SINGLE_CHOICE: 3},
        {2: 2, 4: 1},
    )
    assert [tuple(cell) for cell in stock.cells] == [
        ("LAW", Kind.SINGLE_CHOICE, 4, 1),
        ("PROC", Kind.SINGLE_CHOICE, 2, 2),
    ]


def test_the_check_names_what_is_wrong_and_where_the_answers_stand(session: Session) -> None:
    make_question(session, code="A")
    make_question(session, code="B", citations=[], status=Status.DRAFT)
    make_question(session, code="C", content={"answer": "A"}, valid_to=date(2027, 1, 1), time_sensitive=True)
    found = stocktaking.inspect_bank(session, on=DAY)
    assert (found.questions, found.key_positions) == (3, {"A": 1, "B": 2})
    assert [(finding.question, finding.problem.where) for finding in found.findings] == [
        ("B", "citations"),
        ("C", "valid_to"),
    ]


def test_the_register_counts_the_questions_that_rest_on_each_document(session: Session) -> None:
    make_question(session, citations=[CONFIRMED, CONFIRMED | {"article": "第十四条"}])
    make_question(session, citations=[CONFIRMED | {"document": "公司法"}])
    assert {use.document.title: use.questions for use in queries.documents(session)} == {
        CONFIRMED["document"]: 1,
        "公司法": 1,
    }


def test_a_question_that_reads_like_another_is_found(session: Session) -> None:
    make_question(
        session,
        code="A",
        content={"stem": "相同的题干（一）", "options": [{"key": "A", "text": "是"}, {"key": "B", "text": "否"}]},
    )
    operations.create_question(session, _twin(session), by=None, at=NOON)
    found = stocktaking.inspect_bank(session, on=DAY).findings
    assert [(finding.question, str(finding.problem)) for finding in found] == [("B", "stem: It reads the same as A.")]


def _twin(session: Session):
    question = queries.question_by_code(session, "A")
    return queries.draft_of(question, queries.latest_version(session, question)).model_copy(update={"code": "B"})
