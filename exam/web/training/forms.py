"""The forms of the training ledger."""

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from exam.accounts.models import Unit
from exam.training.operations import Report
from exam.training.queries import Wanted
from exam.web.forms import Form


class LedgerSearch(Form):
    """What the list is narrowed by; travels in the address."""

    class Meta(Form.Meta):
        csrf = False

    year = SelectField(lazy_gettext("Year"), [Optional()])
    q = StringField(lazy_gettext("Search"), [Length(max=80)])
    unit = SelectField(lazy_gettext("Unit"), [Optional()])
    without = BooleanField(lazy_gettext("Only people without hours"))

    def offer(self, years: list[int], units: list[Unit]) -> "LedgerSearch":
        """Fill the lists to choose from."""
        self.year.choices = [(str(year), str(year)) for year in years]
        self.unit.choices = [("", gettext("All units")), *((str(unit.id), unit.name) for unit in units)]
        return self

    def wanted(self, years: list[int], *, within: int | None) -> Wanted:
        """The list meant; what cannot be understood narrows nothing."""
        year, unit = self.year.data or "", self.unit.data or ""
        return Wanted(
            year=int(year) if year.isdecimal() and int(year) in years else years[0],
            within=within,
            unit_id=int(unit) if unit.isdecimal() and len(unit) < 10 else None,
            text=(self.q.data or "").strip()[:80],
            without_hours=bool(self.without.data),
        )


class ReportForm(Form):
    """A training elsewhere."""

    title = StringField(lazy_gettext("What it was about"), [InputRequired(), Length(max=160)])
    organiser = StringField(lazy_gettext("Who held it"), [InputRequired(), Length(max=120)])
    starts_on = DateField(lazy_gettext("First day"), [InputRequired()])
    ends_on = DateField(lazy_gettext("Last day"), [InputRequired()])
    hours = DecimalField(lazy_gettext("Hours"), [InputRequired(), NumberRange(min=0, max=1000)], places=None)
    certificate = StringField(lazy_gettext("Number of the certificate"), [Length(max=80)])
    file = FileField(
        lazy_gettext("The certificate"), description=lazy_gettext("A PDF or a picture (JPEG, PNG), up to 30 MB.")
    )

    def report(self) -> Report:
        """What was filled in."""
        return Report(
            title=self.title.data,
            organiser=self.organiser.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            hours=self.hours.data,
            certificate=self.certificate.data or "",
        )


class RefusalForm(Form):
    """Why a training does not count."""

    reason = TextAreaField(lazy_gettext("Why it does not count"), [InputRequired(), Length(max=400)])


class HoursForm(Form):
    """What counts how much at the stops of a tour."""

    paper = DecimalField(
        lazy_gettext("Hours for each paper handed in"), [InputRequired(), NumberRange(min=0, max=24)], places=None
    )
    lecture = DecimalField(
        lazy_gettext("Hours for each lecture heard"), [InputRequired(), NumberRange(min=0, max=24)], places=None
    )
