"""How many leaked questions the alarm finds, and how many it names wrongly, on simulated tours of known truth.

After every stop the alarm is computed as in the product; a question counts as found, or as falsely named, once it has
been named at any of the looks up to and including the last stop. The assumptions stand in tests/factories/leaks.py and in the
docstring of exam/reports/drift.py.
"""

import json
import sys
import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from exam.reports import drift
from tests.factories.leaks import Tour, simulate, until

SEEDS = range(12)
BASE = Tour(persons=100, stops=6, exposure=0.3, leaking=0.1, after=3, known=0.8)
WORLDS: dict[str, Tour] = {
    "base: 100 persons a stop, each question on 30 % of papers, 80 % of later candidates know it": BASE,
    "… 90 % know it": replace(BASE, known=0.9),
    "… 60 % know it": replace(BASE, known=0.6),
    "… a third of the questions earn part marks": replace(BASE, written=1 / 3),
    "… the county learns 0.1 logit a stop": replace(BASE, learning=0.1),
    "… 3 % of the questions leak": replace(BASE, leaking=0.03),
    "100 persons, 20 % of papers": replace(BASE, exposure=0.2),
    "70 persons, 20 % of papers": replace(BASE, persons=70, exposure=0.2),
    "40 persons, 30 % of papers": replace(BASE, persons=40),
    "40 persons, 10 % of papers": replace(BASE, persons=40, exposure=0.1),
    "49 persons, 30 %, leak after 3, by stop 12 (586 persons in all)": replace(BASE, persons=49, stops=12),
    "49 persons, 20 %, leak after 3, by stop 12 (586 persons in all)": replace(
        BASE, persons=49, exposure=0.2, stops=12
    ),
    "nothing leaks, 12 stops": replace(BASE, leaking=0, stops=12),
    "nothing leaks, the county learns 0.1 logit a stop, 12 stops": replace(BASE, leaking=0, stops=12, learning=0.1),
}


def named(
    tour: Tour, *, seed: int, strict: bool = False
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]:
    """Which questions were named at some look, which had leaked, and their facilities before."""
    answers, leaked, facility = simulate(tour, seed=seed)
    ever = np.zeros(leaked.size, dtype=np.bool_)
    for stops in range(2, tour.stops + 1):
        levels = {"false_share": 0.05, "least": 0.5} if strict else {}
        alarm = drift.examine(until(answers, stops), **levels).alarm
        ever[: alarm.size] |= alarm
    return ever, leaked, facility


def measured(tour: Tour, seeds: Iterable[int], *, strict: bool = False) -> dict[str, float]:
    """Shares over all seeds: of leaked questions found, of clean ones named, of alarms that are false."""
    runs = [named(tour, seed=seed, strict=strict) for seed in seeds]
    ever, leaked, facility = (np.concatenate(each) for each in zip(*runs, strict=True))
    hard = leaked & (facility < 0.8)
    return {
        "found": _share(ever[leaked]),
        "found_below_80_percent": _share(ever[hard]),
        "false_of_clean": _share(ever[~leaked]),
        "false_of_alarms": _share(~leaked[ever]),
        "false_alarms_a_tour": round(float((ever & ~leaked).sum()) / len(runs), 2),
    }


def alone(tour: Tour, seeds: Iterable[int]) -> dict[str, float]:
    """The same at one look, after the last stop: the alarm, and each question for itself at its rate of false alarms.

    For itself: the greatest standardised rise after any stop (`drift.chance`), at the level at which as many clean
    questions are named as by the alarm.
    """
    alarms, chances, leaks = [], [], []
    for seed in seeds:
        answers, leaked, _ = simulate(tour, seed=seed)
        found = drift.examine(answers)
        alarms.append(found.alarm)
        chances.append([drift.chance(found, question, seed=seed) for question in range(leaked.size)])
        leaks.append(leaked)
    alarm, chance, leaked = np.concatenate(alarms), np.concatenate(chances), np.concatenate(leaks)
    level = float(np.quantile(chance[~leaked], alarm[~leaked].mean()))
    return {
        "found": _share(alarm[leaked]),
        "found_alone": _share(chance[leaked] <= level),
        "false_of_clean": _share(alarm[~leaked]),
    }


def _share(flags: NDArray[np.bool_]) -> float:
    return round(float(flags.mean()), 4) if flags.size else 0.0


def main() -> int:
    """Print the table; 0 where the base world finds 80 % at 5 % false alarms at most."""
    began = time.process_time()
    print(f"{len(SEEDS)} seeds each; abilities SD 1, stops SD 0.3; facilities mean .70, 60 of 100 with guessing .25")
    results = {}
    for name, tour in WORLDS.items():
        results[name] = measured(tour, SEEDS)
        print(name, json.dumps(results[name]), sep="\n    ")
    strict = "… the stricter levels: 5 % of alarms false, 50 % probable; 90 % know it"
    results[strict] = measured(replace(BASE, known=0.9), SEEDS, strict=True)
    print(strict, json.dumps(results[strict]), sep="\n    ")
    print("one look, after stop 6: the alarm beside each question for itself, at the same rate of false alarms")
    for name, tour in (("base", BASE), ("70 persons, 20 % of papers", replace(BASE, persons=70, exposure=0.2))):
        print(f"    {name}", json.dumps(alone(tour, range(6))))
    first = next(iter(results.values()))
    held = first["found"] >= 0.8 and first["false_of_clean"] <= 0.05
    seconds = time.process_time() - began
    print(
        f"budget: base finds at least 80 % at no more than 5 % false alarms: {'held' if held else 'MISSED'}; {seconds:.0f} CPU s"
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
