"""The projector's page: where to go with the phone, the time, how many are writing. No names."""

from io import BytesIO

from flask import Response, jsonify, render_template

from exam import clock
from exam.extensions import db
from exam.sittings import queries, trials
from exam.tours.flow import ATTENDED
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, viewer
from exam.web.hall import door
from exam.web.hall.area import blueprint, digits_of, in_charge, looks_after


@blueprint.get("/<int:stop_id>")
@access(in_charge, of=stop_by_id)
def projector(stop: Stop) -> str:
    """What hangs on the wall."""
    address = door.address()
    return render_template(
        "hall/projector.html",
        stop=stop,
        address=door.typed(address),
        unreachable=door.only_here(address),
        digits=digits_of(stop) if stop.status in ATTENDED else "",
        lines=queries.hall_lines(db.session(), stop.id),
        now=round(clock.now().timestamp() * 1000),
        runs=looks_after(viewer(), stop),
        phones=trials.count(db.session(), stop.id),
    )


@blueprint.get("/<int:stop_id>/counts")
@access(in_charge, of=stop_by_id)
def counts(stop: Stop) -> Response:
    """The figures of the page, for its script."""
    lines = queries.hall_lines(db.session(), stop.id)
    figures = {
        str(line.sitting.id): {name: getattr(line.progress, name) for name in ("waiting", "writing", "ended")}
        for line in lines
    }
    return jsonify(now=round(clock.now().timestamp() * 1000), sittings=figures)


@blueprint.get("/<int:stop_id>/door.svg", endpoint="door")
@access(in_charge, of=stop_by_id)
def door_code(stop: Stop) -> Response:
    """The QR code of the hall's door, at the address phones can reach."""
    del stop
    import segno  # only here, once a hall

    picture = BytesIO()
    segno.make(door.address(), error="m").save(picture, kind="svg", scale=10, border=2)
    return Response(picture.getvalue(), mimetype="image/svg+xml")
