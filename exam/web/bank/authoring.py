"""Writing questions: choose a kind, fill in its form beside its proof, save at any time, hand in for review."""

import io

from flask import jsonify, make_response, render_template, request, send_file
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam.extensions import db
from exam.papers.queries import pictures_of
from exam.papers.transcript import Line, item_of
from exam.web.access import access
from exam.web.bank.area import Page, blueprint, say, writes
from exam.web.bank.writing.blanks import fresh
from exam.web.bank.writing.examples import EXAMPLES
from exam.web.bank.writing.pages import (
    ACTS_OF_SAVING,
    MERGE,
    Desk,
    context,
    keep_picture,
    merging,
    opened,
    page,
    posted,
    saved,
)
from exam.web.bank.writing.proof import shown_order
from exam.web.bank.writing.trial import tried
from exam.web.errors import sentence
from question_bank.article_order import in_order
from question_bank.drafts import Draft
from question_bank.enums import Kind, default_rule
from question_bank.errors import N_, DomainError, NotFound
from question_bank.models import Question
from question_bank.queries import articles_of, question_by_id


def kind_named(session: Session, kind: str) -> Kind:
    """The kind of that name; NotFound when there is none."""
    del session
    found = next((each for each in Kind if each.value == kind), None)
    if found is None:
        raise NotFound(N_("There is no such kind of question."))
    return found


@blueprint.get("/bank/questions/new")
@access(writes)
def choose_kind() -> str:
    """The nine kinds, each with what it is for and an example."""
    return render_template("bank/writing/kinds.html", examples=EXAMPLES)


@blueprint.get("/bank/questions/new/<string:kind>")
@access(writes, of=kind_named)
def compose(kind: Kind) -> str:
    """An empty form."""
    return page(Desk(kind, fresh(kind), is_quiet=True))


@blueprint.post("/bank/questions/new/<string:kind>")
@access(writes, of=kind_named)
def create(kind: Kind) -> Page:
    """What a button of the form asks: a row more or less, or saving."""
    desk = posted(kind)
    return saved(desk) if desk.action in ACTS_OF_SAVING else page(desk)


@blueprint.get("/bank/questions/<int:question_id>/edit")
@access(writes, of=question_by_id)
def edit(question: Question) -> str:
    """The form filled with the question as it stands."""
    return page(opened(db.session(), question))


@blueprint.post("/bank/questions/<int:question_id>/edit")
@access(writes, of=question_by_id)
def rewrite(question: Question) -> Page:
    """The same for a question that is there already."""
    desk = posted(question.kind, question)
    if desk.action == MERGE:
        return page(merging(desk))
    return saved(desk) if desk.action in ACTS_OF_SAVING else page(desk)


@blueprint.post("/bank/writing/<string:kind>/proof")
@access(writes, of=kind_named)
def proof_sheet(kind: Kind) -> str:
    """The proof of what stands in the form now, as a piece of its page."""
    return render_template("bank/writing/_proof.html", **context(posted(kind, _being_edited())))


def _being_edited() -> Question | None:
    """The question whose form this is, for what is kept beyond the form; None for a new one."""
    number = request.form.get("question_id", "")
    return db.session().get(Question, int(number)) if number.isascii() and number.isdigit() else None


@blueprint.post("/bank/writing/<string:kind>/trial")
@access(writes, of=kind_named)
def trial(kind: Kind) -> str:
    """Whether the answers tried in the form would count."""
    found = tried(posted(kind).content, kind).get(request.form.get("at", ""))
    verdict = None if found is None else (found.counts, say(found.problem), found)
    return render_template("bank/writing/_verdict.html", verdict=verdict)


@blueprint.post("/bank/writing/<string:kind>/paper.pdf")
@access(writes, of=kind_named)
def specimen(kind: Kind) -> Page:
    """What stands in the form as it would be printed, with its answer."""
    desk = posted(kind, _being_edited())
    draft = desk.read().draft
    return (page(desk), 400) if draft is None else _printed(draft)


def _printed(draft: Draft) -> Response:
    content = draft.content
    pictures = pictures_of(db.session(), {0: content}).get(0, {})
    cited = tuple((f"《{each.document}》", each.article) for each in draft.citations)
    rule = default_rule(content.kind)
    line = Line(0, 0, content, shown_order(content), rule, draft.marks, cited, pictures)
    file = io.BytesIO()
    from exam.papers.booklet import write_specimen  # the faces take a tenth of a second and 30 MB

    write_specimen(file, item_of(1, line, with_key=True), title=draft.code)
    file.seek(0)
    return send_file(file, "application/pdf", download_name=f"{draft.code}.pdf")


@blueprint.post("/bank/pictures")
@access(writes)
def add_picture() -> Page:
    """Keep a picture with its description; the answer is how a text names it."""
    try:
        return jsonify(reference=keep_picture())
    except DomainError as error:
        return make_response(jsonify(message=sentence(error)), 400)


@blueprint.get("/bank/writing/articles")
@access(writes)
def articles_offered() -> str:
    """The articles of a document of the register, to be chosen from."""
    title = next((value for value in request.args.values() if value), "")
    articles = in_order(articles_of(db.session(), title.strip("《》")))
    return render_template("bank/writing/_articles.html", articles=articles)
