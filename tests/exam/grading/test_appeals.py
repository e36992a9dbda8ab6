"""A candidate asks for an item to be looked at again, and somebody who has not marked it decides."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import appealing, appeals, planning, queries
from exam.grading.appeal_window import closes_at
from exam.grading.marking import Source, WrongMarks
from exam.grading.models import Appeal, AppealStatus, Cause, Mark, Score, ScoreChange
from exam.reports.models import Release
from exam.reports.openness import appeals_until, open_to_persons_since
from exam.sittings.models import Attempt, SittingStatus
from exam.workdays import shipped
from exam.workdays.counting import Workdays
from question_bank.errors import Conflict, NotAllowed
from tests.conftest import NOON
from tests.factories.accounts import make_person
from tests.factories.marks import hand_in_paper, mark_by_hand
from tests.factories.papers import CASE, SHORT_ANSWER, SINGLE
from tests.factories.sittings import make_attempt

COUNTY = ZoneInfo("Asia/Shanghai")
ASKED = NOON + timedelta(days=90)
UNTIL = ASKED + timedelta(days=2)
WHY = "第二个要点答案里写了。"


@pytest.mark.parametrize(
    ("since", "days", "last"),
    [
        ("2027-03-04T09:00+08:00", 2, "2027-03-08"),  # a Thursday: until the end of Monday
        ("2027-03-05T23:59+08:00", 1, "2027-03-08"),
        ("2027-03-06T10:00+08:00", 1, "2027-03-08"),  # a Saturday
        ("2027-03-01T10:00+08:00", 2, "2027-03-03"),
    ],
)
def test_appeals_close_at_the_end_of_a_working_day(since: str, days: int, last: str) -> None:
    end = closes_at(datetime.fromisoformat(since).astimezone(UTC), days, COUNTY)
    assert end.astimezone(COUNTY).isoformat() == f"{last}T23:59:59+08:00"


@pytest.mark.parametrize(
    ("since", "days", "last"),
    [
        ("2026-09-30T18:00+08:00", 2, "2026-10-09"),  # the eve of the National Day: the 8th and the 9th
        ("2026-10-08T09:00+08:00", 2, "2026-10-10"),  # the Saturday worked in exchange
        ("2026-09-18T09:00+08:00", 1, "2026-09-20"),  # the Sunday worked in exchange
        ("2027-03-04T09:00+08:00", 2, "2027-03-08"),  # without any holiday the same as ever
    ],
)
def test_public_holidays_are_no_days_for_appeals_and_days_worked_in_exchange_are(
    since: str, days: int, last: str
) -> None:
    arranged = Workdays({each.day: each.off for each in shipped.days()})
    end = closes_at(datetime.fromisoformat(since), days, COUNTY, arranged)
    assert end.isoformat() == f"{last}T23:59:59+08:00"


@pytest.mark.parametrize(("free", "last"), [(None, "2026-10-09"), (True, "2026-10-09"), (False, "2026-10-02")])
def test_the_marking_plan_says_whether_holidays_count_and_without_one_they_do_not(
    session: Session, released: Attempt, free: bool | None, last: str
) -> None:
    sitting = released.assignment.sitting
    eve = datetime.fromisoformat("2026-09-30T18:00+08:00")
    session.add(Release(sitting_id=sitting.id, number=1, at=eve, by=None, figures={}))
    if free is not None:
        planning.set_plan(session, sitting, planning.Plan(holidays_free=free), by=None, at=NOON)
    until = appeals_until(session, sitting.id, zone=COUNTY)
    assert until is not None
    assert until.date().isoformat() == last


def test_no_days_mean_no_appeals() -> None:
    assert closes_at(NOON, 0, COUNTY) == NOON


@pytest.fixture
def released(session: Session) -> Attempt:
    """A paper marked by hand, its results out."""
    attempt = make_attempt(session, contents=((SINGLE, 2), (SHORT_ANSWER, 10), (CASE, 20)))
    hand_in_paper(session, attempt)
    mark_by_hand(session, attempt, marker_id=make_person(session).id)
    attempt.assignment.sitting.status = SittingStatus.RELEASED
    session.flush()
    return attempt


def item_of(session: Session, attempt: Attempt, parts: int = 1) -> int:
    """A written item of one or of two parts."""
    marks = queries.marks_of(session, attempt.id)
    items = [item for item, _ in marks]
    return next(
        item for (item, _), mark in marks.items() if items.count(item) == parts and mark.source is Source.MARKER
    )


def ask(session: Session, attempt: Attempt, item: int, **values: object) -> Appeal:
    given = {"text": WHY, "until": UNTIL, "by": attempt.assignment.entry.person_id, "at": ASKED} | values
    return appealing.appeal(session, attempt, paper_item_id=item, **given)


def decide(session: Session, made: Appeal, marks: dict[str, Decimal], **values: object) -> Appeal:
    given = {"answer": "经复核予以加分。", "by": make_person(session).id, "at": ASKED + timedelta(hours=1)} | values
    return appealing.decide_appeal(session, made, marks=marks, **given)


@pytest.mark.db
def test_a_changed_mark_keeps_the_old_score_and_tells_the_candidate(session: Session, released: Attempt) -> None:
    item = item_of(session, released)
    before = session.get_one(Score, released.id).marks
    made = ask(session, released, item)
    decider = make_person(session).id
    decide(session, made, {"": Decimal("4.5")}, by=decider)
    mark = queries.latest_mark(session, released.id, item, "")
    assert mark is not None
    assert (mark.source, mark.awarded, mark.marker_id) == (Source.APPEAL, Decimal("4.5"), decider)
    [change] = session.scalars(select(ScoreChange)).all()
    assert (change.before, change.after, change.cause, change.appeal_id) == (
        before,
        before - 10 + Decimal("4.5"),
        Cause.APPEAL,
        made.id,
    )
    [own] = appeals.of_attempt(session, released.id)[item]
    assert (own.appeal.status, own.before, own.after) == (AppealStatus.CHANGED, 10, Decimal("4.5"))
    assert own.appeal.answer == "经复核予以加分。"
    assert audit.verify(session) is None


@pytest.mark.db
def test_upheld_marks_stay_and_a_part_of_a_case_is_changed_alone(session: Session, released: Attempt) -> None:
    whole = item_of(session, released)
    decide(session, made := ask(session, released, whole), {"": Decimal(10)})
    assert made.status is AppealStatus.UPHELD
    assert session.scalars(select(Mark).where(Mark.source == Source.APPEAL)).all() == []
    case = next(item for item, part in queries.marks_of(session, released.id) if part)
    part = queries.marks_of(session, released.id)[case, "b"]
    decide(session, ask(session, released, case), {"b": part.awarded - 1})
    [own] = appeals.of_attempt(session, released.id)[case]
    assert own.before - own.after == 1


@pytest.mark.db
def test_one_appeal_is_open_at_a_time_and_a_decision_is_final(session: Session, released: Attempt) -> None:
    item = item_of(session, released)
    made = ask(session, released, item)
    with pytest.raises(Conflict):
        ask(session, released, item)
    appealing.withdraw(session, made, by=released.assignment.entry.person_id, at=ASKED)
    made = ask(session, released, item)
    assert appeals.open_count(session) == 1
    decide(session, made, {})
    for act in (lambda: decide(session, made, {}), lambda: appealing.withdraw(session, made, by=1, at=NOON)):
        with pytest.raises(Conflict):
            act()
    with pytest.raises(NotAllowed):
        ask(session, released, item)


def test_only_the_candidate_appeals_in_time_and_with_words(session: Session, released: Attempt) -> None:
    item = item_of(session, released)
    for values in ({"by": make_person(session).id}, {"at": UNTIL}, {"until": None}, {"text": "  错了 "}):
        with pytest.raises(NotAllowed):
            ask(session, released, item, **values)
    released.assignment.sitting.status = SittingStatus.CLOSED
    with pytest.raises(NotAllowed):
        ask(session, released, item)


def test_neither_the_candidate_nor_who_marked_it_decides(session: Session, released: Attempt) -> None:
    item = item_of(session, released)
    made = ask(session, released, item)
    marker = queries.marks_of(session, released.id)[item, ""].marker_id
    for by in (released.assignment.entry.person_id, marker):
        with pytest.raises(NotAllowed):
            decide(session, made, {}, by=by)
    with pytest.raises(NotAllowed):
        decide(session, made, {}, answer=" ")
    with pytest.raises(WrongMarks):
        decide(session, made, {"": Decimal(11)})
    assert made.status is AppealStatus.OPEN


def test_the_list_names_nobody_and_puts_what_waits_first(session: Session, released: Attempt) -> None:
    whole, case = item_of(session, released), next(i for i, part in queries.marks_of(session, released.id) if part)
    decide(session, ask(session, released, whole), {})
    waits = ask(session, released, case)
    lines = appeals.listing(session)
    assert [line.appeal.status for line in lines] == [AppealStatus.OPEN, AppealStatus.UPHELD]
    assert [line.appeal.id for line in appeals.listing(session, open_only=True)] == [waits.id]
    shown = appeals.case(session, waits.id)
    assert [part.number for part in shown.parts] == [1, 2]
    assert shown.may_decide(make_person(session).id)
    assert not shown.may_decide(shown.person_id)


def test_the_time_for_appeals_runs_from_when_candidates_see_their_marks(session: Session, released: Attempt) -> None:
    sitting_id = released.assignment.sitting_id

    def out(number: int, **values: object) -> None:
        at = NOON + timedelta(days=number)
        session.add(Release(sitting_id=sitting_id, number=number, at=at, by=None, figures={}, **values))
        session.flush()

    assert appeals_until(session, sitting_id, zone=COUNTY) is None
    out(1, to_persons=False)
    assert open_to_persons_since(session, sitting_id) is None
    out(2)
    out(3, to_public=True)
    assert open_to_persons_since(session, sitting_id) == NOON + timedelta(days=2)
    until = appeals_until(session, sitting_id, zone=COUNTY)
    assert until == closes_at(NOON + timedelta(days=2), 2, COUNTY)
