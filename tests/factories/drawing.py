"""Banks to draw from: invented ones for the pure draw, the shipped one in the database."""

from datetime import date

from sqlalchemy.orm import Session

from exam.papers.models import PaperSet, Specification
from exam.papers.operations import assemble, install_standard
from exam.papers.queries import specification_by_code
from question_bank.content import install, shipped
from question_bank.digests import content_hash
from question_bank.drafts import Draft
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Difficulty, Kind, PaperKind, TextForm
from question_bank.kinds import slots
from tests.conftest import NOON
from tests.factories.numbering import numbers

MARCH = date(2027, 3, 2)


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
    number = next(numbers)
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


def shipped_bank(paper_kind: PaperKind, audience: Audience, host_unit_code: str | None) -> list[Drawable]:
    """What the shipped questions offer to such a paper, without a database."""
    return [
        _offered(draft)
        for draft in shipped(demo=True)
        if paper_kind in draft.papers
        and (not draft.audiences or audience in draft.audiences)
        and draft.unit_code in {"", host_unit_code}
    ]


def _offered(draft: Draft) -> Drawable:
    number = next(numbers)
    return Drawable(
        version_id=number,
        question_id=number,
        code=draft.code,
        kind=draft.kind,
        form=draft.form or TextForm.ORDINARY,
        topic=draft.topic,
        subtopic=draft.subtopic,
        difficulty=draft.difficulty,
        slots=slots(draft.content),
        unit_code=draft.unit_code or None,
        common_core=draft.common_core,
        audiences=frozenset(draft.audiences),
        content_hash=content_hash(draft),
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
