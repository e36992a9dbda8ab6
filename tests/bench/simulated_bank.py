"""A bank that is not there: questions with known difficulty, in the kinds, topics and bands of a 50-item specification.

The bank holds of every kind, topic and band about what the specification takes of it, as that of an office that writes
questions for its paper would: counts are multinomial around rates that meet all margins (iterative proportional
fitting). A question gives so many marks that no topic with fewer holds any of its kind. Every question follows
P(θ) = σ(a(θ − b)), b normal around its band's mean with SD 0.42, log a normal with SD 0.25. A tenth of them stand in
groups of two or three enemies.
"""

from collections.abc import Iterator
from decimal import Decimal
from math import exp
from random import Random

from exam.papers.specification import Plan, Section
from question_bank.drawable import Drawable, Figures
from question_bank.enums import Band, Difficulty, Kind, TextForm

Stratum = tuple[Kind, str, Band]

KINDS = {
    Kind.SINGLE_CHOICE: (20, 1),
    Kind.MULTIPLE_CHOICE: (10, 2),
    Kind.TRUE_FALSE: (10, 1),
    Kind.FILL_BLANK: (4, 2),
    Kind.SHORT_ANSWER: (4, 5),
    Kind.CASE: (2, 11),
}
"""Kind → items of a paper, marks of each."""
HELD = {
    Kind.SINGLE_CHOICE: 36,
    Kind.MULTIPLE_CHOICE: 20,
    Kind.TRUE_FALSE: 20,
    Kind.FILL_BLANK: 10,
    Kind.SHORT_ANSWER: 9,
    Kind.CASE: 5,
}
"""Kind → per cent of the bank."""
TOPICS = {f"T{number:02d}": marks for number, marks in enumerate((14, 13, 12, 12, 10, 8, 7, 6, 6, 5, 4, 3), 1)}
BANDS = {Band.EASY: 50, Band.MEDIUM: 30, Band.HARD: 20}
MEANS = {Band.EASY: -1.1, Band.MEDIUM: 0.0, Band.HARD: 1.1}
LABELS = {Band.EASY: Difficulty.RECALL, Band.MEDIUM: Difficulty.APPLICATION, Band.HARD: Difficulty.JUDGEMENT}

PLAN = Plan(
    sections=tuple(
        Section(title=kind.chinese, kinds=(kind,), count=count, marks_each=Decimal(marks))
        for kind, (count, marks) in KINDS.items()
    ),
    topic_marks={topic: Decimal(marks) for topic, marks in TOPICS.items()},
    difficulty_shares=BANDS,
    minutes=120,
    total=Decimal(100),
    pass_marks=Decimal(60),
)


def simulated_bank(size: int, seed: int) -> list[Drawable]:
    """`size` questions of known difficulty."""
    chance = Random(seed)
    strata = list(_rates())
    drawn = sorted(chance.choices(range(len(strata)), [rate for _, rate in strata], k=size))
    foes = _groups(size, chance)
    return [_question(place, *strata[stratum][0], foes.get(place, ()), chance) for place, stratum in enumerate(drawn)]


def _rates() -> Iterator[tuple[Stratum, float]]:
    """Each stratum with its share of the bank."""
    rates = {
        (kind, topic, band): float(marks <= TOPICS[topic])
        for kind, (_, marks) in KINDS.items()
        for topic in TOPICS
        for band in BANDS
    }
    for _ in range(300):
        for axis, wanted in enumerate(({kind: count * marks for kind, (count, marks) in KINDS.items()}, TOPICS, BANDS)):
            sums = dict.fromkeys(wanted, 0.0)
            for stratum, rate in rates.items():
                sums[stratum[axis]] += rate * KINDS[stratum[0]][1]
            rates = {stratum: rate * wanted[stratum[axis]] / sums[stratum[axis]] for stratum, rate in rates.items()}
    for stratum, rate in rates.items():
        yield stratum, rate / KINDS[stratum[0]][0] * HELD[stratum[0]]


def _groups(size: int, chance: Random) -> dict[int, tuple[int, ...]]:
    """Question → its enemies: a tenth of all, in groups of two or three."""
    hostile = chance.sample(range(size), size // 10)
    found: dict[int, tuple[int, ...]] = {}
    while len(hostile) > 1:
        group = [hostile.pop() for _ in range(min(len(hostile), chance.choice((2, 3))))]
        found |= {each: tuple(other for other in group if other != each) for each in group}
    return found


def _question(place: int, kind: Kind, topic: str, band: Band, foes: tuple[int, ...], chance: Random) -> Drawable:
    difficulty, slope = chance.gauss(MEANS[band], 0.42), exp(chance.gauss(0, 0.25))
    shares = [round(10_000 / (1 + exp(-slope * (level - difficulty)))) for level in (-1, 0, 1)]
    return Drawable(
        version_id=place,
        question_id=place,
        code=f"Q{place:06d}",
        kind=kind,
        form=TextForm.ORDINARY,
        topic=topic,
        subtopic="",
        difficulty=LABELS[band],
        slots=1,
        unit_code=None,
        common_core=False,
        audiences=frozenset(),
        content_hash=f"{place:064d}",
        enemies=frozenset(f"Q{foe:06d}" for foe in foes),
        figures=Figures(*shares, responses=300),
    )
