"""通报: the list, a draft's words, the document itself, its versions, and its files."""

from collections.abc import Callable
from datetime import tzinfo
from io import BytesIO

from flask import current_app, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db, writing
from exam.reports import bulletins, documents
from exam.reports.bulletin.parts import Paper
from exam.reports.comparison import Measure
from exam.reports.models import Bulletin
from exam.web.access import access, signed_in, viewer
from exam.web.errors import sentence
from exam.web.reports.area import blueprint, compares
from exam.web.reports.forms import BulletinForm, NewBulletinForm, VersionForm
from question_bank.errors import DomainError

Page = str | tuple[str, int] | Response
Act = Callable[[Session, Bulletin], Bulletin]


def zone() -> tzinfo:
    """The county's time zone."""
    found: tzinfo = current_app.extensions["liangjuan"].zone
    return found


@blueprint.get("/reports/bulletins")
@access(compares)
def bulletin_list() -> Page:
    """Every bulletin, and the form of a new one."""
    session = db.session()
    form = NewBulletinForm(formdata=None).offer(session)
    return render_template("reports/bulletins.html", bulletins=bulletins.bulletins(session), form=form)


@blueprint.post("/reports/bulletins")
@access(compares)
def draft_bulletin() -> Page:
    """One press makes the whole document from the released results."""
    form = NewBulletinForm().offer(db.session())
    if not form.validate_on_submit():
        return render_template("reports/bulletins.html", bulletins=bulletins.bulletins(db.session()), form=form), 400
    stop_id = int(form.stop.data) if (form.stop.data or "").isdecimal() else None
    with writing() as session:
        subject = bulletins.subject_of(session, tour_id=form.tour.data, stop_id=stop_id)
        made = bulletins.draft(
            session, subject, measure=Measure(form.measure.data), by=viewer().person_id, at=clock.now(), zone=zone()
        )
        made_id = made.id
    return redirect(url_for("reports.bulletin", bulletin_id=made_id))


@blueprint.get("/reports/bulletins/<int:bulletin_id>")
@access(compares, of=bulletins.bulletin_by_id)
def bulletin(bulletin: Bulletin) -> Page:
    """The document as it will be filed, and what can be done with it."""
    return _page(bulletin, VersionForm(formdata=None))


def _page(bulletin: Bulletin, form: VersionForm, message: str = "") -> str:
    return render_template(
        "reports/bulletin.html",
        bulletin=bulletin,
        paper=_paper(bulletin),
        versions=bulletins.versions_of(db.session(), bulletin),
        form=form,
        message=message,
        manages=True,
    )


def _paper(bulletin: Bulletin) -> Paper:
    at = clock.now()
    facts = bulletins.facts_of(db.session(), bulletin, at=at, zone=zone())
    return bulletins.paper_of(bulletin, facts, today=at.astimezone(zone()).date(), zone=zone())


@blueprint.get("/reports/bulletins/<int:bulletin_id>/edit")
@access(compares, of=bulletins.bulletin_by_id)
def edit_bulletin(bulletin: Bulletin) -> Page:
    """The words of a draft."""
    return _form(bulletin, BulletinForm(formdata=None, obj=bulletin, seen=bulletin.lock))


def _form(bulletin: Bulletin, form: BulletinForm, message: str = "") -> str:
    if bulletin.version == 1:
        del form.note
    return render_template("reports/bulletin_form.html", bulletin=bulletin, form=form, message=message)


@blueprint.post("/reports/bulletins/<int:bulletin_id>/edit")
@access(compares, of=bulletins.bulletin_by_id)
def change_bulletin(bulletin: Bulletin) -> Page:
    """Keep the words of a draft."""
    form = BulletinForm()
    if bulletin.version == 1:
        form.note.data = ""
    if not form.validate_on_submit():
        return _form(bulletin, form), 400
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else 0
    texts, names = form.texts(), form.names_public.data
    try:
        with writing() as session:
            found = bulletins.bulletin_by_id(session, bulletin.id)
            bulletins.edit(
                session, found, seen=seen, by=viewer().person_id, at=clock.now(), names_public=names, **texts
            )
    except DomainError as error:
        return _form(bulletins.bulletin_by_id(db.session(), bulletin.id), form, sentence(error)), 409
    flash(gettext("The words of the bulletin have been kept."), "success")
    return redirect(url_for("reports.bulletin", bulletin_id=bulletin.id))


