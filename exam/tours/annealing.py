"""Pure: a good calendar quickly: greedy start, ejection of what stands in the way, simulated annealing.

Kirkpatrick, Gelatt, Vecchi (1983). Stops move to other half-days, change places or lectures; hard rules hold at every
step. The state is kept in plain lists and dicts, for one step takes some microseconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import exp
from random import Random

from exam.tours.options import Option, Room, Slot

WARM, COLD = 25.0, 0.4
"""Points of a step for the worse that is taken with a chance of 1/e, at the beginning and at the end."""
TALKS = 12
"""So many of the lectures that cost a stop least are tried."""
BARRED = 10**6
ASIDE = 0.05
"""So many of the moves of one stop keep its half-day, and three times as many change half-day and venue."""
EJECTIONS = 40
"""Tries for each stop left out."""


@dataclass
class Where:
    """A stop's half-day (index), venue, lecture, and the lecture's cost."""

    slot: int
    venue: int
    talk: int | None
    cost: int


class Board:
    """A calendar being made: who and what is where, and what it costs."""

    def __init__(self, room: Room, talks: Mapping[int, int | None]) -> None:
        """`talks` gives the lecture that each visit (by key) had best get, as far as it has been settled."""
        self.room, self.calendar, self.slots = room, room.calendar, room.slots
        self.visits = {each.key: each for each in room.free}
        self.where: dict[int, Where] = {}
        self.wished = dict(talks)
        self.given = {key: room.talks(each) for key, each in self.visits.items()}
        self._prices = {key: dict(given) for key, given in self.given.items()}
        self.venues = {key: room.venues(each) for key, each in self.visits.items()}
        self.weights = self.calendar.rules.weights
        self._read()

    def _read(self) -> None:
        room, calendar = self.room, self.calendar
        self.at_teacher: dict[tuple[int, int], int] = {}
        self.at_venue: dict[tuple[int, int], int] = {}
        self.heard: dict[tuple[int, int], int] = {}
        self.day_count: defaultdict[date, int] = defaultdict(int, room.on_day)
        self.week_count: defaultdict[int, int] = defaultdict(int, room.in_week)
        self.total: dict[int, int] = {each: room.teacher_total(each) for each in calendar.teachers}
        self.busy: dict[tuple[int, int], int] = {}
        for each in calendar.teachers:
            for week, count in room.teacher_weeks(each).items():
                self.busy[each, week] = count
        own = [each for each in (*room.kept, *room.free) if not each.foreign]
        self.fair = calendar.fair_share(sum(each.regular or each.talk is not None for each in own))
        self.pace = calendar.fair_pace(len(own))
        self.limit = calendar.rules.most_per_day
        self.same_day: dict[int, list[int]] = {
            each.index: [other.index for other in self.slots if other.day == each.day and other is not each]
            for each in self.slots
        }
        self.near: defaultdict[int, list[int]] = defaultdict(list)
        for one, other in room.pairs:
            self.near[one].append(other)
            self.near[other].append(one)
        self.shares: defaultdict[int, list[int]] = defaultdict(list)
        keys = list(self.visits)
        for number, one in enumerate(keys):
            for other in keys[number + 1 :]:
                mine, theirs = self.visits[one], self.visits[other]
                if mine.unit == theirs.unit or mine.people & theirs.people:
                    self.shares[one].append(other)
                    self.shares[other].append(one)
        self._static: dict[tuple[int, int, int], bool] = {}
        self._costs: dict[tuple[int, int], int] = {}

    def possible(self, key: int, slot: Slot, venue: int, talk: int | None) -> bool:
        """Whether the visits that stay and everybody's own time allow it."""
        host = self._static.get((key, slot.index, venue))
        if host is None:
            span = (slot.starts_at, slot.ends_at)
            host = self.room.host_free(self.visits[key], span) and self.room.open_venue(span, venue)
            self._static[key, slot.index, venue] = host
        return host and (talk is None or self.room.teaches_there(self.calendar.talks[talk].teacher, slot, venue))

    def blockers(self, key: int, slot: Slot, venue: int, talk: int | None) -> set[int] | None:
        """The visits that have to give way; None where that is not enough, or not known whose turn it is."""
        found = {self.at_venue[venue, slot.index]} if (venue, slot.index) in self.at_venue else set()
        if self.limit is not None and self.day_count[slot.day] >= self.limit:
            return None
        found |= {each for each in self.shares[key] if each in self.where and self.where[each].slot == slot.index}
        if talk is not None:
            teacher = self.calendar.talks[talk].teacher
            if not self._room_for(teacher, slot.week):
                return None
            heard = self.heard.get((self.visits[key].unit, talk))
            found |= self._in_the_way(teacher, slot, venue) | ({heard} if heard is not None else set())
        return found - {key}

    def _room_for(self, teacher: int, week: int) -> bool:
        able = self.calendar.teachers[teacher].availability
        if able.most_in_all is not None and self.total[teacher] >= able.most_in_all:
            return False
        return able.most_per_week is None or self.busy.get((teacher, week), 0) < able.most_per_week

    def _in_the_way(self, teacher: int, slot: Slot, venue: int) -> set[int]:
        there = self.at_teacher.get((teacher, slot.index))
        found = {there} if there is not None else set()
        for other in self.same_day[slot.index]:
            there = self.at_teacher.get((teacher, other))
            if there is not None:
                late, early = sorted((slot, self.slots[other]), key=lambda each: each.starts_at, reverse=True)
                if late.starts_at - early.ends_at < self.calendar.travel(venue, self.where[there].venue):
                    found.add(there)
        return found

    def put(self, key: int, there: Where) -> None:
        """Place a visit where nothing stands in the way."""
        self.where[key] = there
        slot = self.slots[there.slot]
        self.at_venue[there.venue, there.slot] = key
        self.day_count[slot.day] += 1
        self.week_count[slot.week] += 1
        if there.talk is not None:
            teacher = self.calendar.talks[there.talk].teacher
            self.at_teacher[teacher, there.slot] = key
            self.heard[self.visits[key].unit, there.talk] = key
            self.total[teacher] += 1
            self.busy[teacher, slot.week] = self.busy.get((teacher, slot.week), 0) + 1

    def take(self, key: int) -> Where:
        """Take a visit off; returns where it was."""
        there = self.where.pop(key)
        slot = self.slots[there.slot]
        del self.at_venue[there.venue, there.slot]
        self.day_count[slot.day] -= 1
        self.week_count[slot.week] -= 1
        if there.talk is not None:
            teacher = self.calendar.talks[there.talk].teacher
            del self.at_teacher[teacher, there.slot]
            del self.heard[self.visits[key].unit, there.talk]
            self.total[teacher] -= 1
            self.busy[teacher, slot.week] -= 1
        return there

    def price(self, key: int, talk: int | None) -> int:
        """Points of a lecture for a visit; BARRED for one its unit has heard."""
        return self._prices[key].get(talk, BARRED)

    def adds(self, key: int, there: Where) -> int:
        """Points of a visit that is not on the board, if it were put there."""
        slot = self.slots[there.slot]
        own = self._costs.get((key, slot.index))
        if own is None:
            own = self._costs[key, slot.index] = self.room.slot_cost(self.visits[key], slot)
        cost = own + there.cost + self.room.place_cost(self.visits[key], there.venue)
        if self.week_count[slot.week] >= self.pace:
            cost += self.weights.pace
        if there.talk is not None and self.total[self.calendar.talks[there.talk].teacher] >= self.fair:
            cost += self.weights.load
        if self.weights.near:
            weeks = [self.slots[self.where[each].slot].week for each in self.near[key] if each in self.where]
            cost += self.weights.near * sum(abs(week - slot.week) for week in weeks)
        return cost

    def fits(self, key: int, there: Where) -> bool:
        """Whether a visit that is not on the board can go there as it is."""
        slot = self.slots[there.slot]
        return self.possible(key, slot, there.venue, there.talk) and not self._blocked(key, slot, there)

    def _blocked(self, key: int, slot: Slot, there: Where) -> bool:
        found = self.blockers(key, slot, there.venue, there.talk)
        return found is None or bool(found)

    def load(self, options: Mapping[int, Option]) -> None:
        """Place visits, none of which is on the board yet, where the options say; the hard rules are not asked."""
        index = {each.starts_at: each.index for each in self.slots}
        for key, each in options.items():
            if each.venue is not None:
                self.put(key, Where(index[each.starts_at], each.venue, each.talk, self.price(key, each.talk)))

    def talks_for(self, key: int) -> list[tuple[int | None, int]]:
        """The lecture settled for it, if any, else every one."""
        talk = self.wished.get(key)
        return [each for each in self.given[key] if each[0] == talk] or self.given[key]

    def options(self) -> dict[int, Option]:
        """What is placed, by the visits' keys."""
        return {key: self._option(key, there) for key, there in self.where.items()}

    def _option(self, key: int, there: Where) -> Option:
        slot = self.slots[there.slot]
        teacher = None if there.talk is None else self.calendar.talks[there.talk].teacher
        cost = self.room.slot_cost(self.visits[key], slot) + self.room.place_cost(self.visits[key], there.venue)
        span = (slot.starts_at, slot.ends_at)
        return Option(key, *span, slot.day, slot.week, there.venue, there.talk, teacher, cost + there.cost)


