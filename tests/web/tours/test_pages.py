"""The board and the stops' pages: who sees what, and what the buttons do."""

import io
import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
import xlsxwriter
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from exam import clock, disk
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.audit import AuditEvent
from exam.extensions import db, writing
from exam.sittings.models import Sitting, SittingStatus
from exam.tours import operations, queries
from exam.tours.flow import Absence, DayOrder, StopStatus
from exam.tours.models import RosterEntry, Stop
from exam.tours.roster import read
from exam.web.errors import sentence
from question_bank.enums import PaperKind
from tests.factories.accounts import make_person, make_unit, sign_in
from tests.factories.sittings import make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop, make_tour

pytestmark = pytest.mark.db


class Place:
    """One town with an organiser, a contact, and one stop; a second town beside it."""

    def __init__(self, app: APIFlask, *, status: StopStatus = StopStatus.ROSTERED, people: int = 3) -> None:
        self.app = app
        with app.app_context(), writing() as session:
            town, other = make_unit(session, name="石桥镇"), make_unit(session, name="临河镇")
            self.unit, self.other_unit = town.id, other.id
            self.tour = make_tour(session, name="2027年巡回").id
            tour = queries.tour_by_id(session, self.tour)
            starts = clock.now() + timedelta(minutes=5)
            stop = make_stop(session, tour=tour, unit=town, number=1, status=status, starts_at=starts)
            self.stop = stop.id
            self.other_stop = make_stop(session, tour=tour, unit=other, number=2, starts_at=starts).id
            self.people = {
                role: make_person(session, unit=town, name=f"{role.chinese}甲", roles=(role,)).id for role in Role
            }
            self.stranger = make_person(session, unit=other, name="外镇人", roles=(Role.UNIT_CONTACT,)).id
            self.cadres = [make_person(session, unit=town, name=f"干部{each}").id for each in range(people)]
            self.entries = [make_entry(session, stop, person=session.get_one(Person, each)).id for each in self.cadres]

    def client(self, role: Role = Role.ORGANISER) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.app, self.people[role])
        return client

    def entry(self, number: int = 0) -> RosterEntry:
        with self.app.app_context():
            return queries.entry_by_id(db.session(), self.entries[number])

    def the_stop(self) -> Stop:
        with self.app.app_context():
            return queries.stop_by_id(db.session(), self.stop)

    def roster(self) -> list[RosterEntry]:
        with self.app.app_context():
            return queries.roster_of(db.session(), self.stop)

    def path(self, rest: str = "") -> str:
        return f"/tours/stops/{self.stop}{rest}"


@pytest.fixture
def place(app: APIFlask) -> Place:
    return Place(app)


def _book(rows: Sequence[Sequence[object]]) -> io.BytesIO:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)
    book.close()
    file.seek(0)
    return file


PLAN = {
    "purpose": "regular",
    "number": "7",
    "label": "第3周",
    "day": "2027-03-16",
    "starts": "13:40",
    "ends": "17:20",
    "venue": "0",
    "lecture": "0",
    "day_order": "lecture_first",
}


def test_an_organiser_sees_every_stop_and_where_the_tour_has_been(place: Place) -> None:
    page = place.client().get("/tours/").text
    assert page.count(f"/tours/stops/{place.other_stop}") >= 2
    assert "2027年巡回" in page


@pytest.mark.parametrize("role", [Role.LEADER, Role.ANSWERER])
def test_others_who_see_every_stop_cannot_change_it_and_see_no_names(place: Place, role: Role) -> None:
    client = place.client(role)
    page = client.get(place.path()).text
    assert "石桥镇" in page
    assert '<form method="post" action="/tours' not in page
    assert "干部0" not in page
    assert client.get(place.path("/roster")).status_code == 404
    assert client.get(f"/tours/{place.tour}/stops/new").status_code == 404


