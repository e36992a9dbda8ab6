"""Pure: a schematic map of points with their names, drawn without any map: places keep their bearings, no more.

Equirectangular projection about the middle latitude; lengths in units of the drawing, from left and top.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH, MARGIN = 760.0, 74.0
RADIUS = 15.0
SIZE = 13.5
"""Height of a name; a Chinese character is as wide."""
LOWEST, HIGHEST = 300.0, 620.0
"""Bounds of the drawing's height."""
APART = 3.6 * RADIUS
"""Points nearer than this are pushed apart."""
PUSHES = 60


@dataclass(frozen=True)
class Spot:
    """A point of the map: where its circle is, and where its name begins (`anchor` as in SVG's text-anchor)."""

    key: int
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True)
class Sketch:
    """`spots` in the order given; the drawing is `width` × `height`."""

    width: float
    height: float
    spots: tuple[Spot, ...]


def sketch(points: Sequence[tuple[int, float, float, str]]) -> Sketch:
    """A map of (key, latitude, longitude, name). One point stands in the middle; none makes an empty map."""
    if not points:
        return Sketch(WIDTH, LOWEST, ())
    middle = sum(latitude for _, latitude, _, _ in points) / len(points)
    flat = [(longitude * cos(radians(middle)), -latitude) for _, latitude, longitude, _ in points]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    room = WIDTH - 2 * MARGIN
    scale = min(room / wide if wide else 1.0, (HIGHEST - 2 * MARGIN) / high if high else 1e9) if wide or high else 1.0
    height = min(max(high * scale + 2 * MARGIN, LOWEST), HIGHEST)
    aside, above = (WIDTH - wide * scale) / 2, (height - high * scale) / 2
    placed = _apart([((x - left) * scale + aside, (y - top) * scale + above) for x, y in flat])
    names = {key: name for key, _, _, name in points}
    return Sketch(WIDTH, height, _named([key for key, *_ in points], placed, names))


def _apart(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Push points that would hide each other apart, half the lack each, along the line between them."""
    found = [list(place) for place in places]
    for _ in range(PUSHES):
        moved = False
        for one in range(len(found)):
            for other in range(one):
                across, down = found[one][0] - found[other][0], found[one][1] - found[other][1]
                far = (across * across + down * down) ** 0.5
                if far >= APART:
                    continue
                moved = True
                if far < 1e-6:
                    across, down, far = 1.0, 0.5 * (one % 3 - 1), 1.0
                push = (APART - far) / 2 / far + 1e-3
                found[one][0] += across * push
                found[one][1] += down * push
                found[other][0] -= across * push
                found[other][1] -= down * push
        if not moved:
            break
    return [(min(max(x, MARGIN / 2), WIDTH - MARGIN / 2), max(y, MARGIN / 2)) for x, y in found]


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def _named(keys: Sequence[int], places: Sequence[tuple[float, float]], names: Mapping[int, str]) -> tuple[Spot, ...]:
    """Put each name where it hides least: below, above, to the right or to the left of its point."""
    circles = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in places]
    taken: list[Box] = []
    spots = []
    for key, (x, y) in zip(keys, places, strict=True):
        long = sum(SIZE if ord(letter) > 0x2E7F else SIZE * 0.55 for letter in names[key])
        choices = [
            (x, y + RADIUS + SIZE, "middle", (x - long / 2, y + RADIUS, x + long / 2, y + RADIUS + 1.3 * SIZE)),
            (x, y - RADIUS - 5, "middle", (x - long / 2, y - RADIUS - 1.3 * SIZE, x + long / 2, y - RADIUS)),
            (x + RADIUS + 5, y + SIZE / 3, "start", (x + RADIUS, y - SIZE, x + RADIUS + 5 + long, y + SIZE / 2)),
            (x - RADIUS - 5, y + SIZE / 3, "end", (x - RADIUS - 5 - long, y - SIZE, x - RADIUS, y + SIZE / 2)),
        ]
        own = (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)
        others = [box for box in circles if box != own] + taken
        best = min(choices, key=lambda choice: _hidden(choice[3], others))
        taken.append(best[3])
        spots.append(Spot(key, round(x, 1), round(y, 1), round(best[0], 1), round(best[1], 1), best[2]))
    return tuple(spots)


def _hidden(box: Box, others: Sequence[Box]) -> float:
    """The area of a box that lies on others or outside the drawing's width."""
    outside = max(0.0, -box[0]) + max(0.0, box[2] - WIDTH)
    lying = sum(
        max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
        * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
        for other in others
    )
    return outside * SIZE + lying
