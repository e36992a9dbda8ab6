"""The run sheet of a stop's day and its letters of invitation, as PDF."""

from dataclasses import dataclass
from io import BytesIO

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.roles import Viewer
from exam.extensions import db
from exam.reports.bulletins import usual_issuer
from exam.tours import letters, queries
from exam.tours.letters import Addressee
from exam.tours.models import Stop
from exam.web.access import Permission, access
from exam.web.errors import sentence
from exam.web.tours.area import Page, blueprint, may_see_stop, organises, zone
from exam.web.tours.prints import sent
from question_bank.errors import N_, DomainError, NotFound

TO = {each.value: each for each in Addressee}


@dataclass(frozen=True)
class Invitation:
    """A letter of one stop."""

    stop: Stop
    to: Addressee


def invitation_of(session: Session, stop_id: int, to: str) -> Invitation:
    """Raises NotFound, also for somebody to whom no letters go."""
    if to not in TO:
        raise NotFound(N_("There is no such letter."))
    return Invitation(queries.stop_by_id(session, stop_id), TO[to])


def _organises_stop(viewer: Viewer, letter: Invitation) -> bool:
    return organises(viewer, letter.stop)


organises_letter = Permission(f"{organises.name} of the letter", _organises_stop)


@blueprint.get("/stops/<int:stop_id>/run-sheet.pdf")
@access(may_see_stop, of=queries.stop_by_id)
def run_sheet(stop: Stop) -> Page:
    """The half day on one page: what when, who, and what to check before."""
    from exam.printing.run_sheet import write_run_sheet  # the faces: only where it is printed

    file = BytesIO()
    write_run_sheet(file, letters.day_sheet(letters.around(db.session(), stop, zone=zone())))
    return sent(file, f"流程单-第{stop.number}场-{stop.unit.name}.pdf")


@blueprint.get("/stops/<int:stop_id>/invitation/<to>")
@access(organises_letter, of=invitation_of)
def invitation(letter: Invitation) -> Page:
    """The letter as PDF; back to the stop with the reason where there is nobody to write to."""
    from exam.printing.invitation import write_letter  # the faces: only where it is printed

    stop, session, file = letter.stop, db.session(), BytesIO()
    about = letters.around(session, stop, zone=zone())
    try:
        written = letters.letter(about, letter.to, issuer=usual_issuer(session), at=clock.now())
    except DomainError as error:
        flash(sentence(error), "warning")
        return redirect(url_for("tours.stop", stop_id=stop.id))
    write_letter(file, written)
    return sent(file, f"邀请函-{letter.to.chinese}-第{stop.number}场-{stop.unit.name}.pdf")
