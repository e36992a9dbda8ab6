"""Agreement of the rubric engine with two blind readers on 440 answers to 22 shipped questions.

"Caught": an answer that is negated, turned into its opposite, given other numbers, a row of key words or a copy of the
question earns at most a fifth of the marks more than the readers' mean, or is not sure enough to count without a person.
"By the marks alone": the former, whatever the confidence.
"Right": within a tenth of the marks of the readers' mean. Budgets, of the issue: 95 in 100 caught; 98 in 100 of what
counts without a person right. Both must hold on the half of the questions that nobody looked at.
"""

import json
import sys

from tests.bench.written_answers import ACCEPT_FROM, figures, rows


def main() -> int:
    found = rows()
    print(f"shares of full marks; accepted from a confidence of {ACCEPT_FROM:.0%}")
    halves = {"looked at": [r for r in found if not r.held_out], "held out": [r for r in found if r.held_out]}
    groups = {"all": found, **halves, "without “other words”": [r for r in found if r.variety != "other_words"]}
    for name, chosen in groups.items():
        print(name, json.dumps(figures(chosen)), sep="\n    ")
    print("by question: answers, QWK, MAE of the engine; of the readers")
    for question in sorted({row.question for row in found}):
        each = figures([row for row in found if row.question == question])
        half = "held out" if next(row for row in found if row.question == question).held_out else "looked at"
        shown = (each[name] for name in ("answers", "qwk", "mae", "readers_qwk", "readers_mae"))
        print(f"    {question:10} {half:9}", *shown, sep="\t")
    print("by variety: answers, mean given, mean of the engine, MAE")
    for variety in sorted({row.variety for row in found}):
        some = [row for row in found if row.variety == variety]
        means = [sum(values) / len(some) for values in zip(*((r.given, r.engine) for r in some), strict=True)]
        print(f"    {variety:15}", len(some), *(f"{mean:.2f}" for mean in means), figures(some)["mae"], sep="\t")
    whole, held = figures(found), figures(halves["held out"])
    kept = {
        "hostile caught ≥ 0.95": min(whole["hostile_caught"], held["hostile_caught"]) >= 0.95,
        "by the marks alone ≥ 0.8, held out ≥ 0.75": (
            whole["hostile_not_overpaid"] >= 0.8 and held["hostile_not_overpaid"] >= 0.75
        ),
        "accepted right ≥ 0.98": min(whole["accepted_right"], held["accepted_right"]) >= 0.98,
        "QWK ≥ 0.6, held out ≥ 0.55": whole["qwk"] >= 0.6 and held["qwk"] >= 0.55,
    }
    for budget, is_kept in kept.items():
        print(f"budget: {budget}: {'held' if is_kept else 'MISSED'}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
