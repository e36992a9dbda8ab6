"""The list of questions, its exports, and a question's page."""

import io

from flask import abort, render_template, request, send_file
from werkzeug.wrappers import Response

from exam.extensions import db
from exam.reports import alarms
from exam.sittings.use import times_used
from exam.web.access import access, viewer
from exam.web.bank.area import blueprint, brings, draws, reads, reviews, say, withdraws, writes
from exam.web.bank.forms import ReasonForm, filter_form
from exam.web.bank.keeping import kept_of
from exam.web.bank.page import page_of
from question_bank import kinds, listing, queries
from question_bank.album import album_of
from question_bank.exchange.formats import FORMATS, format_named
from question_bank.listing import Sort
from question_bank.models import Question
from question_bank.queries import question_by_id

MAY = {"may_draw": draws, "may_bring": brings, "may_hand_in": writes, "may_publish": reviews, "may_hold": withdraws}
"""What the page of the list offers, by who may do it."""


@blueprint.get("/bank/")
@access(reads)
def questions() -> str:
    """All questions, by filters, sorted and in pages."""
    session, who = db.session(), viewer()
    form = filter_form(session, who)
    sort, descending = _sort()
    number = request.args.get("page", 1, type=int)
    page = listing.search(session, form.filters(who.person_id), sort=sort, descending=descending, page=number)
    return render_template(
        "bank/questions.html",
        form=form,
        page=page,
        used=times_used(session, [row.id for row in page.rows]),
        **kept_of(session, who, form, request.args.get("sort", "")),
        sort=f"-{sort}" if descending else sort.value,
        size=listing.PAGE_SIZE,
        leaks=alarms.waiting(session),
        **{name: rule(who, None) for name, rule in MAY.items()},
    )


def _sort() -> tuple[Sort, bool]:
    """The sorting asked for in the address, and whether downwards."""
    wanted = request.args.get("sort", Sort.CODE.value)
    plain = wanted.removeprefix("-")
    return next((sort for sort in Sort if sort.value == plain), Sort.CODE), wanted != plain


@blueprint.get("/bank/questions.<string:format_name>")
@access(reads)
def export(format_name: str) -> Response:
    """Exactly what the list shows under its filters, all pages, as a file."""
    if format_name not in FORMATS:
        abort(404)
    format_ = format_named(format_name)
    sort, descending = _sort()
    filters = filter_form(db.session(), viewer()).filters(viewer().person_id)
    found = listing.found(db.session(), filters, sort=sort, descending=descending)
    file = io.BytesIO()
    format_.write(file, (draft for _, draft in found), say=say, pictures=album_of(db.session()))
    file.seek(0)
    return send_file(file, format_.media_type, as_attachment=True, download_name=f"questions{format_.suffix}")


@blueprint.get("/bank/questions/<int:question_id>")
@access(reads, of=question_by_id)
def question(question: Question) -> str:
    """One question: preview, key, documents, versions, history, and the steps this person may take."""
    page = page_of(db.session(), question, viewer())
    return render_template("bank/question.html", **page, form=ReasonForm(formdata=None), message="")


@blueprint.get("/bank/questions/<int:question_id>/phone")
@access(reads, of=question_by_id)
def phone(question: Question) -> str:
    """The question as the candidate's page shows it; nothing is kept of what is tried there."""
    version = queries.latest_version(db.session(), question)
    content = kinds.content_of(question.kind, version.content)
    view = kinds.public_view(content, kinds.plain_order(content), version.marks)
    return render_template("bank/phone.html", question=question, version=version, view=view)
