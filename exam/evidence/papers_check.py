"""Do the papers still bear their hashes, and does the seed give them again?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exam.evidence.contents import Contents, Finding
from exam.evidence.writing import Row
from exam.papers.assembly import CellShortage
from exam.papers.chance import seed_of
from exam.papers.circumstances import circumstances_of
from exam.papers.composition import Wording, bank_hash, compose, papers_hash, restored, sealed
from exam.papers.drawing import LARGEST_SEED, METHOD
from exam.papers.relaxing import select_or_relax
from exam.papers.specification import digest, plan_hash, plan_of
from question_bank.digests import content_hash
from question_bank.drafts import Draft
from question_bank.enums import ScoringRule
from question_bank.kinds import Order, content_of

_RULES = {each.value: each for each in ScoringRule}


@dataclass(frozen=True)
class SetProof:
    """One set of papers: whether its frozen items give its hash, and whether its seed gives the same papers again.

    `redrawn` None: not tried, or drawn by an earlier method that is not kept.
    """

    set_id: int
    specification: str
    audience: str | None
    papers: int
    papers_hash: str
    frozen: bool
    redrawn: bool | None

    def as_json(self) -> dict[str, Any]:
        return {
            "set": self.set_id,
            "specification": self.specification,
            "audience": self.audience,
            "papers": self.papers,
            "papers_hash": self.papers_hash,
            "frozen": self.frozen,
            "redrawn": self.redrawn,
        }


def check_papers(contents: Contents, *, redraw: bool) -> tuple[list[SetProof], list[Finding]]:
    """Every set with its proof; what does not agree is found."""
    findings = [*_check_questions(contents), *_check_sources(contents)]
    specifications = contents.by_id("specifications")
    kept = _kept_hashes(contents)
    proofs = []
    for made in contents.tables["sets"]:
        where = f"sets {made['id']}"
        papers = sorted(
            (row for row in contents.tables["papers"] if row["paper_set_id"] == made["id"]),
            key=lambda row: int(row["position"]),
        )
        differing = [row["code"] for row in papers if kept.get(row["id"]) != row["items_hash"]]
        frozen = not differing and digest([row["items_hash"] for row in papers]) == made["papers_hash"]
        if not frozen:
            findings.append(Finding(where, f"the papers are not those of its hash {differing or ''}".strip()))
        specification = specifications[made["specification_id"]]
        again = _redrawn(contents, made, specification, papers) if redraw and made["method"] == METHOD else None
        if again is False:
            findings.append(Finding(where, "the seed gives other papers"))
        proofs.append(
            SetProof(
                made["id"], specification["code"], made["audience"], len(papers), made["papers_hash"], frozen, again
            )
        )
    return proofs, findings


def _check_questions(contents: Contents) -> Iterator[Finding]:
    for row in contents.tables["questions"]:
        if content_hash(Draft.model_validate(row["draft"])) != row["content_hash"]:
            what = "the wording, its key or the title of a document it cites is not the one of its hash"
            yield Finding(f"questions {row['code']}", what)


def _check_sources(contents: Contents) -> Iterator[Finding]:
    for row in contents.tables["specifications"]:
        if plan_hash(plan_of(row["plan"])) != row["plan_hash"]:
            yield Finding(f"specifications {row['code']}", "the plan is not the one of its hash")
    for row in contents.tables["banks"]:
        if bank_hash(restored(row["questions"])) != row["hash"]:
            yield Finding(f"banks {row['hash'][:12]}", "the bank is not the one of its hash")
    for row in contents.tables["sets"]:
        told = row["certificate"]
        if told and (told.get("papers_hash"), told.get("bank_hash")) != (row["papers_hash"], row["bank_hash"]):
            yield Finding(f"sets {row['id']}", "the certificate is of other papers")


def _kept_hashes(contents: Contents) -> dict[int, str]:
    """By paper the hash of its items as they are in the package."""
    questions = contents.by_id("questions")
    rows: dict[int, list[Any]] = {}
    for item in sorted(contents.tables["items"], key=lambda row: (row["paper_id"], row["position"])):
        question = questions[item["question_version_id"]]
        rows.setdefault(item["paper_id"], []).append(
            sealed(
                item["section"] - 1,
                question["code"],
                question["content_hash"],
                order=Order.model_validate(item["order"]),
                rule=_RULES[item["rule"]],
                marks=Decimal(item["marks"]),
                options=item["rule_options"],
            )
        )
    return {paper: digest(items) for paper, items in rows.items()}


def _redrawn(contents: Contents, made: Row, specification: Row, papers: list[Row]) -> bool:
    """Whether bank, specification, seed and circumstances give the very same papers."""
    plan = plan_of(specification["plan"])
    (bank,) = (row["questions"] for row in contents.tables["banks"] if row["hash"] == made["bank_hash"])
    own = seed_of("set", made["seed"], specification["code"], specification["number"], made["audience"]) % LARGEST_SEED
    wordings = _wordings(contents, papers)
    try:
        selection = select_or_relax(
            plan,
            restored(bank),
            papers=len(papers),
            seed=own,
            circumstances=circumstances_of(made["circumstances"]),
        ).selection
        named = {each.code: each for each in wordings.values()}
        fixed = {section.fixed: named[section.fixed] for section in plan.sections if section.fixed}
        again = compose(plan, selection, wordings=wordings, fixed=fixed, seed=own)
    except (CellShortage, KeyError):  # a question that is on none of the papers: other ones were drawn
        return False
    same = [each.items_hash for each in again] == [row["items_hash"] for row in papers]
    return same and papers_hash(again) == made["papers_hash"]


def _wordings(contents: Contents, papers: list[Row]) -> Mapping[int, Wording]:
    ids = {row["id"] for row in papers}
    used = {item["question_version_id"] for item in contents.tables["items"] if item["paper_id"] in ids}
    return {
        row["id"]: Wording(
            row["id"], row["code"], row["content_hash"], content_of(row["kind"], row["draft"]["content"])
        )
        for row in contents.tables["questions"]
        if row["id"] in used
    }
