"""Where the tour has been, the run sheet, the letters, and the planner's work."""

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdfium2 import PdfDocument

from exam import config
from exam.accounts.models import Person
from exam.accounts.roles import Role, UnitCategory
from exam.app import job_functions
from exam.extensions import db, writing
from exam.jobs.worker import Worker
from exam.tours import drafting, queries
from exam.tours.coverage import Reached, coverage
from exam.tours.models import Stop, Venue
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.tours import make_entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.planning.conftest import Planned


def _text(data: bytes) -> str:
    document = PdfDocument(BytesIO(data))
    return "".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "").replace(" ", "")


@pytest.mark.db
def test_a_village_goes_with_its_town_unless_its_own_people_were_expected(planned: "Planned") -> None:
    came, missed, silent = planned.villages(0, ("东庄村", "西庄村", "南庄村"))
    (ahead,) = planned.villages(1, ("北庄村",))
    with planned.app.app_context(), writing() as session:
        stop = session.get_one(Stop, planned.stops[0])
        for unit, there in ((came, True), (missed, False)):
            person = make_person(session)
            person.unit_id = unit
            session.flush()
            entry = make_entry(session, stop, person=session.get_one(Person, person.id))
            entry.checked_in_at = NOON if there else None
    planned.finish(0)
    with planned.app.app_context():
        lines = coverage(db.session(), queries.tour_by_id(db.session(), planned.tour))
    reached = {village.unit.id: village.reached for line in lines for village in line.villages}
    assert reached == {
        came: Reached.BEEN,
        missed: Reached.MISSED,
        silent: Reached.BEEN,
        ahead: Reached.AHEAD,
    }
    assert [line.reached for line in lines if line.unit.id in planned.units] == [
        Reached.BEEN,
        Reached.AHEAD,
        Reached.AHEAD,
    ]


def test_the_map_shows_units_whose_venues_have_a_place_and_the_table_all(planned: "Planned") -> None:
    client = planned.client(Role.LEADER)
    assert '<svg class="map"' not in client.get(planned.path("/coverage")).text
    with planned.app.app_context(), writing() as session:
        for number, venue in enumerate(planned.venues[:2]):
            row = session.get_one(Venue, venue)
            row.latitude, row.longitude = 31.8, 117.2 + number / 10
        make_unit(session, name="远方镇")
    page = client.get(planned.path("/coverage")).text
    drawing = page.split('<svg class="map"')[1].split("</svg>")[0]
    assert drawing.count("<circle") == 2
    assert "白塔镇" not in drawing
    assert page.count("远方镇") == 2  # the table, and the list of what is not on the map
    assert planned.client(Role.UNIT_CONTACT).get(planned.path("/coverage")).status_code == 404


def test_the_run_sheet_has_every_part_of_the_half_day_on_one_page(planned: "Planned") -> None:
    client, path = planned.client(), f"/tours/stops/{planned.stops[0]}"
    answer = client.get(f"{path}/run-sheet.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert len(PdfDocument(BytesIO(answer.data))) == 1
    text = _text(answer.data)
    for words in ("13:40—14:00", "业务卷", "15:05—15:50", "讲题1", "讲师1", "17:00—17:20", "石桥镇会议室"):
        assert words in text, words
    assert planned.client(Role.CANDIDATE).get(f"{path}/run-sheet.pdf").status_code == 404


def test_a_stop_invites_its_unit_its_lecturer_and_its_departments(planned: "Planned") -> None:
    client, path = planned.client(), f"/tours/stops/{planned.stops[0]}"
    unit = _text(client.get(f"{path}/invitation/unit").data)
    assert "石桥镇：" in unit
    assert "邀请函" in unit
    lecturer = _text(client.get(f"{path}/invitation/lecturer").data)
    assert "讲师1同志" in lecturer
    assert "15:05至15:50" in lecturer
    assert client.get(f"{path}/invitation/departments").status_code == 302  # nobody has been named
    with planned.app.app_context(), writing() as session:
        department = make_unit(session, name="行政审批局", category=UnitCategory.DEPARTMENT).id
    assert client.post(f"{path}/departments", data={"departments": [department]}).status_code == 302
    assert "行政审批局：" in _text(client.get(f"{path}/invitation/departments").data)
    assert "行政审批局" in client.get(path).text
    assert client.get(f"{path}/invitation/nobody").status_code == 404
    assert planned.client(Role.UNIT_CONTACT).get(f"{path}/invitation/unit").status_code == 404


def test_the_planner_fills_the_draft_as_a_job_and_mends_it_when_a_lecturer_drops_out(
    planned: "Planned", tmp_path: "Path"
) -> None:
    client = planned.client()
    planned.move(client, 0, "tray")
    asked = client.post(planned.path("/propose"), data={"keep": "keep"})
    with planned.app.app_context():
        settings = config.Settings(tmp_path, "", "test", config.load(tmp_path).zone)
        worker = Worker(db.engine, tmp_path, job_functions(settings))
    _work(worker)
    page = client.get(asked.location, headers={"HX-Request": "true"}).text
    assert "石桥镇" in page
    assert planned.placement().starts_at is not None
    assert planned.placement(1).starts_at == planned.at(2)
    away = {"lecturer": planned.lecturers[1], "first": planned.day(0), "last": planned.day(11)}
    mending = client.post(planned.path("/replan"), data=away)
    _work(worker)
    worker.close()
    assert "临河镇" in client.get(mending.location).text
    assert planned.placement(1).lecture_id == planned.lectures[0]
    assert client.get(planned.path("/proposals/999")).status_code == 404


def _work(worker: Worker) -> None:
    worker.sweep()
    worker.huey.execute(worker.huey.dequeue())


def test_what_somebody_changed_while_the_planner_worked_stays(planned: "Planned", tmp_path: "Path") -> None:
    client = planned.client()
    asked = client.post(planned.path("/propose"), data={"keep": "all"})
    planned.move(client, 0, planned.slot(9))
    with planned.app.app_context():
        settings = config.Settings(tmp_path, "", "test", config.load(tmp_path).zone)
        worker = Worker(db.engine, tmp_path, job_functions(settings))
    _work(worker)
    worker.close()
    assert planned.placement().starts_at == planned.at(9)
    assert "notice-warning" in client.get(asked.location).text
    with planned.app.app_context():
        assert drafting.draft_of(db.session(), queries.tour_by_id(db.session(), planned.tour)) is not None
