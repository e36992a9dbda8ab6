"""Answers that came too late, from packets, rescue files and paper: one person proposes, another decides."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.roles import Role, Viewer
from exam.extensions import db, writing
from exam.grading.late_answers import decide as decide_claim
from exam.sittings import claims as verbs
from exam.sittings.day import ClaimStatus
from exam.sittings.day_models import Claim
from exam.sittings.rescue import LARGEST, open_rescue
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, permission, viewer
from exam.web.deeds import Page, act, attempt
from exam.web.errors import sentence
from exam.web.hall.area import blueprint, looks_after, organises
from exam.web.hall.forms import ProposalForm
from question_bank.errors import DomainError


@dataclass(frozen=True)
class Late:
    """A claim and the stop at which it arose."""

    stop: Stop
    claim: Claim


def late_by_id(session: Session, claim_id: int) -> Late:
    """Raises NotFound."""
    found = verbs.claim_by_id(session, claim_id)
    return Late(stop_by_id(session, found.attempt.assignment.entry.stop_id), found)


@permission
def organises_late(viewer: Viewer, late: Late) -> bool:
    """An organiser; whether it is another one than who proposed, the operation says."""
    return organises(viewer, late.stop)


@blueprint.get("/<int:stop_id>/late")
@access(looks_after, of=stop_by_id)
def late_answers(stop: Stop) -> Page:
    """All claims of a stop, and where a rescue file is handed in."""
    return render_template(
        "hall/late.html",
        stop=stop,
        claims=verbs.claims_of(db.session(), stop.id),
        organises=viewer().has(Role.ORGANISER),
    )


@blueprint.post("/<int:stop_id>/late")
@access(looks_after, of=stop_by_id)
def take_rescue(stop: Stop) -> Page:
    """Take over a rescue file, or the text of its QR codes."""
    by, at, stop_id, content = viewer().person_id, clock.now(), stop.id, _content()
    try:
        with writing() as session:
            secret = str(current_app.config["SECRET_KEY"])
            taken = open_rescue(session, content, secret=secret, stop_id=stop_id, by=by, at=at).id
    except DomainError as error:
        flash(sentence(error), "danger")
        return redirect(url_for("hall.late_answers", stop_id=stop_id))
    flash(gettext("The rescue file has been taken over. Two people decide about it."), "success")
    return redirect(url_for("hall.claim", claim_id=taken))


def _content() -> bytes:
    sent = request.files.get("file")
    return (sent.read(LARGEST + 1) if sent else b"") or request.form.get("text", "").encode()


@blueprint.get("/late/<int:claim_id>")
@access(organises_late, of=late_by_id)
def claim(late: Late) -> Page:
    """The late answers beside those that stand, and the next step."""
    return _claim_page(late, ProposalForm(formdata=None).offer())


def _claim_page(late: Late, form: ProposalForm, message: str = "") -> str:
    return render_template(
        "hall/claim.html",
        stop=late.stop,
        claim=late.claim,
        lines=verbs.compared(db.session(), late.claim),
        form=form,
        message=message,
        told=_moments(late.claim),
        mine=late.claim.proposed_by == viewer().person_id,
        over=late.claim.status in {ClaimStatus.ACCEPTED, ClaimStatus.REFUSED},
        proposed=late.claim.status is ClaimStatus.PROPOSED,
    )


def _moments(claim: Claim) -> dict[str, datetime]:
    """When a rescue file was made by its own word, and at which receipt its order begins."""
    found = {name: claim.detail.get(f"{name}_ms") for name in ("made", "receipt")}
    return {name: datetime.fromtimestamp(ms / 1000, UTC) for name, ms in found.items() if ms}


@blueprint.post("/late/<int:claim_id>/proposal")
@access(organises_late, of=late_by_id)
def propose(late: Late) -> Page:
    """Say what should become of them."""
    form, by, at, claim_id = ProposalForm().offer(), viewer().person_id, clock.now(), late.claim.id
    done, message = attempt(
        form,
        lambda session: verbs.propose(
            session,
            verbs.claim_by_id(session, claim_id),
            accept=form.accept.data == "yes",
            reason=form.reason.data,
            by=by,
            at=at,
        ),
    )
    if done is None:
        return _claim_page(late_by_id(db.session(), claim_id), form, message), 400
    flash(gettext("Proposed. Somebody else decides."), "success")
    return redirect(url_for("hall.claim", claim_id=claim_id))


@blueprint.post("/late/<int:claim_id>/decision")
@access(organises_late, of=late_by_id)
def decide(late: Late) -> Page:
    """Follow the proposal, or send it back."""
    by, at, claim_id, agree = viewer().person_id, clock.now(), late.claim.id, request.form.get("agree") == "yes"
    act(
        lambda session: decide_claim(session, verbs.claim_by_id(session, claim_id), agree=agree, by=by, at=at),
        gettext("Decided.") if agree else gettext("Sent back: it can be proposed again."),
    )
    return redirect(url_for("hall.claim", claim_id=claim_id))
