"""Pure: what somebody wants printed for a stop, and in which steps it is drawn."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Annotated, NamedTuple, Self

from pydantic import Field, field_validator

from exam.scanning.sheet import Size
from exam.sittings.sheets import Copy
from question_bank.enums import NamedEnum, PaperKind
from question_bank.errors import N_
from question_bank.kinds.base import Frozen


class What(NamedEnum):
    """The things that are printed, in the order in which they come in a file."""

    COVER = "cover", N_("Envelope covers"), "试卷袋封面"
    ATTENDANCE = "attendance", N_("Attendance list"), "签到表"
    TICKETS = "tickets", N_("Tickets"), "准考证"
    LABELS = "labels", N_("Seat labels"), "座位贴"
    PAPER = "paper", N_("Papers"), "试卷"
    SHEET = "sheet", N_("Answer sheets"), "答题卡"
    MARKING = "marking", N_("Marking sheets"), "评卷表"
    KEY = "key", N_("Answer key"), "参考答案"


WHATS = {each.value: each for each in What}
OF_PAPERS = frozenset({What.PAPER, What.SHEET, What.MARKING, What.KEY})
"""Printed once for each paper; whoever has them printed has printed the papers. The others are of the stop."""
WITH_KEY = frozenset({What.MARKING, What.KEY})


class PaperSize(NamedEnum):
    """In which edition papers are printed; what is for the office is always A4."""

    A4 = "A4", N_("A4"), "A4"
    A3 = "A3", N_("A3 in two columns"), "A3双栏"
    LARGE = "A4-large", N_("A4 in large print"), "A4大字"

    @property
    def sheet(self) -> Size:
        """That of the answer sheet."""
        return Size.A3 if self is PaperSize.A3 else Size.A4


SIZES = {each.value: each for each in PaperSize}


class Order(StrEnum):
    """What stands together: everything of one kind, or everything for one person."""

    PART = "part"
    PERSON = "person"


class Choice(Frozen):
    """What is wanted. `photo`: tickets leave room for a picture."""

    what: Annotated[tuple[What, ...], Field(min_length=1)]
    size: PaperSize = PaperSize.A4
    order: Order = Order.PART
    kinds: Annotated[tuple[PaperKind, ...], Field(min_length=1)] = tuple(PaperKind)
    photo: bool = False

    @field_validator("what", mode="after")
    @classmethod
    def _in_order(cls, value: tuple[What, ...]) -> tuple[What, ...]:
        """However it was chosen, it is the same choice."""
        return tuple(each for each in What if each in value)

    @field_validator("kinds", mode="after")
    @classmethod
    def _kinds_in_order(cls, value: tuple[PaperKind, ...]) -> tuple[PaperKind, ...]:
        return tuple(each for each in PaperKind if each in value)

    @property
    def of_papers(self) -> tuple[What, ...]:
        """What of it is printed for each paper."""
        return tuple(each for each in self.what if each in OF_PAPERS)

    @property
    def of_stop(self) -> tuple[What, ...]:
        """The rest of it."""
        return tuple(each for each in self.what if each not in OF_PAPERS)

    def only(self, *what: What) -> Self:
        """The same for these things alone."""
        return self.model_copy(update={"what": what})


class Step(NamedTuple):
    """Things that are drawn in one go: for each of the copies in turn, or, without copies, for the whole stop."""

    what: tuple[What, ...]
    copies: tuple[Copy, ...] = ()

    @property
    def size(self) -> int:
        """How many things that are, for counting progress."""
        return max(1, len(self.copies)) * len(self.what)


def steps_of(choice: Choice, copies: Sequence[Copy], *, batch: int) -> Iterator[Step]:
    """The steps of a whole file, with at most `batch` things of papers in each."""
    for what in choice.of_stop:
        yield Step((what,))
    together: tuple[tuple[What, ...], ...] = tuple((what,) for what in choice.of_papers)
    ordered = list(copies)
    if choice.order is Order.PERSON and choice.of_papers:
        together = (choice.of_papers,)
        ordered = by_person(copies)
    for whats in together:
        most = max(1, batch // len(whats))
        for start in range(0, len(ordered), most):
            yield Step(whats, tuple(ordered[start : start + most]))


def by_person(copies: Sequence[Copy]) -> list[Copy]:
    """Both papers of a person after one another, by seat; spare papers last."""
    seated = sorted((copy for copy in copies if copy.seat is not None), key=lambda copy: copy.seat or 0)
    together = [copy for _, group in groupby(seated, key=lambda copy: copy.seat) for copy in group]
    return [*together, *(copy for copy in copies if copy.seat is None)]
