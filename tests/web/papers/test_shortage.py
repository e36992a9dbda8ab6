"""The page of what the bank lacks, with the county's own questions and without them."""

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from exam.extensions import writing
from question_bank.enums import Status
from question_bank.models import Question, Topic
from tests.web.papers.test_pages import browser

pytestmark = pytest.mark.db


def test_what_the_county_has_to_write_is_listed_with_what_stands_in_until_then(app: APIFlask) -> None:
    client = browser(app)
    assert "缺题清单" in client.get("/papers/").text
    with app.app_context(), writing() as session:
        roots = select(Topic.id).where(Topic.code.startswith("COUNTY"))
        session.execute(update(Question).where(Question.topic_id.in_(roots)).values(status=Status.RETIRED))
    page = client.get("/papers/shortage").text
    assert page.count("暂以其他题代替") == 3
    assert "县情概况 · " in page
    assert "招商工作要求 7、项目手续流程 7、政策与红线 6" in page
    template = client.get("/bank/template.xlsx?county=1")
    assert template.status_code == 200
    assert template.data.startswith(b"PK")
