"""What stands in the way of publishing a question. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from question_bank import drafts
from question_bank.drafts import CONFIRMED, DEMO
from question_bank.errors import N_, Problem

if TYPE_CHECKING:
    from question_bank.drafts import Draft

FROM_KNOWLEDGE = "FROM-KNOWLEDGE"


def obstacles(draft: Draft) -> list[Problem]:
    """Return why ``draft`` may not be published; empty when it may.

    Its content must be sound and it must rest on a confirmed fact (an invented one serves demo content only). Trade
    knowledge may stand beside or in its place when the reviewer's note says who confirms it.
    """
    found = [problem for problem in drafts.check(draft) if not problem.warning]
    if not draft.is_drawable or not draft.citations:
        return found
    statuses = {cited.status for cited in draft.citations}
    if FROM_KNOWLEDGE in statuses and not draft.reviewer_note:
        template = N_("Trade knowledge is cited, but no reviewer's note says who confirms it.")
        found.append(Problem("reviewer_note", template))
    elif not statuses & _enough(draft):
        found.append(Problem("citations", N_("Only unconfirmed facts are cited.")))
    return found


def cautions(draft: Draft) -> list[Problem]:
    """Return what a reviewer should look at although it does not stand in the way."""
    said = {problem.where for problem in obstacles(draft)}
    return [p for p in drafts.check(draft) if p.warning and not (p.where == "citations" and p.where in said)]


def _enough(draft: Draft) -> set[str]:
    """Return the states of a fact any one of which carries the question."""
    demo = {DEMO} if draft.demo_only else set()
    noted = {FROM_KNOWLEDGE} if draft.reviewer_note else set()
    return {CONFIRMED} | demo | noted
