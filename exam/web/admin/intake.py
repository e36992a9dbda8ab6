"""Units and persons from Excel: template, upload, preview, decision, first passwords."""

import io
import json
from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import importing, workbook
from exam.accounts.exports import XLSX
from exam.accounts.secrets import hash_passwords
from exam.accounts.workbook import Secret
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.admin import uploads
from exam.web.admin.area import Page, administers, blueprint
from exam.web.admin.forms import UploadForm
from exam.web.errors import sentence
from exam.web.exports import send_people
from question_bank.errors import DomainError


@blueprint.get("/admin/import")
@access(administers)
def upload() -> Page:
    """Where the file is chosen."""
    return render_template("admin/import.html", form=UploadForm(formdata=None), message="")


@blueprint.get("/admin/import/template.xlsx")
@access(administers)
def template() -> Response:
    """The empty workbook to fill in."""
    file = io.BytesIO()
    workbook.write_template(file)
    file.seek(0)
    return send_file(file, XLSX, as_attachment=True, download_name=gettext("Units and people") + ".xlsx")


@blueprint.post("/admin/import")
@access(administers)
def preview() -> Page:
    """Read the file and show what it would do; nothing is written to the database."""
    form, message = UploadForm(), ""
    if form.validate_on_submit():
        data = form.file.data.read()
        try:
            plan = importing.preview(db.session(), workbook.read(data))
        except DomainError as error:
            message = sentence(error)
        else:
            name = "" if plan.faults else uploads.keep(_folder(), data, at=clock.now())
            status = 400 if plan.faults else 200
            return render_template(
                "admin/import_preview.html", plan=plan, name=name, names=importing.unit_names(db.session(), plan)
            ), status
    return render_template("admin/import.html", form=form, message=message), 400


@blueprint.post("/admin/import/write")
@access(administers)
def write() -> Page:
    """Write everything the previewed file says, and show the first passwords of new accounts, once."""
    name = request.form.get("name", "")
    try:
        rows = workbook.read(uploads.kept(_folder(), name))
        issued = importing.first_passwords(db.session(), importing.preview(db.session(), rows))
        hashes = dict(zip(issued, hash_passwords([secret.password for secret in issued.values()]), strict=True))
        with writing() as session:
            done = importing.import_rows(session, rows, hashes=hashes, by=viewer().person_id, at=clock.now())
    except DomainError as error:
        flash(sentence(error), "danger")
        return redirect(url_for("admin.upload"))
    uploads.forget(_folder(), name)
    secrets = [issued[person.username] for person in done.accounts]
    return render_template("admin/imported.html", done=done, secrets=secrets, back=url_for("admin.people"))


@blueprint.post("/admin/passwords.xlsx")
@access(administers)
def passwords_file() -> Page:
    """The list of first passwords the page holds, as Excel; the server keeps none of it."""
    try:
        secrets = [Secret(*map(str, each)) for each in json.loads(request.form.get("secrets", "[]"))]
    except (TypeError, ValueError):
        flash(gettext("The list could not be read. Give new first passwords instead."), "danger")
        return redirect(url_for("admin.people"))
    file = io.BytesIO()
    workbook.write_secrets(file, secrets)
    name = gettext("First passwords")
    return send_people(file, XLSX, name=name, ending="xlsx", what="first_passwords", count=len(secrets))


def _folder() -> Path:
    folder: Path = current_app.extensions["liangjuan"].data
    return folder / "uploads"
