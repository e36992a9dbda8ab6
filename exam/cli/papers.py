"""`liangjuan papers assemble | certificate | verify | print`."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
from flask import current_app, url_for
from sqlalchemy.orm import Session

from exam import clock
from exam.cli.output import answer, json_option, progress, with_app
from exam.extensions import db, writing
from exam.papers import drawing
from exam.papers.models import PaperSet, Specification
from exam.papers.queries import paper_set_by_id
from exam.papers.relaxing import sentence_of
from exam.sittings.handouts import attendees_of, lines_of, tickets_of
from exam.sittings.models import Sitting
from exam.sittings.operations import issue_papers, plan_sittings
from exam.sittings.planning import fitting
from exam.sittings.queries import sittings_of, specifications_for
from exam.sittings.sheets import sheets_of
from exam.tours.models import Stop
from exam.tours.queries import audiences_of, stop_by_id
from question_bank.enums import Audience, PaperKind
from question_bank.errors import N_, DomainError, NotAllowed

if TYPE_CHECKING:
    from exam.printing.document import Document

SPARES = 3
PARTS = ("paper", "sheet", "key", "tickets", "attendance")
Figures = dict[str, Any]


@click.group("papers")
def papers() -> None:
    """The papers of a stop: draw, prove, print. STOP is its id, as in its address."""


kind_option = click.option(
    "--kind", "kinds", type=click.Choice([kind.value for kind in PaperKind]), multiple=True, help="Default: both."
)


@papers.command("assemble")
@click.argument("stop", type=int)
@kind_option
@click.option("--seed", type=click.IntRange(0, drawing.LARGEST_SEED), required=True)
@click.option(
    "--count", type=click.IntRange(1), help="Papers of the largest audience with spares; the others get as many spares."
)
@click.option("--dry-run", is_flag=True, help="Draw and say how it went; nothing is written.")
@json_option
@with_app
def assemble(stop: int, kinds: tuple[str, ...], seed: int, count: int | None, *, dry_run: bool, as_json: bool) -> None:
    """Draw the papers of STOP by a seed. The same seed changes nothing; another replaces them until somebody begins."""
    began = time.perf_counter()
    make = _rehearsed if dry_run else _issued
    certificates = sorted(make(stop, _kinds(kinds), seed, count), key=lambda each: -each["papers"])
    data = {
        "papers": sum(each["papers"] for each in certificates),
        "spares": sum(each["spares"] for each in certificates),
        "certificates": certificates,
        "seconds": round(time.perf_counter() - began, 3),
    }
    answer(data, [_line(each) for each in certificates], as_json=as_json)


@papers.command("certificate")
@click.argument("stop", type=int)
@kind_option
@json_option
@with_app
def certificate(stop: int, kinds: tuple[str, ...], *, as_json: bool) -> None:
    """What is known of the papers of STOP, and the seed that gives them again."""
    found = [_of_set(made) for made in _sets(db.session(), stop, _kinds(kinds))]
    found.sort(key=lambda each: -each["papers"])
    answer({"certificates": found}, [_line(each) for each in found], as_json=as_json)


@papers.command("verify")
@click.argument("stop", type=int)
@kind_option
@json_option
@with_app
def verify(stop: int, kinds: tuple[str, ...], *, as_json: bool) -> None:
    """Draw the papers of STOP again and compare; status 1 where one differs."""
    session: Session = db.session()
    proofs = []
    for made in _sets(session, stop, _kinds(kinds)):
        proof = drawing.verify(session, made)
        proofs.append(
            {
                "set": made.id,
                "specification": made.specification.code,
                "same": proof.same,
                "papers_hash": proof.papers_hash,
                "redrawn_hash": proof.redrawn_hash,
                "differing": list(proof.differing),
            }
        )
    same = all(each["same"] for each in proofs)
    words = [f"{each['specification']}: {'same' if each['same'] else each['differing']}" for each in proofs]
    answer({"same": same, "sets": proofs}, words, as_json=as_json, findings=not same)


@papers.command("print")
@click.argument("stop", type=int)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--what", default="paper", show_default=True, help=f"Any of {','.join(PARTS)}, joined by commas.")
@click.option("--size", type=click.Choice(["A4"]), default="A4", show_default=True)
@click.option("--address", default="http://127.0.0.1:8000/", show_default=True, help="Where tickets' QR codes lead.")
@kind_option
@json_option
@with_app
def print_(
    stop: int, *, output: Path, what: str, size: str, address: str, kinds: tuple[str, ...], as_json: bool
) -> None:
    """Write papers, answer keys, tickets or the attendance list of STOP into one PDF file."""
    from exam.printing.document import Document  # ReportLab and the faces: only where something is printed

    del size  # the choice stands in the contract; there is one so far
    parts = _parts(what)
    session: Session = db.session()
    found = stop_by_id(session, stop)
    began = time.process_time()
    try:
        with output.open("wb") as file, current_app.test_request_context(base_url=address):
            document = Document(file, title=f"{found.tour.name} {found.unit.name}")
            for part in parts:
                progress(part)
                _WRITERS[part](document, session, found, _kinds(kinds))
            printed = document.save()
    except OSError as error:
        template = N_("The file %(file)s cannot be written: %(reason)s")
        raise DomainError(template, file=str(output), reason=error.strerror or "") from error
    data = {
        "file": str(output),
        "pages": printed.pages,
        "bytes": printed.bytes,
        "missing_glyphs": list(printed.missing_glyphs),
        "cpu_seconds": round(time.process_time() - began, 3),
    }
    lines = [f"{output}: {printed.pages} pages", *(f"no glyph for {each}" for each in printed.missing_glyphs)]
    answer(data, lines, as_json=as_json, findings=bool(printed.missing_glyphs))


def _kinds(chosen: Sequence[str]) -> tuple[PaperKind, ...]:
    return tuple(kind for kind in PaperKind if not chosen or kind.value in chosen)


def _parts(what: str) -> list[str]:
    """The parts asked for. Wrong ones are wrong use; answer sheets come with scanning."""
    parts = [part.strip() for part in what.split(",") if part.strip()]
    unknown = [part for part in parts if part not in _WRITERS]
    if unknown or not parts:
        known = ", ".join(_WRITERS)
        raise click.BadParameter(f"{', '.join(unknown) or 'nothing'}: one of {known}", param_hint="--what")
    return parts


def _sittings(session: Session, stop: Stop, kinds: Iterable[PaperKind]) -> list[Sitting]:
    return [sitting for sitting in sittings_of(session, stop.id) if sitting.paper_kind in kinds]


def _sets(session: Session, stop_id: int, kinds: Iterable[PaperKind]) -> list[PaperSet]:
    """The sets issued at a stop. Raises NotFound for an unknown stop."""
    stop = stop_by_id(session, stop_id)
    links = [link for sitting in _sittings(session, stop, kinds) for link in sitting.paper_sets]
    return [paper_set_by_id(session, link.paper_set_id) for link in links]


def _rehearsed(stop_id: int, kinds: Sequence[PaperKind], seed: int, count: int | None) -> list[Figures]:
    """Draw for every sitting and audience of the roster as issuing would, in a reading session."""
    session: Session = db.session()
    stop = stop_by_id(session, stop_id)
    roster = audiences_of(session, stop.id)
    spares = _spares(roster, count)
    found = []
    for sitting in _sittings(session, stop, kinds):
        for audience, people in roster.items():
            specification = _fitting(session, sitting, audience)
            drawn = drawing.draw(
                session,
                specification,
                count=people,
                spares=spares,
                seed=seed,
                host_unit_code=stop.unit.code,
                audience=audience,
                on=sitting.opens_at.date(),
            )
            hashes = {"bank_hash": drawn.bank_hash, "papers_hash": drawn.papers_hash}
            found.append(_certificate(specification, drawn.figures, seed, hashes))
    return found


def _fitting(session: Session, sitting: Sitting, audience: Audience) -> Specification:
    candidates = specifications_for(session, sitting.paper_kind)
    return fitting(candidates, audience, sitting.closes_at - sitting.opens_at)


def _spares(roster: Mapping[Audience, int], count: int | None) -> int:
    """Spare papers of every set. Raises NotAllowed for fewer papers than the largest audience has people."""
    people = max(roster.values(), default=0)
    if count is None:
        return SPARES
    if count < people:
        raise NotAllowed(N_("%(count)s papers are too few for %(people)s people."), count=count, people=people)
    return count - people


def _issued(stop_id: int, kinds: Sequence[PaperKind], seed: int, count: int | None) -> list[Figures]:
    """Issue the papers of every sitting; what rehearsing counted out first is not counted again under the lock."""
    _rehearsed(stop_id, kinds, seed, count)
    at = clock.now()
    with writing() as session:
        stop = stop_by_id(session, stop_id)
        if not sittings_of(session, stop.id):
            plan_sittings(session, stop, by=None, at=at)
        spares = _spares(audiences_of(session, stop.id), count)
        found = []
        for sitting in _sittings(session, stop, kinds):
            found += issue_papers(session, sitting, seed=seed, spares=spares, by=None, at=at)
        return [_of_set(made) for made in found]


def _of_set(made: PaperSet) -> Figures:
    hashes = {"bank_hash": made.bank_hash, "papers_hash": made.papers_hash}
    return _certificate(made.specification, made.figures, made.seed, hashes)


def _certificate(specification: Specification, figures: Figures, seed: int, hashes: dict[str, str]) -> Figures:
    """The contract's keys. What needs calibrated difficulty (the spread of expected scores) is not known yet: null."""
    return {
        "specification": specification.code,
        "number": specification.number,
        "papers": figures["papers"],
        "spares": figures["spares"],
        "spread": None,
        "sd": None,
        "random_spread": None,
        "true_sd_estimate": None,
        "exposure_cv": figures["exposure"]["cv"],
        "max_overlap": figures["neighbours"]["questions"],
        "neighbours": figures["neighbours"],
        "enemy_clashes": None,
        "exact": figures["topic_deviation"] == "0",
        "topics": figures["topics"],
        "bands": figures["bands"],
        "relaxed": figures.get("relaxed"),
        "seed": seed,
        "specification_hash": specification.plan_hash,
        **hashes,
    }


