"""What is sent to propose a correction, read as a plan."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from pydantic import ValidationError
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from exam.grading.affected import Plan
from exam.grading.correcting import Change, policies_for, with_key, with_rubrics
from exam.grading.corrections import BY_KEY
from exam.grading.models import CorrectionPolicy
from exam.grading.sat import Where
from exam.web.filters import label
from exam.web.forms import Form
from exam.web.grading.keys import sent_key
from exam.web.grading.rubrics import sent_rubrics
from question_bank.enums import Kind, ScoringRule, rules_for
from question_bank.errors import N_, NotAllowed
from question_bank.kinds import Content
from question_bank.scoring import PLAIN, RuleOptions, options_of, template

EVERYWHERE = 0
"""The choice that stands for wherever the version was sat."""

FIGURES = {
    "penalty": lazy_gettext("Marks a wrong answer costs"),
    "each": lazy_gettext("Marks for each right option of an incomplete answer"),
    "fixed": lazy_gettext("Marks of an incomplete answer"),
    "judging": lazy_gettext("Marks for the judgement alone"),
}
"""The figures a rule may need, by the name of the option."""


class Proposal(Form):
    """What is wrong and what is to be done; the key itself is read by `keys`."""

    version = HiddenField()
    stop = RadioField(lazy_gettext("Where"), [InputRequired()], coerce=int)
    policy = RadioField(
        lazy_gettext("What is to be done"),
        [InputRequired(lazy_gettext("Choose what is to be done."))],
        coerce=CorrectionPolicy,
    )
    rule = SelectField(lazy_gettext("The other scoring rule"), [Optional()])
    penalty = StringField(FIGURES["penalty"], [Optional(), Length(max=8)])
    each = StringField(FIGURES["each"], [Optional(), Length(max=8)])
    fixed = StringField(FIGURES["fixed"], [Optional(), Length(max=40)])
    judging = StringField(FIGURES["judging"], [Optional(), Length(max=8)])
    reason = TextAreaField(
        lazy_gettext("What is wrong"),
        [
            InputRequired(lazy_gettext("Say what is wrong with the question; candidates will read it.")),
            Length(max=1000),
        ],
        description=lazy_gettext(
            "Candidates concerned read this on their scorecards, and it stands with the new version."
        ),
    )

    def offer(self, content: Content, places: list[Where], *, named: bool) -> "Proposal":
        """Fill the choices for one question; what does not fit its kind is taken out. `named`: stops with units."""
        offered = policies_for(content)
        self.policy.choices = [(each, label(each)) for each in offered]
        self.stop.choices = [(EVERYWHERE, gettext("Wherever this version was sat"))] + [
            (
                each.stop.id,
                gettext(
                    "Only at No. %(number)s %(unit)s",
                    number=each.stop.number,
                    unit=each.stop.unit.name if named else "",
                ).strip(),
            )
            for each in places
        ]
        if CorrectionPolicy.NEW_RULE not in offered:
            for name in ("rule", *FIGURES):
                delattr(self, name)
            return self
        self.rule.choices = [("", "–")] + [(each.value, template(each)) for each in rules_for(content.kind)]
        used = {name for rule in rules_for(content.kind) for name in options_of(content.kind, rule)}
        for name in set(FIGURES) - used:
            delattr(self, name)
        return self


def plan_in(form: Proposal, version_id: int, content: Content) -> Plan:
    """The plan that was sent. Raises Invalid for a key that cannot be one, NotAllowed for figures that are none."""
    policy = form.policy.data
    change = Change()
    if policy in BY_KEY:
        change = Change(content=with_key(content, sent_key(content, request.form)))
    elif policy is CorrectionPolicy.NEW_RUBRIC:
        change = Change(content=with_rubrics(content, sent_rubrics(content, request.form)))
    elif policy is CorrectionPolicy.NEW_RULE:
        chosen = next((rule for rule in ScoringRule if rule.value == form.rule.data), None)
        change = Change(rule=chosen, options=_options(form, content.kind, chosen))
    return Plan(version_id, form.stop.data or None, policy, change)


def _options(form: Proposal, kind: Kind, rule: ScoringRule | None) -> RuleOptions:
    """The figures of the rule; those it does not use are passed over."""
    if rule is None:
        return PLAIN
    used = [name for name in options_of(kind, rule) if name in form and (form[name].data or "").strip()]
    figures: dict[str, Any] = {}
    try:
        for name in used:
            numbers = [Decimal(part) for part in form[name].data.replace("，", ",").split(",")]
            figures[name] = tuple(numbers) if name == "fixed" else numbers[0]
        return RuleOptions(**figures)
    except (InvalidOperation, ValidationError) as error:
        raise NotAllowed(N_("The marks of a rule are numbers in quarters, such as 0.5.")) from error
