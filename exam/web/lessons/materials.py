"""Materials of the lecture: hand them in, release them, take them back, download them."""

from io import BytesIO

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db, writing
from exam.lessons import files, operations, queries
from exam.lessons.models import Material
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.lessons.area import (
    Given,
    Kept,
    Page,
    act,
    blueprint,
    given_at,
    leads_lesson,
    leads_lesson_of_material,
    material_at,
    organises_material,
    own_given,
    sees_material,
)
from exam.web.lessons.forms import MaterialForm
from exam.web.lessons.rounds import lesson_page
from question_bank.errors import DomainError


@blueprint.post("/stops/<int:stop_id>/materials")
@access(leads_lesson, of=stop_by_id)
def add_material(stop: Stop) -> Page:
    """Take a file in; what it is shows in how it begins."""
    form, message = MaterialForm(), ""
    if not form.validate_on_submit():
        return lesson_page(stop, form), 400
    try:
        _take_in(stop.id, form.file.data, form.title.data or "")
    except DomainError as error:
        message = sentence(error)
        return lesson_page(stop, form, message), 400
    flash(gettext("The file is kept. Candidates see it once it is released."), "success")
    return _back(stop.id)


def _take_in(stop_id: int, sent: FileStorage, title: str) -> None:
    checked = files.check(sent.filename or "", sent.stream.read(files.LARGEST + 1), files.SLIDES)
    by, at = viewer().person_id, clock.now()
    with writing() as session:
        operations.add_material(session, stop_by_id(session, stop_id), title=title, file=checked, by=by, at=at)


@blueprint.post("/stops/<int:stop_id>/materials/take-over")
@access(leads_lesson, of=stop_by_id)
def take_over(stop: Stop) -> Page:
    """Use a file again that was given with this lecture elsewhere."""
    number, by, at = request.form.get("material", 0, type=int), viewer().person_id, clock.now()
    act(
        lambda session: operations.take_over(
            session, stop_by_id(session, stop.id), queries.material_by_id(session, number), by=by, at=at
        ),
        gettext("The file is kept. Candidates see it once it is released."),
    )
    return _back(stop.id)


@blueprint.post("/materials/<int:material_id>/release")
@access(organises_material, of=material_at)
def release_material(kept: Kept) -> Page:
    """Let the candidates of the stop have it."""
    by, at, number = viewer().person_id, clock.now(), kept.material.id
    act(
        lambda session: operations.release_material(session, queries.material_by_id(session, number), by=by, at=at),
        gettext("The candidates of this stop can download the file now."),
    )
    return _back(kept.stop.id)


@blueprint.post("/materials/<int:material_id>/withdraw")
@access(leads_lesson_of_material, of=material_at)
def withdraw_material(kept: Kept) -> Page:
    """Take it back."""
    by, at, number = viewer().person_id, clock.now(), kept.material.id
    act(
        lambda session: operations.withdraw_material(session, queries.material_by_id(session, number), by=by, at=at),
        gettext("The file has been taken back; nobody finds it any more."),
    )
    return _back(kept.stop.id)


@blueprint.get("/materials/<int:material_id>/file")
@access(sees_material, of=material_at)
def material_file(kept: Kept) -> Response:
    """The file for those who prepare the lecture."""
    return _sent(kept.material)


@blueprint.get("/places/<int:entry_id>/materials/<int:material_id>")
@access(own_given, of=given_at)
def given_material(given: Given) -> Response:
    """The file for a candidate of the stop."""
    return _sent(given.material)


def _sent(material: Material) -> Response:
    """Always as a download, under the type it was checked for: nothing that people hand in is ever shown as a page."""
    content = BytesIO(queries.bytes_of(db.session(), material.file_id))
    return send_file(content, material.file.media_type, as_attachment=True, download_name=material.name)


def _back(stop_id: int) -> Page:
    return redirect(url_for("lessons.stop", stop_id=stop_id, _anchor="materials"))
