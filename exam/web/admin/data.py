"""Personal data: requests for corrections, how long things are kept, a copy for somebody who asks for it."""

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import privacy
from exam.accounts.models import DataRequest, Person
from exam.accounts.queries import person_by_id
from exam.accounts.roles import RequestStatus
from exam.evidence import own_data, retention
from exam.evidence.retention import Kept
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.admin.area import Page, administers, blueprint
from exam.web.errors import sentence
from question_bank.errors import DomainError

ANSWERS = {"done": RequestStatus.DONE, "refused": RequestStatus.REFUSED}


@blueprint.get("/admin/data")
@access(administers)
def data() -> Page:
    """What waits for an answer, and the periods."""
    session = db.session()
    return render_template(
        "admin/data.html",
        requests=privacy.waiting(session),
        periods=retention.days(session),
        last=retention.last(session),
        kinds={kind.value: kind for kind in Kept},
        least=retention.LEAST,
        most=retention.MOST,
    )


@blueprint.post("/admin/data/requests/<int:request_id>")
@access(administers, of=privacy.request_by_id)
def answer_request(asked: DataRequest) -> Response:
    """Answer somebody: put right, or why not."""
    told = {"status": ANSWERS.get(request.form.get("status", ""), RequestStatus.DONE)}
    try:
        with writing() as session:
            found = privacy.request_by_id(session, asked.id)
            text = request.form.get("answer", "")
            privacy.answer(session, found, text=text, by=viewer().person_id, at=clock.now(), **told)
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(gettext("The answer has been sent."), "success")
    return redirect(url_for("admin.data"))


@blueprint.post("/admin/data/periods")
@access(administers)
def set_periods() -> Response:
    """Choose how many days each kind is kept."""
    wanted = {kind: request.form.get(kind.value, 0, type=int) for kind in Kept}
    try:
        with writing() as session:
            retention.set_days(session, wanted, by=viewer().person_id, at=clock.now())
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(gettext("The periods have been set."), "success")
    return redirect(url_for("admin.data"))


@blueprint.post("/admin/people/<int:person_id>/data")
@access(administers, of=person_by_id)
def person_data(person: Person) -> Response:
    """A copy of somebody's data who asked for it and cannot sign in."""
    at = clock.now()
    file = own_data.as_file(db.session(), person, at=at)
    with writing() as session:
        own_data.note(session, person_by_id(session, person.id), by=viewer().person_id, at=at)
    name = f"{gettext('Personal data')}-{person.name}-{viewer().name}导出.json"
    return send_file(BytesIO(file), "application/json", as_attachment=True, download_name=name)
