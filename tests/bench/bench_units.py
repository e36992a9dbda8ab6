"""How far the comparison of units may be believed: simulated counties whose truth is known, through the product's own way.

Coverage: units of 5 to 500 people who sat different papers; each unit's 95 % interval of equated scores is held against
the mean that unlimited people of the same unit would have. Budgets: 93 to 97 of 100, for every size; with the
finite-population option and all of a unit's people present nothing is left unsure.
Equating: 3,000 people, 50 of 1,000 items each. What people of one ability are expected to earn differs from paper to
paper; equated it must differ 3 times less. Calibration must take 10 s of CPU at most.
Tiers: of units that are equally good, how many pairs are told apart; of units four marks apart, how many.
"""

import json
import sys
import time

import numpy as np
from numpy.typing import NDArray

from exam.reports.banding import calibrate_by_band
from exam.reports.equating import Paper, equate
from exam.reports.response_model import Calibration, one_slope
from exam.reports.scale import Answer, Sat, place
from exam.reports.score_table import ScoreTable
from exam.reports.standing import interval, standings

PEOPLE, ITEMS, GIVEN = 3_000, 1_000, 50
SIZES = ((5, 3_000), (10, 2_000), (20, 1_500), (50, 800), (100, 500), (200, 300), (500, 150))
Real = NDArray[np.float64]


def county(seed: int) -> tuple[Real, list[str]]:
    """Difficulties, and the label their authors gave them: right for six of ten, one off for the others."""
    chance = np.random.default_rng(seed)
    difficulty = chance.normal(-0.8, 1, ITEMS)
    label = np.clip(np.digitize(difficulty, (-2.0, -1.1, -0.4, 0.3)) + chance.choice((-1, 0, 0, 0, 1), ITEMS), 0, 4)
    return difficulty, [str(1 + each) for each in label]


def sat(difficulty: Real, ability: Real, chance: np.random.Generator) -> ScoreTable:
    """Everybody a paper of their own; each item is worth two marks."""
    drawn = np.argsort(chance.random((min(PEOPLE, ability.size), ITEMS)), axis=1)[:, :GIVEN]
    item = drawn[np.arange(ability.size) % len(drawn)].ravel()
    person = np.repeat(np.arange(ability.size), GIVEN)
    right = chance.random(item.size) < 1 / (1 + np.exp(difficulty[item] - ability[person]))
    names = tuple(map(str, range(ability.size))), tuple(map(str, range(ITEMS)))
    return ScoreTable(*names, person, item, 2.0 * right, np.full(item.size, 2.0))


def whole_way(difficulty: Real, bands: list[str], chance: np.random.Generator) -> dict[str, float]:
    """CPU seconds of the chore's own way, from rows to equated scores."""
    table = sat(difficulty, chance.normal(0, 1, PEOPLE), chance)
    earned = np.bincount(table.person, table.score)
    people = [Sat(n, float(earned[n]), 2.0 * GIVEN, "town", "plan") for n in range(PEOPLE)]
    answers = [
        Answer(int(p), str(i), float(s), 2.0, bands[i])
        for p, i, s in zip(table.person, table.item, table.score, strict=True)
    ]
    began = time.process_time()
    placed, [fit] = place(people, answers)
    assert fit.converged
    assert len(placed) == PEOPLE
    return {"rows_to_scores_cpu_s": round(time.process_time() - began, 2), "slope": round(fit.slope, 3)}


def between_papers(difficulty: Real, found: Calibration, reference: Paper, chance: np.random.Generator) -> float:
    """How many times smaller the SD over papers of the expected score is once equated; the mean of three abilities."""
    raw, equated = [], []
    for ability in (-1.0, 0.0, 1.0):
        table = sat(difficulty, np.full(2_000, ability), chance)
        expected = 2 / (1 + np.exp(difficulty[table.item] - ability))
        true = ScoreTable(table.persons, table.items, table.person, table.item, expected, table.full)
        both = equate(true, found, reference)
        raw.append(float(both.raw.std()))
        equated.append(float(both.score.std()))
    return round(float(np.mean(raw) / np.mean(equated)), 1)


