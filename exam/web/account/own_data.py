"""What is kept about oneself: the notice, the periods, a copy, and asking for mistakes to be put right."""

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from exam import clock
from exam.accounts import privacy
from exam.accounts.queries import person_by_id
from exam.evidence import own_data, retention
from exam.extensions import db, writing
from exam.web.access import access, signed_in, viewer
from exam.web.account.area import Page, blueprint, came_in_by_password
from exam.web.account.landing import own_path
from exam.web.errors import sentence
from exam.web.forms import Form
from question_bank.errors import DomainError


class CorrectionForm(Form):
    """What should be put right."""

    text = TextAreaField(
        lazy_gettext("What is wrong, and how it should be"), [InputRequired(), Length(max=privacy.LONGEST)]
    )


@blueprint.get("/account/data")
@access(came_in_by_password)
def data() -> Page:
    """The page of one's own data."""
    return _page(CorrectionForm(formdata=None))


def _page(form: CorrectionForm, message: str = "") -> str:
    session, who = db.session(), viewer()
    return render_template(
        "account/data.html",
        form=form,
        message=message,
        notice=privacy.NOTICE,
        read=privacy.has_read(session, who.person_id),
        periods=retention.days(session),
        requests=privacy.requests_of(session, who.person_id),
    )


@blueprint.post("/account/data/copy")
@access(came_in_by_password)
def data_copy() -> Response:
    """Everything kept about the person, as a file."""
    who, at = viewer(), clock.now()
    person = person_by_id(db.session(), who.person_id)
    file = own_data.as_file(db.session(), person, at=at)
    with writing() as session:
        own_data.note(session, person_by_id(session, who.person_id), by=who.person_id, at=at)
    name = f"{gettext('My data')}-{who.name}.json"
    return send_file(BytesIO(file), "application/json", as_attachment=True, download_name=name)


@blueprint.post("/account/data/requests")
@access(came_in_by_password)
def ask_for_correction() -> Page:
    """Send a request; an administrator answers it."""
    form = CorrectionForm()
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        with writing() as session:
            person = person_by_id(session, viewer().person_id)
            privacy.ask(session, person, text=form.text.data, at=clock.now())
    except DomainError as error:
        return _page(form, sentence(error)), 400
    flash(gettext("Your request has been sent; the answer will stand here."), "success")
    return redirect(url_for("account.data"))


@blueprint.post("/account/notice")
@access(signed_in)
def read_notice() -> Response:
    """Say that one has read the notice on personal data; who came in with a ticket too."""
    with writing() as session:
        privacy.read_notice(session, viewer().person_id, at=clock.now())
    return redirect(own_path(request.form.get("next")) or url_for("account.home"))
