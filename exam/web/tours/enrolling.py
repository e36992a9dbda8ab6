"""Making a roster: from the unit's own people, or from an Excel file with a preview."""

import io
from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.exports import XLSX
from exam.accounts.models import Person
from exam.extensions import db
from exam.tours import operations, queries
from exam.tours.enrolment import Enrolled, enrol, preview
from exam.tours.flow import Purpose, StopStatus, audience_of
from exam.tours.models import Stop
from exam.tours.roster import Reading, RosterRow, UnreadableRoster, read, write_template
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.exports import send_people
from exam.web.forms import Confirmation
from exam.web.tours.area import Page, act, attempt, blueprint, may_run_stop, within
from exam.web.tours.forms import RosterFile
from question_bank.errors import N_, NotAllowed

ROWS = TypeAdapter(tuple[RosterRow, ...])


@blueprint.get("/stops/<int:stop_id>/roster/edit")
@access(may_run_stop, of=queries.stop_by_id)
def enrolling(stop: Stop) -> Page:
    """Choose from the unit's people, or send an Excel file; at a make-up stop from those who have to make up."""
    if stop.purpose is Purpose.MAKE_UP:
        return redirect(url_for("tours.make_up_list", stop_id=stop.id))
    return _page(stop, RosterFile(formdata=None))


def _page(stop: Stop, form: RosterFile, message: str = "") -> str:
    session = db.session()
    people = queries.candidates_under(session, stop.unit_id)
    enrolled = {entry.person_id for entry in queries.roster_of(session, stop.id)}
    return render_template(
        "tours/enrolling.html",
        stop=stop,
        people=[(person, audience_of(person.audience, person.unit.category)) for person in people],
        enrolled=enrolled,
        form=form,
        message=message,
        open=stop.status in {StopStatus.PLANNED, StopStatus.ROSTERED},
    )


@blueprint.post("/stops/<int:stop_id>/roster/edit")
@access(may_run_stop, of=queries.stop_by_id)
def enrol_chosen(stop: Stop) -> Page:
    """Put the chosen people on the roster and freeze it."""
    chosen = {int(each) for each in request.form.getlist("ids") if each.isdecimal()}
    if not act(lambda session: _freeze(session, stop.id, chosen), gettext("The roster is frozen.")):
        return redirect(url_for("tours.enrolling", stop_id=stop.id))
    return redirect(url_for("tours.roster", stop_id=stop.id))


def _freeze(session: Session, stop_id: int, chosen: set[int]) -> None:
    stop = queries.stop_by_id(session, stop_id)
    people = [person for person in queries.candidates_under(session, stop.unit_id) if person.id in chosen]
    operations.freeze_roster(session, stop, people, by=viewer().person_id, at=clock.now())


@blueprint.get("/stops/<int:stop_id>/roster/template.xlsx")
@access(may_run_stop, of=queries.stop_by_id)
def template(stop: Stop) -> Response:
    """The Excel template with the host unit's people in it."""
    session, file = db.session(), io.BytesIO()
    units = queries.units_under(session, stop.unit_id)
    rows = _rows(queries.candidates_under(session, stop.unit_id))
    write_template(file, title=f"{stop.unit.name} 第{stop.number}场 参训人员名册", units=units, rows=rows)
    name = f"名册-第{stop.number}场-{stop.unit.name}"
    return send_people(file, XLSX, name=name, ending="xlsx", what="roster", count=len(rows))


def _rows(people: Sequence[Person]) -> list[RosterRow]:
    return [
        RosterRow(
            line=line,
            unit=person.unit.name,
            name=person.name,
            code=person.code,
            audience=audience_of(person.audience, person.unit.category),
            post=person.post,
        )
        for line, person in enumerate(people, start=3)
    ]


@blueprint.post("/stops/<int:stop_id>/roster/preview")
@access(may_run_stop, of=queries.stop_by_id)
def preview_roster(stop: Stop) -> Page:
    """Read the file and show what it would do; nothing is changed yet."""
    form = RosterFile()
    if not form.validate_on_submit():
        return _page(stop, form), 400
    try:
        reading = read(form.file.data.read())
    except UnreadableRoster as error:
        return _page(stop, form, sentence(error)), 400
    return _preview_page(stop, reading)


def _preview_page(stop: Stop, reading: Reading) -> str:
    plan = preview(db.session(), stop, reading.rows, within=within(viewer()))
    problems = sorted([*reading.problems, *plan.problems], key=lambda each: each.line)
    return render_template(
        "tours/preview.html",
        stop=stop,
        plan=plan,
        problems=problems,
        ignored=reading.ignored,
        rows=_signer().dumps(ROWS.dump_python(reading.rows, mode="json", exclude_defaults=True)),
    )


@blueprint.post("/stops/<int:stop_id>/roster/import")
@access(may_run_stop, of=queries.stop_by_id)
def import_roster(stop: Stop) -> Page:
    """Do what the preview showed."""
    strangers = request.form.get("create") == "1"
    done, message = attempt(Confirmation(), lambda session: _enrolled(session, stop.id, strangers))
    if done is None:
        flash(message, "danger")
        return redirect(url_for("tours.enrolling", stop_id=stop.id))
    flash(
        gettext(
            "%(added)s added, %(created)s of them new in the system; %(unchanged)s were on the roster already.",
            added=done.added,
            created=done.created,
            unchanged=done.unchanged,
        ),
        "success",
    )
    return redirect(url_for("tours.roster", stop_id=stop.id))


def _enrolled(session: Session, stop_id: int, strangers: bool) -> Enrolled:
    try:
        rows = ROWS.validate_python(_signer().loads(request.form.get("rows", "")))
    except BadSignature as error:
        raise NotAllowed(N_("The preview is no longer valid. Send the file again.")) from error
    return enrol(
        session,
        queries.stop_by_id(session, stop_id),
        rows,
        create_unknown=strangers,
        within=within(viewer()),
        by=viewer().person_id,
        at=clock.now(),
    )


def _signer() -> URLSafeSerializer:
    """What was previewed is what is done: the lines travel through the browser signed."""
    return URLSafeSerializer(current_app.secret_key or "", salt="roster-preview")
