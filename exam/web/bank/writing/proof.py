"""The proof beside a form: the question as phone and as paper, what is wrong where, what the rubric finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam.web.bank.area import say
from exam.web.bank.writing.pieces import marked
from exam.web.bank.writing.reading import Read
from question_bank import kinds, pairing
from question_bank.drafts import Draft
from question_bank.enums import Kind
from question_bank.errors import Problem
from question_bank.kinds import Content, Order
from question_bank.kinds.base import Part
from question_bank.kinds.case import CaseContent
from question_bank.kinds.short_answer import ShortAnswerContent, ShortAnswerResponse
from question_bank.pairing import Near
from question_bank.queries import question_by_code
from question_bank.rounding import HUNDREDTH, to_step
from question_bank.rubric_lint import own_text, scores

Said = tuple[str, str]
"""How heavy a finding is (error, obstacle, caution), and its sentence."""
SEED = 1
"""What is moved for every candidate is shown moved once: an ordering shown in its right order would answer itself."""


@dataclass(frozen=True)
class Hits:
    """What a rubric finds in its own reference answer. `label` numbers the sub-question; empty outside a case.

    `scores` is what it would give to texts that no candidate should get marks for.
    """

    label: str
    parts: tuple[tuple[str, Part], ...]
    marked: tuple[tuple[str, bool], ...]
    marks: Decimal
    out_of: Decimal
    scores: tuple[tuple[str, Decimal], ...]


def proof(session: Session, found: Read) -> dict[str, Any]:
    """The parts of the proof by their names in the template; the bank is asked for what looks alike."""
    findings = [(tone, problem.where, say(problem)) for tone, problem in _weighed(found)]
    shown = {"found": found, "findings": findings, "said": beside(findings), "view": None}
    return shown if found.draft is None else shown | _looks(found.draft) | {"likes": alike(session, found.draft)}


def alike(session: Session, draft: Draft) -> tuple[tuple[int, Near], ...]:
    """Questions of the bank that ask nearly the same, each with its id."""
    (near,) = pairing.near(session, [draft], asked=[True])
    known = ((question_by_code(session, each.code), each) for each in near)
    return tuple((question.id, each) for question, each in known if question is not None)


def _weighed(found: Read) -> Iterator[tuple[str, Problem]]:
    for tone, problems in (("error", found.errors), ("obstacle", found.obstacles), ("caution", found.cautions)):
        for problem in problems:
            yield tone, problem


def beside(findings: Iterable[tuple[str, str, str]]) -> dict[str, list[Said]]:
    """The findings by field."""
    said: dict[str, list[Said]] = {}
    for tone, field, sentence in findings:
        said.setdefault(field, []).append((tone, sentence))
    return said


def _looks(draft: Draft) -> dict[str, Any]:
    from exam.papers.blocks import EMPTY  # with ReportLab below it, which no other page needs

    order = shown_order(draft.content)
    view = kinds.public_view(draft.content, order, draft.marks)
    return {
        "draft": draft,
        "view": view,
        "key": kinds.key_view(draft.content, order, draft.marks),
        "phone": render_template("bank/writing/phone.html", view=view, marks=draft.marks),
        "hits": list(hits(draft.content)),
        "has_bracket": EMPTY.search,
    }


def shown_order(content: Content) -> Order:
    """The author's order, but orderings and right columns moved as a candidate would see them."""
    if isinstance(content, CaseContent):
        return Order(parts={sub.id: shown_order(sub.content) for sub in content.subquestions})
    if content.kind in {Kind.ORDERING, Kind.MATCHING}:
        return kinds.shuffle(content, SEED)
    return kinds.plain_order(content)


def hits(content: Content, label: str = "", shown: str = "") -> Iterator[Hits]:
    """What every rubric in `content` finds in the reference answer it stands beside; `shown` is the case's own text."""
    if isinstance(content, CaseContent):
        for number, sub in enumerate(content.subquestions, 1):
            yield from hits(sub.content, str(number), own_text(content))
    elif isinstance(content, ShortAnswerContent) and content.rubric and content.reference.strip():
        verdict = kinds.verdict(content, ShortAnswerResponse(text=content.reference), None, content.rubric_marks)
        points = {point.id: point.point for point in content.rubric}
        parts = tuple((points.get(part.ref, part.ref), part) for part in verdict.parts)
        spans = [span for _, part in parts for span in part.spans]
        found = tuple(marked(content.reference, spans))
        yield Hits(label, parts, found, verdict.suggested, verdict.out_of, _scores(content, shown or own_text(content)))


def _scores(content: ShortAnswerContent, shown: str) -> tuple[tuple[str, Decimal], ...]:
    """What the linter weighs, named for the author."""
    found = scores(content, shown)
    return (
        (gettext("The question's own text"), to_step(found.question, HUNDREDTH)),
        (gettext("The opposite of the reference answer"), to_step(found.opposite, HUNDREDTH)),
        (gettext("A row of the bare terms"), to_step(found.bare, HUNDREDTH)),
    )
