"""Reads on answer sheets."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.scanning.models import AnswerSheet, SheetGeometry
from exam.scanning.sheet import SheetLayout
from question_bank.errors import N_, NotFound


def layout_of(session: Session, paper_id: int) -> SheetLayout:
    """The geometry in which the paper's answer sheet was last printed. Raises NotFound where there is none."""
    stored = session.scalar(
        select(SheetGeometry.layout)
        .join(AnswerSheet, AnswerSheet.geometry_hash == SheetGeometry.hash)
        .where(AnswerSheet.paper_id == paper_id)
        .order_by(AnswerSheet.printed_at.desc(), SheetGeometry.hash)
        .limit(1)
    )
    if stored is None:
        raise NotFound(N_("No answer sheet of this paper has been printed."))
    return SheetLayout.model_validate(stored)
