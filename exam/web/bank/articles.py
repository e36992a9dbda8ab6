"""The articles of a document: one page each to write it, and a button to take it out."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from exam import audit, clock
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.bank.area import Page, blueprint, keeps
from exam.web.bank.law_forms import ArticleForm, seen
from exam.web.errors import sentence
from question_bank import legislation
from question_bank.errors import DomainError
from question_bank.lawbook import article_by_id
from question_bank.models import Article, Document
from question_bank.queries import document_by_id


@blueprint.get("/bank/documents/<int:document_id>/articles/new")
@access(keeps, of=document_by_id)
def new_article(document: Document) -> str:
    """The empty form."""
    return _form(ArticleForm(formdata=None), document, None)


@blueprint.post("/bank/documents/<int:document_id>/articles/new")
@access(keeps, of=document_by_id)
def add_article(document: Document) -> Page:
    """Write an article at the end."""
    form = ArticleForm()
    return _kept(form, document, None) or (_form(form, document, None), 400)


@blueprint.get("/bank/articles/<int:article_id>/edit")
@access(keeps, of=article_by_id)
def edit_article(article: Article) -> str:
    """The form with what the register holds."""
    form = ArticleForm(formdata=None)
    form.show(article)
    return _form(form, _document_of(article), article)


@blueprint.post("/bank/articles/<int:article_id>/edit")
@access(keeps, of=article_by_id)
def save_article(article: Article) -> Page:
    """Keep the change; who saw an older text gets both."""
    form = ArticleForm()
    if form.was.data != seen(article):
        theirs = f"{article.label}\n{article.text}"
        mine = f"{form.label.data}\n{form.text.data}"
        again = url_for("bank.edit_article", article_id=article.id)
        return render_template("errors/409.html", message="", mine=mine, theirs=theirs, again=again), 409
    document = _document_of(article)
    return _kept(form, document, article) or (_form(form, document, article), 400)


@blueprint.post("/bank/articles/<int:article_id>/remove")
@access(keeps, of=article_by_id)
def remove_article(article: Article) -> Page:
    """Take it out of the register."""
    now, who, document_id = clock.now(), viewer().person_id, article.document_id
    with writing() as session:
        audit.note(session, legislation.remove_article(session, article_by_id(session, article.id)), by=who, at=now)
    flash(gettext("The article was taken out."), "success")
    return redirect(url_for("bank.document", document_id=document_id))


def _kept(form: ArticleForm, document: Document, article: Article | None) -> Page | None:
    """Back to the document when it was written; None when the form is to be shown again."""
    if not form.validate_on_submit():
        return None
    now, who = clock.now(), viewer().person_id
    try:
        with writing() as session:
            row = article_by_id(session, article.id) if article else None
            _, events = legislation.write_article(session, document_by_id(session, document.id), row, **form.values())
            audit.note(session, events, by=who, at=now)
    except DomainError as error:
        form.form_errors.append(sentence(error))
        return None
    return redirect(url_for("bank.document", document_id=document.id, _anchor="articles-title"))


def _form(form: ArticleForm, document: Document, article: Article | None) -> str:
    return render_template("bank/article_form.html", form=form, document=document, article=article)


def _document_of(article: Article) -> Document:
    return document_by_id(db.session(), article.document_id)
