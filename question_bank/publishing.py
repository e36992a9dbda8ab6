"""What stands in the way of publishing a question. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from question_bank import drafts
from question_bank.drafts import CONFIRMED, DEMO
from question_bank.errors import N_, Problem
from question_bank.rubric_lint import Rule, lint
from question_bank.taxonomy import UNSORTED

if TYPE_CHECKING:
    from question_bank.drafts import Draft

FROM_KNOWLEDGE = "FROM-KNOWLEDGE"


class Judgement(NamedTuple):
    """What stands in the way of publishing, and what a reviewer should look at although it does not."""

    obstacles: tuple[Problem, ...]
    cautions: tuple[Problem, ...]


def judge(draft: Draft) -> Judgement:
    """Check ``draft`` once for both.

    To be published its content must be sound, a rubric must tell the right answer from the question's own words and
    from its opposite, and it must rest on a confirmed fact (an invented one serves demo content only). Trade knowledge
    may stand beside or in its place when the reviewer's note says who confirms it.
    """
    problems = drafts.check(draft) + _linted(draft)
    hindering = [problem for problem in problems if not problem.warning] + _unsorted(draft) + _unsupported(draft)
    said = {problem.where for problem in hindering}
    warnings = (p for p in problems if p.warning and not (p.where == "citations" and p.where in said))
    return Judgement(tuple(hindering), tuple(warnings))


def obstacles(draft: Draft) -> list[Problem]:
    """Return why ``draft`` may not be published; empty when it may."""
    return list(judge(draft).obstacles)


def _linted(draft: Draft) -> list[Problem]:
    """Return what the linter finds; that the reference answer misses a point, ``check`` has said already."""
    return [finding.problem for finding in lint(draft.content) if finding.rule is not Rule.REFERENCE]


def _unsorted(draft: Draft) -> list[Problem]:
    """Return that a topic must be chosen first, for what came in without one."""
    return [Problem("topic", N_("It hangs on none of the eight topics yet."))] if draft.topic == UNSORTED else []


def _unsupported(draft: Draft) -> list[Problem]:
    """Return what is wrong with the facts cited; a diagnosis cites none, and that none is cited is said elsewhere."""
    if not draft.is_drawable or not draft.citations:
        return []
    statuses = {cited.status for cited in draft.citations}
    if FROM_KNOWLEDGE in statuses and not draft.reviewer_note:
        template = N_("Trade knowledge is cited, but no reviewer's note says who confirms it.")
        return [Problem("reviewer_note", template)]
    return [] if statuses & _enough(draft) else [Problem("citations", N_("Only unconfirmed facts are cited."))]


def _enough(draft: Draft) -> set[str]:
    """Return the states of a fact any one of which carries the question."""
    demo = {DEMO} if draft.demo_only else set()
    noted = {FROM_KNOWLEDGE} if draft.reviewer_note else set()
    return {CONFIRMED} | demo | noted
