"""One person: data, roles, account, logins."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import operations, queries, throttle, tries
from exam.accounts.models import Person
from exam.accounts.passwords import first_password
from exam.accounts.queries import person_by_id
from exam.accounts.roles import Role
from exam.accounts.secrets import hash_password
from exam.accounts.workbook import Secret
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.admin.area import Page, administers, blueprint, sees_person
from exam.web.admin.forms import AccountForm, PersonForm, RolesForm
from exam.web.devices import device_name
from exam.web.errors import sentence
from question_bank.errors import DomainError


@blueprint.get("/admin/people/<int:person_id>")
@access(sees_person, of=person_by_id)
def person(person: Person) -> Page:
    """Everything about one person that the viewer may see."""
    session, at = db.session(), clock.now()
    credential = queries.credential_of(session, person.id)
    return render_template(
        "admin/person.html",
        person=person,
        credential=credential,
        waits=tries.waits_for(session, credential.username, at=at) if credential else None,
        logins=[(each, device_name(each.device)) for each in queries.logins_of(session, person.id, at=at)],
        roles=RolesForm(formdata=None, data={"roles": [grant.role.value for grant in person.grants]}).offer(),
        account=AccountForm(formdata=None),
    )


@blueprint.get("/admin/people/<int:person_id>/edit")
@access(administers, of=person_by_id)
def edit_person(person: Person) -> Page:
    """The form with a person's data."""
    form = PersonForm(formdata=None, data=PersonForm.filled(person)).offer(queries.units(db.session()))
    return render_template("admin/person_form.html", form=form, person=person, message="")


@blueprint.post("/admin/people/<int:person_id>/edit")
@access(administers, of=person_by_id)
def change_person(person: Person) -> Page:
    """Store a person's data."""
    form = PersonForm().offer(queries.units(db.session()))
    form.code.data = person.code
    if not form.validate_on_submit():
        return render_template("admin/person_form.html", form=form, person=person, message=""), 400
    values = form.values()
    return _do(
        person.id,
        lambda session, who, doing: operations.change_person(session, who, **doing, **values),
        gettext("Saved."),
    )


@blueprint.post("/admin/people/<int:person_id>/roles")
@access(administers, of=person_by_id)
def set_roles(person: Person) -> Response:
    """Give the roles that are ticked and take the others away."""
    wanted = {role for role in Role if role.value in request.form.getlist("roles")}

    def verb(session: Session, who: Person, doing: operations.Doing) -> None:
        for role in Role:
            change = operations.grant_role if role in wanted else operations.revoke_role
            change(session, who, role=role, **doing)

    return _do(person.id, verb, gettext("The roles have been set."))


@blueprint.post("/admin/people/<int:person_id>/password")
@access(administers, of=person_by_id)
def first_password_for(person: Person) -> Page:
    """Open an account or give a new first password, which is shown on the page that answers and never again."""
    form, password = AccountForm(), first_password()
    username = (form.username.data or "").strip() or None
    hashed = hash_password(password)
    try:
        with writing() as session:
            who = person_by_id(session, person.id)
            credential = operations.set_password(
                session, who, username=username, password_hash=hashed, must_change=True, **_doing()
            )
            secret = Secret(who.unit.name, who.name, credential.username, password)
    except DomainError as error:
        flash(sentence(error), "danger")
        return redirect(url_for("admin.person", person_id=person.id))
    return render_template("admin/secrets.html", secrets=[secret], back=url_for("admin.person", person_id=person.id))


@blueprint.post("/admin/people/<int:person_id>/deactivate")
@access(administers, of=person_by_id)
def deactivate(person: Person) -> Response:
    """Close the account."""
    return _do(
        person.id,
        lambda session, who, doing: operations.deactivate(session, who, **doing),
        gettext("The account is closed; every login has ended."),
    )


@blueprint.post("/admin/people/<int:person_id>/reactivate")
@access(administers, of=person_by_id)
def reactivate(person: Person) -> Response:
    """Open the account again."""
    return _do(
        person.id,
        lambda session, who, doing: operations.reactivate(session, who, **doing),
        gettext("The account is open again."),
    )


@blueprint.post("/admin/people/<int:person_id>/end-logins")
@access(administers, of=person_by_id)
def end_logins(person: Person) -> Response:
    """Sign the person out everywhere."""
    return _do(
        person.id,
        lambda session, who, doing: operations.end_logins_of(session, who.id, **doing),
        gettext("Every login has ended."),
    )


@blueprint.post("/admin/people/<int:person_id>/unlock")
@access(administers, of=person_by_id)
def unlock(person: Person) -> Response:
    """Let somebody who has mistyped too often try again at once."""

    def verb(session: Session, who: Person, doing: operations.Doing) -> None:
        credential = queries.credential_of(session, who.id)
        keys = (throttle.username_key(credential.username),) if credential else ()
        tries.unlock(session, keys, subject=f"person:{who.id}", **doing)

    return _do(person.id, verb, gettext("The next try may be made at once."))


def _doing() -> operations.Doing:
    return {"by": viewer().person_id, "at": clock.now()}


def _do(person_id: int, verb: Callable[[Session, Person, operations.Doing], object], done: str) -> Response:
    """Run one operation on the person and say what came of it on the person's page."""
    try:
        with writing() as session:
            verb(session, person_by_id(session, person_id), _doing())
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(done, "success")
    return redirect(url_for("admin.person", person_id=person_id))
