"""A reviewer solves a question without its key, then sees both; the finding is kept with the version."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from exam import audit, clock
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.bank.area import Page, blueprint, reviews
from exam.web.errors import sentence
from question_bank import kinds, queries, reviewing
from question_bank.enums import Kind
from question_bank.errors import DomainError, ParseError
from question_bank.kinds import PublicView
from question_bank.models import Question
from question_bank.queries import question_by_id

Given = MultiDict[str, str]


@blueprint.get("/bank/questions/<int:question_id>/solve")
@access(reviews, of=question_by_id)
def solve(question: Question) -> str:
    """The question without its key."""
    return _page(question)


@blueprint.post("/bank/questions/<int:question_id>/solve")
@access(reviews, of=question_by_id)
def solved(question: Question) -> Page:
    """Compare the answer with the key; a written answer is judged by the reader in a second step."""
    if request.form.get("alike") in {"yes", "no"}:
        return _keep(question, alike=request.form["alike"] == "yes")
    version = queries.latest_version(db.session(), question)
    content = kinds.content_of(question.kind, version.content)
    order = kinds.plain_order(content)
    try:
        response = kinds.parse(content, order, given(request.form, kinds.public_view(content, order, version.marks)))
    except ParseError as error:
        return _page(question, message=sentence(error)), 400
    if response.is_blank:
        return _page(question, message=gettext("Answer the question first.")), 400
    verdict = kinds.verdict(content, response, None, version.marks)
    if verdict.needs_person:
        return _page(question, judging=True)
    return _keep(question, alike=verdict.marks == version.marks)


def given(form: Given, view: PublicView, name: str = "answer") -> Any:
    """What the plain form holds, as `kinds.parse` reads it: the values of a case stand under its parts' numbers."""
    if view.kind is Kind.CASE:
        return {part.label: given(form, part.view, f"{name}-{part.label}") for part in view.parts}
    if view.kind is Kind.MATCHING:
        return {row.label: form.get(f"{name}-{row.label}", "") for row in view.left}
    if view.fields:
        return {field.label: form.get(f"{name}-{field.label}", "") for field in view.fields}
    several = view.kind in {Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.FILL_BLANK}
    return form.getlist(name) if several else form.get(name, "")


def _keep(question: Question, *, alike: bool) -> Page:
    now, who = clock.now(), viewer().person_id
    try:
        with writing() as session:
            row = question_by_id(session, question.id)
            audit.note(session, reviewing.solved(session, row, alike=alike, by=who, at=now), by=who, at=now)
    except DomainError as error:
        return _page(question_by_id(db.session(), question.id), message=sentence(error)), 400
    if alike:
        flash(gettext("Your answer is the key. It is kept with this version."), "success")
    else:
        flash(gettext("Your answer is not the key. Say below what led you to it."), "warning")
    return redirect(url_for("bank.question", question_id=question.id))


def _page(question: Question, *, message: str = "", judging: bool = False) -> str:
    version = queries.latest_version(db.session(), question)
    content = kinds.content_of(question.kind, version.content)
    order = kinds.plain_order(content)
    words: Mapping[str, list[str]] = dict(request.form.lists()) if judging or message else {}
    return render_template(
        "bank/solve.html",
        question=question,
        version=version,
        view=kinds.public_view(content, order, version.marks),
        key=kinds.key_view(content, order, version.marks) if judging else None,
        given=words,
        message=message,
    )
