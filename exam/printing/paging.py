"""Blocks onto pages. Lengths in points, from the top of the text area."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from exam.printing.layout import Block, Row


class Placed(NamedTuple):
    """A row at its distance from the top of the text area."""

    down: float
    row: Row


@dataclass
class _Page:
    room: float
    used: float = 0.0
    rows: list[Placed] = field(default_factory=list)

    def put(self, row: Row) -> None:
        self.rows.append(Placed(self.used, row))
        self.used += row.height

    def space(self, before: float) -> float:
        return before if self.rows else 0.0

    def holds(self, height: float, before: float) -> bool:
        return self.used + self.space(before) + height <= self.room + 1e-6


Pages = tuple[tuple[Placed, ...], ...]


def paginate(blocks: Iterable[Block], room: float) -> Pages:
    """Lay `blocks` onto pages with text areas `room` high. A block is torn between rows only if no page holds it."""
    pages = [_Page(room)]
    for group in _groups(tuple(blocks)):
        together = _height(group)
        if not pages[-1].holds(together, group[0].before) and together <= room:
            pages.append(_Page(room))
        for block in group:
            _place(pages, block)
    return tuple(tuple(page.rows) for page in pages)


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    """Runs of blocks that want to stay together."""
    groups: list[list[Block]] = []
    joined = False
    for block in blocks:
        if joined:
            groups[-1].append(block)
        else:
            groups.append([block])
        joined = block.with_next
    return groups


def _height(group: Sequence[Block]) -> float:
    return sum(block.height for block in group) + sum(block.before for block in group[1:])


def _place(pages: list[_Page], block: Block) -> None:
    page = pages[-1]
    if not page.holds(block.height, block.before) and block.height <= page.room:
        page = _Page(page.room)
        pages.append(page)
    page.used += page.space(block.before)
    for row in block.rows:
        if page.rows and not page.holds(row.height, 0):
            page = _Page(page.room)
            pages.append(page)
        page.put(row)
