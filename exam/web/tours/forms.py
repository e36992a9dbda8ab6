"""The forms of the tour's pages."""

from typing import Any

from flask_babel import format_date, gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from exam.accounts.queries import unit_by_id
from exam.tours import queries
from exam.tours.flow import EDITABLE, Absence, DayOrder, Purpose
from exam.tours.models import Stop, Tour
from exam.web.filters import label
from exam.web.forms import Form
from exam.web.tours.area import moment, zone

REQUIRED = lazy_gettext("Fill this in.")
NONE = 0
"""The choice that stands for no venue and no lecture."""

FORM_FIELDS: dict[str, tuple[str, ...]] = {
    "number": ("number",),
    "label": ("label",),
    "unit": ("unit",),
    "venue": ("venue",),
    "lecture": ("lecture",),
    "starts_at": ("day", "starts"),
    "ends_at": ("ends",),
    "day_order": ("day_order",),
}
"""Which form fields make up a field of the plan."""


class StopForm(Form):
    """What is planned of a stop. A field that can no longer be changed is missing."""

    number = IntegerField(lazy_gettext("Stop number"), [InputRequired(REQUIRED), NumberRange(1, 999)])
    label = StringField(
        lazy_gettext("Heading"),
        [Length(max=80)],
        description=lazy_gettext("Such as the theme of the week. Stops of one week share it."),
    )
    unit = SelectField(lazy_gettext("Host unit"), [InputRequired(REQUIRED)], coerce=int)
    day = DateField(lazy_gettext("Day"), [InputRequired(REQUIRED)])
    starts = TimeField(lazy_gettext("Check-in from"), [InputRequired(REQUIRED)])
    ends = TimeField(lazy_gettext("End"), [InputRequired(REQUIRED)])
    venue = SelectField(lazy_gettext("Venue"), [Optional()], coerce=int)
    lecture = SelectField(lazy_gettext("Lecture"), [Optional()], coerce=int)
    day_order = RadioField(lazy_gettext("Order of the half day"), [InputRequired(REQUIRED)], coerce=DayOrder)
    purpose = RadioField(
        lazy_gettext("What it is held for"),
        [InputRequired(REQUIRED)],
        coerce=Purpose,
        default=Purpose.REGULAR,
        description=lazy_gettext("At a make-up stop those who failed or missed a paper sit new ones, once."),
    )
    seen = HiddenField()

    def offer(self, session: Session) -> "StopForm":
        """Fill the lists to choose from."""
        self.unit.choices = [(each.id, each.name) for each in queries.toured_units(session)]
        self.venue.choices = [(NONE, gettext("Not decided yet"))] + [
            (each.id, gettext("%(name)s (%(count)s seats)", name=each.name, count=each.capacity))
            for each in queries.venues(session)
        ]
        self.lecture.choices = [(NONE, gettext("Not decided yet"))] + [
            (each.id, f"{each.title} · {each.lecturer.person.name}") for each in queries.lectures(session)
        ]
        self.day_order.choices = [(order, label(order)) for order in DayOrder]
        self.purpose.choices = [(purpose, label(purpose)) for purpose in Purpose]
        return self

    def keep(self, stop: Stop) -> "StopForm":
        """Take out what a stop of this status can no longer change."""
        del self.purpose
        for name in set(FORM_FIELDS) - EDITABLE[stop.status]:
            for each in FORM_FIELDS[name]:
                delattr(self, each)
        return self

    def fits(self, tour: Tour) -> bool:
        """Whether day and times make sense within the tour; errors are put beside the fields."""
        if "day" in self and not tour.starts_on <= self.day.data <= tour.ends_on:
            self.day.errors = [
                gettext(
                    "The tour runs from %(first)s to %(last)s.",
                    first=format_date(tour.starts_on),
                    last=format_date(tour.ends_on),
                )
            ]
        if "starts" in self and self.starts.data >= self.ends.data:
            self.ends.errors = [gettext("The end must be after the beginning.")]
        return not self.errors


def plan_of(form: StopForm, session: Session, *, day: Any = None) -> dict[str, Any]:
    """The form's fields as a plan for the operations, its objects loaded in `session`.

    `day` is the stop's own day, for a form that can change only the end.
    """
    values: dict[str, Any] = {
        name: form[name].data for name in ("number", "label", "day_order", "purpose") if name in form
    }
    if "label" in values:
        values["label"] = (values["label"] or "").strip()
    if "unit" in form:
        values["unit"] = unit_by_id(session, form.unit.data)
    if "venue" in form:
        values["venue"] = queries.venue_by_id(session, form.venue.data) if form.venue.data else None
    if "lecture" in form:
        values["lecture"] = queries.lecture_by_id(session, form.lecture.data) if form.lecture.data else None
    if "starts" in form:
        values["starts_at"] = moment(form.day.data, form.starts.data)
    if "ends" in form:
        values["ends_at"] = moment(form.day.data if "day" in form else day, form.ends.data)
    return values


