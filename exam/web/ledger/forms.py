"""The forms of the ledger."""

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from exam.accounts.models import Unit
from exam.ledger.collecting import LEAST, LONGEST
from exam.ledger.due import Rules
from exam.ledger.flow import CaseSource, Urgency
from exam.ledger.register import Filters, Show
from exam.web.forms import Form
from question_bank.taxonomy import ROOTS


def topics() -> list[tuple[str, str]]:
    """The eight topics by code."""
    return list(ROOTS.items())


class Search(Form):
    """What the register is narrowed by; travels in the address."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField(lazy_gettext("Search"), [Length(max=80)])
    owner = SelectField(lazy_gettext("Department in charge"), [Optional()])
    topic = SelectField(lazy_gettext("Subject area"), [Optional()])
    source = SelectField(lazy_gettext("Where it comes from"), [Optional()])
    urgency = SelectField(lazy_gettext("How urgent"), [Optional()])

    def offer(self, departments: Sequence[Unit]) -> "Search":
        """Fill the lists to choose from."""
        self.owner.choices = [("", gettext("All departments")), *((str(unit.id), unit.name) for unit in departments)]
        self.topic.choices = [("", gettext("All subject areas")), *topics()]
        self.source.choices = [("", gettext("All")), *((each.value, gettext(each.label)) for each in CaseSource)]
        self.urgency.choices = [("", gettext("All")), *((each.value, gettext(each.label)) for each in Urgency)]
        return self

    def filters(self, show: str, stop: str) -> Filters:
        """The filters meant; what cannot be understood filters nothing."""
        return Filters(
            show=next((each for each in Show if each.value == show), Show.OPEN),
            text=(self.q.data or "").strip()[:80],
            owner_id=_number(self.owner.data),
            topic=self.topic.data if self.topic.data in ROOTS else "",
            source=next((each for each in CaseSource if each.value == self.source.data), None),
            urgency=next((each for each in Urgency if each.value == self.urgency.data), None),
            stop_id=_number(stop),
        )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def chosen(filters: Filters) -> dict[str, str]:
    """The filters as the address bears them."""
    found = {
        "show": filters.show.value if filters.show is not Show.OPEN else "",
        "q": filters.text,
        "owner": str(filters.owner_id or ""),
        "topic": filters.topic,
        "source": filters.source.value if filters.source else "",
        "urgency": filters.urgency.value if filters.urgency else "",
        "stop": str(filters.stop_id or ""),
    }
    return {name: value for name, value in found.items() if value}


class AskForm(Form):
    """A question from the hall. Nobody has to say who they are."""

    text = TextAreaField(
        lazy_gettext("Your question or problem"),
        [
            InputRequired(lazy_gettext("Describe the problem in a sentence.")),
            Length(min=LEAST, max=LONGEST, message=lazy_gettext("Between 5 and 2000 characters, please.")),
        ],
    )
    anonymous = BooleanField(lazy_gettext("Do not show my name to anybody"))
    enterprise = BooleanField(lazy_gettext("I ask on behalf of an enterprise"))
    name = StringField(lazy_gettext("Name or enterprise"), [Length(max=80)])
    contact = StringField(lazy_gettext("Telephone or e-mail"), [Length(max=120)])


class CollectForm(AskForm):
    """A question the office writes down for somebody."""

    source = SelectField(lazy_gettext("Where it comes from"), [InputRequired()])
    unit = SelectField(lazy_gettext("Raised at"), [Optional()])

    def offer(self, units: Sequence[Unit]) -> "CollectForm":
        """Fill the lists to choose from."""
        given = (CaseSource.ORGANISER, CaseSource.FLOOR, CaseSource.ENTERPRISE)
        self.source.choices = [(each.value, gettext(each.label)) for each in given]
        self.unit.choices = [("", gettext("No unit")), *((str(unit.id), unit.name) for unit in units)]
        return self


class RulesForm(Form):
    """By what cases are handled; all in working days."""

    ordinary = IntegerField(lazy_gettext("Days for an ordinary case"), [InputRequired(), NumberRange(1, 60)])
    urgent = IntegerField(lazy_gettext("Days for an urgent case"), [InputRequired(), NumberRange(1, 60)])
    pressing = IntegerField(lazy_gettext("Days for a very urgent case"), [InputRequired(), NumberRange(1, 60)])
    before = IntegerField(lazy_gettext("Remind so many days before"), [NumberRange(0, 10)])
    head = IntegerField(
        lazy_gettext("Days overdue: to the head of the department"), [InputRequired(), NumberRange(1, 60)]
    )
    headquarters = IntegerField(lazy_gettext("Days overdue: to headquarters"), [InputRequired(), NumberRange(1, 60)])
    county = IntegerField(
        lazy_gettext("Days overdue: to the county leader in charge"), [InputRequired(), NumberRange(1, 60)]
    )
    reopen = IntegerField(lazy_gettext("Askers may have a closed case reopened for so many days"), [NumberRange(0, 60)])

    def validate_county(self, field: IntegerField) -> None:
        """Each level later than the one below it."""
        days = [self.head.data or 0, self.headquarters.data or 0, field.data or 0]
        if sorted(set(days)) != days:
            field.errors = [*field.errors, gettext("Each level has to come later than the one below it.")]

    def rules(self) -> Rules:
        """What was entered."""
        return Rules(**{name: getattr(self, name).data for name in Rules.model_fields})


Posted = MultiDict[str, str]
