"""CPU seconds to mark 10,000 written answers of the length people write, and how the time grows with an answer's length.

The answers are those of the marked set in turn, each made different by a number at its end. Budgets: 10,000 answers in
30 CPU seconds; an answer of 32 times the length takes at most 64 times as long (linear, with room for chance).
"""

import sys
import time

from tests.bench.written_answers import _lines, rubrics

COUNT = 10_000


def main() -> int:
    known = rubrics()
    answers = [(known[each["question"]][0], each["answer"]) for each in _lines("answers.jsonl")]
    began = time.process_time()
    for number in range(COUNT):
        rubric, text = answers[number % len(answers)]
        rubric.assess(f"{text}{number}")
    seconds = time.process_time() - began
    length = sum(len(text) for _, text in answers) / len(answers)
    print(f"{COUNT} answers of {length:.0f} characters on average: {seconds:.1f} CPU s")
    rubric = answers[0][0]
    times = {}
    for factor in (1, 8, 32):
        text = "。".join(text for _, text in answers[:20]) * factor
        began = time.process_time()
        for _ in range(3):
            rubric.assess(text)
        times[factor] = (time.process_time() - began) / 3
        print(f"one answer of {len(text)} characters: {times[factor] * 1000:.1f} CPU ms")
    kept = {"10,000 answers in 30 CPU s": seconds <= 30, "linear": times[32] <= 64 * max(times[1], 0.002)}
    for budget, is_kept in kept.items():
        print(f"budget: {budget}: {'held' if is_kept else 'MISSED'}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
