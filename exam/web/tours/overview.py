"""What a stop's page says about the state of the day: run sheet, both sittings, what is missing, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from exam.accounts.models import Unit
from exam.grading import queries as grading
from exam.papers.models import Specification
from exam.sittings import planning
from exam.sittings import queries as sittings
from exam.sittings.models import Sitting, SittingStatus
from exam.tours import placing, queries
from exam.tours.flow import ATTENDED, StopStatus
from exam.tours.models import Stop
from exam.tours.queries import Attendance
from exam.tours.timetable import RunSheet, Slot, run_sheet, windows
from question_bank.enums import Audience
from question_bank.errors import NotAllowed


class Verb(StrEnum):
    """What an organiser can do with a sitting."""

    ISSUE = "issue"
    COMPLETE = "complete"
    REISSUE = "reissue"
    OPEN = "open"
    CLOSE = "close"
    RELEASE = "release"


@dataclass(frozen=True)
class PaperLine:
    """The papers of one audience of a sitting.

    `specification` is that of the papers made, `coming` the one that papers would be made by now (None where none
    fits), `chosen` whether an organiser chose that; `choices` are all that could be chosen.
    """

    audience: Audience
    heads: int
    specification: Specification | None
    seed: int | None
    paper_set_id: int | None
    coming: Specification | None
    chosen: bool
    choices: tuple[Specification, ...]


@dataclass(frozen=True)
class SittingView:
    """One sitting on the stop's page.

    `moved`: the stop's times have changed since it was planned. `printed_at`: when papers were first printed; from then
    on no others take their place.
    """

    sitting: Sitting
    papers: tuple[PaperLine, ...]
    progress: sittings.Progress
    marking: grading.Progress
    expected: int
    moved: bool
    printed_at: datetime | None

    @property
    def without_paper(self) -> int:
        return max(self.expected - self.progress.expected, 0)

    @property
    def begun(self) -> int:
        return self.progress.writing + self.progress.ended

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """What can be done now; the first one is what comes next."""
        status, issued = self.sitting.status, self.progress.expected > 0
        found: list[Verb] = []
        if status is SittingStatus.PLANNED and self.expected and not issued:
            found.append(Verb.ISSUE)
        if status in {SittingStatus.PLANNED, SittingStatus.OPEN} and issued and self.without_paper:
            found.append(Verb.COMPLETE)
        if status is SittingStatus.PLANNED and issued:
            found += [Verb.OPEN] if self.printed_at else [Verb.OPEN, Verb.REISSUE]
        if status is SittingStatus.OPEN:
            found.append(Verb.CLOSE)
        if status is SittingStatus.CLOSED and not self.marking.waiting:
            found.append(Verb.RELEASE)
        return tuple(found)


class Step(StrEnum):
    """The one thing an organiser does next at a stop."""

    ROSTER = "roster"
    SITTINGS = "sittings"
    PAPERS = "papers"
    BEGIN = "begin"
    OPEN = "open"
    CLOSE = "close"
    FINISH = "finish"
    MARKING = "marking"
    RELEASE = "release"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Overview:
    """The stop's day in one value. `crowded`: more heads than the venue has seats, by how many."""

    heads: Attendance
    audiences: dict[Audience, int]
    sheet: RunSheet
    now: Slot | None
    sittings: tuple[SittingView, ...]
    step: Step
    crowded: int
    departments: tuple[Unit, ...]

    @property
    def issued(self) -> bool:
        """Whether there are papers to print."""
        return any(each.progress.expected for each in self.sittings)


def of(session: Session, stop: Stop, *, at: datetime) -> Overview:
    """Read everything the page of `stop` shows."""
    heads = queries.attendance(session, [stop.id])[stop.id]
    audiences = queries.audiences_of(session, stop.id)
    sheet = run_sheet(stop.starts_at, stop.ends_at, stop.day_order)
    views = tuple(_sitting(session, stop, each, audiences) for each in sittings.sittings_of(session, stop.id))
    return Overview(
        heads=heads,
        audiences=audiences,
        sheet=sheet,
        now=sheet.at(at) if stop.status in ATTENDED else None,
        sittings=views,
        step=step_of(stop.status, heads.expected, views),
        crowded=max(heads.expected - stop.venue.capacity, 0) if stop.venue else 0,
        departments=tuple(placing.departments_at(session, stop.id)),
    )


def _sitting(session: Session, stop: Stop, sitting: Sitting, audiences: dict[Audience, int]) -> SittingView:
    made = {each.audience: each.paper_set for each in sitting.paper_sets}
    chosen = sittings.chosen_specifications(session, sitting.id)
    newest = sittings.specifications_for(session, sitting.paper_kind)
    versions = sittings.versions_for(session, sitting.paper_kind)
    lines = tuple(
        PaperLine(
            audience=audience,
            heads=audiences.get(audience, 0),
            specification=made[audience].specification if audience in made else None,
            seed=made[audience].seed if audience in made else None,
            paper_set_id=made[audience].id if audience in made else None,
            coming=chosen.get(audience) or _fitting(newest, audience, sitting),
            chosen=audience in chosen,
            choices=tuple(planning.suiting(versions, audience, sitting)),
        )
        for audience in Audience
        if audience in made or audiences.get(audience)
    )
    planned = windows(stop.starts_at, stop.ends_at, stop.day_order)[sitting.paper_kind][0]
    return SittingView(
        sitting=sitting,
        papers=lines,
        progress=sittings.progress(session, sitting.id),
        marking=grading.progress(session, sitting.id),
        expected=sum(audiences.values()),
        moved=sitting.status is SittingStatus.PLANNED and sitting.opens_at != planned,
        printed_at=min((each.printed_at for each in made.values() if each.printed_at), default=None),
    )


def _fitting(newest: Sequence[Specification], audience: Audience, sitting: Sitting) -> Specification | None:
    try:
        return planning.fitting(newest, audience, sitting.closes_at - sitting.opens_at)
    except NotAllowed:
        return None


def step_of(status: StopStatus, expected: int, views: tuple[SittingView, ...]) -> Step:
    """What comes next, from the status of the stop and of its sittings."""
    if status is StopStatus.CANCELLED:
        return Step.CANCELLED
    if not expected:
        return Step.ROSTER
    if not views:
        return Step.SITTINGS
    if any(view.without_paper and view.sitting.status is SittingStatus.PLANNED for view in views):
        return Step.PAPERS
    return _step_of_day(status, views)


def _step_of_day(status: StopStatus, views: tuple[SittingView, ...]) -> Step:
    statuses = [view.sitting.status for view in views]
    if status is StopStatus.ROSTERED:
        return Step.BEGIN
    if SittingStatus.OPEN in statuses:
        return Step.CLOSE
    if SittingStatus.PLANNED in statuses and status is StopStatus.RUNNING:
        return Step.OPEN
    if status is StopStatus.RUNNING:
        return Step.FINISH
    if any(view.marking.waiting for view in views):
        return Step.MARKING
    return Step.RELEASE if SittingStatus.CLOSED in statuses else Step.DONE
