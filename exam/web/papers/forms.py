"""The forms of the papers' pages."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from exam.accounts.models import Unit
from exam.web.filters import label
from exam.web.forms import Form
from question_bank.enums import Audience

REQUIRED = lazy_gettext("Fill this in.")
MOST_PAPERS = 2000


class RehearsalForm(Form):
    """How many papers to draw, from what, by which seed. Sent by GET: nothing is written."""

    class Meta(Form.Meta):
        csrf = False

    count = IntegerField(lazy_gettext("Candidates"), [InputRequired(REQUIRED), NumberRange(1, MOST_PAPERS)], default=58)
    spares = IntegerField(lazy_gettext("Spare papers"), [InputRequired(REQUIRED), NumberRange(0, 100)], default=3)
    seed = IntegerField(lazy_gettext("Seed"), [InputRequired(REQUIRED), NumberRange(0, 2**63 - 1)], default=1)
    audience = SelectField(lazy_gettext("Audience"), validate_choice=True)
    host = SelectField(lazy_gettext("Host unit"), validate_choice=True, default="")

    def offer(self, audience: Audience | None, units: Sequence[Unit]) -> "RehearsalForm":
        """Fill in the choices: the specification's own audience, or all of them."""
        members = [audience] if audience else list(Audience)
        self.audience.choices = [(member.value, label(member)) for member in members]
        self.host.choices = [("", gettext("None")), *((unit.code, unit.name) for unit in units)]
        return self

    def wanted(self) -> dict[str, Any]:
        """The arguments of a draw."""
        return {
            "count": self.count.data,
            "spares": self.spares.data,
            "seed": self.seed.data,
            "audience": next(member for member in Audience if member.value == self.audience.data),
            "host_unit_code": self.host.data or None,
        }
