"""What is printed for a stop: papers, answer key, tickets, attendance list. As files to download."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam.accounts.roles import Viewer
from exam.extensions import db
from exam.sittings.handouts import attendees_of, lines_of, tickets_of
from exam.sittings.sheets import sheets_of
from exam.tours import queries
from exam.tours.models import Stop
from exam.web.access import access, permission
from exam.web.tours.area import Page, blueprint, may_run_stop, organises, zone
from question_bank.enums import PaperKind
from question_bank.errors import N_, NotFound


class What(StrEnum):
    """What can be printed. The values stand in addresses."""

    PAPER = "paper"
    KEY = "key"
    TICKETS = "tickets"
    ATTENDANCE = "attendance"


FILES = {What.PAPER: "试卷", What.KEY: "参考答案", What.TICKETS: "准考证", What.ATTENDANCE: "签到表"}


@dataclass(frozen=True)
class Print:
    """One thing to be printed for one stop."""

    stop: Stop
    what: What


def print_of(session: Session, stop_id: int, what: str) -> Print:
    """Raises NotFound for what nobody prints."""
    if what not in list(What):
        raise NotFound(N_("There is no such print."))
    return Print(queries.stop_by_id(session, stop_id), What(what))


@permission
def may_print(viewer: Viewer, wanted: Print) -> bool:
    """Papers, keys and tickets are the organiser's; the attendance list is for whoever runs the desk."""
    rule = may_run_stop if wanted.what is What.ATTENDANCE else organises
    return rule(viewer, wanted.stop)


@blueprint.get("/stops/<int:stop_id>/print/<what>")
@access(may_print, of=print_of)
def prints(wanted: Print) -> Page:
    """The PDF as a download; `?kind=` prints one of both papers only."""
    stop, session = wanted.stop, db.session()
    kinds = [kind for kind in PaperKind if request.args.get("kind") in {None, kind.value}]
    file = WRITERS[wanted.what](session, stop, kinds)
    if file is None:
        flash(gettext("There is nothing to print yet: make the roster and the papers first."), "warning")
        return redirect(url_for("tours.stop", stop_id=stop.id))
    name = f"{FILES[wanted.what]}-第{stop.number}场-{stop.unit.name}.pdf"
    return send_file(file, mimetype="application/pdf", as_attachment=True, download_name=name)


def _papers(session: Session, stop: Stop, kinds: Sequence[PaperKind]) -> BytesIO | None:
    return _booklet(session, stop, kinds, with_key=False)


def _keys(session: Session, stop: Stop, kinds: Sequence[PaperKind]) -> BytesIO | None:
    return _booklet(session, stop, kinds, with_key=True)


def _booklet(session: Session, stop: Stop, kinds: Sequence[PaperKind], *, with_key: bool) -> BytesIO | None:
    from exam.papers import booklet  # the faces take a tenth of a second and 30 MB: only where something is printed

    sheets, file = sheets_of(session, stop, kinds, with_key=with_key), BytesIO()
    if not sheets:
        return None
    booklet.write(file, sheets, with_key=with_key)
    file.seek(0)
    return file


def _tickets(session: Session, stop: Stop, kinds: Sequence[PaperKind]) -> BytesIO | None:
    from exam.printing.cards import write_tickets  # the faces, as above

    del kinds
    tickets = tickets_of(session, stop, address=lambda code: url_for("account.ticket", code=code, _external=True))
    file = BytesIO()
    if not tickets:
        return None
    write_tickets(file, tickets, title=f"{stop.tour.name}　准考证", lines=lines_of(stop, zone()))
    file.seek(0)
    return file


def _attendance(session: Session, stop: Stop, kinds: Sequence[PaperKind]) -> BytesIO | None:
    from exam.printing.attendance import write_attendance  # the faces, as above

    del kinds
    attendees, file = attendees_of(session, stop), BytesIO()
    if not attendees:
        return None
    write_attendance(file, attendees, title=f"{stop.tour.name}　签到表", lines=lines_of(stop, zone()))
    file.seek(0)
    return file


WRITERS: dict[What, Callable[[Session, Stop, Sequence[PaperKind]], BytesIO | None]] = {
    What.PAPER: _papers,
    What.KEY: _keys,
    What.TICKETS: _tickets,
    What.ATTENDANCE: _attendance,
}
