"""The test page of a hall: every phone opens it before the start, and the hall counts those that got through."""

import secrets
from dataclasses import dataclass

from flask import Response as JsonResponse
from flask import abort, jsonify, render_template, request, url_for
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db, writing
from exam.sittings import trials
from exam.sittings.day_models import PhoneTrial
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, public
from exam.web.deeds import Page
from exam.web.devices import device_name
from exam.web.hall.area import blueprint, looks_after
from question_bank.errors import NotFound

TOKEN = 8
"""Characters a phone's own name has at least."""


@dataclass(frozen=True)
class Phones:
    """What a hall's phones told: `fitting` can sit, `others` need a look."""

    all: tuple[PhoneTrial, ...]
    others: tuple[PhoneTrial, ...]

    @property
    def fitting(self) -> int:
        return len(self.all) - len(self.others)


def _stop(session: Session) -> Stop | None:
    """The stop the page is for: named in the address, or the one that is near."""
    wanted = request.values.get("stop", type=int) or trials.stop_near(session, at=clock.now())
    try:
        return stop_by_id(session, wanted) if wanted else None
    except NotFound:
        return None


@blueprint.get("/try")
@public
def trial() -> Page:
    """The page a phone opens."""
    wechat = "MicroMessenger" in request.user_agent.string
    return _page(_stop(db.session()), secrets.token_urlsafe(18), wechat=wechat)


def _page(stop: Stop | None, token: str, *, wechat: bool = False, counted: bool = False) -> str:
    return render_template(
        "hall/try.html", stop=stop, token=token, wechat=wechat, counted=counted, start=url_for("account.ticket")
    )


@blueprint.post("/try")
@public
def count_trial() -> Page | JsonResponse:
    """Count a phone: from the page's script with what it found, or from the button of a browser without scripts."""
    session, token = db.session(), request.form.get("token", "")[:40]
    if len(token) < TOKEN:
        abort(400)
    stop, found = _stop(session), {name: request.form.get(name) == "yes" for name in trials.ABILITIES}
    stop_id, device = (stop.id if stop else None), device_name(request.user_agent.string)
    told = found | {"ms": request.form.get("ms", type=int)}
    with writing() as changing:
        kept = trials.keep(changing, stop_id=stop_id, token=token, device=device, found=told, at=clock.now())
    if request.form.get("script") == "yes":
        return jsonify(kept=kept)
    return _page(stop, token, counted=True)


@blueprint.get("/<int:stop_id>/phones")
@access(looks_after, of=stop_by_id)
def phones(stop: Stop) -> Page:
    """How many phones got through, and which need a look."""
    known = tuple(trials.trials_of(db.session(), stop.id))
    others = tuple(each for each in known if not trials.fits(each))
    address = url_for("hall.trial", stop=stop.id, _external=True)
    return render_template("hall/phones.html", stop=stop, phones=Phones(known, others), address=address)
