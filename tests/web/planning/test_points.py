"""Page and planner count the same points."""

import re
from typing import TYPE_CHECKING

from exam import config
from exam.accounts.models import Unit
from exam.app import job_functions
from exam.extensions import db, writing
from exam.jobs.models import Job
from exam.jobs.worker import Worker
from tests.factories.accounts import make_person
from tests.factories.results import make_sat_paper, released
from tests.factories.tours import make_entry, make_stop

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.planning.conftest import Planned

WEAK = 30
"""Points of a lecture that teaches nothing the unit is weak at."""


def _learn_little(planned: "Planned") -> None:
    """At an earlier tour somebody of the first unit knew nothing about the county; no lecture of this one is on it."""
    with planned.app.app_context(), writing() as session:
        unit = session.get_one(Unit, planned.units[0])
        stop = make_stop(session, unit=unit)
        entry = make_entry(session, stop, person=make_person(session, unit=unit))
        released(session, make_sat_paper(session, stop, {entry: 0}))


def _points(planned: "Planned") -> int:
    page = planned.client().get(planned.path()).text
    found = re.search(r'class="panel-head"><h3>[^<]*</h3><span class="muted number">(\d+)', page)
    return int(found.group(1)) if found else 0


def test_what_a_unit_knows_least_counts_on_the_page_as_for_the_planner(planned: "Planned", tmp_path: "Path") -> None:
    before = _points(planned)
    _learn_little(planned)
    shown = _points(planned)
    assert shown == before + WEAK
    client = planned.client()
    assert "薄弱" in client.get(f"/planning/placements/{planned.placements[0]}").text
    client.post(planned.path("/propose"), data={"keep": "keep"})
    with planned.app.app_context():
        settings = config.Settings(tmp_path, "", "test", config.load(tmp_path).zone)
        worker = Worker(db.engine, tmp_path, job_functions(settings))
    worker.sweep()
    worker.huey.execute(worker.huey.dequeue())
    worker.close()
    with planned.app.app_context():
        (job,) = db.session().query(Job).all()
        assert job.result is not None
        assert (job.result["before"], job.result["cost"]) == (shown, shown)
