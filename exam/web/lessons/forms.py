"""The forms of the lecture's pages."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from exam.lessons.operations import LONGEST_COMMENT
from exam.web.forms import Form

FIVE = [str(score) for score in (5, 4, 3, 2, 1)]


class MaterialForm(Form):
    """A file of the lecture."""

    title = StringField(
        lazy_gettext("Title"), [Length(max=120)], description=lazy_gettext("Left empty, the name of the file stands.")
    )
    file = FileField(
        lazy_gettext("File"), [FileRequired()], description=lazy_gettext("PDF or slides (PPTX, PPT, ODP), up to 30 MB.")
    )


class FeedbackForm(Form):
    """Three questions and a word."""

    useful = RadioField(lazy_gettext("Was it of use for your work?"), [InputRequired()], choices=FIVE)
    clear = RadioField(lazy_gettext("Was it told clearly?"), [InputRequired()], choices=FIVE)
    fitting = RadioField(lazy_gettext("Did it fit our county and your unit?"), [InputRequired()], choices=FIVE)
    comment = TextAreaField(lazy_gettext("What should be different next time?"), [Length(max=LONGEST_COMMENT)])
