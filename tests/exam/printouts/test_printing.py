"""A stop's print: in which order, resumed after a kill with the same bytes, counted as printed."""

import hashlib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdfium2 import PdfDocument
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from exam import audit, database
from exam.jobs.models import Job, JobStatus
from exam.jobs.operations import finish
from exam.papers.models import PaperSet
from exam.printing.pieces import Piece
from exam.printouts import files, operations, running
from exam.printouts.choice import Choice, Order, PaperSize, What, steps_of
from exam.printouts.kept import Pieces
from exam.printouts.material import Material, material_of
from exam.printouts.queries import State, jobs_of, run_of
from exam.scanning.codes import key_of
from exam.scanning.models import SheetGeometry
from exam.scanning.queries import layout_of
from exam.sittings.operations import issue_papers
from exam.sittings.sheets import Copy
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import PaperKind
from question_bank.errors import Conflict, NotAllowed, NotFound
from tests.conftest import NOON
from tests.factories.papers import MULTIPLE, SHORT_ANSWER, SINGLE, Contents
from tests.factories.prints import ADDRESS, Printable, asked_print, make_printable, print_work, taken_print
from tests.factories.tours import make_entry, make_stop

ZONE = ZoneInfo("Asia/Shanghai")
KEY = key_of("secret")
FEW: Contents = ((SINGLE, 1), (MULTIPLE, 2), (SHORT_ANSWER, 10))


class Killed(BaseException):
    """No exception that anything catches."""


def seat(number: int | None, kind: PaperKind = PaperKind.BUSINESS, paper: int = 0) -> Copy:
    return Copy(paper or (number or 90) * 10 + (kind is PaperKind.PRACTICAL), kind, number)


BOTH = [seat(number, kind) for kind in PaperKind for number in (1, 2)] + [seat(None)]


def drawn(choice: Choice, batch: int = 100) -> list[tuple[What, int | None]]:
    """(what, paper) in the order in which they stand in the file."""
    return [
        (what, copy.paper_id if copy else None)
        for step in steps_of(choice, BOTH, batch=batch)
        for copy in step.copies or (None,)
        for what in step.what
    ]


def test_one_kind_of_thing_stands_after_the_other_with_what_belongs_to_the_stop_first() -> None:
    choice = Choice(what=(What.SHEET, What.PAPER, What.COVER))
    papers = [10, 20, 11, 21, 900]
    assert drawn(choice) == [
        (What.COVER, None),
        *((What.PAPER, paper) for paper in papers),
        *((What.SHEET, paper) for paper in papers),
    ]


def test_everything_of_a_person_stands_together_and_spares_come_last() -> None:
    choice = Choice(what=(What.PAPER, What.SHEET), order=Order.PERSON)
    order = [(what, paper) for paper in (10, 11, 20, 21, 900) for what in (What.PAPER, What.SHEET)]
    assert drawn(choice) == order
    assert drawn(choice, batch=4) == order


def test_a_step_is_as_large_as_what_it_draws() -> None:
    steps = list(steps_of(Choice(what=(What.TICKETS, What.PAPER)), BOTH, batch=2))
    assert [step.size for step in steps] == [1, 2, 2, 1]


@pytest.fixture
def printable(engine: Engine) -> int:
    with database.writing(engine) as session:
        return make_printable(session, people=3, contents=FEW).stop.id


def run(engine: Engine, data: Path, payload: dict[str, object]) -> tuple[int, bytes]:
    """Ask, work, and take the file."""
    job_id = taken_print(engine, payload)
    result = running.job(print_work(engine, data, job_id), key=KEY, zone=ZONE, batch=3)
    with database.writing(engine) as session:
        finish(session, job_id, result=result, at=NOON)
    return job_id, files.finished(data, job_id).read_bytes()


@pytest.mark.db
def test_a_print_holds_everything_that_was_chosen(engine: Engine, tmp_path: Path, printable: int) -> None:
    job_id, file = run(engine, tmp_path, asked_print(printable, *What, order=Order.PERSON, photo=True))
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(file))
    for words in ("试　卷　袋", "签到表", "准　考　证", "照片", "答题卡", "评卷表", "参考答案", "缺考标记"):
        assert words in text, words
    with database.reading(engine) as session:
        job = session.get_one(Job, job_id)
        assert (job.done_steps, job.all_steps) == (4 + 4 * 4, 20)
        assert job.result is not None
        assert job.result["pages"] == len(PdfDocument(file))
        assert job.result["sha256"] == hashlib.sha256(file).hexdigest()
    assert list(files.folder_of(tmp_path, job_id).iterdir()) == [files.finished(tmp_path, job_id)]


