"""The certificate of a set of papers: as a page, as a sheet to be filed, and checked on the spot."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from flask import make_response, render_template, send_file
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from exam.extensions import db
from exam.papers import drawing, queries
from exam.papers.models import PaperSet
from exam.papers.specification import Plan, plan_of
from exam.papers.statement import Said, Statement, limit_sentences, rounded, sentences, statement_of
from exam.papers.transcript import numeral, rounding_sentence, rule_sentence
from exam.sittings.queries import place_of_set
from exam.web.access import access
from exam.web.filters import day, label, percent, when
from exam.web.papers.area import blueprint, organises
from question_bank.enums import Kind
from question_bank.errors import N_, fill

ABILITIES = {-1: N_("weak candidates"), 0: N_("middling candidates"), 1: N_("strong candidates")}


@blueprint.get("/sets/<int:paper_set_id>/certificate")
@access(organises, of=queries.paper_set_by_id)
def certificate(paper_set: PaperSet) -> str:
    """What is known of the fairness of a set, in words first."""
    return _page(paper_set)


@blueprint.post("/sets/<int:paper_set_id>/certificate")
@access(organises, of=queries.paper_set_by_id)
def reverify(paper_set: PaperSet) -> str:
    """Draw the set again and compare; the result stands on the page, nothing is written."""
    return _page(paper_set, proof=drawing.verify(db.session(), paper_set))


@blueprint.get("/sets/<int:paper_set_id>/certificate.pdf")
@access(organises, of=queries.paper_set_by_id)
def certificate_pdf(paper_set: PaperSet) -> Response:
    """The certificate on one page, in Chinese."""
    from exam.papers.certificate_sheet import CertificateSheet, write_certificate  # the faces: only where printed

    file = BytesIO()
    with force_locale("zh_Hans_CN"):
        write_certificate(file, CertificateSheet(**_sheet(paper_set)))
    file.seek(0)
    name = f"等值证明-{paper_set.specification.name}-{paper_set.id}.pdf"
    return make_response(send_file(file, "application/pdf", as_attachment=True, download_name=name))


def _rules(plan: Plan) -> list[tuple[str, str]]:
    """Each section with the sentence by which it is marked, as printed."""
    told = [
        (f"{numeral(number)}、{section.title}", rule_sentence(section))
        for number, section in enumerate(plan.sections, 1)
    ]
    return [*told, *([("全卷", rounding_sentence(plan.rounding))] if plan.rounding else [])]


def _page(paper_set: PaperSet, proof: drawing.Verification | None = None) -> str:
    statement = statement_of(paper_set.certificate, paper_set.figures)
    place = place_of_set(db.session(), paper_set.id)
    return render_template(
        "papers/certificate.html",
        paper_set=paper_set,
        place=place,
        statement=statement,
        sentences=_said(sentences(statement)),
        limits=_said(limit_sentences(statement)),
        table=_table(statement),
        command=_command(paper_set),
        kinds={kind.value: kind for kind in Kind},
        rules=_rules(plan_of(paper_set.specification.plan)),
        proof=proof,
    )


def _said(found: Iterable[Said]) -> list[str]:
    return [fill(gettext(each.template), each.params) for each in found]


def _table(statement: Statement) -> list[list[str]]:
    """Head and rows: marks at each ability."""
    if not statement.levels:
        return []
    head = ["", gettext("These papers"), gettext("Standard deviation"), gettext("Drawn at random")]
    return [head] + [
        [gettext(ABILITIES[each.theta]), rounded(each.spread), rounded(each.sd), rounded(each.random_spread)]
        for each in statement.levels
    ]


def _command(paper_set: PaperSet) -> str:
    place = place_of_set(db.session(), paper_set.id)
    return f"liangjuan papers verify {place.sitting.stop_id}" if place else ""


def _sheet(paper_set: PaperSet) -> dict[str, Any]:
    statement = statement_of(paper_set.certificate, paper_set.figures)
    specification, place = paper_set.specification, place_of_set(db.session(), paper_set.id)
    lines = [f"{specification.name}　{gettext('Version %(number)s', number=specification.number)}"]
    if place is not None:
        stop = place.sitting.stop
        lines.append(f"{stop.tour.name}　{stop.unit.name}　{day(stop.starts_at)}　{label(place.audience)}")
    closing = [
        gettext("The figures are worked out from the papers themselves, by the bank as it was when they were drawn.")
    ]
    command = _command(paper_set)
    if command:
        closing.append(
            gettext("To check: %(command)s rebuilds every paper from seed and bank and compares.", command=command)
        )
    return {
        "title": gettext("Certificate of equal papers"),
        "lines": lines,
        "sentences": _said(sentences(statement)),
        "limits": _said(limit_sentences(statement)),
        "limits_title": gettext("What limits this"),
        "table_title": gettext("Widest gap between two papers in expected score, in marks"),
        "table": _table(statement),
        "facts": _facts(paper_set, statement),
        "closing": closing,
        "signed": [
            gettext("Made by: ____________"),
            gettext("Checked by: ____________"),
            gettext("Date: ____________"),
        ],
    }


def _facts(paper_set: PaperSet, statement: Statement) -> list[tuple[str, str]]:
    return [
        (gettext("Drawn"), when(paper_set.made_at)),
        (gettext("Seed"), str(paper_set.seed)),
        (gettext("The most used question"), percent(statement.max_exposure)),
        (gettext("Evenness of use"), "–" if statement.exposure_cv is None else f"{statement.exposure_cv:.2f}"),
        (gettext("Bank"), paper_set.bank_hash),
        (gettext("Specification"), paper_set.specification.plan_hash),
        (gettext("Papers"), paper_set.papers_hash),
    ]
