"""Pure: which questions have grown easier from stop to stop beyond chance, as one that has leaked does.

What is compared. An answer to a question is set against what this candidate would be expected to earn on it, judged by
the rest of their own papers: Rasch's model with one difficulty a question and abilities around the mean of their stop,
so that an able town, or a county that learns, is no alarm. Under no change the sum of (earned − expected) over the
answers after any stop is near normal with a variance that follows from the expectations (the score test; Rao 1948).
Part marks vary less than right-or-wrong ones: the variance of each question is scaled down to what is seen.

What a leak is taken to be. After some stop a share of the candidates knows the question and answers it right, whatever
their ability: 30, 50, 70 or 90 per cent of them. For each stop and share the likelihood ratio against no change is
worked out from that sum (Neyman & Pearson 1933; normal approximation).

What is learnt from all questions together. Leaks are events: papers get out after one stop, and what was on them grows
easier at once. How many questions leak, and after which stop, is estimated over all questions by EM (Dempster, Laird &
Rubin 1977), as empirical Bayes; it gives each question a probability of having leaked (Efron 2008). Questions that
have probably leaked then weigh less in judging abilities, and all is done once more (purification, as for items that
function differently: Holland & Thayer 1988).

When the alarm is raised. From the most probable down, as long as the mean probability that an alarm is false stays
within ``FALSE_SHARE`` (Newton et al. 2004), and no question under ``LEAST``. A probability does not grow by being
looked at often, so that the alarm may be computed after every stop. Beside it stands the probability of so great a
rise by chance for this question alone, over all stops at which it may have begun (simulated): it uses no other one.

Assumptions. One ability suffices for both papers of a person; answers are independent given it; a question keeps its
difficulty unless it leaks. A topic taught anew between two stops looks the same as a leak of its questions: people
decide. Questions that nearly everybody answers cannot be seen to leak, and lose little by it.
How much is found and how much falsely, for which numbers of people: ``./run bench leak``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

FALSE_SHARE = 0.15
"""Of the alarms raised together so many may be false, as far as the model knows."""
LEAST = 0.3
"""A question less likely than this to have leaked raises no alarm."""
FEWEST = 5
"""Before and after a stop there must be so many answers for the stop to be considered."""
KNOWN = (0.3, 0.5, 0.7, 0.9)
"""Shares of later candidates who know a leaked question."""
TOLD_RIGHT = 0.97
"""How often somebody who knows a leaked question gets it right."""

_PEOPLE_VARY = 0.7
_QUESTIONS_VARY = 4.0
_LEAKS_BEFORE_ANY_ARE_SEEN = (0.5, 25.0)
_RANDOM_PATHS = 10_000


@dataclass(frozen=True)
class Answers:
    """Answers as parallel arrays: who (0…), at which stop in order of time (0…), to which question (0…), and the share
    of full marks earned (0–1). Every number up to the greatest is a person, a stop, a question.
    """

    person: Whole
    stop: Whole
    question: Whole
    share: Real

    def sizes(self) -> tuple[int, int, int]:
        """Persons, stops and questions."""
        return _many(self.person), _many(self.stop), _many(self.question)


@dataclass(frozen=True)
class Expected:
    """Per answer what was expected of this person (0–1); per person the ability in logits, the mean being 0."""

    share: Real
    ability: Real


@dataclass(frozen=True)
class Findings:
    """Per question: the probability of having leaked, after how many stops and how widely known (both if it has), and
    whether an alarm is due. Per question and stop (rows × columns): answers, earned and expected sums of shares.
    `leaking` is the estimated share of questions that have leaked, `spread` the variance of the sums by chance.
    """

    probability: Real
    after: Whole
    known: Real
    alarm: NDArray[np.bool_]
    answers: Real
    earned: Real
    expected: Real
    spread: Real
    leaking: float


def examine(answers: Answers, *, false_share: float = FALSE_SHARE, least: float = LEAST) -> Findings:
    """Look for leaks in all answers so far; without two stops or without answers nothing is found."""
    _, stops, questions = answers.sizes()
    suspected = _learn(_Sums.of(answers, expect(answers).share, stops, questions))[0]
    sums = _Sums.of(answers, expect(answers, trust=1 - suspected).share, stops, questions)
    leaked, after, known, leaking = _learn(sums)
    return Findings(
        probability=leaked,
        after=after,
        known=known,
        alarm=_alarms(leaked, false_share=false_share, least=least),
        answers=sums.answers,
        earned=sums.earned,
        expected=sums.expected,
        spread=sums.spread,
        leaking=leaking,
    )


def expect(answers: Answers, *, trust: Real | None = None) -> Expected:
    """What each answer should have earned, given the person's other answers and the question's other takers.

    Joint maximum of Rasch's likelihood with normal priors (of questions around their mean, of people around that of
    their stop), by Newton's steps; the person's ability is then freed of the answer in question by one step. `trust`
    (0–1 per question) is how much the question counts in judging abilities.
    """
    people, stops, questions = answers.sizes()
    who, what = answers.person, answers.question
    weight = np.ones(answers.share.size) if trust is None else trust[what]
    at = np.zeros(people, dtype=np.int64)
    at[who] = answers.stop
    crowd = np.maximum(1, np.bincount(at, minlength=stops))
    ability, hardness = np.zeros(people), np.zeros(questions)
    for _ in range(12):
        likely = _logistic(ability[who] - hardness[what])
        chance = likely * (1 - likely)
        pull = np.bincount(what, likely - answers.share, questions) - (hardness - _mean(hardness)) / _QUESTIONS_VARY
        hardness += np.clip(pull / (np.bincount(what, chance, questions) + 1 / _QUESTIONS_VARY), -1, 1)
        likely = _logistic(ability[who] - hardness[what])
        chance = likely * (1 - likely)
        among = (np.bincount(at, ability, stops) / crowd)[at]
        pull = np.bincount(who, (answers.share - likely) * weight, people) - (ability - among) / _PEOPLE_VARY
        firm = np.bincount(who, chance * weight, people) + 1 / _PEOPLE_VARY
        ability += np.clip(pull / firm, -1, 1)
        ability -= _mean(ability)
    rest = ability[who] - weight * (answers.share - likely) / np.maximum(0.1, firm[who] - weight * chance)
    return Expected(_logistic(rest - _settled(what, answers.share, rest, hardness)[what]), ability)


def _settled(what: Whole, share: Real, rest: Real, hardness: Real) -> Real:
    """Each question's difficulty such that all its answers together earned what was expected."""
    found = hardness.copy()
    for _ in range(8):
        likely = _logistic(rest - found[what])
        due = np.maximum(1e-6, np.bincount(what, likely * (1 - likely), found.size))
        found = np.clip(found + np.clip(np.bincount(what, likely - share, found.size) / due, -1, 1), -6, 6)
    return found


