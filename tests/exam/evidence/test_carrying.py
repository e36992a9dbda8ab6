"""A stop prepared at the county, sat on a hall's own site, brought home."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from exam import audit, backup, database, keys, tables
from exam.accounts.models import Person
from exam.audit import AuditEvent
from exam.evidence import carrying, shipments
from exam.evidence.carried import CARRIED, SCORE
from exam.evidence.models import Transfer
from exam.grading.models import Mark, Score
from exam.hall_copy import file as files
from exam.hall_copy import operations as copying
from exam.hall_copy import selection
from exam.passphrase import WrongPassphrase
from exam.sittings.day_models import Incident
from exam.sittings.models import Attempt, Response, Sitting, SittingStatus
from exam.tours.models import RosterEntry, Stop
from question_bank.errors import Conflict, NotAllowed, NotFound
from tests.conftest import NOON
from tests.factories.accounts import make_person
from tests.factories.away import Prepared, hold, prepare_stop, settings_of
from tests.factories.tours import make_stop

LATER = NOON + timedelta(days=1)


@contextmanager
def site(folder: Path) -> Iterator[Engine]:
    engine = database.open_engine(settings_of(folder).database_url)
    yield engine
    engine.dispose()


def prepared_at(county: Engine) -> tuple[Prepared, copying.Made]:
    with database.writing(county) as session:
        prepared = prepare_stop(session)
        return prepared, copying.make(session, session.get_one(Stop, prepared.stop_id), by=None, at=NOON)


def held_in(folder: Path, file: bytes, prepared: Prepared) -> bytes:
    """The laptop set up, the day held, the results exported."""
    copying.set_up(settings_of(folder), file, at=NOON)
    with site(folder) as hall, database.writing(hall) as session:
        hold(session, prepared)
        stop = session.scalars(select(Stop).where(Stop.uid == prepared.uid)).one()
        return carrying.export(session, stop, by=None, at=LATER).file


def known(engine: Engine, prepared: Prepared) -> dict[str, Any]:
    """What a site says of the stop, without any number that only this site knows."""
    with database.reading(engine) as session:
        stop = session.scalars(select(Stop).where(Stop.uid == prepared.uid)).one()
        attempts = session.scalars(
            select(Attempt).where(
                Attempt.assignment.has(
                    sitting_id=select(Sitting.id).where(Sitting.stop_id == stop.id).scalar_subquery()
                )
            )
        ).all()
        codes = {each.id: each.assignment.entry.person.code for each in attempts}
        rows = session.scalars(select(RosterEntry).where(RosterEntry.stop_id == stop.id)).all()
        return {
            "attendance": {
                row.person.code: (row.seat, row.ticket, row.walk_in, row.checked_in_at, row.absence, row.absence_reason)
                for row in rows
            },
            "attempts": {codes[a.id]: (a.key, a.status, a.started_at, a.ended_at, a.receipt) for a in attempts},
            "answers": sorted(
                (codes[r.attempt_id], r.item.position, r.revision, str(r.value), r.received_at)
                for r in session.scalars(select(Response).where(Response.attempt_id.in_(codes)))
            ),
            "marks": sorted(
                (
                    codes[m.attempt_id],
                    m.part,
                    m.sequence,
                    m.awarded,
                    m.maximum,
                    m.source.value,
                    m.reason,
                    m.at,
                    str(m.detail),
                )
                for m in session.scalars(select(Mark).where(Mark.attempt_id.in_(codes)))
            ),
            "scores": {
                codes[s.attempt_id]: (s.marks, s.total, s.waiting, s.sections, s.topics, s.at)
                for s in session.scalars(select(Score).where(Score.attempt_id.in_(codes)))
            },
            "incidents": sorted(
                (i.kind.value, i.at, str(i.detail), i.note, codes.get(i.attempt_id or 0, ""))
                for i in session.scalars(select(Incident).where(Incident.stop_id == stop.id))
            ),
            "sittings": [
                (s.status, s.opens_at, s.closes_at)
                for s in session.scalars(select(Sitting).where(Sitting.stop_id == stop.id))
            ],
        }


@pytest.mark.db
def test_a_stop_held_in_the_hall_is_the_same_at_the_county_afterwards(engine: Engine, tmp_path: Path) -> None:
    prepared, made = prepared_at(engine)
    with database.writing(engine) as session:
        make_person(session, name="星期一新来的")  # the county goes on, so that numbers differ from then on
        audit.record(session, "x.done", "x:1", by=None, at=NOON)
    file = held_in(tmp_path / "laptop", made.file, prepared)
    with database.writing(engine) as session:
        taken = carrying.take_over(session, file, by=None, at=LATER)
    assert (taken.attempts, taken.added["response"], taken.added["incident"]) == (4, 9, 3)
    with site(tmp_path / "laptop") as hall:
        assert known(engine, prepared) == known(hall, prepared)
    with database.reading(engine) as session:
        assert audit.verify(session) is None
        note = session.scalars(select(Transfer).where(Transfer.direction == "in")).one()
        assert note.package == file
        assert note.detail["continues"] is True
        assert (
            session.scalars(select(Sitting.status).where(Sitting.stop_id == prepared.stop_id)).one()
            is SittingStatus.CLOSED
        )


@pytest.mark.db
def test_the_same_file_a_second_time_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    prepared, made = prepared_at(engine)
    file = held_in(tmp_path / "laptop", made.file, prepared)
    with database.writing(engine) as session:
        first = carrying.take_over(session, file, by=None, at=LATER)
    counted = backup.counts(engine)
    with database.writing(engine) as session:
        again = carrying.take_over(session, file, by=None, at=LATER)
    assert (first.again, again.again) == (False, True)
    assert backup.counts(engine) == counted


def test_a_laptop_with_the_countys_backup_signs_with_the_countys_key(engine: Engine, tmp_path: Path) -> None:
    with database.writing(engine) as session:
        prepared = prepare_stop(session)
        keys.make_all(session, at=NOON)
    laptop = settings_of(tmp_path / "laptop")
    copy = backup.make(engine, str(engine.url), tmp_path / "backups", at=NOON)
    shutil.copyfile(copy["file"], laptop.database_file)
    with site(laptop.data) as hall, database.writing(hall) as session:
        hold(session, prepared)
        file = carrying.export(session, session.get_one(Stop, prepared.stop_id), by=None, at=LATER).file
    with database.writing(engine) as session:
        assert carrying.take_over(session, file, by=None, at=LATER).attempts == 4
    with site(laptop.data) as hall:
        assert known(engine, prepared) == known(hall, prepared)


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[Path, Prepared, bytes]:
    """A county on SQLite (its folder), the stop, and the hall's file."""
    folder = tmp_path_factory.mktemp("county")
    (folder / "liangjuan.db").write_bytes(sqlite_template.read_bytes())
    with site(folder) as county:
        prepared, made = prepared_at(county)
    return folder, prepared, held_in(folder / "laptop", made.file, prepared)