def _line(found: Figures) -> str:
    shared = found["neighbours"]
    return (
        f"{found['specification']}: {found['papers']} + {found['spares']} papers, neighbours share "
        f"{shared['mean']:.1%} (at most {shared['max']:.1%}), seed {found['seed']}, {found['papers_hash'][:12]}"
        + (f"\n  {sentence_of(found['relaxed'])}" if found["relaxed"] else "")
    )


def _write_papers(document: "Document", session: Session, stop: Stop, kinds: Sequence[PaperKind]) -> None:
    from exam.papers import booklet  # ReportLab, as above

    booklet.add(document, sheets_of(session, stop, kinds))


def _write_keys(document: "Document", session: Session, stop: Stop, kinds: Sequence[PaperKind]) -> None:
    from exam.papers import booklet  # ReportLab, as above

    booklet.add(document, sheets_of(session, stop, kinds, with_key=True), with_key=True)


def _write_tickets(document: "Document", session: Session, stop: Stop, kinds: Sequence[PaperKind]) -> None:
    from exam.printing.cards import add_tickets  # ReportLab, as above

    del kinds
    tickets = tickets_of(session, stop, address=lambda code: url_for("account.ticket", code=code, _external=True))
    add_tickets(document, tickets, title=f"{stop.tour.name}　准考证", lines=lines_of(stop, _zone()))


def _write_attendance(document: "Document", session: Session, stop: Stop, kinds: Sequence[PaperKind]) -> None:
    from exam.printing.attendance import add_attendance  # ReportLab, as above

    del kinds
    attendees = attendees_of(session, stop)
    add_attendance(document, attendees, title=f"{stop.tour.name}　签到表", lines=lines_of(stop, _zone()))


def _zone() -> ZoneInfo:
    zone: ZoneInfo = current_app.extensions["liangjuan"].zone
    return zone


_WRITERS: dict[str, Callable[["Document", Session, Stop, Sequence[PaperKind]], None]] = {
    "paper": _write_papers,
    "key": _write_keys,
    "tickets": _write_tickets,
    "attendance": _write_attendance,
}
