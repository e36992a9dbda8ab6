"""Changing many questions at once: choose them in the list, say what changes, see it, do it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext, ngettext

from exam import audit, clock
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.bank.area import Page, blueprint, say, writes
from exam.web.bank.moves import back
from exam.web.filters import label
from question_bank import authoring, listing
from question_bank.authoring import Planned
from question_bank.enums import Audience, Difficulty
from question_bank.errors import N_, Invalid
from question_bank.taxonomy import PLACES, ROOTS

NAMES = {
    "topic": N_("Topic"),
    "subtopic": N_("Subtopic"),
    "difficulty": N_("Difficulty"),
    "papers": N_("Paper"),
    "audiences": N_("Audience"),
    "unit_code": N_("Unit"),
    "common_core": N_("For everybody's core"),
    "time_sensitive": N_("Time-sensitive"),
    "valid_to": N_("Valid until"),
}
_PAPERS = {"business": ["business"], "practical": ["practical"], "both": ["business", "practical"]}
_BOTH_WAYS = {"yes": True, "no": False}


@blueprint.post("/bank/batch")
@access(writes)
def batch() -> Page:
    """First the fields, then what would change in each question, then it is done: each by its button."""
    ids = [int(each) for each in request.form.getlist("ids") if each.isascii() and each.isdigit()]
    if not ids:
        flash(gettext("Choose some questions first."), "warning")
        return redirect(back())
    step, change = request.form.get("step", ""), wanted(request.form)
    if step in {"look", "apply"} and not change:
        return _fields(ids, gettext("Say what is to change.")), 400
    try:
        if step == "apply":
            return _applied(ids, change)
        return _looked(ids, change) if step == "look" else _fields(ids)
    except Invalid as error:
        return _fields(ids, "; ".join(say(problem) for problem in error.problems)), 400


def wanted(form: Mapping[str, str]) -> dict[str, object]:
    """What the fields of the page ask for; a field left alone asks for nothing."""
    change: dict[str, object] = {name: form[name] for name in ("topic", "difficulty") if form.get(name)}
    subtopic = form.get("subtopic", "").strip()
    change |= {"subtopic": subtopic} if subtopic else {}
    change |= {"papers": _PAPERS[form["papers"]]} if form.get("papers") in _PAPERS else {}
    for name in ("common_core", "time_sensitive"):
        change |= {name: _BOTH_WAYS[form[name]]} if form.get(name) in _BOTH_WAYS else {}
    audience = form.get("audience", "")
    change |= {"audiences": [] if audience == "everybody" else [audience]} if audience else {}
    if form.get("validity") in {"none", "until"}:
        change["valid_to"] = (form.get("valid_to") or "?") if form["validity"] == "until" else None
    return change


def _fields(ids: list[int], message: str = "") -> str:
    tree = listing.topics(db.session())
    return render_template(
        "bank/batch.html",
        ids=ids,
        message=message,
        planned=None,
        roots=ROOTS,
        subtopics=[(each.name, PLACES.get(each.parent, "")) for each in tree if each.parent],
        difficulties=list(Difficulty),
        audiences=list(Audience),
        back=back(),
    )


def _looked(ids: list[int], change: Mapping[str, object]) -> str:
    found = authoring.planned(db.session(), ids, change)
    kept = [
        (name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", "step", "ids"}
    ]
    return render_template(
        "bank/batch.html",
        ids=[each.question.id for each in found],
        message="",
        planned=[(each.question, _shown(each)) for each in found],
        count=sum(1 for each in found if each.changes),
        kept=kept,
        back=back(),
    )


def _shown(planned: Planned) -> list[tuple[str, str, str]]:
    """Name, value before and value after of each field that changes, in the reader's words."""
    return [
        (gettext(NAMES[name]), _words(name, was), _words(name, now)) for name, (was, now) in planned.changes.items()
    ]


def _words(name: str, value: Any) -> str:
    if name == "topic":
        return PLACES.get(value, str(value))
    if name == "audiences" and not value:
        return str(gettext("Everybody"))
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, Difficulty):
        return f"{int(value)} {label(value)}"
    if isinstance(value, tuple):
        return str(gettext(", ")).join(label(each) for each in value)
    return value.isoformat() if isinstance(value, date) else str(value or gettext("none"))


def _applied(ids: list[int], change: Mapping[str, object]) -> Page:
    now, who = clock.now(), viewer().person_id
    with writing() as session:
        codes, events = authoring.change_many(session, ids, change, at=now)
        audit.note(session, events, by=who, at=now)
    flash(ngettext("%(num)s question was changed.", "%(num)s questions were changed.", len(codes)), "success")
    return redirect(back())
