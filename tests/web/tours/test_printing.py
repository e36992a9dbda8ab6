"""The page from which a stop is printed, over HTTP."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from sqlalchemy import select

from exam import audit, config
from exam.accounts.roles import Role
from exam.app import job_functions
from exam.extensions import db, writing
from exam.jobs.worker import Worker
from exam.papers.models import PaperSet
from exam.sittings.operations import issue_papers
from exam.sittings.queries import sittings_of
from exam.tours.models import RosterEntry, Stop
from tests.conftest import NOON
from tests.factories.accounts import make_person, sign_in
from tests.factories.papers import MULTIPLE, SHORT_ANSWER, SINGLE
from tests.factories.prints import make_printable
from tests.factories.tours import make_entry, make_stop


class Site:
    """A stop with papers, one without, and an organiser's browser."""

    def __init__(self, app: APIFlask) -> None:
        self.app = app
        with app.app_context(), writing() as session:
            made = make_printable(session, people=2, contents=((SINGLE, 1), (MULTIPLE, 2), (SHORT_ANSWER, 10)))
            made.entries[0].name = "张𠮷"
            self.stop, self.entry = made.stop.id, made.entries[0].id
            self.bare = make_stop(session, tour=made.stop.tour, number=77).id
            self.organiser = make_person(session, roles=(Role.ORGANISER,)).id
            self.contact = make_person(session, unit=made.stop.unit, roles=(Role.UNIT_CONTACT,)).id

    def client(self, person_id: int | None = None) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.app, person_id or self.organiser)
        return client

    def path(self, rest: str = "/printing") -> str:
        return f"/tours/stops/{self.stop}{rest}"

    def told(self) -> list[str]:
        with self.app.app_context():
            return list(db.session().scalars(select(audit.AuditEvent.action)))

    def printed(self) -> bool:
        with self.app.app_context():
            return db.session().scalars(select(PaperSet)).one().printed_at is not None


@pytest.fixture
def site(app: APIFlask) -> Site:
    return Site(app)


@pytest.fixture
def worker(app: APIFlask, tmp_path: Path) -> Iterator[Worker]:
    with app.app_context():
        hired = Worker(
            db.engine, tmp_path, job_functions(config.Settings(tmp_path, "", "test", config.load(tmp_path).zone))
        )
    yield hired
    hired.close()


def ordered(site: Site, client: FlaskClient, worker: Worker, **form: object) -> str:
    """Ask for a print, work it off, and give the address of its file."""
    wanted = {"what": ["paper", "sheet"], "kinds": ["business"], "size": "A4", "order": "person"} | form
    answer = client.post(site.path(), data=wanted)
    assert (answer.status_code, answer.location) == (302, f"{site.path()}#prints")
    (job_id,) = worker.sweep()
    assert "hx-trigger" in client.get(site.path(), headers={"HX-Request": "true"}).text
    worker.huey.execute(worker.huey.dequeue())
    return site.path(f"/printing/{job_id}/file.pdf")


@pytest.mark.db
def test_a_print_is_chosen_made_and_taken_away(site: Site, worker: Worker) -> None:
    client = site.client()
    address = ordered(site, client, worker)
    page = client.get(site.path(), headers={"HX-Request": "true"}).text
    assert address in page
    assert "hx-trigger" not in page
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(PdfDocument(BytesIO(answer.data))) > 5
    answer.close()
    assert site.printed()
    assert [each for each in site.told() if each.split(".")[0] in {"print", "papers", "stop"}][-4:] == [
        "print.asked",
        "papers.printed",
        "stop.printed",
        "print.downloaded",
    ]


def test_the_page_lists_what_there_is_and_the_names_to_look_at(site: Site) -> None:
    page = site.client().get(site.path()).text
    assert "试卷 (3)" in page
    assert "张𠮷" in page
    assert "U+20BB7" in page
    assert f"/roster/{site.entry}/papers.pdf" in page


def test_nothing_chosen_is_said_and_nothing_is_printed(site: Site) -> None:
    answer = site.client().post(site.path(), data={"kinds": ["business"], "size": "A4", "order": "part"})
    assert answer.status_code == 400
    assert "请选择要印制的内容" in answer.text
    assert "print.asked" not in site.told()


