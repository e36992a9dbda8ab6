"""One case: what was asked and answered, what happened, and the steps that are open to whoever looks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db
from exam.ledger import drawing_up, following, merging, operations, queries
from exam.ledger.case_view import case_view
from exam.ledger.flow import Act, Urgency
from exam.ledger.models import Case
from exam.ledger.operations import Law
from exam.web.access import access
from exam.web.filters import label
from exam.web.ledger.area import Page, act, blueprint, hand, handles, reads_register, today, within_sight, zone
from exam.web.ledger.forms import topics
from question_bank import queries as bank
from question_bank.enums import Kind
from question_bank.errors import N_, NotAllowed

LAWS = 3
"""So many documents fit under one answer on the page."""


@blueprint.get("/ledger/cases/<int:case_id>")
@access(reads_register & within_sight, of=queries.case_by_id)
def case(found: Case) -> Page:
    """The page of a case."""
    return _page(found)


def _page(found: Case, message: str = "", status: int = 200) -> tuple[str, int]:
    session, shown = db.session(), hand()
    view = case_view(session, found, shown, today=today())
    answers = Act.ANSWER in view.acts
    documents = [each.document for each in bank.documents(session)] if answers else []
    page = render_template(
        "ledger/case.html",
        view=view,
        topics=topics(),
        urgencies=list(Urgency),
        documents=[each for each in documents if bank.stands(each)],
        laws=range(LAWS),
        message=message,
        typed=request.form if message else {},
    )
    return page, status


@blueprint.post("/ledger/cases/<int:case_id>")
@access(handles & within_sight, of=queries.case_by_id)
def step(found: Case) -> Page | Response:
    """Take one step; who may take which, the table of the ledger says."""
    case_id, posted = found.id, Posted.read()
    message = act(lambda session: _take(session, queries.case_by_id(session, case_id), posted))
    if message:
        return _page(queries.case_by_id(db.session(), case_id), message, 400)
    flash(gettext("Done: %(act)s.", act=label(posted.act)), "success")
    return redirect(url_for("ledger.case", case_id=case_id))


@dataclass(frozen=True)
class Posted:
    """What one of the forms of the page sent; whatever it has not is empty."""

    act: Act | None
    seen: int | None
    note: str
    title: str
    text: str
    topic: str
    urgency: Urgency
    owner_id: int | None
    until: date | None
    into: str
    kind: Kind
    laws: tuple[Law, ...]

    @classmethod
    def read(cls) -> "Posted":
        """From the request; what cannot be read counts as not sent."""
        form = request.form
        return cls(
            act=next((each for each in Act if each.value == form.get("act")), None),
            seen=form.get("seen", type=int),
            note=form.get("note", ""),
            title=form.get("title", ""),
            text=form.get("text", ""),
            topic=form.get("topic", ""),
            urgency=next((each for each in Urgency if each.value == form.get("urgency")), Urgency.ORDINARY),
            owner_id=form.get("owner", type=int),
            until=form.get("until", type=date.fromisoformat),
            into=form.get("into", "").strip().upper(),
            kind=next((each for each in Kind if each.value == form.get("kind")), Kind.SHORT_ANSWER),
            laws=tuple(
                Law(form.get(f"document-{number}", ""), form.get(f"article-{number}", "")) for number in range(LAWS)
            ),
        )


Deed = Callable[[Session, Case, Posted], object]


def _take(session: Session, found: Case, posted: Posted) -> None:
    deed = DEEDS.get(posted.act) if posted.act else None
    if deed is None:
        raise NotAllowed(N_("There is no such step."))
    deed(session, found, posted)


def _assign(session: Session, found: Case, posted: Posted) -> None:
    if posted.owner_id is None:
        raise NotAllowed(N_("Choose a department."))
    operations.assign(
        session,
        found,
        owner_id=posted.owner_id,
        note=posted.note,
        hand=hand(),
        at=clock.now(),
        zone=zone(),
        seen=posted.seen,
    )


def _extend(session: Session, found: Case, posted: Posted) -> None:
    if posted.until is None:
        raise NotAllowed(N_("Choose the new due date."))
    operations.extend(
        session, found, until=posted.until, why=posted.note, hand=hand(), at=clock.now(), seen=posted.seen
    )


def _merge(session: Session, found: Case, posted: Posted) -> None:
    into = queries.case_by_number(session, posted.into)
    merging.merge(session, found, into, hand=hand(), at=clock.now(), seen=posted.seen)


def _raise(session: Session, found: Case, posted: Posted) -> None:
    """One level up, by hand."""
    levels = list(type(found.level))
    higher = levels[min(levels.index(found.level) + 1, len(levels) - 1)]
    operations.escalate(session, found, higher, late=0, hand=hand(), at=clock.now())
    del posted


DEEDS: dict[Act, Deed] = {
    Act.SORT: lambda s, c, p: operations.sort(
        s, c, title=p.title, text=p.text, hand=hand(), at=clock.now(), seen=p.seen
    ),
    Act.CLASSIFY: lambda s, c, p: operations.classify(
        s, c, topic=p.topic, urgency=p.urgency, hand=hand(), at=clock.now(), seen=p.seen
    ),
    Act.ASSIGN: _assign,
    Act.HAND_BACK: lambda s, c, p: operations.hand_back(s, c, why=p.note, hand=hand(), at=clock.now(), seen=p.seen),
    Act.EXTEND: _extend,
    Act.URGE: lambda s, c, p: operations.urge(s, c, remark=p.note, hand=hand(), at=clock.now()),
    Act.ESCALATE: _raise,
    Act.ANSWER: lambda s, c, p: operations.answer(
        s, c, text=p.text, laws=p.laws, hand=hand(), at=clock.now(), seen=p.seen
    ),
    Act.FOLLOW_UP: lambda s, c, p: operations.follow_up(s, c, how=p.note, hand=hand(), at=clock.now(), seen=p.seen),
    Act.REOPEN: lambda s, c, p: following.reopen(
        s, c, why=p.note, hand=hand(), at=clock.now(), zone=zone(), seen=p.seen
    ),
    Act.CLOSE: lambda s, c, p: operations.close(s, c, note=p.note, hand=hand(), at=clock.now(), seen=p.seen),
    Act.MERGE: _merge,
    Act.SEPARATE: lambda s, c, p: merging.separate(s, c, hand=hand(), at=clock.now(), seen=p.seen),
    Act.SET_ASIDE: lambda s, c, p: operations.set_aside(s, c, why=p.note, hand=hand(), at=clock.now(), seen=p.seen),
    Act.RESTORE: lambda s, c, p: operations.restore(s, c, why=p.note, hand=hand(), at=clock.now(), seen=p.seen),
    Act.PUBLISH: lambda s, c, p: operations.publish(s, c, on=True, hand=hand(), at=clock.now(), seen=p.seen),
    Act.WITHDRAW: lambda s, c, p: operations.publish(s, c, on=False, hand=hand(), at=clock.now(), seen=p.seen),
    Act.DRAW_UP: lambda s, c, p: drawing_up.draw_up(s, c, kind=p.kind, hand=hand(), at=clock.now(), seen=p.seen),
}
