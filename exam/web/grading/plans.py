"""How a sitting is marked, how far that is, how markers agree: the organiser's pages."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db, writing
from exam.grading import oversight, planning, queries
from exam.grading.agreement import ENOUGH
from exam.sittings.models import Sitting
from exam.sittings.queries import sitting_by_id
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.grading.area import blueprint, organises
from exam.web.grading.forms import PlanForm
from question_bank.errors import DomainError


@blueprint.get("/grading/sittings/<int:sitting_id>/plan")
@access(organises, of=sitting_by_id)
def plan(sitting: Sitting) -> str:
    """The marking plan of one sitting."""
    return _page(sitting, PlanForm.of(queries.plan_of(db.session(), sitting.id)))


@blueprint.post("/grading/sittings/<int:sitting_id>/plan")
@access(organises, of=sitting_by_id)
def keep_plan(sitting: Sitting) -> Response | tuple[str, int]:
    """Keep it, and bring what waits into line with it."""
    form = PlanForm()
    if not form.validate_on_submit():
        return _page(sitting, form), 400
    seen = int(form.seen.data) if (form.seen.data or "").isdigit() else None
    try:
        with writing() as session:
            held = sitting_by_id(session, sitting.id)
            planning.set_plan(session, held, form.plan, by=viewer().person_id, at=clock.now(), seen=seen)
    except DomainError as error:
        return _page(sitting, form, sentence(error)), 409
    flash(gettext("The marking plan is kept."), "success")
    return redirect(url_for("grading.progress", sitting_id=sitting.id))


def _page(sitting: Sitting, form: PlanForm, message: str = "") -> str:
    progress = queries.progress(db.session(), sitting.id)
    return render_template("grading/plan.html", sitting=sitting, form=form, message=message, progress=progress)


@blueprint.get("/grading/sittings/<int:sitting_id>/progress")
@access(organises, of=sitting_by_id)
def progress(sitting: Sitting) -> str:
    """Who has marked how much, how well they agree, when it will be done; the figures alone for the page itself."""
    found = oversight.watch(db.session(), sitting.id)
    page = "grading/_progress.html" if request.headers.get("HX-Request") else "grading/progress.html"
    return render_template(page, sitting=sitting, watch=found, enough=ENOUGH, at=clock.now())


@blueprint.post("/grading/sittings/<int:sitting_id>/trust")
@access(organises, of=sitting_by_id)
def trust(sitting: Sitting) -> Response:
    """Let all answers to one question wait for people, or let sure suggestions count again."""
    version_id, part = request.form.get("version", 0, int), request.form.get("part", "")
    verb = planning.trust if request.form.get("again") else planning.distrust
    try:
        with writing() as session:
            held = sitting_by_id(session, sitting.id)
            changed = verb(session, held, version_id, part, by=viewer().person_id, at=clock.now())
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(ngettext("%(num)s answer has changed.", "%(num)s answers have changed.", changed), "success")
    return redirect(url_for("grading.progress", sitting_id=sitting.id))
