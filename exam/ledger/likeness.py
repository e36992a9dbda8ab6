"""Pure: which cases say nearly the same, for a person to decide on. The measure is that of the question bank."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from question_bank.enums import Kind
from question_bank.similarity import Look, alike

LEAST = 0.4
"""Less alike than this is not shown: people tell the same problem in other words than authors write questions."""
MOST = 5
"""So many look-alikes are shown beside a case."""
COMPARED = 12
"""So many of those that share most pairs of characters are compared in full."""


class Alike(NamedTuple):
    """A case, by its id, and how much it is like another, in percent."""

    case_id: int
    percent: int


@lru_cache(maxsize=4_000)
def core(text: str) -> str:
    """A text without punctuation and without what all questions say."""
    return Look(kind=Kind.SHORT_ANSWER, stem=text).core


class Index:
    """Texts by id, found again by the pairs of characters they share."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._cores = {case_id: core(text) for case_id, text in texts.items()}
        self._by_pair: defaultdict[str, list[int]] = defaultdict(list)
        for case_id, text in self._cores.items():
            for pair in _pairs(text):
                self._by_pair[pair].append(case_id)

    def like(self, text: str, *, apart_from: Iterable[int] = ()) -> list[Alike]:
        """Up to MOST cases that say nearly the same as `text`, the likest first."""
        wanted, left_out = core(text), set(apart_from)
        shared = Counter(case_id for pair in _pairs(wanted) for case_id in self._by_pair.get(pair, ()))
        near = [case_id for case_id, _ in shared.most_common(COMPARED + len(left_out)) if case_id not in left_out]
        found = [Alike(case_id, round(100 * alike(wanted, self._cores[case_id]))) for case_id in near]
        return sorted((each for each in found if each.percent >= 100 * LEAST), key=lambda each: (-each.percent, each))[
            :MOST
        ]


def _pairs(text: str) -> set[str]:
    return {text[start : start + 2] for start in range(len(text) - 1)}