def test_the_same_print_has_the_same_bytes_also_after_its_worker_was_killed(
    engine: Engine, tmp_path: Path, printable: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = asked_print(printable)
    _, whole = run(engine, tmp_path, payload)
    job_id = taken_print(engine, payload)
    kept = Pieces.write

    def die_at_the_third(self: Pieces, number: int, piece: Piece) -> None:
        if number == 2:
            raise Killed
        kept(self, number, piece)

    monkeypatch.setattr(Pieces, "write", die_at_the_third)
    with pytest.raises(Killed):
        running.job(print_work(engine, tmp_path, job_id), key=KEY, zone=ZONE, batch=3)
    assert len(list(files.folder_of(tmp_path, job_id).glob("*.piece"))) == 2
    again: list[int] = []

    def count(self: Pieces, number: int, piece: Piece) -> None:
        again.append(number)
        kept(self, number, piece)

    monkeypatch.setattr(Pieces, "write", count)
    running.job(print_work(engine, tmp_path, job_id), key=KEY, zone=ZONE, batch=3)
    assert again == [2, 3]
    assert files.finished(tmp_path, job_id).read_bytes() == whole


def test_a_roster_changed_under_the_print_begins_it_anew(
    engine: Engine, tmp_path: Path, printable: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Pieces.write
    renamed: list[str] = []

    def rename_once(self: Pieces, number: int, piece: Piece) -> None:
        if not renamed:
            with database.writing(engine) as session:
                entry = session.scalars(select(RosterEntry).where(RosterEntry.stop_id == printable)).first()
                assert entry is not None
                entry.name = "改名之人"
                renamed.append(entry.name)
        kept(self, number, piece)

    monkeypatch.setattr(Pieces, "write", rename_once)
    _, file = run(engine, tmp_path, asked_print(printable))
    assert any("改名之人" in page.get_textpage().get_text_range() for page in PdfDocument(file))


def material(session: Session, stop_id: int) -> tuple[Stop, Material]:
    stop = session.get_one(Stop, stop_id)
    return stop, material_of(session, stop, zone=ZONE, address=ADDRESS)


@pytest.mark.db
def test_a_finished_print_counts_as_printed_and_no_other_seed_replaces_its_papers(
    engine: Engine, tmp_path: Path
) -> None:
    with database.writing(engine) as session:
        made: Printable = make_printable(session, contents=FEW)
        stop_id, sitting_id = made.stop.id, made.sitting.id
    run(engine, tmp_path, asked_print(stop_id))
    with database.reading(engine) as session:
        (paper_set,) = session.scalars(select(PaperSet))
        assert paper_set.printed_at is not None
        told = session.scalars(select(audit.AuditEvent).where(audit.AuditEvent.action == "papers.printed")).one()
        assert (told.subject, told.detail["what"], told.detail["papers"]) == (
            f"paper_set:{paper_set.id}",
            ["paper", "sheet"],
            4,
        )
    with database.writing(engine) as session, pytest.raises(NotAllowed, match="printed"):
        issue_papers(session, session.get_one(type(made.sitting), sitting_id), seed=99, by=None, at=NOON)


def test_tickets_and_lists_leave_the_papers_free(engine: Engine, tmp_path: Path, printable: int) -> None:
    run(engine, tmp_path, asked_print(printable, What.TICKETS, What.ATTENDANCE, What.COVER, What.LABELS))
    with database.reading(engine) as session:
        assert session.scalars(select(PaperSet)).one().printed_at is None
        actions = set(session.scalars(select(audit.AuditEvent.action)))
        assert "stop.printed" in actions
        assert "papers.printed" not in actions


@pytest.mark.db
def test_the_geometry_of_printed_answer_sheets_is_kept_once_for_all_papers_of_its_shape(
    engine: Engine, tmp_path: Path, printable: int
) -> None:
    run(engine, tmp_path, asked_print(printable, What.SHEET))
    run(engine, tmp_path, asked_print(printable, What.SHEET))
    with database.reading(engine) as session:
        _, found = material(session, printable)
        layouts = [layout_of(session, copy.paper_id) for copy in found.copies]
        assert len({layout.digest for layout in layouts}) == len(session.scalars(select(SheetGeometry)).all()) == 2
        with pytest.raises(NotFound):
            layout_of(session, 0)


def test_a_print_is_out_of_date_once_somebody_was_added(engine: Engine, tmp_path: Path, printable: int) -> None:
    job_id, _ = run(engine, tmp_path, asked_print(printable, What.ATTENDANCE))

    def state() -> State:
        with database.reading(engine) as session:
            return run_of(session.get_one(Job, job_id), material(session, printable)[1], tmp_path).state

    assert state() is State.READY
    with database.writing(engine) as session:
        make_entry(session, session.get_one(Stop, printable))
    assert state() is State.OUTDATED


@pytest.mark.db
def test_the_same_print_is_not_asked_for_twice_while_it_is_under_way(engine: Engine, printable: int) -> None:
    with database.writing(engine) as session:
        stop, found = material(session, printable)
        choice = Choice(what=(What.PAPER,))
        first, second, other = (
            operations.ask(session, stop, found, each, address=ADDRESS, by=1, at=NOON)
            for each in (choice, Choice(what=(What.PAPER,)), Choice(what=(What.PAPER,), size=PaperSize.A3))
        )
        assert first.id == second.id != other.id
        assert [job.status for job in jobs_of(session, printable)] == [JobStatus.QUEUED] * 2


def test_what_is_not_there_is_not_printed(engine: Engine) -> None:
    with database.writing(engine) as session:
        stop = make_stop(session)
        found = material_of(session, stop, zone=ZONE, address=ADDRESS)
        for what in What:
            with pytest.raises(NotAllowed):
                operations.check(found, Choice(what=(what,)))


def test_a_file_made_from_what_has_changed_is_not_counted(engine: Engine, printable: int) -> None:
    with database.writing(engine) as session:
        stop, found = material(session, printable)
        with pytest.raises(Conflict):
            operations.count_as_printed(
                session, stop, Choice(what=(What.PAPER,)), now=found, fingerprint="of something else", by=1, at=NOON
            )
