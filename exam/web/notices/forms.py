"""The forms of channels, messages and reminders."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from exam.notices import addresses
from exam.notices.models import Channel, ChannelKind, MessageStatus
from exam.notices.queries import MessageFilter
from exam.tours.reminding import LONGEST, MOST
from exam.web.forms import Form


class ChannelForm(Form):
    """A mail server or a group's robot. The secret goes in and is never shown."""

    lock = HiddenField()
    name = StringField(lazy_gettext("Name of the channel"), [InputRequired(), Length(max=80)])
    address = StringField(lazy_gettext("Address"), [Length(max=400)])
    sender = StringField(
        lazy_gettext("Sender"),
        [Length(max=120)],
        description=lazy_gettext("An address, or a name and after it the address in angle brackets"),
    )
    username = StringField(lazy_gettext("User name"), [Length(max=120)])
    secret = PasswordField(lazy_gettext("Password"), [Length(max=200)])
    active = BooleanField(lazy_gettext("In use"), default=True)

    def of(self, kind: ChannelKind, channel: Channel | None) -> "ChannelForm":
        """With the fields and hints that `kind` has; `channel` is the one being changed."""
        if kind is ChannelKind.EMAIL:
            self.address.description = gettext(
                "smtp://host:port (encrypted where the server offers it) or smtps://host:port; "
                "add ?verify=no for a certificate the server made for itself"
            )
        else:
            del self.sender, self.username
            self.address.description = gettext("The whole webhook address that the group shows for its robot")
            self.secret.label.text = gettext("Signing secret")
        if kind is ChannelKind.WECOM:
            del self.secret
        elif channel is not None and channel.secret:
            self.secret.description = gettext("One is kept. Leave this empty to keep it.")
        elif kind is ChannelKind.DINGTALK:
            self.secret.description = gettext("Begins with SEC; empty where the robot is secured by keywords alone")
        if channel is not None and kind is not ChannelKind.EMAIL:
            self.address.description = gettext(
                "Kept: %(address)s. Leave this empty to keep it.", address=addresses.shown(kind, channel.address)
            )
        return self

    def values(self) -> dict[str, Any]:
        """What was entered, as the operations take it."""
        given = {name: self[name].data for name in ("name", "address", "sender", "username", "secret") if name in self}
        return {name: (value or "").strip() for name, value in given.items()}

    @staticmethod
    def filled(channel: Channel) -> dict[str, object]:
        """A channel's data as the fields hold it, without its secrets."""
        mail = channel.kind is ChannelKind.EMAIL
        return {
            "lock": channel.lock,
            "name": channel.name,
            "address": channel.address if mail else "",
            "sender": channel.sender,
            "username": channel.username,
            "active": channel.active,
        }


class MessageSearch(Form):
    """What the list of messages is narrowed by; travels in the address."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField(lazy_gettext("Search"), [Length(max=80)])
    status = SelectField(lazy_gettext("State"), [Optional()])

    def offer(self) -> "MessageSearch":
        """Fill the list to choose from."""
        self.status.choices = [
            ("", gettext("All messages")),
            *((each.value, gettext(each.label)) for each in MessageStatus),
        ]
        return self

    def wanted(self) -> MessageFilter:
        """The filter meant; what cannot be understood filters nothing."""
        return MessageFilter(
            text=(self.q.data or "").strip()[:80],
            status=next((each for each in MessageStatus if each.value == self.status.data), None),
        )


class RemindersForm(Form):
    """The hours before a stop, as a list in words."""

    hours = StringField(
        lazy_gettext("Hours before the stop"),
        [Length(max=80)],
        description=lazy_gettext("For example 72, 24: three days and one day before. Empty: nobody is reminded."),
    )

    def validate_hours(self, field: StringField) -> None:
        """Whole numbers, as many and as large as the rule allows."""
        try:
            wanted = self.wanted()
        except ValueError:
            wanted = [0]
        if len(wanted) > MOST or any(not 1 <= each <= LONGEST for each in wanted):
            raise ValidationError(
                gettext(
                    "At most %(most)s reminders, each 1 to %(longest)s hours before the stop.",
                    most=MOST,
                    longest=LONGEST,
                )
            )
        del field

    def wanted(self) -> list[int]:
        """The hours entered. Raises ValueError."""
        text = (self.hours.data or "").replace("，", ",").replace("、", ",")
        return sorted({int(part) for part in text.split(",") if part.strip()}, reverse=True)
