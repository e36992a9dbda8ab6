"""The rubric linter: does a rubric tell a right answer from the question's own words and from their opposite? Pure.

For every written question and sub-question (fairness of marking written answers): the reference answer scores full; the
question's own text scores nothing; the reference with every clause negated scores at most a fifth; a row of the bare
terms is named with what it would score; key points that one phrase earns twice, and parts that contradict the whole,
are pointed at. What each key point finds in the reference, with spans, is ``kinds.verdict`` over the reference.
"""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from question_bank.enums import TextForm
from question_bank.errors import N_, Problem
from question_bank.kinds.case import CaseContent
from question_bank.kinds.choice import ChoiceContent
from question_bank.kinds.key_points import KeyPoint, Suggestion, hits_fully, suggest
from question_bank.kinds.matching import MatchingContent
from question_bank.kinds.ordering import OrderingContent
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.kinds.terms import FoldedText
from question_bank.negation import EXEMPTIONS, PROHIBITIONS, words
from question_bank.normalise import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from question_bank.kinds import Content

MOST_NEGATED = Fraction(1, 5)
"""The share of its marks a negated reference answer may still score."""
MOST_BARE = Fraction(3, 5)
BARE_LENGTH = 2
"""A term of so few characters is a word that anything on the subject would hold."""


class Rule(StrEnum):
    """What a finding is about. The first three stand in the way of publishing."""

    REFERENCE = "reference"
    QUESTION = "question"
    NEGATED = "negated"
    BARE = "bare"
    OVERLAP = "overlap"
    PARTS = "parts"
    EMPTY = "empty"


class Finding(NamedTuple):
    """What the linter found: by which rule, and the problem with its place (``rubric[2]``, ``subquestions[1].…``)."""

    rule: Rule
    problem: Problem


class Scores(NamedTuple):
    """What a rubric would suggest, in its own marks, for four texts that need no candidate; ``out_of`` is full."""

    reference: Fraction
    question: Fraction
    opposite: Fraction
    bare: Fraction
    out_of: Fraction


def scores(content: ShortAnswerContent, shown: str) -> Scores:
    """Score the reference answer, the question's own text ``shown``, the reference's opposite and the bare terms."""
    plain = FoldedText.of(shown)
    return Scores(
        reference=score(content, content.reference),
        question=sum((suggest(point, plain, resembled=False).marks for point in content.rubric), Fraction(0)),
        opposite=max(score(content, text) for text in opposites(content.reference)),
        bare=score(content, bare(content)),
        out_of=Fraction(content.rubric_marks),
    )


def lint(content: Content) -> tuple[Finding, ...]:
    """Lint the rubric of a short answer, or those of a case's written sub-questions; nothing for other kinds."""
    if isinstance(content, ShortAnswerContent):
        return _linted(content, own_text(content))
    if not isinstance(content, CaseContent):
        return ()
    shown = own_text(content)
    return tuple(
        Finding(rule, Problem(f"subquestions[{number}].{each.where}", each.template, each.params, warning=each.warning))
        for number, sub in enumerate(content.subquestions, 1)
        if isinstance(sub.content, ShortAnswerContent)
        for rule, each in _linted(sub.content, shown)
    )


@lru_cache(maxsize=1024)
def _linted(content: ShortAnswerContent, shown: str) -> tuple[Finding, ...]:
    """Lint one rubric; what is looked at, handed in and published is the same text three times."""
    return tuple(_lint(content, shown))


def own_text(content: Content) -> str:
    """Return everything a candidate could copy from the question: material, questions, options, a text a line."""
    texts = [content.stem]
    if isinstance(content, ChoiceContent):
        texts += [option.text for option in content.options]
    elif isinstance(content, OrderingContent):
        texts += [item.text for item in content.items]
    elif isinstance(content, MatchingContent):
        texts += [row.text for row in (*content.left, *content.right)]
    elif isinstance(content, CaseContent):
        texts += [own_text(sub.content) for sub in content.subquestions]
    return "\n".join(texts)


def score(content: ShortAnswerContent, text: str) -> Fraction:
    """Return what would be suggested for ``text``, in marks of the rubric."""
    return content.assess(text).marks