@pytest.fixture
def county(brought: tuple[Path, Prepared, bytes], tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "liangjuan.db").write_bytes((brought[0] / "liangjuan.db").read_bytes())
    with site(tmp_path) as engine:
        yield engine


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_one_bit_changed_is_refused(
    brought: tuple[Path, Prepared, bytes], county: Engine, place: float, bit: int
) -> None:
    changed = bytearray(brought[2])
    changed[int(place * len(changed))] ^= 1 << bit
    with database.writing(county) as session, pytest.raises((shipments.NotAPackage, carrying.Stranger)):
        carrying.take_over(session, bytes(changed), by=None, at=LATER)
    with database.reading(county) as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_every_byte_of_the_head_is_covered(brought: tuple[Path, Prepared, bytes]) -> None:
    file = brought[2]
    for place in range(shipments.HEAD):
        changed = bytearray(file)
        changed[place] ^= 32  # the bit between small and capital letters
        try:
            parts = shipments.apart(bytes(changed))
        except shipments.NotAPackage:
            continue
        assert not keys.verify(parts.key, parts.signature, parts.signed)


def test_a_strangers_file_is_refused_until_the_key_is_trusted(
    brought: tuple[Path, Prepared, bytes], county: Engine
) -> None:
    file = brought[2]
    key = shipments.apart(file).key
    with database.writing(county) as session:
        keys.revoke(session, key, by=None, at=NOON)  # the laptop was thought lost
    with database.writing(county) as session, pytest.raises(carrying.Stranger, match=key):
        carrying.take_over(session, file, by=None, at=LATER)
    with database.writing(county) as session:
        keys.trust(session, key, name="第二台电脑", by=None, at=NOON)
        assert carrying.take_over(session, file, by=None, at=LATER).attempts == 4


def test_what_stands_here_is_not_overwritten(brought: tuple[Path, Prepared, bytes], county: Engine) -> None:
    """A second file of the hall meets marks the county has given in the meantime."""
    folder, prepared, first = brought
    with database.writing(county) as session:
        carrying.take_over(session, first, by=None, at=LATER)
        mark = session.scalars(select(Mark).order_by(Mark.id)).first()
        assert mark is not None
        mark.reason = "县里已改"
    with site(folder / "laptop") as hall, database.writing(hall) as session:
        stop = session.scalars(select(Stop).where(Stop.uid == prepared.uid)).one()
        second = carrying.export(session, stop, by=None, at=LATER).file
    with database.writing(county) as session, pytest.raises(Conflict, match="nothing is overwritten"):
        carrying.take_over(session, second, by=None, at=LATER)


def test_a_later_file_brings_only_what_is_new(brought: tuple[Path, Prepared, bytes], county: Engine) -> None:
    folder, prepared, first = brought
    with database.writing(county) as session:
        carrying.take_over(session, first, by=None, at=LATER)
    with site(folder / "laptop") as hall, database.writing(hall) as session:
        stop = session.scalars(select(Stop).where(Stop.uid == prepared.uid)).one()
        second = carrying.export(session, stop, by=None, at=LATER + timedelta(hours=1)).file
    with database.writing(county) as session:
        taken = carrying.take_over(session, second, by=None, at=LATER)
    assert (taken.again, taken.attempts, taken.added, taken.moved) == (False, 0, {}, {})


