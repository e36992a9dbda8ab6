"""What a stop's evidence consists of, table by table: rows as they lie in the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.models import Person
from exam.evidence.writing import Row
from exam.grading.models import Appeal, Correction, Mark, Marking, MarkingPlan, Score, ScoreChange
from exam.papers.models import BankSnapshot, Paper, PaperItem, PaperSet, Specification
from exam.reports.models import Release
from exam.sittings.day_models import Claim, HallRules, IdentityCheck, Incident, LateAnswer, Pause, TimeGrant
from exam.sittings.models import Assignment, Attempt, Response, Sitting, SittingPaperSet
from exam.tours.models import RosterEntry, Stop, Team
from question_bank.models import Citation, Document, Question, QuestionVersion
from question_bank.orm import Base
from question_bank.queries import batches, draft_of

LEFT_OUT = {
    "attempt": {"key"},
    "roster_entry": {"ticket"},
    "identity_check": {"photo"},
    "stop": {"lock"},
    "sitting": {"lock"},
    "late_claim": {"lock"},
    "hall_rules": {"lock"},
    "marking_plan": {"lock"},
    "specification": {"lock"},
}
"""Columns that prove nothing: what opens doors, pictures of people, counters of edits."""


@dataclass(frozen=True)
class Ids:
    """The ids of a stop's things, by which its rows are found."""

    stop: int
    sittings: Sequence[int]
    sets: Sequence[int]
    specifications: Sequence[int]
    banks: Sequence[str]
    papers: Sequence[int]
    versions: Sequence[int]
    entries: Sequence[int]
    assignments: Sequence[int]
    attempts: Sequence[int]
    claims: Sequence[int]


@dataclass
class Gathered:
    """By name of the member its rows, in the order of their ids; `stop` in a few words for the head of the package."""

    stop: Row
    ids: Ids
    tables: dict[str, list[Row]] = field(default_factory=dict)


def ids_of(session: Session, stop: Stop) -> Ids:
    """Everything a stop consists of, by id."""

    def found(column: Any, *where: ColumnElement[bool]) -> list[Any]:
        return list(session.scalars(select(column).where(*where).order_by(column)))

    sittings = found(Sitting.id, Sitting.stop_id == stop.id)
    sets = found(SittingPaperSet.paper_set_id, SittingPaperSet.sitting_id.in_(sittings))
    of_sets = PaperSet.id.in_(sets)
    papers = found(Paper.id, Paper.paper_set_id.in_(sets))
    assignments = found(Assignment.id, Assignment.sitting_id.in_(sittings))
    attempts = _many(session, Attempt.id, Attempt.assignment_id, assignments)
    return Ids(
        stop=stop.id,
        sittings=sittings,
        sets=sets,
        specifications=sorted(set(found(PaperSet.specification_id, of_sets))),
        banks=sorted(set(found(PaperSet.bank_hash, of_sets))),
        papers=papers,
        versions=sorted(set(_many(session, PaperItem.question_version_id, PaperItem.paper_id, papers))),
        entries=found(RosterEntry.id, RosterEntry.stop_id == stop.id),
        assignments=assignments,
        attempts=attempts,
        claims=_many(session, Claim.id, Claim.attempt_id, attempts),
    )


def _many(session: Session, wanted: Any, by: Any, ids: Sequence[int]) -> list[Any]:
    return sorted(found for batch in batches(ids) for found in session.scalars(select(wanted).where(by.in_(batch))))


def gather(session: Session, stop: Stop) -> Gathered:
    """Read it all, in one snapshot of the database that the caller provides."""
    ids = ids_of(session, stop)
    made = Gathered(_head(stop), ids)
    for name, model, column, wanted in _plan(ids):
        made.tables[name] = list(_rows(session, model.__table__, column, wanted))
    made.tables["questions"] = list(_questions(session, ids.versions))
    made.tables["people"] = _people(session, made)
    return made


