from datetime import date

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from exam import audit, database
from exam.audit import AuditEvent
from exam.papers.drawing import draw, verify
from exam.papers.models import BankSnapshot, Paper, PaperItem, Specification, SpecificationStatus
from exam.papers.operations import install_standard
from exam.papers.queries import kept_hashes, papers_of, sheets, specification_by_code, stock
from exam.papers.specifying import retire_specification
from exam.papers.standard import DIAGNOSIS_CODE, STANDARD
from question_bank.enums import Audience, PaperKind, Status
from question_bank.errors import Invalid, NotAllowed, NotFound, Shortage
from question_bank.models import Question
from question_bank.queries import drawable
from tests.conftest import NOON
from tests.factories.drawing import MARCH, make_drawn_set

pytestmark = pytest.mark.db


def test_the_standard_specifications_are_installed_once(session: Session) -> None:
    first = [each.id for each in install_standard(session, by=None, at=NOON)]
    assert [each.id for each in install_standard(session, by=None, at=NOON)] == first
    assert session.scalars(select(Specification.code).order_by(Specification.id)).all() == [s.code for s in STANDARD]
    assert {each.status for each in session.scalars(select(Specification))} == {SpecificationStatus.FROZEN}


def test_the_diagnosis_is_a_published_question_that_no_draw_offers(session: Session) -> None:
    install_standard(session, by=None, at=NOON)
    diagnosis = session.scalars(select(Question).where(Question.code == DIAGNOSIS_CODE)).one()
    assert diagnosis.status is Status.PUBLISHED
    offered = drawable(session, paper_kind=PaperKind.PRACTICAL, on=MARCH, audience=None, host_unit_code=None)
    assert DIAGNOSIS_CODE not in {each.code for each in offered}
    assert len(offered) > 10


def test_a_set_is_written_as_drawn_and_audited(session: Session) -> None:
    made = make_drawn_set(session, count=3, spares=2)
    papers = papers_of(session, made.id)
    assert [(each.position, each.spare) for each in papers] == [
        (1, False),
        (2, False),
        (3, False),
        (4, True),
        (5, True),
    ]
    assert len({each.code for each in papers}) == 5
    assert {len(each.code) for each in papers} == {10}
    for paper in papers:
        assert sum(item.marks for item in paper.items) == 100
        assert {item.section for item in paper.items} == set(range(1, 8))
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last is not None
    assert (last.action, last.subject) == ("papers.assembled", f"paper_set:{made.id}")
    assert last.detail["papers_hash"] == made.papers_hash
    assert audit.verify(session) is None


def test_the_practical_papers_end_with_the_diagnosis(session: Session) -> None:
    made = make_drawn_set(
        session, specification=specification_by_code(session, "practical-onsite"), audience=Audience.VILLAGE
    )
    for paper in papers_of(session, made.id):
        last = paper.items[-1]
        assert last.version.question.code == DIAGNOSIS_CODE
        assert (last.section, last.marks) == (3, 30)


def test_drawing_again_gives_the_very_same_papers(session: Session) -> None:
    made = make_drawn_set(session)
    assert make_drawn_set(session).papers_hash == made.papers_hash
    assert make_drawn_set(session, seed=8).papers_hash != made.papers_hash
    assert session.scalar(select(func.count()).select_from(BankSnapshot)) == 1


def test_a_set_is_proved_even_after_the_bank_has_changed(session: Session) -> None:
    made = make_drawn_set(session)
    for question in session.scalars(select(Question).where(Question.topic.has(code="PROC"))):
        question.difficulty = 5
    session.flush()
    proof = verify(session, made)
    assert proof.same
    assert proof.redrawn_hash == made.papers_hash


def test_an_altered_item_shows(session: Session) -> None:
    made = make_drawn_set(session)
    paper = papers_of(session, made.id)[1]
    paper.items[0].marks += 1
    session.flush()
    proof = verify(session, made)
    assert (proof.same, proof.differing) == (False, (2,))


