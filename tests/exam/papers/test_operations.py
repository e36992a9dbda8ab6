from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from exam import audit, database
from exam.audit import AuditEvent
from exam.papers.drawing import draw, verify
from exam.papers.models import BankSnapshot, Paper, PaperItem, Specification, SpecificationStatus
from exam.papers.operations import install_standard, retire_specification
from exam.papers.queries import kept_hashes, papers_of, sheets, specification_by_code, stock
from exam.papers.standard import DIAGNOSIS_CODE, STANDARD
from question_bank.enums import Audience, Status
from question_bank.errors import Invalid, NotAllowed, NotFound, Shortage
from question_bank.models import Question
from tests.conftest import NOON
from tests.factories.drawing import MARCH, fill_bank, make_drawn_set

pytestmark = pytest.mark.db


@pytest.fixture
def bank(session: Session) -> Session:
    fill_bank(session)
    return session


def test_the_standard_specifications_are_installed_once(session: Session) -> None:
    first = [each.id for each in install_standard(session, by=None, at=NOON)]
    assert [each.id for each in install_standard(session, by=None, at=NOON)] == first
    assert session.scalars(select(Specification.code).order_by(Specification.id)).all() == [s.code for s in STANDARD]
    assert {each.status for each in session.scalars(select(Specification))} == {SpecificationStatus.FROZEN}


def test_the_diagnosis_is_a_published_question_that_no_draw_offers(session: Session) -> None:
    install_standard(session, by=None, at=NOON)
    diagnosis = session.scalars(select(Question).where(Question.code == DIAGNOSIS_CODE)).one()
    assert diagnosis.status is Status.PUBLISHED
    assert stock(session, specification_by_code(session, "practical-full"), on=MARCH).questions == 0


def test_a_set_is_written_as_drawn_and_audited(bank: Session) -> None:
    made = make_drawn_set(bank, count=3, spares=2)
    papers = papers_of(bank, made.id)
    assert [(each.position, each.spare) for each in papers] == [(1, False), (2, False), (3, False), (4, True), (5, True)]
    assert len({each.code for each in papers}) == 5
    assert {len(each.code) for each in papers} == {10}
    for paper in papers:
        assert sum(item.marks for item in paper.items) == 100
        assert {item.section for item in paper.items} == set(range(1, 8))
    last = bank.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last is not None
    assert (last.action, last.subject) == ("papers.assembled", f"paper_set:{made.id}")
    assert last.detail["papers_hash"] == made.papers_hash
    assert audit.verify(bank) is None


def test_the_practical_papers_end_with_the_diagnosis(bank: Session) -> None:
    made = make_drawn_set(
        bank, specification=specification_by_code(bank, "practical-onsite"), audience=Audience.VILLAGE
    )
    for paper in papers_of(bank, made.id):
        last = paper.items[-1]
        assert last.version.question.code == DIAGNOSIS_CODE
        assert (last.section, last.marks) == (3, 30)


def test_drawing_again_gives_the_very_same_papers(bank: Session) -> None:
    made = make_drawn_set(bank)
    assert make_drawn_set(bank).papers_hash == made.papers_hash
    assert make_drawn_set(bank, seed=8).papers_hash != made.papers_hash
    assert bank.scalar(select(func.count()).select_from(BankSnapshot)) == 1


def test_a_set_is_proved_even_after_the_bank_has_changed(bank: Session) -> None:
    made = make_drawn_set(bank)
    for question in bank.scalars(select(Question).where(Question.topic.has(code="PROC"))):
        question.difficulty = 5
    bank.flush()
    proof = verify(bank, made)
    assert proof.same
    assert proof.redrawn_hash == made.papers_hash


def test_an_altered_item_shows(bank: Session) -> None:
    made = make_drawn_set(bank)
    paper = papers_of(bank, made.id)[1]
    paper.items[0].marks += 1
    bank.flush()
    proof = verify(bank, made)
    assert (proof.same, proof.differing) == (False, (2,))