def test_results_of_a_stop_unknown_here_are_refused(brought: tuple[Path, Prepared, bytes], county: Engine) -> None:
    with database.writing(county) as session:
        session.get_one(Stop, brought[1].stop_id).uid = "another"
    with database.writing(county) as session, pytest.raises(NotFound):
        carrying.take_over(session, brought[2], by=None, at=LATER)


def test_another_person_with_the_staff_number_of_a_walk_in_is_noticed(
    brought: tuple[Path, Prepared, bytes], county: Engine
) -> None:
    with database.writing(county) as session:
        session.scalars(select(Person).where(Person.code == brought[1].guest)).one().name = "别人"
    with database.writing(county) as session, pytest.raises(Conflict, match="staff number"):
        carrying.take_over(session, brought[2], by=None, at=LATER)


def test_nothing_is_exported_before_the_papers_are_closed(session: Session, tmp_path: Path) -> None:
    prepared = prepare_stop(session)
    stop = session.get_one(Stop, prepared.stop_id)
    with pytest.raises(NotAllowed, match="Nobody has sat"):
        carrying.export(session, stop, by=None, at=NOON)
    session.scalars(select(Sitting).where(Sitting.stop_id == stop.id)).one().status = SittingStatus.OPEN
    with pytest.raises(NotAllowed, match="Close it"):
        carrying.export(session, stop, by=None, at=NOON)


def test_a_hall_gets_its_stop_and_nothing_of_the_rest(session: Session, tmp_path: Path) -> None:
    prepared = prepare_stop(session)
    make_stop(session)
    own = keys.signing_key(session, at=NOON).public
    made = copying.make(session, session.get_one(Stop, prepared.stop_id), by=None, at=NOON)
    told = copying.set_up(settings_of(tmp_path / "laptop"), made.file, at=NOON)
    assert (told.persons, told.papers, told.name) == (4, 6, made.name)
    with site(tmp_path / "laptop") as hall, database.reading(hall) as there:
        assert there.scalars(select(Stop.uid)).all() == [prepared.uid]
        assert "外人" not in there.scalars(select(Person.name)).all()
        assert keys.known(there, keys.SIGNING) not in {None, own}
        assert keys.known(there, keys.RESCUE) == keys.known(session, keys.RESCUE)
        assert list(there.scalars(select(AuditEvent.action))) == [carrying.HALL_MADE]
        assert audit.verify(there) is None


def test_a_sealed_hall_file_opens_with_its_words_only(session: Session, tmp_path: Path) -> None:
    prepared = prepare_stop(session)
    stop = session.get_one(Stop, prepared.stop_id)
    made = copying.make(session, stop, words="三月春风 石桥", by=None, at=NOON)
    with pytest.raises(WrongPassphrase):
        copying.set_up(settings_of(tmp_path / "laptop"), made.file, words="别的", at=NOON)
    assert not (tmp_path / "laptop" / "liangjuan.db").exists()
    assert copying.set_up(settings_of(tmp_path / "laptop"), made.file, words="三月春风 石桥", at=NOON).persons == 4


def test_a_laptops_database_is_not_replaced_unasked(session: Session, tmp_path: Path) -> None:
    prepared = prepare_stop(session)
    file = copying.make(session, session.get_one(Stop, prepared.stop_id), by=None, at=NOON).file
    laptop = settings_of(tmp_path / "laptop")
    copying.set_up(laptop, file, at=NOON)
    with pytest.raises(Conflict):
        copying.set_up(laptop, file, at=NOON)
    copying.set_up(laptop, file, replace=True, at=NOON)
    assert len(list((laptop.data / "backups").iterdir())) == 1
    with pytest.raises(Conflict):
        copying.set_up(replace(laptop, database_url="postgresql+psycopg://x/y"), file, at=NOON)
    for wrong in (file[:-1], b"something else", files.PLAIN):
        with pytest.raises(files.NotAHallFile):
            copying.set_up(laptop, wrong, replace=True, at=NOON)


def test_every_table_has_its_place() -> None:
    """Whoever adds a table says whether a hall gets it."""
    names = set(tables.metadata.tables)
    lists = (set(selection.CHOSEN), set(selection.POINTED_TO), set(selection.STAYS))
    assert set.union(*lists) == names
    assert sum(map(len, lists)) == len(names)


def test_what_travels_back_is_what_a_hall_writes_of_a_stop() -> None:
    """Every column of a carried row travels, but for numbers of the site itself and what only the county knows."""
    here_only = {
        "id", "lock", "equated", "equated_error", "makes_up_id",
    }  # fmt: skip
    for carried in (*CARRIED, SCORE):
        if not carried.known and carried.name != "person":
            assert set(carried.table.c.keys()) - here_only == set(carried.read) - here_only, carried.name