def built(board: Board, random: Random) -> Board:
    """Place as many as can be: the hardest first, each where it costs least; then by ejection."""
    left = [key for key in sorted(board.visits, key=lambda key: _freedom(board, key)) if not _placed(board, key)]
    tries = EJECTIONS * (len(left) + 1)
    while left and tries:
        tries -= 1
        key = left.pop(0)
        ejected = _eject(board, key, random)
        if ejected is None:
            left.append(key)
            continue
        left += [each for each in ejected if not _placed(board, each, anything=True)]
    return board


def _freedom(board: Board, key: int) -> tuple[int, int]:
    teachers = {board.calendar.talks[talk].teacher for talk, _ in board.talks_for(key) if talk is not None}
    open_to = sum(board.room.comes(teacher, slot) for teacher in teachers for slot in board.slots)
    return open_to * max(1, len(board.venues[key])), key


def _placed(board: Board, key: int, *, anything: bool = False) -> bool:
    """Put a visit where it costs least; with the lecture settled for it, then with any."""
    for talks in [board.given[key]] if anything else [board.talks_for(key), board.given[key]]:
        best = min(_everywhere(board, key, talks), key=lambda each: each[0], default=None)
        if best is not None:
            board.put(key, best[1])
            return True
    return False


def _everywhere(board: Board, key: int, talks: Iterable[tuple[int | None, int]]) -> Iterable[tuple[int, Where]]:
    talks = list(talks)
    for slot in board.slots:
        if board.limit is not None and board.day_count[slot.day] >= board.limit:
            continue
        for venue in board.venues[key]:
            if (venue, slot.index) in board.at_venue:
                continue
            for talk, cost in talks:
                there = Where(slot.index, venue, talk, cost)
                if board.fits(key, there):
                    yield board.adds(key, there), there


