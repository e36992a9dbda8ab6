"""A tour's, stop's or unit's results as a document: which forms there are, and what is written."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts.models import Unit
from exam.reports import bulletins
from exam.reports.bulletin.composing import FIRST_CLOSING, Texts, compose, first_opening, first_recipients, first_title
from exam.reports.bulletin.parts import Paper
from exam.reports.bulletin.unit_paper import compose_unit
from exam.reports.comparison import Measure
from exam.reports.models import Bulletin, BulletinStatus
from exam.reports.units import UnitReport

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Form → media type."""
NOT_FILED = "未定稿，数据截至{day}"


@dataclass(frozen=True)
class Written:
    """What became of a document. `missing` are characters that no face shows; `version` is None for one not filed."""

    title: str
    version: int | None
    missing: tuple[str, ...] = ()


def write(file: IO[bytes], paper: Paper, form: str) -> tuple[str, ...]:
    """Write the document as `form`; returns the characters that no face shows. Raises KeyError for another form."""
    if form == "pdf":
        from exam.reports.bulletin import pdf  # the faces: only where something is printed

        return pdf.write(file, paper).missing_glyphs
    if form != "docx":
        raise KeyError(form)
    from exam.reports.bulletin import word  # python-docx: only where something is written

    word.write(file, paper)
    return ()


def write_results(
    session: Session,
    file: IO[bytes],
    form: str,
    *,
    tour_id: int | None = None,
    stop_id: int | None = None,
    measure: Measure = Measure.OVERALL,
    at: datetime,
    zone: tzinfo,
) -> Written:
    """The bulletin in force of a tour or stop; where none is final, the same from the figures of now, marked so."""
    subject = bulletins.subject_of(session, tour_id=tour_id, stop_id=stop_id)
    found = _in_force(session, subject, measure)
    today = at.astimezone(zone).date()
    if found is not None:
        facts = bulletins.facts_of(session, found, at=at, zone=zone)
        paper = bulletins.paper_of(found, facts, today=today, zone=zone)
        return Written(paper.title, found.version, write(file, paper, form))
    facts = bulletins.live_facts(session, subject, measure, at=at, zone=zone)
    texts = Texts(
        issuer=bulletins.usual_issuer(session),
        number="",
        title=first_title(subject.name),
        recipients=first_recipients(facts),
        copies=bulletins.usual_copies(session),
        opening=first_opening(facts),
        closing=FIRST_CLOSING,
        mark=NOT_FILED.format(day=f"{today:%Y-%m-%d}"),
    )
    paper = compose(texts, facts)
    return Written(paper.title, None, write(file, paper, form))


def write_unit(
    session: Session,
    file: IO[bytes],
    form: str,
    *,
    unit: Unit,
    report: UnitReport,
    at: datetime,
    zone: tzinfo,
) -> Written:
    """One unit's report as it was read for its reader."""
    sides = [(side.group.chinese, (side.ranked, side.county, side.ranked_units, side.topics)) for side in report.sides]
    paper = compose_unit(
        unit.name,
        sides,
        measure=report.measure,
        rule=report.rule,
        issuer=bulletins.usual_issuer(session),
        on=at.astimezone(zone).date(),
    )
    return Written(paper.title, None, write(file, paper, form))


def _in_force(session: Session, subject: bulletins.Subject, measure: Measure) -> Bulletin | None:
    """The latest final one of exactly this tour or stop and measure."""
    wanted = (
        select(Bulletin)
        .where(Bulletin.status == BulletinStatus.FINAL, Bulletin.tour_id == subject.tour_id)
        .where(Bulletin.stop_id == subject.stop_id if subject.stop_id else Bulletin.stop_id.is_(None))
        .order_by(Bulletin.final_at.desc())
    )
    return next((each for each in session.scalars(wanted) if each.scope["measure"] == measure), None)
