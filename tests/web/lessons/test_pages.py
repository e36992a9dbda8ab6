"""The lecture's pages: rounds, quiz, materials, feedback, what was learned; who sees the key, and when."""

import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.lessons import quizzing
from exam.lessons.models import Feedback, Material, QuizRound, QuizSheet
from exam.lessons.phases import GRACE, Phase
from exam.tours.flow import StopStatus
from exam.tours.models import RosterEntry, Stop
from tests.factories.accounts import make_person, sign_in
from tests.factories.lessons import PDF, give_lecture, hand_in_all, make_lecture, make_material, make_quiz
from tests.factories.papers import SINGLE
from tests.factories.tours import make_entry, make_stop

CANARY = "金丝雀"


@dataclass
class Hall:
    """Ids of a running stop with a quiz, of its first place, and of those who work there."""

    stop: int
    uid: str
    entry: int
    person: int
    ticket: str
    organiser: int
    lecturer: int


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    return make_hall(app)


def make_hall(app: APIFlask, people: int = 1) -> Hall:
    with app.app_context(), writing() as session:
        stop = make_stop(session, starts_at=clock.now() - timedelta(hours=1), status=StopStatus.RUNNING)
        lecturer = make_person(session, roles=[Role.LECTURER])
        lecture = give_lecture(session, stop, make_lecture(session, person=lecturer))
        secret = {"stem": "哪一项对？", "explanation": f"{CANARY}解析"}
        make_quiz(session, lecture, [(SINGLE | secret | {"stem": f"第{number}题"}, 1) for number in range(1, 6)])
        entries = [make_entry(session, stop) for _ in range(people)]
        for entry in entries:
            entry.checked_in_at = stop.starts_at
        organiser = make_person(session, roles=[Role.ORGANISER])
        first = entries[0]
        return Hall(stop.id, stop.uid, first.id, first.person_id, first.ticket, organiser.id, lecturer.id)


def by(app: APIFlask, person_id: int, entry_id: int | None = None) -> FlaskClient:
    client = app.test_client()
    sign_in(client, app, person_id, entry_id)
    return client


def answers_in(page: str) -> dict[str, str]:
    """The hidden fields of the quiz's page, and the first option of each question."""
    fields = dict(re.findall(r'type="hidden" name="(round)" value="(\d+)"', page))
    return fields | dict(reversed(re.findall(r'name="(q-\d+)" value="(\w)"', page)))


@pytest.mark.db
def test_a_round_is_opened_answered_once_and_closed_and_only_then_the_key_is_shown(app: APIFlask, hall: Hall) -> None:
    organiser, cadre = by(app, hall.organiser), by(app, hall.person, hall.entry)
    assert CANARY in organiser.get(f"/lessons/stops/{hall.stop}").text
    for phase in ("before", "after"):
        assert organiser.post(f"/lessons/stops/{hall.stop}/rounds/{phase}/open").status_code == 302
        waiting = cadre.get(f"/sitting/places/{hall.entry}").text
        assert f"/lessons/places/{hall.entry}" in waiting
        page = cadre.get(f"/lessons/places/{hall.entry}/quiz").text
        sheet = answers_in(page)
        assert (page.count("quiz-question"), len(sheet), CANARY in page) == (5, 6, False)
        for _ in range(2):
            sent = cadre.post(f"/lessons/places/{hall.entry}/quiz", data=sheet)
            assert (sent.status_code, sent.location) == (302, f"/lessons/places/{hall.entry}?done=1")
        assert CANARY not in cadre.get(f"/lessons/places/{hall.entry}").text
        assert cadre.get(f"/lessons/places/{hall.entry}/quiz").status_code == 302
    assert organiser.post(f"/lessons/stops/{hall.stop}/rounds/after/close").status_code == 302
    assert CANARY not in cadre.get(f"/lessons/places/{hall.entry}").text  # sheets on their way may still come in
    with app.app_context(), writing() as session:
        held = session.scalars(select(QuizRound).where(QuizRound.phase == Phase.AFTER)).one()
        held.opened_at -= GRACE * 2
        held.closed_at = held.opened_at
        assert session.scalar(select(func.count()).select_from(QuizSheet)) == 2
    solved = cadre.get(f"/lessons/places/{hall.entry}").text
    assert (solved.count('class="solved"'), CANARY in solved) == (5, True)


