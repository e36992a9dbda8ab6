"""Pure: who gets which seat."""

from collections.abc import Sequence

from question_bank.errors import N_, Conflict


def seats(asked: Sequence[int | None], *, taken: set[int] | frozenset[int]) -> list[int]:
    """A seat for each, from 1 up: the one asked for, else the lowest that nobody has or asks for.

    Raises Conflict when a seat is asked for twice or is taken.
    """
    wishes = [seat for seat in asked if seat is not None]
    twice = {seat for seat in wishes if seat in taken or wishes.count(seat) > 1}
    if twice:
        raise Conflict(N_("Seat %(seat)s is taken already."), seat=min(twice))
    used = set(taken) | set(wishes)
    free = (seat for seat in range(1, len(used) + len(asked) + 1) if seat not in used)
    return [next(free) if seat is None else seat for seat in asked]