@pytest.mark.parametrize("method", [1, 2, 3])
def test_a_set_of_an_earlier_method_is_checked_for_alteration_only(session: Session, method: int) -> None:
    made = make_drawn_set(session)
    made.method = method
    assert (verify(session, made).same, verify(session, made).redrawn) == (True, False)
    papers_of(session, made.id)[1].items[0].marks += 1
    session.flush()
    proof = verify(session, made)
    assert (proof.same, proof.differing, proof.redrawn) == (False, (2,), False)


def test_the_hashes_say_nothing_of_ids_and_codes(session: Session) -> None:
    made, again = make_drawn_set(session), make_drawn_set(session)
    assert list(kept_hashes(session, made.id).values()) == list(kept_hashes(session, again.id).values())


def test_drawing_without_writing_needs_no_writing_session(engine: Engine) -> None:
    with database.reading(engine) as session:
        specification = specification_by_code(session, "business-village")
        drawn = draw(
            session,
            specification,
            count=4,
            spares=1,
            seed=1,
            host_unit_code=None,
            audience=Audience.VILLAGE,
            on=MARCH,
        )
    assert len(drawn.papers) == 5
    assert drawn.figures["papers"] == 4


def test_a_shortage_writes_nothing(session: Session) -> None:
    session.execute(update(Question).values(status=Status.QUARANTINED))
    with pytest.raises(Shortage):
        make_drawn_set(session)
    assert session.scalar(select(func.count()).select_from(Paper)) == 0


def test_a_question_out_of_date_is_not_drawn(session: Session) -> None:
    for question in session.scalars(select(Question).where(Question.kind == "numeric")):
        question.valid_to = date(2027, 3, 1)
    session.flush()
    with pytest.raises(Shortage, match="计算题"):
        make_drawn_set(session)


@pytest.mark.parametrize("values", [{"count": 0}, {"spares": -1}, {"seed": -1}, {"seed": 2**63}])
def test_numbers_out_of_range_are_refused(session: Session, values: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        make_drawn_set(session, **values)  # type: ignore[arg-type]


def test_the_largest_seed_is_kept(session: Session) -> None:
    made = make_drawn_set(session, seed=2**63 - 1, count=1, spares=0)
    session.expire(made)
    assert made.seed == 2**63 - 1


def test_a_retired_specification_draws_nothing_and_keeps_its_papers(session: Session) -> None:
    made = make_drawn_set(session)
    specification = made.specification
    retire_specification(session, specification, by=None, at=NOON)
    with pytest.raises(NotAllowed):
        make_drawn_set(session, specification=specification)
    with pytest.raises(NotAllowed):
        retire_specification(session, specification, by=None, at=NOON)
    with pytest.raises(NotFound):
        specification_by_code(session, specification.code)
    assert len(papers_of(session, made.id)) == 4


def test_the_stock_beside_each_margin_counts_what_may_be_drawn(session: Session) -> None:
    supply = stock(session, specification_by_code(session, "business-town"), on=MARCH)
    assert [each.name for each in supply.topics] == [
        "COUNTY",
        "WORK",
        "POLICY",
        "PROC",
        "LAW",
        "INDUSTRY",
        "ETIQ/SERVICE",
    ]
    assert sum(each.questions for each in supply.topics) == supply.questions
    assert sum(each.questions for each in supply.bands) == supply.questions


def test_a_sheet_without_key_holds_no_key(session: Session) -> None:
    made = make_drawn_set(session, count=1, spares=0)
    [paper] = papers_of(session, made.id)
    plain = sheets(session, [paper.id])[paper.id]
    keyed = sheets(session, [paper.id], with_key=True)[paper.id]
    assert {item.key for section in plain.sections for item in section.items} == {None}
    numbers = [item.number for section in keyed.sections for item in section.items]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(item.key is not None and item.citations for section in keyed.sections for item in section.items)
    items = session.scalars(
        select(PaperItem.id).where(PaperItem.paper_id == paper.id).order_by(PaperItem.position)
    ).all()
    assert [item.item_id for section in plain.sections for item in section.items] == list(items)
