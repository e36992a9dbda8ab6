"""Two versions of a question beside each other."""

from flask import abort, render_template, request

from exam.accounts.queries import names_of
from exam.extensions import db
from exam.web.access import access
from exam.web.bank.area import blueprint, reads
from question_bank import difference, queries
from question_bank.models import Question, QuestionVersion
from question_bank.queries import question_by_id


@blueprint.get("/bank/questions/<int:question_id>/compare")
@access(reads, of=question_by_id)
def compare(question: Question) -> str:
    """What changed from one version to another; by default from the last but one to the last."""
    versions = {version.number: version for version in queries.versions_of(db.session(), question.id)}
    before = _chosen(versions, "from", max(1, question.latest_number - 1))
    after = _chosen(versions, "to", question.latest_number)
    return render_template(
        "bank/compare.html",
        question=question,
        versions=sorted(versions.values(), key=lambda each: each.number),
        before=before,
        after=after,
        changes=difference.changes(queries.draft_of(question, before), queries.draft_of(question, after)),
        names=names_of(db.session(), {version.written_by for version in versions.values()}),
    )


def _chosen(versions: dict[int, QuestionVersion], name: str, usual: int) -> QuestionVersion:
    version = versions.get(request.args.get(name, usual, type=int))
    return version or abort(404)