def _plan(ids: Ids) -> list[tuple[str, type[Base], Any, Sequence[Any]]]:
    """Member, table, by which column, which values."""
    of_stop, of_sittings, of_attempts = [ids.stop], ids.sittings, ids.attempts
    return [
        ("stop", Stop, Stop.id, of_stop),
        ("sittings", Sitting, Sitting.id, of_sittings),
        ("roster", RosterEntry, RosterEntry.stop_id, of_stop),
        ("teams", Team, Team.stop_id, of_stop),
        ("specifications", Specification, Specification.id, ids.specifications),
        ("banks", BankSnapshot, BankSnapshot.hash, ids.banks),
        ("sitting_sets", SittingPaperSet, SittingPaperSet.sitting_id, of_sittings),
        ("sets", PaperSet, PaperSet.id, ids.sets),
        ("papers", Paper, Paper.id, ids.papers),
        ("items", PaperItem, PaperItem.paper_id, ids.papers),
        ("assignments", Assignment, Assignment.id, ids.assignments),
        ("attempts", Attempt, Attempt.id, of_attempts),
        ("answers", Response, Response.attempt_id, of_attempts),
        ("late_claims", Claim, Claim.id, ids.claims),
        ("late_answers", LateAnswer, LateAnswer.claim_id, ids.claims),
        ("marks", Mark, Mark.attempt_id, of_attempts),
        ("markings", Marking, Marking.attempt_id, of_attempts),
        ("marking_plans", MarkingPlan, MarkingPlan.sitting_id, of_sittings),
        ("appeals", Appeal, Appeal.attempt_id, of_attempts),
        ("corrections", Correction, Correction.question_version_id, ids.versions),
        ("scores", Score, Score.attempt_id, of_attempts),
        ("score_changes", ScoreChange, ScoreChange.attempt_id, of_attempts),
        ("releases", Release, Release.sitting_id, of_sittings),
        ("pauses", Pause, Pause.sitting_id, of_sittings),
        ("time_grants", TimeGrant, TimeGrant.sitting_id, of_sittings),
        ("incidents", Incident, Incident.stop_id, of_stop),
        ("identity_checks", IdentityCheck, IdentityCheck.roster_entry_id, ids.entries),
        ("hall_rules", HallRules, HallRules.stop_id, of_stop),
    ]


def _rows(session: Session, table: Any, column: Any, wanted: Sequence[Any]) -> Iterator[Row]:
    """The rows of `table` whose `column` is one of `wanted`, by primary key, without what is left out."""
    assert isinstance(table, Table)
    columns = [each for each in table.columns if each.name not in LEFT_OUT.get(table.name, ())]
    key = list(table.primary_key.columns)
    found = [
        dict(row)
        for batch in batches(wanted)
        for row in session.execute(select(*columns).where(column.in_(batch))).mappings()
    ]
    yield from sorted(found, key=lambda row: tuple(row[each.name] for each in key))


def _questions(session: Session, versions: Sequence[int]) -> Iterator[Row]:
    """The wordings that stand on the papers, with keys and citations: what the hashes of the papers go back to."""
    whole = (
        joinedload(QuestionVersion.question).joinedload(Question.topic),
        joinedload(QuestionVersion.citations).joinedload(Citation.document).load_only(Document.title),
    )
    for batch in batches(versions):
        query = select(QuestionVersion).where(QuestionVersion.id.in_(batch)).order_by(QuestionVersion.id)
        for version in session.scalars(query.options(*whole)).unique():
            draft = draft_of(version.question, version)
            yield {
                "id": version.id,
                "code": version.question.code,
                "number": version.number,
                "kind": version.question.kind.value,
                "content_hash": version.content_hash,
                "written_by": version.written_by,
                "written_at": version.written_at,
                "draft": draft.model_dump(mode="json"),
            }


def _head(stop: Stop) -> Row:
    return {
        "uid": stop.uid,
        "number": stop.number,
        "tour": stop.tour.name,
        "unit": stop.unit.name,
        "starts_at": stop.starts_at,
    }


PERSONS = ("marker_id", "decided_by", "confirmed_by", "proposed_by", "by", "began_by", "ended_by", "made_by")


def _people(session: Session, made: Gathered) -> list[Row]:
    """Name and unit of everybody whose deed stands in one of the rows, so that they can be read without the site."""
    ids = {
        row[name] for rows in made.tables.values() for row in rows for name in PERSONS if isinstance(row.get(name), int)
    }
    query = select(Person).where(Person.id.in_(sorted(ids))).options(joinedload(Person.unit)).order_by(Person.id)
    return [{"id": each.id, "name": each.name, "unit": each.unit.name} for each in session.scalars(query)]
