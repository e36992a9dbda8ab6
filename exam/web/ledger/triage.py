"""The organisers' triage: what came in, many at once, with what looks alike and for whom it seems to be."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db
from exam.ledger import case_view, merging, operations, papers, queries, register
from exam.ledger.flow import Urgency
from exam.ledger.models import Case
from exam.ledger.routing import suggested
from exam.web.access import access
from exam.web.ledger.area import Page, act, blueprint, hand, organises, zone
from exam.web.ledger.forms import topics
from question_bank.errors import N_, NotAllowed

SUGGESTED = "suggested"


@blueprint.get("/ledger/triage")
@access(organises)
def triage() -> Page:
    """What nobody has yet, the oldest first."""
    return _page()


def _page(message: str = "") -> str:
    session = db.session()
    departments = queries.departments(session)
    return render_template(
        "ledger/triage.html",
        lines=case_view.triage(session, register.triage(session), departments),
        departments=departments,
        topics=topics(),
        urgencies=list(Urgency),
        papers=len(papers.waiting(session, at=clock.now())),
        message=message,
        typed=request.form,
    )


@blueprint.post("/ledger/triage")
@access(organises)
def sort_many() -> Page | Response:
    """Give what is marked to departments, merge it, or set it aside; all of it or nothing."""
    ids = request.form.getlist("ids", type=int)
    deed = {"assign": _assign, "merge": _merge, "set_aside": _set_aside}.get(request.form.get("do", ""), _assign)
    message = act(lambda session: deed(session, ids))
    if message:
        return _page(message), 400
    flash(ngettext("%(num)s case done.", "%(num)s cases done.", len(ids)), "success")
    return redirect(url_for("ledger.triage"))


@blueprint.post("/ledger/papers")
@access(organises)
def take_from_papers() -> Response:
    """Open cases for the problems told in practical papers that are closed."""
    made: list[int] = []
    at = clock.now()
    act(lambda session: made.extend(each.id for each in papers.collect_from_papers(session, at=at)))
    flash(gettext("New on the ledger from practical papers: %(count)s.", count=len(made)), "success")
    return redirect(url_for("ledger.triage"))


def _chosen(session: Session, ids: list[int]) -> list[Case]:
    found = list(queries.cases_by_id(session, ids))
    if not found:
        raise NotAllowed(N_("Mark the cases first."))
    return found


def _assign(session: Session, ids: list[int]) -> None:
    form, at = request.form, clock.now()
    urgency = next((each for each in Urgency if each.value == form.get("urgency")), Urgency.ORDINARY)
    able = case_view.as_departments(queries.departments(session))
    for case in _chosen(session, ids):
        named = form.get("owner", "")
        owner_id = suggested(f"{case.title}\n{case.text}", able) if named == SUGGESTED else form.get("owner", type=int)
        if owner_id is None:
            raise NotAllowed(N_("Choose a department for %(number)s."), number=case.number)
        operations.bring_to_department(
            session,
            case,
            topic=form.get("topic") or case.topic,
            urgency=urgency,
            owner_id=owner_id,
            hand=hand(),
            at=at,
            zone=zone(),
        )


def _merge(session: Session, ids: list[int]) -> None:
    """Into the one with the number that is given, else into the oldest of those marked."""
    number, found = request.form.get("into", "").strip().upper(), _chosen(session, ids)
    into = queries.case_by_number(session, number) if number else found[0]
    others = [case for case in found if case.id != into.id]
    if not others:
        raise NotAllowed(N_("Mark two cases at least, or give the number of another one."))
    for case in others:
        merging.merge(session, case, into, hand=hand(), at=clock.now())


def _set_aside(session: Session, ids: list[int]) -> None:
    for case in _chosen(session, ids):
        operations.set_aside(session, case, why=request.form.get("note", ""), hand=hand(), at=clock.now())
