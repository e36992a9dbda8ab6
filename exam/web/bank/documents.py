"""The register of laws and policies on which questions rest."""

from flask import render_template

from exam.extensions import db
from exam.web.access import access
from exam.web.bank.area import blueprint, reads
from question_bank import queries


@blueprint.get("/bank/documents")
@access(reads)
def documents() -> str:
    """Every document with number, dates, and how many questions cite it."""
    return render_template("bank/documents.html", uses=queries.documents(db.session()))
