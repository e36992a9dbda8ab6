"""The rule by which results are counted: everybody who compares reads it, organisers change it with a reason."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.queries import names_of
from exam.extensions import db, writing
from exam.reports import queries, rules
from exam.reports.ruling import Ruling
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.reports.area import blueprint, compares, organises
from exam.web.reports.rule_form import RuleForm
from question_bank.errors import Conflict, Invalid


@blueprint.get("/reports/rules")
@access(compares)
def rule() -> str:
    """The rule in force, what it was before, and for organisers the form."""
    session = db.session()
    latest = rules.latest(session)
    form = RuleForm(data=rules.in_force(session).model_dump() | {"seen": 0 if latest is None else latest.id})
    return _page(session, form)


@blueprint.post("/reports/rules")
@access(organises)
def change_rule() -> Response | tuple[str, int] | str:
    """Count by another rule from now on; what stands against it is said above the form."""
    form = RuleForm().offer(queries.root_names(db.session()), rules.in_force(db.session()))
    if not form.validate_on_submit():
        return _page(db.session(), form)
    try:
        _change(form)
    except Conflict as error:
        return _page(db.session(), form, sentence(error)), 409
    except Invalid as error:
        return _page(db.session(), form, sentence(error))
    flash(gettext("Results are counted by the new rule. What was released keeps its figures."), "success")
    return redirect(url_for("reports.rule"))


def _change(form: RuleForm) -> None:
    ruling, by, seen = form.ruling(), viewer().person_id, int(form.seen.data or 0)
    with writing() as session:
        rules.change_rule(session, ruling, reason=form.reason.data, by=by, at=clock.now(), seen=seen)


def _page(session: Session, form: RuleForm, message: str = "") -> str:
    rows, rule, topics = rules.history(session), rules.in_force(session), queries.root_names(session)
    shown: list[dict[str, Any]] = [{"row": row, "rule": Ruling.model_validate(row.plan)} for row in rows]
    return render_template(
        "reports/rules.html",
        rule=rule,
        history=shown,
        names=names_of(session, {row.made_by for row in rows}),
        form=form.offer(topics, rule),
        message=message,
        organises=organises(viewer(), None),
        topics=topics,
    )
