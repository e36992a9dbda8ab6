"""The list of specifications, the page of one, and trying it out on the bank."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from exam import clock
from exam.accounts.queries import units
from exam.extensions import db, writing
from exam.papers import drawing, queries
from exam.papers.assembly import CellShortage
from exam.papers.coverage import FEW, SOME
from exam.papers.models import Specification, SpecificationStatus
from exam.papers.relaxing import SUBSTITUTES, WAITING
from exam.papers.specification import plan_of
from exam.papers.specifying import retire_specification
from exam.papers.supply import side_by_side
from exam.papers.transcript import numeral, rounding_sentence, rule_sentence
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.papers.area import Page, blueprint, organises, today
from exam.web.papers.forms import RehearsalForm
from question_bank.errors import DomainError


@blueprint.get("/")
@access(organises)
def specifications() -> Page:
    """Every specification with what the bank holds beside its margins."""
    lines = queries.overview(db.session(), on=today())
    used = [line for line in lines if line.specification.status is not SpecificationStatus.RETIRED]
    return render_template(
        "papers/specifications.html", lines=lines, used=used, margins=side_by_side([line.stock for line in used])
    )


@blueprint.get("/shortage")
@access(organises)
def shortage() -> Page:
    """What the bank lacks for each specification, and how each gives way until the county's own module is filled."""
    return render_template("papers/shortage.html", gaps=queries.gaps(db.session(), on=today()), substitutes=SUBSTITUTES)


@blueprint.get("/coverage")
@access(organises)
def coverage() -> Page:
    """The bank by topic, kind and difficulty beside what one specification takes of each."""
    session, wanted = db.session(), request.args.get("specification", type=int)
    offered = queries.in_use(session)
    chosen = next((each for each in offered if each.id == wanted), offered[0] if offered else None)
    found = queries.coverage(session, chosen, on=today()) if chosen else None
    return render_template("papers/coverage.html", offered=offered, chosen=chosen, found=found, few=FEW, some=SOME)


@blueprint.post("/install")
@access(organises)
def install() -> Page:
    """Put the standard specifications in use."""
    from exam.papers.operations import install_standard  # numpy comes with the draw: only where papers are made

    with writing() as session:
        install_standard(session, by=viewer().person_id, at=clock.now())
    flash(gettext("The standard specifications are in use."), "success")
    return redirect(url_for("papers.specifications"))


@blueprint.get("/specifications/<int:specification_id>")
@access(organises, of=queries.specification_by_id)
def specification(specification: Specification) -> Page:
    """Sections, margins, rules, and the sets drawn with it."""
    form = RehearsalForm(formdata=None).offer(specification.audience, units(db.session()))
    return _page(specification, form)


@blueprint.get("/specifications/<int:specification_id>/rehearsal")
@access(organises, of=queries.specification_by_id)
def rehearsal(specification: Specification) -> Page:
    """Draw without writing: the figures, or what the bank lacks."""
    form = RehearsalForm(request.args).offer(specification.audience, units(db.session()))
    if not form.validate():
        return _page(specification, form)
    try:
        drawn = drawing.draw(db.session(), specification, on=today(), **form.wanted())
    except CellShortage as error:
        return _page(specification, form, shortage=error.cells)
    except DomainError as error:
        return _page(specification, form, message=sentence(error))
    return _page(specification, form, figures=drawn.figures)


@blueprint.post("/specifications/<int:specification_id>/retire")
@access(organises, of=queries.specification_by_id)
def retire(specification: Specification) -> Page:
    """Take it out of use; its papers stay."""
    with writing() as session:
        own = queries.specification_by_id(session, specification.id)
        retire_specification(session, own, by=viewer().person_id, at=clock.now())
    flash(gettext("The specification is out of use."), "success")
    return redirect(url_for("papers.specification", specification_id=specification.id))


def _page(specification: Specification, form: RehearsalForm, **result: object) -> Page:
    session = db.session()
    return render_template(
        "papers/specification.html",
        specification=specification,
        plan=plan_of(specification.plan),
        stock=queries.stock(session, specification, on=today()),
        sets=queries.sets_of(session, specification.id),
        versions=queries.versions_of(session, specification.code),
        form=form,
        numeral=numeral,
        rule_sentence=rule_sentence,
        rounding_sentence=rounding_sentence,
        waiting=WAITING,
        substitutes=SUBSTITUTES,
        **result,
    )
