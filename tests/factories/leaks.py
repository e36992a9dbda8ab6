"""Invented tours in which some questions leak: who answered what at which stop, and which had become known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exam.reports.drift import Answers

ON_A_PAPER = 50


@dataclass(frozen=True)
class Tour:
    """The simulated world. `persons` a stop; `exposure` the share of papers a question is on; `leaking` the share of
    questions that become known after stop `after`, to `known` of the candidates of later stops, who then get it right
    97 times of 100. Abilities: SD 1 within a stop, means of stops SD 0.3, rising by `learning` logits a stop.
    Difficulties: mean −0.6, SD 1 (a facility of about .65 and .09 to .95); guessing .25 on 60 of 100 questions.
    `written`: share of questions earning part marks in quarters.
    """

    persons: int = 80
    stops: int = 6
    exposure: float = 0.2
    leaking: float = 0.1
    after: int = 3
    known: float = 0.8
    learning: float = 0.0
    written: float = 0.0

    @property
    def questions(self) -> int:
        return round(ON_A_PAPER / self.exposure)


def simulate(tour: Tour, *, seed: int) -> tuple[Answers, NDArray[np.bool_], NDArray[np.float64]]:
    """The answers of all stops, which questions leaked, and the facility each had before."""
    rng = np.random.default_rng(seed)
    hardness = rng.normal(-0.6, 1, tour.questions)
    floor = np.where(rng.random(tour.questions) < 0.6, 0.25, 0.0)
    written = rng.random(tour.questions) < tour.written
    leaked = np.zeros(tour.questions, dtype=np.bool_)
    leaked[rng.permutation(tour.questions)[: round(tour.leaking * tour.questions)]] = True
    parts = []
    for stop in range(tour.stops):
        ability = rng.normal(rng.normal(0, 0.3) + tour.learning * stop, 1, tour.persons)
        likely = floor + (1 - floor) / (1 + np.exp(hardness - ability[:, None]))
        if stop >= tour.after:
            told = (rng.random(likely.shape) < tour.known) & leaked
            likely = np.where(told, np.maximum(likely, 0.97), likely)
        share = np.where(written, rng.binomial(4, likely) / 4, rng.random(likely.shape) < likely)
        # every paper has the same number of questions, drawn without regard to anything
        drawn = np.argsort(rng.random(likely.shape), axis=1)[:, :ON_A_PAPER]
        person = np.repeat(np.arange(tour.persons), ON_A_PAPER)
        question = drawn.ravel()
        parts.append((person + stop * tour.persons, np.full(person.size, stop), question, share[person, question]))
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    return Answers(*columns), leaked, (floor + (1 - floor) / (1 + np.exp(hardness)))


def until(answers: Answers, stops: int) -> Answers:
    """What is known after so many stops."""
    early = answers.stop < stops
    return Answers(answers.person[early], answers.stop[early], answers.question[early], answers.share[early])
