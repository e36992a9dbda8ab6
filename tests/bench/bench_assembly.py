"""How even the papers are and how fast they are made, beside the plain stratified draw of the same specification.

Medians of five seeds over 1,000 papers of 50 items from simulated banks. Spread is the largest less the smallest
expected score of a paper, in marks; CV the coefficient of variation of use over all questions of a kind and band, the
mean of these groups weighted by use. Neither draw can begin before the exact tables of counts are there: papers per
second are said without counting these out (which a process does once for a specification and a bank) and with it. The
plain draw is as quick as we can write it, and gives the same objects.
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from exam.papers import tables
from exam.papers.assembly import DrawnPaper, select
from exam.papers.plain import plain_draw
from question_bank.drawable import Drawable
from tests.bench.simulated_bank import BANDS, KINDS, PLAN, TOPICS, simulated_bank

PAPERS = 1_000
SEEDS = (1, 2, 3, 4, 5)
BUDGETS = {1_000: (15, 10), 10_000: (30, 20), 100_000: (30, 20)}
"""Size of the bank → so many times smaller must the spread be at θ = 0, and at θ = ±1."""
LEVELS = (-1, 0, 1)
SLOWEST = 0.4
UNEVEN, SHARED = 0.20, 2


@dataclass(frozen=True)
class Measured:
    """What one way of drawing gave. `counted` and `seconds` are of processor time: for the tables, and for the rest."""

    spread: tuple[float, ...]
    cv: float
    shared: int
    clashes: int
    exact: bool
    counted: float
    seconds: float

    @property
    def rate(self) -> float:
        return PAPERS / self.seconds

    @property
    def whole_rate(self) -> float:
        return PAPERS / (self.counted + self.seconds)


def measure(bank: Sequence[Drawable], seed: int) -> tuple[Measured, Measured]:
    """Ours and the plain draw, in this order."""
    found = []
    for draw in (lambda papers: select(PLAN, bank, papers=papers, seed=seed).papers, plain_of(bank, seed)):
        tables.forget()
        times = [time.process_time()]
        for papers in (1, PAPERS):
            drawn = draw(papers)
            times.append(time.process_time())
        counted, seconds = times[1] - times[0], times[2] - times[1]
        found.append(judged(drawn, bank, counted, seconds))
    return found[0], found[1]


def plain_of(bank: Sequence[Drawable], seed: int) -> Callable[[int], Sequence[DrawnPaper]]:
    return lambda papers: plain_draw(PLAN, bank, papers=papers, seed=seed)


def judged(papers: Sequence[DrawnPaper], bank: Sequence[Drawable], counted: float, seconds: float) -> Measured:
    expected = [
        [sum(item.question.figures[level] * KINDS[item.question.kind][1] for item in paper.items) for level in range(3)]
        for paper in papers
    ]
    codes = [frozenset(item.question.code for item in paper.items) for paper in papers]
    return Measured(
        spread=tuple((max(level) - min(level)) / 10_000 for level in zip(*expected, strict=True)),
        cv=unevenness(papers, bank),
        shared=max(len(one & other) for one, other in pairwise(codes)),
        clashes=sum(
            two.question.code in one.question.enemies
            for paper in papers
            for one, two in combinations([item for item in paper.items if item.question.enemies], 2)
        ),
        exact=all(meets(paper) for paper in papers),
        counted=counted,
        seconds=seconds,
    )


def unevenness(papers: Sequence[DrawnPaper], bank: Sequence[Drawable]) -> float:
    used = Counter(item.question.code for paper in papers for item in paper.items)
    groups: dict[object, list[int]] = {}
    for each in bank:
        groups.setdefault((each.kind, each.band), []).append(used[each.code])
    found = [(sum(uses), statistics.pstdev(uses) / statistics.mean(uses)) for uses in groups.values() if any(uses)]
    return sum(weight * cv for weight, cv in found) / sum(weight for weight, _ in found)


def meets(paper: DrawnPaper) -> bool:
    """Whether a paper has every count and every margin of the specification, and no question twice."""
    questions = [item.question for item in paper.items]
    topics, bands = Counter[str](), Counter[object]()
    for each in questions:
        topics[each.topic] += KINDS[each.kind][1]
        bands[each.band] += KINDS[each.kind][1]
    kinds = Counter(each.kind for each in questions)
    return (
        dict(topics) == TOPICS
        and dict(bands) == BANDS
        and dict(kinds) == {kind: count for kind, (count, _) in KINDS.items()}
        and len({each.code for each in questions}) == len(questions)
    )


def median(found: Sequence[Measured], name: str) -> float:
    return statistics.median(float(getattr(each, name)) for each in found)


def spreads(found: Sequence[Measured]) -> list[float]:
    return [statistics.median(each.spread[level] for each in found) for level in range(3)]


def row(size: int, name: str, found: Sequence[Measured]) -> str:
    spread = "  ".join(f"{each:6.2f}" for each in spreads(found))
    return (
        f"{size:7,}  {name:18}  {spread}  {median(found, 'cv'):5.2f}  {median(found, 'shared'):6.0f}"
        f"  {median(found, 'clashes'):7.0f}  {'yes' if all(each.exact for each in found) else 'NO':>5}"
        f"  {median(found, 'rate'):8,.0f}  {median(found, 'whole_rate'):10,.0f}"
    )


def failures(size: int, ours: Sequence[Measured], plain: Sequence[Measured]) -> list[str]:
    middle, ends = BUDGETS[size]
    found = []
    for level, mine, theirs in zip(LEVELS, spreads(ours), spreads(plain), strict=True):
        times, wanted = theirs / mine, ends if level else middle
        print(f"{'':9}θ = {level:+d}: {times:5.1f} times smaller (budget {wanted})")
        if times < wanted:
            found.append(f"{size:,}: the spread at θ = {level} is only {times:.1f} times smaller")
    if not all(each.exact and not each.clashes for each in ours):
        found.append(f"{size:,}: a paper misses the specification or holds enemies")
    if size == 1_000 and (median(ours, "cv") > UNEVEN or median(ours, "shared") > SHARED):
        found.append("1,000: questions are used too unevenly, or neighbours share too much")
    share = median(ours, "whole_rate") / median(plain, "whole_rate")
    dealt = median(ours, "rate") / median(plain, "rate")
    print(
        f"{'':9}papers per CPU second: {dealt:.2f} of the plain draw's (budget {SLOWEST}); "
        f"{share:.2f} from bank to papers, with the counting out that both need"
    )
    if dealt < SLOWEST:
        found.append(f"{size:,}: {dealt:.2f} of the plain draw's papers per second")
    return found


def main() -> int:
    print("   bank  draw                 θ = −1   θ = 0  θ = +1     CV  shared  enemies  exact  papers/s  with tables")
    failed = []
    for size in BUDGETS:
        pairs = [measure(simulated_bank(size, seed), seed) for seed in SEEDS]
        ours, plain = [one for one, _ in pairs], [other for _, other in pairs]
        print(row(size, "plain stratified", plain))
        print(row(size, "deal + swap", ours), flush=True)
        failed += failures(size, ours, plain)
    for each in failed:
        print("FAILED", each)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
