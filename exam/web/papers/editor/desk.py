"""A specification's form on its way through a request: checked, given way, saved, put beside another's."""

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db, writing
from exam.papers import queries, specifying
from exam.papers.coverage import Coverage, coverage_of
from exam.papers.models import Specification
from exam.papers.relaxing import SUBSTITUTES, WAITING
from exam.papers.remedies import Finding, finding_of
from exam.papers.specifying import Terms, terms_of
from exam.papers.transcript import numeral
from exam.web.access import viewer
from exam.web.errors import sentence
from exam.web.papers.area import Page, today
from exam.web.papers.editor.counting import beside, said, sums_in_words
from exam.web.papers.editor.differing import OPTIONS, differences, merged
from exam.web.papers.editor.filling import act, fresh, named, typed_in, typed_of
from exam.web.papers.editor.offers import offers
from exam.web.papers.editor.reading import Read, read
from exam.web.typed import Typed
from question_bank.enums import Audience
from question_bank.errors import DomainError

SAVE, CHECK, MERGE, REMEDY = "save", "check", "merge", "remedy"


@dataclass(frozen=True)
class Desk:
    """A form. `specification` is None for a new one; `seen` is the lock it was opened with.

    `finding` is what the bank says to it, where that was asked; `coverage` how far it reaches.
    """

    typed: Typed
    specification: Specification | None = None
    seen: str = ""
    action: str = ""
    message: str = ""
    finding: Finding | None = None
    coverage: Coverage | None = None
    is_quiet: bool = False

    @property
    def url(self) -> str:
        """Where the form is sent."""
        if self.specification is not None:
            return url_for("papers.edit", specification_id=self.specification.id)
        return url_for("papers.compose")

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The whole form as names and texts, to be carried through a page that shows something else."""
        return list(named(self.typed))

    @property
    def is_saving(self) -> bool:
        return self.action == SAVE or self.action.startswith(REMEDY)


def new() -> Desk:
    """An empty form."""
    return Desk(fresh(), is_quiet=True)


def opened(specification: Specification) -> Desk:
    """A form filled with a specification as it stands."""
    return Desk(typed_of(terms_of(specification)), specification, str(specification.lock))


def posted(specification: Specification | None = None) -> Desk:
    """The form of this request, with what its row buttons asked done."""
    typed, action = typed_in(request.form), request.form.get("do", "")
    act(typed, action)
    return Desk(typed, specification, request.form.get("seen", ""), action)


def page(desk: Desk) -> str:
    """The form with what stands beside it."""
    found = read(desk.typed)
    session = db.session()
    return render_template("papers/editor/form.html", **_context(session, desk, found))


def _context(session: Session, desk: Desk, found: Read) -> dict[str, Any]:
    return {
        "desk": desk,
        "typed": desk.typed,
        "specification": desk.specification,
        "said": {} if desk.is_quiet else said(found.problems),
        "sums": sums_in_words(found),
        "held": beside(session, desk.typed, found, on=today()),
        "numeral": numeral,
        "county": WAITING,
        "substitutes": SUBSTITUTES,
        "option_labels": OPTIONS,
        **offers(desk.typed),
    }


def checked(desk: Desk) -> Desk:
    """The form with what the bank says to it; as it is where it does not hold together."""
    terms = read(desk.typed).terms
    if terms is None:
        return desk
    asked = [terms.audience] if terms.audience else list(Audience)
    banks = [queries.offered_to(db.session(), terms.paper_kind, audience, on=today()) for audience in asked]
    finding = finding_of(terms.plan, *banks)
    coverage = min((coverage_of(terms.plan, bank) for bank in banks), key=_papers) if finding.feasible else None
    return replace(desk, finding=finding, coverage=coverage)


def _papers(coverage: Coverage) -> int:
    return coverage.papers


def given_way(desk: Desk) -> Desk:
    """The form with the way out taken that its button names; as it is, checked anew, where the bank has changed."""
    terms = read(desk.typed).terms
    finding = checked(desk).finding
    remedy = finding.offered(desk.action.partition(":")[2]) if finding else None
    if terms is None or remedy is None:
        return replace(desk, action=CHECK)
    return replace(desk, typed=typed_of(replace(terms, plan=remedy.plan)))


def merging(desk: Desk) -> Desk:
    """The form opened anew on what is saved now, with the parts the organiser keeps from the own text."""
    mine, taken = desk.typed.get("mine"), desk.typed.get("take")
    if desk.specification is None or not isinstance(mine, dict) or not isinstance(taken, dict):
        return desk
    theirs = typed_of(terms_of(desk.specification))
    return replace(desk, typed=merged(mine, theirs, taken), seen=str(desk.specification.lock))


def saved(desk: Desk) -> Page:
    """Keep the form, or show what stands in the way; nothing that was typed is lost."""
    terms = read(desk.typed).terms
    if terms is None:
        return page(desk), 400
    if _overtaken(desk):
        return _beside_theirs(desk), 409
    try:
        kept = _written(desk, terms)
    except specifying.Overtaken:
        db.session.rollback()
        return _beside_theirs(desk), 409
    except DomainError as error:
        return page(replace(desk, message=sentence(error))), 400
    flash(gettext("“%(name)s” is saved as a draft, version %(number)s.", name=kept.name, number=kept.number), "success")
    after = "papers.check" if desk.action.startswith(REMEDY) else "papers.specification"
    return redirect(url_for(after, specification_id=kept.id))


def _overtaken(desk: Desk) -> bool:
    """Whether somebody else has saved since the form was opened, and something else than what is in the form."""
    now = desk.specification
    return now is not None and str(now.lock) != desk.seen and bool(_differences(desk))


def _differences(desk: Desk) -> list[Any]:
    return differences(desk.typed, typed_of(terms_of(desk.specification))) if desk.specification else []


def _beside_theirs(desk: Desk) -> str:
    """Both texts side by side; nothing is overwritten."""
    return render_template("papers/editor/overtaken.html", desk=desk, found=_differences(desk))


def _written(desk: Desk, terms: Terms) -> Specification:
    who, at = viewer().person_id, clock.now()
    with writing() as session:
        if desk.specification is None:
            return specifying.draft_specification(session, terms, by=who, at=at)
        known = queries.specification_by_id(session, desk.specification.id)
        seen = int(desk.seen) if desk.seen.isdecimal() else 0
        return specifying.revise_specification(session, known, terms, seen=seen, by=who, at=at)
