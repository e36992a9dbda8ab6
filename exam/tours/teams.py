"""Verbs on the teams of a county final: three of a unit sit together, and their scores make one."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam import audit
from exam.tours import queries
from exam.tours.flow import Absence, Purpose
from exam.tours.models import RosterEntry, Stop, Team
from question_bank.errors import N_, NotAllowed

SIZE = 3


def teams_of(session: Session, stop_id: int) -> list[Team]:
    """The teams of a stop by name."""
    return list(
        session.scalars(
            select(Team).where(Team.stop_id == stop_id).options(joinedload(Team.unit)).order_by(Team.name, Team.id)
        )
    )


def form_teams(session: Session, stop: Stop, *, by: int | None, at: datetime) -> list[Team]:
    """Make teams of three of a unit from those on the roster who are in none, by seat; who is left over stays single.

    Raises NotAllowed away from a final, or when no unit has three people left.
    """
    _refuse_elsewhere(stop)
    waiting: dict[int, list[RosterEntry]] = defaultdict(list)
    for entry in queries.roster_of(session, stop.id):
        if entry.team_id is None and entry.absence is Absence.NONE:
            waiting[entry.unit_id].append(entry)
    taken = {team.name for team in teams_of(session, stop.id)}
    made = []
    for entries in waiting.values():
        for start in range(0, len(entries) - SIZE + 1, SIZE):
            members = entries[start : start + SIZE]
            team = Team(stop_id=stop.id, unit_id=members[0].unit_id, name=_free_name(members[0].unit.name, taken))
            session.add(team)
            session.flush()
            for entry in members:
                entry.team_id = team.id
            made.append(team)
    if not made:
        raise NotAllowed(N_("No unit has three people who are in no team yet."))
    session.flush()
    detail = {"teams": [team.name for team in made]}
    audit.record(session, "teams.formed", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return made


def place_members(
    session: Session, stop: Stop, wanted: Mapping[int, int | None], *, by: int | None, at: datetime
) -> int:
    """Put people into teams by roster entry, or into none; teams left empty go. How many changed.

    Raises NotAllowed away from a final, for a team of another stop or unit, and for a team of more than three.
    """
    _refuse_elsewhere(stop)
    teams = {team.id: team for team in teams_of(session, stop.id)}
    entries = queries.roster_of(session, stop.id)
    changed = []
    for entry in entries:
        to = wanted.get(entry.id, entry.team_id)
        if to == entry.team_id:
            continue
        if to is not None and (to not in teams or teams[to].unit_id != entry.unit_id):
            raise NotAllowed(N_("%(name)s can only be in a team of the own unit."), name=entry.name)
        changed.append({"entry": entry.id, "from": entry.team_id, "to": to})
        entry.team_id = to
    heads = {team_id: sum(entry.team_id == team_id for entry in entries) for team_id in teams}
    for team_id, number in heads.items():
        if number > SIZE:
            raise NotAllowed(N_("A team has three people; %(name)s would have more."), name=teams[team_id].name)
    session.flush()
    for team_id, number in heads.items():
        if not number:
            session.delete(teams[team_id])
    session.flush()
    if changed:
        audit.record(session, "teams.changed", f"stop:{stop.id}", by=by, at=at, detail={"members": changed})
    return len(changed)


def _refuse_elsewhere(stop: Stop) -> None:
    if stop.purpose is not Purpose.FINAL:
        raise NotAllowed(N_("There are teams at a county final only."))


def _free_name(unit: str, taken: set[str]) -> str:
    """The unit's name, from its second team on with a number."""
    name, number = unit, 1
    while name in taken:
        number += 1
        name = f"{unit}{number}队"
    taken.add(name)
    return name
