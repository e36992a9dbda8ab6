"""Pure: what a certificate says, first in words that anybody understands, then in figures.

It is read from the JSON kept with a set of papers: the certificate, or for sets of the first method, which have none,
the figures of the draw. What is not known is None, and is not spoken of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from question_bank.errors import N_

THETAS = (-1, 0, 1)
"""Ability levels in logits: weak, middling, strong candidates."""


@dataclass(frozen=True)
class Level:
    """Marks at one ability: the widest gap between the expected scores of two papers, their standard deviation, and
    the widest gap of a plain random draw of as many papers by the same specification.
    """

    theta: int
    spread: Decimal | None
    sd: Decimal | None
    random_spread: Decimal | None


@dataclass(frozen=True)
class Statement:
    """Everything the certificate of a set can say. Shares lie between 0 and 1, marks are those of the paper.

    `thin` names the kinds, topics and bands out of which neighbours have to share, with what the bank holds.
    """

    papers: int
    spares: int
    exact: bool | None
    levels: tuple[Level, ...]
    true_sd: Decimal | None
    questions: int | None
    max_overlap: int | None
    enemy_clashes: int | None
    exposure_cv: float | None
    max_exposure: float | None
    different: int | None
    limits: tuple[str, ...]
    random_overlap: int | None = None
    thin: tuple[Mapping[str, Any], ...] = ()
    relaxed: Mapping[str, Any] | None = None

    @property
    def at_middle(self) -> Level | None:
        """What is said first: the level of a middling candidate."""
        return next((level for level in self.levels if level.theta == 0 and level.spread is not None), None)

    @property
    def times_smaller(self) -> int | None:
        """How many times smaller the gap is than that of the random draw, rounded down."""
        level = self.at_middle
        if level is None or not level.spread or level.random_spread is None:
            return None
        return int(level.random_spread / level.spread) or None


def statement_of(certificate: Mapping[str, Any], figures: Mapping[str, Any]) -> Statement:
    """Read what was kept with a set."""
    exposure = figures.get("exposure", {})
    neighbours = figures.get("neighbours", {})
    deviation = figures.get("topic_deviation")
    return Statement(
        papers=certificate.get("papers", figures.get("papers", 0)),
        spares=certificate.get("spares", figures.get("spares", 0)),
        exact=certificate.get("exact", None if deviation is None else deviation == "0"),
        levels=tuple(_levels(certificate)),
        true_sd=_marks(certificate.get("true_sd_estimate")),
        questions=certificate.get("questions"),
        max_overlap=certificate.get("max_overlap", neighbours.get("questions")),
        enemy_clashes=certificate.get("enemy_clashes"),
        exposure_cv=certificate.get("exposure_cv", exposure.get("cv")),
        max_exposure=certificate.get("max_exposure", exposure.get("max")),
        different=certificate.get("different", exposure.get("questions")),
        limits=tuple(certificate.get("limits", ())),
        random_overlap=certificate.get("random_max_overlap"),
        thin=tuple(certificate.get("thin", ())),
        relaxed=figures.get("relaxed"),
    )


def _levels(certificate: Mapping[str, Any]) -> Iterator[Level]:
    spread = certificate.get("spread")
    if not spread:
        return
    sd, plain = certificate.get("sd") or {}, certificate.get("random_spread") or {}
    for theta in THETAS:
        key = str(theta)
        yield Level(theta, _marks(spread.get(key)), _marks(sd.get(key)), _marks(plain.get(key)))


def _marks(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def rounded(marks: Decimal | None) -> str:
    """Marks as they are told: two decimals below one mark, else one, no needless zeros; – where unknown."""
    if marks is None:
        return "–"
    shown = f"{marks:.2f}" if abs(marks) < 1 else f"{marks:.1f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


class Said(NamedTuple):
    """A sentence as a message id with what goes into it."""

    template: str
    params: Mapping[str, object]


def sentences(statement: Statement) -> list[Said]:
    """What the certificate says in words, the most important first."""
    found = [*_on_scores(statement), *_on_contents(statement)]
    papers = {"papers": statement.papers, "spares": statement.spares}
    return [*found, Said(N_("%(papers)s papers and %(spares)s spare ones were made at once, each its own."), papers)]


def _on_scores(statement: Statement) -> Iterator[Said]:
    level = statement.at_middle
    if level is not None and level.random_spread is not None:
        yield Said(
            N_("Any two papers differ by at most %(spread)s marks in expected score; drawn at random, by %(random)s."),
            {"spread": rounded(level.spread), "random": rounded(level.random_spread)},
        )
    elif level is not None:
        yield Said(
            N_("Any two papers differ by at most %(spread)s marks in expected score."),
            {"spread": rounded(level.spread)},
        )
    if statement.true_sd is not None:
        yield Said(
            N_(
                "As well as difficulty is known, papers may truly differ by about %(marks)s marks (standard deviation)."
            ),
            {"marks": rounded(statement.true_sd)},
        )


def _on_contents(statement: Statement) -> Iterator[Said]:
    if statement.exact:
        yield Said(N_("Every paper has the same sections and the same marks on every topic, exactly as specified."), {})
    elif statement.exact is False:
        yield Said(
            N_("Every paper has the same sections and topic marks, as near to the specification as it allows."), {}
        )
    if statement.max_overlap == 0 and statement.papers > 1:
        yield Said(N_("Seat neighbours share no question at all."), {})
    elif statement.max_overlap is not None and statement.papers > 1:
        template = (
            N_("Seat neighbours share at most %(count)s of %(questions)s questions.")
            if statement.questions
            else N_("Seat neighbours share at most %(count)s questions.")
        )
        yield Said(template, {"count": statement.max_overlap, "questions": statement.questions})
    if statement.enemy_clashes == 0:
        yield Said(N_("No paper holds two questions that give each other away."), {})
    elif statement.enemy_clashes:
        yield Said(
            N_("%(count)s times two questions that give each other away stand in one paper."),
            {"count": statement.enemy_clashes},
        )


LIMITS = {
    "labels_only": N_("No question has been answered often enough yet: its difficulty is its author's judgement."),
    "few_responses": N_("Many questions have been answered too seldom yet to know well how hard they are."),
    "small_cells": N_("Of some kinds and topics the bank holds so few questions that papers have to share them."),
    "county": N_("The bank lacks questions on the county, so its marks went to other topics."),
    "difficulty": N_("The bank lacks questions of the difficulty asked for; every paper comes equally near to it."),
    "one_paper": N_("There is one paper only: there is nothing to compare."),
    "few_papers": N_("With so few papers a random draw may differ little too."),
    "topics": N_("The marks of the sections do not allow the topic marks to be met exactly."),
    "repeats": N_("Some people meet a question they have had before."),
    "worn": N_("Some questions stood on papers of earlier stops of the tour."),
    "neighbours": N_("Neighbours have to share questions, for the bank holds too few."),
    "enemies": N_("Questions that give each other away could not always be kept apart."),
}
"""What limits the fairness of a set, by the code kept with it."""


def limit_sentences(statement: Statement) -> list[Said]:
    """What limited it, said plainly; codes that are not known are left out."""
    return [Said(LIMITS[code], {}) for code in statement.limits if code in LIMITS]