def shown_in_form(stop: Stop) -> dict[str, Any]:
    """A stop's present plan as the form shows it."""
    starts, ends = stop.starts_at.astimezone(zone()), stop.ends_at.astimezone(zone())
    return {
        "number": stop.number,
        "label": stop.label,
        "unit": stop.unit_id,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "venue": stop.venue_id or NONE,
        "lecture": stop.lecture_id or NONE,
        "day_order": stop.day_order,
        "seen": stop.lock,
    }


class TourForm(Form):
    """A new tour."""

    name = StringField(lazy_gettext("Name of the tour"), [InputRequired(REQUIRED), Length(max=80)])
    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(REQUIRED), Length(max=40)],
        description=lazy_gettext("Short and unique, such as 2027-1."),
    )
    starts_on = DateField(lazy_gettext("First day"), [InputRequired(REQUIRED)])
    ends_on = DateField(lazy_gettext("Last day"), [InputRequired(REQUIRED)])

    def validate_ends_on(self, field: DateField) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("The last day must not be before the first."))


class VenueForm(Form):
    """A new venue."""

    name = StringField(lazy_gettext("Name of the venue"), [InputRequired(REQUIRED), Length(max=80)])
    unit = SelectField(lazy_gettext("Unit it belongs to"), [InputRequired(REQUIRED)], coerce=int)
    capacity = IntegerField(lazy_gettext("Seats"), [InputRequired(REQUIRED), NumberRange(1, 5000)])
    online = BooleanField(lazy_gettext("People take part online as well"))

    def offer(self, session: Session) -> "VenueForm":
        self.unit.choices = [(each.id, each.name) for each in queries.toured_units(session)]
        return self


class LecturerForm(Form):
    """Somebody with the lecturer's role enters the register of lecturers."""

    person = SelectField(
        lazy_gettext("Person"),
        [InputRequired(REQUIRED)],
        coerce=int,
        description=lazy_gettext("Everybody with the role of lecturer who is not registered yet."),
    )
    code = StringField(lazy_gettext("Code"), [InputRequired(REQUIRED), Length(max=40)])
    title = StringField(lazy_gettext("Position"), [InputRequired(REQUIRED), Length(max=120)])
    field = StringField(lazy_gettext("Field"), [InputRequired(REQUIRED), Length(max=80)])

    def offer(self, session: Session) -> "LecturerForm":
        self.person.choices = [
            (each.id, f"{each.name} · {each.unit.name}") for each in queries.lecturer_candidates(session)
        ]
        return self


class LectureForm(Form):
    """A new lecture of a registered lecturer."""

    lecturer = SelectField(lazy_gettext("Lecturer"), [InputRequired(REQUIRED)], coerce=int)
    title = StringField(lazy_gettext("Title of the lecture"), [InputRequired(REQUIRED), Length(max=120)])

    def offer(self, session: Session) -> "LectureForm":
        self.lecturer.choices = [(each.id, f"{each.person.name} · {each.field}") for each in queries.lecturers(session)]
        return self


class RosterFile(Form):
    """The Excel file of a roster."""

    file = FileField(
        lazy_gettext("Excel file"),
        [FileRequired(lazy_gettext("Choose the filled-in roster file first."))],
        description=lazy_gettext("The template or any list with the headings 姓名 and 工号 or 单位."),
    )


class AbsenceForm(Form):
    """Leave, exemption, absence, or none of them. Only organisers decide who need not sit."""

    absence = RadioField(lazy_gettext("Absence"), [InputRequired(REQUIRED)], coerce=Absence)
    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Length(max=200)],
        description=lazy_gettext("For leave and exemption: who approved it and why. The reason is kept."),
    )

    def offer(self, present: Absence, *, exempts: bool) -> "AbsenceForm":
        """`present` is always among the choices, so that a contact's form does not lift an organiser's decision."""
        names = {
            Absence.NONE: gettext("Expected"),
            Absence.LEAVE: gettext("Approved leave: not counted in the average, counted as trained"),
            Absence.ABSENT: gettext("Absent: counted as 0 and listed"),
            Absence.EXEMPT: gettext("Exempt: need not sit, counted nowhere"),
        }
        offered = [each for each in names if exempts or each in {present, Absence.NONE, Absence.LEAVE, Absence.ABSENT}]
        self.absence.choices = [(each, names[each]) for each in offered]
        return self


class ReasonForm(Form):
    """The reason of a weighty act."""

    reason = TextAreaField(lazy_gettext("Reason"), [InputRequired(lazy_gettext("Give the reason.")), Length(max=400)])
