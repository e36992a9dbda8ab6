"""What the county does not know: the questions that fewest people answered rightly."""

from flask import render_template, request
from flask_babel import gettext

from exam.accounts.roles import Role
from exam.extensions import db
from exam.reports import findings
from exam.reports.questions import QuestionLine, question_report
from exam.tours import queries as tours
from exam.web.access import access, viewer
from exam.web.reports.area import blueprint, compares
from exam.web.reports.choices import chosen, measure_tabs, said, scope_for

SHOWN = 15
"""So many questions are drawn; the list has more."""


@blueprint.get("/reports/questions")
@access(compares)
def questions() -> str:
    """The least known questions with what was expected and what was chosen wrongly; of one topic where one is named."""
    choice, who, topic = chosen(), viewer(), request.args.get("topic", "")
    report = question_report(
        db.session(), scope_for(who, tour_id=choice.tour_id), paper_kind=choice.measure.paper_kind, limit=200
    )
    lines = [each for each in report.lines if not topic or topic == each.topic]
    return render_template(
        "reports/questions.html",
        choice=choice,
        report=report,
        lines=lines[:40],
        topic=topic,
        topics=dict(sorted({each.topic: each.topic_name for each in report.lines}.items())),
        tours=tours.tours(db.session()),
        finding=said(findings.of_questions([(each.facility, each.unexpected) for each in lines])),
        bars=[_bar(each) for each in lines[:SHOWN]],
        writes=who.has(Role.ORGANISER),
        measures=measure_tabs(choice, "reports.questions", topic=topic or None),
    )


def _bar(line: QuestionLine) -> dict[str, object]:
    return {
        "label": line.code,
        "value": round(float(line.facility) * 100, 1),
        "low": None,
        "high": None,
        "text": gettext("%(share)s%% of %(count)s", share=f"{line.facility * 100:.0f}", count=line.answers),
        "emphasis": line.unexpected,
        "grey": False,
    }
