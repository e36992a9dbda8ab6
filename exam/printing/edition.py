"""Pure: in which edition something is printed: the page, where its text stands, how large it is. Lengths in points."""

from dataclasses import dataclass

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
A3 = (420 * MM, 297 * MM)
"""Landscape: two A4 pages side by side, folded in the middle."""


@dataclass(frozen=True)
class Frame:
    """A side of the sheet and its columns of text.

    `left` is the side of the 密封线 where there is one. With `mirrored` the even sides have it on the right: printed on
    both sides, that is the same edge of the sheet.
    """

    page: tuple[float, float] = A4
    top: float = 17 * MM
    bottom: float = 19 * MM
    left: float = 28 * MM
    right: float = 17 * MM
    columns: int = 1
    gutter: float = 0.0
    mirrored: bool = False

    @property
    def width(self) -> float:
        """Of one column."""
        inner = self.page[0] - self.left - self.right - (self.columns - 1) * self.gutter
        return inner / self.columns

    @property
    def height(self) -> float:
        """Of every column."""
        return self.page[1] - self.top - self.bottom

    def begin(self, side: int, column: int = 0) -> float:
        """Where a column of a side begins, from the left edge; sides count from 1, columns from 0."""
        left = self.right if self.mirrored and side % 2 == 0 else self.left
        return left + column * (self.width + self.gutter)


@dataclass(frozen=True)
class Edition:
    """One way to print a paper. `text` is the size of questions, `writing` the height of a line to write on."""

    size: str
    frame: Frame
    text: float = 10.5
    leading: float = 17.0
    title: float = 16.0
    heading: float = 11.0
    section: float = 12.0
    small: float = 9.0
    writing: float = 23.0

    @property
    def room(self) -> float:
        """Width of a column of text."""
        return self.frame.width

    @property
    def indent(self) -> float:
        """Questions begin behind their numbers of two digits, options and material below them."""
        return 2.15 * self.text


PLAIN = Frame(left=18 * MM, right=18 * MM)
"""Sheets of the organisers: no 密封线."""
PAPER = Frame(mirrored=True)

EDITIONS = {
    edition.size: edition
    for edition in (
        Edition("A4", PAPER),
        Edition(
            "A3", Frame(page=A3, left=30 * MM, right=17 * MM, columns=2, gutter=16 * MM, mirrored=True), leading=17.0
        ),
        Edition(
            "A4-large",
            PAPER,
            text=14.0,
            leading=23.0,
            title=20.0,
            heading=14.0,
            section=15.5,
            small=12.0,
            writing=30.0,
        ),
    )
}
"""By the size an office asks for. 五号 (10.5 pt) for the text; 四号 (14 pt) in large print, for weak eyes."""
STANDARD = EDITIONS["A4"]
