"""The lecture's page of one stop: its quiz, the rounds, materials, feedback, and what the hall learned."""

import secrets
from typing import NamedTuple

from flask import redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.roles import Role, Viewer
from exam.extensions import db
from exam.lessons import figures, queries, quizzing
from exam.lessons.files import SLIDES
from exam.lessons.models import QuizItem
from exam.lessons.phases import Phase
from exam.tours.models import Lecture, Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, permission, viewer
from exam.web.lessons.area import Page, act, blueprint, leads_lesson, sees_lesson, today
from exam.web.lessons.forms import MaterialForm
from question_bank.errors import N_, NotFound
from question_bank.kinds import key_view, plain_order, public_view

SEEDS = 2**31


@blueprint.get("/stops/<int:stop_id>")
@access(sees_lesson, of=stop_by_id)
def stop(stop: Stop) -> Page:
    """Everything about the lecture of one stop."""
    return lesson_page(stop, MaterialForm(formdata=None))


def lesson_page(stop: Stop, form: MaterialForm, message: str = "") -> str:
    """The page, with the form of materials as it was filled in."""
    session, who = db.session(), viewer()
    quiz = queries.quiz_of_stop(session, stop)
    return render_template(
        "lessons/stop.html",
        stop=stop,
        quiz=quiz,
        questions=[_solved(asked) for asked in queries.asked_in(quiz)] if quiz else [],
        rounds=queries.round_lines(session, stop.id),
        materials=queries.materials_of(session, stop.id),
        elsewhere=queries.materials_elsewhere(session, stop),
        feedback=queries.feedback_of(session, stop_id=stop.id),
        gains=figures.of_stop(session, stop.id),
        leads=leads_lesson(who, stop),
        organises=who.has(Role.ORGANISER),
        endings=",".join(sorted(ending for kind in SLIDES for ending in kind.endings)),
        form=form,
        message=message,
    )


def _solved(asked: queries.Asked) -> tuple[QuizItem, object, object]:
    order = plain_order(asked.content)
    return asked.item, public_view(asked.content, order), key_view(asked.content, order)


@blueprint.post("/stops/<int:stop_id>/quiz")
@access(leads_lesson, of=stop_by_id)
def make_quiz(stop: Stop) -> Page:
    """Choose five questions, or five others."""
    by, at, seed = viewer().person_id, clock.now(), secrets.randbelow(SEEDS)
    act(
        lambda session: quizzing.make_quiz(session, _lecture(session, stop), seed=seed, on=today(), by=by, at=at),
        gettext("The quiz has five questions on this lecture."),
    )
    return _back(stop.id, "quiz")


class Asking(NamedTuple):
    """A question of a quiz, at the stop from whose page it is exchanged."""

    stop: Stop
    item: QuizItem


def asking(session: Session, stop_id: int, quiz_item_id: int) -> Asking:
    """Raises NotFound."""
    item = session.get(QuizItem, quiz_item_id)
    if item is None:
        raise NotFound(N_("There is no such question."))
    return Asking(stop_by_id(session, stop_id), item)


@permission
def leads_lesson_of_question(viewer: Viewer, asked: Asking) -> bool:
    return leads_lesson(viewer, asked.stop)


@blueprint.post("/stops/<int:stop_id>/quiz/<int:quiz_item_id>/exchange")
@access(leads_lesson_of_question, of=asking)
def exchange_question(asked: Asking) -> Page:
    """Put another question in the place of one."""
    by, at, seed = viewer().person_id, clock.now(), secrets.randbelow(SEEDS)
    item_id, stop = asked.item.id, asked.stop
    act(
        lambda session: quizzing.exchange_question(
            session, _lecture(session, stop), session.get_one(QuizItem, item_id), seed=seed, on=today(), by=by, at=at
        ),
        gettext("Another question has taken its place."),
    )
    return _back(stop.id, "quiz")


class Held(NamedTuple):
    """A phase of a stop's quiz."""

    stop: Stop
    phase: Phase


def phase_at(session: Session, stop_id: int, phase: str) -> Held:
    """Raises NotFound."""
    known = next((each for each in Phase if each.value == phase), None)
    if known is None:
        raise NotFound(N_("There is no such round."))
    return Held(stop_by_id(session, stop_id), known)


@permission
def leads_lesson_of_round(viewer: Viewer, held: Held) -> bool:
    return leads_lesson(viewer, held.stop)


@blueprint.post("/stops/<int:stop_id>/rounds/<phase>/open")
@access(leads_lesson_of_round, of=phase_at)
def open_round(held: Held) -> Page:
    """Let the hall answer."""
    by, at, stop_id = viewer().person_id, clock.now(), held.stop.id
    act(
        lambda session: quizzing.open_round(session, stop_by_id(session, stop_id), held.phase, by=by, at=at),
        gettext("The round is open; the hall answers on the phone."),
    )
    return _back(stop_id, "quiz")


@blueprint.post("/stops/<int:stop_id>/rounds/<phase>/close")
@access(leads_lesson_of_round, of=phase_at)
def close_round(held: Held) -> Page:
    """Take no more sheets."""
    act(lambda session: _closed(session, held), gettext("The round is closed."))
    return _back(held.stop.id, "quiz")


def _closed(session: Session, held: Held) -> None:
    found = queries.held_rounds(session, held.stop.id).get(held.phase)
    if found is None:
        raise NotFound(N_("There is no such round."))
    quizzing.close_round(session, found, by=viewer().person_id, at=clock.now())


def _lecture(session: Session, stop: Stop) -> Lecture:
    if stop.lecture_id is None:
        raise NotFound(N_("This stop has no lecture."))
    return session.get_one(Lecture, stop.lecture_id)


def _back(stop_id: int, anchor: str) -> Page:
    return redirect(url_for("lessons.stop", stop_id=stop_id, _anchor=anchor))
