"""Draws the steps of a print into a document."""

from collections.abc import Iterable, Sequence
from typing import IO

from sqlalchemy.orm import Session

from exam.papers import booklet
from exam.papers.marking_sheet import marking_blocks
from exam.papers.transcript import Sheet
from exam.printing.attendance import add_attendance
from exam.printing.cards import add_tickets
from exam.printing.covers import add_covers
from exam.printing.document import Document, Printed
from exam.printing.edition import PLAIN
from exam.printing.labels import add_labels
from exam.printouts.choice import WITH_KEY, Choice, Step, What, steps_of
from exam.printouts.material import Material
from exam.scanning.drawing import Printing, add_sheet, slots_of
from exam.scanning.sheet import SheetLayout, sheet_of
from exam.sittings.sheets import Copy, sheets_for
from exam.tours.models import Stop


class Press:
    """Draws what a choice holds, from the material of one stop, its pages sealed with `key`.

    `layouts` are by paper id the answer sheets drawn so far.
    """

    def __init__(self, stop: Stop, material: Material, choice: Choice, *, key: bytes) -> None:
        self._stop, self._material, self._choice, self._key = stop, material, choice, key
        self.layouts: dict[int, SheetLayout] = {}

    def draw(self, document: Document, session: Session, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.copies:
                self._papers(document, session, step)
            else:
                for what in step.what:
                    self._of_stop(document, what)

    def _of_stop(self, document: Document, what: What) -> None:
        material, occasion = self._material, self._material.occasion
        backs = bool(self._choice.of_papers)  # what is cut up lies in a file that will be printed on both sides
        if backs:
            document.fresh()
        if what is What.TICKETS:
            add_tickets(document, material.tickets, occasion, photo=self._choice.photo, backs=backs)
        elif what is What.LABELS:
            add_labels(document, material.labels, occasion, backs=backs)
        elif what is What.ATTENDANCE:
            add_attendance(document, material.attendees, occasion)
        else:
            add_covers(document, material.covers_for(self._choice), occasion, backs=backs)

    def _papers(self, document: Document, session: Session, step: Step) -> None:
        with_key = bool(WITH_KEY & set(step.what))
        sheets = sheets_for(session, self._stop, step.copies, with_key=with_key)
        for copy, sheet in zip(step.copies, sheets, strict=True):
            for what in step.what:
                self._paper(document, what, copy, sheet)

    def _paper(self, document: Document, what: What, copy: Copy, sheet: Sheet) -> None:
        document.fresh()
        if what is What.PAPER:
            booklet.add(document, [sheet], size=self._choice.size.value)
        elif what is What.SHEET:
            layout = sheet_of(sheet.sections, size=self._choice.size.sheet, spare=sheet.spare)
            self.layouts[copy.paper_id] = layout
            add_sheet(document, layout, Printing(copy.paper_id, self._key, slots_of(sheet)))
        elif what is What.MARKING:
            document.run(marking_blocks(sheet), PLAIN, note=f"试卷编号 {sheet.code}")
        else:
            booklet.add(document, [sheet], with_key=True)


BATCH = 100
"""Things of papers whose contents are in memory together."""


def write(
    file: IO[bytes],
    session: Session,
    stop: Stop,
    material: Material,
    choice: Choice,
    *,
    key: bytes,
    copies: Sequence[Copy] | None = None,
) -> tuple[Printed, dict[int, SheetLayout]]:
    """The whole print in one go, or only that of some `copies`; with the layouts of its answer sheets by paper id."""
    document = Document(file, title=title_of(material))
    press = Press(stop, material, choice, key=key)
    chosen = material.copies_for(choice) if copies is None else copies
    press.draw(document, session, steps_of(choice, chosen, batch=BATCH))
    return document.save(), press.layouts


def title_of(material: Material) -> str:
    """What the file calls itself."""
    return f"{material.occasion.tour}　{material.occasion.stop}"
