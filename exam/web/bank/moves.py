"""Taking the steps: one question at a time, or many from the list."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from exam import audit, clock
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.bank.area import Page, blueprint, reviews, say, withdraws, writes
from exam.web.bank.forms import ReasonForm, missing_reason
from exam.web.bank.page import page_of
from exam.web.bank.reviewing import approve, approve_in, send_back
from exam.web.errors import sentence
from question_bank import operations, queries
from question_bank.enums import Status
from question_bank.errors import DomainError, Invalid
from question_bank.models import Question
from question_bank.queries import question_by_id
from question_bank.reviewing import Approval

SHOWN = 5
"""So many questions that were held back are named; the rest is counted."""


@blueprint.post("/bank/questions/<int:question_id>/hand-in")
@access(writes, of=question_by_id)
def hand_in(question: Question) -> Page:
    """A draft goes to the reviewers."""
    return _take(question, Status.IN_REVIEW)


@blueprint.post("/bank/questions/<int:question_id>/publish")
@access(reviews, of=question_by_id)
def publish(question: Question) -> Page:
    """The reader approves; the last approval that was missing lets the question be drawn."""
    return _read(question, approve)


@blueprint.post("/bank/questions/<int:question_id>/give-back")
@access(reviews, of=question_by_id)
def give_back(question: Question) -> Page:
    """A question goes back to its author with what is to be changed."""
    return _read(question, send_back, needs_reason=True)


@blueprint.post("/bank/questions/<int:question_id>/suspend")
@access(withdraws, of=question_by_id)
def suspend(question: Question) -> Page:
    """A published question is not drawn until it is published again."""
    return _take(question, Status.QUARANTINED, needs_reason=True)


@blueprint.post("/bank/questions/<int:question_id>/reopen")
@access(withdraws, of=question_by_id)
def reopen(question: Question) -> Page:
    """A suspended question is read again."""
    return _take(question, Status.IN_REVIEW)


@blueprint.post("/bank/questions/<int:question_id>/retire")
@access(withdraws, of=question_by_id)
def retire(question: Question) -> Page:
    """A question is never drawn again; papers that hold it keep it."""
    return _take(question, Status.RETIRED, needs_reason=True)


def _read(question: Question, verb: Callable[[Question, str], str], *, needs_reason: bool = False) -> Page:
    """Keep what a reader finds and come back to the page, where what forbids it is said."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _refused(question, form, "")
    words = (form.reason.data or "").strip()
    if needs_reason and not words:
        return _refused(question, form, missing_reason())
    try:
        flash(verb(question, words), "success")
    except DomainError as error:
        return _refused(question_by_id(db.session(), question.id), form, _why(error))
    return redirect(url_for("bank.question", question_id=question.id))


def _take(question: Question, to: Status, *, needs_reason: bool = False) -> Page:
    """Take one step and come back to the page, where what forbids it is said."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _refused(question, form, "")
    reason = (form.reason.data or "").strip()
    if needs_reason and not reason:
        return _refused(question, form, missing_reason())
    now, who = clock.now(), viewer().person_id
    try:
        with writing() as session:
            row = question_by_id(session, question.id)
            audit.note(session, operations.advance(session, row, to, by=who, at=now, reason=reason), by=who, at=now)
    except DomainError as error:
        return _refused(question_by_id(db.session(), question.id), form, _why(error))
    flash(gettext("%(code)s is now: %(status)s", code=row.code, status=gettext(to.label)), "success")
    return redirect(url_for("bank.question", question_id=row.id))


def _refused(question: Question, form: ReasonForm, message: str) -> Page:
    page = page_of(db.session(), question, viewer())
    return render_template("bank/question.html", **page, form=form, message=message), 400


def _why(error: DomainError) -> str:
    """All reasons of a refusal, not only the first."""
    if isinstance(error, Invalid):
        return "; ".join(say(problem) for problem in error.problems)
    return sentence(error)


@blueprint.post("/bank/hand-in")
@access(writes)
def hand_in_many() -> Page:
    """The drafts chosen in the list go to the reviewers."""
    return _take_many(Status.IN_REVIEW)


@blueprint.post("/bank/publish")
@access(reviews)
def publish_many() -> Page:
    """The reader approves each of the questions chosen; those that cannot be are named with the reason."""
    now, who = clock.now(), viewer().person_id
    done, held = list[Approval](), list[tuple[str, str]]()
    with writing() as session:
        for question in queries.questions_by_id(session, chosen_ids()):
            try:
                done.append(approve_in(session, question, "", by=who, at=now))
            except DomainError as error:
                held.append((question.code, _why(error)))
    _tell_done(sum(each.published for each in done), Status.PUBLISHED)
    if waiting := sum(not each.published for each in done):
        flash(gettext("%(count)s approved; more readers have to approve them.", count=waiting), "success")
    _tell_held(held)
    return redirect(back())


def _take_many(to: Status) -> Page:
    """Take the same step with all that were chosen; those that may not take it are named with the reason."""
    ids = chosen_ids()
    now, who = clock.now(), viewer().person_id
    with writing() as session:
        done, events = operations.advance_many(session, ids, to, by=who, at=now)
        audit.note(session, events, by=who, at=now)
    _tell_done(len(done.published), to)
    _tell_held([(code, "; ".join(say(problem) for problem in problems)) for code, problems in done.held])
    return redirect(back())


def _tell_done(count: int, to: Status) -> None:
    if count:
        status = gettext(to.label)
        words = ngettext(
            "%(num)s question is now: %(status)s", "%(num)s questions are now: %(status)s", count, status=status
        )
        flash(words, "success")


def chosen_ids() -> list[int]:
    """The ids of what was ticked in the form."""
    return [int(each) for each in request.form.getlist("ids") if each.isascii() and each.isdigit()]


def _tell_held(held: list[tuple[str, str]]) -> None:
    for code, reason in held[:SHOWN]:
        flash(f"{code}: {reason}", "warning")
    if len(held) > SHOWN:
        flash(gettext("%(count)s more were held back.", count=len(held) - SHOWN), "warning")


def back() -> str:
    """The list as it was: its own filters, from the form, never another address."""
    wanted = request.form.get("back", "")
    return wanted if wanted.startswith(url_for("bank.questions")) else url_for("bank.questions")
