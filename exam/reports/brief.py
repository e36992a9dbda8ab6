"""Pure: what one hall misunderstands, judged by the answers it gave, although everybody had other questions.

What is expected. An answer earns the share ``P = c + (1 − c)·σ(θ − b)`` of its marks (see `question_bank.calibration`):
b is the question's difficulty, known from earlier stops or taken from its label and uncertain by a normal deviation in
logits; θ is the person's ability, estimated from all closed answers of the same paper with a normal prior around the
hall's own mean, so that a weak hall is not taken for one that misunderstands everything (Rasch 1960; posterior mode as
in Bock & Aitkin 1981). What a kind is harder for this hall than its labels say is estimated too, so that unpractised
kinds are not taken for unknown laws.

What a misunderstanding is. A share h of the hall holds it. Whoever holds it is not right, whatever their ability, and
chooses one certain wrong option w (or, less probably, any: what is simply not known); the others answer as expected.
So an answer is right with (1 − h)·P, and falls on w with ``h + (1 − h)(1 − P)·s``, s being the share of wrong answers
that w usually draws. Usual draws are Beta distributed: from what earlier stops chose, with one pseudo-answer for each
wrong option, so that a striking option that always draws most is no news, and before any stop a concentration alone
says little.

How questions are weighed together. Both the difficulty and s are integrated out on grids, w over all wrong options of
a question with equal weights: of every question there remains the Bayes factor of h against no misunderstanding.
Questions of one subject multiply, each being touched with probability ``TOUCHED``; h is then averaged. Times the number
of questions met (beforehand any question is as likely to carry a misunderstanding as any other) that factor orders the
subjects (Kass & Raftery 1995). It shrinks by itself: 2 of 2 wrong on a question of uncertain difficulty is worth a
factor of two or three, 20 of 28 thousands.

Topics. The difference between earned and expected share of a topic is shrunk by ``T² / (T² + v)``, v its variance by
chance and by doubtful difficulties, T² the variance of the true differences estimated over all topics by moments
(empirical Bayes: Efron & Morris 1975; DerSimonian & Laird 1986).

How often a planted misunderstanding is named first: ``./run bench brief``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Whole = NDArray[np.int64]

HELD = np.array([0.2, 0.35, 0.5, 0.65, 0.8])
"""Shares of the hall that may hold a misunderstanding, equally likely beforehand."""
CERTAIN = 0.7
"""How probable it is that who is wrong by it chooses one certain option; else they choose as people usually do."""
TOUCHED = 0.85
"""How probable it is that a question of a subject is touched by the subject's misunderstanding."""
PEOPLE_VARY = 0.7
"""Variance of abilities within a hall, in logits squared."""
KINDS_VARY = 0.25
"""Variance of what a kind is harder for a hall than its labels say, in logits squared."""
PSEUDO = 1.0
"""Wrong answers that every option is taken to have drawn before anybody was asked."""

_NORMAL = np.array([-1.8, -0.9, 0.0, 0.9, 1.8])
_NORMAL_WEIGHTS = np.exp(-(_NORMAL**2) / 2) / np.exp(-(_NORMAL**2) / 2).sum()
_DRAWS = (np.arange(12) + 0.5) / 12
_ROUNDS = 10


@dataclass(frozen=True)
class Question:
    """What is known of one question before the hall answered it.

    `subject` and `topic` are numbers from 0; `kind` too. `hardness` and `doubt` (its standard deviation) in logits,
    `floor` is what blind guessing earns (0–1). `drawn` counts by wrong option how often earlier stops chose it; empty
    for a question without options.
    """

    subject: int
    topic: int
    kind: int
    hardness: float
    doubt: float
    floor: float
    drawn: tuple[float, ...] = ()


@dataclass(frozen=True)
class Hall:
    """Answers as parallel arrays: who (0…), to which question (a place in `questions`), the share of the marks (0–1).

    `picks` holds for each answer the places of the wrong options that were chosen.
    """

    questions: tuple[Question, ...]
    person: Whole
    question: Whole
    share: Real
    picks: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Suspect:
    """A subject that the hall may misunderstand. `evidence` is the natural logarithm of its Bayes factor.

    `held` is the share of the hall (0–1) that holds it, if it is one. `questions` are (place, evidence), the strongest
    first; `options` says by question which wrong option (a place, None without options) it shows in.
    """

    subject: int
    evidence: float
    held: float
    questions: tuple[tuple[int, float], ...]
    options: dict[int, int | None]


@dataclass(frozen=True)
class TopicLevel:
    """A topic: answers, earned and expected shares (0–1), and the shrunk difference of both."""

    topic: int
    answers: int
    earned: float
    expected: float
    difference: float


@dataclass(frozen=True)
class Findings:
    """Subjects by evidence and topics by shrunk difference, the worst first; `expected` is by answer."""

    subjects: tuple[Suspect, ...]
    topics: tuple[TopicLevel, ...]
    expected: Real
    level: float


