"""The live board: the whole hall on one page, refreshed every few seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flask import current_app, render_template, request
from flask_babel import format_datetime, gettext
from sqlalchemy.orm import Session

from exam import clock, health
from exam.accounts.roles import Role
from exam.extensions import db
from exam.sittings import queries as sittings
from exam.sittings.board import IN, Board, Line, State, board_of
from exam.sittings.models import Sitting, SittingStatus
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, viewer
from exam.web.deeds import Page
from exam.web.hall.area import blueprint, looks_after

EVERY = 5
"""Seconds between two looks of a board's page."""

SHORT = 4
"""A number of fewer digits is a seat."""


class Show(StrEnum):
    """Which part of the hall is listed."""

    ALL = ""
    LOOK = "look"
    OFFLINE = "offline"
    WRITING = "writing"
    WAITING = "waiting"
    MISSING = "missing"
    IN = "in"

    def takes(self, line: Line) -> bool:
        """Whether `line` belongs to this part."""
        return self is Show.ALL or (line.needs_a_look if self is Show.LOOK else line.state in STATES[self])


STATES: dict[Show, frozenset[State]] = {
    Show.OFFLINE: frozenset({State.OFFLINE}),
    Show.WRITING: frozenset({State.WRITING, State.OFFLINE}),
    Show.WAITING: frozenset({State.READY, State.NO_PAPER}),
    Show.MISSING: frozenset({State.MISSING}),
    Show.IN: IN | {State.ON_PAPER},
}


@dataclass(frozen=True)
class Hall:
    """What one look shows: the board, the papers of the stop, and the lines of the part that is listed."""

    board: Board
    sittings: Sequence[Sitting]
    show: Show
    lines: tuple[Line, ...]
    counts: dict[str, int]
    text: str


@blueprint.get("/<int:stop_id>/board")
@access(looks_after, of=stop_by_id)
def board(stop: Stop) -> Page:
    """The whole page."""
    return _shown("hall/board.html", stop)


@blueprint.get("/<int:stop_id>/board/now")
@access(looks_after, of=stop_by_id)
def board_now(stop: Stop) -> Page:
    """The part of the page that changes, for its script."""
    return _shown("hall/_board.html", stop)


def _shown(template: str, stop: Stop) -> str:
    hall = _look(db.session(), stop)
    chosen = hall.board.sitting
    return render_template(
        template,
        stop=stop,
        hall=hall,
        board=hall.board,
        wanted={"sitting": chosen.id if chosen else None, "show": hall.show.value or None, "q": hall.text or None},
        duration=duration,
        every=EVERY,
        states=list(State),
        as_of=format_datetime(hall.board.at, "HH:mm:ss"),
        organises=viewer().has(Role.ORGANISER),
        node=_node(),
    )


def _node() -> health.Health:
    """How this server is; what is wrong with it is said here, where somebody looks during the exam."""
    watch: health.Watch = current_app.extensions["liangjuan.watch"]
    return watch.health(db.engine, current_app.extensions["liangjuan"].data, at=clock.now())


def _look(session: Session, stop: Stop) -> Hall:
    papers = sittings.sittings_of(session, stop.id)
    shown = board_of(session, stop.id, chosen_of(papers, request.args.get("sitting", type=int)), at=clock.now())
    show = next((each for each in Show if each.value == request.args.get("show")), Show.ALL)
    text = request.args.get("q", "").strip()[:80]
    return Hall(
        board=shown,
        sittings=papers,
        show=show,
        lines=tuple(line for line in shown.lines if show.takes(line) and _fits(line, text.casefold())),
        counts={each.value: sum(each.takes(line) for line in shown.lines) for each in Show},
        text=text,
    )


def chosen_of(papers: Sequence[Sitting], wanted: int | None) -> Sitting | None:
    """The paper asked for, else the one being written, else the next one to come, else the last."""
    by_status = (SittingStatus.OPEN, SittingStatus.PLANNED)
    first = (each for status in by_status for each in papers if each.status is status)
    asked = next((each for each in papers if each.id == wanted), None)
    return asked or next(first, papers[-1] if papers else None)


def _fits(line: Line, text: str) -> bool:
    """A short number is a seat; anything else a part of name or unit."""
    if text.isdecimal() and len(text) < SHORT:
        return int(text) == line.seat
    return text in line.name.casefold() or text in line.unit.casefold()


def duration(span: timedelta) -> str:
    """A span in the largest unit that says enough: 45 s, 12 min, 2 h 5 min."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    if not minutes:
        return str(gettext("%(seconds)s s", seconds=seconds))
    hours, rest = divmod(minutes, 60)
    if hours:
        return str(gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest))
    return str(gettext("%(minutes)s min", minutes=minutes))
