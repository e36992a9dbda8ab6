"""The forms of the account pages."""

from flask_babel import lazy_gettext
from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from exam.accounts.passwords import LONGEST, SHORTEST
from exam.accounts.secrets import TICKET_LENGTH, clean_ticket
from exam.web.forms import Form


class PasswordSignIn(Form):
    """User name and password."""

    username = StringField(
        lazy_gettext("User name"), [InputRequired(lazy_gettext("Enter your user name.")), Length(max=80)]
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Enter your password.")), Length(max=LONGEST)]
    )


class TicketSignIn(Form):
    """The code printed on an admission ticket."""

    code = StringField(
        lazy_gettext("Ticket code"),
        [InputRequired(lazy_gettext("Enter the code printed on your ticket.")), Length(max=40)],
        description=lazy_gettext("Eight letters and digits. Capitals, spaces and dashes do not matter."),
    )

    def validate_code(self, field: StringField) -> None:
        if len(clean_ticket(field.data or "")) != TICKET_LENGTH:
            raise ValidationError(
                lazy_gettext("A ticket code has eight letters and digits. Compare it with your ticket.")
            )


class NewPassword(Form):
    """The present password and, twice, the one to come."""

    present = PasswordField(
        lazy_gettext("Present password"), [InputRequired(lazy_gettext("Enter your present password."))]
    )
    chosen = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Enter a new password.")), Length(max=LONGEST)],
        description=lazy_gettext(
            "At least %(count)s characters. A sentence you remember is good; names, dates and phone numbers are not.",
            count=SHORTEST,
        ),
    )
    again = PasswordField(
        lazy_gettext("New password once more"), [InputRequired(lazy_gettext("Enter the new password once more."))]
    )

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.chosen.data:
            raise ValidationError(lazy_gettext("The two new passwords differ."))
