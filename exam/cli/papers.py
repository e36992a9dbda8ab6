"""`liangjuan papers assemble | certificate | verify`; `print` stands in `exam.cli.prints`."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from sqlalchemy.orm import Session

from exam import clock
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db, writing
from exam.papers import drawing
from exam.papers.models import PaperSet, Specification
from exam.papers.queries import paper_set_by_id
from exam.papers.relaxing import sentence_of
from exam.sittings.earlier import circumstances_of
from exam.sittings.models import Sitting
from exam.sittings.operations import issue_papers, plan_sittings
from exam.sittings.planning import specification_of
from exam.sittings.queries import sittings_of
from exam.tours.models import Stop
from exam.tours.queries import audiences_of, stop_by_id
from question_bank.enums import Audience, PaperKind
from question_bank.errors import N_, NotAllowed

SPARES = 3
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
    certificates = sorted(make(stop, kinds_of(kinds), seed, count), key=lambda each: -each["papers"])
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
    found = [_of_set(made) for made in _sets(db.session(), stop, kinds_of(kinds))]
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
    for made in _sets(session, stop, kinds_of(kinds)):
        proof = drawing.verify(session, made)
        proofs.append(
            {
                "set": made.id,
                "specification": made.specification.code,
                "same": proof.same,
                "papers_hash": proof.papers_hash,
                "redrawn_hash": proof.redrawn_hash,
                "differing": list(proof.differing),
                "redrawn": proof.redrawn,
            }
        )
    same = all(each["same"] for each in proofs)
    words = [f"{each['specification']}: {_proof(each)}" for each in proofs]
    answer({"same": same, "sets": proofs}, words, as_json=as_json, findings=not same)


def kinds_of(chosen: Sequence[str]) -> tuple[PaperKind, ...]:
    return tuple(kind for kind in PaperKind if not chosen or kind.value in chosen)


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
    today: dict[int, set[str]] | None = None
    for sitting in _sittings(session, stop, kinds):
        given: dict[int, set[str]] = dict(today or {})
        for audience in roster:
            entries = [entry for entry in stop.roster if entry.audience is audience]
            specification = specification_of(session, sitting, audience)
            drawn = drawing.draw(
                session,
                specification,
                count=len(entries),
                spares=spares,
                seed=seed,
                host_unit_code=stop.unit.code,
                audience=audience,
                on=sitting.opens_at.date(),
                circumstances=circumstances_of(session, sitting, entries, today=today),
            )
            for entry, paper in zip(entries, drawn.papers, strict=False):
                given[entry.id] = given.get(entry.id, set()) | {item.wording.code for item in paper.items}
            found.append(_certificate(specification, drawn.figures, drawn.certificate.model_dump(mode="json")))
        today = given
    return found


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
    hashes = {
        "seed": made.seed,
        "bank_hash": made.bank_hash,
        "specification_hash": made.specification.plan_hash,
        "papers_hash": made.papers_hash,
    }
    return _certificate(made.specification, made.figures, {**made.certificate, **hashes})


def _certificate(specification: Specification, figures: Figures, certificate: Mapping[str, Any]) -> Figures:
    """The contract's keys. Of a set of the first method the figures of evenness are not known: null."""
    unknown = dict.fromkeys(("spread", "sd", "random_spread", "true_sd_estimate", "enemy_clashes"))
    return {
        **unknown,
        "exposure_cv": figures["exposure"]["cv"],
        "max_overlap": figures["neighbours"]["questions"],
        "exact": figures["topic_deviation"] == "0",
        **certificate,
        "specification": specification.code,
        "number": specification.number,
        "papers": figures["papers"],
        "spares": figures["spares"],
        "neighbours": figures["neighbours"],
        "topics": figures["topics"],
        "bands": figures["bands"],
        "relaxed": figures.get("relaxed"),
    }


def _proof(proof: Mapping[str, Any]) -> str:
    if not proof["same"]:
        return f"papers {', '.join(map(str, proof['differing']))} differ"
    if not proof["redrawn"]:
        return "not altered since (drawn by an earlier method, which cannot draw them again)"
    return "drawn again, the same"


def _line(found: Figures) -> str:
    """A set in a line or three: how even, how far apart, by which seed."""
    lines = [f"{found['specification']}: {found['papers']} + {found['spares']} papers, seed {found['seed']}"]
    if found["spread"] is not None:
        spread, plain = found["spread"]["0"], found["random_spread"]["0"]
        lines.append(
            f"  expected scores differ by at most {spread:.2f} marks (drawn at random: {plain:.2f}); "
            f"true standard deviation about {found['true_sd_estimate']:.2f} as far as difficulty is known"
        )
    shared = found["neighbours"]
    lines.append(
        f"  neighbours share at most {found['max_overlap']} questions, {shared['mean']:.1%} on the average; "
        f"papers {found['papers_hash'][:12]}"
    )
    if found.get("limits"):
        lines.append(f"  limits: {', '.join(found['limits'])}")
    if found["relaxed"]:
        lines.append(f"  {sentence_of(found['relaxed'])}")
    return "\n".join(lines)
