"""The forms of the administration."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired, FileSize
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from exam.accounts.mail_addresses import is_mail_address
from exam.accounts.models import Person, Unit
from exam.accounts.queries import PeopleFilter
from exam.accounts.roles import Role, UnitCategory
from exam.web.forms import Form
from question_bank.enums import Audience

LARGEST_UPLOAD = 5 * 1024 * 1024


def _units(units: Sequence[Unit], nothing: str) -> list[tuple[str, str]]:
    return [("", nothing), *((str(unit.id), f"{unit.code} {unit.name}") for unit in units)]


class PeopleSearch(Form):
    """What the list of people is narrowed by; travels in the address."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField(lazy_gettext("Search"), [Length(max=80)])
    unit = SelectField(lazy_gettext("Unit"), [Optional()])
    role = SelectField(lazy_gettext("Role"), [Optional()])
    state = SelectField(lazy_gettext("State"), [Optional()])

    def offer(self, units: Sequence[Unit]) -> "PeopleSearch":
        """Fill the lists to choose from."""
        self.unit.choices = _units(units, gettext("All units"))
        self.role.choices = [("", gettext("All roles")), *((role.value, gettext(role.label)) for role in Role)]
        self.state.choices = [("", gettext("Active")), ("closed", gettext("Closed accounts"))]
        return self

    def wanted(self, within: int | None) -> PeopleFilter:
        """The filter meant; what cannot be understood filters nothing."""
        text, unit, role = (self.q.data or "").strip()[:80], self.unit.data or "", self.role.data or ""
        return PeopleFilter(
            text=text,
            unit_id=int(unit) if unit.isdecimal() and len(unit) < 10 else None,
            role=next((each for each in Role if each.value == role), None),
            inactive=self.state.data == "closed",
            within=within,
        )


class PersonForm(Form):
    """A person's own data."""

    code = StringField(lazy_gettext("Staff number"), [InputRequired(), Length(max=40)])
    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=80)])
    unit = SelectField(lazy_gettext("Unit"), [InputRequired()])
    audience = SelectField(
        lazy_gettext("Audience"),
        [Optional()],
        description=lazy_gettext("Decides which paper is sat; empty: by the category of the unit."),
    )
    post = StringField(lazy_gettext("Post"), [Length(max=80)])
    phone = StringField(lazy_gettext("Phone"), [Length(max=20)])
    email = StringField(
        lazy_gettext("E-mail address"),
        [Length(max=120)],
        description=lazy_gettext("Invitations and reminders are sent there."),
    )

    def validate_email(self, field: StringField) -> None:
        """One address, or none."""
        if (field.data or "").strip() and not is_mail_address(field.data.strip()):
            raise ValidationError(gettext("This is not an e-mail address."))

    def offer(self, units: Sequence[Unit]) -> "PersonForm":
        """Fill the lists to choose from."""
        self.unit.choices = _units(units, gettext("Choose a unit"))
        self.audience.choices = [
            ("", gettext("By the unit")),
            *((each.value, gettext(each.label)) for each in Audience),
        ]
        return self

    def values(self) -> dict[str, Any]:
        """What was entered, as the operations take it (without the staff number)."""
        return {
            "name": self.name.data.strip(),
            "unit_id": int(self.unit.data),
            "audience": next((each for each in Audience if each.value == self.audience.data), None),
            "post": (self.post.data or "").strip(),
            "phone": (self.phone.data or "").strip(),
            "email": (self.email.data or "").strip(),
        }

    @staticmethod
    def filled(person: Person) -> dict[str, object]:
        """A person's data, as the fields hold it."""
        return {
            "code": person.code,
            "name": person.name,
            "unit": str(person.unit_id),
            "audience": person.audience.value if person.audience else "",
            "post": person.post,
            "phone": person.phone,
            "email": person.email,
        }


class RolesForm(Form):
    """All roles a person holds."""

    roles = SelectMultipleField(
        lazy_gettext("Roles"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self) -> "RolesForm":
        """Fill the list to choose from."""
        self.roles.choices = [(role.value, gettext(role.label)) for role in Role]
        return self


class AccountForm(Form):
    """The user name of a new account; empty where the person has one."""

    username = StringField(
        lazy_gettext("User name"),
        [Length(max=40)],
        description=lazy_gettext("2 to 40 letters, digits or Chinese characters; also . _ - @"),
    )


class UnitForm(Form):
    """A unit's data."""

    code = StringField(lazy_gettext("Unit code"), [InputRequired(), Length(max=40)])
    name = StringField(lazy_gettext("Name of the unit"), [InputRequired(), Length(max=80)])
    category = SelectField(lazy_gettext("Category"), [InputRequired()])
    parent = SelectField(lazy_gettext("Stands below"), [Optional()])
    focus = StringField(lazy_gettext("Industries in focus"), [Length(max=200)])
    carrier = StringField(lazy_gettext("Industrial carrier"), [Length(max=200)])
    duties = TextAreaField(lazy_gettext("Duties"), [Length(max=400)])

    def offer(self, units: Sequence[Unit]) -> "UnitForm":
        """Fill the lists to choose from."""
        self.category.choices = [(each.value, gettext(each.label)) for each in UnitCategory]
        self.parent.choices = _units(units, gettext("Nothing: top of the tree"))
        return self

    def values(self) -> dict[str, Any]:
        """What was entered, as the operations take it (without the code)."""
        return {
            "name": self.name.data.strip(),
            "category": next(each for each in UnitCategory if each.value == self.category.data),
            "parent_id": int(self.parent.data) if self.parent.data else None,
            "focus": (self.focus.data or "").strip(),
            "carrier": (self.carrier.data or "").strip(),
            "duties": (self.duties.data or "").strip(),
        }

    @staticmethod
    def filled(unit: Unit) -> dict[str, object]:
        """A unit's data, as the fields hold it."""
        return {
            "code": unit.code,
            "name": unit.name,
            "category": unit.category.value,
            "parent": str(unit.parent_id or ""),
            "focus": unit.focus,
            "carrier": unit.carrier,
            "duties": unit.duties,
        }


class UploadForm(Form):
    """An Excel file of units and persons."""

    file = FileField(
        lazy_gettext("Excel file"),
        [
            FileRequired(lazy_gettext("Choose an Excel file.")),
            FileSize(LARGEST_UPLOAD, message=lazy_gettext("The file is larger than 5 MB.")),
        ],
        description=lazy_gettext("xlsx, xls or ods, at most 5 MB. Best filled in on our template."),
    )
