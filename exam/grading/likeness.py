"""Pure: written answers that say the same, and answers that are alike.

The same is what has one normal form: width, spaces, punctuation and the way numbers are written do not count. Alike
is for the order of work only and never decides marks: the bigrams of characters two answers have in common (Dice),
or their characters in order (rapidfuzz's ratio), whichever is more.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from question_bank.normalise import canonical

FLOOR = 80
"""From this likeness (0-100) on two answers stand in one group."""
MOST = 1_200
"""So many different answers are compared with each other; of more than that only equal ones are grouped."""

_MARKS = re.compile(r"(?<!\d)\.|\.(?!\d)|[、,;:!?。()\[\]\-~·/]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
KeyT = TypeVar("KeyT", bound=Hashable)


def form_of(text: str) -> str:
    """The normal form of a written answer: equal for answers that differ in spaces, punctuation, width or numerals."""
    return _MARKS.sub("", canonical(text))


@dataclass(frozen=True)
class Group(Generic[KeyT]):
    """Answers that are alike, the most frequent wording first: by wording the keys that have it."""

    wordings: tuple[tuple[KeyT, ...], ...]

    @property
    def keys(self) -> tuple[KeyT, ...]:
        return tuple(key for wording in self.wordings for key in wording)


def groups(texts: Mapping[KeyT, str], *, floor: int = FLOOR) -> list[Group[KeyT]]:
    """`texts` by key in groups, the largest first; every key stands in exactly one.

    The most frequent wording leads a group, and what is at least `floor` like the leader, with the same numbers,
    joins it: groups do not grow along chains of small differences.
    """
    same: dict[str, list[KeyT]] = defaultdict(list)
    for key, text in texts.items():
        same[form_of(text)].append(key)
    forms = sorted(same, key=lambda form: (-len(same[form]), -len(form), form))
    found = _led(forms, floor) if len(forms) <= MOST else [[form] for form in forms]
    made = [Group(tuple(tuple(same[form]) for form in members)) for members in found]
    return sorted(made, key=lambda group: -len(group.keys))


def _led(forms: Sequence[str], floor: int) -> list[list[str]]:
    found: list[list[str]] = []
    left = list(forms)
    while left:
        leader, *rest = left
        scores = process.cdist([leader], rest, scorer=fuzz.ratio)[0] if rest else []
        joined = {
            form
            for form, score in zip(rest, scores, strict=True)
            if max(float(score), bigram_likeness(leader, form)) >= floor and _numbers(form) == _numbers(leader)
        }
        found.append([leader, *(form for form in rest if form in joined)])
        left = [form for form in rest if form not in joined]
    return found


def bigram_likeness(one: str, two: str) -> float:
    """Dice's coefficient of the sets of neighbouring characters, 0-100; 100 for equal texts."""
    if one == two:
        return 100.0
    first, second = _bigrams(one), _bigrams(two)
    total = len(first) + len(second)
    return 200 * len(first & second) / total if total else 0.0


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(map(str.__add__, text, text[1:]))


def _numbers(form: str) -> list[str]:
    return sorted(_NUMBER.findall(form))


def positions(found: Iterable[Group[KeyT]]) -> dict[KeyT, tuple[int, int, int]]:
    """By key the number of its group, of its wording in it, and its place among those of that wording."""
    return {
        key: (number, wording_number, place)
        for number, group in enumerate(found)
        for wording_number, wording in enumerate(group.wordings)
        for place, key in enumerate(wording)
    }
