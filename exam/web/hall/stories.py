"""What an incident says, in a sentence."""

from datetime import timedelta

from flask_babel import gettext

from exam.sittings.day import IncidentKind
from exam.sittings.day_models import Incident
from exam.web.hall.board import duration
from question_bank.errors import N_

DEVICES = {
    IncidentKind.SECOND_DEVICE: N_("Another phone asked for the paper without a code."),
    IncidentKind.TAKEN_OVER: N_("Another phone has gone on with the paper."),
}


def story(incident: Incident) -> str:
    """What happened, in a sentence."""
    told, kind = incident.detail, incident.kind
    if incident.note:
        return incident.note
    if kind is IncidentKind.LEFT_PAGE:
        away = duration(timedelta(seconds=abs(told.get("seconds", 0))))
        return str(gettext("Away from the page for %(span)s.", span=away))
    if kind is IncidentKind.CLOCK and incident.attempt_id is None:
        return str(gettext("The server's clock jumped. No paper is collected until somebody judges this."))
    if kind is IncidentKind.CLOCK:
        return str(gettext("The device's clock jumped by %(seconds)s s.", seconds=told.get("seconds", 0)))
    if kind in DEVICES:
        return str(gettext(DEVICES[kind]))
    return _after_the_fact(incident)


def _after_the_fact(incident: Incident) -> str:
    """What was worked out from the answers after the paper."""
    told = incident.detail
    if incident.kind is IncidentKind.TOO_FAST:
        return str(
            gettext(
                "%(count)s answers within %(span)s, faster than the questions can be read.",
                count=told.get("answers", 0),
                span=duration(timedelta(seconds=told.get("seconds", 0))),
            )
        )
    if incident.kind is IncidentKind.ALIKE:
        return str(
            gettext(
                "%(same)s of %(both)s questions that both got wrong have the same wrong answer as seat %(seat)s "
                "(%(name)s); %(expected)s would be usual.",
                same=told.get("same", 0),
                both=told.get("both", 0),
                seat=told.get("seat", "–"),
                name=told.get("name", "–"),
                expected=told.get("expected", "–"),
            )
        )
    return ""
