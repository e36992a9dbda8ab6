"""Pure: which five questions a lecture's quiz asks."""

import random
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from question_bank.enums import Kind

FIVE = 5
KINDS = frozenset({Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE})
"""The rule marks these alone, and each is answered by touching a row: no script and no keyboard in the hall."""
MIDDLE = 3
"""The difficulty a quiz is looked for around: what nobody or everybody knows shows no gain."""


@dataclass(frozen=True)
class Offered:
    """A question that may be asked. `enemies` are codes of questions that must not stand beside it."""

    version_id: int
    code: str
    topic: str
    difficulty: int
    enemies: frozenset[str] = frozenset()


def teaches(topics: Iterable[str], *names: str) -> bool:
    """Whether a question at one of `names` (code or name of its topic, and those above) lies in what is taught.

    A topic includes what hangs below it: `PROC` takes `PROC-012`.
    """
    return any(name == topic or name.startswith(f"{topic}-") for topic in topics for name in names)


def choose(
    offered: Sequence[Offered], *, seed: int, count: int = FIVE, kept: Sequence[Offered] = ()
) -> tuple[Offered, ...]:
    """`count` questions, those `kept` among them and first; fewer where there are no more.

    The topics take turns, so that each is asked about as often; within a topic the questions of middling difficulty
    come first, equals in an order drawn with `seed`. The same arguments choose the same questions on every machine.
    """
    draw = random.Random(seed)  # noqa: S311 -- a choice of questions, no secret
    waiting = sorted(offered, key=lambda each: each.code)
    draw.shuffle(waiting)
    waiting.sort(key=lambda each: abs(each.difficulty - MIDDLE))
    chosen = list(kept)
    while len(chosen) < count:
        fitting = [each for each in waiting if _fits(each, chosen)]
        if not fitting:
            break
        asked = _asked(chosen)
        chosen.append(min(fitting, key=lambda each: asked.get(each.topic, 0)))
    return tuple(chosen)


def _asked(chosen: Iterable[Offered]) -> Mapping[str, int]:
    asked: dict[str, int] = {}
    for each in chosen:
        asked[each.topic] = asked.get(each.topic, 0) + 1
    return asked


def _fits(one: Offered, chosen: Sequence[Offered]) -> bool:
    codes: AbstractSet[str] = {each.code for each in chosen}
    return one.code not in codes and not one.enemies & codes and all(one.code not in each.enemies for each in chosen)
