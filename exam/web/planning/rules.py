"""By what a tour's calendar is planned: its days, half-days and hours, blocked days, wishes, travel, weights."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, FloatField, IntegerField, TextAreaField, TimeField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from exam import clock
from exam.extensions import db
from exam.tours import arranging, drafting, queries, registering
from exam.tours.models import Tour
from exam.tours.planning_rules import Hours, PlanRules, Weights, Wish, Wished
from exam.web.access import access, viewer
from exam.web.deeds import Page, attempt
from exam.web.forms import Form
from exam.web.planning.area import blueprint, organises
from exam.web.planning.forms import REQUIRED, several
from exam.web.planning.typed_rules import half_day_choices, half_days_of, spans_of, spans_shown

WEIGHTS: dict[str, Any] = {
    "industry": lazy_gettext("The lecture teaches none of the unit's industries"),
    "weak": lazy_gettext("The lecture teaches none of the unit's weakest topics"),
    "load": lazy_gettext("Each stop of a lecturer beyond the fair share"),
    "wish": lazy_gettext("A unit's wish for early or late is not met"),
    "near": lazy_gettext("Each week between neighbouring units"),
    "elsewhere": lazy_gettext("A unit comes to a venue that is not its own"),
}


def points(name: str) -> IntegerField:
    return IntegerField(WEIGHTS[name], [InputRequired(REQUIRED), NumberRange(0, 10_000)])


class RulesForm(Form):
    """Everything an organiser may set; what has no field here keeps its value."""

    starts_on = DateField(lazy_gettext("First day"), [InputRequired(REQUIRED)])
    ends_on = DateField(lazy_gettext("Last day"), [InputRequired(REQUIRED)])
    half_days = several(lazy_gettext("Half-days on which stops may be held"))
    morning_starts = TimeField(lazy_gettext("Morning from"), [InputRequired(REQUIRED)])
    morning_ends = TimeField(lazy_gettext("Morning until"), [InputRequired(REQUIRED)])
    afternoon_starts = TimeField(lazy_gettext("Afternoon from"), [InputRequired(REQUIRED)])
    afternoon_ends = TimeField(lazy_gettext("Afternoon until"), [InputRequired(REQUIRED)])
    blackout = TextAreaField(
        lazy_gettext("Days on which nothing is held"),
        [Length(max=4000)],
        description=lazy_gettext(
            "One line for each: a day (2027-03-16), or the first and the last day (2027-03-16 to 2027-03-19)."
        ),
    )
    on_holidays = BooleanField(lazy_gettext("Public holidays may be used as well"))
    most_per_day = IntegerField(
        lazy_gettext("Stops on one day at most"),
        [Optional(), NumberRange(1, 99)],
        description=lazy_gettext("Empty: as many as there are lecturers and venues for."),
    )
    unit_visits = IntegerField(lazy_gettext("Stops at one unit at most"), [InputRequired(REQUIRED), NumberRange(1, 99)])
    speed_kmh = FloatField(lazy_gettext("Speed on the road, km/h"), [InputRequired(REQUIRED), NumberRange(1, 300)])
    detour = FloatField(
        lazy_gettext("Road against straight line"),
        [InputRequired(REQUIRED), NumberRange(1, 5)],
        description=lazy_gettext("1.3: the road is three tenths longer than the straight line."),
    )
    margin_minutes = IntegerField(
        lazy_gettext("Minutes to spare on every way"), [InputRequired(REQUIRED), NumberRange(0, 1440)]
    )
    unknown_minutes = IntegerField(
        lazy_gettext("Minutes between venues without a place"), [InputRequired(REQUIRED), NumberRange(0, 1440)]
    )
    near_km = FloatField(lazy_gettext("Neighbours lie within, km"), [InputRequired(REQUIRED), NumberRange(0, 1000)])
    early = several(lazy_gettext("Units that wish to be visited early"), coerce=int)
    late = several(lazy_gettext("Units that wish to be visited late"), coerce=int)
    industry = points("industry")
    weak = points("weak")
    load = points("load")
    wish = points("wish")
    near = points("near")
    elsewhere = points("elsewhere")

    def offer(self, session: Session) -> "RulesForm":
        """Fill the lists to tick from."""
        self.half_days.choices = half_day_choices()
        self.early.choices = [(each.id, each.name) for each in queries.toured_units(session)]
        self.late.choices = list(self.early.choices)
        return self

    def validate_half_days(self, field: Any) -> None:
        """One at least."""
        if not field.data:
            raise ValidationError(gettext("Tick at least one half-day."))

    def validate_ends_on(self, field: Any) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("The last day must not be before the first."))

    def validate_morning_ends(self, field: Any) -> None:
        if self.morning_starts.data and field.data and field.data <= self.morning_starts.data:
            raise ValidationError(gettext("The end must be after the beginning."))

    def validate_afternoon_ends(self, field: Any) -> None:
        if self.afternoon_starts.data and field.data and field.data <= self.afternoon_starts.data:
            raise ValidationError(gettext("The end must be after the beginning."))

    def validate_late(self, field: Any) -> None:
        if set(field.data or ()) & set(self.early.data or ()):
            raise ValidationError(gettext("A unit cannot wish for both early and late."))


SAME = (
    "on_holidays",
    "most_per_day",
    "unit_visits",
    "speed_kmh",
    "detour",
    "margin_minutes",
    "unknown_minutes",
    "near_km",
)
"""Fields of the form that are called like those of the rules."""


def rules_shown(tour: Tour, known: PlanRules) -> dict[str, Any]:
    """The rules as the form shows them."""
    return {
        **{name: getattr(known, name) for name in SAME},
        **known.weights.model_dump(),
        "starts_on": tour.starts_on,
        "ends_on": tour.ends_on,
        "half_days": [f"{each.weekday}-{each.half.value}" for each in known.half_days],
        "morning_starts": known.morning.starts,
        "morning_ends": known.morning.ends,
        "afternoon_starts": known.afternoon.starts,
        "afternoon_ends": known.afternoon.ends,
        "blackout": spans_shown(known.blackout),
        "early": [each.unit for each in known.wishes if each.wish is Wish.EARLY],
        "late": [each.unit for each in known.wishes if each.wish is Wish.LATE],
    }


def rules_of(form: RulesForm, known: PlanRules) -> PlanRules:
    """What was typed as rules; raises NotAllowed for lines that are no days."""
    wished = [(Wish.EARLY, form.early.data), (Wish.LATE, form.late.data)]
    changed = {
        **{name: form[name].data for name in SAME},
        "half_days": half_days_of(form.half_days.data),
        "morning": Hours(starts=form.morning_starts.data, ends=form.morning_ends.data),
        "afternoon": Hours(starts=form.afternoon_starts.data, ends=form.afternoon_ends.data),
        "blackout": spans_of(form.blackout.data or ""),
        "wishes": tuple(Wished(unit=unit, wish=wish) for wish, units in wished for unit in units),
        "weights": Weights(**{name: form[name].data for name in WEIGHTS}),
    }
    return known.model_copy(update=changed)


@blueprint.get("/<int:tour_id>/rules")
@access(organises, of=queries.tour_by_id)
def rules(tour: Tour) -> Page:
    """The form with a tour's rules."""
    form = RulesForm(formdata=None, data=rules_shown(tour, drafting.rules_of(tour))).offer(db.session())
    return render_template("planning/rules.html", tour=tour, form=form, weights=list(WEIGHTS), message="")


@blueprint.post("/<int:tour_id>/rules")
@access(organises, of=queries.tour_by_id)
def set_rules(tour: Tour) -> Page:
    """Keep a tour's rules; what is placed already stays and shows as a conflict where it does not fit any more."""
    form = RulesForm().offer(db.session())
    done, message = attempt(form, lambda session: _set(session, tour.id, form, at=clock.now()))
    if done is None:
        page = render_template("planning/rules.html", tour=tour, form=form, weights=list(WEIGHTS), message=message)
        return page, 400
    flash(gettext("The rules have been changed. The calendar shows what does not fit them any more."), "success")
    return redirect(url_for("planning.calendar", tour_id=tour.id))


def _set(session: Session, tour_id: int, form: RulesForm, *, at: datetime) -> Tour:
    tour, by = queries.tour_by_id(session, tour_id), viewer().person_id
    rules = rules_of(form, drafting.rules_of(tour))
    registering.change_tour(session, tour, starts_on=form.starts_on.data, ends_on=form.ends_on.data, by=by, at=at)
    return arranging.set_rules(session, tour, rules, by=by, at=at)
