"""Writing specifications: a new one, a copy, the next version; checked against the bank, put in use."""

from collections.abc import Callable

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db, writing
from exam.papers import queries, specifying
from exam.papers.models import Specification
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.papers.area import Page, blueprint, organises, today
from exam.web.papers.editor.counting import as_json
from exam.web.papers.editor.desk import (
    CHECK,
    MERGE,
    REMEDY,
    Desk,
    checked,
    given_way,
    merging,
    new,
    opened,
    page,
    posted,
    saved,
)
from exam.web.papers.editor.filling import typed_in
from exam.web.papers.editor.reading import read
from question_bank.errors import DomainError


@blueprint.get("/specifications/new")
@access(organises)
def compose() -> str:
    """An empty form."""
    return page(new())


@blueprint.post("/specifications/new")
@access(organises)
def create() -> Page:
    """What a button of the form asks: a row more or less, checking, or saving."""
    return _done(posted())


@blueprint.get("/specifications/<int:specification_id>/edit")
@access(organises, of=queries.specification_by_id)
def edit(specification: Specification) -> str:
    """The form filled with a specification as it stands."""
    return page(opened(specification))


@blueprint.post("/specifications/<int:specification_id>/edit")
@access(organises, of=queries.specification_by_id)
def rewrite(specification: Specification) -> Page:
    """The same for a specification that is there already."""
    desk = posted(specification)
    return page(merging(desk)) if desk.action == MERGE else _done(desk)


def _done(desk: Desk) -> Page:
    if desk.action == CHECK:
        return page(checked(desk))
    if desk.action.startswith(REMEDY):
        desk = given_way(desk)
    return saved(desk) if desk.is_saving else page(checked(desk) if desk.action == CHECK else desk)


@blueprint.get("/specifications/<int:specification_id>/check")
@access(organises, of=queries.specification_by_id)
def check(specification: Specification) -> str:
    """The form with what the bank says to it: what is missing, and which ways out there are."""
    return page(checked(opened(specification)))


@blueprint.post("/specifications/figures")
@access(organises)
def reckon() -> Page:
    """Sums, what the bank holds and what is wrong, for what stands in the form now."""
    typed = typed_in(request.form)
    return jsonify(as_json(db.session(), typed, read(typed), on=today()))


@blueprint.post("/specifications/<int:specification_id>/copy")
@access(organises, of=queries.specification_by_id)
def copy(specification: Specification) -> Page:
    """A draft that says the same, to be changed."""
    name = gettext("%(name)s (copy)", name=specification.name)[:80]
    with writing() as session:
        known = queries.specification_by_id(session, specification.id)
        made = specifying.copy_specification(session, known, name=name, by=viewer().person_id, at=clock.now())
        made_id = made.id
    flash(gettext("This is a copy, saved as a draft: give it a name of its own."), "success")
    return redirect(url_for("papers.edit", specification_id=made_id))


@blueprint.post("/specifications/<int:specification_id>/use")
@access(organises, of=queries.specification_by_id)
def put_in_use(specification: Specification) -> Page:
    """From now on papers are drawn with it, and it is not altered any more."""
    return _step(specification, _frozen, gettext("The specification is in use."))


def _frozen(session: Session, specification: Specification) -> None:
    specifying.freeze_specification(session, specification, by=viewer().person_id, at=clock.now())


def _step(specification: Specification, verb: Callable[[Session, Specification], None], done: str) -> Page:
    try:
        with writing() as session:
            verb(session, queries.specification_by_id(session, specification.id))
        flash(done, "success")
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(url_for("papers.specification", specification_id=specification.id))
