"""The forms of the bank's pages: the filters of the list, a file to import, a reason."""

from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_babel import lazy_pgettext as pgettext
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from exam.accounts.queries import names_of, units
from exam.accounts.roles import Viewer
from exam.sittings.use import Use, among
from exam.web.bank.area import draws, writes
from exam.web.forms import Form
from question_bank import listing, queries
from question_bank.enums import Audience, Difficulty, Kind, NamedEnum, PaperKind, Status
from question_bank.listing import Filters
from question_bank.signs import Sign
from question_bank.taxonomy import PLACES

MINE = "me"
ANY = SelectChoice("", lazy_gettext("All"))


def _members(members: type[NamedEnum]) -> list[SelectChoice]:
    return [ANY, *(SelectChoice(member.value, lazy_gettext(member.label)) for member in members)]


class FilterForm(Form):
    """The filters of the list, in the address. What cannot be read is left open."""

    class Meta(Form.Meta):
        csrf = False

    text = StringField(lazy_gettext("Search"), [Length(max=200)])
    topic = SelectField(lazy_gettext("Topic"))
    kind = SelectField(lazy_gettext("Kind"), choices=_members(Kind))
    difficulty = SelectField(
        lazy_gettext("Difficulty"),
        choices=[ANY, *(SelectChoice(str(int(level)), lazy_gettext(level.label)) for level in Difficulty)],
    )
    status = SelectField(lazy_gettext("Status"), choices=_members(Status))
    paper = SelectField(lazy_gettext("Paper"), choices=_members(PaperKind))
    audience = SelectField(lazy_gettext("Audience"), choices=_members(Audience))
    unit = SelectField(lazy_gettext("Unit"))
    document = SelectField(lazy_gettext("Document"))
    author = SelectField(lazy_gettext("Author"))
    use = SelectField(pgettext("question", "Use"))
    reserve = SelectField(
        lazy_gettext("In reserve"), choices=[ANY, SelectChoice("yes", lazy_gettext("In reserve"))], default=""
    )

    sign = SelectField(pgettext("question", "Figures"), choices=_members(Sign), default="")

    def fill(self, session: Session, who: Viewer) -> None:
        """Offer the topics, units, documents and authors the bank holds; of use what `who` may know."""
        topics = listing.topics(session)
        roots = {topic.code: topic.name for topic in topics if not topic.parent}
        names = {unit.code: unit.name for unit in units(session)}
        cited = [use.document for use in queries.documents(session) if use.questions]
        self.topic.choices = [
            ANY,
            *(
                SelectChoice(topic.code, topic.name, optgroup=roots.get(topic.parent or topic.code, ""))
                for topic in topics
            ),
        ]
        self.unit.choices = [ANY, *(SelectChoice(code, names.get(code, code)) for code in listing.unit_codes(session))]
        self.document.choices = [ANY, *(SelectChoice(str(document.id), document.title) for document in cited)]
        self.author.choices = [ANY, *_authors(session, who)]
        known = [use for use in Use if draws(who, None) or not use.is_secret]
        self.use.choices = [ANY, *(SelectChoice(use.value, gettext(use.label)) for use in known)]

    def chosen(self) -> dict[str, str]:
        """The filters set, by name, as they stand in the address."""
        return {field.name: field.data for field in self if field.data and field.data in self._allowed(field)}

    def gone(self) -> list[tuple[str, str]]:
        """Label and value of what the address asks for and nobody can choose (any more); it is left open."""
        selects = [field for field in self if isinstance(field, SelectField)]
        return [(field.label.text, field.data) for field in selects if field.data and field.name not in self.chosen()]

    def _allowed(self, field: Any) -> set[str]:
        if not isinstance(field, SelectField):
            return {field.data[:200]}
        return {str(value) for value, *_ in field.choices or ()}

    def filters(self, person_id: int) -> Filters:
        """The filters set, for the query; `person_id` is who “me” is."""
        chosen = self.chosen()
        return Filters(
            text=chosen.get("text", ""),
            kind=_member(Kind, chosen.get("kind")),
            topic=chosen.get("topic", ""),
            difficulty=int(chosen["difficulty"]) if "difficulty" in chosen else None,
            status=_member(Status, chosen.get("status")),
            paper=_member(PaperKind, chosen.get("paper")),
            audience=_member(Audience, chosen.get("audience")),
            unit_code=chosen.get("unit", ""),
            document_id=int(chosen["document"]) if "document" in chosen else None,
            author_id=_author(chosen.get("author", ""), person_id),
            reserve="reserve" in chosen,
            sign=_member(Sign, chosen.get("sign")),
            among=among(_member(Use, chosen["use"])) if "use" in chosen else None,
        )

    def words(self) -> list[tuple[str, str, str]]:
        """Name, label and shown value of each filter set."""
        chosen = self.chosen()
        return [(field.name, field.label.text, _shown(field)) for field in self if field.name in chosen]


def _authors(session: Session, who: Viewer) -> list[SelectChoice]:
    """Everybody who wrote a question, by name; a reader who may write questions comes first."""
    names = names_of(session, listing.author_ids(session))
    mine = [SelectChoice(MINE, gettext("Written by me"))] if who.person_id in names or writes(who, None) else []
    others = sorted(((name, id_) for id_, name in names.items() if id_ != who.person_id))
    return [*mine, *(SelectChoice(str(id_), name) for name, id_ in others)]


def _author(chosen: str, person_id: int) -> int | None:
    return person_id if chosen == MINE else int(chosen) if chosen else None


def _member(members: type[NamedEnum], value: str | None) -> Any:
    return next((member for member in members if member.value == value), None)


def _shown(field: Any) -> str:
    if not isinstance(field, SelectField):
        return str(field.data)
    return next(str(words) for value, words, *_ in field.choices or () if str(value) == field.data)


def filter_form(session: Session, who: Viewer, asked: MultiDict[str, str] | None = None) -> FilterForm:
    """The form of `asked`, or else of this request's address, filled with the choices of that person."""
    form = FilterForm(formdata=request.args if asked is None else asked)
    form.fill(session, who)
    return form


class UploadForm(Form):
    """A file of questions."""

    file = FileField(
        lazy_gettext("File"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "Excel (.xlsx), CSV, Word (.docx), text, JSON, GIFT, Moodle XML, Aiken or a QTI package, 32 MB at most."
        ),
    )
    topic = SelectField(
        lazy_gettext("Topic for rows that name none"),
        default="",
        choices=[
            SelectChoice("", lazy_gettext("None: they wait under 待归类 until somebody sorts them")),
            *(SelectChoice(code, name) for code, name in PLACES.items()),
        ],
        description=lazy_gettext("Only for old files that know no topics of ours."),
    )


class TakeForm(Form):
    """Whether what is taken goes straight to the reviewers."""

    submit_for_review = BooleanField(lazy_gettext("Hand the new and changed questions in for review"), default=True)


class LeakForm(Form):
    """Why an alarm is confirmed or dismissed."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [
            InputRequired(message=lazy_gettext("Say why; the reason is kept.")),
            Length(max=500, message=lazy_gettext("At most 500 characters.")),
        ],
    )


class ReasonForm(Form):
    """Why a step is taken."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Optional(), Length(max=1000, message=lazy_gettext("At most 1000 characters."))],
        description=lazy_gettext("Needed to give it back or to suspend it. Kept in the history; the author sees it."),
    )


def missing_reason() -> str:
    """What is said where a step needs a reason and none is given."""
    return str(gettext("Give the reason: the author has to know what to change."))