def coverage(difficulty: Real, found: Calibration, reference: Paper, chance: np.random.Generator) -> dict[int, float]:
    """Share of units whose interval holds the unit's own level."""
    shares = {}
    for n, units in SIZES:
        level = chance.normal(0, 0.3, 30)
        many = np.repeat(level, 2_000) + chance.normal(0, 0.8, 60_000)
        true = equate(sat(difficulty, many, chance), found, reference).score.reshape(30, 2_000).mean(axis=1)
        which = np.arange(units) % 30
        ability = np.repeat(level[which], n) + chance.normal(0, 0.8, units * n)
        scores = equate(sat(difficulty, ability, chance), found, reference).score.reshape(units, n)
        # the 2,000 from whom the level is known are a sample too: their share of the variance is taken out
        known = np.sqrt(1 + n / 2_000)
        held = 0
        for unit, mine in zip(which, scores, strict=True):
            ends = interval(mine)
            assert ends is not None
            middle, reach = (ends.low + ends.high) / 2, (ends.high - ends.low) / 2 * known
            held += abs(true[unit] - middle) <= reach
        shares[n] = round(held / units, 4)
    return shares


def tiers(chance: np.random.Generator) -> dict[str, float]:
    """18 units of 5 to 60 people, SD 10: shares of neighbouring pairs told apart, by how far they truly are apart."""
    sizes = chance.integers(5, 61, 18)
    apart = {0.0: [0, 0], 4.0: [0, 0], 10.0: [0, 0]}
    for gap, counted in apart.items():
        for _ in range(60):
            scores = {
                str(unit): (60 + gap * (unit % 2) + chance.normal(0, 10, size)).tolist()
                for unit, size in enumerate(sizes)
            }
            tier = {each.unit: each.group for each in standings(scores, seed=1)}
            pairs = [(str(a), str(b)) for a in range(0, 18, 2) for b in range(1, 18, 2)]
            counted[0] += sum(tier[a] != tier[b] for a, b in pairs)
            counted[1] += len(pairs)
    return {f"{gap:g} marks apart": round(told / all_of_them, 3) for gap, (told, all_of_them) in apart.items()}


def main() -> int:
    difficulty, bands = county(seed=3)
    chance = np.random.default_rng(4)
    table = sat(difficulty, chance.normal(0, 1, PEOPLE), chance)
    began = time.process_time()
    found = calibrate_by_band(table, slopes=one_slope(ITEMS), bands=bands)
    calibration = round(time.process_time() - began, 2)
    middle = np.argsort(found.easiness)[np.linspace(0, ITEMS - 1, GIVEN).astype(int)]
    reference = Paper.of(found, middle, np.full(GIVEN, 2.0))
    smaller = between_papers(difficulty, found, reference, chance)
    held = coverage(difficulty, found, reference, chance)
    whole = interval([50.0, 60, 70, 80, 90], people=5)
    print(
        f"{PEOPLE} people, {GIVEN} of {ITEMS} items each: calibration {calibration} CPU s; {whole_way(difficulty, bands, chance)}"
    )
    print(f"SD between papers: {smaller} times smaller once equated")
    print("units whose 95 % interval holds their level, by people", json.dumps(held), sep="\n    ")
    print("pairs of units told apart", json.dumps(tiers(chance)), sep="\n    ")
    budgets = {
        "calibration 10 s": calibration <= 10,
        "between papers 3 times": smaller >= 3,
        "intervals 93 to 97 %": all(0.93 <= share <= 0.97 for share in held.values()),
        "a whole unit is known": whole is not None and whole.low == whole.high == 70,
    }
    for budget, kept in budgets.items():
        print(f"budget: {budget}: {'held' if kept else 'MISSED'}")
    return 0 if all(budgets.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
