"""`liangjuan papers print`: whatever is printed for a stop, as one PDF or, of papers and keys, as a Word file."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from flask import current_app, url_for
from sqlalchemy.orm import Session

from exam import clock
from exam.cli.output import answer, json_option, progress, with_app
from exam.cli.papers import kind_option, kinds_of, papers
from exam.config import Settings
from exam.extensions import db, writing
from exam.printouts import operations
from exam.printouts.choice import SIZES, WHATS, Choice, Order, What
from exam.printouts.material import Material, material_of
from exam.scanning import codes
from exam.scanning.sheet import SheetLayout
from exam.sittings.sheets import sheets_for
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from question_bank.errors import N_, DomainError

WORD = ".docx"
IN_WORD = frozenset({What.PAPER, What.KEY})


@papers.command("print")
@click.argument("stop", type=int)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="A file that ends with .docx is written for Word: papers, or keys with --what key.",
)
@click.option("--what", default="paper", show_default=True, help=f"Any of {','.join(WHATS)}, joined by commas.")
@click.option("--size", type=click.Choice(list(SIZES)), default="A4", show_default=True)
@click.option(
    "--order",
    type=click.Choice([each.value for each in Order]),
    default="part",
    show_default=True,
    help="Together stands everything of one kind (part), or everything for one person (person).",
)
@click.option("--photo", is_flag=True, help="Tickets leave room for a picture.")
@click.option("--address", default="http://127.0.0.1:8000/", show_default=True, help="Where tickets' QR codes lead.")
@kind_option
@json_option
@with_app
def print_(
    stop: int,
    *,
    output: Path,
    what: str,
    size: str,
    order: str,
    photo: bool,
    address: str,
    kinds: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write what is printed for STOP into one file. Papers printed once can no longer be exchanged for others."""
    choice = Choice(what=_parts(what), size=SIZES[size], order=Order(order), kinds=kinds_of(kinds), photo=photo)
    began = time.process_time()
    with current_app.test_request_context(base_url=address):
        leading_to = url_for("account.ticket", code="", _external=True)
    figures = _printed(stop, choice, output, leading_to)
    figures["cpu_seconds"] = round(time.process_time() - began, 3)
    missing = figures["missing_glyphs"]
    pages = "" if figures["pages"] is None else f": {figures['pages']} pages"
    lines = [f"{output}{pages}", *(f"no glyph for {each}" for each in missing), *figures["affected"]]
    answer({"file": str(output)} | figures, lines, as_json=as_json, findings=bool(missing))


def _parts(what: str) -> tuple[What, ...]:
    """The parts asked for. Wrong ones are wrong use."""
    parts = [part.strip() for part in what.split(",") if part.strip()]
    unknown = [part for part in parts if part not in WHATS]
    if unknown or not parts:
        known = ", ".join(WHATS)
        raise click.BadParameter(f"{', '.join(unknown) or 'nothing'}: one of {known}", param_hint="--what")
    return tuple(WHATS[part] for part in parts)


def _printed(stop_id: int, choice: Choice, output: Path, address: str) -> dict[str, Any]:
    """Write the file, then count it as printed; a file that is no longer true by then is taken away again."""
    settings: Settings = current_app.extensions["liangjuan"]
    session: Session = db.session()
    stop = stop_by_id(session, stop_id)
    found = material_of(session, stop, zone=settings.zone, address=address)
    operations.check(found, choice)
    progress(", ".join(choice.what))
    write = _word if output.suffix == WORD else _pdf
    try:
        figures, layouts = write(output, stop, found, choice)
    except OSError as error:
        template = N_("The file %(file)s cannot be written: %(reason)s")
        raise DomainError(template, file=str(output), reason=error.strerror or "") from error
    try:
        with writing() as session:
            again = stop_by_id(session, stop_id)
            now = material_of(session, again, zone=settings.zone, address=address)
            operations.count_as_printed(
                session,
                again,
                choice,
                now=now,
                fingerprint=found.fingerprint(choice),
                by=None,
                at=clock.now(),
                layouts=layouts,
                pages=figures["pages"],
            )
    except DomainError:
        output.unlink(missing_ok=True)
        raise
    return figures | {"affected": _affected(found)}


def _affected(found: Material) -> list[str]:
    """Who has a character that prints in another face or as a box, to be looked at."""
    from exam.printing.preflight import affected  # the faces, as below

    return [each.words for each in affected((each.name, each.unit) for each in found.attendees)]


def _pdf(output: Path, stop: Stop, found: Material, choice: Choice) -> tuple[dict[str, Any], dict[int, SheetLayout]]:
    from exam.printouts.drawing import write  # ReportLab and the faces: only where something is printed

    settings: Settings = current_app.extensions["liangjuan"]
    with output.open("wb") as file:
        printed, layouts = write(file, db.session(), stop, found, choice, key=codes.key_of(settings.secret_key))
    missing = list(printed.missing_glyphs)
    return {"pages": printed.pages, "bytes": printed.bytes, "missing_glyphs": missing}, layouts


def _word(output: Path, stop: Stop, found: Material, choice: Choice) -> tuple[dict[str, Any], dict[int, SheetLayout]]:
    """Papers or keys for Word, which breaks pages itself: their number is not known."""
    from exam.papers import word  # python-docx, as above

    if set(choice.what) - IN_WORD or len(choice.what) > 1:
        raise click.BadParameter("a Word file holds either paper or key", param_hint="--what")
    with_key = choice.what == (What.KEY,)
    sheets: Iterable[Any] = sheets_for(db.session(), stop, found.copies_for(choice), with_key=with_key)
    with output.open("wb") as file:
        word.write(file, sheets, with_key=with_key)
    return {"pages": None, "bytes": output.stat().st_size, "missing_glyphs": []}, {}
