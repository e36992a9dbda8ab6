"""What is printed for a stop at once: lists, tickets, labels, covers, and the papers of one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import current_app, flash, redirect, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.roles import Viewer
from exam.extensions import db, writing
from exam.printouts import operations
from exam.printouts.choice import OF_PAPERS, SIZES, WHATS, Choice, PaperSize, What
from exam.printouts.material import Material, material_of
from exam.scanning import codes
from exam.sittings.sheets import Copy
from exam.tours import queries
from exam.tours.models import Stop
from exam.tours.queries import Place
from exam.web.access import access, permission, viewer
from exam.web.errors import sentence
from exam.web.tours.area import Page, blueprint, may_run_stop, organises, organises_place, zone
from question_bank.errors import N_, DomainError, NotAllowed, NotFound


@dataclass(frozen=True)
class Print:
    """One thing to be printed for one stop."""

    stop: Stop
    what: What


def print_of(session: Session, stop_id: int, what: str) -> Print:
    """Raises NotFound for what nobody prints."""
    if what not in WHATS:
        raise NotFound(N_("There is no such print."))
    return Print(queries.stop_by_id(session, stop_id), WHATS[what])


@permission
def may_print(viewer: Viewer, wanted: Print) -> bool:
    """Papers, keys and tickets are the organiser's; the attendance list is for whoever runs the desk."""
    rule = may_run_stop if wanted.what is What.ATTENDANCE else organises
    return rule(viewer, wanted.stop)


def address() -> str:
    """Where tickets lead; the code of each is put behind it."""
    return url_for("account.ticket", code="", _external=True)


def material(session: Session, stop: Stop) -> Material:
    """All that a stop's prints are made from."""
    return material_of(session, stop, zone=zone(), address=address())


@blueprint.get("/stops/<int:stop_id>/print/<what>")
@access(may_print, of=print_of)
def prints(wanted: Print) -> Page:
    """The PDF as a download; what is printed for each paper takes longer and has a page of its own."""
    if wanted.what in OF_PAPERS:
        return redirect(url_for("tours.printing", stop_id=wanted.stop.id, what=wanted.what.value))
    choice = Choice(what=(wanted.what,), photo="photo" in request.args)
    return _download(wanted.stop, choice, name=wanted.what.chinese)


@blueprint.get("/stops/<int:stop_id>/roster/<int:entry_id>/papers.pdf")
@access(organises_place, of=queries.place_by_id)
def person_pdf(place: Place) -> Page:
    """Everything that is printed for one person, or `?what=` alone; it counts as printed."""
    what = tuple(WHATS[each] for each in request.args.getlist("what") if each in OF_PAPERS)
    size = SIZES.get(request.args.get("size", ""), PaperSize.A4)
    choice = Choice(what=what or (What.PAPER, What.SHEET), size=size)
    return _download(place.stop, choice, name=f"试卷-{place.entry.seat}-{place.entry.name}", seat=place.entry.seat)


def _download(stop: Stop, choice: Choice, *, name: str, seat: int | None = None) -> Page:
    """A file made at once and counted as printed; back to the stop with the reason where there is nothing."""
    try:
        file = _made(stop, choice, seat)
    except DomainError as error:
        flash(sentence(error), "warning")
        return redirect(url_for("tours.stop", stop_id=stop.id))
    return sent(file, f"{name}-第{stop.number}场-{stop.unit.name}.pdf")


def _made(stop: Stop, choice: Choice, seat: int | None) -> BytesIO:
    from exam.printouts.drawing import write  # the faces take a tenth of a second and 30 MB: only where it is printed

    found, file = material(db.session(), stop), BytesIO()
    operations.check(found, choice)
    copies = [copy for copy in found.copies_for(choice) if seat in {None, copy.seat}]
    if choice.of_papers and not copies:
        raise NotAllowed(N_("This person has no paper yet."))
    printed, layouts = write(file, db.session(), stop, found, choice, key=page_key(), copies=copies)
    with writing() as session:
        again = queries.stop_by_id(session, stop.id)
        operations.count_as_printed(
            session,
            again,
            choice,
            now=material(session, again),
            fingerprint=found.fingerprint(choice),
            by=viewer().person_id,
            at=clock.now(),
            layouts=layouts,
            papers=_ids(copies),
            pages=printed.pages,
        )
    return file


def _ids(copies: Sequence[Copy]) -> list[int]:
    return [copy.paper_id for copy in copies]


def page_key() -> bytes:
    """The key that seals the pages of answer sheets."""
    settings: Any = current_app.extensions["liangjuan"]
    return codes.key_of(settings.secret_key)


def sent(file: BytesIO, name: str) -> Response:
    """A PDF to be kept on the reader's own computer; no cache between keeps it."""
    file.seek(0)
    answer = send_file(file, mimetype="application/pdf", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
