"""Banks to draw from: invented ones for the pure draw, the shipped one in the database."""

from datetime import date
from itertools import count

from sqlalchemy.orm import Session

from exam.papers.models import PaperSet, Specification
from exam.papers.operations import assemble, install_standard
from exam.papers.queries import specification_by_code
from question_bank.content import install
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Difficulty, Kind, TextForm
from tests.conftest import NOON

MARCH = date(2027, 3, 2)
_numbers = count(1)


def make_drawable(
    *,
    kind: Kind = Kind.SINGLE_CHOICE,
    topic: str = "PROC",
    difficulty: int = 1,
    slots: int = 1,
    form: TextForm = TextForm.ORDINARY,
    unit_code: str | None = None,
    code: str | None = None,
) -> Drawable:
    number = next(_numbers)
    return Drawable(
        version_id=number,
        question_id=number,
        code=code or f"D{number:05d}",
        kind=kind,
        form=form,
        topic=topic,
        subtopic="",
        difficulty=Difficulty(difficulty),
        slots=slots,
        unit_code=unit_code,
        common_core=False,
        audiences=frozenset(),
        content_hash=f"{number:064d}",
    )


def fill_bank(session: Session) -> None:
    """The shipped questions, published, and the standard specifications."""
    install(session, demo=True, by=None, at=NOON)
    install_standard(session, by=None, at=NOON)
    session.flush()


def make_drawn_set(
    session: Session,
    *,
    specification: Specification | None = None,
    count: int = 3,
    spares: int = 1,
    seed: int = 7,
    host_unit_code: str | None = None,
    audience: Audience | None = None,
) -> PaperSet:
    """A set drawn from what `fill_bank` put there; the town's business paper where no specification is named."""
    chosen = specification or specification_by_code(session, "business-town")
    return assemble(
        session,
        chosen,
        count=count,
        spares=spares,
        seed=seed,
        host_unit_code=host_unit_code,
        audience=audience or chosen.audience,
        on=MARCH,
        by=None,
        at=NOON,
    )
