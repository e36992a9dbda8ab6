"""What the page of a paper is made of: its questions without their keys, the attempt's state, the script's words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import get_locale, gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from exam import keys
from exam.papers.specification import Plan, plan_of
from exam.papers.transcript import numeral
from exam.sittings import queries
from exam.sittings.hall_rules import rules_of
from exam.sittings.late import operations_of
from exam.sittings.models import Attempt
from exam.sittings.queries import FrozenItem
from exam.sittings.window import deadline_shown
from exam.web.filters import marks
from exam.web.sitting.sheets import Heading, question_html
from question_bank.enums import TextForm
from question_bank.errors import N_
from question_bank.kinds import PublicView, public_view
from question_bank.scoring import sentence


class PageQuestion(NamedTuple):
    """One screen, as it goes into the page, and the heading of its section, which the answer card repeats."""

    number: int
    section: str
    html: Markup


def questions(session: Session, attempt: Attempt) -> list[PageQuestion]:
    """The paper of an attempt in its order."""
    paper = attempt.assignment.paper
    plan = plan_of(paper.paper_set.specification.plan)
    return list(_questions(queries.frozen_items(session, paper.id), plan))


def _questions(items: Sequence[FrozenItem], plan: Plan) -> Iterator[PageQuestion]:
    chinese = str(get_locale()).startswith("zh")
    titles = [f"{numeral(number)}、{section.title}" for number, section in enumerate(plan.sections, 1)]
    for number, item in enumerate(items, 1):
        view = public_view(item.content, item.order, item.marks, rule=item.rule, options=item.options)
        title = titles[item.section - 1]
        rule = _sentence(item.rule, item.options, item.marks) if chinese else gettext(item.rule.label)
        heading = Heading(title, rule, gettext(_kind(view)), marks(item.marks))
        html = question_html(view, heading, number=number, total=len(items), item_id=item.item_id)
        yield PageQuestion(number, title, html)


_sentence = lru_cache(maxsize=256)(sentence)


def _kind(view: PublicView) -> str:
    """What the page calls the kind of a question, as a message id."""
    if view.uncertain:
        return N_("One or more right options")
    named = view.form or TextForm.ORDINARY
    return view.kind.label if named is TextForm.ORDINARY else named.label


def state(session: Session, attempt: Attempt, *, at: datetime) -> dict[str, Any]:
    """Where the attempt stands, as far as the page has to know before it has asked the API."""
    sitting = attempt.assignment.sitting
    pause = queries.pause_of(session, sitting.id)
    deadline = deadline_shown(attempt.deadline, at=at, paused_since=pause.began_at if pause else None)
    return {
        "server_time": round(at.timestamp() * 1000),
        "deadline": round(deadline.timestamp() * 1000),
        "grace": sitting.grace_seconds,
        "paused": pause is not None,
        "pause_reason": pause.reason if pause else "",
        "rescue_key": keys.known(session, keys.RESCUE) or "",
        "paper_hash": attempt.assignment.paper.items_hash,
        "answers": [
            {"item": answer.item, "revision": answer.revision, "value": answer.value, "flagged": answer.flagged}
            for answer in queries.shown_answers(session, attempt)
        ],
    }


WORDS: dict[str, str] = {
    "none": N_("Not answered"),
    "typing": N_("Not saved yet"),
    "saving": N_("Saving…"),
    "saved": N_("Saved at {time}"),
    "waiting": N_("Not saved – kept on this device, trying again"),
    "offline": N_("Not saved – kept on this device, no network"),
    "memory": N_("Not saved, and this browser keeps nothing: leave the page open"),
    "refused": N_("Not saved: {reason}"),
    "answered": N_("answered"),
    "open": N_("unanswered"),
    "part": N_("incomplete"),
    "flagged": N_("flagged"),
    "flag": N_("Flag"),
    "unflag": N_("Flagged"),
    "question": N_("Question {number}"),
    "counts": N_("{answered}/{total} answered"),
    "unsaved": N_("unsaved"),
    "banner_offline": N_("No network. {count} answers are not saved yet – kept on this device and sent later."),
    "banner_waiting": N_("{count} answers are not saved yet – kept on this device and sent again."),
    "banner_offline_saved": N_("No network. You can go on writing: answers are kept on this device and sent later."),
    "banner_sign_in": N_(
        "Your sign-in has ended. Enter your ticket's code to go on; your answers are kept on this device."
    ),
    "banner_foreign": N_("Somebody else is signed in here. Enter your own ticket's code to go on."),
    "banner_up": N_("Time is up. Nothing can be changed any more; your paper is being handed in."),
    "banner_up_unsaved": N_("Time is up, and {count} answers have not reached the server. Keep this page open."),
    "banner_tab": N_("This paper is being written on another page of this browser. Here it can only be read."),
    "banner_device": N_("This paper is being written on another device. Here it can only be read."),
    "disputed": N_("Not saved: another device saved something else"),
    "about": N_("about "),
    "paused": N_("stands still"),
    "pause_reason": N_("Reason: {reason}"),
    "resumed": N_("The exam goes on. {time} left."),
    "more_time": N_("Time was added: the paper now ends at {time}."),
    "warning_five": N_("Five minutes left."),
    "warning_one": N_("One minute left. Your answers are handed in by themselves."),
    "signing_in": N_("One moment…"),
    "signed_in": N_("You are signed in again. Your answers are being sent."),
    "wrong_ticket": N_("That ticket belongs to somebody else. This paper is not theirs."),
    "no_sign_in": N_("That did not work. Check the code, or ask the invigilator."),
    "code_wanted": N_("Ask the invigilator for a code, and enter it here."),
    "no_take_over": N_("That did not work. Try again when the network is back."),
    "rescue_count": N_("Time is up, and there is no network: {count} answers have not reached the server."),
    "rescue_code": N_("Code {number} of {count}"),
    "hand_in_waiting": N_("Not handed in – answers kept on this device. It is handed in once the network is back."),
    "hand_in_up": N_("Not handed in yet – answers kept on this device. Leave this page open."),
    "hand_in_sending": N_("Handing in…"),
    "all_answered": N_("Every question is answered."),
    "open_count": N_("{open} open, {part} incomplete, {flagged} flagged, {unsaved} unsaved"),
}
"""What the script says; {name} is filled in by it."""


def words() -> dict[str, str]:
    """The script's words in the reader's language."""
    return {key: gettext(text) for key, text in WORDS.items()}


def sealing() -> list[str]:
    """What the page fetches once it stands, to seal a rescue file and to show it when there is no network."""
    return [url_for("static", filename=f"vendor/{name}.js") for name in ("nacl.min", "sealedbox", "qrcode")]


def rescue_address(attempt: Attempt) -> str:
    """The whole address of the page where staff take a rescue file in, for its QR codes."""
    return url_for("hall.late_answers", stop_id=attempt.assignment.sitting.stop_id, _external=True)


def hands_over(session: Session, attempt: Attempt) -> bool:
    """Whether this hall's phones go from hand to hand, so that handing in signs out."""
    return rules_of(session, attempt.assignment.sitting.stop_id).hand_over


def told(session: Session, attempt: Attempt) -> dict[str, int]:
    """What a receipt says beside its number: answers received, and late ones about which two people decide."""
    return {"answered": queries.answered(session, attempt.id), "late": len(operations_of(session, attempt.id))}
