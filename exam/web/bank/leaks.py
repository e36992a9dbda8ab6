"""Alarms that questions have leaked, and the decisions on them; reserve questions held back and called in."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam import audit, clock
from exam.accounts.queries import names_of
from exam.extensions import db, writing
from exam.reports import alarms, watching
from exam.reports.alarms import alarm_by_id
from exam.reports.models import LeakAlarm
from exam.web.access import access, viewer
from exam.web.bank.area import Page, blueprint, draws, reads, say, withdraws
from exam.web.bank.forms import LeakForm
from exam.web.bank.moves import back, chosen_ids
from exam.web.errors import sentence
from question_bank import reserves
from question_bank.errors import DomainError, Invalid
from question_bank.models import Question
from question_bank.queries import latest_version, latest_versions, question_by_id


@blueprint.get("/bank/leaks")
@access(reads)
def leaks() -> str:
    """Every alarm: what is to be decided first, then what was decided."""
    session, who = db.session(), viewer()
    found = alarms.alarms(session)
    return render_template(
        "bank/leaks.html",
        alarms=found,
        stems=_stems(session, [each.question for each in found]),
        names=names_of(session, {each.alarm.decided_by for each in found}),
        kept_at=watching.kept_at(session),
        may_decide=withdraws(who, None),
    )


@blueprint.post("/bank/leaks/look")
@access(withdraws)
def look_for_leaks() -> Page:
    """Work out figures and alarms now, from all answers that have their marks."""
    now, who = clock.now(), viewer().person_id
    picture = watching.look(db.session())
    with writing() as session:
        kept = watching.keep(session, picture, by=who, at=now)
        raised = len(kept.raised)
    words = ngettext("%(num)s new alarm.", "%(num)s new alarms.", raised) if raised else gettext("No new alarm.")
    flash(words, "warning" if raised else "success")
    return redirect(url_for("bank.leaks"))


@blueprint.get("/bank/leaks/<int:alarm_id>")
@access(reads, of=alarm_by_id)
def leak(alarm: LeakAlarm) -> str:
    """One alarm with its evidence, and the decision."""
    return _page(alarm, LeakForm(formdata=None))


@blueprint.post("/bank/leaks/<int:alarm_id>/confirm")
@access(withdraws, of=alarm_by_id)
def confirm_leak(alarm: LeakAlarm) -> Page:
    """It leaked: the question leaves the draw, the chosen reserve questions come into it."""

    def verb(session: Session, row: LeakAlarm, told: dict[str, Any]) -> str:
        count = len(alarms.confirm(session, row, call_in=chosen_ids(), **told).called_in)
        if not count:
            return str(gettext("The question has left the draw."))
        words = ngettext(
            "The question has left the draw; %(num)s reserve question took its place.",
            "The question has left the draw; %(num)s reserve questions took its place.",
            count,
        )
        return str(words)

    return _decided(alarm, verb)


@blueprint.post("/bank/leaks/<int:alarm_id>/dismiss")
@access(withdraws, of=alarm_by_id)
def dismiss_leak(alarm: LeakAlarm) -> Page:
    """It did not leak: the question stays in the draw."""

    def verb(session: Session, row: LeakAlarm, told: dict[str, Any]) -> str:
        alarms.dismiss(session, row, **told)
        return str(gettext("The alarm is dismissed; the question stays in the draw."))

    return _decided(alarm, verb)


def _decided(alarm: LeakAlarm, verb: Callable[[Session, LeakAlarm, dict[str, Any]], str]) -> Page:
    form, who = LeakForm(), viewer().person_id
    if not form.validate_on_submit():
        return _page(alarm, form), 400
    try:
        with writing() as session:
            told = {"reason": form.reason.data or "", "by": who, "at": clock.now()}
            words = verb(session, alarm_by_id(session, alarm.id), told)
    except DomainError as error:
        return _page(alarm_by_id(db.session(), alarm.id), form, _why(error)), 400
    flash(words, "success")
    return redirect(url_for("bank.leak", alarm_id=alarm.id))


def _why(error: DomainError) -> str:
    return "; ".join(say(problem) for problem in error.problems) if isinstance(error, Invalid) else sentence(error)


def _stems(session: Session, questions: Iterable[Question]) -> dict[int, str]:
    """How the questions read, by id."""
    found = latest_versions(session, [each.code for each in questions])
    return {question.id: version.stem for question, version in found}


def _page(alarm: LeakAlarm, form: LeakForm, message: str = "") -> str:
    session, who = db.session(), viewer()
    shown = alarms.alarm_shown(session, alarm)
    return render_template(
        "bank/leak.html",
        alarm=alarm,
        shown=shown,
        question=shown.question,
        stem=latest_version(session, shown.question).stem,
        stems=_stems(session, shown.reserves),
        names=names_of(session, {alarm.decided_by}),
        form=form,
        message=message,
        may_decide=withdraws(who, None),
        may_draw=draws(who, None),
    )


@blueprint.post("/bank/questions/<int:question_id>/reserve")
@access(withdraws, of=question_by_id)
def reserve(question: Question) -> Page:
    """Hold one question back from the draw, or call it in."""
    _set([question.id])
    return redirect(url_for("bank.question", question_id=question.id))


@blueprint.post("/bank/reserve")
@access(withdraws)
def reserve_many() -> Page:
    """Hold the questions chosen in the list back from the draw, or call them in."""
    _set(chosen_ids())
    return redirect(back())


def _set(ids: list[int]) -> None:
    now, who = clock.now(), viewer().person_id
    held = request.form.get("reserve") == "hold"
    with writing() as session:
        codes, events = (reserves.hold_back if held else reserves.call_in)(session, ids, at=now)
        audit.note(session, events, by=who, at=now)
    if held:
        words = ngettext("%(num)s question is held in reserve.", "%(num)s questions are held in reserve.", len(codes))
    else:
        words = ngettext("%(num)s question may be drawn.", "%(num)s questions may be drawn.", len(codes))
    flash(words if codes else gettext("Nothing was changed."), "success" if codes else "warning")
