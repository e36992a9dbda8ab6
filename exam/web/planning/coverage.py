"""Where a tour has been and where not, on a schematic map and in a table, down to the villages."""

from dataclasses import dataclass

from flask import render_template

from exam.extensions import db
from exam.tours import coverage as covered
from exam.tours import queries
from exam.tours.coverage import Reached, UnitLine
from exam.tours.models import Tour
from exam.tours.sketch import Sketch, sketch
from exam.web.access import access
from exam.web.deeds import Page
from exam.web.planning.area import blueprint, sees_tour


@dataclass(frozen=True)
class Coverage:
    """Every unit with its villages; `route` are the numbers of the drawing's points in order of the stops held."""

    lines: tuple[UnitLine, ...]
    map: Sketch
    route: tuple[tuple[float, float], ...]

    def units(self, reached: Reached) -> int:
        return sum(line.reached is reached for line in self.lines)

    def villages(self, reached: Reached) -> int:
        return sum(line.count(reached) for line in self.lines)

    @property
    def all_villages(self) -> int:
        return sum(len(line.villages) for line in self.lines)

    @property
    def off_map(self) -> tuple[UnitLine, ...]:
        return tuple(line for line in self.lines if line.point is None)


def of(lines: list[UnitLine]) -> Coverage:
    """The page's value of a tour's lines."""
    drawn = sketch([(line.unit.id, *line.point, line.unit.name) for line in lines if line.point is not None])
    spots = {spot.key: spot for spot in drawn.spots}
    held = [(line.stops[0].starts_at, spots[line.unit.id]) for line in lines if line.stops and line.unit.id in spots]
    done = {line.unit.id for line in lines if line.reached is Reached.BEEN}
    route = [(spot.x, spot.y) for _, spot in sorted(held, key=lambda each: each[0]) if spot.key in done]
    return Coverage(tuple(lines), drawn, tuple(route))


@blueprint.get("/<int:tour_id>/coverage")
@access(sees_tour, of=queries.tour_by_id)
def coverage(tour: Tour) -> Page:
    """The map, the table, and the villages of every town."""
    return render_template(
        "planning/coverage.html",
        tour=tour,
        coverage=of(covered.coverage(db.session(), tour)),
        states=list(Reached),
    )
