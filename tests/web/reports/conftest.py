"""A stop with both papers, released or not, and browsers of the people around it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.roles import Role
from exam.extensions import writing
from exam.reports.operations import release_results
from exam.sittings.models import Assignment, Attempt
from exam.sittings.queries import sitting_by_id
from question_bank.enums import PaperKind
from tests.factories.accounts import make_person, make_unit, sign_in
from tests.factories.papers import SINGLE, TRUE_FALSE
from tests.factories.results import SIX_CHOICES, make_sat_paper
from tests.factories.tours import make_entry, make_stop
from tests.prepared import Prepared


@dataclass
class Hall:
    """Ids; `people` by their business score, `keys` of their business papers, `names` as on the roster."""

    stop: int
    tour: int
    unit: int
    other_unit: int
    sittings: dict[PaperKind, int]
    people: dict[int, int]
    entries: dict[int, int]
    keys: dict[int, str]
    names: dict[int, str]


SCORES = (100, 90, 80, 70, 60, 40)


def make_hall(session: Session) -> dict[str, Any]:
    """Six people of 石桥镇, in whose business paper everybody scored differently; closed, not released."""
    unit, other = make_unit(session, name="石桥镇"), make_unit(session, name="临河镇")
    stop = make_stop(session, unit=unit)
    entries = {score: make_entry(session, stop, person=make_person(session, unit=unit)) for score in SCORES}
    scores = {entry: score for score, entry in entries.items()}
    business = make_sat_paper(session, stop, scores, contents=SIX_CHOICES)
    practical = make_sat_paper(
        session,
        stop,
        dict.fromkeys(entries.values(), 70),
        paper_kind=PaperKind.PRACTICAL,
        contents=((SINGLE, 70), (TRUE_FALSE, 30)),
    )
    return {
        "stop": stop.id,
        "tour": stop.tour_id,
        "unit": unit.id,
        "other_unit": other.id,
        "sittings": {PaperKind.BUSINESS.value: business.id, PaperKind.PRACTICAL.value: practical.id},
        "people": {score: entry.person_id for score, entry in entries.items()},
        "entries": {score: entry.id for score, entry in entries.items()},
        "keys": _keys(session, business.id, {entry.id: score for score, entry in entries.items()}),
        "names": {score: entry.name for score, entry in entries.items()},
    }


HALL = Prepared("hall", make_hall)


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own in which the hall has sat."""
    with HALL.copy(engine_name, tmp_path, request) as url:
        yield url


@pytest.fixture
def hall(app: APIFlask, tmp_path_factory: pytest.TempPathFactory) -> Hall:
    """The hall as `make_hall` made it."""
    told = HALL.told(tmp_path_factory)
    by_score = {
        name: {int(score): value for score, value in told[name].items()}
        for name in ("people", "entries", "keys", "names")
    }
    sittings = {PaperKind(kind): sitting_id for kind, sitting_id in told["sittings"].items()}
    return Hall(**{**told, **by_score, "sittings": sittings})


def _keys(session: Session, sitting_id: int, scores: dict[int, int]) -> dict[int, str]:
    found = session.execute(
        select(Assignment.roster_entry_id, Attempt.key)
        .join(Attempt, Attempt.assignment_id == Assignment.id)
        .where(Assignment.sitting_id == sitting_id)
    )
    return {scores[entry_id]: key for entry_id, key in found}


@pytest.fixture
def released(app: APIFlask, hall: Hall) -> Hall:
    """The same hall with the results of both papers out."""
    with app.app_context(), writing() as session:
        for sitting_id in hall.sittings.values():
            sitting = sitting_by_id(session, sitting_id)
            release_results(session, sitting, by=None, at=sitting.closes_at)
    return hall


@pytest.fixture
def browser(app: APIFlask) -> Callable[..., FlaskClient]:
    """A browser of a new person with these roles, of a unit if one is named."""

    def made(*roles: Role, unit_id: int | None = None) -> FlaskClient:
        with app.app_context(), writing() as session:
            person = make_person(session, roles=roles)
            person.unit_id = unit_id or person.unit_id
            person_id = person.id
        return signed(person_id)

    def signed(person_id: int, entry_id: int | None = None) -> FlaskClient:
        client = app.test_client()
        sign_in(client, app, person_id, entry_id)
        return client

    made.of = signed  # type: ignore[attr-defined]
    return made
