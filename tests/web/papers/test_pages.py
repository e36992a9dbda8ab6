"""The organiser's pages on specifications and papers."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from sqlalchemy import event, update

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.papers.models import Paper, PaperItem, PaperSet, SpecificationStatus
from exam.papers.queries import papers_of, specification_by_code, specification_by_id
from question_bank.enums import Audience, Status
from question_bank.models import Question
from tests.factories.accounts import make_person, sign_in
from tests.factories.drawing import make_drawn_set

pytestmark = pytest.mark.db


def browser(app: APIFlask, role: Role = Role.ORGANISER) -> FlaskClient:
    with app.app_context(), writing() as session:
        person = make_person(session, roles=(role,)).id
    client = app.test_client()
    sign_in(client, app, person)
    return client


def drawn(app: APIFlask, code: str = "practical-onsite", **values: int) -> tuple[int, list[int]]:
    """A set and the ids of its papers."""
    with app.app_context(), writing() as session:
        specification = specification_by_code(session, code)
        made = make_drawn_set(session, specification=specification, audience=Audience.TOWN, **values)
        return made.id, [paper.id for paper in papers_of(session, made.id)]


def specification_id(app: APIFlask, code: str) -> int:
    with app.app_context():
        return specification_by_code(db.session(), code).id


@contextmanager
def statements(app: APIFlask) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_the_list_shows_beside_each_margin_what_the_bank_holds(app: APIFlask) -> None:
    page = browser(app).get("/papers/").text
    for words in ("业务卷（镇级及园区）", "问题卷（现场卷）", "100 / 60", "礼仪谈判与廉洁、营商服务"):
        assert words in page


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(app: APIFlask) -> None:
    client = browser(app)
    with statements(app) as five:
        client.get("/papers/")
    with app.app_context(), writing() as session:
        session.execute(update(Question).where(Question.kind == "case").values(status=Status.QUARANTINED))
    drawn(app, code="business-town", count=1, spares=0)
    with statements(app) as more:
        client.get("/papers/")
    assert len(five) == len(more)


def test_only_organisers_see_papers(app: APIFlask) -> None:
    made, papers = drawn(app, count=1, spares=0)
    for role in Role:
        client = browser(app, role)
        allowed = role is Role.ORGANISER
        assert client.get("/papers/").status_code == (200 if allowed else 403)
        for address in (f"/papers/sets/{made}", f"/papers/paper/{papers[0]}", f"/papers/sets/{made}.pdf"):
            assert client.get(address).status_code == (200 if allowed else 404)


def test_a_specification_shows_its_rules_and_its_sets(app: APIFlask) -> None:
    made, _ = drawn(app, code="business-town", count=2, spares=1)
    page = browser(app).get(f"/papers/specifications/{specification_id(app, 'business-town')}").text
    assert "全对得满分；漏选得一半；错选、不选不得分" in page
    assert f"/papers/sets/{made}" in page


def test_a_trial_draw_writes_nothing(app: APIFlask) -> None:
    number = specification_id(app, "business-village")
    answer = browser(app).get(
        f"/papers/specifications/{number}/rehearsal?count=6&spares=1&seed=3&audience=village&host="
    )
    assert answer.status_code == 200
    assert 'class="tiles"' in answer.text
    with app.app_context():
        assert db.session().query(PaperSet).count() == 0


def test_a_trial_draw_names_what_is_missing(app: APIFlask) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Question).where(Question.kind == "numeric").values(status=Status.QUARANTINED))
    number = specification_id(app, "business-town")
    page = browser(app).get(f"/papers/specifications/{number}/rehearsal?count=6&spares=1&seed=3&audience=town&host=")
    assert "计算题" in page.text.split('role="alert"')[1]


def test_a_trial_draw_with_numbers_that_make_no_sense_says_so_at_the_field(app: APIFlask) -> None:
    number = specification_id(app, "business-town")
    page = browser(app).get(f"/papers/specifications/{number}/rehearsal?count=0&spares=1&seed=x&audience=moon")
    assert page.text.count("form-error") == 3


def test_a_specification_taken_out_of_use_stays_to_be_read(app: APIFlask) -> None:
    number = specification_id(app, "practical-full")
    client = browser(app)
    assert client.post(f"/papers/specifications/{number}/retire").status_code == 302
    with app.app_context():
        assert specification_by_id(db.session(), number).status is SpecificationStatus.RETIRED
    assert client.get(f"/papers/specifications/{number}").status_code == 200
    assert client.post(f"/papers/specifications/{number}/retire").status_code == 400


def test_a_set_can_be_proved_and_an_altered_paper_shows(app: APIFlask) -> None:
    made, papers = drawn(app, count=2, spares=0)
    client = browser(app)
    page = client.post(f"/papers/sets/{made}/verify", follow_redirects=True).text
    assert "notice-success" in page
    with app.app_context(), writing() as session:
        session.execute(update(PaperItem).where(PaperItem.paper_id == papers[1]).values(marks=Decimal(7)))
    assert "notice-danger" in client.post(f"/papers/sets/{made}/verify", follow_redirects=True).text


def test_a_paper_is_shown_with_answers_only_when_asked(app: APIFlask) -> None:
    _, papers = drawn(app, code="business-town", count=2, spares=0)
    client = browser(app)
    plain = client.get(f"/papers/paper/{papers[0]}").text
    keyed = client.get(f"/papers/paper/{papers[0]}?key=1").text
    assert "is-key" not in plain
    assert keyed.count("is-key") >= 30
    assert f"/papers/paper/{papers[1]}" in plain


def test_papers_and_keys_come_as_pdf_and_are_not_kept(app: APIFlask) -> None:
    made, papers = drawn(app, count=2, spares=1)
    client = browser(app)
    whole = client.get(f"/papers/sets/{made}.pdf")
    assert whole.mimetype == "application/pdf"
    assert whole.headers["Cache-Control"] == "no-store"
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(BytesIO(whole.data)))
    with app.app_context():
        codes = [db.session().get_one(Paper, number).code for number in papers]
    assert all(code in text for code in codes)
    assert "参考答案" not in text
    key = client.get(f"/papers/paper/{papers[0]}.pdf?key=1")
    assert "参考答案" in PdfDocument(BytesIO(key.data))[0].get_textpage().get_text_range()


def test_an_empty_house_offers_the_standard_specifications(app: APIFlask) -> None:
    client = browser(app)
    assert client.post("/papers/install").status_code == 302
    assert client.get("/papers/").text.count("tag-success") >= 5


def test_what_is_not_there_is_not_found(app: APIFlask) -> None:
    client = browser(app)
    for address in ("/papers/specifications/999", "/papers/sets/999", "/papers/paper/999", "/papers/paper/999.pdf"):
        assert client.get(address).status_code == 404
