"""The forms of planning."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from exam.tours import queries
from exam.tours.models import Placement, Venue
from exam.web.deeds import zone
from exam.web.forms import Form
from exam.web.planning.typed_rules import half_day_choices

REQUIRED = lazy_gettext("Fill this in.")
NONE = 0
"""The choice that stands for no venue and no lecture."""


def several(label: Any, **more: Any) -> SelectMultipleField:
    """Boxes to tick."""
    return SelectMultipleField(label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **more)


class PlacementForm(Form):
    """Where and when a stop of the draft is to be."""

    day = DateField(lazy_gettext("Day"), [InputRequired(REQUIRED)])
    starts = TimeField(lazy_gettext("Check-in from"), [InputRequired(REQUIRED)])
    ends = TimeField(lazy_gettext("End"), [InputRequired(REQUIRED)])
    venue = SelectField(lazy_gettext("Venue"), [Optional()], coerce=int)
    lecture = SelectField(lazy_gettext("Lecture"), [Optional()], coerce=int)
    label = StringField(
        lazy_gettext("Heading"),
        [Length(max=80)],
        description=lazy_gettext("Such as the theme of the week. Stops of one week share it."),
    )
    seen = HiddenField()

    def offer(self, session: Session) -> "PlacementForm":
        """Fill the lists to choose from."""
        self.venue.choices = [(NONE, gettext("Not decided yet"))] + [
            (each.id, gettext("%(name)s (%(count)s seats)", name=each.name, count=each.capacity))
            for each in queries.venues(session)
        ]
        self.lecture.choices = [(NONE, gettext("Not decided yet"))] + [
            (each.id, f"{each.title} · {each.lecturer.person.name}") for each in queries.lectures(session)
        ]
        return self


def placed_in_form(placement: Placement, *, seen: int, usual: tuple[Any, Any]) -> dict[str, Any]:
    """A placement as the form shows it; `usual` are the hours of a stop that waits."""
    found: dict[str, Any] = {
        "venue": placement.venue_id or NONE,
        "lecture": placement.lecture_id or NONE,
        "label": placement.label,
        "seen": seen,
        "starts": usual[0],
        "ends": usual[1],
    }
    if placement.starts_at is not None and placement.ends_at is not None:
        starts, ends = placement.starts_at.astimezone(zone()), placement.ends_at.astimezone(zone())
        found |= {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}
    return found


class UnitsForm(Form):
    """Units that are to get a stop."""

    units = several(lazy_gettext("Units without a stop in this draft"), coerce=int)

    def validate_units(self, field: SelectMultipleField) -> None:
        """One at least; said here, since a browser that is told so wants every box ticked."""
        if not field.data:
            raise ValidationError(gettext("Tick at least one unit."))


class PublishForm(Form):
    """The last look before a draft counts."""

    note = TextAreaField(
        lazy_gettext("Note for everybody concerned"),
        [Length(max=500)],
        description=lazy_gettext("Why the calendar changes, in a sentence. It stands above the list of changes."),
    )
    seen = HiddenField()


class ReplanForm(Form):
    """Who drops out."""

    lecturer = SelectField(lazy_gettext("Lecturer"), [InputRequired(REQUIRED)], coerce=int)
    first = DateField(lazy_gettext("Away from"), [InputRequired(REQUIRED)])
    last = DateField(lazy_gettext("Away until"), [InputRequired(REQUIRED)])

    def offer(self, session: Session) -> "ReplanForm":
        self.lecturer.choices = [(each.id, f"{each.person.name} · {each.field}") for each in queries.lecturers(session)]
        return self

    def validate_last(self, field: DateField) -> None:
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(gettext("The last day must not be before the first."))


class VenueForm(Form):
    """A venue with its place."""

    name = StringField(lazy_gettext("Name of the venue"), [InputRequired(REQUIRED), Length(max=80)])
    capacity = IntegerField(lazy_gettext("Seats"), [InputRequired(REQUIRED), NumberRange(1, 5000)])
    online = BooleanField(lazy_gettext("People take part online as well"))
    address = StringField(
        lazy_gettext("Address"),
        [Length(max=200)],
        description=lazy_gettext("As it stands on the invitation: town, street, building, floor, room."),
    )
    place = StringField(
        lazy_gettext("Place on the map"),
        [Length(max=60)],
        description=lazy_gettext(
            "Latitude and longitude in degrees, such as 31.8206, 117.2272. Copied from any map; travel between two "
            "venues is reckoned from it."
        ),
    )

    def validate_place(self, field: StringField) -> None:
        if field.data and read_place(field.data) is None:
            raise ValidationError(
                gettext("Write latitude and longitude with a comma between them, such as 31.8206, 117.2272.")
            )

    def show(self, venue: Venue) -> "VenueForm":
        self.name.data, self.capacity.data, self.online.data = venue.name, venue.capacity, venue.online
        self.address.data = venue.address
        known = venue.latitude is not None and venue.longitude is not None
        self.place.data = f"{venue.latitude:.5f}, {venue.longitude:.5f}" if known else ""
        return self


def read_place(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None for what is neither."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    try:
        latitude, longitude = (float(part.strip().rstrip("°")) for part in parts)
    except ValueError:
        return None
    return (latitude, longitude) if -90 <= latitude <= 90 and -180 <= longitude <= 180 else None


class LecturerForm(Form):
    """Who a lecturer is and when they can come."""

    title = StringField(lazy_gettext("Position"), [InputRequired(REQUIRED), Length(max=120)])
    field = StringField(lazy_gettext("Field"), [InputRequired(REQUIRED), Length(max=80)])
    any_time = RadioField(lazy_gettext("Half-days of the week"), [InputRequired(REQUIRED)])
    half_days = several(lazy_gettext("Can come on"))
    away = TextAreaField(
        lazy_gettext("Away on"),
        [Length(max=2000)],
        description=lazy_gettext(
            "One line for each: a day (2027-03-16), or the first and the last day (2027-03-16 to 2027-03-19)."
        ),
    )
    most_per_week = IntegerField(lazy_gettext("Stops in one week at most"), [Optional(), NumberRange(0, 14)])
    most_in_all = IntegerField(lazy_gettext("Stops on one tour at most"), [Optional(), NumberRange(0, 200)])
    online_only = BooleanField(lazy_gettext("Speaks online only"))

    def offer(self) -> "LecturerForm":
        """Fill the lists to tick from."""
        self.any_time.choices = [
            ("yes", gettext("Can come on any half-day")),
            ("no", gettext("Only on those ticked below")),
        ]
        self.half_days.choices = half_day_choices()
        return self


class LectureForm(Form):
    """What a lecture is about."""

    title = StringField(lazy_gettext("Title of the lecture"), [InputRequired(REQUIRED), Length(max=120)])
    topics = several(
        lazy_gettext("Topics it teaches"),
        description=lazy_gettext("The planner sends it to units whose industries or weakest topics these are."),
    )


class UnitTopicsForm(Form):
    """What a unit's industries are."""

    industries = several(lazy_gettext("Industries"))