@dataclass(frozen=True)
class _Sums:
    """Per question and stop: answers, what they earned, what was expected, and its variance by chance."""

    answers: Real
    earned: Real
    expected: Real
    spread: Real

    @classmethod
    def of(cls, answers: Answers, expected: Real, stops: int, questions: int) -> "_Sums":
        place = answers.question * stops + answers.stop

        def added(values: Real | None) -> Real:
            return np.bincount(place, values, questions * stops).reshape(questions, stops).astype(float)

        chance = expected * (1 - expected)
        seen = np.bincount(answers.question, (answers.share - expected) ** 2, questions)
        due = np.bincount(answers.question, chance, questions)
        # ten answers' worth of doubt keeps a question that few have met from looking steadier than it is
        scale = np.minimum(1, (seen + 2) / (due + 2))
        return cls(added(None), added(answers.share), added(expected), added(chance) * scale[:, None])

    @property
    def surplus(self) -> Real:
        return self.earned - self.expected

    def after(self) -> tuple[Real, Real, NDArray[np.bool_]]:
        """By question and number of stops before (1…): surplus since, its variance, and whether answers suffice."""
        since, whole = _from_here(self.spread), self.spread.sum(axis=1, keepdims=True)
        later = _from_here(self.answers)
        enough = (later >= FEWEST) & (self.answers.sum(axis=1, keepdims=True) - later >= FEWEST)
        variance = since * (whole - since) / np.maximum(1e-9, whole)
        return _from_here(self.surplus)[:, 1:], variance[:, 1:], enough[:, 1:]

    def share_before(self, known: float) -> Real:
        """By question and stop the share expected before it, if `known` of those after it knew the answer."""
        later = (_from_here(self.answers) / np.maximum(1, self.answers.sum(axis=1, keepdims=True)))[:, 1:]
        whole = (self.earned.sum(axis=1) / np.maximum(1, self.answers.sum(axis=1)))[:, None]
        return np.asarray(np.clip((whole - known * TOLD_RIGHT * later) / (1 - known * later), 0.03, 0.97))


