"""What a marker sends about one answer."""

from decimal import Decimal, InvalidOperation

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import NumberInput

from exam.web.forms import Form

POINT = "point-"
"""Fields `point-<key>` hold the marks of single key points; they explain the marks and decide nothing."""


class Marks(Form):
    """`seen` is the sequence of the mark that counted when the page was shown."""

    marks = DecimalField(
        _("Marks awarded"),
        validators=[InputRequired(message=_("Enter the marks.")), NumberRange(min=0)],
        places=None,
        widget=NumberInput(step="0.25", min=0),
    )
    reason = StringField(_("Reason"), validators=[Length(max=400)])
    seen = HiddenField()


def points_in(sent: MultiDict[str, str]) -> dict[str, Decimal]:
    """The marks by key point; nothing where one of them cannot be read."""
    try:
        return {name.removeprefix(POINT): Decimal(value) for name, value in sent.items() if name.startswith(POINT)}
    except InvalidOperation:
        return {}
