"""The page of the rule by which results are counted."""

import pytest
from sqlalchemy import select

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.reports import rules
from exam.reports.models import ResultRule
from exam.reports.ruling import STANDARD, Ruling
from tests.conftest import NOON

pytestmark = pytest.mark.db

URL = "/reports/rules"


def sent(**values: object) -> dict[str, object]:
    """What the form posts; a box that is not ticked posts nothing."""
    form = {**STANDARD.kept(), "equate_across": "y", "reason": "县委办会议纪要", "seen": 0} | values
    return {name: value for name, value in form.items() if value is not False}


def kept(app) -> list[ResultRule]:
    with app.app_context():
        return list(db.session().scalars(select(ResultRule)))


def test_leaders_read_the_rule_and_only_organisers_have_the_form(hall, browser) -> None:
    leader, organiser = (browser(role).get(URL).get_data(as_text=True) for role in (Role.LEADER, Role.ORGANISER))
    assert "60%" in leader
    assert 'name="reason"' not in leader
    assert 'name="reason"' in organiser
    assert browser(Role.LEADER).post(URL, data=sent(business=70)).status_code == 403
    assert browser(Role.UNIT_CONTACT).get(URL).status_code == 403


def test_a_change_is_kept_with_its_reason_and_every_report_follows(app, released, browser) -> None:
    client = browser(Role.ORGANISER)
    page = client.post(URL, data=sent(business=100), follow_redirects=True).get_data(as_text=True)
    assert "县委办会议纪要" in page
    assert [row.plan["business"] for row in kept(app)] == [100]
    overall = client.get(f"/reports/stops/{released.stop}").get_data(as_text=True)
    assert "73.33" in overall, "the business paper alone"


@pytest.mark.parametrize(
    "values",
    [{"mean": 50}, {"good": 95}, {"business": 120}, {"reason": ""}, {"tie_breaker": "NOTHING"}, {}],
    ids=["weights", "order", "range", "reason", "topic", "unchanged"],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_what_was_typed(app, hall, browser, values) -> None:
    answer = browser(Role.ORGANISER).post(URL, data=sent(**values))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "error-summary" in page
    assert kept(app) == []


def test_a_rule_changed_by_somebody_else_meanwhile_is_a_conflict(app, hall, browser) -> None:
    with app.app_context(), writing() as session:
        rules.change_rule(session, Ruling(business=65), reason="另一人", by=None, at=NOON)
    answer = browser(Role.ORGANISER).post(URL, data=sent(business=70))
    assert answer.status_code == 409
    assert len(kept(app)) == 1