def _eject(board: Board, key: int, random: Random) -> list[int] | None:
    """Put a visit somewhere at the cost of as few others as can be; returns who had to go, None if nobody can."""
    best: tuple[int, float, Where, frozenset[int]] | None = None
    for slot in board.slots:
        gone = _of_day(board, slot, random)
        kept = {each: board.take(each) for each in gone}
        for there, found in _gates(board, key, slot):
            rank = (len(found) + len(gone), random.random())
            if best is None or rank < best[:2]:
                best = (*rank, there, frozenset(found) | frozenset(gone))
        for each, was in kept.items():
            board.put(each, was)
    if best is None:
        return None
    for each in best[3]:
        board.take(each)
    board.put(key, best[2])
    return sorted(best[3])


def _gates(board: Board, key: int, slot: Slot) -> Iterator[tuple[Where, set[int]]]:
    """Where the visit could be on this half-day, and who stands in the way there."""
    for venue in board.venues[key]:
        for talk, cost in board.given[key]:
            if board.possible(key, slot, venue, talk):
                found = board.blockers(key, slot, venue, talk)
                if found is not None:
                    yield Where(slot.index, venue, talk, cost), found


def _of_day(board: Board, slot: Slot, random: Random) -> list[int]:
    """Whom a full day has to let go for another: one taken at random; nobody where there is room."""
    if board.limit is None or board.day_count[slot.day] < board.limit:
        return []
    there = [key for key, each in board.where.items() if board.slots[each.slot].day == slot.day]
    return [random.choice(there)] if there else []