def test_the_hashes_say_nothing_of_ids_and_codes(bank: Session) -> None:
    made, again = make_drawn_set(bank), make_drawn_set(bank)
    assert list(kept_hashes(bank, made.id).values()) == list(kept_hashes(bank, again.id).values())


def test_drawing_without_writing_needs_no_writing_session(bank: Session, engine: Engine) -> None:
    bank.commit()
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
    install_standard(session, by=None, at=NOON)
    with pytest.raises(Shortage):
        make_drawn_set(session)
    assert session.scalar(select(func.count()).select_from(Paper)) == 0


def test_a_question_out_of_date_is_not_drawn(bank: Session) -> None:
    for question in bank.scalars(select(Question).where(Question.kind == "numeric")):
        question.valid_to = date(2027, 3, 1)
    bank.flush()
    with pytest.raises(Shortage, match="计算题"):
        make_drawn_set(bank)


@pytest.mark.parametrize("values", [{"count": 0}, {"spares": -1}, {"seed": -1}, {"seed": 2**63}])
def test_numbers_out_of_range_are_refused(bank: Session, values: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        make_drawn_set(bank, **values)  # type: ignore[arg-type]


def test_the_largest_seed_is_kept(bank: Session) -> None:
    made = make_drawn_set(bank, seed=2**63 - 1, count=1, spares=0)
    bank.expire(made)
    assert made.seed == 2**63 - 1


def test_a_retired_specification_draws_nothing_and_keeps_its_papers(bank: Session) -> None:
    made = make_drawn_set(bank)
    specification = made.specification
    retire_specification(bank, specification, by=None, at=NOON)
    with pytest.raises(NotAllowed):
        make_drawn_set(bank, specification=specification)
    with pytest.raises(NotAllowed):
        retire_specification(bank, specification, by=None, at=NOON)
    with pytest.raises(NotFound):
        specification_by_code(bank, specification.code)
    assert len(papers_of(bank, made.id)) == 4


def test_the_stock_beside_each_margin_counts_what_may_be_drawn(bank: Session) -> None:
    supply = stock(bank, specification_by_code(bank, "business-town"), on=MARCH)
    assert [each.name for each in supply.topics] == ["COUNTY", "WORK", "POLICY", "PROC", "LAW", "INDUSTRY", "ETIQ/SERVICE"]
    assert sum(each.questions for each in supply.topics) == supply.questions
    assert sum(each.questions for each in supply.bands) == supply.questions


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    else:
        yield str(value)


def test_a_sheet_without_key_holds_no_key(bank: Session) -> None:
    made = make_drawn_set(bank, count=1, spares=0)
    [paper] = papers_of(bank, made.id)
    plain = sheets(bank, [paper.id])[paper.id]
    keyed = sheets(bank, [paper.id], with_key=True)[paper.id]
    assert {item.key for section in plain.sections for item in section.items} == {None}
    numbers = [item.number for section in keyed.sections for item in section.items]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(item.key is not None and item.citations for section in keyed.sections for item in section.items)
    items = bank.scalars(select(PaperItem.id).where(PaperItem.paper_id == paper.id).order_by(PaperItem.position)).all()
    assert [item.item_id for section in plain.sections for item in section.items] == list(items)


@pytest.mark.parametrize("standard", STANDARD, ids=lambda each: each.code)
@pytest.mark.parametrize("audience", list(Audience))
def test_every_standard_specification_assembles_for_the_largest_stop(
    bank: Session, standard: object, audience: Audience
) -> None:
    specification = specification_by_code(bank, standard.code)  # type: ignore[attr-defined]
    if specification.audience not in {None, audience}:
        pytest.skip("another audience's specification")
    drawn = draw(
        bank,
        specification,
        count=58,
        spares=3,
        seed=20270302,
        host_unit_code="U01",
        audience=audience,
        on=MARCH,
    )
    figures = drawn.figures
    assert figures["topic_deviation"] == "0"
    print(specification.code, audience.value, figures["neighbours"], figures["exposure"], figures["bands"])
