"""The year's public holidays and the weekends worked in exchange: pasted from the official notice."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from exam import clock
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.admin.area import Page, administers, blueprint, sees_county
from exam.web.errors import named_params, sentence
from exam.web.forms import Form
from exam.workdays.operations import arrange_year
from exam.workdays.pasted import read, written
from exam.workdays.queries import arranged
from question_bank.errors import DomainError, Invalid, fill


class HolidaysForm(Form):
    """The notice of one year."""

    year = IntegerField(lazy_gettext("Year"), [InputRequired(), NumberRange(2020, 2100)])
    source = StringField(lazy_gettext("Notice it follows"), [InputRequired(), Length(max=200)])
    days = TextAreaField(
        lazy_gettext("Text of the notice"),
        [Length(max=5000)],
        description=lazy_gettext(
            "Paste it as it was published: sentences with “放假” and “上班”, dates as 2月5日 or 2027-02-05."
        ),
    )


@blueprint.get("/admin/holidays")
@access(sees_county)
def holidays() -> Page:
    """What counts in a year, and where it comes from."""
    year = request.args.get("year", clock.now().year, type=int)
    days = arranged(db.session(), year=year)
    filled = {"year": year, "source": days[0].source if days else "", "days": written(days)}
    return _page(HolidaysForm(formdata=None, data=filled), year)


def _page(form: HolidaysForm, year: int, messages: tuple[str, ...] = ()) -> str:
    days = arranged(db.session(), year=year)
    return render_template(
        "admin/holidays.html", form=form, year=year, days=days, messages=messages, now=clock.now().year
    )


@blueprint.post("/admin/holidays")
@access(administers)
def arrange_holidays() -> Page:
    """Set a year's days; with an empty text what was shipped counts again."""
    form = HolidaysForm()
    messages: tuple[str, ...] = ()
    if form.validate_on_submit():
        year = int(form.year.data)
        try:
            days = read(form.days.data or "", year, source=form.source.data.strip())
            with writing() as session:
                count = arrange_year(session, year, days, by=viewer().person_id, at=clock.now())
        except DomainError as error:
            messages = _said(error)
        else:
            flash(gettext("%(year)s: %(count)s days are set.", year=year, count=count), "success")
            return redirect(url_for("admin.holidays", year=year))
    return _page(form, form.year.data or clock.now().year, messages), 400


def _said(error: DomainError) -> tuple[str, ...]:
    if isinstance(error, Invalid):
        return tuple(fill(gettext(each.template), named_params(each.params)) for each in error.problems)
    return (sentence(error),)
