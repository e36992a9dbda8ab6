"""What hangs on the wall during a lecture: the code that leads to the quiz, or to the feedback."""

from enum import StrEnum
from io import BytesIO
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Response, jsonify, render_template, url_for
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.roles import Viewer
from exam.extensions import db
from exam.lessons import queries
from exam.tours.models import Stop
from exam.tours.queries import attendance, stop_by_id
from exam.web.access import access, permission
from exam.web.lessons.area import blueprint, leads_lesson
from question_bank.errors import N_, NotFound

THIS_MACHINE_ONLY = {"localhost", "127.0.0.1", "[::1]"}


class Wall(StrEnum):
    """What a wall's code leads to."""

    QUIZ = "quiz"
    FEEDBACK = "feedback"


class Hung(NamedTuple):
    """A wall at a stop."""

    stop: Stop
    wall: Wall


def wall_at(session: Session, stop_id: int, wall: str) -> Hung:
    """Raises NotFound."""
    known = next((each for each in Wall if each.value == wall), None)
    if known is None:
        raise NotFound(N_("There is no such page."))
    return Hung(stop_by_id(session, stop_id), known)


@permission
def leads_lesson_of_wall(viewer: Viewer, hung: Hung) -> bool:
    return leads_lesson(viewer, hung.stop)


def _address(hung: Hung) -> str:
    endpoint = "lessons.come_in" if hung.wall is Wall.QUIZ else "lessons.feedback"
    return url_for(endpoint, uid=hung.stop.uid, _external=True)


@blueprint.get("/stops/<int:stop_id>/wall/<wall>")
@access(leads_lesson_of_wall, of=wall_at)
def wall(hung: Hung) -> str:
    """The page for the projector."""
    address = _address(hung)
    return render_template(
        "lessons/wall.html",
        stop=hung.stop,
        wall=hung.wall,
        address=address,
        unreachable=urlsplit(address).netloc.rsplit(":", 1)[0] in THIS_MACHINE_ONLY,
        figures=_figures(hung),
        now=round(clock.now().timestamp() * 1000),
    )


def _figures(hung: Hung) -> dict[str, int]:
    """How many are there, and how many have handed in."""
    session = db.session()
    there = attendance(session, [hung.stop.id])[hung.stop.id].checked_in
    if hung.wall is Wall.FEEDBACK:
        return {"there": there, "done": queries.feedback_of(session, stop_id=hung.stop.id).given}
    held = queries.open_round_of(session, hung.stop.id, at=clock.now())
    lines = queries.round_lines(session, hung.stop.id)
    return {"there": there, "done": sum(line.sheets for line in lines if held and line.phase is held.phase)}


@blueprint.get("/stops/<int:stop_id>/wall/<wall>/counts")
@access(leads_lesson_of_wall, of=wall_at)
def wall_counts(hung: Hung) -> Response:
    """The figures of the page, for its script."""
    return jsonify(now=round(clock.now().timestamp() * 1000), sittings={"wall": _figures(hung)})


@blueprint.get("/stops/<int:stop_id>/wall/<wall>.svg")
@access(leads_lesson_of_wall, of=wall_at)
def wall_code(hung: Hung) -> Response:
    """The code, at the address under which this page itself was asked for."""
    import segno  # only here, once a hall

    picture = BytesIO()
    segno.make(_address(hung), error="m").save(picture, kind="svg", scale=10, border=2)
    return Response(picture.getvalue(), mimetype="image/svg+xml")
