"""Papers and answer keys as PDF."""

from collections.abc import Sequence
from io import BytesIO

from flask import request, send_file
from werkzeug.wrappers import Response

from exam.extensions import db
from exam.papers import queries
from exam.papers.models import Paper, PaperSet
from exam.web.access import access
from exam.web.papers.area import blueprint, organises


@blueprint.get("/paper/<int:paper_id>.pdf")
@access(organises, of=queries.paper_by_id)
def paper_pdf(paper: Paper) -> Response:
    """One paper; with `key=1` its answer key."""
    return _pdf([paper.id], name=paper.code)


@blueprint.get("/sets/<int:paper_set_id>.pdf")
@access(organises, of=queries.paper_set_by_id)
def set_pdf(paper_set: PaperSet) -> Response:
    """All papers of a set in one file; with `key=1` their answer keys."""
    papers = queries.papers_of(db.session(), paper_set.id)
    return _pdf([paper.id for paper in papers], name=f"{paper_set.specification.name}-{paper_set.id}")


def _pdf(paper_ids: Sequence[int], *, name: str) -> Response:
    from exam.papers import booklet  # the faces take a tenth of a second and 30 MB: only where something is printed

    with_key = request.args.get("key") == "1"
    found = queries.sheets(db.session(), paper_ids, with_key=with_key)
    file = BytesIO()
    booklet.write(file, found.values(), with_key=with_key)
    file.seek(0)
    title = "参考答案" if with_key else "试卷"
    answer = send_file(file, mimetype="application/pdf", as_attachment=True, download_name=f"{title}-{name}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer
