"""Drawing without writing: what an assembly would give, and whether drawing a set again gives the same papers.

Counting out a specification takes a second of processor time the first time a process meets it. Who rehearses in a
reading session before assembling in a writing one holds the writers' lock for a fraction of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from time import process_time
from typing import Any

from sqlalchemy.orm import Session

from exam.papers import queries
from exam.papers.assembly import Selection
from exam.papers.certificate import Certificate, certificate_of
from exam.papers.chance import seed_of
from exam.papers.circumstances import NOTHING_BEFORE, Circumstances, circumstances_of
from exam.papers.composition import ComposedPaper, Wording, bank_hash, compose, papers_hash, restored
from exam.papers.figures import figures
from exam.papers.models import BankSnapshot, PaperSet, Specification
from exam.papers.relaxing import select_or_relax
from exam.papers.specification import Plan, digest, plan_of
from question_bank.drawable import Drawable
from question_bank.enums import Audience
from question_bank.errors import N_, Invalid, NotAllowed, Problem
from question_bank.queries import drawable, latest_version, question_by_code

LARGEST_SEED = 2**63 - 1
METHOD = 4
"""Deal and swap, as it is now. The first method counted out tables and drew by chance, the second and the third dealt
and swapped with other tables and in another order; their sets stay, they do not."""


@dataclass(frozen=True)
class Drawn:
    """Papers that exist only here: the bank they come from, the papers by seat with spares last, what is said of them.

    `circumstances` is what the draw went by beside the bank.
    """

    bank: Sequence[Drawable]
    papers: tuple[ComposedPaper, ...]
    figures: dict[str, Any]
    certificate: Certificate
    circumstances: Circumstances

    @property
    def bank_hash(self) -> str:
        return self.certificate.bank_hash

    @property
    def papers_hash(self) -> str:
        return self.certificate.papers_hash


@dataclass(frozen=True)
class Verification:
    """Whether drawing a set again gives the very same papers; `differing` are the positions of those that differ.

    `redrawn` is False for a set of an earlier method, which is not kept: then only what lies in the database was
    compared with what was frozen, and `redrawn_hash` is the hash of that.
    """

    same: bool
    papers_hash: str
    redrawn_hash: str
    differing: tuple[int, ...]
    redrawn: bool = True


def draw(
    session: Session,
    specification: Specification,
    *,
    count: int,
    spares: int,
    seed: int,
    host_unit_code: str | None,
    audience: Audience | None,
    on: date,
    circumstances: Circumstances = NOTHING_BEFORE,
) -> Drawn:
    """Draw `count` papers and `spares` more from what the bank offers on day `on`; nothing is written.

    `circumstances`: what the tour and its people have had, by position in the order of seats. Where only the county's
    own questions are missing the specification gives way, and the figures say how (`relaxed`). Raises Shortage naming
    what the bank lacks, Invalid for a count or seed out of range.
    """
    _check_numbers(count=count, spares=spares, seed=seed)
    began = process_time()
    plan = plan_of(specification.plan)
    bank = drawable(
        session, paper_kind=specification.paper_kind, on=on, audience=audience, host_unit_code=host_unit_code
    )
    own = own_seed(seed, specification, audience)
    found = select_or_relax(plan, bank, papers=count + spares, seed=own, circumstances=circumstances)
    papers = _composed(session, plan, found.selection, seed=own)
    said = figures(found.plan, found.selection, bank=len(bank), spares=spares, seconds=process_time() - began)
    if found.relaxation:
        said["relaxed"] = found.relaxation.figures()
    certificate = certificate_of(
        found.plan,
        bank,
        found.selection,
        spares=spares,
        seed=seed,
        own_seed=own,
        hashes={
            "bank_hash": bank_hash(bank),
            "specification_hash": specification.plan_hash,
            "papers_hash": papers_hash(papers),
        },
        circumstances=circumstances,
        county_lacks=found.relaxation is not None,
    )
    return Drawn(bank, papers, said, certificate, circumstances)


def own_seed(seed: int, specification: Specification, audience: Audience | None) -> int:
    """The seed of one set: neighbours of two audiences, drawn with one seed from one specification, differ too."""
    return seed_of("set", seed, specification.code, specification.number, audience) % LARGEST_SEED


def verify(session: Session, paper_set: PaperSet) -> Verification:
    """Draw a set again from the bank as it was then, and compare it paper by paper with what was frozen.

    The hashes of what lies in the database are computed anew too, so that an altered item shows. For a set of an
    earlier method that is all that can be done.
    """
    if paper_set.method != METHOD:
        return _unaltered(session, paper_set)
    plan = plan_of(paper_set.specification.plan)
    bank = restored(session.get_one(BankSnapshot, paper_set.bank_hash).questions)
    papers = queries.papers_of(session, paper_set.id)
    own = own_seed(paper_set.seed, paper_set.specification, paper_set.audience)
    circumstances = circumstances_of(paper_set.circumstances)
    selection = select_or_relax(plan, bank, papers=len(papers), seed=own, circumstances=circumstances).selection
    redrawn = _composed(session, plan, selection, seed=own)
    kept = queries.kept_hashes(session, paper_set.id)
    differing = tuple(
        paper.position
        for paper, again in zip(papers, redrawn, strict=True)
        if not paper.items_hash == again.items_hash == kept.get(paper.id)
    )
    hashed = papers_hash(redrawn)
    return Verification(not differing and hashed == paper_set.papers_hash, paper_set.papers_hash, hashed, differing)


def _unaltered(session: Session, paper_set: PaperSet) -> Verification:
    """Compare what lies in the database with the hashes that were frozen with it."""
    kept = queries.kept_hashes(session, paper_set.id)
    papers = queries.papers_of(session, paper_set.id)
    differing = tuple(paper.position for paper in papers if paper.items_hash != kept.get(paper.id))
    hashed = digest([paper.items_hash for paper in papers])
    same = not differing and hashed == paper_set.papers_hash
    return Verification(same, paper_set.papers_hash, hashed, differing, redrawn=False)


def _check_numbers(*, count: int, spares: int, seed: int) -> None:
    problems = []
    if not 0 <= seed <= LARGEST_SEED:
        problems.append(
            Problem("seed", N_("The seed must be a whole number from 0 to %(most)s."), {"most": LARGEST_SEED})
        )
    if count < 1:
        problems.append(Problem("count", N_("At least one paper must be drawn.")))
    if spares < 0:
        problems.append(Problem("spares", N_("The number of spare papers cannot be negative.")))
    if problems:
        raise Invalid(problems)


def _composed(session: Session, plan: Plan, selection: Selection, *, seed: int) -> tuple[ComposedPaper, ...]:
    drawn = {item.question.version_id for paper in selection.papers for item in paper.items}
    return compose(
        plan,
        selection,
        wordings=queries.wordings(session, sorted(drawn)),
        fixed=_fixed(session, plan),
        seed=seed,
    )


def _fixed(session: Session, plan: Plan) -> dict[str, Wording]:
    """The wordings of the questions that the plan itself names."""
    found: dict[str, Wording] = {}
    for code in {section.fixed for section in plan.sections if section.fixed}:
        question = question_by_code(session, code)
        if question is None:
            raise NotAllowed(N_("The question %(code)s is not installed."), code=code)
        version = latest_version(session, question)
        found[code] = queries.wordings(session, [version.id])[version.id]
    return found
