"""Pure: a drawn selection made concrete. Order, marks and rule of every item, and the hashes that prove them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exam.papers.assembly import Selection
from exam.papers.chance import seed_of
from exam.papers.specification import Plan, digest
from question_bank.drawable import UNKNOWN, Drawable, Figures
from question_bank.enums import Audience, Difficulty, Kind, ScoringRule, TextForm
from question_bank.kinds import Content, Order, shuffle
from question_bank.scoring import PLAIN, RuleOptions

FIELDS = (
    "code",
    "kind",
    "form",
    "topic",
    "subtopic",
    "difficulty",
    "slots",
    "unit_code",
    "common_core",
    "audiences",
    "content_hash",
    "version_id",
    "question_id",
)
"""How a drawable question is written down in a snapshot; the ids stand last, because they are this database's own."""
OWN = ("version_id", "question_id")
_KINDS = {each.value: each for each in Kind}
_FORMS = {each.value: each for each in TextForm}
_AUDIENCES = {each.value: each for each in Audience}


@dataclass(frozen=True)
class Wording:
    """One version as a paper needs it: how it is named, and what it says."""

    version_id: int
    code: str
    content_hash: str
    content: Content


@dataclass(frozen=True)
class ComposedItem:
    """What becomes a paper item."""

    section: int
    wording: Wording
    order: Order
    rule: ScoringRule
    marks: Decimal
    options: RuleOptions = PLAIN


def sealed(
    section: int,
    code: str,
    content_hash: str,
    *,
    order: Order,
    rule: ScoringRule,
    marks: Decimal,
    options: Mapping[str, Any],
) -> list[Any]:
    """What of an item the hashes cover: nothing that is this database's own. `section` counts from 0.

    `options` of the rule are JSON as it is kept; an item without any is sealed as before there were options.
    """
    told = [options] if options else []
    return [section, code, content_hash, order.model_dump(mode="json"), rule.value, f"{marks:.2f}", *told]


@dataclass(frozen=True)
class ComposedPaper:
    """One paper with the hash over its items."""

    items: tuple[ComposedItem, ...]
    items_hash: str


def compose(
    plan: Plan, selection: Selection, *, wordings: Mapping[int, Wording], fixed: Mapping[str, Wording], seed: int
) -> tuple[ComposedPaper, ...]:
    """Put `selection` on paper. `wordings` (by version id) holds all it drew, `fixed` (by code) what the plan names."""
    return tuple(
        _composed(plan, [(each.section, each.question) for each in paper.items], wordings, fixed, f"{seed}:{position}")
        for position, paper in enumerate(selection.papers)
    )


def _composed(
    plan: Plan,
    drawn: Sequence[tuple[int, Drawable]],
    wordings: Mapping[int, Wording],
    fixed: Mapping[str, Wording],
    seed: str,
) -> ComposedPaper:
    items = []
    for index, section in enumerate(plan.sections):
        here = [(wordings[question.version_id], question.slots) for at, question in drawn if at == index]
        for wording, slots in [(fixed[section.fixed], 1)] if section.fixed else here:
            items.append(
                ComposedItem(
                    section=index,
                    wording=wording,
                    order=shuffle(wording.content, seed_of("order", seed, wording.code)),
                    rule=section.rule(wording.content.kind),
                    marks=section.marks_of(slots),
                    options=section.options(wording.content.kind),
                )
            )
    rows = [
        sealed(
            item.section,
            item.wording.code,
            item.wording.content_hash,
            order=item.order,
            rule=item.rule,
            marks=item.marks,
            options=item.options.model_dump(mode="json"),
        )
        for item in items
    ]
    return ComposedPaper(tuple(items), digest(rows))


def papers_hash(papers: Sequence[ComposedPaper]) -> str:
    """SHA-256 over the papers of a set in the order of their seats."""
    return digest([paper.items_hash for paper in papers])


def snapshot(bank: Sequence[Drawable]) -> list[list[Any]]:
    """`bank` as plain rows in the order of `FIELDS`, sorted by code."""
    return [_row(each) for each in sorted(bank, key=lambda question: question.code)]


def _row(question: Drawable) -> list[Any]:
    values = {name: getattr(question, name) for name in FIELDS}
    values["difficulty"] = int(question.difficulty)
    values["audiences"] = sorted(question.audiences)
    return [*(values[name] for name in FIELDS), sorted(question.enemies), list(question.figures)]


def restored(rows: Sequence[Sequence[Any]]) -> list[Drawable]:
    """The questions of a snapshot. The inverse of `snapshot`; early ones hold no figures, some no enemies either."""
    found = []
    for row in rows:
        beyond: list[Any] = [*row[len(FIELDS) :]]
        enemies, figures = beyond + [(), UNKNOWN][len(beyond) :]
        values = dict(zip(FIELDS, row, strict=False))
        found.append(_question({**values, "enemies": frozenset(enemies), "figures": Figures(*figures)}))
    return found


def _question(values: dict[str, Any]) -> Drawable:
    return Drawable(
        **{
            **values,
            "kind": _KINDS[values["kind"]],
            "form": _FORMS[values["form"]],
            "difficulty": Difficulty(values["difficulty"]),
            "audiences": frozenset(_AUDIENCES[each] for each in values["audiences"]),
        }
    )


def bank_hash(bank: Sequence[Drawable]) -> str:
    """SHA-256 over what the bank offered, the same in every database that holds the same questions."""
    shared, all_ = len(FIELDS) - len(OWN), len(FIELDS)
    return digest([row[:shared] + row[all_:] for row in snapshot(bank)])
