"""One set of papers: its figures, its proof, its papers; and one paper as its candidate will see it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from exam.extensions import db
from exam.papers import drawing, queries
from exam.papers.models import Paper, PaperSet
from exam.papers.specification import plan_of
from exam.web.access import access
from exam.web.papers.area import Page, blueprint, organises


@blueprint.get("/sets/<int:paper_set_id>")
@access(organises, of=queries.paper_set_by_id)
def paper_set(paper_set: PaperSet) -> Page:
    """Figures, hashes and the list of papers."""
    return render_template(
        "papers/set.html",
        paper_set=paper_set,
        plan=plan_of(paper_set.specification.plan),
        papers=queries.papers_of(db.session(), paper_set.id),
    )


@blueprint.post("/sets/<int:paper_set_id>/verify")
@access(organises, of=queries.paper_set_by_id)
def verify(paper_set: PaperSet) -> Page:
    """Draw the set again and say whether it is the same; nothing is written."""
    proof = drawing.verify(db.session(), paper_set)
    if proof.same:
        flash(gettext("Drawn again from the same bank and seed: every paper is the same."), "success")
    elif proof.differing:
        numbers = ", ".join(map(str, proof.differing))
        flash(gettext("Drawn again, these papers differ: %(numbers)s.", numbers=numbers), "danger")
    else:
        flash(gettext("The papers are unaltered, but their common hash differs."), "danger")
    return redirect(url_for("papers.paper_set", paper_set_id=paper_set.id))


@blueprint.get("/paper/<int:paper_id>")
@access(organises, of=queries.paper_by_id)
def paper(paper: Paper) -> Page:
    """The paper as a page; with `key=1` the answers beside it."""
    with_key = request.args.get("key") == "1"
    sheet = queries.sheets(db.session(), [paper.id], with_key=with_key)[paper.id]
    before, after = queries.neighbours(db.session(), paper)
    return render_template("papers/paper.html", paper=paper, sheet=sheet, with_key=with_key, before=before, after=after)