def _learn(sums: _Sums) -> tuple[Real, Whole, Real, float]:
    """Per question the probability of a leak, the stops before it, how widely it is known; and how many leak."""
    evidence = np.exp(np.clip(_likelihood_ratios(sums), -30, 30))  # question × (stop × known)
    questions, ways = evidence.shape
    if not ways:
        return np.zeros(questions), np.zeros(questions, dtype=np.int64), np.zeros(questions), 0.0
    leaks, worth = _LEAKS_BEFORE_ANY_ARE_SEEN
    leaking, weights = leaks / worth, np.full(ways, 1 / ways)
    for _ in range(100):
        ratio = evidence @ weights
        leaked = leaking * ratio / (leaking * ratio + 1 - leaking)
        shares = evidence * weights * (leaked / ratio)[:, None]
        weights = (shares.sum(axis=0) + leaks / ways) / (shares.sum() + leaks)
        leaking = float((leaked.sum() + leaks) / (questions + worth))
    best = shares.reshape(questions, ways // len(KNOWN), len(KNOWN))
    known = (best.sum(axis=1) @ np.array(KNOWN)) / np.maximum(1e-12, best.sum(axis=(1, 2)))
    return leaked, best.sum(axis=2).argmax(axis=1) + 1, known, leaking


def _likelihood_ratios(sums: _Sums) -> Real:
    """Logarithms, by question and way to leak (stops before × share that knows); 0 where answers are too few."""
    surplus, variance, enough = sums.after()
    found = []
    for known in KNOWN:
        before = sums.share_before(known)
        since = np.minimum(0.985, before + known * (TOLD_RIGHT - before))
        step = np.clip(_logit(since) - _logit(before), 0, 3)
        found.append(np.where(enough, step * surplus - step**2 * variance / 2, 0))
    return np.stack(found, axis=2).reshape(surplus.shape[0], surplus.shape[1] * len(KNOWN))


def _alarms(leaked: Real, *, false_share: float, least: float) -> NDArray[np.bool_]:
    order = np.argsort(-leaked, kind="stable")
    false = np.cumsum(1 - leaked[order]) / np.arange(1, leaked.size + 1)
    raised = np.zeros(leaked.size, dtype=np.bool_)
    raised[order[(false <= false_share) & (leaked[order] >= least)]] = True
    return raised


def unchanged(findings: Findings, question: int) -> Real:
    """What would have been earned at each stop, had the question stayed as hard as it was before the rise.

    Sums like `Findings.expected`, which are of one difficulty over all stops: moved by so many logits that those before
    the rise add up to what was earned then.
    """
    answers, expected = findings.answers[question], findings.expected[question]
    usual = _logit(np.clip(expected / np.maximum(1, answers), 0.02, 0.98))
    before = slice(0, int(findings.after[question]))
    met = max(1.0, float(answers[before].sum()))
    earned = min(0.99, max(0.01, float(findings.earned[question][before].sum()) / met)) * met
    off = 0.0
    for _ in range(20):
        likely = _logistic(usual[before] + off)
        due = max(1e-6, float((answers[before] * likely * (1 - likely)).sum()))
        off += min(1.0, max(-1.0, (earned - float((answers[before] * likely).sum())) / due))
    return np.asarray(answers * _logistic(usual + off))


def chance(findings: Findings, question: int, *, seed: int) -> float:
    """Probability that chance alone makes this one question rise so much after any one stop.

    The greatest standardised surplus over all stops, against `_RANDOM_PATHS` random walks with the same variances.
    """
    only = slice(question, question + 1)
    sums = _Sums(findings.answers[only], findings.earned[only], findings.expected[only], findings.spread[only])
    surplus, variance, enough = sums.after()
    usable = enough[0] & (variance[0] > 0)
    if not usable.any():
        return 1.0
    root = np.sqrt(variance[0][usable])
    seen = (surplus[0][usable] / root).max()
    spread = sums.spread[0]
    steps = np.random.default_rng(seed).standard_normal((_RANDOM_PATHS, spread.size)) * np.sqrt(spread)
    steps -= steps.sum(axis=1, keepdims=True) * (spread / spread.sum())
    greatest = (_from_here(steps)[:, 1:][:, usable] / root).max(axis=1)
    return float((np.count_nonzero(greatest >= seen) + 1) / (_RANDOM_PATHS + 1))


def _many(numbers: Whole) -> int:
    return int(numbers.max()) + 1 if numbers.size else 0


def _mean(values: Real) -> float:
    return float(values.sum() / max(1, values.size))


def _from_here(values: Real) -> Real:
    """Sums from each column to the last."""
    return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]


def _logistic(distance: Real) -> Real:
    return np.asarray(1 / (1 + np.exp(-distance)))


def _logit(share: Real) -> Real:
    return np.asarray(np.log(share / (1 - share)))
