"""Pure: a compared group with how sure the places of its units are. Needs scipy: imported when it is wanted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from exam.reports.comparison import Compared, Line
from exam.reports.standing import Standing, standings
from exam.reports.statistics import Basis, Ranked, Sure

SEED = 20_270_302
"""Of the simulated places: the same results always give the same probabilities."""


def with_sureness(compared: Compared, people: Iterable[Line]) -> Compared:
    """The same group with tiers, and every unit with its shrunk mean and chances. `people` are those of the group.

    By equated scores where everybody who sat has one, else by raw ones where they may be compared. A group of one unit,
    or without two people in any, stays as it was.
    """
    by = Basis.EQUATED if compared.figures.equated is not None else compared.basis
    sat = [line for line in people if line.sat]
    scores: dict[str, list[float]] = {}
    for line in sat:
        score = line.result.equated if by is Basis.EQUATED else line.result.score
        scores.setdefault(str(line.unit_id), []).append(float(score or 0))
    if by is Basis.NONE or len(scores) < 2 or all(len(each) < 2 for each in scores.values()):
        return compared
    found = {int(each.unit): each for each in standings(scores, seed=SEED, among=(3,))}
    units = tuple(_with(ranked, found) for ranked in compared.units)
    return replace(compared, units=units, sure_by=by, tiers=_tiers(list(found.values())))


def _with(ranked: Ranked, found: dict[int, Standing]) -> Ranked:
    each = found.get(ranked.unit.unit_id)
    if each is None:
        return ranked
    sure = Sure(
        shrunk=_rounded(each.shrunk, "0.01"),
        sd=_rounded(each.sd, "0.01"),
        first_three=None if each.first is None else _rounded(each.first[3], "0.001"),
        between=each.between,
        tier=each.group,
        alike=tuple(int(other) for other in each.alike),
    )
    return replace(ranked, sure=sure)


def _tiers(found: Sequence[Standing]) -> tuple[tuple[int, ...], ...]:
    last = max((each.group or 0 for each in found), default=0)
    return tuple(tuple(int(each.unit) for each in found if each.group == tier) for tier in range(1, last + 1))


def _rounded(value: float, step: str) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(step), ROUND_HALF_UP)
