"""The page of a stop's evidence, and the file it sends."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from exam.accounts.roles import Role
from exam.evidence.checking import check
from exam.extensions import writing
from exam.tours.flow import StopStatus
from tests.factories.accounts import make_person, sign_in
from tests.factories.results import SIX_CHOICES, make_sat_paper
from tests.factories.tours import make_entry, make_stop


@pytest.fixture
def organiser(app: APIFlask) -> int:
    with app.app_context(), writing() as session:
        return make_person(session, name="李组织", roles=[Role.ORGANISER]).id


def _stop(app: APIFlask, *, over: bool) -> int:
    with app.app_context(), writing() as session:
        stop = make_stop(session, status=StopStatus.FINISHED if over else StopStatus.RUNNING)
        make_sat_paper(session, stop, {make_entry(session, stop): 60}, contents=SIX_CHOICES, close=over)
        return stop.id


def test_the_organiser_makes_a_package_and_finds_it_written_down(
    app: APIFlask, client: FlaskClient, organiser: int
) -> None:
    stop_id = _stop(app, over=True)
    sign_in(client, app, organiser)
    assert f"/tours/stops/{stop_id}/evidence" in client.get(f"/tours/stops/{stop_id}").text
    assert "暂无" in client.get(f"/tours/stops/{stop_id}/evidence").text
    sent = client.post(f"/tours/stops/{stop_id}/evidence")
    assert (sent.status_code, sent.mimetype) == (200, "application/zip")
    report = check(sent.data, redraw=False)
    assert (report.signed, report.stop["id"]) == (True, stop_id)
    page = client.get(f"/tours/stops/{stop_id}/evidence").text
    assert "李组织" in page
    assert report.public in page


def test_nothing_is_packed_while_papers_can_be_written(app: APIFlask, client: FlaskClient, organiser: int) -> None:
    stop_id = _stop(app, over=False)
    sign_in(client, app, organiser)
    answer = client.post(f"/tours/stops/{stop_id}/evidence", follow_redirects=True)
    assert "本场全部考试结束后方可生成证据包。" in answer.text
    assert "生成证据包</button>" not in answer.text
