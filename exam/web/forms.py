"""The base of every form: protected against forgery, its messages in the reader's language."""

from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose own texts come from our catalogue."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh", "en")


class Confirmation(Form):
    """A form that holds nothing but the decision to send it."""
