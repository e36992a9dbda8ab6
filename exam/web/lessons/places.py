"""A candidate's page of the lecture: the quiz while a round is open, the answers afterwards, materials, feedback."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db, writing
from exam.lessons import queries, quizzing
from exam.lessons.models import Material, QuizRound, QuizSheet
from exam.lessons.operations import FEEDBACK_UNTIL, GIVEN
from exam.tours.models import RosterEntry, Stop
from exam.tours.queries import entry_by_id, stop_by_id
from exam.web.access import access, current_viewer, public
from exam.web.errors import sentence
from exam.web.lessons.area import Page, blueprint, own_entry
from question_bank.enums import Kind
from question_bank.errors import DomainError, NotFound


@dataclass(frozen=True)
class Room:
    """What one person finds of the lecture. `held` is the round that takes sheets now, `sheet` the own one in it."""

    entry: RosterEntry
    stop: Stop
    held: QuizRound | None
    sheet: QuizSheet | None
    solved: list[queries.Solved]
    materials: tuple[Material, ...]
    judging: bool

    @property
    def may_answer(self) -> bool:
        return self.held is not None and self.sheet is None and self.entry.checked_in_at is not None


def room_of(session: Session, entry: RosterEntry, *, at: datetime) -> Room:
    """Read it as it is at `at`."""
    stop = stop_by_id(session, entry.stop_id)
    held = queries.open_round_of(session, stop.id, at=at)
    return Room(
        entry,
        stop,
        held,
        queries.sheet_of(session, held.id, entry.id) if held else None,
        queries.solved_for(session, entry, at=at),
        tuple(queries.materials_of(session, stop.id, released=True)),
        stop.lecture_id is not None and stop.status in GIVEN and at <= stop.ends_at + FEEDBACK_UNTIL,
    )


@blueprint.get("/places/<int:entry_id>")
@access(own_entry, of=entry_by_id)
def place(entry: RosterEntry) -> Page:
    """What there is to do and to read of the lecture."""
    return render_template("lessons/place.html", room=room_of(db.session(), entry, at=clock.now()))


@blueprint.get("/places/<int:entry_id>/quiz")
@access(own_entry, of=entry_by_id)
def quiz(entry: RosterEntry) -> Page:
    """The five questions on one page; a plain form, so that it works wherever a page loads at all."""
    room = room_of(db.session(), entry, at=clock.now())
    if not room.may_answer or room.held is None:
        return redirect(url_for("lessons.place", entry_id=entry.id))
    return _quiz_page(room, room.held)


def _quiz_page(room: Room, held: QuizRound, message: str = "") -> str:
    shown = queries.shown_to(db.session(), held, room.entry)
    return render_template(
        "lessons/quiz.html", room=room, held=held, questions=shown, message=message, given=_given(shown)
    )


@blueprint.post("/places/<int:entry_id>/quiz")
@access(own_entry, of=entry_by_id)
def hand_in(entry: RosterEntry) -> Page:
    """Hand the sheet in. Sent twice, the first one stays and the answer is the same."""
    number, at, entry_id = request.form.get("round", 0, type=int), clock.now(), entry.id
    room = room_of(db.session(), entry, at=at)
    try:
        held = queries.round_by_id(db.session(), number)
        given = _given(queries.shown_to(db.session(), held, entry)) if held.stop_id == entry.stop_id else {}
        with writing() as session:
            quizzing.hand_in(session, session.get_one(QuizRound, held.id), entry_by_id(session, entry_id), given, at=at)
    except NotFound:
        return redirect(url_for("lessons.place", entry_id=entry_id))
    except DomainError as error:
        return render_template("lessons/place.html", room=room, message=sentence(error)), 400
    return redirect(url_for("lessons.place", entry_id=entry_id, done=1))


def _given(shown: list[queries.Shown]) -> dict[int, object]:
    """What the form holds, by item, in the shape `kinds.parse` reads: a list of labels, or √ or ×."""
    given: dict[int, object] = {}
    for each in shown:
        values = request.form.getlist(f"q-{each.item_id}")
        given[each.item_id] = (values[-1] if values else "") if each.view.kind is Kind.TRUE_FALSE else values
    return given


@blueprint.get("/in/<uid>")
@public
def come_in(uid: str) -> Page:
    """Where the code on the wall leads: to one's own page of the lecture, or first to the door for tickets."""
    who = current_viewer()
    if who is not None:
        session = db.session()
        entry = queries.entry_at(session, queries.stop_by_uid(session, uid).id, who.person_id)
        if entry is not None and who.roster_entry_id in {None, entry.id}:
            return redirect(url_for("lessons.place", entry_id=entry.id))
    return redirect(url_for("account.ticket"))
