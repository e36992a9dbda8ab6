"""What one hall does differently: second phones, phones handed on, the contact's word, photos."""

from flask import render_template
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db
from exam.sittings.hall_rules import Rules, change_rules, rules_of
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import access, viewer
from exam.web.deeds import Page, attempt
from exam.web.hall.area import blueprint, organises
from exam.web.hall.forms import RulesForm


@blueprint.get("/<int:stop_id>/rules")
@access(organises, of=stop_by_id)
def rules(stop: Stop) -> Page:
    """The rules of a hall as a form."""
    present = rules_of(db.session(), stop.id).model_dump()
    return _page(stop, RulesForm(formdata=None, data=present).offer())


def _page(stop: Stop, form: RulesForm, message: str = "", *, saved: bool = False) -> str:
    return render_template("hall/rules.html", stop=stop, form=form, message=message, saved=saved)


@blueprint.post("/<int:stop_id>/rules")
@access(organises, of=stop_by_id)
def change(stop: Stop) -> Page:
    """Keep the rules."""
    form, stop_id = RulesForm().offer(), stop.id
    done, message = attempt(form, lambda session: _changed(session, stop_id, form))
    again = stop_by_id(db.session(), stop_id)
    return _page(again, form, saved=True) if done else (_page(again, form, message), 400)


def _changed(session: Session, stop_id: int, form: RulesForm) -> bool:
    told = {name: form[name].data or "" for name in ("second_device", "code_word", "notice")}
    kept = Rules.model_validate(
        {name: text.strip() for name, text in told.items()}
        | {name: bool(form[name].data) for name in ("hand_over", "photo")}
    )
    change_rules(session, stop_by_id(session, stop_id), kept, by=viewer().person_id, at=clock.now())
    return True