def test_a_contact_sees_the_stops_of_the_own_unit_only(place: Place) -> None:
    client = place.client(Role.UNIT_CONTACT)
    board = client.get("/tours/").text
    assert f"/tours/stops/{place.stop}" in board
    assert f"/tours/stops/{place.other_stop}" not in board
    assert client.get(f"/tours/stops/{place.other_stop}").status_code == 404
    assert client.get(f"/tours/stops/{place.other_stop}/roster").status_code == 404
    assert "干部0" in client.get(place.path("/roster")).text


def test_a_lecturer_sees_the_stops_of_own_lectures_only(place: Place) -> None:
    client = place.client(Role.LECTURER)
    assert client.get(place.path()).status_code == 404
    with place.app.app_context(), writing() as session:
        person = session.get_one(Person, place.people[Role.LECTURER])
        at = clock.now()
        lecturer = operations.register_lecturer(session, code="L1", person=person, title="", field="", by=None, at=at)
        lecture = operations.create_lecture(session, lecturer, title="光伏产业链与辅材机会", by=None, at=at)
        stop = queries.stop_by_id(session, place.stop)
        operations.change_stop(session, stop, seen=stop.lock, lecture=lecture, by=None, at=at)
    assert "光伏产业链与辅材机会" in client.get(place.path()).text
    assert f"/tours/stops/{place.other_stop}" not in client.get("/tours/").text
    assert client.get(place.path("/roster")).status_code == 404


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.MARKER, Role.AUTHOR, Role.REVIEWER, Role.ADMINISTRATOR])
def test_nobody_else_sees_anything_here(place: Place, role: Role) -> None:
    client = place.client(role)
    assert client.get("/tours/").status_code == 403
    assert client.get(place.path()).status_code == 404


def test_who_came_in_with_a_ticket_sees_nothing_here_whatever_else_the_person_is(place: Place) -> None:
    client = place.app.test_client()
    sign_in(client, place.app, place.people[Role.ORGANISER], roster_entry_id=place.entries[0])
    assert client.get("/tours/").status_code == 403
    assert client.get(place.path()).status_code == 404


