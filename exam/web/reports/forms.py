"""The forms of the pages of results."""

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from exam.reports.bulletins import LENGTHS
from exam.reports.comparison import Measure
from exam.tours import queries as tours
from exam.web.forms import Form

REQUIRED = lazy_gettext("Fill this in.")


class NewBulletinForm(Form):
    """What a new bulletin is about: a tour, or a stop of it (from the stop's page)."""

    tour = SelectField(lazy_gettext("Tour"), [InputRequired(REQUIRED)], coerce=int)
    stop = HiddenField()
    measure = SelectField(lazy_gettext("What is compared"), default=Measure.OVERALL.value)

    def offer(self, session: Session) -> "NewBulletinForm":
        """Fill the lists to choose from."""
        self.tour.choices = [(each.id, each.name) for each in tours.tours(session)]
        self.measure.choices = [(each.value, gettext(each.label)) for each in Measure]
        return self


class BulletinForm(Form):
    """The words of a draft."""

    title = StringField(lazy_gettext("Title"), [InputRequired(REQUIRED), Length(max=LENGTHS["title"])])
    document_number = StringField(
        lazy_gettext("Document number"),
        [Length(max=LENGTHS["document_number"])],
        description=lazy_gettext("Such as 云招办〔2027〕6号."),
    )
    issuer = StringField(lazy_gettext("Issued by"), [InputRequired(REQUIRED), Length(max=LENGTHS["issuer"])])
    recipients = StringField(
        lazy_gettext("Sent to"),
        [Length(max=LENGTHS["recipients"])],
        description=lazy_gettext(
            "Stands above the text; the colon is set by itself. Separate names of a kind by 、, kinds by ，."
        ),
    )
    opening = TextAreaField(lazy_gettext("Opening"), [Length(max=LENGTHS["opening"])])
    closing = TextAreaField(
        lazy_gettext("Closing"),
        [Length(max=LENGTHS["closing"])],
        description=lazy_gettext("Stands behind the demands that follow from the figures."),
    )
    copies = StringField(
        lazy_gettext("Copies to"),
        [Length(max=LENGTHS["copies"])],
        description=lazy_gettext("Stands in the imprint, at the foot of the last page. Empty: no such line."),
    )
    note = TextAreaField(lazy_gettext("What is new in this version"), [Length(max=LENGTHS["note"])])
    names_public = BooleanField(lazy_gettext("Name the best fifth of each group"))
    seen = HiddenField()

    def texts(self) -> dict[str, str]:
        """The words as they were typed."""
        return {name: self[name].data or "" for name in LENGTHS if name in self}


class VersionForm(Form):
    """What is new in a later version."""

    note = TextAreaField(
        lazy_gettext("What is new in this version"), [InputRequired(REQUIRED), Length(max=LENGTHS["note"])]
    )


class ReleaseForm(Form):
    """To whom results are open."""

    to_persons = BooleanField(lazy_gettext("To each person: the own scorecard"))
    to_units = BooleanField(lazy_gettext("To the units' contacts: the own unit"))
    to_public = BooleanField(lazy_gettext("To everybody who signs in: figures of all units"))
    names_public = BooleanField(lazy_gettext("There with the names of the best fifth of each group"))
    note = StringField(
        lazy_gettext("What is new"),
        [Length(max=500)],
        description=lazy_gettext("For a later release: it stands beside the results."),
    )