@blueprint.post("/reports/bulletins/<int:bulletin_id>/final")
@access(compares, of=bulletins.bulletin_by_id)
def finalise_bulletin(bulletin: Bulletin) -> Page:
    """定稿."""
    return _act(
        bulletin,
        lambda session, found: bulletins.finalise(session, found, by=viewer().person_id, at=clock.now(), zone=zone()),
        gettext("The bulletin is final: its figures no longer change."),
    )


@blueprint.post("/reports/bulletins/<int:bulletin_id>/publish")
@access(compares, of=bulletins.bulletin_by_id)
def publish_bulletin(bulletin: Bulletin) -> Page:
    """To everybody who signs in."""
    return _act(bulletin, _published(to_public=True), gettext("Everybody who signs in can read the bulletin."))


@blueprint.post("/reports/bulletins/<int:bulletin_id>/withdraw")
@access(compares, of=bulletins.bulletin_by_id)
def withdraw_bulletin(bulletin: Bulletin) -> Page:
    """Back to leaders and organisers alone."""
    return _act(bulletin, _published(to_public=False), gettext("Only leaders and organisers can read the bulletin."))


def _published(*, to_public: bool) -> Act:
    return lambda session, found: bulletins.publish(
        session, found, to_public=to_public, by=viewer().person_id, at=clock.now()
    )


@blueprint.post("/reports/bulletins/<int:bulletin_id>/versions")
@access(compares, of=bulletins.bulletin_by_id)
def reissue_bulletin(bulletin: Bulletin) -> Page:
    """A draft of the next version."""
    form = VersionForm()
    if not form.validate_on_submit():
        return _page(bulletin, form), 400
    return _act(
        bulletin,
        lambda session, found: bulletins.reissue(
            session, found, note=form.note.data, by=viewer().person_id, at=clock.now()
        ),
        gettext("The next version is a draft with the figures of now."),
    )


@blueprint.post("/reports/bulletins/<int:bulletin_id>/discard")
@access(compares, of=bulletins.bulletin_by_id)
def discard_bulletin(bulletin: Bulletin) -> Page:
    """Throw a draft away."""
    try:
        with writing() as session:
            found = bulletins.bulletin_by_id(session, bulletin.id)
            bulletins.discard(session, found, by=viewer().person_id, at=clock.now())
    except DomainError as error:
        flash(sentence(error), "danger")
        return redirect(url_for("reports.bulletin", bulletin_id=bulletin.id))
    flash(gettext("The draft has been thrown away."), "success")
    return redirect(url_for("reports.bulletin_list"))


def _act(bulletin: Bulletin, act: Act, said: str) -> Response:
    """One operation on the bulletin, and back to the page of what came of it."""
    bulletin_id = bulletin.id
    try:
        with writing() as session:
            bulletin_id = act(session, bulletins.bulletin_by_id(session, bulletin_id)).id
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(said, "success")
    return redirect(url_for("reports.bulletin", bulletin_id=bulletin_id))


@blueprint.get("/reports/bulletins/<int:bulletin_id>/bulletin.pdf")
@access(compares, of=bulletins.bulletin_by_id)
def bulletin_pdf(bulletin: Bulletin) -> Page:
    """To be printed and filed."""
    return _file(bulletin, "pdf")


@blueprint.get("/reports/bulletins/<int:bulletin_id>/bulletin.docx")
@access(compares, of=bulletins.bulletin_by_id)
def bulletin_docx(bulletin: Bulletin) -> Page:
    """To be edited in the office."""
    return _file(bulletin, "docx")


@blueprint.get("/results/bulletins/<int:bulletin_id>")
@access(signed_in, of=bulletins.published_bulletin)
def public_bulletin(bulletin: Bulletin) -> Page:
    """A published bulletin, for everybody who signs in."""
    return render_template(
        "reports/bulletin.html", bulletin=bulletin, paper=_paper(bulletin), versions=[], form=None, manages=False
    )


@blueprint.get("/results/bulletins/<int:bulletin_id>/bulletin.pdf")
@access(signed_in, of=bulletins.published_bulletin)
def public_bulletin_pdf(bulletin: Bulletin) -> Page:
    """The same to be printed."""
    return _file(bulletin, "pdf")


def _file(bulletin: Bulletin, form: str) -> Response:
    made = BytesIO()
    documents.write(made, _paper(bulletin), form)
    made.seek(0)
    name = f"{bulletin.title}{f'（第{bulletin.version}版）' if bulletin.version > 1 else ''}.{form}"
    return send_file(made, mimetype=documents.MEDIA[form], as_attachment=True, download_name=name)