def _lint(content: ShortAnswerContent, shown: str) -> Iterator[Finding]:
    """Lint one rubric that can be checked at all: one with marks, terms and a reference answer."""
    if content.form is TextForm.DIAGNOSIS or not content.rubric_marks:
        return
    yield from _terms(content)
    if content.reference.strip():
        yield from _reference(content)
        yield from _negated(content)
        yield from _overlaps(content)
    yield from _copied(content, shown)
    yield from _bare(content)


def _points(content: ShortAnswerContent) -> Iterator[tuple[str, KeyPoint]]:
    """Yield the key points that have terms, with their places."""
    for number, point in enumerate(content.rubric, 1):
        if point.keyword_groups:
            yield f"rubric[{number}]", point


def _reference(content: ShortAnswerContent) -> Iterator[Finding]:
    for where, point in _points(content):
        if not hits_fully(point, content.reference):
            template = N_("The reference answer does not hit “%(point)s” in full.")
            yield Finding(Rule.REFERENCE, Problem(where, template, {"point": point.point}))


def _copied(content: ShortAnswerContent, shown: str) -> Iterator[Finding]:
    plain = FoldedText.of(shown)
    for where, point in _points(content):
        if (found := suggest(point, plain, resembled=False)).marks:
            template = N_("Whoever copies the question already hits “%(point)s”, by “%(terms)s”.")
            yield Finding(Rule.QUESTION, Problem(where, template, {"point": point.point, "terms": _said(found)}))


def _negated(content: ShortAnswerContent) -> Iterator[Finding]:
    """Say which points the opposite of the reference still earns, when together they are too many."""
    worst = max((_scored(content, text) for text in opposites(content.reference)), key=lambda found: found[0])
    marks, earning = worst
    if marks <= MOST_NEGATED * Fraction(content.rubric_marks):
        return
    template = N_("The opposite of the reference answer still earns %(share)s %% here, by “%(terms)s”.")
    share = round(100 * marks / Fraction(content.rubric_marks))
    for where, found in earning:
        yield Finding(Rule.NEGATED, Problem(where, template, {"share": share, "terms": _said(found)}))


def _scored(content: ShortAnswerContent, text: str) -> tuple[Fraction, list[tuple[str, Suggestion]]]:
    """Return what a text scores, and the points that earn it."""
    found = content.assess(text)
    earning = [(f"rubric[{number}]", each) for number, each in enumerate(found.points, 1) if each.marks]
    return found.marks, earning


def _said(found: Suggestion) -> str:
    return "、".join(hit.term for hit in found.hits)


def bare(content: ShortAnswerContent) -> str:
    """Return the row of bare terms: of each group of each key point the shortest."""
    return " ".join(min(group, key=len) for _, point in _points(content) for group in point.keyword_groups)


def _bare(content: ShortAnswerContent) -> Iterator[Finding]:
    groups = [group for _, point in _points(content) for group in point.keyword_groups]
    short = [min(group, key=len) for group in groups if min(map(len, map(folded, group))) <= BARE_LENGTH]
    share = score(content, bare(content)) / Fraction(content.rubric_marks)
    if share > MOST_BARE and 2 * len(short) > len(groups):
        template = N_("A row of bare words would score %(share)s %%; most groups hold a word as short as “%(terms)s”.")
        params = {"share": round(100 * share), "terms": "、".join(dict.fromkeys(short))}
        yield Finding(Rule.BARE, Problem("rubric", template, params, warning=True))


def _overlaps(content: ShortAnswerContent) -> Iterator[Finding]:
    """Yield points that are hit in full by the very words which hit another in the reference answer."""
    plain = FoldedText.of(content.reference)
    phrases = {where: [hit.term for hit in suggest(point, plain).hits] for where, point in _points(content)}
    for where, point in _points(content):
        for other, earning in _points(content):
            if other != where and phrases[other] and hits_fully(point, "\n".join(phrases[other])):
                template = N_("The words of “%(other)s” earn “%(point)s” as well: one phrase, two key points.")
                params = {"point": point.point, "other": earning.point}
                yield Finding(Rule.OVERLAP, Problem(where, template, params, warning=True))
                break


