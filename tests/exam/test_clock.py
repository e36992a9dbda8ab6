"""A wall clock that is set in the middle of an exam: noticed, and nobody's time changes."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import clock
from exam.clock import Anchored
from exam.sittings import clock_watch, incidents, operations
from exam.sittings.day import IncidentKind, Judgement
from exam.sittings.day_models import Incident
from tests.factories.papers import SHORT_ANSWER
from tests.factories.sittings import make_attempt

HOUR = 3600.0


@dataclass
class Machine:
    """Two clocks of a machine: one can be set, the other only goes on."""

    wall: float = 1_800_000_000.0
    steady: float = 500.0

    def pass_(self, seconds: float, *, set_by: float = 0.0) -> None:
        self.steady += seconds
        self.wall += seconds + set_by

    def clock(self) -> Anchored:
        return Anchored(lambda: self.wall, lambda: self.steady)


@pytest.mark.parametrize("set_by", [HOUR, -HOUR, 2.5])
def test_setting_the_wall_clock_does_not_move_the_time(set_by: float) -> None:
    machine = Machine()
    ours = machine.clock()
    before = ours.now()
    machine.pass_(10, set_by=set_by)
    assert ours.now() - before == timedelta(seconds=10)
    assert ours.drift() == pytest.approx(set_by, abs=0.001)


def test_processes_of_one_site_share_the_time_and_settle_it_together(tmp_path: Path) -> None:
    machine = Machine()
    first = machine.clock()
    first.follow(tmp_path / "clock")
    machine.pass_(10, set_by=HOUR)
    begun_again = machine.clock()
    begun_again.follow(tmp_path / "clock")
    assert begun_again.now() == first.now()
    first.settle()
    machine.pass_(2)
    assert (begun_again.drift(), first.drift()) == (pytest.approx(0, abs=0.001), pytest.approx(0, abs=0.001))


@pytest.mark.parametrize("kept", ["", "nonsense", "another-start-of-the-machine 12.5\n"])
def test_an_offset_of_before_the_machines_start_is_replaced(tmp_path: Path, kept: str) -> None:
    file = tmp_path / "clock"
    file.write_text(kept, encoding="ascii")
    ours = Machine().clock()
    ours.follow(file)
    assert ours.drift() == pytest.approx(0, abs=0.001)
    assert file.read_text(encoding="ascii").split()[1] != "12.5"


def test_the_products_clock_goes_by_the_steady_one() -> None:
    assert abs(clock.drift()) < 1
    assert clock.now() <= clock.now()


@pytest.mark.db
def test_no_paper_ends_by_itself_while_a_jump_of_the_clock_has_not_been_looked_at(session: Session) -> None:
    attempt = make_attempt(session, contents=[(SHORT_ANSWER, 10)])
    seen = attempt.deadline + timedelta(minutes=2)
    for _ in range(2):
        if clock_watch.findings(session, drift=HOUR):
            clock_watch.note(session, drift=HOUR, at=seen)
    [incident] = session.scalars(select(Incident))
    assert (incident.kind, incident.detail, incident.judgement) == (
        IncidentKind.CLOCK,
        {"seconds": HOUR},
        Judgement.OPEN,
    )
    assert operations.overdue(session, at=seen) == []
    incidents.judge(session, incident, Judgement.NOTED, note="校时", by=1, at=seen)
    assert operations.overdue(session, at=seen) == [attempt]
    assert clock_watch.findings(session, drift=HOUR + 1) == []
    assert clock_watch.findings(session, drift=2 * HOUR) == [attempt.assignment.sitting_id]


@pytest.mark.db
def test_a_clock_that_is_right_again_settles_its_incident_by_itself(session: Session) -> None:
    attempt = make_attempt(session, contents=[(SHORT_ANSWER, 10)])
    clock_watch.note(session, drift=-HOUR, at=attempt.started_at)
    assert clock_watch.findings(session, drift=0.3) != []
    clock_watch.note(session, drift=0.3, at=attempt.started_at)
    [incident] = session.scalars(select(Incident))
    assert (incident.judgement, incident.judged_by) == (Judgement.HARMLESS, None)
    assert clock_watch.findings(session, drift=0.3) == []
