"""Mail server and robots: set up, changed, tried. Administrators only; what is secret never comes back."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam.accounts.queries import person_by_id
from exam.extensions import db, writing
from exam.notices import addresses, queries
from exam.notices import channels as verbs
from exam.notices.models import Channel, ChannelKind
from exam.notices.queries import channel_by_id
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.notices.area import Page, administers, blueprint, doing
from exam.web.notices.forms import ChannelForm
from question_bank.errors import DomainError


@blueprint.get("/notices/channels")
@access(administers)
def channels() -> Page:
    """Every channel and what it has sent."""
    found = queries.channels(db.session())
    shown = [(each, addresses.shown(each.kind, each.address)) for each in found]
    return render_template("notices/channels.html", channels=shown, kinds=list(ChannelKind))


@blueprint.get("/notices/channels/new")
@access(administers)
def new_channel() -> Page:
    """The form for a channel of `?kind=`."""
    kind = _kind()
    return render_template(
        "notices/channel_form.html", form=ChannelForm(formdata=None).of(kind, None), kind=kind, channel=None, message=""
    )


@blueprint.post("/notices/channels/new")
@access(administers)
def set_up_channel() -> Page:
    """Set one up."""
    kind, message = _kind(), ""
    form = ChannelForm().of(kind, None)
    if form.validate_on_submit():
        try:
            with writing() as session:
                verbs.set_up(session, kind=kind, **form.values(), **doing())
        except DomainError as error:
            message = sentence(error)
        else:
            flash(gettext("Set up. Send a test message now."), "success")
            return redirect(url_for("notices.channels"))
    return render_template("notices/channel_form.html", form=form, kind=kind, channel=None, message=message), 400


@blueprint.get("/notices/channels/<int:channel_id>")
@access(administers, of=channel_by_id)
def channel(channel: Channel) -> Page:
    """The form with a channel's data."""
    form = ChannelForm(formdata=None, data=ChannelForm.filled(channel)).of(channel.kind, channel)
    return render_template("notices/channel_form.html", form=form, kind=channel.kind, channel=channel, message="")


@blueprint.post("/notices/channels/<int:channel_id>")
@access(administers, of=channel_by_id)
def change_channel(channel: Channel) -> Page:
    """Change it, or take it out of use."""
    form, message = ChannelForm().of(channel.kind, channel), ""
    if form.validate_on_submit():
        seen = int(form.lock.data) if (form.lock.data or "").isdecimal() else 0
        try:
            with writing() as session:
                kept = channel_by_id(session, channel.id)
                verbs.change(session, kept, seen=seen, active=form.active.data, **form.values(), **doing())
        except DomainError as error:
            message = sentence(error)
        else:
            flash(gettext("Saved."), "success")
            return redirect(url_for("notices.channels"))
    return render_template(
        "notices/channel_form.html", form=form, kind=channel.kind, channel=channel, message=message
    ), 400


@blueprint.post("/notices/channels/<int:channel_id>/test")
@access(administers, of=channel_by_id)
def send_test(channel: Channel) -> Response:
    """Queue a test message to the viewer, or to the robot's group, and show how it fares."""
    try:
        with writing() as session:
            message = verbs.send_test(
                session,
                channel_by_id(session, channel.id),
                person=person_by_id(session, viewer().person_id),
                subject=gettext("Test message"),
                body=gettext("This channel works: messages of the tour arrive here."),
                **doing(),
            )
    except DomainError as error:
        flash(sentence(error), "danger")
        return redirect(url_for("notices.channels"))
    return redirect(url_for("notices.message", message_id=message.id))


def _kind() -> ChannelKind:
    asked = request.args.get("kind", "")
    return next((each for each in ChannelKind if each.value == asked), ChannelKind.EMAIL)
