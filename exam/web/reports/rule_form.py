"""The form of the rule by which results are counted."""

from typing import Any

from flask_babel import lazy_gettext as _
from pydantic import ValidationError
from wtforms import BooleanField, DecimalField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from exam.reports.ruling import MakeUp, Ruling
from exam.web.forms import Form
from question_bank.errors import N_, Invalid, Problem

PER_CENT = [InputRequired(), NumberRange(0, 100)]


class RuleForm(Form):
    """Every figure of a `Ruling`; `seen` is the id of the rule shown when the page was opened, 0 for the first one."""

    business = IntegerField(
        _("Business paper in the overall mark, per cent"),
        PER_CENT,
        description=_("The practical paper makes up the rest."),
    )
    passing = DecimalField(_("Pass, from marks"), PER_CENT, places=None)
    good = DecimalField(_("Good, from marks"), PER_CENT, places=None)
    excellent = DecimalField(_("Excellent, from marks"), PER_CENT, places=None)
    mean = IntegerField(_("Mean in a unit's score, per cent"), PER_CENT)
    attendance = IntegerField(_("Attendance in a unit's score, per cent"), PER_CENT)
    pass_rate = IntegerField(_("Pass rate in a unit's score, per cent"), PER_CENT)
    excellent_rate = IntegerField(
        _("Excellent rate in a unit's score, per cent"), PER_CENT, description=_("These four add up to 100.")
    )
    rank_from = IntegerField(
        _("No rank below this attendance, per cent"), PER_CENT, description=_("0: every unit is ranked.")
    )
    flag_attendance = IntegerField(_("Point out attendance below, per cent"), PER_CENT)
    flag_pass_rate = IntegerField(_("Point out pass rates below, per cent"), PER_CENT)
    make_up = SelectField(
        _("After a make-up counts"), choices=[SelectChoice(each.value, _(each.label)) for each in MakeUp]
    )
    equate_across = BooleanField(
        _("Where a group sat papers of several specifications, rank its units by equated scores"),
        description=_("Otherwise such units are not ranked."),
    )
    whole_unit = BooleanField(_("Intervals are for the people a unit has now, not for its level"))
    tie_breaker = SelectField(_("Equal units are ordered by the marks earned in"))
    reason = StringField(_("Why it is changed"), [InputRequired(), Length(max=400)])
    seen = HiddenField()

    def offer(self, topics: dict[str, str], rule: Ruling) -> "RuleForm":
        """Name the root topics by which equal units may be ordered, that of the rule in force among them."""
        named = topics | ({} if rule.tie_breaker in topics else {rule.tie_breaker: rule.tie_breaker})
        self.tie_breaker.choices = [
            SelectChoice("", _("Nothing: they share a rank")),
            *(SelectChoice(code, name) for code, name in named.items() if code),
        ]
        return self

    def ruling(self) -> Ruling:
        """The rule that was entered. Raises Invalid where its figures contradict each other."""
        wanted: dict[str, Any] = {name: self[name].data for name in Ruling.model_fields}
        try:
            return Ruling.model_validate(wanted)
        except ValidationError as error:
            told = [str(each["ctx"]["error"]) for each in error.errors() if "error" in each.get("ctx", {})]
            raise Invalid([Problem("", text) for text in told or [N_("These figures do not fit together.")]]) from error