def examine(hall: Hall) -> Findings:
    """Look at all answers of one hall; without answers nothing is found."""
    if not hall.share.size:
        return Findings((), (), np.zeros(0), 0.0)
    table = _Table.of(hall.questions)
    ability, shift = _abilities(hall, table)
    hardness = table.hardness + shift[table.kind]
    expected = _expected(table.floor[hall.question], ability[hall.person] - hardness[hall.question])
    weighed = _weigh_all(hall, table, ability, hardness)
    return Findings(
        subjects=_suspects(weighed, table),
        topics=_topics(hall, table, expected),
        expected=expected,
        level=float(ability.mean()),
    )


@dataclass(frozen=True)
class _Table:
    """The questions' figures as arrays."""

    subject: Whole
    topic: Whole
    kind: Whole
    hardness: Real
    doubt: Real
    floor: Real

    @classmethod
    def of(cls, questions: Sequence[Question]) -> "_Table":
        def whole(name: str) -> Whole:
            return np.array([getattr(each, name) for each in questions], dtype=np.int64)

        def real(name: str) -> Real:
            return np.array([getattr(each, name) for each in questions], dtype=np.float64)

        return cls(whole("subject"), whole("topic"), whole("kind"), real("hardness"), real("doubt"), real("floor"))


def _expected(floor: Real, distance: Real) -> Real:
    return np.asarray(floor + (1 - floor) / (1 + np.exp(-distance)))


def _abilities(hall: Hall, table: _Table) -> tuple[Real, Real]:
    """Abilities by person and shifts by kind, by Fisher's scoring; both have normal priors."""
    people, kinds = int(hall.person.max()) + 1, int(table.kind.max()) + 1
    ability, shift = np.zeros(people), np.zeros(kinds)
    floor, kind = table.floor[hall.question], table.kind[hall.question]
    hardness = table.hardness[hall.question]
    for _ in range(_ROUNDS):
        pull, firm = _score(hall.share, floor, ability[hall.person] - hardness - shift[kind])
        shift += np.clip(_step(-pull, firm, kind, shift / KINDS_VARY, 1 / KINDS_VARY), -1, 1)
        pull, firm = _score(hall.share, floor, ability[hall.person] - hardness - shift[kind])
        off = (ability - ability.mean()) / PEOPLE_VARY
        ability += np.clip(_step(pull, firm, hall.person, off, 1 / PEOPLE_VARY), -1, 1)
    return ability, shift


def _score(share: Real, floor: Real, distance: Real) -> tuple[Real, Real]:
    """By answer the derivative of the log-likelihood after the distance, and its expected information."""
    known = 1 / (1 + np.exp(-distance))
    due = floor + (1 - floor) * known
    slope = (1 - floor) * known * (1 - known)
    chance = np.maximum(1e-4, due * (1 - due))
    return (share - due) * slope / chance, slope**2 / chance


def _step(pull: Real, firm: Real, group: Whole, back: Real, stiff: float) -> Real:
    """By group the step uphill; the normal prior pulls `back` with `stiff` information."""
    return np.asarray((np.bincount(group, pull, back.size) - back) / (np.bincount(group, firm, back.size) + stiff))


@dataclass(frozen=True)
class _Weighed:
    """Of one question: the logarithms of its Bayes factors by share held, and the option they speak for most."""

    place: int
    factors: Real
    option: int | None


def _weigh_all(hall: Hall, table: _Table, ability: Real, hardness: Real) -> list[_Weighed]:
    order = np.argsort(hall.question, kind="stable")
    places, begins = np.unique(hall.question[order], return_index=True)
    return [
        _weigh(
            hall, int(place), rows, ability[hall.person[rows]][:, None] - hardness[place] - table.doubt[place] * _NORMAL
        )
        for place, rows in zip(places, np.split(order, begins[1:]), strict=True)
    ]


def _weigh(hall: Hall, place: int, rows: Whole, distance: Real) -> _Weighed:
    """`distance` is θ − b by answer and difficulty."""
    drawn = hall.questions[place].drawn
    due = np.clip(_expected(np.array(hall.questions[place].floor), distance), 0.01, 0.99)
    met = _Met.of(due, hall.share[rows])
    wrong = met.missing[:, None] * np.log(1 - (1 - _HELD_OR_NOT) * due)
    whole = _mean_exp(met.right + wrong.sum(axis=1), np.log(_NORMAL_WEIGHTS), axis=1)
    anyhow = whole[1:] - whole[0]
    if not drawn:
        return _Weighed(place, anyhow, None)
    chosen = [
        np.array([option in hall.picks[row] for row in rows], dtype=bool) & (met.missing > 0)
        for option in range(len(drawn))
    ]
    by_option = np.stack([_on_option(met, on, drawn, option) for option, on in enumerate(chosen)])
    best = int(by_option.max(axis=1).argmax())
    certain = _mean_exp(by_option, np.full((len(drawn), 1), -np.log(len(drawn))), axis=0)
    return _Weighed(place, np.logaddexp(np.log(CERTAIN) + certain, np.log(1 - CERTAIN) + anyhow), best)