def test_the_board_without_a_tour_says_what_a_tour_is(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        person = make_person(session, roles=(Role.ORGANISER,)).id
    sign_in(client, app, person)
    assert "/tours/new" in client.get("/tours/").text


def test_a_tour_is_created_once(app: APIFlask, place: Place) -> None:
    client = place.client()
    data = {"name": "秋季巡回", "code": "2027-2", "starts_on": "2027-09-01", "ends_on": "2027-10-20"}
    made = client.post("/tours/new", data=data)
    assert made.status_code == 302
    assert "秋季巡回" in client.get(made.location).text
    again = client.post("/tours/new", data=data)
    assert again.status_code == 400
    assert "2027-2" in again.text
    assert client.post("/tours/new", data=data | {"ends_on": "2027-08-01", "code": "x"}).status_code == 400


def test_a_stop_is_planned_in_the_time_of_the_county(place: Place) -> None:
    client = place.client()
    made = client.post(f"/tours/{place.tour}/stops/new", data=PLAN | {"unit": str(place.unit)})
    assert made.status_code == 302
    with place.app.app_context():
        stop = queries.stop_by_number(db.session(), place.tour, 7)
        assert stop is not None
        assert (stop.starts_at.isoformat(), stop.ends_at.isoformat(), stop.day_order) == (
            "2027-03-16T05:40:00+00:00",
            "2027-03-16T09:20:00+00:00",
            DayOrder.LECTURE_FIRST,
        )
    assert "第3周" in client.get(made.location).text


@pytest.mark.parametrize(
    "wrong",
    [{"day": "2027-12-01"}, {"ends": "13:00"}, {"number": "1"}, {"number": "x"}, {"unit": "0"}, {"day_order": "both"}],
    ids=["outside the tour", "ends first", "number taken", "no number", "no unit", "no order"],
)
def test_a_plan_that_makes_no_sense_comes_back_with_what_was_typed(place: Place, wrong: dict[str, str]) -> None:
    answer = place.client().post(f"/tours/{place.tour}/stops/new", data=PLAN | {"unit": str(place.unit)} | wrong)
    assert answer.status_code == 400
    assert "第3周" in answer.text
    assert "error-summary" in answer.text


def _edit(place: Place, **changed: str) -> dict[str, str]:
    stop = place.the_stop()
    return PLAN | {"unit": str(place.unit), "number": "1", "seen": str(stop.lock)} | changed


def test_the_second_of_two_organisers_sees_both_texts_and_overwrites_nothing(place: Place) -> None:
    first, second = place.client(), place.client()
    mine = _edit(place, label="我写的标题")
    assert first.post(place.path("/edit"), data=_edit(place, label="别人写的标题")).status_code == 302
    answer = second.post(place.path("/edit"), data=mine)
    assert answer.status_code == 409
    assert "我写的标题" in answer.text
    assert "别人写的标题" in answer.text
    assert place.the_stop().label == "别人写的标题"


def test_what_a_status_fixes_is_not_in_the_form(app: APIFlask) -> None:
    place = Place(app, status=StopStatus.RUNNING)
    page = place.client().get(place.path("/edit")).text
    assert 'name="label"' in page
    assert 'name="day"' not in page
    assert 'name="unit"' not in page
    ends = (clock.now() + timedelta(hours=2)).astimezone(app.extensions["liangjuan"].zone)
    if ends.date() == place.the_stop().starts_at.astimezone(app.extensions["liangjuan"].zone).date():
        data = {
            "label": "改",
            "ends": f"{ends:%H:%M}",
            "venue": "0",
            "lecture": "0",
            "seen": str(place.the_stop().lock),
        }
        assert place.client().post(place.path("/edit"), data=data).status_code == 302
        assert place.the_stop().label == "改"


def test_a_stop_is_cancelled_with_a_reason_only(place: Place) -> None:
    client = place.client()
    assert "3" in client.get(place.path("/cancel")).text
    assert client.post(place.path("/cancel"), data={"reason": " "}).status_code == 400
    assert client.post(place.path("/cancel"), data={"reason": "暴雪"}).status_code == 302
    assert place.the_stop().status is StopStatus.CANCELLED


def test_a_stop_begins_and_ends_by_button(place: Place) -> None:
    client = place.client()
    client.post(place.path("/status"), data={"to": "running"})
    assert place.the_stop().status is StopStatus.RUNNING
    client.post(place.path("/status"), data={"to": "finished"})
    assert place.the_stop().status is StopStatus.FINISHED
    refused = client.post(place.path("/status"), data={"to": "running"}, follow_redirects=True)
    assert "notice-danger" in refused.text


def test_a_scanned_ticket_checks_in_and_the_field_is_ready_for_the_next(place: Place) -> None:
    client = place.client(Role.UNIT_CONTACT)
    code = place.entry().ticket
    answer = client.post(
        place.path("/check-in"), data={"ticket": f"{code[:4].lower()} {code[4:]}"}, follow_redirects=True
    )
    assert place.entry().checked_in_at is not None
    assert "干部0" in answer.text
    assert re.search(r'id="ticket"[^>]*autofocus', answer.text)


def test_a_ticket_of_another_stop_or_of_none_says_so(place: Place) -> None:
    with place.app.app_context(), writing() as session:
        foreign = make_entry(session, queries.stop_by_id(session, place.other_stop)).ticket
    client = place.client()
    assert "临河镇" in client.post(place.path("/check-in"), data={"ticket": foreign}, follow_redirects=True).text
    wrong = client.post(place.path("/check-in"), data={"ticket": "AAAAAAAA"}, follow_redirects=True)
    assert "notice-danger" in wrong.text


def test_somebody_found_by_name_is_checked_in_and_back_again(place: Place) -> None:
    client = place.client()
    entry = place.entries[1]
    client.post(place.path(f"/roster/{entry}/check-in"))
    assert place.entry(1).checked_in_at is not None
    client.post(place.path(f"/roster/{entry}/undo"))
    assert place.entry(1).checked_in_at is None


def test_the_list_is_searched_by_name_seat_and_state(place: Place) -> None:
    client = place.client()
    client.post(place.path(f"/roster/{place.entries[2]}/check-in"))

    def names(query: str) -> list[str]:
        return re.findall(r"roster/\d+\">(干部\d)</a>", client.get(place.path(f"/roster?{query}")).text)

    assert names("") == ["干部0", "干部1", "干部2"]
    assert names("q=干部1") == ["干部1"]
    assert names("q=3") == ["干部2"]
    assert names("show=missing") == ["干部0", "干部1"]
    assert names("show=there") == ["干部2"]
    assert names("q=无人") == []


def test_an_entry_is_reached_through_its_own_stop_only(place: Place) -> None:
    client = place.client()
    wrong = f"/tours/stops/{place.other_stop}/roster/{place.entries[0]}"
    assert client.get(wrong).status_code == 404
    assert client.post(f"{wrong}/check-in").status_code == 404
    assert client.get("/tours/stops/999999").status_code == 404


def test_the_ticket_code_is_shown_to_the_organiser_alone(place: Place) -> None:
    code = place.entry().ticket
    shown = f"{code[:4]} {code[4:]}"
    address = place.path(f"/roster/{place.entries[0]}")
    assert shown in place.client().get(address).text
    assert shown not in place.client(Role.UNIT_CONTACT).get(address).text
    assert code not in place.client().get(place.path("/roster")).text


def test_leave_is_recorded_with_its_reason(place: Place) -> None:
    client = place.client(Role.UNIT_CONTACT)
    address = place.path(f"/roster/{place.entries[0]}/absence")
    assert client.post(address, data={"absence": "leave", "reason": ""}).status_code == 400
    assert client.post(address, data={"absence": "leave", "reason": "党校培训"}).status_code == 302
    assert place.entry().absence is Absence.LEAVE
    with place.app.app_context():
        detail = db.session.scalar(select(AuditEvent.detail).where(AuditEvent.action == "entry.absence_set"))
    assert detail["reason"] == "党校培训"


def test_only_an_organiser_takes_somebody_off_the_roster(place: Place) -> None:
    address = place.path(f"/roster/{place.entries[0]}/strike")
    assert place.client(Role.UNIT_CONTACT).post(address, data={"reason": "x"}).status_code == 404
    organiser = place.client()
    assert organiser.get(address).status_code == 200
    assert organiser.post(address, data={"reason": "重复录入"}).status_code == 302
    assert len(place.roster()) == 2


def test_somebody_not_on_the_roster_is_found_added_and_checked_in(place: Place) -> None:
    client = place.client()
    assert "外镇人" in client.get(place.path("/walk-in?q=外镇")).text
    client.post(place.path("/walk-in"), data={"person": str(place.stranger), "audience": "village"})
    last = place.roster()[-1]
    assert (last.name, last.walk_in, last.audience.value, last.seat) == ("外镇人", True, "village", 4)


def test_a_contact_finds_and_adds_people_of_the_own_unit_only(place: Place) -> None:
    client = place.client(Role.UNIT_CONTACT)
    assert "外镇人" not in client.get(place.path("/walk-in?q=外镇")).text
    client.post(place.path("/walk-in"), data={"person": str(place.stranger)})
    assert len(place.roster()) == 3


def test_a_roster_is_chosen_from_the_units_people(app: APIFlask) -> None:
    place = Place(app, status=StopStatus.PLANNED, people=0)
    with app.app_context(), writing() as session:
        town = queries.stop_by_id(session, place.stop).unit
        chosen = [make_person(session, unit=town, name=f"人{each}").id for each in range(3)]
    client = place.client(Role.UNIT_CONTACT)
    assert "人2" in client.get(place.path("/roster/edit")).text
    answer = client.post(
        place.path("/roster/edit"), data={"ids": [str(chosen[0]), str(chosen[2]), str(place.stranger)]}
    )
    assert answer.status_code == 302
    assert [entry.name for entry in place.roster()] == ["人0", "人2"]
    assert place.the_stop().status is StopStatus.ROSTERED


def test_an_empty_choice_is_refused_in_words(app: APIFlask) -> None:
    place = Place(app, status=StopStatus.PLANNED, people=0)
    answer = place.client().post(place.path("/roster/edit"), data={}, follow_redirects=True)
    assert "notice-danger" in answer.text
    assert place.the_stop().status is StopStatus.PLANNED


def test_the_template_names_the_units_people(place: Place) -> None:
    answer = place.client().get(place.path("/roster/template.xlsx"))
    rows = read(answer.data).rows
    assert {"干部0", "干部1", "干部2"} <= {row.name for row in rows}
    assert {row.unit for row in rows} == {"石桥镇"}


def _previewed(client: FlaskClient, place: Place, rows: Sequence[Sequence[object]]) -> tuple[str, str]:
    answer = client.post(
        place.path("/roster/preview"),
        data={"file": (_book(rows), "名册.xlsx")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200
    found = re.search(r'name="rows" value="([^"]*)"', answer.text)
    return answer.text, found.group(1) if found else ""


def test_a_file_is_previewed_then_imported_and_twice_changes_nothing(app: APIFlask) -> None:
    place = Place(app, status=StopStatus.PLANNED, people=0)
    with app.app_context(), writing() as session:
        make_person(session, unit=queries.stop_by_id(session, place.stop).unit, name="老王", code="G1")
    client = place.client()
    rows = [
        ["单位", "姓名", "工号", "座位"],
        ["石桥镇", "老王", "G1", 5],
        ["石桥镇", "新人", "", ""],
        ["火星", "错", "", ""],
    ]
    page, signed = _previewed(client, place, rows)
    assert "火星" in page
    assert place.roster() == []
    client.post(place.path("/roster/import"), data={"rows": signed, "create": "1"})
    assert [(entry.name, entry.seat) for entry in place.roster()] == [("新人", 1), ("老王", 5)]
    _, signed = _previewed(client, place, rows)
    client.post(place.path("/roster/import"), data={"rows": signed, "create": "1"})
    assert len(place.roster()) == 2


def test_lines_altered_on_the_way_are_refused(place: Place) -> None:
    client = place.client()
    _, signed = _previewed(client, place, [["单位", "姓名"], ["石桥镇", "新人"]])
    answer = client.post(
        place.path("/roster/import"), data={"rows": "x" + signed, "create": "1"}, follow_redirects=True
    )
    assert "notice-danger" in answer.text
    assert len(place.roster()) == 3


def test_what_is_no_workbook_is_refused_in_words(place: Place) -> None:
    client = place.client()
    for data in ({}, {"file": (io.BytesIO(b"nothing"), "x.xlsx")}):
        answer = client.post(place.path("/roster/preview"), data=data, content_type="multipart/form-data")
        assert answer.status_code == 400
        assert "error-summary" in answer.text


def test_both_papers_get_their_times_and_follow_the_stop(place: Place) -> None:
    client = place.client()
    client.post(place.path("/sittings"))
    with place.app.app_context():
        found = {
            each.paper_kind: each for each in db.session.scalars(select(Sitting).where(Sitting.stop_id == place.stop))
        }
    start = place.the_stop().starts_at
    assert {kind: each.opens_at - start for kind, each in found.items()} == {
        PaperKind.BUSINESS: timedelta(minutes=25),
        PaperKind.PRACTICAL: timedelta(minutes=155),
    }


def test_a_refused_verb_is_a_sentence_on_the_stops_page(place: Place) -> None:
    client = place.client()
    client.post(place.path("/sittings"))
    with place.app.app_context():
        sitting = db.session.scalar(select(Sitting).where(Sitting.stop_id == place.stop).limit(1))
    for verb in ("issue", "reissue", "open", "close", "release"):
        answer = client.post(f"/tours/sittings/{sitting.id}/{verb}", follow_redirects=True)
        assert "notice-danger" in answer.text, verb
    with place.app.app_context():
        assert db.session.get_one(Sitting, sitting.id).status is SittingStatus.PLANNED


def test_a_stop_begins_with_its_first_paper(place: Place) -> None:
    with place.app.app_context(), writing() as session:
        stop = queries.stop_by_id(session, place.stop)
        sitting = make_sitting(session, stop=stop, opens_at=clock.now(), status=SittingStatus.PLANNED)
        make_assignment(session, sitting, queries.entry_by_id(session, place.entries[0]))
    client = place.client()
    client.post(f"/tours/sittings/{sitting.id}/open")
    assert place.the_stop().status is StopStatus.RUNNING
    client.post(f"/tours/sittings/{sitting.id}/close")
    with place.app.app_context():
        assert db.session.get_one(Sitting, sitting.id).status is SittingStatus.CLOSED


def test_no_paper_begins_on_a_disk_that_is_nearly_full(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with place.app.app_context(), writing() as session:
        stop = queries.stop_by_id(session, place.stop)
        sitting = make_sitting(session, stop=stop, opens_at=clock.now(), status=SittingStatus.PLANNED)
        make_assignment(session, sitting, queries.entry_by_id(session, place.entries[0]))
    monkeypatch.setattr(disk, "LEAST", 2**60)
    answer = place.client().post(f"/tours/sittings/{sitting.id}/open", follow_redirects=True)
    assert "请先腾出空间" in answer.text
    with place.app.app_context():
        assert db.session.get_one(Sitting, sitting.id).status is SittingStatus.PLANNED


def test_venues_lecturers_and_lectures_are_registered(place: Place) -> None:
    client = place.client()
    assert (
        client.post(
            "/tours/venues/new", data={"name": "三楼会议室", "unit": str(place.unit), "capacity": "60"}
        ).status_code
        == 302
    )
    person = str(place.people[Role.LECTURER])
    assert (
        client.post(
            "/tours/lecturers/new", data={"person": person, "code": "L1", "title": "董事长", "field": "食品"}
        ).status_code
        == 302
    )
    with place.app.app_context():
        lecturer = queries.lecturer_of(db.session(), int(person))
    assert client.post("/tours/lectures/new", data={"lecturer": str(lecturer.id), "title": "十句话"}).status_code == 302
    page = client.get("/tours/register").text
    assert all(text in page for text in ("三楼会议室", "董事长", "十句话"))
    assert client.post("/tours/lectures/new", data={"lecturer": str(lecturer.id), "title": "十句话"}).status_code == 400


def test_the_pages_ask_as_often_for_many_as_for_few(app: APIFlask) -> None:
    place = Place(app, people=1)
    client = place.client()
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "after_cursor_execute", lambda *args: asked.append(args[2]))
    pages = ("/tours/", place.path(), place.path("/roster"))

    def counts() -> list[int]:
        found = []
        for page in pages:
            asked.clear()
            assert client.get(page).status_code == 200
            found.append(len(asked))
        return found

    few = counts()
    with app.app_context(), writing() as session:
        stop = queries.stop_by_id(session, place.stop)
        for number in range(3, 6):
            make_entry(session, stop)
            make_stop(session, tour=stop.tour, number=number)
    assert counts() == few


def test_refusals_name_the_status_in_the_readers_language(place: Place) -> None:
    from question_bank.errors import NotAllowed  # only this test builds one

    with place.app.test_request_context():
        said = sentence(
            NotAllowed(
                "A stop that is “%(status)s” cannot become “%(to)s”.", status=StopStatus.PLANNED, to=StopStatus.RUNNING
            )
        )
    assert "planned" not in said


def test_tickets_and_attendance_are_printed_as_pdf(place: Place) -> None:
    client = place.client()
    for what in ("tickets", "attendance"):
        answer = client.get(place.path(f"/print/{what}"))
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-"), what
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(place.path("/print/secrets")).status_code == 404


def test_what_is_printed_for_each_paper_has_a_page_of_its_own(place: Place) -> None:
    answer = place.client().get(place.path("/print/paper"))
    assert (answer.status_code, answer.location) == (302, place.path("/printing?what=paper"))


def test_a_contact_prints_the_attendance_list_and_nothing_secret(place: Place) -> None:
    client = place.client(Role.UNIT_CONTACT)
    assert client.get(place.path("/print/attendance")).status_code == 200
    assert [client.get(place.path(f"/print/{what}")).status_code for what in ("paper", "key", "tickets")] == [404] * 3
    assert client.get(f"/tours/stops/{place.other_stop}/print/attendance").status_code == 404
