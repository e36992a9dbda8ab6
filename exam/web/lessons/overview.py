"""What the lectures of a tour taught: by lecture, by unit, by topic."""

from flask import render_template, request
from flask_babel import gettext

from exam.accounts.roles import Role
from exam.extensions import db
from exam.lessons import figures
from exam.lessons.gain import Gain
from exam.tours.queries import current_tour, tours
from exam.web.access import access, viewer
from exam.web.lessons.area import Page, blueprint, sees_overview


@blueprint.get("/")
@access(sees_overview)
def lectures() -> Page:
    """The lectures of one tour; a lecturer sees the own ones."""
    session, who = db.session(), viewer()
    known = tours(session)
    tour = next((each for each in known if each.id == request.args.get("tour", type=int)), None) or current_tour(
        session
    )
    own = None if who.has(Role.ORGANISER, Role.LEADER) else who.person_id
    found = figures.overview(session, tour.id, lecturer_person_id=own) if tour else None
    return render_template(
        "lessons/overview.html",
        tours=known,
        tour=tour,
        found=found,
        units=_bars(found.gains.units if found else []),
        topics=_bars(found.gains.topics if found else []),
        finding=_finding(found.gains.units if found else []),
    )


def _bars(gains: list[Gain]) -> list[dict[str, object]]:
    """The gains that can be told, in percentage points."""
    return [
        {
            "label": each.name,
            **{name: round(100 * (getattr(each.learned, name) or 0), 1) for name in ("low", "high")},
            "value": round(100 * (each.learned.mean or 0), 1),
        }
        for each in gains
        if not each.learned.too_few
    ]


def _finding(gains: list[Gain]) -> str:
    told = [each for each in gains if each.learned.mean is not None]
    if not told:
        return str(gettext("No unit has enough answers before and after a lecture yet"))
    best = told[0]
    points = round(100 * (best.learned.mean or 0), 1)
    return str(gettext("%(unit)s gained the most: %(points)s points", unit=best.name, points=points))
