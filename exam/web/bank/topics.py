"""How many reviewers each topic needs."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from exam import audit, clock
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.bank.area import Page, arranges, blueprint, reads
from exam.web.bank.law_forms import ReviewersForm
from exam.web.errors import sentence
from question_bank import readings, reviewing
from question_bank.errors import DomainError
from question_bank.models import Topic
from question_bank.readings import topic_by_id


@blueprint.get("/bank/topics")
@access(reads)
def topics() -> str:
    """The topics of the first level, each with the reviewers it needs; subtopics follow them."""
    return render_template(
        "bank/topics.html", topics=readings.roots(db.session()), may_arrange=arranges(viewer(), None)
    )


@blueprint.post("/bank/topics/<int:topic_id>/reviewers")
@access(arranges, of=topic_by_id)
def set_reviewers(topic: Topic) -> Page:
    """Decide how many people other than its author must approve a question."""
    form, now, who = ReviewersForm(), clock.now(), viewer().person_id
    try:
        with writing() as session:
            row = topic_by_id(session, topic.id)
            events = reviewing.set_reviewers(session, row, form.needed.data or 0)
            audit.note(session, events, by=who, at=now)
        flash(gettext("%(topic)s: %(count)s from now on.", topic=row.name, count=row.reviewers_needed), "success")
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(url_for("bank.topics"))