def _terms(content: ShortAnswerContent) -> Iterator[Finding]:
    """Yield terms that are nothing once folded, or nothing but a modal; and parts that contradict the whole."""
    for where, point in _points(content):
        for term in (*(term for group in point.keyword_groups for term in group), *point.forbidden):
            plain = folded(term)
            if not any(char.isalnum() for char in plain):
                template = N_("The term “%(term)s” holds no word.")
                yield Finding(Rule.EMPTY, Problem(where, template, {"term": term}))
        alone = {term for group in point.keyword_groups for term in group if folded(term) in _MODALS}
        if alone and len(point.keyword_groups) == 1:
            template = N_("“%(term)s” alone says nothing: write it together with what it governs.")
            yield Finding(Rule.EMPTY, Problem(where, template, {"term": "、".join(sorted(alone))}, warning=True))
        yield from _parts(where, point)


def _parts(where: str, point: KeyPoint) -> Iterator[Finding]:
    groups = len(point.keyword_groups)
    if point.partial is not None and point.per_group is not None:
        template = N_("“%(point)s” gives marks both for a part and for each group; only those for each group count.")
    elif (point.partial or point.per_group) and groups == 1:
        template = N_("“%(point)s” has one group: there is no part of it to give marks for.")
    elif point.per_group and point.per_group * (groups - 1) >= point.marks:
        template = N_("“%(point)s” gives all its marks before every group is hit.")
    else:
        return
    yield Finding(Rule.PARTS, Problem(where, template, {"point": point.point}, warning=True))


_MODALS = {*PROHIBITIONS, *EXEMPTIONS, "应当", "必须", "可以", "应该", "不", "未", "没有", "要"}
_ALLOWED = {"ban": "可以", "plain": "", "refusing": "同意", "wide": ""}
_MODAL = re.compile(
    "应当|应该|必须|可以"
    "|(?<![不反对响适供感相])应(?![急用收付届聘变力])"
    "|(?<![不必无])须(?!知)"
    "|(?<![不主重纪需摘必概次])要(?![求素点件约闻害道地么不])"
    "|(?<![不可功性职产技智节赋才只效])能(?![力源耗够否不])"
    "|(?<![不机社协公商约委理等国聘例])会(?![谈同议商见计员场审后前展不])"
    "|(?<![不还但于若总可])是(?!否|非|不是)"
)
_ATTRIBUTE = re.compile(".{0,8}的")
_LINK = re.compile("而是|而且|并且|或者|但是|同时|但|而|并|也|还|则|即")


def opposites(text: str) -> tuple[str, ...]:
    """Return two ways to say the opposite of a text clause by clause.

    Negations are taken out (不得 becomes 可以, 没有 becomes 有); a clause without any gets 并非 in front, or else 不
    before its first modal where it has one.
    """
    plain = FoldedText.of(text)
    borders = plain.negations.borders
    cut = [plain.plain[start:end] for start, end in pairwise(borders)]
    return (
        "".join(_without(clause) or _with_head(clause) for clause in cut),
        "".join(_without(clause) or _with_not(clause) for clause in cut),
    )


def _without(clause: str) -> str:
    """Return a clause without its negations; empty when it has none."""
    found = list(words(clause))
    if not found:
        return ""
    pieces, position = [], 0
    for start, end, sort in found:
        word = clause[start:end]
        turned = "需要" if word in EXEMPTIONS else "有" if word.endswith(("没有", "无")) else _ALLOWED[sort]
        pieces += [clause[position:start], "已" if word.startswith(("未", "尚未")) else turned]
        position = end
    return "".join([*pieces, clause[position:]])


def _with_head(clause: str) -> str:
    """Return a clause with 并非 at its head, behind the word that links it to the one before."""
    link = _LINK.match(clause)
    at = link.end() if link else 0
    return f"{clause[:at]}并非{clause[at:]}"


def _with_not(clause: str) -> str:
    """Return a clause with 不 before its first modal; 并非 at its head where it has none but within an attribute."""
    found = _MODAL.search(clause)
    if found is None or _ATTRIBUTE.match(clause, found.end()):
        return _with_head(clause)
    return f"{clause[: found.start()]}不{clause[found.start() :]}"
