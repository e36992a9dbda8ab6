"""Papers and answer keys as PDF or for Word. What leaves here counts as printed: no other papers take its place."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from flask import request, send_file
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db, writing
from exam.papers import queries
from exam.papers.models import Paper, PaperSet
from exam.papers.printed import note_printed
from exam.web.access import access, viewer
from exam.web.papers.area import blueprint, organises

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/paper/<int:paper_id>.pdf")
@access(organises, of=queries.paper_by_id)
def paper_pdf(paper: Paper) -> Response:
    """One paper; with `key=1` its answer key."""
    return _sent([paper.id], name=paper.code, ending="pdf")


@blueprint.get("/paper/<int:paper_id>.docx")
@access(organises, of=queries.paper_by_id)
def paper_word(paper: Paper) -> Response:
    """The same for offices that must edit."""
    return _sent([paper.id], name=paper.code, ending="docx")


@blueprint.get("/sets/<int:paper_set_id>.pdf")
@access(organises, of=queries.paper_set_by_id)
def set_pdf(paper_set: PaperSet) -> Response:
    """All papers of a set in one file; with `key=1` their answer keys."""
    papers = queries.papers_of(db.session(), paper_set.id)
    return _sent([paper.id for paper in papers], name=f"{paper_set.specification.name}-{paper_set.id}", ending="pdf")


def _sent(paper_ids: Sequence[int], *, name: str, ending: str) -> Response:
    with_key = request.args.get("key") == "1"
    found = queries.sheets(db.session(), paper_ids, with_key=with_key)
    file = BytesIO()
    _writer(ending)(file, list(found.values()), with_key=with_key)
    with writing() as session:
        what = ["key" if with_key else "paper"]
        note_printed(session, paper_ids, what=what, by=viewer().person_id, at=clock.now(), format=ending)
    file.seek(0)
    title = "参考答案" if with_key else "试卷"
    kind = PDF if ending == "pdf" else WORD
    answer = send_file(file, kind, as_attachment=True, download_name=f"{title}-{name}.{ending}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _writer(ending: str) -> Callable[..., Any]:
    """`write(file, sheets, *, with_key)` of the format."""
    if ending == "docx":
        from exam.papers import word  # python-docx: a fifth of a second, only where it is asked for

        return word.write
    from exam.papers import booklet  # the faces take a tenth of a second and 30 MB: only where something is printed

    return booklet.write
