"""Reads on the teams of a final: the scores of three people make one, ranked where they can be compared."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.grading.models import Score
from exam.papers.models import Paper, PaperSet
from exam.sittings.models import Assignment, Attempt, Sitting, SittingStatus
from exam.tours.models import RosterEntry, Team


@dataclass(frozen=True)
class TeamLine:
    """One team: its people, those with a score so far, what they earned of what, and the rank.

    `rank` is None where papers of different specifications make the sums unlike, or nothing is marked.
    """

    team: Team
    members: tuple[RosterEntry, ...]
    scores: int
    marks: Decimal
    total: Decimal
    rank: int | None

    @property
    def complete(self) -> bool:
        """Whether everybody has a score in every paper that is counted."""
        return self.scores > 0 and self.scores % len(self.members) == 0


def standings(session: Session, stop_id: int, *, statuses: Sequence[SittingStatus]) -> list[TeamLine]:
    """The teams of a stop by the marks of all their people in the papers that are `statuses`, the best first.

    Teams are ranked together only where everybody's papers of a kind come from one specification; equal sums share a
    rank.
    """
    members: dict[int, list[RosterEntry]] = defaultdict(list)
    for entry in session.scalars(
        select(RosterEntry).where(RosterEntry.stop_id == stop_id, RosterEntry.team_id.is_not(None))
    ):
        members[entry.team_id or 0].append(entry)
    rows = session.execute(
        select(RosterEntry.team_id, Score.marks, Score.total, Sitting.id, PaperSet.specification_id)
        .join(Assignment, Assignment.roster_entry_id == RosterEntry.id)
        .join(Attempt, Attempt.assignment_id == Assignment.id)
        .join(Score, Score.attempt_id == Attempt.id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .join(Paper, Paper.id == Assignment.paper_id)
        .join(PaperSet, PaperSet.id == Paper.paper_set_id)
        .where(RosterEntry.stop_id == stop_id, RosterEntry.team_id.is_not(None), Sitting.status.in_(statuses))
    ).all()
    teams = session.scalars(select(Team).where(Team.stop_id == stop_id).order_by(Team.name)).all()
    lines = [
        TeamLine(
            team=team,
            members=tuple(sorted(members[team.id], key=lambda entry: entry.seat)),
            scores=sum(row.team_id == team.id for row in rows),
            marks=sum((row.marks for row in rows if row.team_id == team.id), Decimal(0)),
            total=sum((row.total for row in rows if row.team_id == team.id), Decimal(0)),
            rank=None,
        )
        for team in teams
        if members[team.id]
    ]
    specifications: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        specifications[row.id].add(row.specification_id)
    alike = all(len(each) == 1 for each in specifications.values())
    return _ranked(lines) if alike else sorted(lines, key=lambda line: line.team.name)


def _ranked(lines: Sequence[TeamLine]) -> list[TeamLine]:
    best = sorted(lines, key=lambda line: (-line.marks, line.team.name))
    return [
        replace(line, rank=1 + sum(other.marks > line.marks for other in best)) if line.scores else line
        for line in best
    ]
