"""From answers to figures and suspects. Needs numpy, and so is imported by who works them out only."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from exam.reports import drift
from exam.reports.answers import Given, answers_so_far
from exam.reports.drift import Findings, Real
from exam.reports.items import figures
from exam.reports.picture import Picture
from question_bank.calibration import LOGIT, UNIT
from question_bank.measuring import Measured

SEED = 20_270_301
"""Of the random walks against which a rise is held: the same answers always give the same probability."""
FARTHEST = 4 * LOGIT


def gather(session: Session, watched: Collection[int], *, stops: Mapping[int, dict[str, Any]]) -> Picture:
    """Work out everything; `watched` are questions whose evidence is wanted in any case, `stops` how stops are told."""
    given = answers_so_far(session)
    found = drift.examine(given.answers)
    suspects = {
        question_id: _evidence(given, found, place, stops)
        for place, question_id in enumerate(given.questions)
        if found.alarm[place] or question_id in watched
    }
    return Picture(
        measured=_measured(given),
        suspects=suspects,
        versions=given.last,
        answers=int(given.answers.share.size),
        stops=len(given.stops),
        leaking=found.leaking,
    )


def _measured(given: Given) -> dict[int, Measured]:
    ability = drift.expect(given.answers).ability
    found = figures(given.answers, attempt=given.attempt, earned=given.earned, possible=given.possible, ability=ability)
    return {
        question_id: Measured(
            responses=each.responses,
            facility=round(each.facility * UNIT),
            discrimination=None if each.discrimination is None else round(each.discrimination * UNIT),
            ability=max(-FARTHEST, min(FARTHEST, round(each.ability * LOGIT))),
            from_number=given.first[question_id],
        )
        for question_id, each in zip(given.questions, found, strict=True)
    }


def _evidence(given: Given, found: Findings, place: int, stops: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    """What is kept with an alarm, as JSON. Shares in ten-thousandths; `chance` is a probability 0–1.

    `after` is the number of stops before the rise, counted over all stops; `stops` lists those that met the question,
    `later` marking those after it. `expected` is what the people of that stop should have earned, had the question
    stayed as hard as before.
    """
    after, due = int(found.after[place]), drift.unchanged(found, place)
    met = [number for number in range(len(given.stops)) if found.answers[place, number]]
    return {
        "alarm": bool(found.alarm[place]),
        "probability": round(float(found.probability[place]) * UNIT),
        "chance": float(f"{drift.chance(found, place, seed=SEED):.2g}"),
        "known": round(float(found.known[place]) * UNIT),
        "leaking": round(found.leaking * UNIT),
        "after": after,
        "after_stop": stops[given.stops[after - 1]],
        "before": _share(found, place, due, [number for number in met if number < after]),
        "since": _share(found, place, due, [number for number in met if number >= after]),
        "stops": [
            {**stops[given.stops[number]], **_share(found, place, due, [number]), "later": number >= after}
            for number in met
        ],
    }


def _share(found: Findings, place: int, due: Real, columns: list[int]) -> dict[str, int]:
    answers = float(found.answers[place, columns].sum())
    return {
        "answers": int(answers),
        "earned": round(float(found.earned[place, columns].sum()) / max(1, answers) * UNIT),
        "expected": round(float(due[columns].sum()) / max(1, answers) * UNIT),
    }
