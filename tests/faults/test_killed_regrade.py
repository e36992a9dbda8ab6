"""The marking by a correction is killed between two transactions; done again it comes to the same marks."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from exam import database
from exam.grading.models import Correction, CorrectionStatus, Mark, Score
from exam.reports import regrading, repair
from exam.reports.models import Release
from tests.conftest import NOON
from tests.factories.accounts import make_person
from tests.factories.corrections import plan, sit, version_of
from tests.faults.test_killed_worker import wait_until

pytestmark = [pytest.mark.db, pytest.mark.faults]

STUCK = """
import sys, time
from pathlib import Path
from exam import database
from exam.reports import regrading

url, folder, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
regrading.BATCH = 2

def stuck(done, of):
    (folder / "began").write_text("began")
    time.sleep(600)

regrading.regrade(database.open_engine(url), number, progress=stuck)
"""


def test_killed_in_the_middle_and_run_again_it_gives_the_same_marks(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    with database.writing(engine) as session:
        sitting = sit(session, ["B", "C", "D", "B"])
        one, two = make_person(session), make_person(session)
        made = repair.propose(session, plan(version_of(session, sitting)), reason="答案印错", by=one.id, at=NOON)
        repair.confirm(session, made, seen=None, by=two.id, at=NOON)
        number = made.id
    process = subprocess.Popen([sys.executable, "-c", STUCK, database_url, str(tmp_path), str(number)])
    try:
        wait_until((tmp_path / "began").exists)
    finally:
        process.kill()
        process.wait()
    with database.reading(engine) as session:
        assert session.get_one(Correction, number).status is CorrectionStatus.CONFIRMED
        assert session.scalar(select(func.count(Mark.id)).where(Mark.correction_id == number)) == 2
    outcome = regrading.regrade(engine, number)
    assert (outcome["marked"], outcome["as_previewed"]) == (3, True)
    with database.reading(engine) as session:
        assert list(session.scalars(select(Score.marks).order_by(Score.attempt_id))) == [50, 100, 50, 50]
        assert session.scalar(select(func.count(Release.id)).where(Release.correction_id == number)) == 1
