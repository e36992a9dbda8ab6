"""The certificate of a set: words first, figures after, checked on the spot, on one printed page."""

from decimal import Decimal
from io import BytesIO

import pytest
from apiflask import APIFlask
from pypdfium2 import PdfDocument
from sqlalchemy import select, update

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.papers.certificate import Limit
from exam.papers.models import PaperItem, PaperSet
from exam.papers.statement import LIMITS, rounded, sentences, statement_of
from tests.web.papers.test_pages import browser, drawn

pytestmark = pytest.mark.db

CERTIFICATE = {
    "papers": 58,
    "spares": 3,
    "questions": 50,
    "exact": True,
    "spread": {"-1": "0.71", "0": "0.6", "1": "0.68"},
    "sd": {"-1": "0.14", "0": "0.12", "1": "0.13"},
    "random_spread": {"-1": "10.2", "0": "11.0", "1": "9.4"},
    "true_sd_estimate": "1.87",
    "exposure_cv": 0.17,
    "max_exposure": 0.2,
    "max_overlap": 2,
    "enemy_clashes": 0,
    "limits": ["labels_only", "small_cells"],
}


def certified(app: APIFlask) -> int:
    set_id, _ = drawn(app)
    with app.app_context(), writing() as session:
        session.execute(update(PaperSet).where(PaperSet.id == set_id).values(certificate=CERTIFICATE))
    return set_id


def test_the_first_sentence_is_for_everybody_and_the_table_comes_after(app: APIFlask) -> None:
    page = browser(app).get(f"/papers/sets/{certified(app)}/certificate").text
    first = "任意两人试卷的预计得分相差不超过 0.6 分；随机抽题时会相差 11 分。"
    assert first in page
    assert page.index(first) < page.index("<table")
    assert "随机抽题的差距约为本套试卷的 18 倍" in page
    assert "约为 1.9 分（标准差）" in page
    assert "50 道题中最多有 2 道相同" in page
    assert "难度依据命题人的判断" in page
    assert "10.2" in page


def test_it_is_checked_on_the_spot_and_an_altered_item_shows(app: APIFlask) -> None:
    client = browser(app)
    set_id, papers = drawn(app)
    url = f"/papers/sets/{set_id}/certificate"
    assert "每份试卷完全一致" in client.post(url).text
    with app.app_context(), writing() as session:
        item = session.scalars(select(PaperItem.id).where(PaperItem.paper_id == papers[0]).limit(1)).one()
        session.execute(update(PaperItem).where(PaperItem.id == item).values(marks=Decimal(1)))
    assert "下列试卷不一致：1。" in client.post(url).text


def test_it_prints_on_one_page(app: APIFlask) -> None:
    answer = browser(app).get(f"/papers/sets/{certified(app)}/certificate.pdf")
    assert answer.mimetype == "application/pdf"
    document = PdfDocument(BytesIO(answer.data))
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    assert "等值证明" in text
    assert "随机抽题时会相差 11 分" in text.replace("\r\n", "")
    with app.app_context():
        kept = db.session().scalars(select(PaperSet.papers_hash).order_by(PaperSet.id.desc())).first()
    assert kept is not None
    assert kept[:20] in text.replace("\r\n", "")


def test_the_organiser_alone_reads_it(app: APIFlask) -> None:
    set_id, _ = drawn(app)
    assert browser(app, Role.LEADER).get(f"/papers/sets/{set_id}/certificate").status_code == 404


def test_what_is_not_known_is_not_spoken_of() -> None:
    statement = statement_of({}, {"papers": 1, "spares": 0, "topic_deviation": "0"})
    assert statement.at_middle is None
    assert [each.params for each in sentences(statement)] == [{}, {"papers": 1, "spares": 0}]
    assert {rounded(None), rounded(statement.true_sd)} == {"–"}


def test_every_limit_that_a_certificate_can_name_has_a_sentence() -> None:
    assert set(LIMITS) == {limit.value for limit in Limit}
