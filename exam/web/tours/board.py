"""The board: where the tour has been, where it goes next, and new tours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.roles import Role, Viewer
from exam.extensions import db
from exam.tours import operations, queries
from exam.tours.flow import StopStatus
from exam.tours.models import Tour
from exam.tours.queries import StopLine, UnitLine
from exam.tours.timetable import monday_of
from exam.web.access import access, viewer
from exam.web.tours.area import Page, attempt, blueprint, may_see_board, may_see_stop, organises, sees_every_stop, zone
from exam.web.tours.forms import TourForm


@dataclass(frozen=True)
class Week:
    """The stops of one calendar week, counted from the tour's first; `label` is theirs when they share one."""

    number: int
    first: date
    last: date
    label: str
    lines: tuple[StopLine, ...]


@dataclass(frozen=True)
class Board:
    """What the board shows to one viewer. `coverage` is empty for those who see their own stops only."""

    tour: Tour | None
    tours: Sequence[Tour]
    weeks: tuple[Week, ...]
    upcoming: StopLine | None
    coverage: tuple[UnitLine, ...]
    everything: bool

    @property
    def stops(self) -> int:
        return sum(len(week.lines) for week in self.weeks)

    @property
    def finished(self) -> int:
        return sum(line.stop.status is StopStatus.FINISHED for week in self.weeks for line in week.lines)

    @property
    def visited(self) -> int:
        return sum(line.visited for line in self.coverage)


def board_of(session: Session, who: Viewer, tour: Tour | None, *, at: datetime) -> Board:
    """The board of `tour` as `who` may see it."""
    everything = sees_every_stop(who, None)
    lines = [] if tour is None else [line for line in queries.board(session, tour) if may_see_stop(who, line.stop)]
    coverage = queries.coverage(session, [line.stop for line in lines]) if everything else []
    return Board(
        tour=tour,
        tours=queries.tours(session),
        weeks=_weeks(lines, tour),
        upcoming=upcoming(lines, at=at),
        coverage=tuple(coverage),
        everything=everything,
    )


def upcoming(lines: Sequence[StopLine], *, at: datetime) -> StopLine | None:
    """The stop under way, else the next one that has not ended."""
    running = next((line for line in lines if line.stop.status is StopStatus.RUNNING), None)
    ahead = (
        line
        for line in lines
        if line.stop.ends_at > at and line.stop.status in {StopStatus.PLANNED, StopStatus.ROSTERED}
    )
    return running or next(ahead, None)


def _weeks(lines: Sequence[StopLine], tour: Tour | None) -> tuple[Week, ...]:
    by_week: dict[date, list[StopLine]] = {}
    for line in lines:
        by_week.setdefault(monday_of(line.stop.starts_at, zone()), []).append(line)
    return tuple(_week(monday, by_week[monday], tour) for monday in sorted(by_week))


def _week(monday: date, lines: Sequence[StopLine], tour: Tour | None) -> Week:
    first = monday if tour is None else tour.starts_on - timedelta(days=tour.starts_on.weekday())
    labels = {line.stop.label for line in lines}
    shared = labels.pop() if len(labels) == 1 else ""
    return Week((monday - first).days // 7 + 1, monday, monday + timedelta(days=6), shared, tuple(lines))


@blueprint.get("/")
@access(may_see_board)
def board() -> Page:
    """The tour's calendar; `?tour=` chooses another tour than the newest."""
    session, at = db.session(), clock.now()
    chosen = request.args.get("tour", type=int)
    tour = queries.tour_by_id(session, chosen) if chosen else queries.current_tour(session)
    shown = board_of(session, viewer(), tour, at=at)
    return render_template("tours/board.html", board=shown, at=at, organises=viewer().has(Role.ORGANISER))


@blueprint.get("/new")
@access(organises)
def new_tour() -> Page:
    """The form of a new tour."""
    return render_template("tours/tour_form.html", form=TourForm(formdata=None), message="")


@blueprint.post("/new")
@access(organises)
def create_tour() -> Page:
    """Create a tour and show its empty board."""
    form = TourForm()
    made, message = attempt(
        form,
        lambda session: operations.create_tour(
            session,
            code=form.code.data.strip(),
            name=form.name.data.strip(),
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            by=viewer().person_id,
            at=clock.now(),
        ),
    )
    if made is None:
        return render_template("tours/tour_form.html", form=form, message=message), 400
    flash(gettext("The tour has been created. Plan its first stop."), "success")
    return redirect(url_for("tours.board", tour=made.id))