def test_what_cannot_be_read_and_what_comes_too_late_is_refused_in_words(app: APIFlask, hall: Hall) -> None:
    cadre = by(app, hall.person, hall.entry)
    assert cadre.post(f"/lessons/places/{hall.entry}/quiz", data={"round": "99"}).status_code == 302
    by(app, hall.organiser).post(f"/lessons/stops/{hall.stop}/rounds/before/open")
    sheet = answers_in(cadre.get(f"/lessons/places/{hall.entry}/quiz").text)
    name = next(each for each in sheet if each.startswith("q-"))
    assert cadre.post(f"/lessons/places/{hall.entry}/quiz", data=sheet | {name: "Z"}).status_code == 400
    with app.app_context(), writing() as session:
        session.get_one(RosterEntry, hall.entry).checked_in_at = None
    refused = cadre.post(f"/lessons/places/{hall.entry}/quiz", data=sheet)
    assert (refused.status_code, "签到后才能作答" in refused.text) == (400, True)
    assert "请先签到" in cadre.get(f"/lessons/places/{hall.entry}").text


def test_the_lecturer_leads_the_own_lesson_and_no_other(app: APIFlask, hall: Hall) -> None:
    own, other = by(app, hall.lecturer), by(app, make_hall(app).lecturer)
    assert own.post(f"/lessons/stops/{hall.stop}/rounds/before/open").status_code == 302
    assert other.post(f"/lessons/stops/{hall.stop}/rounds/before/close").status_code == 404
    assert other.get(f"/lessons/stops/{hall.stop}").status_code == 404
    assert own.get("/lessons/").status_code == 200


def test_a_ticket_opens_its_stop_again_while_the_last_round_is_open(app: APIFlask, hall: Hall) -> None:
    with app.app_context(), writing() as session:
        stop = session.get_one(Stop, hall.stop)
        stop.starts_at -= timedelta(days=32)
        stop.ends_at -= timedelta(days=32)
        stop.status = StopStatus.FINISHED
    door = app.test_client()
    assert door.post("/account/ticket", data={"code": hall.ticket}).status_code == 400
    with app.app_context(), writing() as session:
        quizzing.open_round(session, session.get_one(Stop, hall.stop), Phase.LATER, by=None, at=clock.now())
    assert door.post("/account/ticket", data={"code": hall.ticket}).status_code == 302
    assert door.get(f"/lessons/places/{hall.entry}/quiz").status_code == 200


