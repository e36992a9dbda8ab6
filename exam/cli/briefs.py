"""`liangjuan tour brief`."""

from pathlib import Path

import click
from flask import current_app

from exam import clock
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db, writing
from exam.reports import brief_phrases, briefing
from exam.reports.brief_content import BriefContent
from exam.tours.queries import stop_by_id
from question_bank.errors import N_, DomainError


@click.command("brief")
@click.argument("stop", type=int)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@json_option
@with_app
def brief(stop: int, output: Path, *, as_json: bool) -> None:
    """Write the lesson brief of STOP (its id) as a PDF of one page; it is brought up to date first."""
    from exam.reports.brief_sheet import head_of, write_brief  # the faces

    session, at = db.session(), clock.now()
    found = stop_by_id(session, stop)
    made = briefing.prepared(session, found.id, at=at)
    if made is not None:
        with writing() as keeping:
            briefing.keep(keeping, stop, made, by=None, at=at)
    kept, found = briefing.made_brief(session, stop), stop_by_id(session, stop)
    content = BriefContent.model_validate(kept.content)
    try:
        with output.open("wb") as file:
            printed = write_brief(file, content, head_of(found, kept, zone=current_app.extensions["liangjuan"].zone))
    except OSError as error:
        template = N_("The file %(file)s cannot be written: %(reason)s")
        raise DomainError(template, file=str(output), reason=error.strerror or "") from error
    data = {
        "file": str(output),
        "stop": stop,
        "number": kept.number,
        "made_at": kept.made_at.isoformat(),
        "pages": printed.pages,
        **content.model_dump(mode="json"),
    }
    lines = [f"{output}：第{kept.number}版", brief_phrases.lead(content)]
    lines += [
        f"{number}. {each.subject}　{brief_phrases.share_line(each)}" for number, each in enumerate(content.points, 1)
    ]
    answer(data, lines, as_json=as_json)