def annealed(board: Board, random: Random, *, steps: int) -> Board:
    """Make the calendar better in so many steps; the best one met is what is left on the board."""
    keys = sorted(board.where)
    if not keys or not steps:
        return board
    cost, least = 0, 0
    best = dict(board.where)
    for number in range(steps):
        heat = WARM * (COLD / WARM) ** (number / steps)
        key = keys[int(random.random() * len(keys))]
        cost += _step(board, key, keys, random, heat)
        if cost < least:
            least, best = cost, dict(board.where)
    for key in keys:
        board.take(key)
    for key, there in best.items():
        board.put(key, there)
    return board


Move = tuple[int, Where, Where]
"""A visit, where it was, and where it goes."""


def _step(board: Board, key: int, keys: list[int], random: Random, heat: float) -> int:
    """One visit elsewhere, or two in exchange; returns the change of the cost, 0 where nothing is done."""
    was = board.take(key)
    before = board.adds(key, was)
    chance = random.random()
    if chance < 0.45:
        return _settle(board, random, heat, [(key, was, _moved(board, key, was, random))], before)
    if chance < 0.65:
        given = board.given[key]
        talk, cost = given[int(random.random() * min(len(given), TALKS))]
        return _settle(board, random, heat, [(key, was, Where(was.slot, was.venue, talk, cost))], before)
    other = keys[int(random.random() * len(keys))]
    if other == key:
        board.put(key, was)
        return 0
    theirs = board.take(other)
    before += board.adds(other, theirs)
    if chance < 0.85:
        mine = Where(theirs.slot, was.venue, was.talk, was.cost)
        yours = Where(was.slot, theirs.venue, theirs.talk, theirs.cost)
    else:
        mine = Where(was.slot, was.venue, theirs.talk, board.price(key, theirs.talk))
        yours = Where(theirs.slot, theirs.venue, was.talk, board.price(other, was.talk))
    return _settle(board, random, heat, [(key, was, mine), (other, theirs, yours)], before)


def _moved(board: Board, key: int, was: Where, random: Random) -> Where:
    """At another half-day, at another venue, or both: a full calendar has room for another venue alone."""
    chance, venues = random.random(), board.venues[key]
    slot = was.slot if chance < ASIDE else int(random.random() * len(board.slots))
    venue = venues[int(random.random() * len(venues))] if chance < 4 * ASIDE else was.venue
    return Where(slot, venue, was.talk, was.cost)


def _settle(board: Board, random: Random, heat: float, moves: list[Move], before: int) -> int:
    """Make the moves of visits that are off the board, or put them back where they were."""
    after, done = 0, []
    for key, _, to in moves:
        if to.cost >= BARRED or not board.fits(key, to):
            break
        after += board.adds(key, to)
        board.put(key, to)
        done.append(key)
    change = after - before
    if len(done) == len(moves) and (change <= 0 or random.random() < exp(-change / heat)):
        return change
    for key in done:
        board.take(key)
    for key, was, _ in moves:
        board.put(key, was)
    return 0
