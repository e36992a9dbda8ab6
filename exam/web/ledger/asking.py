"""What anybody can reach: the form behind a stop's QR code, the address at which an asker follows, the FAQ."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts import tries
from exam.accounts.tries import TooManyTries
from exam.extensions import db, writing
from exam.ledger import collecting, faq, flood, following, queries
from exam.ledger.collecting import Told
from exam.ledger.flow import Act, CaseStatus, may
from exam.ledger.models import Asker, Case
from exam.tours.models import Stop
from exam.web.access import access, current_viewer, public, signed_in, viewer
from exam.web.errors import sentence
from exam.web.ledger.area import Page, act, blueprint, zone
from exam.web.ledger.forms import AskForm, topics
from question_bank.errors import DomainError, NotFound

WAY = (
    *(CaseStatus.COLLECTED, CaseStatus.SORTED, CaseStatus.CLASSIFIED, CaseStatus.ASSIGNED),
    *(CaseStatus.ANSWERED, CaseStatus.FOLLOWED_UP, CaseStatus.CLOSED),
)


@blueprint.get("/ask/<token>")
@public
def ask(token: str) -> Page:
    """The form of a stop, for a phone, without any script."""
    return _form(_stop(token), AskForm(formdata=None))


def _stop(token: str) -> Stop:
    try:
        return queries.stop_by_token(db.session(), token)
    except NotFound:
        abort(404)


def _form(stop: Stop, form: AskForm, message: str = "") -> str:
    open_ = collecting.takes_questions(stop, at=clock.now())
    return render_template("ledger/ask.html", stop=stop, form=form, message=message, open=open_, who=current_viewer())


@blueprint.post("/ask/<token>")
@public
def send_question(token: str) -> Page:
    """Keep the question; who asked is led to the address at which it is followed."""
    stop, form, message = _stop(token), AskForm(), ""
    if form.validate_on_submit():
        try:
            asker_token = _keep(stop.id, form)
            return redirect(url_for("ledger.follow", token=asker_token, new=1))
        except TooManyTries as error:
            wait = error.params["seconds"]
            message = gettext(
                "Many questions are coming in. Please send it again in %(seconds)s seconds.", seconds=wait
            )
        except DomainError as error:
            message = sentence(error)
    return _form(_stop(token), form, message), 400


def _keep(stop_id: int, form: AskForm) -> str:
    at, keys = clock.now(), flood.keys(request.remote_addr or "", stop_id)
    who = current_viewer()
    told = Told(
        text=form.text.data or "",
        person_id=who.person_id if who else None,
        unit_id=who.unit_id if who and not form.anonymous.data else None,
        anonymous=bool(form.anonymous.data) or (who is None and not (form.name.data or "").strip()),
        enterprise=bool(form.enterprise.data),
        name=form.name.data or "",
        contact=form.contact.data or "",
    )
    tries.refuse_while_waiting(db.session(), keys, at=at)
    with writing() as session:
        tries.count_failure(session, keys, at=at)
        return collecting.ask(session, session.get_one(Stop, stop_id), told, at=at).token


@blueprint.get("/ask/case/<token>")
@public
def follow(token: str) -> Page:
    """How far it is: for whoever has the address."""
    return _follow(_asker(token))


def _asker(token: str) -> Asker:
    try:
        return queries.asker_by_token(db.session(), token)
    except NotFound:
        abort(404)


def _follow(asker: Asker, message: str = "") -> str:
    session = db.session()
    case = queries.case_by_id(session, asker.case_id)
    steps = queries.steps_of(session, [case.id])
    answers = queries.answers_of(session, case.id)
    return render_template(
        "ledger/follow.html",
        asker=asker,
        case=case,
        way=[(status, status in {step.after for step in steps}) for status in WAY],
        answers=answers,
        fallen=faq.fallen(answers[0]) if answers else (),
        reason=_reason(case, [step.note for step in steps if step.act == Act.SET_ASIDE.value]),
        may_say=may(case.status, Act.HELPED, following.ASKING),
        may_object=following.may_object(session, asker, case, at=clock.now(), zone=zone()),
        message=message,
        new=request.args.get("new") == "1",
    )


def _reason(case: Case, notes: list[str]) -> str:
    return notes[-1] if notes and case.status is CaseStatus.SET_ASIDE else ""


@blueprint.post("/ask/case/<token>")
@public
def say(token: str) -> Page:
    """The asker says whether the answer helped."""
    asker_id, said = _asker(token).id, request.form.get("said", "")
    helped = request.form.get("verdict") == "helped"

    def deed(session: Session) -> object:
        asker, at = session.get_one(Asker, asker_id), clock.now()
        if helped:
            return following.helped(session, asker, said=said, at=at)
        return following.object_to(session, asker, said=said, at=at, zone=zone())

    message = act(deed)
    if message:
        return _follow(_asker(token), message), 400
    flash(gettext("Thank you for telling us."), "success")
    return redirect(url_for("ledger.follow", token=token))


@blueprint.get("/ledger/mine")
@access(signed_in)
def mine() -> Page:
    """What somebody who signed in has asked, from papers too."""
    return render_template("ledger/mine.html", asked=queries.asked_by(db.session(), viewer().person_id))


@blueprint.get("/faq")
@public
def answers_for_all() -> Page:
    """Questions answered for everybody, with the law."""
    text, topic = request.args.get("q", "").strip()[:80], request.args.get("topic", "")
    fallen_only = request.args.get("review") == "1"
    found = faq.entries(db.session(), text=text, topic=topic, fallen_only=fallen_only)
    return render_template(
        "ledger/faq.html", entries=found, q=text, topic=topic, topics=topics(), fallen_only=fallen_only
    )
