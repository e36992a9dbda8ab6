"""The projector's page: where to go with the phone, the time, how many are writing. No names."""

from io import BytesIO
from urllib.parse import urlsplit

from flask import Response, jsonify, render_template, url_for

from exam import clock
from exam.extensions import db
from exam.sittings import queries, trials
from exam.tours.flow import ATTENDED
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, viewer
from exam.web.hall.area import blueprint, digits_of, in_charge, looks_after

THIS_MACHINE_ONLY = {"localhost", "127.0.0.1", "[::1]"}


@blueprint.get("/<int:stop_id>")
@access(in_charge, of=stop_by_id)
def projector(stop: Stop) -> str:
    """What hangs on the wall."""
    address = url_for("account.ticket", _external=True)
    return render_template(
        "hall/projector.html",
        stop=stop,
        address=address,
        unreachable=urlsplit(address).netloc.rsplit(":", 1)[0] in THIS_MACHINE_ONLY,
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


@blueprint.get("/<int:stop_id>/door.svg")
@access(in_charge, of=stop_by_id)
def door(stop: Stop) -> Response:
    """The QR code of the ticket door, at the address under which this page itself was asked for."""
    del stop
    import segno  # only here, once a hall

    picture = BytesIO()
    segno.make(url_for("account.ticket", _external=True), error="m").save(picture, kind="svg", scale=10, border=2)
    return Response(picture.getvalue(), mimetype="image/svg+xml")
