"""The copy of the hall's database to a second folder, each minute."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from exam import database, hall_backup
from exam.passphrase import WrongPassphrase
from exam.sittings.models import Response, Sitting, SittingStatus
from exam.sittings.operations import submit
from tests.conftest import NOON
from tests.factories.away import settings_of
from tests.factories.marks import answer_paper
from tests.factories.sittings import make_attempt

WORDS = "石桥 三月"


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def answers_in(file: Path) -> int:
    engine = database.open_engine(f"sqlite:///{file}")
    with database.reading(engine) as session:
        found = session.scalar(select(func.count()).select_from(Response)) or 0
    engine.dispose()
    return found


def test_while_a_paper_is_open_every_answer_stands_in_the_second_folder(
    engine: Engine, tmp_path: Path, second: Path
) -> None:
    with database.writing(engine) as session:
        answer_paper(session, make_attempt(session))
    settings = replace(settings_of(tmp_path), hall_copies=str(second))
    (chore,) = hall_backup.chores(settings)
    chore.run(engine)
    told = hall_backup.status(tmp_path)
    assert told is not None
    assert told["ok"] is True
    assert answers_in(Path(told["file"])) == answers_in(tmp_path / "liangjuan.db") > 0


def test_without_an_open_paper_nothing_is_copied(engine: Engine, tmp_path: Path, second: Path) -> None:
    settings = replace(settings_of(tmp_path), hall_copies=str(second))
    hall_backup.chore(settings)(engine)
    assert not second.exists()
    assert hall_backup.chores(settings_of(tmp_path)) == ()


def test_copies_go_on_for_some_minutes_after_the_close(session: Session, engine: Engine) -> None:
    attempt = make_attempt(session)
    sitting = session.scalars(select(Sitting)).one()
    sitting.status, sitting.closes_at = SittingStatus.CLOSED, NOON + timedelta(hours=3)
    submit(session, attempt, at=NOON + timedelta(hours=3))
    session.commit()
    after = sitting.closes_at + hall_backup.AFTER
    assert hall_backup.worth_it(engine, at=after)
    assert not hall_backup.worth_it(engine, at=after + timedelta(seconds=1))


def test_a_sealed_copy_opens_with_its_words_only(engine: Engine, tmp_path: Path, second: Path) -> None:
    settings = replace(settings_of(tmp_path), hall_copies=str(second), hall_passphrase=WORDS)
    told = hall_backup.copy(engine, settings, at=NOON)
    assert told["sealed"] is True
    assert not [path for path in second.iterdir() if path.suffix in {".db", ".settings"}]
    with pytest.raises(WrongPassphrase):
        hall_backup.unseal(Path(told["file"]), "andere", tmp_path / "open.db")
    hall_backup.unseal(Path(told["file"]), WORDS, tmp_path / "open.db")
    assert answers_in(tmp_path / "open.db") == 0


def test_a_folder_that_cannot_be_written_is_told_and_stops_nothing(engine: Engine, tmp_path: Path) -> None:
    with database.writing(engine) as session:
        make_attempt(session)
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    hall_backup.chore(replace(settings_of(tmp_path), hall_copies=str(blocked)))(engine)
    told = hall_backup.status(tmp_path)
    assert told is not None
    assert told["ok"] is False


def test_old_copies_thin_out_to_one_an_hour(tmp_path: Path) -> None:
    for minute in range(150):
        at = NOON + timedelta(minutes=minute)
        (tmp_path / f"liangjuan-{at:%Y%m%d-%H%M%S-%f}.db").touch()
        (tmp_path / f"liangjuan-{at:%Y%m%d-%H%M%S-%f}.json").touch()
    hall_backup.drop_old(tmp_path)
    kept = sorted(path.name[10:23] for path in tmp_path.glob("*.db"))
    assert len(kept) == hall_backup.KEPT + 2
    assert kept[0].endswith("0459")
    assert len(list(tmp_path.glob("*.json"))) == len(kept)