def test_a_file_that_is_no_longer_true_is_thrown_away_and_made_again(
    site: Site, worker: Worker, tmp_path: Path
) -> None:
    client = site.client()
    address = ordered(site, client, worker, what=["attendance"])
    with site.app.app_context(), writing() as session:
        make_entry(session, session.get_one(Stop, site.stop))
    assert "已过时" in client.get(site.path()).text
    assert (client.get(address).status_code, list((tmp_path / "printouts").iterdir())) == (302, [])
    client.post(address.replace("file.pdf", "again"))
    assert worker.sweep()


def test_one_persons_papers_come_at_once_and_count_as_printed(site: Site) -> None:
    client = site.client()
    answer = client.get(site.path(f"/roster/{site.entry}/papers.pdf"))
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(BytesIO(answer.data)))
    assert (answer.status_code, "答题卡" in text) == (200, True)
    assert site.printed()
    with site.app.app_context(), writing() as session:
        late = make_entry(session, session.get_one(Stop, site.stop)).id
    assert client.get(site.path(f"/roster/{late}/papers.pdf")).status_code == 302


def test_who_comes_unexpectedly_gets_a_printed_spare_paper_with_its_own_answer_sheet(site: Site) -> None:
    client = site.client()
    client.get(site.path(f"/roster/{site.entry}/papers.pdf"))
    with site.app.app_context(), writing() as session:
        late = make_entry(session, session.get_one(Stop, site.stop))
        late.name, seat, entry_id = "临时来的", late.seat, late.id
        (sitting,) = sittings_of(session, site.stop)
        issue_papers(session, sitting, seed=1, by=None, at=NOON)
    answer = client.get(site.path(f"/roster/{entry_id}/papers.pdf"))
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(BytesIO(answer.data)))
    assert "临时来的" in text
    assert "本卡为备用卡" in text  # the geometry of the spare sheet that lies in the envelope
    assert f"座位号：{seat}" in text.replace("\r\n", "")


def test_a_paper_downloaded_alone_counts_as_printed(site: Site) -> None:
    with site.app.app_context():
        paper_set = db.session().scalars(select(PaperSet)).one().id
    assert site.client().get(f"/papers/sets/{paper_set}.pdf").status_code == 200
    assert site.printed()


def test_labels_and_covers_come_at_once_and_leave_the_papers_free(site: Site) -> None:
    client = site.client()
    for what in ("tickets", "labels", "cover", "attendance"):
        assert client.get(site.path(f"/print/{what}")).data[:5] == b"%PDF-", what
    assert not site.printed()


def test_a_stop_without_a_roster_says_what_to_do_first(site: Site) -> None:
    client = site.client()
    assert "还没有可印制的内容" in client.get(f"/tours/stops/{site.bare}/printing").text
    assert client.get(f"/tours/stops/{site.bare}/print/tickets").status_code == 302


def test_a_contact_of_the_unit_prints_nothing_secret(site: Site) -> None:
    client = site.client(site.contact)
    for rest in ("/printing", f"/roster/{site.entry}/papers.pdf", "/print/labels", "/print/cover"):
        assert client.get(site.path(rest)).status_code == 404, rest


@pytest.mark.db
def test_the_page_asks_the_database_the_same_however_many_people_and_prints_there_are(site: Site) -> None:
    from sqlalchemy import event  # only this test counts

    client, asked = site.client(), []
    with site.app.app_context():
        event.listen(db.engine, "after_cursor_execute", lambda *args: asked.append(args[2]))

    def count() -> int:
        asked.clear()
        assert client.get(site.path()).status_code == 200
        return len(asked)

    count()
    few = count()
    for what in ("tickets", "labels", "attendance"):
        client.post(site.path(), data={"what": [what], "kinds": ["business"], "size": "A4", "order": "part"})
    with site.app.app_context(), writing() as session:
        for _ in range(3):
            make_entry(session, session.get_one(Stop, site.stop))
        assert session.query(RosterEntry).count() == 5
    assert count() == few
