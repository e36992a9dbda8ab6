"""What was sent, what waits and what could not be sent, with the other side's words; and trying again by hand."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam.extensions import db, writing
from exam.notices import operations, queries
from exam.notices.models import Message, MessageStatus
from exam.notices.queries import message_by_id
from exam.web.access import access
from exam.web.errors import sentence
from exam.web.notices.area import Page, blueprint, doing, sees_messages
from exam.web.notices.forms import MessageSearch
from question_bank.errors import DomainError


@blueprint.get("/notices")
@access(sees_messages)
def messages() -> Page:
    """The messages, the newest first, with the counts of each state."""
    form = MessageSearch(request.args).offer()
    session = db.session()
    found = queries.messages(session, form.wanted(), page=request.args.get("page", 1, type=int))
    return render_template(
        "notices/messages.html",
        form=form,
        found=found,
        rows=[(each, gettext(each.answer) if each.answer else "") for each in found.messages],
        counts=queries.counts(session),
        channels=[each for each in queries.channels(session) if each.active],
        mail=queries.mail_channel(session),
        args=_args(),
        states=MessageStatus,
    )


@blueprint.get("/notices/messages/<int:message_id>")
@access(sees_messages, of=message_by_id)
def message(message: Message) -> Page:
    """One message: what it says, and how it fared."""
    mail = queries.mail_channel(db.session())
    active = message.channel.active if message.channel is not None else mail is not None
    said = gettext(message.answer) if message.answer else ""
    return render_template("notices/message.html", message=message, states=MessageStatus, said=said, waits=not active)


@blueprint.post("/notices/messages/<int:message_id>/resend")
@access(sees_messages, of=message_by_id)
def resend(message: Message) -> Response:
    """Try one again that was given up."""
    try:
        with writing() as session:
            operations.resend(session, message_by_id(session, message.id), **doing())
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        flash(gettext("It is tried again now."), "success")
    return redirect(url_for("notices.message", message_id=message.id))


def _args() -> dict[str, Any]:
    """The filters in the address, without the page."""
    return {name: request.args[name] for name in ("q", "status") if request.args.get(name)}
