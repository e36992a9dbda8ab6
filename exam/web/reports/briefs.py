"""授课提示单 of a stop: for the lecturer and the departments that answer, on screen, on the wall and on paper."""

from io import BytesIO

from flask import current_app, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.roles import Viewer
from exam.extensions import db, writing
from exam.reports import brief_phrases, briefing
from exam.reports.brief_content import BriefContent
from exam.reports.briefing import Place
from exam.reports.models import Brief
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, permission, viewer
from exam.web.errors import sentence
from exam.web.reports.area import blueprint, organises
from question_bank.errors import DomainError


@permission
def teaches_there(viewer: Viewer, place: Place) -> bool:
    """Organisers, leaders, the stop's lecturer and departments, unless they sit there and wait for results."""
    return place.open_to(viewer)


@blueprint.get("/reports/stops/<int:stop_id>/brief")
@access(teaches_there, of=briefing.place_by_id)
def brief(place: Place) -> str:
    """The brief, or how far the hall is until there is one."""
    return render_template(
        "reports/brief.html",
        stop=place.stop,
        brief=place.brief,
        content=place.content,
        progress=_progress(db.session(), place),
        say=brief_phrases,
        organises=organises(viewer(), None),
    )


def _progress(session: Session, place: Place) -> briefing.Progress | None:
    return next(iter(briefing.progress_of(session, at=clock.now(), stop_id=place.stop.id)), None)


@blueprint.get("/reports/stops/<int:stop_id>/brief/wall")
@access(teaches_there, of=briefing.place_by_id)
def brief_wall(place: Place) -> str:
    """What is put to the hall, large: the questions first, what is right and the law when they are opened."""
    return render_template("reports/brief_wall.html", stop=place.stop, content=place.content, say=brief_phrases)


@blueprint.get("/reports/stops/<int:stop_id>/brief.pdf")
@access(teaches_there, of=briefing.place_by_id)
def brief_pdf(place: Place) -> Response:
    """The same on one page."""
    made = _pdf(place.stop, briefing.made_brief(db.session(), place.stop.id))
    name = f"授课提示单-第{place.stop.number}场{place.stop.unit.name}.pdf"
    return send_file(made, mimetype="application/pdf", as_attachment=True, download_name=name)


def _pdf(stop: Stop, brief: Brief) -> BytesIO:
    from exam.reports.brief_sheet import head_of, write_brief  # the faces: only where printed

    made, zone = BytesIO(), current_app.extensions["liangjuan"].zone
    write_brief(made, BriefContent.model_validate(brief.content), head_of(stop, brief, zone=zone))
    made.seek(0)
    return made


@blueprint.post("/reports/stops/<int:stop_id>/brief")
@access(organises, of=stop_by_id)
def make_brief(stop: Stop) -> Response:
    """Make it now rather than within the second, where nothing makes it by itself."""
    at = clock.now()
    try:
        content = briefing.prepared(db.session(), stop.id, at=at)
        if content is not None:
            with writing() as session:
                briefing.keep(session, stop.id, content, by=viewer().person_id, at=at)
        flash(gettext("The brief is up to date."), "success")
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(url_for("reports.brief", stop_id=stop.id))
