"""What the office sets up: the days of the rules, the QR code of a stop's form."""

from io import BytesIO

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext

from exam import clock
from exam.extensions import db
from exam.ledger import case_view, collecting, queries
from exam.ledger.operations import set_rules
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access
from exam.web.ledger.area import Page, act, blueprint, hand, organises, oversees
from exam.web.ledger.forms import RulesForm


@blueprint.get("/ledger/rules")
@access(oversees)
def rules() -> Page:
    """By what cases are handled."""
    kept = queries.rules(db.session())
    return render_template("ledger/rules.html", form=RulesForm(formdata=None, data=kept.model_dump()), message="")


@blueprint.post("/ledger/rules")
@access(organises)
def change_rules() -> Page:
    """Set the days; cases that stand keep their due dates."""
    form, message = RulesForm(), ""
    if form.validate_on_submit():
        message = act(lambda session: set_rules(session, form.rules(), hand=hand(), at=clock.now()))
        if not message:
            flash(gettext("Saved. Due dates that stand are left as they are."), "success")
            return redirect(url_for("ledger.rules"))
    return render_template("ledger/rules.html", form=form, message=message), 400


@blueprint.get("/ledger/stops/<int:stop_id>")
@access(organises, of=stop_by_id)
def stop_form(stop: Stop) -> Page:
    """The sheet with the QR code of a stop's form, to be hung up or projected, and what it has brought in."""
    return render_template(
        "ledger/poster.html",
        stop=stop,
        address=url_for("ledger.ask", token=stop.uid, _external=True),
        open=collecting.takes_questions(stop, at=clock.now()),
        cases=case_view.stop_cases(db.session(), stop.id),
    )


@blueprint.get("/ledger/stops/<int:stop_id>/ask.svg")
@access(organises, of=stop_by_id)
def stop_code(stop: Stop) -> Response:
    """The QR code itself, of the address under which this page was asked for."""
    import segno  # only here, once a hall

    picture = BytesIO()
    address = url_for("ledger.ask", token=stop.uid, _external=True)
    segno.make(address, error="m").save(picture, kind="svg", scale=8, border=2)
    return Response(picture.getvalue(), mimetype="image/svg+xml")
