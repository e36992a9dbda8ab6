"""Questions from a file: choose it, see what it would do, decide, see what was done."""

import io
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from exam import clock
from exam.bank_import import writing as bank_import
from exam.bank_import.files import Upload
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.bank import uploads
from exam.web.bank.area import Page, blueprint, brings, own_upload, reads, say
from exam.web.bank.forms import TakeForm, UploadForm
from exam.web.errors import sentence
from question_bank import pairing
from question_bank.difference import segments
from question_bank.errors import DomainError
from question_bank.exchange.formats import format_named, format_of
from question_bank.exchange.preview import Entry, Fate, Preview, preview
from question_bank.likeness import look_of
from question_bank.taxonomy import PLACES

MOST_SHOWN = 200
"""So many lines of each group stand on the page; the file of failed rows has them all."""


@blueprint.get("/bank/import")
@access(brings)
def choose() -> str:
    """Where the file is chosen."""
    return render_template("bank/import.html", form=UploadForm(formdata=None), message="")


@blueprint.get("/bank/template.xlsx")
@access(reads)
def template() -> Response:
    """The empty Excel template with its notes and samples."""
    file = io.BytesIO()
    county = "county" in request.args
    from question_bank.exchange import xlsx  # Excel's reader and writer, which no other page needs

    xlsx.write_template(file, county=county)
    name = gettext("Template for the county's own questions") if county else gettext("Question template")
    return _download(file, "xlsx", name)


@blueprint.post("/bank/import")
@access(brings)
def send() -> Page:
    """Keep the file for its preview; what is no file of questions is refused here."""
    form, message = UploadForm(), ""
    if form.validate_on_submit():
        data, name = form.file.data.read(), form.file.data.filename or ""
        topic = form.topic.data or ""
        try:
            format_ = format_of(data, name)
            format_.read(data, topic=topic)
        except DomainError as error:
            message = sentence(error)
        else:
            now, who = clock.now(), viewer().person_id
            kept = uploads.keep(data, name=name, format_name=format_.name, topic=topic, by=who, at=now)
            return redirect(url_for("bank.look", token=kept.token))
    return render_template("bank/import.html", form=form, message=message), 400


@blueprint.get("/bank/import/<string:token>")
@access(own_upload, of=uploads.by_token)
def look(upload: Upload) -> Page:
    """What the file would do, item by item; after it was taken, what became of it."""
    job = bank_import.latest(db.session(), upload.token)
    if job is not None and not bank_import.over(job):
        return redirect(url_for("bank.progress", token=upload.token))
    found = preview(db.session(), upload.reading())
    form = TakeForm(formdata=None)
    return render_template(
        "bank/preview.html",
        upload=upload,
        form=form,
        most=MOST_SHOWN,
        say=say,
        segments=segments,
        **_groups(found),
    )


def _groups(found: Preview) -> dict[str, Any]:
    """The entries by what has to be done with them."""
    return {
        "counts": found.counts,
        "topic_names": PLACES,
        "total": len(found.entries),
        "taken": found.of(Fate.ACCEPTED, Fate.UPDATED),
        "attention": found.attention,
        "duplicates": found.of(Fate.DUPLICATE),
        "alike": found.alike,
        "shown": lambda draft: pairing.shown(look_of(draft)),
        "rejected": found.of(Fate.REJECTED, Fate.UNSUPPORTED),
        "unchanged": found.of(Fate.UNCHANGED),
    }


@blueprint.post("/bank/import/<string:token>")
@access(own_upload, of=uploads.by_token)
def take(upload: Upload) -> Page:
    """Write what the preview said into the bank; of a long file only ask for it."""
    reading, now, who = upload.reading(), clock.now(), viewer().person_id
    review = bool(TakeForm().submit_for_review.data)
    if len(reading.drafts) > bank_import.LONG:
        with writing() as session:
            bank_import.ask(session, upload.token, submit_for_review=review, by=who, at=now)
        return redirect(url_for("bank.progress", token=upload.token))
    with writing() as session:
        result = bank_import.write(
            session, reading.drafts, by=who, at=now, submit_for_review=review, pictures=reading.pictures
        )
    count = sum(step.taken for step in result.steps)
    flash(ngettext("%(num)s question was written.", "%(num)s questions were written.", count), "success")
    return redirect(url_for("bank.look", token=upload.token))


@blueprint.get("/bank/import/<string:token>/progress")
@access(own_upload, of=uploads.by_token)
def progress(upload: Upload) -> Page:
    """How far the writing of a long file is, and what came of it; htmx asks for the changing part alone."""
    job = bank_import.latest(db.session(), upload.token)
    if job is None:
        return redirect(url_for("bank.look", token=upload.token))
    page = "bank/_import_progress.html" if "HX-Request" in request.headers else "bank/import_progress.html"
    return render_template(page, upload=upload, job=job, over=bank_import.over(job))


@blueprint.get("/bank/import/<string:token>/failed")
@access(own_upload, of=uploads.by_token)
def failed(upload: Upload) -> Response:
    """What was not taken, as a file of the same format with the reasons, to be mended and sent again."""
    found = preview(db.session(), upload.reading())
    file = io.BytesIO()
    format_named(upload.format).write_failed(file, ((entry.item, _why(entry)) for entry in found.failed))
    return _download(file, upload.format, gettext("Not taken"))


def _why(entry: Entry) -> str:
    return "; ".join(f"{fault.column} {say(fault.reason)}".strip() for fault in entry.faults)


def _download(file: io.BytesIO, format_name: str, name: str) -> Response:
    file.seek(0)
    format_ = format_named(format_name)
    return send_file(file, format_.media_type, as_attachment=True, download_name=f"{name}{format_.suffix}")