_HELD_OR_NOT = np.append(0.0, HELD)[:, None, None]


@dataclass(frozen=True)
class _Met:
    """The answers to one question: what was missed by answer (0–1), the probability of a miss by people who do not hold
    the misunderstanding (share held × answers × difficulties), and the sum of the logarithms of what was earned.
    """

    missing: Real
    missed: Real
    right: Real

    @classmethod
    def of(cls, due: Real, share: Real) -> "_Met":
        right = (share[:, None] * np.log(due)).sum(axis=0) + share.sum() * np.log(1 - _HELD_OR_NOT[:, 0])
        return cls(1 - share, (1 - _HELD_OR_NOT) * (1 - due), right)


def _on_option(met: _Met, on: NDArray[np.bool_], drawn: Sequence[float], option: int) -> Real:
    """The logarithms of the Bayes factors by share held, if the misunderstanding speaks for this option."""
    own = drawn[option] + PSEUDO
    others = sum(drawn) + PSEUDO * len(drawn) - own
    draws, weights = _ALWAYS, np.zeros(1)
    if others > 0:
        draws = _DRAWS
        weights = (own - 1) * np.log(draws) + (others - 1) * np.log(1 - draws)
        weights -= np.logaddexp.reduce(weights)
    off = met.missing * ~on
    elsewhere = (off[:, None] * np.log(met.missed)).sum(axis=1)[:, :, None] + off.sum() * np.log(1 - draws)
    there = np.log(_HELD_OR_NOT[..., None] + met.missed[:, on, :, None] * draws)
    logs = met.right[:, :, None] + elsewhere + (met.missing[on][:, None, None] * there).sum(axis=1)
    whole = _mean_exp(_mean_exp(logs, weights, axis=2), np.log(_NORMAL_WEIGHTS), axis=1)
    return np.asarray(whole[1:] - whole[0])


_ALWAYS = np.array([0.999])
"""How often the only wrong option is chosen by who is wrong."""


def _mean_exp(logs: Real, weights: Real, *, axis: int) -> Real:
    return np.asarray(np.logaddexp.reduce(logs + weights, axis=axis))


def _suspects(weighed: Iterable[_Weighed], table: _Table) -> tuple[Suspect, ...]:
    """Subjects by evidence; a question that few have met counts little, since its factor lies near 1."""
    grouped: dict[int, list[_Weighed]] = {}
    for each in weighed:
        grouped.setdefault(int(table.subject[each.place]), []).append(each)
    found = []
    for subject, own in grouped.items():
        touched = np.logaddexp(np.log(1 - TOUCHED), np.log(TOUCHED) + np.stack([each.factors for each in own]))
        whole = touched.sum(axis=0)
        evidence = float(np.logaddexp.reduce(whole) - np.log(HELD.size))
        shares = np.exp(whole - np.logaddexp.reduce(whole))
        strength = [(each.place, float(row @ shares)) for each, row in zip(own, touched, strict=True)]
        found.append(
            Suspect(
                subject=subject,
                evidence=evidence + float(np.log(len(own))),
                held=float(shares @ HELD),
                questions=tuple(sorted(strength, key=lambda pair: (-pair[1], pair[0]))),
                options={each.place: each.option for each in own},
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.evidence, each.subject)))


def _topics(hall: Hall, table: _Table, expected: Real) -> tuple[TopicLevel, ...]:
    topic = table.topic[hall.question]
    count = np.bincount(topic)
    met = np.flatnonzero(count)
    earned, due = np.bincount(topic, hall.share), np.bincount(topic, expected)
    by_question = np.bincount(hall.question, expected * (1 - expected), len(hall.questions))
    chance = np.bincount(topic, expected * (1 - expected)) + np.bincount(
        table.topic, (by_question * table.doubt) ** 2, count.size
    )
    off = (earned - due)[met] / count[met]
    variance = chance[met] / count[met] ** 2
    shrunk = off * shrinkage(off, variance)
    levels = [
        TopicLevel(int(place), int(count[place]), earned[place] / count[place], due[place] / count[place], float(each))
        for place, each in zip(met, shrunk, strict=True)
    ]
    return tuple(sorted(levels, key=lambda each: (each.difference, each.topic)))


def shrinkage(off: Real, variance: Real) -> Real:
    """How much of each difference is taken for true (0–1): T² / (T² + v), T² by DerSimonian and Laird's moments."""
    weight = 1 / np.maximum(1e-9, variance)
    middle = (off * weight).sum() / weight.sum()
    surplus = (weight * (off - middle) ** 2).sum() - (off.size - 1)
    spread = max(1e-4, float(surplus / max(1e-9, weight.sum() - (weight**2).sum() / weight.sum())))
    return np.asarray(spread / (spread + variance))
