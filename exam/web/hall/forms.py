"""The forms of what is done in a hall."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from exam.sittings.day import IdentityMethod, IncidentKind, Judgement
from exam.web.filters import label
from exam.web.forms import Form

REQUIRED = lazy_gettext("Fill this in.")
MINUTES = 240
"""So many minutes are given at once, at most."""


def _reason() -> TextAreaField:
    """The field of a reason; what is written there stays in the log."""
    return TextAreaField(lazy_gettext("Reason"), [InputRequired(lazy_gettext("Give the reason.")), Length(max=200)])


class ReasonForm(Form):
    """The reason of a deed."""

    reason = _reason()


class TimeForm(Form):
    """Time given to one person or to a hall."""

    minutes = IntegerField(lazy_gettext("Minutes more"), [InputRequired(REQUIRED), NumberRange(1, MINUTES)], default=10)
    reason = _reason()


class NoteForm(Form):
    """Something worth keeping about a person or the hall."""

    kind = RadioField(lazy_gettext("What it is about"), [InputRequired(REQUIRED)], coerce=IncidentKind)
    note = TextAreaField(lazy_gettext("What was seen"), [InputRequired(REQUIRED), Length(max=500)])

    def offer(self) -> "NoteForm":
        """The kinds a person may record; the others are what the system sees."""
        self.kind.choices = [(each, label(each)) for each in (IncidentKind.NOTE, IncidentKind.IDENTITY)]
        return self


class JudgeForm(Form):
    """What an incident comes to."""

    judgement = RadioField(lazy_gettext("What it comes to"), [InputRequired(REQUIRED)], coerce=Judgement)
    note = TextAreaField(
        lazy_gettext("Remark"), [Length(max=500)], description=lazy_gettext("Needed for what is to be pursued.")
    )

    def offer(self) -> "JudgeForm":
        """Everything but “not looked at”."""
        self.judgement.choices = [(each, label(each)) for each in Judgement if each is not Judgement.OPEN]
        return self


class IdentityForm(Form):
    """How somebody's identity was checked."""

    method = RadioField(lazy_gettext("How it was checked"), [InputRequired(REQUIRED)], coerce=IdentityMethod)
    photo = FileField(lazy_gettext("Photo (JPEG or PNG)"))

    def offer(self, *, photo: bool, code_word: bool) -> "IdentityForm":
        """Only what this hall asks for."""
        kinds = [IdentityMethod.SEEN, *([IdentityMethod.CODE_WORD] if code_word else [])]
        kinds += [IdentityMethod.PHOTO] if photo else []
        self.method.choices = [(each, label(each)) for each in kinds]
        if not photo:
            del self.photo
        return self


class RulesForm(Form):
    """What this hall does differently."""

    second_device = RadioField(lazy_gettext("Going on with another phone"), [InputRequired(REQUIRED)])
    hand_over = BooleanField(lazy_gettext("Phones are handed to the next person: handing in signs out"))
    code_word = StringField(
        lazy_gettext("Code word of the unit's contact"),
        [Length(max=40)],
        description=lazy_gettext(
            "For people who sit elsewhere: the contact tells it to them only. Empty: nobody is asked."
        ),
    )
    photo = BooleanField(lazy_gettext("A photo is taken at check-in"))
    notice = TextAreaField(lazy_gettext("A sentence for the waiting room"), [Length(max=300)])

    def offer(self) -> "RulesForm":
        """The two ways with a second device."""
        self.second_device.choices = [
            ("takeover", lazy_gettext("Just so: the ticket is enough")),
            ("code", lazy_gettext("Only with a code the invigilator gives")),
        ]
        return self


class ProposalForm(Form):
    """What should become of late answers."""

    accept = RadioField(lazy_gettext("What you propose"), [InputRequired(REQUIRED)])
    reason = TextAreaField(
        lazy_gettext("Reason"),
        [InputRequired(lazy_gettext("Give the reason.")), Length(max=500)],
        description=lazy_gettext("Such as what the invigilator saw when the network broke down."),
    )

    def offer(self) -> "ProposalForm":
        """Let them count, or not."""
        self.accept.choices = [
            ("yes", lazy_gettext("Let them count")),
            ("no", lazy_gettext("Do not let them count")),
        ]
        return self
