"""The forms of the account pages."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from exam.accounts.passwords import LONGEST, SHORTEST
from exam.accounts.secrets import TICKET_LENGTH, clean_ticket
from exam.web.forms import Form


class PasswordSignIn(Form):
    """User name and password."""

    username = StringField(_l("User name"), [InputRequired(_l("Enter your user name.")), Length(max=80)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=LONGEST)])


class TicketSignIn(Form):
    """The code printed on an admission ticket."""

    code = StringField(
        _l("Ticket code"),
        [InputRequired(_l("Enter the code printed on your ticket.")), Length(max=40)],
        description=_l("Eight letters and digits. Capitals, spaces and dashes do not matter."),
    )

    def validate_code(self, field: StringField) -> None:
        if len(clean_ticket(field.data or "")) != TICKET_LENGTH:
            raise ValidationError(_l("A ticket code has eight letters and digits. Compare it with your ticket."))


class NewPassword(Form):
    """The present password and, twice, the one to come."""

    present = PasswordField(_l("Present password"), [InputRequired(_l("Enter your present password."))])
    chosen = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password.")), Length(max=LONGEST)],
        description=_l(
            "At least %(count)s characters. A sentence you remember is good; names, dates and phone numbers are not.",
            count=SHORTEST,
        ),
    )
    again = PasswordField(_l("New password once more"), [InputRequired(_l("Enter the new password once more."))])

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.chosen.data:
            raise ValidationError(_l("The two new passwords differ."))
