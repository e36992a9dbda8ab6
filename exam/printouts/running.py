"""A stop's print as long work: drawn piece by piece, taken up again where a killed worker left it.

Each piece is kept in the data folder before progress is told. A job begun again puts the kept pieces into its document
and draws the rest; the file is byte for byte what one go would have given.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam import clock, database
from exam.jobs.worker import Work
from exam.printing.document import Document, Printed
from exam.printouts import files
from exam.printouts.choice import Choice, Step, steps_of
from exam.printouts.drawing import Press, title_of
from exam.printouts.kept import Pieces
from exam.printouts.material import Material, material_of
from exam.printouts.operations import check, count_as_printed
from exam.scanning import operations as scanning
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from question_bank.errors import Conflict

BATCH = 20
"""So many things of papers are drawn in one piece; a killed worker loses no more than these."""
TRIES = 3
"""How often a print is begun anew because roster or papers changed under it."""


class Wanted(NamedTuple):
    """What a job is asked for, with what every part of it needs."""

    work: Work
    choice: Choice
    key: bytes
    zone: ZoneInfo

    def read(self, session: Session) -> tuple[Stop, Material]:
        payload: Mapping[str, Any] = self.work.payload
        stop = stop_by_id(session, payload["stop"])
        return stop, material_of(session, stop, zone=self.zone, address=payload["address"])


def job(work: Work, *, key: bytes, zone: ZoneInfo, batch: int = BATCH) -> dict[str, Any]:
    """Print what the payload {"stop", "choice", "address"} asks for.

    `key` seals the pages of answer sheets, `zone` is the county's. Returns {"fingerprint", "pages", "bytes", "sha256",
    "missing_glyphs", "things"}. Raises NotAllowed when there is nothing to print any more, Conflict when roster or
    papers change again and again.
    """
    wanted = Wanted(work, Choice.model_validate(work.payload["choice"]), key, zone)
    files.clear_old(work.data, at=clock.now())
    for left in reversed(range(TRIES)):
        try:
            return _printed(wanted, batch)
        except Conflict:
            if not left:
                raise
    raise AssertionError("the loop ends by returning or raising")


def _printed(wanted: Wanted, batch: int) -> dict[str, Any]:
    work, choice = wanted.work, wanted.choice
    with database.reading(work.engine) as session:
        stop, material = wanted.read(session)
        check(material, choice)
    fingerprint = material.fingerprint(choice)
    folder = files.folder_of(work.data, work.job_id)
    pieces = Pieces(folder, fingerprint)
    steps = list(steps_of(choice, material.copies_for(choice), batch=batch))
    beside = folder / "print.part"
    with beside.open("wb") as file:
        document = Document(file, title=title_of(material), keep=True)
        _draw(wanted, document, pieces, steps, material)
        printed = document.save()
    result = _told(printed, beside, fingerprint) | {"things": sum(step.size for step in steps)}
    with database.writing(work.engine) as session:
        stop, now = wanted.read(session)
        told = {name: result[name] for name in ("pages", "sha256")} | {"job": work.job_id}
        count_as_printed(session, stop, choice, now=now, fingerprint=fingerprint, by=work.by, at=clock.now(), **told)
        beside.replace(files.finished(work.data, work.job_id))
    pieces.clear()
    return result


def _draw(wanted: Wanted, document: Document, pieces: Pieces, steps: list[Step], material: Material) -> None:
    """Every step from its kept piece, or drawn and kept; the answer sheets' geometry is kept with its piece."""
    work = wanted.work
    done, total = 0, sum(step.size for step in steps)
    work.progress(done, total)
    for number, step in enumerate(steps):
        piece = pieces.read(number)
        if piece is not None:
            document.put(piece)
        else:
            with database.reading(work.engine) as session:
                press = Press(stop_by_id(session, work.payload["stop"]), material, wanted.choice, key=wanted.key)
                press.draw(document, session, [step])
            if press.layouts:
                with database.writing(work.engine) as session:
                    scanning.remember(session, press.layouts, at=clock.now())
            pieces.write(number, document.cut())
        done += step.size
        work.progress(done, total)


def _told(printed: Printed, file: Path, fingerprint: str) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint,
        "pages": printed.pages,
        "bytes": printed.bytes,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "missing_glyphs": list(printed.missing_glyphs),
    }
