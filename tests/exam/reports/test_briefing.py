"""A brief is made when the hall has handed in, made again when more comes, and says nothing of single people."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, event, select
from sqlalchemy.orm import Session

from exam import database
from exam.grading.models import Score
from exam.grading.operations import hand_in
from exam.reports import briefing
from exam.reports.brief_content import BriefContent
from exam.reports.models import Brief
from exam.sittings.models import Attempt, AttemptStatus, Response, Sitting
from exam.tours.models import RosterEntry
from question_bank.errors import NotAllowed
from tests.factories.hall_of import fill_hall

pytestmark = pytest.mark.db


class Hall:
    """A stop at which one of `people` still writes."""

    def __init__(self, engine: Engine, people: int = 12) -> None:
        self.engine = engine
        with database.writing(engine) as session:
            self.stop = fill_hall(session, people=people, items=5, bank=12)
            self.sitting = session.scalars(select(Sitting).where(Sitting.stop_id == self.stop)).one().id
            self.last = session.scalars(select(Attempt).where(Attempt.status == AttemptStatus.STARTED)).one().id
            self.opens = session.get_one(Sitting, self.sitting).opens_at

    def at(self, minutes: float):
        return self.opens + timedelta(minutes=minutes)

    def look(self, minutes: float) -> int:
        """The number of the stop's brief after a look at that moment; 0 without one."""
        briefing.watch(self.engine, at=self.at(minutes))
        with database.reading(self.engine) as session:
            found = briefing.latest(session, self.stop)
            return found.number if found else 0

    def hand_in(self, minutes: float) -> None:
        with database.writing(self.engine) as session:
            hand_in(session, session.get_one(Attempt, self.last), at=self.at(minutes))

    def forget(self) -> None:
        """As if the one who still writes had never begun."""
        with database.writing(self.engine) as session:
            session.execute(delete(Response).where(Response.attempt_id == self.last))
            session.execute(delete(Attempt).where(Attempt.id == self.last))

    def content(self) -> BriefContent:
        with database.reading(self.engine) as session:
            found = briefing.place_by_id(session, self.stop).content
        assert found is not None
        return found


def test_the_brief_waits_for_the_last_who_writes_and_is_made_once(engine: Engine) -> None:
    hall = Hall(engine)
    assert hall.look(49) == 0
    with database.reading(engine) as session, pytest.raises(NotAllowed):
        briefing.prepared(session, hall.stop, at=hall.at(49))
    hall.hand_in(50)
    assert hall.look(50.02) == 1
    assert hall.look(50.04) == 1
    assert (hall.content().sat, hall.content().expected, hall.content().waiting) == (12, 12, 0)
    with database.reading(engine) as session:
        assert briefing.prepared(session, hall.stop, at=hall.at(51)) is None


def test_who_was_checked_in_and_has_not_begun_is_waited_for_until_the_window_closes(engine: Engine) -> None:
    hall = Hall(engine)
    hall.forget()
    assert hall.look(60) == 0
    assert hall.look(72) == 1
    assert (hall.content().sat, hall.content().expected) == (11, 12)


def test_a_later_submission_and_the_last_mark_make_the_next_one_and_single_marks_do_not(engine: Engine) -> None:
    hall = Hall(engine)
    hall.hand_in(50)
    assert hall.look(51) == 1
    with database.writing(engine) as session:
        session.get_one(Attempt, hall.last).ended_at = hall.at(52)
        score = session.get_one(Score, hall.last)
        score.waiting = 2
    assert hall.look(53) == 2
    assert hall.content().waiting == 2
    with database.writing(engine) as session:
        score = session.get_one(Score, hall.last)
        score.waiting, score.at = 1, hall.at(54)
    assert hall.look(55) == 2
    with database.writing(engine) as session:
        score = session.get_one(Score, hall.last)
        score.waiting, score.at = 0, hall.at(56)
    assert hall.look(57) == 3
    assert hall.content().waiting == 0


def test_what_is_kept_names_nobody_and_counts_nobody_alone(engine: Engine) -> None:
    hall = Hall(engine, people=40)
    hall.hand_in(50)
    hall.look(51)
    content = hall.content()
    assert content.topics
    with database.reading(engine) as session:
        kept = json.dumps(session.scalars(select(Brief.content).where(Brief.stop_id == hall.stop)).one())
        names = session.scalars(select(RosterEntry.name).where(RosterEntry.stop_id == hall.stop)).all()
    assert not [name for name in names if name in kept]
    for point in content.points:
        assert point.asked >= 5
        assert point.missed
        assert point.misled or not any(each.believed for each in point.wrongs)


def test_of_four_people_nothing_is_told(engine: Engine) -> None:
    hall = Hall(engine, people=4)
    hall.hand_in(50)
    assert hall.look(51) == 1
    content = hall.content()
    assert content.too_few
    assert (content.topics, content.points) == ((), ())


def test_earlier_stops_are_the_county_so_far_and_later_ones_are_not(engine: Engine, session: Session) -> None:
    hall = Hall(engine)
    first = session.scalars(select(Sitting).where(Sitting.stop_id != hall.stop)).one()
    seen = []
    for sitting_id, stop_id in ((first.id, first.stop_id), (hall.sitting, hall.stop)):
        progress = briefing.progress_of(session, at=hall.at(100), stop_id=stop_id)[0]
        assert progress.sitting_id == sitting_id
        seen.append([line.county for line in briefing.work_out(session, progress).topics])
    assert set(seen[0]) == {None}
    assert None not in seen[1]


def test_a_brief_takes_the_same_queries_for_a_dozen_and_for_twice_as_many(engine: Engine) -> None:
    counts = []
    for people in (12, 24):
        hall = Hall(engine, people=people)
        with database.reading(engine) as session:
            progress = briefing.progress_of(session, at=hall.at(100), stop_id=hall.stop)[0]
            seen: list[str] = []
            event.listen(engine, "before_cursor_execute", lambda *args, seen=seen: seen.append(args[2]))
            briefing.work_out(session, progress)
            counts.append(len([each for each in seen if each.lstrip().upper().startswith("SELECT")]))
        hall.forget()
    assert counts[0] <= 13
    assert abs(counts[0] - counts[1]) <= 2, "only whether there are points to cite makes a difference"
