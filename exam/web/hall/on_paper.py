"""Going on on paper in mid-sitting, and typing in what was written there: one paper, one score."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from exam import clock
from exam.extensions import db, writing
from exam.grading.late_answers import switch_to_paper
from exam.sittings import on_paper as verbs
from exam.sittings.queries import FrozenItem, attempt_by_key, frozen_items
from exam.web.access import access, viewer
from exam.web.deeds import Page
from exam.web.errors import sentence
from exam.web.hall.area import blueprint
from exam.web.hall.deeds import Asked, Held, ask, held_by_key, of_held, settle
from exam.web.hall.devices import organises_held
from exam.web.hall.forms import ReasonForm
from question_bank.enums import Kind
from question_bank.errors import DomainError, Invalid
from question_bank.kinds import PublicView, public_view


def _switch(held: Held) -> Asked:
    return of_held(
        held,
        gettext("%(name)s goes on on paper", name=held.place.entry.name),
        gettext("The phone stops writing now. What it has saved counts until an answer on paper takes its place."),
        gettext("Print this person's paper and answer sheet first; the time on paper is for the invigilator to keep."),
        gettext("What was written is typed in afterwards and compared by a second person. There is one score."),
        verb=gettext("Go on on paper"),
        tone="danger",
    )


@blueprint.get("/attempts/<key>/paper")
@access(organises_held, of=held_by_key)
def switching(held: Held) -> Page:
    """What going on on paper does."""
    return ask(_switch(held), ReasonForm(formdata=None))


@blueprint.post("/attempts/<key>/paper")
@access(organises_held, of=held_by_key)
def switch(held: Held) -> Page:
    """Stop the phone; the person goes on on paper."""
    by, at, key = viewer().person_id, clock.now(), held.attempt.key
    return settle(
        _switch(held),
        ReasonForm(),
        lambda session, form: switch_to_paper(
            session, attempt_by_key(session, key), reason=form.reason.data, by=by, at=at
        ),
        gettext("The phone has stopped writing. Type the answers in when the sheet is there."),
    )


@blueprint.get("/attempts/<key>/typing")
@access(organises_held, of=held_by_key)
def typing(held: Held) -> Page:
    """The form with a field for every question."""
    return _typing_page(held, MultiDict(), {})


@blueprint.post("/attempts/<key>/typing")
@access(organises_held, of=held_by_key)
def type_in(held: Held) -> Page:
    """Keep what was typed for a second person to compare."""
    by, at, key = viewer().person_id, clock.now(), held.attempt.key
    answers = typed(frozen_items(db.session(), held.attempt.assignment.paper_id), request.form)
    try:
        with writing() as session:
            made = verbs.type_in(session, attempt_by_key(session, key), answers, by=by, at=at).id
    except Invalid as error:
        wrong = {problem.where: gettext(problem.template, **problem.params) for problem in error.problems}
        return _typing_page(held_by_key(db.session(), key), request.form, wrong), 400
    except DomainError as error:
        flash(sentence(error), "danger")
        return redirect(url_for("hall.typing", key=key))
    flash(gettext("Kept. Somebody else compares the answers with the sheet and decides."), "success")
    return redirect(url_for("hall.claim", claim_id=made))


def _typing_page(held: Held, given: MultiDict[str, str], wrong: dict[str, str]) -> str:
    items = frozen_items(db.session(), held.attempt.assignment.paper_id)
    return render_template(
        "hall/typing.html", held=held, questions=_questions(items), given=given, wrong=wrong, asked=_switch(held)
    )


def _questions(items: tuple[FrozenItem, ...]) -> list[tuple[int, PublicView]]:
    return [(item.item_id, public_view(item.content, item.order, item.marks)) for item in items]


def typed(items: tuple[FrozenItem, ...], form: MultiDict[str, str]) -> dict[int, Any]:
    """By item what was typed, as `kinds.parse` reads it; questions left empty are not in it."""
    found = {item_id: value_of(view, f"q{item_id}", form) for item_id, view in _questions(items)}
    return {item_id: value for item_id, value in found.items() if value is not None}


def value_of(view: PublicView, name: str, form: MultiDict[str, str]) -> Any:
    """What was typed for one question, None for nothing. Letters are typed as on the sheet: B, ACD, CADB."""
    if view.kind is Kind.CASE:
        return _named({part.label: value_of(part.view, f"{name}.{part.label}", form) for part in view.parts})
    if view.kind is Kind.MATCHING:
        return _named({row.label: _text(form, f"{name}.{row.label}") for row in view.left})
    if view.fields:
        return _named({field.label: _text(form, f"{name}.{field.label}") for field in view.fields})
    if view.kind is Kind.FILL_BLANK:
        texts = [_text(form, f"{name}.{number}") or "" for number in range(1, view.slots + 1)]
        return texts if any(texts) else None
    text = _text(form, name)
    correction = _text(form, f"{name}.correction") if view.corrects else None
    return {"value": text, "correction": correction} if correction else text


def _text(form: MultiDict[str, str], name: str) -> str | None:
    return form.get(name, "").strip() or None


def _named(found: dict[str, Any]) -> dict[str, Any] | None:
    return {label: value for label, value in found.items() if value is not None} or None