@pytest.mark.db
def test_materials_reach_the_candidates_of_the_stop_once_released_and_never_as_a_page(
    app: APIFlask, hall: Hall
) -> None:
    lecturer, organiser, cadre = by(app, hall.lecturer), by(app, hall.organiser), by(app, hall.person, hall.entry)
    sent = {"title": "讲稿", "file": (BytesIO(PDF), "课件.pdf")}
    assert lecturer.post(f"/lessons/stops/{hall.stop}/materials", data=sent).status_code == 302
    with app.app_context():
        number = db.session().scalar(select(Material.id))
    address = f"/lessons/places/{hall.entry}/materials/{number}"
    assert cadre.get(address).status_code == 404
    assert lecturer.post(f"/lessons/materials/{number}/release").status_code == 404
    assert organiser.post(f"/lessons/materials/{number}/release").status_code == 302
    got = cadre.get(address)
    assert (got.data, got.mimetype) == (PDF, "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    other = make_hall(app)
    assert by(app, other.person, other.entry).get(address).status_code == 404
    assert organiser.post(f"/lessons/materials/{number}/withdraw").status_code == 302
    assert cadre.get(address).status_code == 404


def test_a_page_called_pdf_is_not_taken(app: APIFlask, hall: Hall) -> None:
    sent = {"title": "", "file": (BytesIO(b"<script>"), "a.pdf")}
    answer = by(app, hall.lecturer).post(f"/lessons/stops/{hall.stop}/materials", data=sent)
    assert (answer.status_code, "不能收“a.pdf”" in answer.text) == (400, True)


def test_a_file_is_used_again_at_another_stop_of_the_lecture(app: APIFlask, hall: Hall) -> None:
    with app.app_context(), writing() as session:
        kept = make_material(session, session.get_one(Stop, hall.stop))
        again = make_stop(session, status=StopStatus.RUNNING)
        give_lecture(session, again, session.get_one(Stop, hall.stop).lecture)
        number, stop = kept.id, again.id
    organiser = by(app, hall.organiser)
    assert organiser.post(f"/lessons/stops/{stop}/materials/take-over", data={"material": number}).status_code == 302
    with app.app_context():
        assert len({each.file_id for each in db.session().scalars(select(Material))}) == 1
        assert db.session().scalar(select(func.count()).select_from(Material)) == 2


SCORES = {"useful": "5", "clear": "4", "fitting": "3", "comment": "多讲案例"}


@pytest.mark.db
def test_feedback_comes_once_a_device_and_is_told_from_five_on(app: APIFlask, hall: Hall) -> None:
    organiser = by(app, hall.organiser)
    for number in range(5):
        assert "多讲案例" not in organiser.get(f"/lessons/stops/{hall.stop}").text
        device = app.test_client()
        for _ in range(2):
            assert device.post(f"/lessons/feedback/{hall.uid}", data=SCORES).status_code == 200
        with app.app_context():
            assert db.session().scalar(select(func.count()).select_from(Feedback)) == number + 1
    page = organiser.get(f"/lessons/stops/{hall.stop}").text
    assert page.count("多讲案例") == 5


def test_feedback_by_ticket_names_nobody_and_comes_once_however_one_comes_in(app: APIFlask, hall: Hall) -> None:
    for client in (by(app, hall.person, hall.entry), by(app, hall.person)):
        assert client.post(f"/lessons/feedback/{hall.uid}", data=SCORES).status_code == 200
        assert "谢谢" in client.get(f"/lessons/feedback/{hall.uid}").text
    with app.app_context():
        (row,) = db.session().scalars(select(Feedback)).all()
        assert re.fullmatch(r"[0-9a-f]{64}", row.giver)


def test_feedback_needs_its_three_answers_and_a_stop_that_is(app: APIFlask, hall: Hall) -> None:
    device = app.test_client()
    assert device.post(f"/lessons/feedback/{hall.uid}", data={"useful": "5"}).status_code == 400
    assert device.post(f"/lessons/feedback/{hall.uid}", data=SCORES | {"clear": "9"}).status_code == 400
    assert device.get("/lessons/feedback/nothing").status_code == 404
    with app.app_context(), writing() as session:
        session.get_one(Stop, hall.stop).ends_at = clock.now() - timedelta(days=8)
        session.get_one(Stop, hall.stop).starts_at = clock.now() - timedelta(days=9)
    assert device.post(f"/lessons/feedback/{hall.uid}", data=SCORES).status_code == 400


def test_the_code_on_the_wall_leads_to_the_own_page_or_to_the_door(app: APIFlask, hall: Hall) -> None:
    organiser = by(app, hall.organiser)
    assert f"/lessons/in/{hall.uid}" in organiser.get(f"/lessons/stops/{hall.stop}/wall/quiz").text
    assert organiser.get(f"/lessons/stops/{hall.stop}/wall/quiz.svg").mimetype == "image/svg+xml"
    figures = organiser.get(f"/lessons/stops/{hall.stop}/wall/feedback/counts").json
    assert figures["sittings"] == {"wall": {"there": 1, "done": 0}}
    assert by(app, hall.person, hall.entry).get(f"/lessons/in/{hall.uid}").location == f"/lessons/places/{hall.entry}"
    assert app.test_client().get(f"/lessons/in/{hall.uid}").location == "/account/ticket"


def answered(app: APIFlask, people: int) -> Hall:
    """A hall of which everybody knew two before and four after."""
    hall = make_hall(app, people)
    with app.app_context(), writing() as session:
        stop, at = session.get_one(Stop, hall.stop), clock.now()
        for phase, right in ((Phase.BEFORE, 2), (Phase.AFTER, 4)):
            held = quizzing.open_round(session, stop, phase, by=None, at=at)
            for entry in stop.roster:
                hand_in_all(session, held, entry, right=right, at=at)
    return hall


def test_the_gain_is_shown_from_five_people_on_and_for_fewer_that_they_are_too_few(app: APIFlask) -> None:
    five, four = answered(app, 5), answered(app, 4)
    organiser = by(app, five.organiser)
    assert "+40.0" in organiser.get(f"/lessons/stops/{five.stop}").text
    page = organiser.get(f"/lessons/stops/{four.stop}").text
    assert ("+40.0" in page, "人数太少（4人）" in page) == (False, True)


def test_the_overview_asks_the_database_as_often_for_many_lectures_as_for_one(app: APIFlask) -> None:
    first = answered(app, 1)
    organiser = by(app, first.organiser)
    with app.app_context():
        tour = db.session().get_one(Stop, first.stop).tour_id
        engine = db.engine
    one = asked_for(organiser, engine, f"/lessons/?tour={tour}")
    for _ in range(2):
        other = answered(app, 1)
        with app.app_context(), writing() as session:
            session.get_one(Stop, other.stop).tour_id = tour
            session.get_one(Stop, other.stop).number += 100
    assert asked_for(organiser, engine, f"/lessons/?tour={tour}") == one


def asked_for(client: FlaskClient, engine: Engine, path: str) -> int:
    """How many statements a page takes once it is warm."""
    told: list[object] = []

    def count(*args: object) -> None:
        told.append(args[2])

    client.get(path)
    event.listen(engine, "before_cursor_execute", count)
    assert client.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", count)
    return len(told)
