"""What markers, organisers and candidates send: marks for an answer, a plan, an appeal and its decision."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import NumberInput

from exam.grading.marking import WrongMarks
from exam.grading.markings import Decision
from exam.grading.models import MarkingPlan
from exam.grading.planning import Plan
from exam.grading.rounds import Turn
from exam.web.forms import Form
from question_bank.errors import N_

POINT = "point-"
"""Fields `point-<key>` hold the marks of single key points; they explain the marks and decide nothing."""


class Marks(Form):
    """`seen` is the sequence of the mark that counted when the page was shown, `turn` what was asked then.

    `same`: answers that say the same get these marks too.
    """

    marks = DecimalField(
        _("Marks awarded"),
        validators=[InputRequired(message=_("Enter the marks.")), NumberRange(min=0)],
        places=None,
        widget=NumberInput(step="0.25", min=0),
    )
    reason = StringField(_("Reason"), validators=[Length(max=400)])
    seen = HiddenField()
    turn = HiddenField(default=Turn.ALONE.value)
    same = BooleanField()

    def decision(self, points: Mapping[str, Decimal]) -> Decision:
        """What was decided; a turn that is none counts as that of one alone."""
        turn = next((each for each in Turn if each.value == self.turn.data), Turn.ALONE)
        seen = int(self.seen.data) if (self.seen.data or "").isdigit() else None
        return Decision(turn, self.marks.data, self.reason.data or "", points, seen)


class PlanForm(Form):
    """How a sitting is marked. `seen` is the version that was shown, 0 for none."""

    double = RadioField(
        _("Who marks"),
        [InputRequired()],
        choices=[
            SelectChoice("one", _("One person marks each answer")),
            SelectChoice("two", _("Two people mark each answer blind")),
        ],
        default="one",
    )
    third_above = IntegerField(
        _("A third person decides above a difference of (per cent of the marks)"),
        [InputRequired(), NumberRange(0, 100)],
        description=_("Only where two people mark. Otherwise the mean of the two counts."),
    )
    accept = BooleanField(_("Let sure suggestions count without a person"))
    accept_from = IntegerField(
        _("Sure means at least (%)"),
        [Optional(), NumberRange(50, 100)],
        description=_("The suggestion's confidence. Everything below waits for a person."),
    )
    audit_share = IntegerField(
        _("Of those, marked blind as an audit (%)"),
        [InputRequired(), NumberRange(0, 100)],
        description=_("Drawn by lot; the first answer to each question always belongs to it."),
    )
    appeal_days = IntegerField(
        _("Working days for appeals after the release"),
        [InputRequired(), NumberRange(0, 60)],
        description=_("0: no appeals."),
    )
    holidays_free = BooleanField(
        _("Public holidays do not count either"),
        description=_(
            "Days that are worked in exchange do count, by the year's arrangement. "
            "Without this tick only Saturdays and Sundays are free."
        ),
    )
    seen = HiddenField()

    @classmethod
    def of(cls, plan: MarkingPlan | None) -> "PlanForm":
        """Filled with what is kept, or with the usual way."""
        kept = plan or Plan()
        return cls(
            formdata=None,
            double="two" if kept.double else "one",
            third_above=kept.third_above,
            accept=kept.accept_from is not None,
            accept_from=90 if kept.accept_from is None else kept.accept_from,
            audit_share=kept.audit_share,
            appeal_days=kept.appeal_days,
            holidays_free=kept.holidays_free,
            seen=plan.lock if plan else 0,
        )

    def validate_accept(self, field: BooleanField) -> None:
        """Whoever lets suggestions count says from where on."""
        if field.data and self.accept_from.data is None:
            raise ValidationError(gettext("Say how sure a suggestion has to be."))

    @property
    def plan(self) -> Plan:
        """What was chosen."""
        return Plan(
            double=self.double.data == "two",
            third_above=self.third_above.data,
            accept_from=self.accept_from.data if self.accept.data else None,
            audit_share=self.audit_share.data,
            appeal_days=self.appeal_days.data,
            holidays_free=self.holidays_free.data,
        )


class AppealForm(Form):
    """What a candidate thinks was marked wrongly."""

    text = TextAreaField(
        _("What do you think was marked wrongly?"),
        [InputRequired(message=_("Say in a sentence what you think was marked wrongly.")), Length(max=1000)],
        description=_(
            "Name the point and where your answer says it. Do not write your name: who decides does not see it."
        ),
    )


class DecisionForm(Form):
    """What was decided on an appeal, with what the candidate reads."""

    answer = TextAreaField(
        _("Answer to the candidate"),
        [InputRequired(message=_("Give the candidate a reason in a sentence.")), Length(max=1000)],
    )


PART = "marks-"


def marks_in(sent: MultiDict[str, str]) -> dict[str, Decimal]:
    """The marks by part (fields `marks-<part>`). Raises WrongMarks where one cannot be read."""
    try:
        return {name.removeprefix(PART): Decimal(value) for name, value in sent.items() if name.startswith(PART)}
    except InvalidOperation as error:
        raise WrongMarks(N_("The marks cannot be read.")) from error


def points_in(sent: MultiDict[str, str]) -> dict[str, Decimal]:
    """The marks by key point; nothing where one of them cannot be read."""
    try:
        return {name.removeprefix(POINT): Decimal(value) for name, value in sent.items() if name.startswith(POINT)}
    except InvalidOperation:
        return {}
