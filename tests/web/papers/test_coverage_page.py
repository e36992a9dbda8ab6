"""The map of what the bank holds for a specification."""

import pytest
from apiflask import APIFlask

from exam.accounts.roles import Role
from tests.web.papers.test_pages import browser, specification_id

pytestmark = pytest.mark.db


def test_the_map_of_a_specification_names_its_bottleneck(app: APIFlask) -> None:
    client = browser(app)
    for address in ("/papers/", "/papers/shortage", "/bank/"):
        assert "/papers/coverage" in client.get(address).text
    onsite = specification_id(app, "practical-onsite")
    page = client.get(f"/papers/coverage?specification={onsite}").text
    assert "不重题可出试卷" in page
    assert "最紧缺处" in page
    assert page.count('class="spots"') == 16  # eight topics, cases and scenarios
    assert "业务卷（镇级及园区）" in page  # the other tabs


def test_authors_are_not_told_what_papers_draw(app: APIFlask) -> None:
    client = browser(app, Role.AUTHOR)
    assert "/papers/coverage" not in client.get("/bank/").text
    assert client.get("/papers/coverage").status_code == 403
